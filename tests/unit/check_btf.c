// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The BTF index and the import of types, against libbpf's view of the same
// bytes: of the running kernel, and of a small synthetic one that has every kind.
// "check_btf --seed FILE" writes the synthetic BTF, for the fuzzer's corpus.

#include <bpf/btf.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dlang/types/type.h"
#include "tests/unit/suite.h"

// dlang/types/btf.h and libbpf both call their handle "struct btf": here, ours
// is the one that btf_open() gives.
#include "dlang/types/btf.h"
#include "dlang/types/modules.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

struct both {
	struct arena *arena;
	struct types *types;
	struct btf *ours, *theirs;
	const void *data;
	size_t size;
};

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void both_open(struct both *b, const void *data, size_t size)
{
	const char *why = NULL;

	b->data = data;
	b->size = size;
	b->arena = arena_new(0, NULL, NULL);
	ck_assert_msg(btf_open(b->arena, data, size, &b->ours, &why) == 0, "%s", why);
	b->theirs = btf__new(data, (uint32_t)size);
	ck_assert_ptr_nonnull(b->theirs);
	b->types = types_new(b->arena, interns_new(b->arena, NULL), b->ours);
}

static void both_close(struct both *b)
{
	btf__free(b->theirs);
	arena_free(b->arena);
}

// false: this kernel has no BTF to test with.
static bool vmlinux_open(struct both *b)
{
	int fd = open(VMLINUX, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *data;

	if (fd < 0)
		return false;
	ck_assert_int_eq(fstat(fd, &st), 0);
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	ck_assert_ptr_ne(data, MAP_FAILED);
	close(fd);
	both_open(b, data, (size_t)st.st_size);
	return true;
}

static void vmlinux_close(struct both *b)
{
	both_close(b);
	munmap((void *)(uintptr_t)b->data, b->size);
}

// ---- synthetic -------------------------------------------------------------

static void add_structs(struct btf *b, int i32, int u32, int arr)
{
	int anon, self;

	anon = btf__add_union(b, NULL, 8);
	btf__add_field(b, "inner", i32, 0, 0);
	btf__add_field(b, "deep", arr, 0, 0);
	self = btf__add_struct(b, "fields", 32);
	btf__add_field(b, "a", i32, 0, 0);
	btf__add_field(b, "bits3", u32, 32, 3);
	btf__add_field(b, "bits29", u32, 35, 29);
	btf__add_field(b, NULL, anon, 64, 0);
	btf__add_field(b, "next", btf__type_cnt(b) + 0, 128, 0);
	btf__add_ptr(b, self);
	btf__add_struct(b, "plain", 8);
	btf__add_field(b, "x", i32, 0, 0);
	btf__add_field(b, "y", u32, 32, 0);
}

// Every kind at least once; the caller frees it with btf__free().
static struct btf *synthetic(void)
{
	struct btf *b = btf__new_empty();
	int i32 = btf__add_int(b, "int", 4, BTF_INT_SIGNED);
	int chr = btf__add_int(b, "char", 1, BTF_INT_SIGNED);
	int u32 = btf__add_int(b, "unsigned int", 4, 0);
	int arr = btf__add_array(b, i32, chr, 8), id;

	add_structs(b, i32, u32, arr);
	id = btf__add_const(b, chr);
	id = btf__add_typedef(b, "text_t", btf__add_ptr(b, btf__add_volatile(b, id)));
	btf__add_restrict(b, id);
	btf__add_ptr(b, btf__add_type_tag(b, "user", chr));
	btf__add_float(b, "double", 8);
	btf__add_fwd(b, "plain", BTF_FWD_STRUCT);
	btf__add_fwd(b, "nowhere", BTF_FWD_UNION);
	btf__add_enum(b, "colour", 4);
	btf__add_enum_value(b, "RED", 0);
	btf__add_enum_value(b, "GREEN", 7);
	btf__add_enum64(b, "wide", 8, true);
	btf__add_enum64_value(b, "HUGE_ONE", 1ull << 40);
	btf__add_enum64_value(b, "MINUS", (uint64_t)-2);
	id = btf__add_func_proto(b, i32);
	btf__add_func_param(b, "n", u32);
	btf__add_func_param(b, NULL, 0);
	id = btf__add_func(b, "run", BTF_FUNC_GLOBAL, id);
	btf__add_decl_tag(b, "mark", id, 0);
	id = btf__add_var(b, "count", BTF_VAR_STATIC, u32);
	btf__add_datasec(b, ".data", 4);
	btf__add_datasec_var_info(b, id, 0, 4);
	return b;
}

static void synthetic_open(struct both *both)
{
	struct btf *b = synthetic();
	uint32_t size;
	const void *data = btf__raw_data(b, &size);
	void *copy = malloc(size);

	memcpy(copy, data, size);
	btf__free(b);
	both_open(both, copy, size);
}

static void synthetic_close(struct both *b)
{
	both_close(b);
	free((void *)(uintptr_t)b->data);
}

static int write_seed(const char *path)
{
	struct btf *b = synthetic();
	uint32_t size;
	const void *data = btf__raw_data(b, &size);
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(data, size, 1, f) != 1 || fclose(f) != 0)
		return 1;
	btf__free(b);
	return 0;
}

// ---- comparisons -----------------------------------------------------------

// Every member of one struct or union: name, position in bits, width, size.
static uint32_t compare_struct(struct both *b, uint32_t id)
{
	const struct btf_type *bt = btf__type_by_id(b->theirs, id);
	const struct btf_member *bm = btf_members(bt);
	struct type *ty = type_resolve(b->types, type_from_btf(b->types, id));

	ck_assert_uint_eq(ty->btf_id, id);
	ck_assert_uint_eq(ty->size, bt->size);
	ck_assert_uint_eq(ty->members.n, btf_vlen(bt));
	for (uint32_t i = 0; i < ty->members.n; i++, bm++) {
		const struct type_member *m = &ty->members.v[i];
		const char *name = btf__name_by_offset(b->theirs, bm->name_off);
		int64_t size = btf__resolve_size(b->theirs, bm->type);

		ck_assert_str_eq(m->name ? m->name : "", name);
		ck_assert_uint_eq(m->offset * 8 + m->bit_off, btf_member_bit_offset(bt, i));
		ck_assert_uint_eq(m->bit_size, btf_member_bitfield_size(bt, i));
		if (m->bit_size)
			ck_assert_uint_le(m->bit_off + m->bit_size, 8 * m->type->size + 8);
		if (size >= 0)
			ck_assert_uint_eq(type_sizeof(b->types, m->type, 256), size);
	}
	return ty->members.n;
}

static void compare_all(struct both *b, uint32_t *structs, uint32_t *members)
{
	*structs = *members = 0;
	ck_assert_uint_eq(btf_count(b->ours), btf__type_cnt(b->theirs) - 1);
	for (uint32_t id = 1; id <= btf_count(b->ours); id++) {
		if (!btf_is_composite(btf__type_by_id(b->theirs, id)))
			continue;
		*members += compare_struct(b, id);
		++*structs;
	}
}

// Ids by name: the lowest one of that kind, as libbpf gives.
static void compare_names(struct both *b, uint32_t step)
{
	static const uint32_t kinds[] = { BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_TYPEDEF,
					  BTF_KIND_FUNC, BTF_KIND_VAR };

	for (uint32_t id = 1; id <= btf_count(b->ours); id += step) {
		const struct btf_type *bt = btf__type_by_id(b->theirs, id);
		const char *name = btf__name_by_offset(b->theirs, bt->name_off);

		for (unsigned k = 0; k < 5; k++)
			if (btf_kind(bt) == kinds[k] && *name)
				ck_assert_int_eq(btf_find(b->ours, name, kinds[k]),
						 btf__find_by_name_kind(b->theirs, name, kinds[k]));
	}
}

START_TEST(kernel_structs)
{
	struct both b;
	uint32_t structs, members;

	if (!vmlinux_open(&b))
		return;
	compare_all(&b, &structs, &members);
	printf("# btf: %u structs with %u members equal libbpf's\n", structs, members);
	ck_assert_uint_gt(structs, 1000);
	compare_names(&b, 97);
	vmlinux_close(&b);
}
END_TEST

static uint32_t their_offset(struct both *b, const char *tag, const char *name)
{
	const struct btf_type *bt;

	bt = btf__type_by_id(b->theirs,
			     (uint32_t)btf__find_by_name_kind(b->theirs, tag, BTF_KIND_STRUCT));
	for (uint32_t i = 0; i < btf_vlen(bt); i++)
		if (strcmp(btf__name_by_offset(b->theirs, btf_members(bt)[i].name_off), name) == 0)
			return btf_member_bit_offset(bt, i) / 8;
	ck_abort_msg("%s has no %s", tag, name);
}

START_TEST(task_struct)
{
	static const char *const names[] = { "comm", "pid", "tgid", "mm", "real_parent" };
	struct both b;
	struct type *task;

	if (!vmlinux_open(&b))
		return;
	task = type_find_tag(b.types, TY_STRUCT, "task_struct");
	ck_assert_ptr_nonnull(task);
	for (unsigned i = 0; i < 5; i++) {
		uint32_t off;

		ck_assert_ptr_nonnull(type_member(b.types, task, names[i], &off));
		ck_assert_uint_eq(off, their_offset(&b, "task_struct", names[i]));
	}
	// D's own pid_t wins over the kernel's.
	ck_assert_ptr_eq(type_find_typedef(b.types, "pid_t"),
			 type_find_declared(b.types, TY_TYPEDEF, "pid_t"));
	ck_assert_str_eq(type_suggest(b.types, TY_STRUCT, "task_strukt"), "task_struct");
	vmlinux_close(&b);
}
END_TEST

START_TEST(index_cost)
{
	struct both b;
	struct btf *again;
	const char *why;
	double best = 1e9;
	size_t before;

	if (!vmlinux_open(&b))
		return;
	for (unsigned i = 0; i < 5; i++) {
		double start = now_ms();

		before = arena_used(b.arena);
		ck_assert_int_eq(btf_open(b.arena, b.data, b.size, &again, &why), 0);
		if (now_ms() - start < best)
			best = now_ms() - start;
	}
	printf("# btf: %u types of %zu bytes indexed in %.1f ms, %zu KB\n", btf_count(again),
	       b.size, best, (arena_used(b.arena) - before) / 1024);
	ck_assert_uint_lt(arena_used(b.arena) - before, 8 << 20);
	vmlinux_close(&b);
}
END_TEST

START_TEST(kernel_enumerators)
{
	struct both b;

	if (!vmlinux_open(&b))
		return;
	for (uint32_t id = 0; (id = btf_next(b.ours, id, BTF_KIND_ENUM)) != 0;) {
		const struct btf_type *bt = btf__type_by_id(b.theirs, id);

		for (uint32_t i = 0; i < btf_vlen(bt); i++) {
			const char *name = btf__name_by_offset(b.theirs, btf_enum(bt)[i].name_off);
			int64_t value;
			uint32_t found = btf_find_enumerator(b.ours, name, &value);

			ck_assert_uint_ne(found, 0);
			ck_assert_uint_le(found, id);
			if (found == id && btf_kflag(bt))
				ck_assert_int_eq(value, btf_enum(bt)[i].val);
		}
	}
	vmlinux_close(&b);
}
END_TEST

START_TEST(every_kind)
{
	struct both b;
	uint32_t structs, members, off;
	int64_t value;
	struct type *ty;

	synthetic_open(&b);
	compare_all(&b, &structs, &members);
	compare_names(&b, 1);
	ck_assert_uint_eq(structs, 3);
	ty = type_find_tag(b.types, TY_STRUCT, "fields");
	ck_assert_ptr_nonnull(type_member(b.types, ty, "deep", &off));
	ck_assert_uint_eq(off, 8);
	ck_assert_ptr_null(type_member(b.types, ty, "none", &off));
	ck_assert(type_find_enumerator(b.types, "HUGE_ONE", &value, &ty));
	ck_assert_int_eq(value, 1ll << 40);
	ck_assert(type_find_enumerator(b.types, "MINUS", &value, &ty));
	ck_assert_int_eq(value, -2);
	ck_assert_str_eq(type_name(b.types, ty), "enum wide");
	ty = type_resolve(b.types, type_find_typedef(b.types, "text_t"));
	ck_assert_str_eq(type_name(b.types, ty), "const volatile char *");
	ty = type_from_btf(b.types, btf_find(b.ours, "run", BTF_KIND_FUNC));
	ck_assert_str_eq(type_name(b.types, ty), "int (unsigned int, ...)");
	// The FWD gives way to the definition, and is all there is for the other.
	ck_assert(type_resolve(b.types, type_find_tag(b.types, TY_STRUCT, "plain"))->complete);
	ck_assert(!type_resolve(b.types, type_find_tag(b.types, TY_UNION, "nowhere"))->complete);
	synthetic_close(&b);
}
END_TEST

// ---- corrupt ---------------------------------------------------------------

struct one_type {
	struct btf_header header;
	struct btf_type types[2];
	char strings[8];
};

static const struct one_type loop = {
	.header = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof loop.header,
		    .type_len = sizeof loop.types, .str_off = sizeof loop.types,
		    .str_len = sizeof loop.strings },
	.types = { { .name_off = 1, .info = BTF_KIND_TYPEDEF << 24, .type = 2 },
		   { .info = BTF_KIND_CONST << 24, .type = 1 } },
	.strings = "\0loop",
};

START_TEST(cycles)
{
	struct arena *a = arena_new(0, NULL, NULL);
	struct btf *b;
	struct types *t;
	const char *why;

	ck_assert_int_eq(btf_open(a, &loop, sizeof loop, &b, &why), 0);
	t = types_new(a, interns_new(a, NULL), b);
	ck_assert_int_eq(type_resolve(t, type_find_typedef(t, "loop"))->kind, TY_ERROR);
	arena_free(a);
}
END_TEST

// A struct whose unnamed members are itself: walks must end soon all the same.
START_TEST(struct_in_itself)
{
	struct {
		struct btf_header header;
		uint32_t words[3 + 3 * 3];
		char strings[4];
	} self = {
		.header = { .magic = BTF_MAGIC, .version = BTF_VERSION,
			    .hdr_len = sizeof self.header, .type_len = sizeof self.words,
			    .str_off = sizeof self.words, .str_len = sizeof self.strings },
		.words = { 1, BTF_KIND_STRUCT << 24 | 3, 8, 0, 1, 0, 0, 1, 0, 0, 1, 0 },
		.strings = "\0s",
	};
	struct arena *a = arena_new(0, NULL, NULL);
	struct type *ty;
	struct types *t;
	struct btf *b;
	const char *why;
	double start = now_ms();
	uint32_t off;

	ck_assert_int_eq(btf_open(a, &self, sizeof self, &b, &why), 0);
	t = types_new(a, interns_new(a, NULL), b);
	ty = type_find_tag(t, TY_STRUCT, "s");
	ck_assert_ptr_null(type_member(t, ty, "absent", &off));
	ck_assert_uint_le(type_alignof(t, ty), 8);
	ck_assert_double_lt(now_ms() - start, 1000);
	arena_free(a);
}
END_TEST

START_TEST(refused)
{
	struct arena *a = arena_new(0, NULL, NULL);
	struct one_type bad;
	struct btf *b;
	const char *why;

	for (size_t size = 0; size < sizeof loop; size++)
		ck_assert_int_eq(btf_open(a, &loop, size, &b, &why), -EINVAL);
	bad = loop;
	bad.types[1].info = BTF_KIND_STRUCT << 24 | 1;
	ck_assert_int_eq(btf_open(a, &bad, sizeof bad, &b, &why), -EINVAL);
	bad = loop;
	bad.types[1].info = 31u << 24;
	ck_assert_int_eq(btf_open(a, &bad, sizeof bad, &b, &why), -EINVAL);
	bad = loop;
	bad.strings[7] = 'x';
	ck_assert_int_eq(btf_open(a, &bad, sizeof bad, &b, &why), -EINVAL);
	arena_free(a);
}
END_TEST

// Old BTF gives the width of a bit-field in its INT type, and no kind_flag.
START_TEST(old_bitfields)
{
	struct {
		struct btf_header header;
		uint32_t words[10];
		char strings[8];
	} old = {
		.header = { .magic = BTF_MAGIC, .version = BTF_VERSION,
			    .hdr_len = sizeof old.header, .type_len = sizeof old.words,
			    .str_off = sizeof old.words,
			    .str_len = sizeof old.strings },
		.words = { 1, BTF_KIND_INT << 24, 4, 5,		// int of 5 bits
			   1, BTF_KIND_STRUCT << 24 | 1, 8, 3, 1, 35 },	// struct s { b at 35 }
		.strings = "\0s\0b",
	};
	struct arena *a = arena_new(0, NULL, NULL);
	const struct type_member *m;
	struct types *t;
	struct btf *b;
	const char *why;
	uint32_t off;

	ck_assert_int_eq(btf_open(a, &old, sizeof old, &b, &why), 0);
	t = types_new(a, interns_new(a, NULL), b);
	m = type_member(t, type_find_tag(t, TY_STRUCT, "s"), "b", &off);
	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(off, 4);
	ck_assert_uint_eq(m->bit_off, 3);
	ck_assert_uint_eq(m->bit_size, 5);
	arena_free(a);
}
END_TEST

// A module's BTF on top of the synthetic one: struct TAG { int a; struct plain p; struct TAG *next; enum { B } e; }.
static void add_module(struct modules *m, struct both *kernel, const char *name, const char *tag, int extra)
{
	struct btf *b = btf__new_empty_split(kernel->theirs);
	int i32 = btf__find_by_name(kernel->theirs, "int"), plain, self, e;
	uint32_t size;
	const void *data;
	void *copy;

	plain = btf__find_by_name_kind(kernel->theirs, "plain", BTF_KIND_STRUCT);
	for (int i = 0; i < extra; i++)
		btf__add_int(b, "filler", 4, 0);
	e = btf__add_enum(b, "own_enum", 4);
	btf__add_enum_value(b, "B", extra);
	self = btf__type_cnt(b);
	btf__add_struct(b, tag, 32);
	btf__add_field(b, "a", i32, 0, 0);
	btf__add_field(b, "p", plain, 32, 0);
	btf__add_field(b, "next", self + 1, 128, 0);
	btf__add_field(b, "e", e, 192, 0);
	btf__add_ptr(b, self);
	btf__add_typedef(b, "own_t", self);
	data = btf__raw_data(b, &size);
	copy = arena_dup(kernel->arena, data, size);
	btf__free(b);
	modules_add(m, name, copy, size);
}

START_TEST(modules)
{
	struct both b;
	struct modules *m;
	struct type *one, *two, *next;
	const struct type_member *f;
	uint32_t off;

	synthetic_open(&b);
	m = modules_new(b.arena, b.ours);
	modules_add(m, "corrupt", "\x9f\xeb\1\0junk", 8);
	add_module(m, &b, "mod_one", "first", 0);
	add_module(m, &b, "mod_two", "second", 3);
	types_set_modules(b.types, m);

	ck_assert_ptr_null(type_find_tag(b.types, TY_STRUCT, "mod_one`second"));
	ck_assert_ptr_null(type_find_tag(b.types, TY_STRUCT, "mod_one`nothing"));
	two = type_resolve(b.types, type_find_tag(b.types, TY_STRUCT, "mod-two`second"));
	one = type_resolve(b.types, type_find_tag(b.types, TY_STRUCT, "first"));
	ck_assert_uint_eq(two->members.n, 4);
	ck_assert_uint_eq(one->members.n, 4);
	ck_assert(one->of_module && two->of_module && one->btf_id != two->btf_id);
	ck_assert(!type_resolve(b.types, type_find_tag(b.types, TY_STRUCT, "mod_one`plain"))->of_module);

	f = type_member(b.types, two, "next", &off);
	ck_assert_uint_eq(off, 16);
	next = type_resolve(b.types, type_resolve(b.types, f->type)->base);
	ck_assert_ptr_eq(next, two);
	f = type_member(b.types, one, "p", &off);
	ck_assert_str_eq(type_resolve(b.types, f->type)->name, "plain");
	f = type_member(b.types, two, "e", &off);
	ck_assert_str_eq(type_resolve(b.types, f->type)->enumerators.v[0].name, "B");
	ck_assert_int_eq(type_resolve(b.types, f->type)->enumerators.v[0].value, 3);
	ck_assert_ptr_eq(type_resolve(b.types, type_find_typedef(b.types, "mod_two`own_t")), two);
	ck_assert_ptr_eq(type_resolve(b.types, type_find_typedef(b.types, "own_t")), one);
	synthetic_close(&b);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *c = tcase_create("btf");

	if (argc == 3 && strcmp(argv[1], "--seed") == 0)
		return write_seed(argv[2]);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, kernel_structs);
	tcase_add_test(c, task_struct);
	tcase_add_test(c, index_cost);
	tcase_add_test(c, kernel_enumerators);
	tcase_add_test(c, every_kind);
	tcase_add_test(c, cycles);
	tcase_add_test(c, struct_in_itself);
	tcase_add_test(c, refused);
	tcase_add_test(c, old_bitfields);
	tcase_add_test(c, modules);
	return suite_run("btf", c);
}
