// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The ELF reader and the tables of symbols, against what readelf and objdump
// say of programs that this test builds; and the opening of such files.

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/elf_xz.h"
#include "daemon/sym/objects.h"
#include "daemon/sym/open.h"
#include "daemon/sym/perfmap.h"
#include "daemon/sym/process.h"
#include "daemon/sym/symtab.h"
#include "daemon/sym/symtab_elf.h"
#include "tests/unit/suite.h"
#include "tests/unit/workdir.h"

static const struct symtab_limits limits = { 1 << 20, 64 << 20, 64 << 20 };

static struct workdir dir;

static const char program[] =
	"#include <stdio.h>\n"
	"#include <stdlib.h>\n"
	"int counter; int table[16] = { 1 };\n"
	"static __attribute__((noinline)) int hidden(int x) { return x * 3 + counter; }\n"
	"__attribute__((noinline)) int shown(int x) { return hidden(x) + table[x & 15]; }\n"
	"int alias(int) __attribute__((weak, alias(\"shown\")));\n"
	"int main(int argc, char **argv) { printf(\"%d %s\\n\", shown(argc), argv[0]);\n"
	"	return getenv(\"NEVER\") ? atoi(argv[0]) : 0; }\n";

// For machines without a C library of the other width.
static const char freestanding[] =
	"static __attribute__((noinline)) int hidden(int x) { __asm__(\"\"); return x * 3; }\n"
	"__attribute__((noinline)) int shown(int x) { __asm__(\"\"); return hidden(x) + 1; }\n"
	"void _start(void) { shown(1); for (;;) ; }\n";

static FILE *output_of(const char *command)
{
	char line[1024];
	FILE *f;

	snprintf(line, sizeof line, "cd %s && %s", dir.path, command);
	f = popen(line, "r");
	ck_assert_ptr_nonnull(f);
	return f;
}

static void set_up(void)
{
	workdir_init(&dir);
	workdir_write(&dir, "p.c", program);
	workdir_write(&dir, "free.c", freestanding);
}

static void tear_down(void)
{
	workdir_deinit(&dir);
}

struct file {
	int fd;
	struct elf_source from;
	struct elf elf;
};

static void file_open(struct file *f, const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof path, "%s%s%s", *name == '/' ? "" : dir.path, *name == '/' ? "" : "/", name);
	f->fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(f->fd, 0);
	ck_assert_int_eq(fstat(f->fd, &st), 0);
	f->from = elf_from_file(f->fd, (uint64_t)st.st_size);
	ck_assert_int_eq(elf_open(&f->elf, &f->from), 0);
}

static void file_close(struct file *f)
{
	elf_close(&f->elf);
	close(f->fd);
}

static struct symtab *read_symbols(const char *name, const char *debug)
{
	struct file f, d;
	struct symtab *t = NULL;
	bool partial = true;

	file_open(&f, name);
	if (debug)
		file_open(&d, debug);
	ck_assert_int_eq(symtab_read(&t, &f.elf, debug ? &d.elf : NULL, &limits, &partial), 0);
	ck_assert(!partial);
	file_close(&f);
	if (debug)
		file_close(&d);
	return t;
}

static const char *name_at(const struct symtab *t, uint64_t address, uint64_t *offset)
{
	const char *name = NULL;

	return symtab_find(t, address, &name, offset) ? name : "";
}

// ---- against readelf -------------------------------------------------------

struct known {
	uint64_t address, size;
	char name[4200];
};

// What readelf says of functions and variables that have a size.
static size_t ask_readelf(const char *options, const char *file, struct known *k, size_t max)
{
	char line[5000], size[32], type[32], section[16];
	size_t n = 0;
	FILE *f;

	snprintf(line, sizeof line, "readelf -W %s %s", options, file);
	f = output_of(line);
	while (fgets(line, sizeof line, f)) {
		if (n == max || sscanf(line, " %*u: %" SCNx64 " %31s %31s %*s %*s %15s %4199s", &k[n].address,
				size, type, section, k[n].name) != 5)
			continue;
		k[n].size = strtoull(size, NULL, 0);
		if ((strcmp(type, "FUNC") && strcmp(type, "OBJECT") && strcmp(type, "IFUNC")) ||
			!k[n].size || section[0] < '0' || section[0] > '9')
			continue;
		if (strchr(k[n].name, '@'))
			*strchr(k[n].name, '@') = 0;
		n++;
	}
	pclose(f);
	return n;
}

static bool is_name_of(const struct known *k, size_t n, uint64_t address, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (k[i].address == address && strcmp(k[i].name, name) == 0)
			return true;
	}
	return false;
}

static uint64_t address_of(const struct known *k, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(k[i].name, name) == 0)
			return k[i].address;
	}
	ck_abort_msg("readelf does not know %s", name);
}

// Every sized symbol's first address has one of its names; its last is in it,
// unless another one begins in between. How many there were.
static size_t compare_with_readelf(const struct symtab *t, const char *options, const char *file)
{
	static struct known k[30000];
	size_t n = ask_readelf(options, file, k, sizeof k / sizeof *k);

	for (size_t i = 0; i < n; i++) {
		uint64_t offset = 99;
		const char *name = name_at(t, k[i].address, &offset);

		ck_assert_msg(offset == 0 && is_name_of(k, n, k[i].address, name), "%s: %" PRIx64 " is %s+%" PRIu64,
			file, k[i].address, name, offset);
		name = name_at(t, k[i].address + k[i].size - 1, &offset);
		ck_assert_msg(is_name_of(k, n, k[i].address + k[i].size - 1 - offset, name), "%s: last of %s is %s",
			file, k[i].name, name);
	}
	return n;
}

static void check_program(const char *file, const char *whole, const char *debug)
{
	static struct known k[30000];
	struct symtab *t = read_symbols(file, debug);
	size_t n = ask_readelf("-s", whole, k, sizeof k / sizeof *k);
	uint64_t offset;

	ck_assert_uint_ge(compare_with_readelf(t, "-s", whole), 5);
	ck_assert_str_eq(name_at(t, address_of(k, n, "hidden") + 1, &offset), "hidden");
	ck_assert_uint_eq(offset, 1);
	ck_assert_str_eq(name_at(t, address_of(k, n, "alias"), &offset), "shown");
	ck_assert_str_eq(name_at(t, address_of(k, n, "table") + 60, &offset), "table");
	ck_assert_uint_eq(offset, 60);
	symtab_free(t);
}

START_TEST(test_symbols)
{
	static const char *const ways[] = { "-fPIE -pie", "-no-pie", "-static", "-fcf-protection=none",
		"-Os -Wl,-z,noseparate-code", "-static-pie" };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		workdir_shell(&dir, "gcc -O2 %s -o p p.c", ways[i]);
		check_program("p", "p", NULL);
	}
}
END_TEST

START_TEST(test_packed)
{
	struct symtab *t;
	uint64_t offset;
	static struct known k[100];
	size_t n;

	workdir_shell(&dir, "gcc -O2 -o p p.c && nm -D p --format=posix --defined-only | awk '{ print $1 }' | sort > dyn && "
	      "nm p --format=posix --defined-only | awk '$2 ~ /[TtDBbdRr]/ { print $1 }' | sort > all && "
	      "comm -13 dyn all > keep && objcopy --only-keep-debug p p.debug && "
	      "objcopy -S --remove-section .gnu_debuglink --keep-symbols=keep p.debug mini 2> err && "
	      "strip --strip-all -o s p && rm -f mini.xz && xz mini && "
	      "objcopy --add-section .gnu_debugdata=mini.xz s packed");
	check_program("packed", "p", NULL);

	// Without it, the names that are left are those of the dynamic table.
	t = read_symbols("s", NULL);
	n = ask_readelf("-s", "p", k, 100);
	ck_assert_str_eq(name_at(t, address_of(k, n, "hidden"), &offset), "");
	symtab_free(t);
}
END_TEST

START_TEST(test_debug_file)
{
	struct file f, d;
	struct elf_build_id a, b;
	char name[256];
	uint32_t crc;

	workdir_shell(&dir, "gcc -O2 -g -o p p.c && objcopy --only-keep-debug p p.debug && strip -o s p && "
	      "objcopy --add-gnu-debuglink=p.debug s");
	check_program("s", "p", "p.debug");
	file_open(&f, "s");
	file_open(&d, "p.debug");
	elf_read_build_id(&f.elf, &a);
	elf_read_build_id(&d.elf, &b);
	ck_assert_uint_eq(a.n, 20);
	ck_assert_mem_eq(&a, &b, sizeof a.n + a.n);
	ck_assert(elf_read_debuglink(&f.elf, name, &crc));
	ck_assert_str_eq(name, "p.debug");
	ck_assert(!symtab_is_whole(&f.elf));
	ck_assert(symtab_is_whole(&d.elf));
	file_close(&f);
	file_close(&d);
}
END_TEST

START_TEST(test_other_width)
{
	struct file f;

#if defined(__x86_64__)
	workdir_shell(&dir, "gcc -O2 -m32 -nostdlib -ffreestanding -static -Wl,--build-id -o narrow free.c");
#else
	return;
#endif
	file_open(&f, "narrow");
	ck_assert(!f.elf.wide);
	file_close(&f);
	struct symtab *t = read_symbols("narrow", NULL);
	ck_assert_uint_ge(compare_with_readelf(t, "-s", "narrow"), 3);
	symtab_free(t);
}
END_TEST

// What runs this test: libraries with thousands of symbols.
START_TEST(test_libraries)
{
	FILE *f = output_of("ldd /proc/self/exe /usr/bin/gdb 2> /dev/null | awk '/=> \\// { print $3 }' | sort -u");
	char path[256];
	int n = 0;

	while (fscanf(f, "%255s", path) == 1) {
		struct symtab *t = read_symbols(path, NULL);

		ck_assert_uint_ge(compare_with_readelf(t, "--dyn-syms", path), 1);
		symtab_free(t);
		n++;
	}
	pclose(f);
	ck_assert_int_ge(n, 1);
}
END_TEST

// ---- stubs -----------------------------------------------------------------

static int compare_with_objdump(const char *file)
{
	struct symtab *t = read_symbols(file, NULL);
	char command[128], line[512], name[256];
	uint64_t address, offset;
	int n = 0;
	FILE *f;

	snprintf(command, sizeof command, "objdump -d -j .plt -j .plt.sec -j .plt.got %s 2> /dev/null", file);
	f = output_of(command);
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%" SCNx64 " <%255[^>]>:", &address, name) != 2 || !strstr(name, "@plt") ||
			strcmp(strstr(name, "@plt"), "@plt") != 0)
			continue;
		ck_assert_str_eq(name_at(t, address + 5, &offset), name);
		ck_assert_uint_eq(offset, 5);
		n++;
	}
	pclose(f);
	symtab_free(t);
	return n;
}

START_TEST(test_stubs)
{
	workdir_shell(&dir, "gcc -O2 -fcf-protection=none -Wl,-z,lazy -o lazy p.c");
	ck_assert_int_ge(compare_with_objdump("lazy"), 3);
#if defined(__x86_64__)
	workdir_shell(&dir, "gcc -O2 -fcf-protection -Wl,-z,ibtplt -Wl,-z,now -o ibt p.c");
	ck_assert_int_ge(compare_with_objdump("ibt"), 3);
	workdir_shell(&dir, "echo 'int f(int); int g(int x) { return f(x) + 1; }' > l.c && "
	      "gcc -O2 -m32 -fPIC -nostdlib -shared -Wl,-z,lazy -o pic32.so l.c");
	ck_assert_int_eq(compare_with_objdump("pic32.so"), 1);
#endif
}
END_TEST

// ---- addresses and notes ---------------------------------------------------

START_TEST(test_addresses)
{
	char line[256];
	uint64_t offset, vaddr, filesz, got;
	unsigned int n = 0;
	struct file f;
	FILE *out;

	workdir_shell(&dir, "gcc -O2 -o p p.c");
	file_open(&f, "p");
	out = output_of("readelf -lW p");
	while (fgets(line, sizeof line, out)) {
		if (sscanf(line, " LOAD %" SCNx64 " %" SCNx64 " %*x %" SCNx64, &offset, &vaddr, &filesz) != 3)
			continue;
		ck_assert(elf_address(&f.elf, offset, &got));
		ck_assert_uint_eq(got, vaddr);
		ck_assert(elf_address(&f.elf, offset + filesz - 1, &got));
		ck_assert_uint_eq(got, vaddr + filesz - 1);
		n++;
	}
	pclose(out);
	ck_assert_uint_ge(n, 2);
	ck_assert(!elf_address(&f.elf, UINT64_C(1) << 40, &got));
	file_close(&f);
}
END_TEST

START_TEST(test_build_id)
{
	struct elf_build_id id;
	char hex[2 * ELF_BUILD_ID_MAX + 1] = "", expected[128] = "";
	struct file f;
	FILE *out;

	workdir_shell(&dir, "gcc -O2 -Wl,--build-id=0x0123456789abcdef0011223344556677 -o p p.c");
	file_open(&f, "p");
	elf_read_build_id(&f.elf, &id);
	for (int i = 0; i < id.n; i++)
		snprintf(hex + 2 * i, 3, "%02x", id.bytes[i]);
	ck_assert_str_eq(hex, "0123456789abcdef0011223344556677");
	file_close(&f);

	workdir_shell(&dir, "gcc -O2 -Wl,--build-id=sha1 -o p p.c");
	file_open(&f, "p");
	elf_read_build_id(&f.elf, &id);
	for (int i = 0; i < id.n; i++)
		snprintf(hex + 2 * i, 3, "%02x", id.bytes[i]);
	out = output_of("readelf -n p | awk '/Build ID/ { print $3 }'");
	ck_assert_int_eq(fscanf(out, "%127s", expected), 1);
	pclose(out);
	ck_assert_str_eq(hex, expected);
	file_close(&f);

	workdir_shell(&dir, "gcc -O2 -Wl,--build-id=none -o p p.c");
	file_open(&f, "p");
	elf_read_build_id(&f.elf, &id);
	ck_assert_uint_eq(id.n, 0);
	file_close(&f);
}
END_TEST

// ---- tables ----------------------------------------------------------------

static struct symtab *build(const struct sym_raw *v, size_t n, size_t max, size_t names)
{
	struct sym_list l = { .max = max };
	struct symtab *t = NULL;

	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(sym_list_add(&l, v[i]), 0);
	ck_assert_int_eq(symtab_build(&t, &l, names), 0);
	sym_list_deinit(&l);
	return t;
}

enum { FUNC = SYM_TYPED | SYM_SIZED | SYM_STRONG, GLOBAL = FUNC | SYM_EXPORTED };

START_TEST(test_choice)
{
	static const struct sym_raw v[] = {
		{ 0x100, 16, "local", FUNC, true, SYM_FUNCTION }, { 0x100, 16, "__global", GLOBAL, true, SYM_FUNCTION },
		{ 0x100, 16, "global@@V1", GLOBAL ^ SYM_STRONG, true, SYM_FUNCTION }, { 0x100, 0x50, "label", 0, true, SYM_FUNCTION },
		{ 0x200, 16, "bb", GLOBAL, true, SYM_FUNCTION }, { 0x200, 16, "ab", GLOBAL, true, SYM_FUNCTION },
		{ 0x200, 32, "abc", GLOBAL, true, SYM_FUNCTION },
		{ 0x300, 16, "@odd", GLOBAL, true, SYM_FUNCTION }, { 0x400, 16, "stub@plt", SYM_SIZED, false, SYM_FUNCTION },
	};
	struct symtab *t = build(v, sizeof v / sizeof *v, 100, 1000);
	uint64_t offset;

	ck_assert_uint_eq(symtab_count(t), 4);
	ck_assert_str_eq(name_at(t, 0x100, &offset), "global");
	ck_assert_str_eq(name_at(t, 0x200, &offset), "ab");
	ck_assert_str_eq(name_at(t, 0x21f, &offset), "ab");	// as far as the longest
	ck_assert_str_eq(name_at(t, 0x300, &offset), "@odd");
	ck_assert_str_eq(name_at(t, 0x40f, &offset), "stub@plt");
	ck_assert_uint_eq(offset, 15);
	ck_assert_str_eq(name_at(t, 0x410, &offset), "");
	ck_assert_str_eq(name_at(t, 0, &offset), "");
	ck_assert_str_eq(name_at(t, UINT64_MAX, &offset), "");
	symtab_free(t);
}
END_TEST

START_TEST(test_nesting)
{
	static const struct sym_raw v[] = {
		{ 0x100, 0x100, "outer", GLOBAL, true, SYM_FUNCTION }, { 0x120, 0x40, "middle", FUNC, true, SYM_FUNCTION },
		{ 0x130, 0x10, "inner", FUNC, true, SYM_FUNCTION }, { 0x150, 0x1000, "label", 0, true, SYM_FUNCTION },
		{ 0x180, 0x100, "beyond", FUNC, true, SYM_FUNCTION },
		{ 0x300, 0x100, "open", 0, true, SYM_FUNCTION }, { 0x340, 0x100, "open2", 0, true, SYM_FUNCTION },
	};
	static const struct {
		uint64_t address;
		const char *name;
	} expected[] = {
		{ 0x100, "outer" }, { 0x120, "middle" }, { 0x135, "inner" }, { 0x140, "middle" },
		{ 0x150, "middle" }, { 0x160, "outer" }, { 0x17f, "outer" }, { 0x180, "beyond" },
		{ 0x27f, "beyond" }, { 0x280, "" }, { 0x33f, "open" }, { 0x340, "open2" }, { 0x43f, "open2" },
		{ 0x440, "" },
	};
	struct symtab *t = build(v, sizeof v / sizeof *v, 100, 1000);
	uint64_t offset;

	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		ck_assert_str_eq(name_at(t, expected[i].address, &offset), expected[i].name);
	symtab_free(t);
}
END_TEST

START_TEST(test_bounds)
{
	struct sym_raw v[100];
	struct sym_list l = { .max = 50 };
	struct symtab *t;
	uint64_t offset;

	for (int i = 0; i < 100; i++)
		v[i] = (struct sym_raw){ (uint64_t)i * 16, 16, "abc", GLOBAL, true, SYM_FUNCTION };
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(sym_list_add(&l, v[i]), 0);
	ck_assert(l.full);
	ck_assert_uint_eq(l.n, 50);
	sym_list_deinit(&l);

	t = build(v, 100, 1000, 42);	// room for ten names
	ck_assert_uint_eq(symtab_count(t), 10);
	ck_assert_str_eq(name_at(t, 9 * 16, &offset), "abc");
	ck_assert_str_eq(name_at(t, 10 * 16, &offset), "");
	ck_assert_uint_lt(symtab_bytes(t), 100 * 24 + 100);
	symtab_free(t);
	ck_assert_uint_eq(symtab_count(NULL), 0);
	ck_assert_str_eq(name_at(NULL, 0, &offset), "");
}
END_TEST

START_TEST(test_perf_map)
{
	static const char text[] =
		"7f0000001000 40 LazyCompile:*old /a.js:1\n"
		"0x7f0000002000 0x100 with 0x\r\n"
		"nonsense\n\n1000\n1000 10\n1000 10 \n2000 0 nothing\n"
		"7f0000001000 20 Lfoo;::bar@v1 (x)\n"
		"7f0000003000 10 unfinished";
	static const struct symtab_limits small = { 100, 60, 0 };
	struct elf_source from = elf_from_memory(text, sizeof text - 1);
	struct symtab *t = NULL;
	uint64_t offset;
	bool partial;

	ck_assert_int_eq(perfmap_read(&t, &from, &limits, &partial), 0);
	ck_assert(!partial);
	ck_assert_uint_eq(symtab_count(t), 2);
	ck_assert_str_eq(name_at(t, 0x7f0000001010, &offset), "Lfoo;::bar@v1 (x)");
	ck_assert_uint_eq(offset, 16);
	ck_assert_str_eq(name_at(t, 0x7f00000020ff, &offset), "with 0x");
	ck_assert_str_eq(name_at(t, 0x7f0000003000, &offset), "");
	symtab_free(t);

	ck_assert_int_eq(perfmap_read(&t, &from, &small, &partial), 0);
	ck_assert(partial);
	ck_assert_uint_eq(symtab_count(t), 0);
	symtab_free(t);
	from = elf_from_memory("", 0);
	ck_assert_int_eq(perfmap_read(&t, &from, &limits, &partial), 0);
	ck_assert_uint_eq(symtab_count(t), 0);
	symtab_free(t);
}
END_TEST

// ---- the worker's cache ----------------------------------------------------

START_TEST(test_cache)
{
	struct object_identity id;
	struct objects o;
	struct file f;
	size_t one;

	workdir_shell(&dir, "gcc -O2 -Wl,--build-id=0x0123456789abcdef -o p p.c");
	file_open(&f, "p");
	object_identify(f.fd, false, &id);
	ck_assert(id.readable);
	ck_assert(id.whole);
	ck_assert_uint_eq(id.nbuild_id, 8);
	objects_init(&o);
	ck_assert_int_eq(objects_load(&o, 1, f.fd, -1, false), 0);
	one = o.bytes;
	ck_assert_int_eq(objects_load(&o, 2, f.fd, -1, false), 0);
	ck_assert_int_eq(objects_load(&o, 3, f.fd, -1, false), 0);
	ck_assert_uint_eq(o.bytes, 3 * one);
	ck_assert_ptr_nonnull(objects_use(&o, 1));
	ck_assert_ptr_null(objects_use(&o, 4));
	ck_assert_int_eq(objects_choose(&o, 3 * one), 0);
	ck_assert_uint_eq(o.ndropped, 0);
	ck_assert_int_eq(objects_choose(&o, one), 0);
	ck_assert_uint_eq(o.ndropped, 2);
	ck_assert_uint_eq(o.dropped[0], 2);		// 1 was asked for last
	ck_assert_uint_eq(o.dropped[1], 3);
	ck_assert_ptr_nonnull(objects_use(&o, 1));	// and they are there until
	objects_drop(&o);
	ck_assert_uint_eq(o.bytes, one);
	ck_assert_ptr_null(objects_use(&o, 2));
	objects_deinit(&o);
	file_close(&f);
}
END_TEST

// ---- opening ---------------------------------------------------------------

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir.path, name);
	return path;
}

// By name, as where the kernel does not let us at the mapping itself.
START_TEST(test_opening)
{
	struct mapped_name m = { 0, 4096, 0, 0, 0, path_of("prog") };
	struct file_key key;
	struct stat st;
	int self = process_open(getpid()), fd;

	workdir_shell(&dir, "cp /bin/sh prog && mkfifo fifo && ln -s loop2 loop && ln -s loop loop2 && ln -s prog link && "
	      "ln -s /dev/null null && : > empty");
	ck_assert_int_eq(stat(path_of("prog"), &st), 0);
	m.inode = st.st_ino;
	m.major = (uint32_t)(st.st_dev >> 8);
	m.minor = (uint32_t)(st.st_dev & 0xff);
	fd = open_mapped(self, &m, &key);
	ck_assert_int_ge(fd, 0);
	ck_assert_uint_eq(key.size, (uint64_t)st.st_size);
	close(fd);
	fd = open_named(-1, &m, &key);
	ck_assert_int_ge(fd, 0);
	close(fd);

	m.inode++;			// another file has the name now
	ck_assert_int_lt(open_mapped(self, &m, &key), 0);
	m.inode--;
	m.path = path_of("link");	// mappings do not go through links
	ck_assert_int_lt(open_mapped(self, &m, &key), 0);
	ck_assert_int_eq(stat(path_of("fifo"), &st), 0);
	m.inode = st.st_ino;
	m.path = path_of("fifo");
	ck_assert_int_lt(open_mapped(self, &m, &key), 0);
	ck_assert_int_eq(open_in_root(self, path_of("fifo"), &key), -EACCES);
	ck_assert_int_eq(open_in_root(self, path_of("loop"), &key), -ELOOP);
	ck_assert_int_eq(open_in_root(self, path_of("null"), &key), -EACCES);
	ck_assert_int_eq(open_in_root(self, "/proc/self/exe", &key), -ELOOP);
	ck_assert_int_eq(open_in_root(self, dir.path, &key), -EACCES);
	close(self);
}
END_TEST

// ---- what is wrong ---------------------------------------------------------

START_TEST(test_xz)
{
	char path[256], *bytes;
	size_t size;
	int fd;
	static char packed[1 << 20];
	ssize_t n;

	workdir_shell(&dir, "head -c 10000000 /dev/zero | xz > zeros.xz");
	snprintf(path, sizeof path, "%s/zeros.xz", dir.path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, packed, sizeof packed);
	close(fd);
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(elf_unpack_xz(packed, (size_t)n, 16 << 20, &bytes, &size), 0);
	ck_assert_uint_eq(size, 10000000);
	free(bytes);
	ck_assert_int_eq(elf_unpack_xz(packed, (size_t)n, 9999999, &bytes, &size), -EFBIG);
	ck_assert_ptr_null(bytes);
	ck_assert_int_eq(elf_unpack_xz(packed, (size_t)n / 2, 16 << 20, &bytes, &size), -EBADMSG);
	packed[n / 2] ^= 0x55;
	ck_assert_int_eq(elf_unpack_xz(packed, (size_t)n, 16 << 20, &bytes, &size), -EBADMSG);
	ck_assert_int_eq(elf_unpack_xz("", 0, 16 << 20, &bytes, &size), -EBADMSG);
}
END_TEST

static int open_bytes(const void *bytes, size_t n)
{
	struct elf_source from = elf_from_memory(bytes, n);
	struct elf e;
	int r = elf_open(&e, &from);

	elf_close(&e);
	return r;
}

static size_t read_whole(const char *name, uint8_t *bytes, size_t max)
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir.path, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, bytes, max);
	close(fd);
	ck_assert_int_gt(n, 0);
	return (size_t)n;
}

START_TEST(test_bad_files)
{
	static uint8_t bytes[1 << 20], copy[1 << 20];
	size_t n;

	workdir_shell(&dir, "gcc -O2 -o p p.c");
	n = read_whole("p", bytes, sizeof bytes);
	ck_assert_int_eq(open_bytes(bytes, n), 0);
	ck_assert_int_eq(open_bytes(bytes, 0), -ENOEXEC);
	ck_assert_int_eq(open_bytes(bytes, 40), -ENOEXEC);
	ck_assert_int_eq(open_bytes("#!/bin/sh\nexit 0 # and some more text than a header has ...........", 64), -ENOEXEC);
	memcpy(copy, bytes, n);
	copy[5] = 3 - copy[5];		// the other byte order
	ck_assert_int_eq(open_bytes(copy, n), -ENOEXEC);
	memcpy(copy, bytes, n);
	memset(copy + 56, 0xff, 2);	// e_phnum
	ck_assert_int_eq(open_bytes(copy, n), -E2BIG);
	memcpy(copy, bytes, n);
	memset(copy + 60, 0, 2);	// e_shnum: in the first section's size, huge
	uint64_t shoff;
	memcpy(&shoff, copy + 40, sizeof shoff);
	memset(copy + shoff + 32, 0x7f, 8);
	ck_assert_int_eq(open_bytes(copy, n), -E2BIG);
	memcpy(copy, bytes, n);
	memset(copy + 40, 0xff, 8);	// e_shoff: outside; the segments will do
	ck_assert_int_eq(open_bytes(copy, n), 0);
}
END_TEST

START_TEST(test_limits)
{
	static const struct symtab_limits few = { 3, 64 << 20, 64 << 20 }, small = { 1000, 100, 64 << 20 };
	struct symtab *t = NULL;
	bool partial;
	struct file f;

	workdir_shell(&dir, "gcc -O2 -o p p.c");
	file_open(&f, "p");
	ck_assert_int_eq(symtab_read(&t, &f.elf, NULL, &few, &partial), 0);
	ck_assert(partial);
	ck_assert_uint_le(symtab_count(t), 3);
	symtab_free(t);
	ck_assert_int_eq(symtab_read(&t, &f.elf, NULL, &small, &partial), 0);
	ck_assert(partial);
	ck_assert_uint_eq(symtab_count(t), 0);
	symtab_free(t);
	file_close(&f);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { test_symbols, test_packed, test_debug_file, test_other_width,
		test_libraries, test_stubs, test_addresses, test_build_id, test_choice, test_nesting, test_bounds,
		test_perf_map, test_cache, test_opening, test_xz, test_bad_files, test_limits };
	TCase *c = tcase_create("elf");

	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 120);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(c, tests[i]);
	return suite_run("elf", c);
}
