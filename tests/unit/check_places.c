// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Places of user probes, found by the real symbol worker in programs that this test builds
// and runs, against what nm and objdump say of them. Needs root.

#include <asm/ptrace.h>
#include <check.h>
#include <elf.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/note_args.h"
#include "daemon/sym/places.h"
#include "tests/unit/places_rig.h"
#include "tests/unit/suite.h"

static const char program[] =
	"#include <unistd.h>\n"
	"static __attribute__((noinline)) int hidden(int x) { return x * 3 + getppid(); }\n"
	"__attribute__((noinline)) int shown(int x) { return hidden(x) + 1; }\n"
	"int __shown_too(int) __attribute__((weak, alias(\"shown\")));\n"
	"__asm__(\".globl odd\\n.type odd,@function\\nodd: lock incl 8(%rsp)\\nmovabs $0x1122334455667788,%rax\\n\"\n"
	"	\"hlt\\nret\\n.size odd,.-odd\\n\"\n"
	"	\".globl endless\\n.type endless,@function\\nendless: push %rbp\\nret\\n\");\n"
	"extern int odd(void);\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	char c = 0;\n"
	"	write(1, \"r\", 1);\n"
	"	return read(0, &c, 1) + shown(argc) == 0;\n"
	"}\n";

static struct rig rig;
static const struct policy_scope everyone = { .all = true };

// ---- questions -------------------------------------------------------------

static void ask(struct found *r, const struct running *p, const char *mod, const char *func, const char *name)
{
	const struct place_want w = { p->pid, p->prov, mod, func, name };

	rig_find(&rig, r, &w, 1, &everyone, 10000);
}

static void expect_why(const struct running *p, const char *mod, const char *func, const char *name,
	const char *format, ...)
{
	char why[512];
	struct found r;
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof why, format, ap);
	va_end(ap);
	ask(&r, p, mod, func, name);
	ck_assert_str_eq(r.why, why);
	ck_assert_int_eq(r.error, -ENOENT);
}

// ---- what other tools say --------------------------------------------------

static FILE *output_of(const char *format, const char *name, const char *more)
{
	char command[512], line[700];
	FILE *f;

	snprintf(command, sizeof command, format, name, more);
	snprintf(line, sizeof line, "cd %s && %s", rig.dir.path, command);
	f = popen(line, "r");
	ck_assert_ptr_nonnull(f);
	return f;
}

// The offset in the file: these programs have their code where its address says.
static uint64_t offset_of(const char *file, const char *symbol)
{
	FILE *f = output_of("nm %s | awk '$3 == \"%s\" { print $1 }'", file, symbol);
	uint64_t at;

	ck_assert_int_eq(fscanf(f, "%" SCNx64, &at), 1);
	pclose(f);
	return at;
}

static const struct place *one(const struct found *r)
{
	ck_assert_str_eq(r->why, "");
	ck_assert_uint_eq(r->places->n, 1);
	return &r->places->v[0];
}

static void build(const char *name, const char *options)
{
	workdir_shell(&rig.dir, "gcc -w -fPIE -pie %s -o %s p.c", options, name);
}

// ---- functions -------------------------------------------------------------

static void expect_place(const struct running *p, const char *mod, const char *func, const char *name,
	enum place_kind kind, uint64_t offset, const char *shown_mod, const char *shown_func)
{
	struct found r;
	const struct place *v;
	struct stat st;

	ask(&r, p, mod, func, name);
	v = one(&r);
	ck_assert_int_eq(v->kind, kind);
	ck_assert_uint_eq(v->offset, offset);
	ck_assert_uint_eq(v->semaphore, 0);
	ck_assert_uint_eq(v->nargs, 0);
	ck_assert_uint_eq(v->wants, 1);
	ck_assert_int_eq(v->pid, p->pid);
	ck_assert_str_eq(v->prov, p->prov);
	ck_assert_str_eq(v->mod, shown_mod);
	ck_assert_str_eq(v->func, shown_func);
	ck_assert_str_eq(v->name, name);
	ck_assert_uint_eq(r.places->nfiles, 1);
	ck_assert_int_eq(fstat(r.places->files[v->file].fd, &st), 0);
	ck_assert_uint_eq(st.st_ino, r.places->files[v->file].inode);
	found_free(&r);
}

START_TEST(test_entry_and_return)
{
	struct running r;
	uint64_t at, hidden;

	build("prog", "-O2");
	rig_start(&rig, &r, "prog", 0);
	at = offset_of("prog", "shown");
	hidden = offset_of("prog", "hidden");
	expect_place(&r, "prog", "shown", "entry", PLACE_ENTRY, at, "prog", "shown");
	expect_place(&r, "a.out", "shown", "return", PLACE_RETURN, at, "prog", "shown");
	expect_place(&r, "", "hidden", "entry", PLACE_ENTRY, hidden, "prog", "hidden");
	expect_place(&r, "pr?g", "__shown_too", "entry", PLACE_ENTRY, at, "prog", "shown");
	expect_place(&r, "prog", "endless", "return", PLACE_RETURN, offset_of("prog", "endless"), "prog", "endless");
	running_stop(&r);
}
END_TEST

// Behind endbr64 if the kernel emulates the next instruction, else not.
START_TEST(test_behind_endbr64)
{
	struct running r;

	build("prog", "-O0 -fcf-protection=full");
	rig_start(&rig, &r, "prog", 0);
	expect_place(&r, "prog", "shown", "entry", PLACE_ENTRY, offset_of("prog", "shown") + 4, "prog", "shown");
	expect_place(&r, "prog", "shown", "return", PLACE_RETURN, offset_of("prog", "shown") + 4, "prog", "shown");
	expect_place(&r, "prog", "shown", "0", PLACE_OFFSET, offset_of("prog", "shown"), "prog", "shown");
	running_stop(&r);
	build("prog", "-O2 -fcf-protection=full");
	rig_start(&rig, &r, "prog", 0);
	expect_place(&r, "prog", "shown", "entry", PLACE_ENTRY, offset_of("prog", "shown"), "prog", "shown");
	running_stop(&r);
}
END_TEST

// All instructions of a function are those that objdump shows.
START_TEST(test_instructions)
{
	struct found all, entry;
	struct running r;
	uint64_t at, address;
	size_t n = 0, into = 0;
	FILE *f;

	build("prog", "-O0");
	rig_start(&rig, &r, "prog", 0);
	at = offset_of("prog", "main");
	ask(&all, &r, "prog", "main", "");
	ck_assert_str_eq(all.why, "");
	f = output_of("objdump -d %s --disassemble=%s | sed -n 's/^ *\\([0-9a-f]*\\):\\t.*\\t.*/\\1/p'", "prog", "main");
	while (fscanf(f, "%" SCNx64, &address) == 1) {
		char name[20];
		bool found = false;

		snprintf(name, sizeof name, "%" PRIx64, address - at);
		for (size_t i = 0; i < all.places->n; i++) {
			const struct place *p = &all.places->v[i];

			if (strcmp(p->name, name) == 0)
				found = p->kind == PLACE_OFFSET && p->offset == address && p->into == address - at;
		}
		ck_assert_msg(found, "no place at %s", name);
		n++;
	}
	pclose(f);
	ck_assert_uint_gt(n, 10);
	ck_assert_uint_eq(all.places->n, n + 2);	// and entry and return
	found_free(&all);
	ask(&entry, &r, "prog", "main", "[0-9a-f]");
	for (size_t i = 0; i < entry.places->n; i++)
		into |= entry.places->v[i].into;
	ck_assert_uint_lt(into, 16);
	found_free(&entry);
	running_stop(&r);
}
END_TEST

START_TEST(test_no_places)
{
	struct running r;

	build("prog", "-O2");
	rig_start(&rig, &r, "prog", 0);
	expect_why(&r, "prog", "odd", "8", "8 is inside an instruction of odd of prog");
	expect_why(&r, "prog", "odd", "100", "100 is behind the end of odd of prog");
	expect_why(&r, "prog", "odd", "0", "the kernel has no probe for the instruction at 0 of odd of prog");
	expect_why(&r, "prog", "odd", "f", "the kernel has no probe for the instruction at f of odd of prog");
	expect_why(&r, "prog", "odd", "entry", "the kernel has no probe for the instruction at entry of odd of prog");
	expect_place(&r, "prog", "odd", "5", PLACE_OFFSET, offset_of("prog", "odd") + 5, "prog", "odd");
	expect_place(&r, "prog", "odd", "10", PLACE_OFFSET, offset_of("prog", "odd") + 16, "prog", "odd");
	expect_why(&r, "prog", "endless", "1", "endless of prog has no size, so that only its entry and return can be traced");
	expect_why(&r, "prog", "nowhere", "entry", "process %d has no prog:nowhere:entry", r.pid);
	expect_why(&r, "prog", "shown", "exit", "process %d has no prog:shown:exit", r.pid);
	expect_why(&r, "nothing", "shown", "entry", "process %d has no object nothing", r.pid);
	expect_why(&r, "libc", "strlen", "entry", "strlen of libc.so.6 is an indirect function, one of several that is chosen when "
		"the program starts; trace the one that is called");
	running_stop(&r);
}
END_TEST

START_TEST(test_names_of_objects)
{
	static const char *const names[] = { "libc.so.6", "libc.so", "libc", "lib[c]", "l*c" };
	struct running r;

	build("prog", "-O2");
	rig_start(&rig, &r, "prog", 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct found got;

		ask(&got, &r, names[i], "getppid", "entry");
		ck_assert_str_eq(one(&got)->mod, "libc.so.6");
		ck_assert_str_eq(one(&got)->func, "getppid");
		found_free(&got);
	}
	expect_why(&r, "libc.so.", "getppid", "entry", "process %d has no object libc.so.", r.pid);
	expect_why(&r, "lib", "getppid", "entry", "process %d has no object lib", r.pid);
	running_stop(&r);
}
END_TEST

// Function "-": an address of the process.
START_TEST(test_addresses)
{
	uint64_t start_address = 0, at;
	struct running r;
	struct found got;
	char name[32];
	FILE *f;

	build("prog", "-O2");
	rig_start(&rig, &r, "prog", 0);
	f = output_of("awk '/%s$/ { split($1, a, \"-\"); print a[1]; exit }' /proc/%s/maps", "prog", r.prov + 3);
	ck_assert_int_eq(fscanf(f, "%" SCNx64, &start_address), 1);
	pclose(f);
	at = offset_of("prog", "odd");
	snprintf(name, sizeof name, "%" PRIx64, start_address + at + 5);
	expect_place(&r, "a.out", "-", name, PLACE_OFFSET, at + 5, "prog", "-");
	expect_why(&r, "libc", "-", name, "process %d has no code of a file at %s", r.pid, name);
	snprintf(name, sizeof name, "%" PRIx64, start_address + at + 7);
	expect_why(&r, "", "-", name, "%s is inside an instruction of - of prog", name);
	expect_why(&r, "", "-", "10", "process %d has no code of a file at 10", r.pid);
	ask(&got, &r, "", "-", "entry");
	ck_assert_int_eq(got.error, -EINVAL);
	ck_assert_str_eq(got.why, "entry is no address in hex, as which the name of a probe of function - is read");
	running_stop(&r);
}
END_TEST

// Two descriptions of one place are one place; two processes of a program are two.
// A function of several versions has them all under its plain name, each once.
START_TEST(test_versions)
{
	struct running r;
	struct found got;

	workdir_write(&rig.dir, "v.c", "#define KEPT __attribute__((noinline))\n"
		"KEPT int old(int n) { __asm__ volatile (\"\"); return n + 1; }\n"
		"KEPT int new(int n) { __asm__ volatile (\"\"); return n + 2; }\n"
		"__asm__(\".symver old,versioned@V_1\\n.symver new,versioned@@V_2\");\n");
	workdir_write(&rig.dir, "v.map", "V_1 { global: versioned; local: *; }; V_2 { global: versioned; } V_1;\n");
	workdir_write(&rig.dir, "m.c", "#include <unistd.h>\nextern int versioned(int);\n"
		"int main(void) { char c; write(1, \"r\", 1); return read(0, &c, 1) + versioned(1) == 0; }\n");
	workdir_shell(&rig.dir, "cc -O2 -fPIC -shared -o libv.so v.c -Wl,--version-script=v.map && "
		"cc -o m m.c -L. -lv -Wl,-rpath,\"$PWD\"");
	for (int stripped = 0; stripped < 2; stripped++) {
		rig_start(&rig, &r, "m", 0);
		rig_find(&rig, &got, &(struct place_want){ r.pid, r.prov, "libv", "versioned", "entry" }, 1, &everyone, 10);
		ck_assert_uint_eq(got.places->n, 2);
		ck_assert_str_eq(got.places->v[0].func, "versioned");
		ck_assert_str_eq(got.places->v[1].func, "versioned");
		ck_assert_uint_ne(got.places->v[0].offset, got.places->v[1].offset);
		found_free(&got);
		running_stop(&r);
		workdir_shell(&rig.dir, "strip libv.so");
	}
}
END_TEST

// Once more, for what has come since: nothing of what was looked at, but for a want that it was not looked at for.
START_TEST(test_again)
{
	struct running a, b;
	struct found got, more;
	struct place_again again = { NULL, 1, NULL, 0 };

	build("prog", "-O2");
	workdir_shell(&rig.dir, "cp prog copy");
	rig_start(&rig, &a, "prog", 0);
	rig_start(&rig, &b, "copy", 0);
	again.pids = &a.pid;
	const struct place_want wants[] = { { a.pid, a.prov, "", "shown", "entry" }, { b.pid, b.prov, "", "shown", "entry" } };

	rig_find(&rig, &got, wants, 1, &everyone, 100);
	ck_assert_uint_eq(got.places->n, 1);
	ck_assert_uint_gt(got.places->nseen, 1);
	again.seen = got.places->seen;
	again.nseen = got.places->nseen;
	rig_find_again(&rig, &more, wants, 1, &everyone, 100, &again);
	ck_assert_int_eq(more.error, -ENOENT);
	again.pids = &b.pid;
	rig_find_again(&rig, &more, wants, 2, &everyone, 100, &again);
	ck_assert_uint_eq(more.places->n, 1);
	ck_assert_str_eq(more.places->v[0].mod, "copy");
	ck_assert_uint_eq(more.places->v[0].wants, 2);
	found_free(&more);
	again.pids = (const pid_t[]){ INT32_MAX };
	rig_find_again(&rig, &more, wants, 2, &everyone, 100, &again);
	ck_assert_int_eq(more.error, -ENOENT);
	found_free(&got);
	running_stop(&a);
	running_stop(&b);
}
END_TEST

START_TEST(test_wants)
{
	struct running a, b;
	struct found got;
	uint64_t seen = 0;

	build("prog", "-O2");
	rig_start(&rig, &a, "prog", 0);
	rig_start(&rig, &b, "prog", 0);
	rig_find(&rig, &got, (struct place_want[]){ { a.pid, a.prov, "prog", "shown", "entry" },
		{ a.pid, a.prov, "p*", "sh*", "entry" }, { b.pid, b.prov, "a.out", "shown", "" },
		{ b.pid, b.prov, "a.out", "missing", "entry" } }, 4, &everyone, 10000);
	ck_assert_str_eq(got.why, "");
	ck_assert_uint_eq(got.places->nfiles, 1);
	for (size_t i = 0; i < got.places->n; i++) {
		const struct place *p = &got.places->v[i];

		ck_assert(p->pid == a.pid ? p->wants == 3 && strcmp(p->prov, a.prov) == 0 : p->wants == 4);
		seen += p->pid == a.pid;
	}
	ck_assert_uint_eq(seen, 1);
	ck_assert_uint_gt(got.places->n, 4);
	ck_assert_ptr_null(got.places->why[0]);
	ck_assert(strstr(got.places->why[3], " has no a.out:missing:entry"));
	found_free(&got);
	rig_find(&rig, &got, &(struct place_want){ a.pid, a.prov, "prog", "main", "" }, 1, &everyone, 5);
	ck_assert_int_eq(got.error, -E2BIG);
	ck_assert_str_eq(got.why, "more than 5 places of user probes match; say in which objects, or which functions");
	running_stop(&a);
	running_stop(&b);
}
END_TEST

// ---- files and processes ---------------------------------------------------

START_TEST(test_stripped)
{
	struct running r;
	uint64_t at;

	build("full", "-O2 -rdynamic");
	at = offset_of("full", "hidden");
	workdir_shell(&rig.dir, "strip -o exports full && strip -R .dynsym -o none full 2>/dev/null; "
		"gcc -w -static -O2 -o still p.c && strip still; "
		"objcopy --only-keep-debug full full.debug && strip -o linked full && "
		"objcopy --add-gnu-debuglink=full.debug linked");
	rig_start(&rig, &r, "exports", 0);
	expect_why(&r, "exports", "hidden", "entry", "exports has no function hidden among those that it exports, and no symbols "
		"of others; its debug symbols may have it");
	expect_place(&r, "exports", "shown", "entry", PLACE_ENTRY, offset_of("full", "shown"), "exports", "shown");
	running_stop(&r);
	rig_start(&rig, &r, "still", 0);
	expect_why(&r, "still", "shown", "entry", "still is stripped: it names no function; its debug symbols would");
	running_stop(&r);
	rig_start(&rig, &r, "linked", 0);
	expect_place(&r, "linked", "hidden", "entry", PLACE_ENTRY, at, "linked", "hidden");
	running_stop(&r);
}
END_TEST

// A user's debug file could say anything of where functions are, also in other people's files.
START_TEST(test_scope)
{
	static const struct policy_scope user = { .uid = 12345 };
	struct running own, root;
	struct found got;

	build("full", "-O2");
	workdir_shell(&rig.dir, "chmod 755 . && objcopy --only-keep-debug full full.debug && strip -o prog full && "
		"objcopy --add-gnu-debuglink=full.debug prog");
	rig_start(&rig, &root, "prog", 0);
	rig_start(&rig, &own, "prog", 12345);
	rig_find(&rig, &got, &(struct place_want){ root.pid, root.prov, "prog", "shown", "entry" }, 1, &user, 10);
	ck_assert_int_eq(got.error, -EPERM);
	ck_assert(strstr(got.why, " is not yours to trace"));
	rig_find(&rig, &got, &(struct place_want){ own.pid, own.prov, "prog", "shown", "entry" }, 1, &user, 10);
	ck_assert_uint_eq(one(&got)->offset, offset_of("full", "shown"));
	found_free(&got);
	workdir_shell(&rig.dir, "chown 12345 full.debug");
	rig_find(&rig, &got, &(struct place_want){ own.pid, own.prov, "prog", "shown", "entry" }, 1, &user, 10);
	ck_assert_int_eq(got.error, -ENOENT);
	ck_assert(strstr(got.why, "debug symbols"));
	rig_find(&rig, &got, &(struct place_want){ own.pid, own.prov, "prog", "shown", "entry" }, 1, &everyone, 10);
	ck_assert_uint_eq(got.places->n, 1);
	found_free(&got);
	rig_find(&rig, &got, &(struct place_want){ -1, "shop*", "", "", "" }, 1, &user, 10);
	ck_assert_int_eq(got.error, -EPERM);
	ck_assert_str_eq(got.why, "probes in all processes are for root; name a process, as in provider1234:::");
	running_stop(&own);
	running_stop(&root);
}
END_TEST

START_TEST(test_processes)
{
	struct running r;
	struct found got;

	build("prog", "-O2");
	rig_start(&rig, &r, "prog", 0);
	workdir_shell(&rig.dir, "rm prog && cp p.c prog");
	expect_place(&r, "prog", "shown", "return", PLACE_RETURN, (build("again", "-O2"), offset_of("again", "shown")),
		"prog", "shown");
	running_stop(&r);
	ask(&got, &r, "prog", "shown", "entry");
	ck_assert_int_eq(got.error, -ESRCH);
	ck_assert(strstr(got.why, "there is no process "));
}
END_TEST

START_TEST(test_narrow)
{
	struct running r;

	workdir_write(&rig.dir, "free.c", "static int call(int n, const void *p, int len) { int r; __asm__ volatile (\"int $0x80\" "
		": \"=a\"(r) : \"a\"(n), \"b\"(1), \"c\"(p), \"d\"(len) : \"memory\"); return r; }\n"
		"void shown(void) {}\nvoid _start(void) { call(4, \"r\", 1); call(29, 0, 0); for (;;) ; }\n");
	workdir_shell(&rig.dir, "gcc -m32 -w -O1 -fno-pie -no-pie -static -nostdlib -fno-stack-protector -o narrow free.c");
	rig_start(&rig, &r, "narrow", 0);
	expect_why(&r, "narrow", "shown", "entry", "narrow is a 32-bit program; user probes are possible in 64-bit programs");
	kill(r.pid, SIGKILL);
	running_stop(&r);
}
END_TEST

START_TEST(test_cancel)
{
	struct places_job *job[2];
	struct found got;
	struct running r;

	build("prog", "-O2");
	rig_start(&rig, &r, "prog", 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(places_find(rig.syms, &(struct place_want){ r.pid, r.prov, "", "", "entry" }, 1, &everyone,
			100000, NULL, found_take, &got, &job[i]), 0);
	got.calls = 0;
	places_cancel(job[0]);
	event_base_loop(rig.base, EVLOOP_NONBLOCK);
	places_cancel(job[1]);
	expect_place(&r, "prog", "shown", "entry", PLACE_ENTRY, offset_of("prog", "shown"), "prog", "shown");
	ck_assert_int_eq(got.calls, 0);
	running_stop(&r);
}
END_TEST

// ---- probes of programs ----------------------------------------------------

struct expected {
	const char *text;
	struct place_arg a;
};

#define ARG(k, n, sign, r, i, s, d) { .kind = PLACE_ARG_##k, .size = n, .is_signed = sign, .reg = r, .index = i, .scale = s, .disp = d }
#define NO PLACE_NO_REG
#define NOTHING ARG(NONE, 8, false, NO, NO, 1, 0)

static bool find_symbol(void *arg, const char *name, uint64_t *address)
{
	*address = 0x5000;
	return strcmp(name, arg) == 0;
}

static void expect_args(uint16_t machine, const struct expected *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct place_arg got[PLACE_ARGS];
		char all[600];

		snprintf(all, sizeof all, " %s  1@x9", e[i].text);
		ck_assert_uint_eq(note_args_parse(machine, all, 0x4000, strstr(all, "foo(,"), find_symbol, "foo", got), strchr(all, '[') && !strchr(all, ']') ? 1 : 2);
		ck_assert_msg(got[0].kind == e[i].a.kind && got[0].size == e[i].a.size && got[0].reg == e[i].a.reg &&
			got[0].index == e[i].a.index && got[0].scale == e[i].a.scale && got[0].disp == e[i].a.disp &&
			got[0].is_signed == e[i].a.is_signed && got[0].is_float == e[i].a.is_float,
			"%s: kind %d size %d reg %d index %d scale %d disp %" PRId64, e[i].text, got[0].kind, got[0].size,
			got[0].reg, got[0].index, got[0].scale, got[0].disp);
	}
}

#if defined(__x86_64__)
#define R(field) offsetof(struct pt_regs, field)

START_TEST(test_args_x86)
{
	static const struct expected e[] = {
		{ "-4@%eax", ARG(REG, 4, true, R(rax), NO, 1, 0) }, { "8@%r15", ARG(REG, 8, false, R(r15), NO, 1, 0) },
		{ "1@%dil", ARG(REG, 1, false, R(rdi), NO, 1, 0) }, { "-2@%r9w", ARG(REG, 2, true, R(r9), NO, 1, 0) },
		{ "-1@%ch", ARG(REG, 1, true, R(rcx) + 1, NO, 1, 0) }, { "4@%r11d", ARG(REG, 4, false, R(r11), NO, 1, 0) },
		{ "1@%r8b", ARG(REG, 1, false, R(r8), NO, 1, 0) }, { "%rsi", ARG(REG, 8, false, R(rsi), NO, 1, 0) },
		{ "4@$5", ARG(CONST, 4, false, NO, NO, 1, 5) }, { "-8@$-9", ARG(CONST, 8, true, NO, NO, 1, -9) },
		{ "8@$0x10", ARG(CONST, 8, false, NO, NO, 1, 16) },
		{ "8@$18446744073709551615", ARG(CONST, 8, false, NO, NO, 1, -1) },
		{ "8@-16(%rbp)", ARG(MEM, 8, false, R(rbp), NO, 1, -16) }, { "4@(%rsp)", ARG(MEM, 4, false, R(rsp), NO, 1, 0) },
		{ "8@(%rax,%rcx,8)", ARG(MEM, 8, false, R(rax), R(rcx), 8, 0) },
		{ "2@0x20(%rdx,%rbx)", ARG(MEM, 2, false, R(rdx), R(rbx), 1, 32) },
		{ "8@-8(,%r12,4)", ARG(MEM, 8, false, NO, R(r12), 4, -8) },
		{ "8@foo(%rip)", ARG(MEM, 8, false, R(rip), NO, 1, 0x1000) },
		{ "4@foo+4(%rip)", ARG(MEM, 4, false, R(rip), NO, 1, 0x1004) }, { "4@8+foo(%rip)", ARG(MEM, 4, false, R(rip), NO, 1, 0x1008) },
		{ "4@foo-8(%rip)", ARG(MEM, 4, false, R(rip), NO, 1, 0xff8) },
		{ "-8f@-8(%rbp)", { .kind = PLACE_ARG_MEM, .size = 8, .is_signed = true, .is_float = true, .reg = R(rbp),
			.index = NO, .scale = 1, .disp = -8 } },
		{ "8f@%xmm0", { .kind = PLACE_ARG_NONE, .size = 8, .is_float = true, .reg = NO, .index = NO, .scale = 1 } },
		{ "8@foo(,%rax,8)", ARG(MEM, 8, false, NO, R(rax), 8, 0x5000) },
		// What cannot be read.
		{ "8@bar(%rip)", NOTHING }, { "8@foo(%rax)", NOTHING }, { "8@foo", NOTHING }, { "8@%fs:8(%rax)", NOTHING },
		{ "8@8(%rip)", NOTHING }, { "3@%eax", NOTHING }, { "8@%eax", NOTHING }, { "4@", NOTHING }, { "@%eax", NOTHING },
		{ "8@%rax)", NOTHING }, { "8@(%rax", NOTHING }, { "8@()", NOTHING }, { "8@(%eax)", NOTHING },
		{ "8@(%rax,%rcx,3)", NOTHING }, { "8@$", NOTHING }, { "-9223372036854775808@%rax", NOTHING },
		{ "8@$99999999999999999999", NOTHING }, { "8@foo+foo(%rip)", NOTHING }, { "8@%", NOTHING }, { "8@-(%rax)", NOTHING },
	};

	expect_args(EM_X86_64, e, sizeof e / sizeof *e);
}
END_TEST
#endif

START_TEST(test_args_arm64)
{
	static const struct expected e[] = {
		{ "8@x0", ARG(REG, 8, false, 0, NO, 1, 0) }, { "-4@w30", ARG(REG, 4, true, 240, NO, 1, 0) },
		{ "8@sp", ARG(REG, 8, false, 248, NO, 1, 0) }, { "-4@5", ARG(CONST, 4, true, NO, NO, 1, 5) },
		{ "-4@-5", ARG(CONST, 4, true, NO, NO, 1, -5) }, { "-4@[sp, 12]", ARG(MEM, 4, true, 248, NO, 1, 12) },
		{ "8@[x29, -8]", ARG(MEM, 8, false, 232, NO, 1, -8) }, { "8@[x1]", ARG(MEM, 8, false, 8, NO, 1, 0) },
		{ "8@[x1,x2]", ARG(MEM, 8, false, 8, 16, 1, 0) }, { "4@[x1, x2, lsl 2]", ARG(MEM, 4, false, 8, 16, 4, 0) },
		{ "8@[x1, #16]", ARG(MEM, 8, false, 8, NO, 1, 16) },
		{ "8@x31", NOTHING }, { "8@w1", NOTHING }, { "8@[w1]", NOTHING }, { "8@[x1", NOTHING }, { "8@[x1, x2, lsl 4]", NOTHING },
		{ "8@d0", NOTHING }, { "8@", NOTHING }, { "8@[x1, 4", NOTHING },
	};

	expect_args(EM_AARCH64, e, sizeof e / sizeof *e);
	ck_assert_uint_eq(note_args_parse(EM_386, "4@%eax", 0, false, NULL, NULL, (struct place_arg[PLACE_ARGS]){ 0 }), 0);
}
END_TEST

static const char shop[] =
	"#include <sys/sdt.h>\n#include <unistd.h>\n"
	"volatile int counter = 7;\n"
	"__extension__ unsigned short shop_sale__start_semaphore __attribute__((unused, section(\".probes\"))), other_plain_semaphore\n"
	"	__attribute__((section(\".probes\")));\n"
	"static __attribute__((noinline)) void sell(int n, const char *what)\n"
	"{ STAP_PROBE3(shop, sale__start, n, what, 5); if (n) STAP_PROBE(other, plain); }\n"
	"int main(int argc, char **argv) { char c; write(1, \"r\", 1);\n"
	"	return read(0, &c, 1) && (sell(argc, argv[0]), 0); }\n";

// What readelf says of a note's place: the program's sites are nops.
static uint64_t site_of(const char *file, const char *name)
{
	FILE *f = output_of("readelf -n %s 2>/dev/null | awk '/Name: %s$/ { getline; sub(\",\", \"\", $2); print $2; exit }'",
		file, name);
	uint64_t at;

	ck_assert_int_eq(fscanf(f, "%" SCNx64, &at), 1);
	pclose(f);
	return at;
}

START_TEST(test_probes_of_a_program)
{
	uint64_t address, offset;
	const struct place *p;
	struct found got;
	struct running r;
	char prov[32];
	FILE *f;

	workdir_write(&rig.dir, "shop.c", shop);
	workdir_shell(&rig.dir, "gcc -w -O2 -D_SDT_HAS_SEMAPHORES -o shop shop.c");
	rig_start(&rig, &r, "shop", 0);
	snprintf(prov, sizeof prov, "shop%d", r.pid);
	rig_find(&rig, &got, &(struct place_want){ r.pid, prov, "", "", "" }, 1, &everyone, 100);
	p = one(&got);
	ck_assert_int_eq(p->kind, PLACE_USDT);
	ck_assert_str_eq(p->prov, prov);
	ck_assert_str_eq(p->mod, "shop");
	ck_assert_str_eq(p->func, "sell");
	ck_assert_str_eq(p->name, "sale-start");
	ck_assert_uint_eq(p->offset, site_of("shop", "sale__start"));
	ck_assert_uint_eq(p->nargs, 3);
	ck_assert(p->args[0].kind == PLACE_ARG_REG && p->args[0].size == 4 && p->args[0].is_signed);
	ck_assert(p->args[1].kind == PLACE_ARG_REG && p->args[1].size == 8 && !p->args[1].is_signed);
	ck_assert(p->args[2].kind == PLACE_ARG_CONST && p->args[2].disp == 5);
	f = output_of("readelf -SW %s | sed -n 's/.*%s *PROGBITS *\\([0-9a-f]*\\) *\\([0-9a-f]*\\).*/\\1 \\2/p'", "shop", ".probes");
	ck_assert_int_eq(fscanf(f, "%" SCNx64 " %" SCNx64, &address, &offset), 2);
	pclose(f);
	ck_assert_uint_eq(p->semaphore, offset_of("shop", "shop_sale__start_semaphore") - address + offset);
	found_free(&got);
	rig_find(&rig, &got, (struct place_want[]){ { -1, "shop", "a.out", "", "sale-start" }, { r.pid, "other*", "", "sell", "" },
		{ r.pid, "shop", "", "", "" }, { -1, "sho?", "", "", "nothing" } }, 4, &everyone, 100);
	ck_assert_str_eq(got.why, "");
	ck_assert_uint_eq(got.places->n, 2);
	ck_assert_str_eq(found_named(&got, "sale-start")->prov, "shop");
	ck_assert_int_eq(found_named(&got, "sale-start")->pid, -1);
	ck_assert_uint_eq(found_named(&got, "plain")->wants, 2);
	ck_assert_uint_eq(found_named(&got, "plain")->nargs, 0);
	ck_assert(strstr(got.places->why[2], " has no probe shop:*:*:* of its own"));
	ck_assert_str_eq(got.places->why[3], "no process has a probe sho?:*:*:nothing");
	found_free(&got);
	running_stop(&r);
}
END_TEST

// ---- all -------------------------------------------------------------------

static void set_up(void)
{
	rig_init(&rig);
	workdir_write(&rig.dir, "p.c", program);
}

static void tear_down(void)
{
	rig_deinit(&rig);
}

int main(void)
{
	const TTest *const tests[] = { test_entry_and_return, test_behind_endbr64, test_instructions, test_no_places,
		test_names_of_objects, test_addresses, test_again, test_versions, test_wants, test_stripped, test_scope, test_processes, test_narrow,
		test_cancel,
#if defined(__x86_64__)
		test_args_x86,
#endif
		test_args_arm64, test_probes_of_a_program };
	TCase *c = tcase_create("places");

	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 120);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	return suite_run_as_root("places", c);
}
