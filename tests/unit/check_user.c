// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Naming addresses of processes, with the real symbol worker: programs that this test
// builds and runs tell where their functions are. Needs root.

#include <check.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/elf.h"
#include "daemon/sym/process.h"
#include "daemon/sym/procs.h"
#include "daemon/sym/sideband.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/symtab.h"
#include "daemon/sym/symtab_elf.h"
#include "daemon/sym/user.h"
#include "tests/unit/outcome.h"
#include "tests/unit/suite.h"
#include "tests/unit/workdir.h"

// Tells the addresses of its functions, waits for a byte, tells those of the library
// that is its argument, and waits again.
static const char program[] =
	"#include <dlfcn.h>\n"
	"#include <stdio.h>\n"
	"#include <unistd.h>\n"
	"#define TEXT(x) TEXT_OF(x)\n"
	"#define TEXT_OF(x) #x\n"
	"static __attribute__((noinline)) int hidden(int x) { return x * 3 + getppid(); }\n"
	"__attribute__((noinline)) int NAME(int x) { return hidden(x) + 1; }\n"
	"int variable[8] = { 1 };\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	char c;\n"
	"	printf(\"hidden %p\\n\" TEXT(NAME) \" %p\\nvariable %p\\nend 0\\n\", hidden, NAME, variable);\n"
	"	fflush(stdout);\n"
	"	if (read(0, &c, 1) == 1 && argc > 1) {\n"
	"#ifdef WITH_LIBRARY\n"
	"		void **at = dlsym(dlopen(argv[1], RTLD_NOW), \"where\");\n"
	"		printf(\"in_library %p\\nend 0\\n\", *at);\n"
	"		fflush(stdout);\n"
	"		read(0, &c, 1);\n"
	"#endif\n"
	"	}\n"
	"	return NAME(0) == 0;\n"
	"}\n";

static const char library[] =
	"static __attribute__((noinline)) int in_library(int x) { return x * 5; }\n"
	"void *where = in_library;\n"
	"int call(int x) { return in_library(x); }\n";

// What a just-in-time compiler does, as far as it concerns us.
static const char compiler[] =
	"#include <stdio.h>\n"
	"#include <sys/mman.h>\n"
	"#include <unistd.h>\n"
	"int main(void)\n"
	"{\n"
	"	char *p = mmap(0, 65536, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), c;\n"
	"	printf(\"code %p\\nend 0\\n\", p);\n"
	"	fflush(stdout);\n"
	"	return read(0, &c, 1) == 1;\n"
	"}\n";

static struct workdir dir;
static struct event_base *base;
static struct sideband *sideband;
static struct syms *syms;
static struct outcome outcome;
static bool pretty;
static const struct policy_scope everyone = { .all = true };

// ---- programs --------------------------------------------------------------

struct known {
	char name[32];
	uint64_t address;
};

struct running {
	pid_t pid;
	sym_process process;
	FILE *out;
	int in;
	struct known known[8];
	size_t nknown;
};

static void read_known(struct running *r)
{
	struct known k;

	r->nknown = 0;
	while (fscanf(r->out, "%31s %" SCNx64, k.name, &k.address) == 2 && strcmp(k.name, "end"))
		r->known[r->nknown++] = k;
	ck_assert_str_eq(k.name, "end");
}

static sym_process process_of(pid_t pid)
{
	struct process_facts f;
	int fd = process_open(pid);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(process_read_facts(fd, &f), 0);
	close(fd);
	return (sym_process)f.generation << 32 | (uint32_t)pid;
}

struct start {
	const char *path, *argument, *root;
	uid_t uid;
	bool (*prepare)(void);
};

static void start(struct running *r, const struct start *s)
{
	int out[2], in[2];

	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	r->pid = fork();
	ck_assert_int_ge(r->pid, 0);
	if (r->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		if ((s->prepare && !s->prepare()) || (s->root && (chroot(s->root) || chdir("/"))) ||
			(s->uid && setresuid(s->uid, s->uid, s->uid)))
			_exit(1);
		execl(s->path, s->path, s->argument, NULL);
		_exit(1);
	}
	close(in[0]);
	close(out[1]);
	r->in = in[1];
	r->out = fdopen(out[0], "r");
	read_known(r);
	r->process = process_of(r->pid);
}

static void start_path(struct running *r, const char *path)
{
	start(r, &(struct start){ .path = path });
}

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir.path, name);
	return path;
}

static void start_here(struct running *r, const char *name)
{
	start_path(r, path_of(name));
}

static void stop(struct running *r)
{
	close(r->in);
	fclose(r->out);
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
}

// ---- questions -------------------------------------------------------------

static void submit(const struct sym_query *q, size_t n, const struct policy_scope *scope)
{
	struct syms_job *job;

	outcome.calls = 0;
	ck_assert_int_eq(syms_resolve(syms, q, n, scope, pretty, outcome_take, &outcome, &job), 0);
}

static void await_answer(void)
{
	while (!outcome.calls)
		event_base_loop(base, EVLOOP_ONCE);
	ck_assert_str_eq(outcome.failure, "");
}

static void ask(sym_process p, uint64_t address)
{
	const struct sym_query q = { SYM_USER, p, address };

	submit(&q, 1, &everyone);
	await_answer();
	ck_assert_uint_eq(outcome.n, 1);
}

static uint64_t where(const struct running *r, const char *name)
{
	for (size_t i = 0; i < r->nknown; i++) {
		if (strcmp(r->known[i].name, name) == 0)
			return r->known[i].address;
	}
	ck_abort_msg("the program did not tell where %s is", name);
}

static void expect(const struct running *r, uint64_t address, const char *module, const char *symbol,
	uint64_t offset)
{
	ask(r->process, address);
	ck_assert_str_eq(outcome.answers[0].module, module);
	ck_assert_str_eq(outcome.answers[0].symbol, symbol);
	ck_assert_uint_eq(outcome.answers[0].offset, offset);
}

static void expect_all(const struct running *r, const char *module)
{
	for (size_t i = 0; i < r->nknown; i++)
		expect(r, r->known[i].address + 3, module, r->known[i].name, 3);
}

// The kernel tells of mappings with code only.
static void expect_code(const struct running *r, const char *module)
{
	for (size_t i = 0; i < r->nknown; i++) {
		if (strcmp(r->known[i].name, "variable") != 0)
			expect(r, r->known[i].address + 3, module, r->known[i].name, 3);
	}
}

static void expect_nothing(const struct running *r, uint64_t address)
{
	expect(r, address, "", "", address);
}

static pid_t worker_pid(void)
{
	char path[64];
	pid_t pid = 0;
	FILE *f = NULL;
	int found = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", getpid(), getpid());
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (!found && fscanf(f, "%d", &pid) == 1) {
		char name[64] = "";
		FILE *comm;

		snprintf(path, sizeof path, "/proc/%d/comm", pid);
		comm = fopen(path, "r");
		found = comm && fscanf(comm, "%63s", name) == 1 && strcmp(name, "dtraced-symbols") == 0;
		if (comm)
			fclose(comm);
	}
	fclose(f);
	ck_assert(found);
	return pid;
}

// ---- fixtures --------------------------------------------------------------

static void set_up(void)
{
	pretty = false;
	base = event_base_new();
	outcome.base = base;
	ck_assert_int_eq(sideband_new(&sideband, base, (uint32_t)sysconf(_SC_NPROCESSORS_CONF)), 0);
	ck_assert_int_eq(syms_new(&syms, base, sideband), 0);
	workdir_init(&dir);
	workdir_write(&dir, "p.c", program);
	workdir_write(&dir, "l.c", library);
	workdir_write(&dir, "j.c", compiler);
}

static void tear_down(void)
{
	syms = syms_free(syms);
	sideband = sideband_free(sideband);
	event_base_free(base);
	workdir_deinit(&dir);
}

// ---- programs of all kinds -------------------------------------------------

START_TEST(test_kinds_of_programs)
{
	static const char *const ways[] = { "-fPIE -pie", "-no-pie", "-static", "-static-pie" };
	struct running r;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		workdir_shell(&dir, "gcc -O2 -w %s -DNAME=shown -o prog p.c", ways[i]);
		start_here(&r, "prog");
		ck_assert_uint_eq(r.nknown, 3);
		expect_all(&r, "prog");
		expect_nothing(&r, 16);
		stop(&r);
	}
}
END_TEST

START_TEST(test_packed)
{
	struct running r;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o p p.c && objcopy --only-keep-debug p d && "
	      "objcopy -S --remove-section .gnu_debuglink -K hidden -K shown -K variable d mini 2> err && "
	      "strip -o s p && xz mini && objcopy --add-section .gnu_debugdata=mini.xz s prog");
	start_here(&r, "prog");
	expect_all(&r, "prog");
	stop(&r);
}
END_TEST

// Its offset is then an address that nm would print.
START_TEST(test_stripped)
{
	struct running r;
	char line[256];
	uint64_t linked = 0;
	FILE *f;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o p p.c && strip -o prog p");
	snprintf(line, sizeof line, "nm %s/p | awk '$3 == \"hidden\" { print $1 }'", dir.path);
	f = popen(line, "r");
	ck_assert_int_eq(fscanf(f, "%" SCNx64, &linked), 1);
	pclose(f);
	start_here(&r, "prog");
	expect(&r, where(&r, "hidden") + 1, "prog", "", linked + 1);
	stop(&r);
}
END_TEST

START_TEST(test_debug_link)
{
	struct running r;

	workdir_shell(&dir, "gcc -O2 -w -Wl,--build-id=none -DNAME=shown -o p p.c && objcopy --only-keep-debug p p.debug && "
	      "strip -o prog p && objcopy --add-gnu-debuglink=p.debug prog && mkdir .debug && "
	      "mv p.debug .debug/");
	start_here(&r, "prog");
	expect_all(&r, "prog");
	stop(&r);

	// One with another checksum is not taken.
	workdir_shell(&dir, "cp prog prog2 && printf x >> .debug/p.debug");
	start_here(&r, "prog2");
	ask(r.process, where(&r, "hidden"));
	ck_assert_str_eq(outcome.answers[0].module, "prog2");
	ck_assert_str_eq(outcome.answers[0].symbol, "");
	stop(&r);
}
END_TEST

// Separate debug file by build id, in the root of the process and only there.
START_TEST(test_root_and_build_id)
{
	char root[128];
	struct running r;

	workdir_shell(&dir, "mkdir -p root/bin root/usr/lib/debug/.build-id/01 && "
	      "gcc -O2 -w -static -Wl,--build-id=0x0123456789abcdef -DNAME=shown -o p p.c && "
	      "strip -o root/bin/prog p && "
	      "objcopy --only-keep-debug p root/usr/lib/debug/.build-id/01/23456789abcdef.debug");
	snprintf(root, sizeof root, "%s/root", dir.path);
	start(&r, &(struct start){ .path = "/bin/prog", .root = root });
	expect_all(&r, "prog");
	stop(&r);

	// The same file as others see it has no debug file, whatever was learnt there.
	start_here(&r, "root/bin/prog");
	ask(r.process, where(&r, "hidden"));
	ck_assert_str_eq(outcome.answers[0].symbol, "");
	stop(&r);

	// One of another program is not taken.
	workdir_shell(&dir, "cat /usr/bin/env > root/usr/lib/debug/.build-id/01/23456789abcdef.debug");
	start(&r, &(struct start){ .path = "/bin/prog", .root = root });
	ask(r.process, where(&r, "hidden"));
	ck_assert_str_eq(outcome.answers[0].symbol, "");
	stop(&r);
}
END_TEST

static bool hide(void)
{
	char command[600];

	snprintf(command, sizeof command, "mkdir %s/m && mount -t tmpfs none %s/m && cp %s/prog %s/m/inner", dir.path,
		dir.path, dir.path, dir.path);
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		system(command) == 0;
}

START_TEST(test_mount_namespace)
{
	struct running r;
	struct stat st;

	workdir_shell(&dir, "gcc -O2 -w -static -DNAME=shown -o prog p.c");
	start(&r, &(struct start){ .path = path_of("m/inner"), .prepare = hide });
	ck_assert_int_ne(stat(path_of("m/inner"), &st), 0);
	expect_all(&r, "inner");
	stop(&r);
}
END_TEST

START_TEST(test_library)
{
	struct running r;
	char so[128];

	workdir_shell(&dir, "gcc -O2 -w -DWITH_LIBRARY -DNAME=shown -o prog p.c -ldl && gcc -O2 -shared -fPIC -o lib.so l.c");
	snprintf(so, sizeof so, "%s/lib.so", dir.path);
	start(&r, &(struct start){ .path = path_of("prog"), .argument = so });
	expect_all(&r, "prog");		// before it is loaded
	ck_assert_int_eq(write(r.in, "x", 1), 1);
	read_known(&r);
	expect_all(&r, "lib.so");
	stop(&r);
}
END_TEST

START_TEST(test_demangling)
{
	static const char source[] =
		"#include <cstdio>\n#include <unistd.h>\n"
		"namespace space { struct thing { __attribute__((noinline)) int member(int, const char *) {\n"
		"	return getppid(); } }; }\n"
		"int main() { int (space::thing::*p)(int, const char *) = &space::thing::member; char c;\n"
		"	void *at; __builtin_memcpy(&at, &p, sizeof at); printf(\"member %p\\nend 0\\n\", at);\n"
		"	fflush(stdout); return read(0, &c, 1) == 1 ? (space::thing().*p)(1, \"\") : 0; }\n";
	struct running r;

	workdir_write(&dir, "d.cc", source);
	workdir_shell(&dir, "gcc -O1 -o cpp d.cc");
	start_here(&r, "cpp");
	expect(&r, where(&r, "member"), "cpp", "_ZN5space5thing6memberEiPKc", 0);
	pretty = true;
	expect(&r, where(&r, "member"), "cpp", "space::thing::member(int, char const*)", 0);
	stop(&r);
}
END_TEST

START_TEST(test_vdso)
{
	const char *at = (const char *)getauxval(AT_SYSINFO_EHDR);
	static const struct symtab_limits limits = { 1000, 1 << 16, 0 };
	struct elf_source from = elf_from_memory(at, 8192);
	const struct running self = { .process = process_of(getpid()) };
	struct symtab *t = NULL;
	const char *name = "";
	uint64_t offset, address;
	struct elf e;
	bool partial;

	if (!at)
		return;
	ck_assert_int_eq(elf_open(&e, &from), 0);
	ck_assert_int_eq(symtab_read(&t, &e, NULL, &limits, &partial), 0);
	for (address = 0; address < 8192 && !strstr(name, "clock_gettime"); address++)
		(void)symtab_find(t, address, &name, &offset);
	expect(&self, (uint64_t)(uintptr_t)at + address + 4, "[vdso]", "clock_gettime", 5);
	symtab_free(t);
	elf_close(&e);
}
END_TEST

START_TEST(test_vsyscall)
{
	const struct running self = { .process = process_of(getpid()) };

	expect(&self, UINT64_C(0xffffffffff600405), "[vsyscall]", "time", 5);
}
END_TEST

// ---- files that are not what they were -------------------------------------

START_TEST(test_deleted)
{
	struct running r;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c");
	start_here(&r, "prog");
	workdir_shell(&dir, "rm prog");
	expect_all(&r, "prog");
	stop(&r);
}
END_TEST

START_TEST(test_replaced)
{
	struct running old, new;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c && gcc -O1 -w -DNAME=another -o prog2 p.c");
	start_here(&old, "prog");
	workdir_shell(&dir, "mv prog2 prog");
	start_here(&new, "prog");
	expect_all(&old, "prog");
	expect_all(&new, "prog");
	expect_all(&old, "prog");
	stop(&old);
	stop(&new);
}
END_TEST

// ---- just-in-time compilers ------------------------------------------------

START_TEST(test_perf_map)
{
	struct running r;
	uint64_t code;

	workdir_shell(&dir, "gcc -O2 -o jit j.c");
	start_here(&r, "jit");
	code = where(&r, "code");
	workdir_shell(&dir, "printf '%" PRIx64 " 100 compiled one\\n' > /tmp/perf-%d.map", code, r.pid);
	char module[32];
	snprintf(module, sizeof module, "perf-%d.map", r.pid);
	expect(&r, code + 8, module, "compiled one", 8);
	expect_nothing(&r, code + 0x108);
	workdir_shell(&dir, "printf '%" PRIx64 " 100 another\\n' >> /tmp/perf-%d.map", code + 0x100, r.pid);
	expect(&r, code + 0x108, module, "another", 8);

	workdir_shell(&dir, "chown 12345 /tmp/perf-%d.map", r.pid);	// not its own
	expect_nothing(&r, code + 8);
	workdir_shell(&dir, "rm /tmp/perf-%d.map && mkfifo /tmp/perf-%d.map", r.pid, r.pid);
	expect_nothing(&r, code + 8);
	workdir_shell(&dir, "rm /tmp/perf-%d.map && ln -s perf-%d.map /tmp/perf-%d.map", r.pid, r.pid, r.pid);
	expect_nothing(&r, code + 8);
	workdir_shell(&dir, "rm /tmp/perf-%d.map", r.pid);
	stop(&r);
}
END_TEST

// Its end counts, as what is new is there, and no more of it is read than there is memory for.
START_TEST(test_large_perf_map)
{
	struct running r;
	char module[32];
	uint64_t code;

	workdir_shell(&dir, "gcc -O2 -o jit j.c");
	start_here(&r, "jit");
	code = where(&r, "code");
	workdir_shell(&dir, "truncate -s 1G /tmp/perf-%d.map && printf '\\n%" PRIx64 " 100 the last\\n' >> /tmp/perf-%d.map",
		r.pid, code, r.pid);
	snprintf(module, sizeof module, "perf-%d.map", r.pid);
	expect(&r, code + 8, module, "the last", 8);
	workdir_shell(&dir, "rm /tmp/perf-%d.map", r.pid);
	stop(&r);
}
END_TEST

// ---- processes that come and go --------------------------------------------

START_TEST(test_other_generation)
{
	struct running r;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c");
	start_here(&r, "prog");
	r.process += UINT64_C(1000) << 32;	// of a later process with that number
	expect_nothing(&r, where(&r, "hidden"));
	r.process -= UINT64_C(2000) << 32;
	expect_nothing(&r, where(&r, "hidden"));
	stop(&r);
}
END_TEST

START_TEST(test_exited)
{
	struct procs *procs = user_procs(syms_user(syms));
	struct running r, gone;
	size_t n, bytes;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c && gcc -O1 -w -DNAME=unseen -o prog2 p.c");
	start_here(&gone, "prog2");
	ck_assert_int_eq(procs_follow(procs), 0);
	start_here(&r, "prog");			// seen from its fork on
	stop(&r);
	expect_code(&r, "prog");
	while (!procs_is_settled(procs))	// all of /proc was looked at
		event_base_loop(base, EVLOOP_ONCE);
	stop(&gone);				// was there before
	expect_all(&gone, "prog2");
	procs_count(procs, &n, &bytes);
	ck_assert_uint_gt(n, 2);
	ck_assert_uint_lt(n, PROCS_MAX);
	ck_assert_uint_lt(bytes, PROCS_BYTES);
	procs_unfollow(procs);
	expect_code(&r, "prog");		// is not forgotten

	start_here(&r, "prog");			// nobody follows now
	stop(&r);
	expect_nothing(&r, where(&r, "hidden"));
}
END_TEST

// Addresses of before an exec are named, too.
START_TEST(test_exec)
{
	static const char again[] =
		"#include <stdio.h>\n#include <unistd.h>\n"
		"static __attribute__((noinline)) int first(int x) { return x + getppid(); }\n"
		"int main(int n, char **v) { char c; printf(\"first %p\\nend 0\\n\", first); fflush(stdout);\n"
		"	read(0, &c, 1); execl(v[1], v[1], (char *)0); return first(n); }\n";
	struct procs *procs = user_procs(syms_user(syms));
	char next[128];
	struct running r;
	uint64_t first;

	workdir_write(&dir, "again.c", again);
	workdir_shell(&dir, "gcc -O2 -w -o again again.c && gcc -O2 -w -DNAME=shown -o prog p.c");
	snprintf(next, sizeof next, "%s/prog", dir.path);
	ck_assert_int_eq(procs_follow(procs), 0);
	start(&r, &(struct start){ .path = path_of("again"), .argument = next });
	first = where(&r, "first");
	expect(&r, first, "again", "first", 0);
	ck_assert_int_eq(write(r.in, "x", 1), 1);
	read_known(&r);
	expect_all(&r, "prog");
	expect(&r, first, "again", "first", 0);
	stop(&r);
	expect_all(&r, "prog");
	procs_unfollow(procs);
}
END_TEST

START_TEST(test_scope)
{
	static const struct policy_scope user = { .all = false, .uid = 12345 };
	struct running root, own;
	struct sym_query q[2];

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c");
	start_here(&root, "prog");
	start(&own, &(struct start){ .path = path_of("prog"), .uid = 12345 });
	q[0] = (struct sym_query){ SYM_USER, root.process, where(&root, "hidden") };
	q[1] = (struct sym_query){ SYM_USER, own.process, where(&own, "hidden") };
	submit(q, 2, &user);
	await_answer();
	ck_assert_str_eq(outcome.answers[0].module, "");
	ck_assert_str_eq(outcome.answers[0].symbol, "");
	ck_assert_uint_eq(outcome.answers[0].offset, q[0].address);
	ck_assert_str_eq(outcome.answers[1].symbol, "hidden");
	stop(&root);
	stop(&own);
}
END_TEST

// Without room for even one table, each is read again and again, and all is right.
START_TEST(test_no_room)
{
	struct running a, b;
	struct sym_query q[4];

	user_set_memory(syms_user(syms), 1);
	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c && gcc -O1 -w -DNAME=other -o prog2 p.c");
	start_here(&a, "prog");
	start_here(&b, "prog2");
	q[0] = q[2] = (struct sym_query){ SYM_USER, a.process, where(&a, "shown") };
	q[1] = q[3] = (struct sym_query){ SYM_USER, b.process, where(&b, "other") };
	for (int i = 0; i < 3; i++) {
		submit(q, 4, &everyone);
		await_answer();
		for (int k = 0; k < 4; k++)
			ck_assert_str_eq(outcome.answers[k].symbol, k % 2 ? "other" : "shown");
		expect_all(&a, "prog");
	}
	stop(&a);
	stop(&b);
}
END_TEST

// ---- a worker that fails ---------------------------------------------------

START_TEST(test_lost_worker)
{
	struct running r;
	struct sym_query q;
	pid_t first;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c");
	start_here(&r, "prog");
	expect_all(&r, "prog");
	first = worker_pid();
	ck_assert_int_eq(kill(first, SIGSTOP), 0);
	q = (struct sym_query){ SYM_USER, r.process, where(&r, "shown") };
	submit(&q, 1, &everyone);
	event_base_loop(base, EVLOOP_NONBLOCK);
	ck_assert_int_eq(kill(first, SIGKILL), 0);
	await_answer();
	ck_assert_str_eq(outcome.answers[0].symbol, "shown");
	ck_assert_int_ne(worker_pid(), first);
	stop(&r);
}
END_TEST

// Two deaths over one file, and it is not read any more; others are.
START_TEST(test_bad_file)
{
	struct running bad, good;

	workdir_shell(&dir, "gcc -O2 -w -DNAME=shown -o prog p.c && gcc -O1 -w -DNAME=other -o prog2 p.c");
	start_here(&bad, "prog");
	start_here(&good, "prog2");
	syms_set_program(syms, "/bin/false");
	ask(bad.process, where(&bad, "shown"));
	ck_assert_str_eq(outcome.answers[0].module, "prog");
	ck_assert_str_eq(outcome.answers[0].symbol, "");
	syms_set_program(syms, NULL);
	expect_all(&good, "prog2");
	ask(bad.process, where(&bad, "shown"));
	ck_assert_str_eq(outcome.answers[0].symbol, "");
	stop(&bad);
	stop(&good);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { test_kinds_of_programs, test_packed, test_stripped, test_debug_link,
		test_root_and_build_id, test_mount_namespace, test_library, test_demangling, test_vdso, test_vsyscall,
		test_deleted, test_replaced, test_perf_map, test_large_perf_map, test_other_generation, test_exited,
		test_exec, test_scope, test_no_room, test_lost_worker, test_bad_file };
	TCase *c = tcase_create("user");

	signal(SIGPIPE, SIG_IGN);
	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 120);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	return suite_run_as_root("user", c);
}
