// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// D's layout of structs against what the C compiler does with the same
// declarations, and the rest of dlang/types without a kernel.

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "dlang/types/type.h"
#include "tests/unit/suite.h"

// One struct or union: F plain member, A array, B bit-field, P padding bits.
#define S01(F, A, B, P) F(char, a) F(int, b)
#define S02(F, A, B, P) F(char, a) F(short, b) F(char, c) F(long, d) F(char, e)
#define S03(F, A, B, P) A(char, a, 3) F(short, b) A(char, c, 5)
#define S04(F, A, B, P) B(int, a, 3) B(int, b, 5)
#define S05(F, A, B, P) B(int, a, 30) B(int, b, 5)
#define S06(F, A, B, P) F(char, a) B(int, b, 7) F(char, c)
#define S07(F, A, B, P) F(char, a) B(int, b, 25)
#define S08(F, A, B, P) B(char, a, 5) B(int, b, 20) B(char, c, 8)
#define S09(F, A, B, P) B(long, a, 40) B(int, b, 30) B(long, c, 3)
#define S10(F, A, B, P) B(unsigned char, a, 1) B(unsigned char, b, 7) B(unsigned char, c, 8)
#define S11(F, A, B, P) B(_Bool, a, 1) B(_Bool, b, 1) F(_Bool, c)
#define S12(F, A, B, P) F(char, a) P(int, 4) F(char, b)
#define S13(F, A, B, P) F(char, a) P(int, 30) B(char, b, 3)
#define S14(F, A, B, P) B(short, a, 9) B(short, b, 9) B(int, c, 9)
#define S15(F, A, B, P) F(float, a) F(double, b) F(char, c)
#define S16(F, A, B, P) F(char, a) F(long double, b)
#define S17(F, A, B, P) F(void *, a) F(char, b) A(char *, c, 2)
#define S18(F, A, B, P) F(struct s01, a) F(char, b) F(struct s02, c)
#define S19(F, A, B, P) F(char, a) A(struct s03, b, 3) F(int, c)
#define S20(F, A, B, P) F(char, a) F(union u21, b) B(int, c, 12)
#define S22(F, A, B, P) B(unsigned int, a, 32) B(unsigned int, b, 1) F(char, c)
#define S23(F, A, B, P) B(unsigned long, a, 64) B(unsigned long, b, 63) B(unsigned long, c, 2)
#define S24(F, A, B, P) F(short, a) B(unsigned int, b, 17) B(unsigned short, c, 16)
#define S25(F, A, B, P) F(char, a) B(unsigned long, b, 33) F(int, c)
#define S26(F, A, B, P) A(long, a, 2) F(char, b)
#define S27(F, A, B, P) F(unsigned short, a) A(unsigned char, b, 7) F(unsigned long long, c)
#define S28(F, A, B, P) B(signed char, a, 4) P(short, 9) B(signed char, b, 4)
#define S29(F, A, B, P) F(long long, a) B(long long, b, 1) F(char, c) B(long long, d, 47)
#define S30(F, A, B, P) F(struct s06, a) F(struct s11, b) B(int, c, 1)
#define S31(F, A, B, P) F(char, a) P(long, 50) F(short, b) B(int, c, 31)
#define S33(F, A, B, P) F(int8_t, a) F(uint64_t, b) F(uint16_t, c) F(pid_t, d)

#define U21(F, A, B, P) F(char, a) F(long, b) B(int, c, 3) A(char, d, 11)
#define U32(F, A, B, P) B(long, a, 60) F(short, b) F(struct s01, c)

#define STRUCTS(X) \
	X(struct, s01, S01) X(struct, s02, S02) X(struct, s03, S03) X(struct, s04, S04) \
	X(struct, s05, S05) X(struct, s06, S06) X(struct, s07, S07) X(struct, s08, S08) \
	X(struct, s09, S09) X(struct, s10, S10) X(struct, s11, S11) X(struct, s12, S12) \
	X(struct, s13, S13) X(struct, s14, S14) X(struct, s15, S15) X(struct, s16, S16) \
	X(struct, s17, S17) X(struct, s18, S18) X(struct, s19, S19) X(union, u21, U21) \
	X(struct, s20, S20) X(struct, s22, S22) X(struct, s23, S23) X(struct, s24, S24) \
	X(struct, s25, S25) X(struct, s26, S26) X(struct, s27, S27) X(struct, s28, S28) \
	X(struct, s29, S29) X(struct, s30, S30) X(struct, s31, S31) X(union, u32, U32) \
	X(struct, s33, S33)

#define C_F(type, name) type name;
#define C_A(type, name, n) type name[n];
#define C_B(type, name, bits) type name : bits;
#define C_P(type, bits) type : bits;
#define DEFINE(keyword, tag, LIST) keyword tag { LIST(C_F, C_A, C_B, C_P) };
STRUCTS(DEFINE)

struct field {
	const char *type, *name;
	uint64_t n;			// elements
	uint8_t bits;
};

#define ROW_F(type, name) { #type, #name, 0, 0 },
#define ROW_A(type, name, n) { #type, #name, n, 0 },
#define ROW_B(type, name, bits) { #type, #name, 0, bits },
#define ROW_P(type, bits) { #type, NULL, 0, bits },

static struct arena *arena;
static struct interns *interns;
static struct types *t;

static void setup(void)
{
	arena = arena_new(0, NULL, NULL);
	interns = interns_new(arena, NULL);
	t = types_new(arena, interns, NULL);
}

static void teardown(void)
{
	arena_free(arena);
}

static struct type *declare(enum type_kind kind, const char *tag, const struct field *f, size_t n)
{
	struct type *sou = type_new_tag(t, kind, tag);

	for (size_t i = 0; i < n; i++) {
		struct type_member m = { .type = type_parse(t, f[i].type), .bit_size = f[i].bits };

		ck_assert_msg(m.type != NULL, "%s", f[i].type);
		m.name = f[i].name ? intern_str(interns, f[i].name) : NULL;
		if (f[i].n)
			m.type = type_array(t, m.type, f[i].n);
		vec_push(arena, &sou->members, m);
	}
	type_complete(t, sou);
	return sou;
}

static const struct type_member *member(struct type *sou, const char *name)
{
	uint32_t off;
	const struct type_member *m = type_member(t, sou, name, &off);

	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(m->offset, off);
	return m;
}

static void check_plain(struct type *sou, const char *name, size_t off, size_t size)
{
	const struct type_member *m = member(sou, name);

	ck_assert_msg(m->offset == off, "%s.%s: %u, not %zu", sou->name, name, m->offset, off);
	ck_assert_uint_eq(type_sizeof(t, m->type, 256), size);
	ck_assert_uint_eq(m->bit_size, 0);
}

// bytes: the struct with all bits of this field set and no other.
static void check_bits(struct type *sou, const char *name, const unsigned char *bytes, size_t size,
		       unsigned bits)
{
	const struct type_member *m = member(sou, name);
	unsigned first = 0;

	while (first < size * 8 && !(bytes[first / 8] >> first % 8 & 1))
		first++;
	ck_assert_msg(m->offset * 8 + m->bit_off == first, "%s.%s: bit %u, not %u", sou->name, name,
		      m->offset * 8 + m->bit_off, first);
	ck_assert_uint_eq(m->bit_size, bits);
	ck_assert_uint_le(m->bit_off + bits, type_sizeof(t, m->type, 256) * 8);
}

#define CHECK_F(type, name) check_plain(sou, #name, offsetof(T, name), sizeof(((T *)0)->name));
#define CHECK_A(type, name, n) CHECK_F(type, name)
#define CHECK_B(type, name_, bits) \
	memset(&c, 0, sizeof c); \
	c.name_ = ones; \
	check_bits(sou, #name_, (const unsigned char *)&c, sizeof c, bits);
#define CHECK_P(type, bits)
#define KIND_struct TY_STRUCT
#define KIND_union TY_UNION

#define CHECK(keyword, tag, LIST) \
	static void check_##tag(void) \
	{ \
		static const struct field fields[] = { LIST(ROW_F, ROW_A, ROW_B, ROW_P) }; \
		typedef keyword tag T; \
		struct type *sou = declare(KIND_##keyword, #tag, fields, \
					   sizeof fields / sizeof *fields); \
		volatile long long ones = -1; \
		T c; \
		(void)ones, (void)c; \
		ck_assert_msg(sou->size == sizeof(T), "%s: %zu, not %zu", #tag, \
			      (size_t)sou->size, sizeof(T)); \
		ck_assert_uint_eq(type_alignof(t, sou), _Alignof(T)); \
		LIST(CHECK_F, CHECK_A, CHECK_B, CHECK_P) \
	}
STRUCTS(CHECK)

START_TEST(layout)
{
#define RUN(keyword, tag, LIST) check_##tag();
	STRUCTS(RUN)
}
END_TEST

START_TEST(text)
{
	static const struct {
		const char *text, *name;	// name NULL: no type
		uint64_t size;
	} rows[] = {
		{ "int", "int", 4 },
		{ "long unsigned int", "unsigned long", 8 },
		{ "unsigned", "unsigned int", 4 },
		{ "long long", "long long", 8 },
		{ "signed", "int", 4 },
		{ "const char *", "const char *", 8 },
		{ "char[16]", "char [16]", 16 },
		{ "char [2][3]", "char [2][3]", 6 },
		{ "int *[4]", "int *[4]", 32 },
		{ "int (*)[4]", "int (*)[4]", 8 },
		{ "void (*)(int)", "void (*)(int)", 8 },
		{ "int (*(*)(char, ...))[3]", "int (*(*)(char, ...))[3]", 8 },
		{ "int (*[2])(void)", "int (*[2])(void)", 16 },
		{ "int [string, pid_t]", "int [string, pid_t]", 0 },
		{ "string", "string", 256 },
		{ "string [2]", "string [2]", 512 },
		{ "uint64_t *const", "uint64_t * const", 8 },
		{ "int int", NULL, 0 }, { "", NULL, 0 }, { "*", NULL, 0 }, { "int (*", NULL, 0 },
		{ "nosuch_t", NULL, 0 }, { "struct nosuch *", NULL, 0 }, { "int x", NULL, 0 },
		{ "short char", NULL, 0 }, { "unsigned float", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct type *ty = type_parse(t, rows[i].text);

		if (!rows[i].name) {
			ck_assert_msg(ty == NULL, "%s is a type", rows[i].text);
			continue;
		}
		ck_assert_msg(ty != NULL, "%s is no type", rows[i].text);
		ck_assert_str_eq(type_name(t, ty), rows[i].name);
		ck_assert_uint_eq(type_sizeof(t, ty, 256), rows[i].size);
	}
}
END_TEST

START_TEST(sameness)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "pid_t", "int", true }, { "uint64_t", "unsigned long long", true },
		{ "int", "unsigned int", false }, { "char", "unsigned char", false },
		{ "const char *", "char *", true }, { "char *", "int *", false },
		{ "char [4]", "char [5]", false }, { "size_t [4]", "unsigned long [4]", true },
		{ "void (*)(int)", "void (*)(pid_t)", true }, { "void (*)(int)", "void (*)(long)", false },
		{ "void (*)(int)", "void (*)(int, ...)", false }, { "string", "char *", false },
		{ "_Bool", "uint8_t", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_msg(type_same(t, type_parse(t, rows[i].a), type_parse(t, rows[i].b))
				      == rows[i].same, "%s and %s", rows[i].a, rows[i].b);
	ck_assert_ptr_eq(type_parse(t, "int **"), type_ptr(t, type_ptr(t, type_base(t, "int"))));
}
END_TEST

START_TEST(tags)
{
	static const struct field fields[] = { { "int", "x", 0, 0 } };
	struct type *fwd = type_new_tag(t, TY_STRUCT, "late"), *ptr = type_ptr(t, fwd);
	uint32_t off;

	ck_assert(!type_resolve(t, fwd)->complete);
	ck_assert_ptr_eq(declare(TY_STRUCT, "late", fields, 1), fwd);
	ck_assert_ptr_nonnull(type_member(t, ptr->base, "x", &off));
	ck_assert_ptr_eq(type_find_tag(t, TY_STRUCT, "late"), fwd);
	ck_assert_ptr_null(type_find_tag(t, TY_UNION, "late"));
	ck_assert_str_eq(type_suggest(t, TY_STRUCT, "lates"), "late");
	ck_assert_str_eq(type_suggest(t, TY_TYPEDEF, "uint64t"), "uint64_t");
}
END_TEST

START_TEST(stringlike)
{
	static const char *const yes[] = { "string", "char *", "const char *", "char [3]" };
	static const char *const no[] = { "int *", "char", "unsigned char *", "char **", "long" };

	for (unsigned i = 0; i < 4; i++)
		ck_assert_msg(type_is_stringlike(t, type_parse(t, yes[i])), "%s", yes[i]);
	for (unsigned i = 0; i < 5; i++)
		ck_assert_msg(!type_is_stringlike(t, type_parse(t, no[i])), "%s", no[i]);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("type");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, layout);
	tcase_add_test(c, text);
	tcase_add_test(c, sameness);
	tcase_add_test(c, tags);
	tcase_add_test(c, stringlike);
	return suite_run("type", c);
}
