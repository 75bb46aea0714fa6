// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Declarations as text, parsed and declared: which types the objects get, and
// which tag each mistake is reported with.

#include <check.h>
#include <string.h>

#include "dlang/base/sbuf.h"
#include "dlang/sema/declare.h"
#include "dlang/syntax/parse.h"
#include "tests/unit/suite.h"

struct run {
	struct arena *arena;
	struct diags diags;
	struct types *types;
	struct sbuf objects;		// "name: type; name: type; "
};

// Sums of literals and enumerators, and a minus in front: enough for sizes.
static bool fold(void *ctx, struct expr *e, int64_t *value)
{
	struct run *r = ctx;
	struct type *ty;
	int64_t right;

	switch (e->kind) {
	case EX_INT:
		*value = (int64_t)e->value;
		return true;
	case EX_NAME:
		return type_find_enumerator(r->types, e->name, value, &ty);
	case EX_UNARY:
		if (e->op != OP_NEG || !fold(ctx, e->a, value))
			return false;
		*value = -*value;
		return true;
	case EX_BINARY:
		if (e->op != OP_ADD || !fold(ctx, e->a, value) || !fold(ctx, e->b, &right))
			return false;
		*value += right;
		return true;
	default:
		return false;
	}
}

static void object(void *ctx, enum storage storage, const char *name, struct type *type,
		   struct span span)
{
	struct run *r = ctx;

	(void)storage, (void)span;
	sbuf_printf(&r->objects, "%s: %s %llu; ", name, type_name(r->types, type),
		    (unsigned long long)type_sizeof(r->types, type, 256));
}

static bool is_type(void *ctx, const char *name)
{
	struct run *r = ctx;

	return type_find_typedef(r->types, name) != NULL;
}

static void run(struct run *r, const char *text)
{
	struct sources sources;
	struct parse_ctx pc = { .sources = &sources, .kind = PROGRAM_FILE, .is_type = is_type,
				.type_ctx = r };
	struct declare_ctx dc = { .ctx = r, .const_eval = fold, .object = object };
	struct unit *unit;

	r->arena = pc.arena = dc.arena = arena_new(0, NULL, NULL);
	pc.interns = interns_new(r->arena, NULL);
	diags_init(&r->diags, r->arena, 20);
	pc.diags = dc.diags = &r->diags;
	r->types = dc.types = types_new(r->arena, pc.interns, NULL);
	sbuf_init(&r->objects, r->arena);
	sources_init(&sources, r->arena);
	pc.source = sources_add(&sources, SOURCE_FILE, "test.d", text, strlen(text));
	unit = parse(&pc);
	if (diag_any(&r->diags))
		return;		// the parser's mistakes have the same tags
	for (uint32_t i = 0; i < unit->items.n; i++)
		if (unit->items.v[i].kind == IT_DECL)
			declare_decl(&dc, unit->items.v[i].decl);
}

static const struct {
	const char *text, *objects;
} good[] = {
	{ "int a;", "a: int 4; " },
	{ "unsigned long a, *b;", "a: unsigned long 8; b: unsigned long * 8; " },
	{ "int *a[3];", "a: int *[3] 24; " },
	{ "int (*a)[3];", "a: int (*)[3] 8; " },
	{ "int a[2][3];", "a: int [2][3] 24; " },
	{ "int a[1 + 2];", "a: int [3] 12; " },
	{ "string a[int, pid_t];", "a: string [int, pid_t] 0; " },
	{ "int a[int][3];", "a: int [int][3] 0; " },
	{ "extern int f(const char *, ...);", "f: int (const char *, ...) 0; " },
	{ "void (*f)(void);", "f: void (*)(void) 8; " },
	{ "typedef int foo_t; foo_t a;", "a: foo_t 4; " },
	{ "typedef int foo_t; typedef int foo_t;", "" },
	{ "typedef int pid_t;", "" },
	{ "struct s { char a; int b : 3; int : 5; int c : 30; }; struct s x;", "x: struct s 8; " },
	{ "struct s { struct { int a, b; } x, y; int n; } v;", "v: struct s 20; " },
	{ "struct s { union { long l; char c; }; int n; } v;", "v: struct s 16; " },
	{ "struct s; struct s *p; struct s { struct s *next; }; struct s v;",
	  "p: struct s * 8; v: struct s 8; " },
	{ "struct none *p;", "p: struct none * 8; " },
	{ "struct s { int n; char flex[]; } v;", "v: struct s 4; " },
	{ "enum e { A, B = 5, C } v; int a[C];", "v: enum e 4; a: int [6] 24; " },
	{ "enum { X = 2, Y = X + X }; int a[Y];", "a: int [4] 16; " },
	{ "self int a; this string b;", "a: int 4; b: string 256; " },
};

static const struct {
	const char *text;
	enum errtag tag;
} bad[] = {
	{ "int a[];", D_DECL_ARRNULL }, { "int a[2][];", D_DECL_ARRNULL },
	{ "int a[0];", D_DECL_ARRSUB }, { "int a[-1];", D_DECL_ARRSUB },
	{ "int a[\"x\"];", D_DECL_ARRSUB }, { "int a[4294967296];", D_DECL_ARRBIG },
	{ "long a[1073741824];", D_DECL_ARRBIG },
	{ "void a;", D_DECL_VOIDOBJ }, { "void a[3];", D_DECL_VOIDOBJ },
	{ "struct s { void a; };", D_DECL_VOIDOBJ },
	{ "struct nosuch a;", D_DECL_INCOMPLETE }, { "struct s { struct s a; };", D_DECL_INCOMPLETE },
	{ "struct nosuch a[2];", D_DECL_INCOMPLETE },
	{ "struct s { int a[int]; };", D_DECL_DYNOBJ }, { "int a[3][int];", D_DECL_DYNOBJ },
	{ "this int a[int];", D_DECL_LOCASSC },
	{ "enum { N = 1 }; struct s { int a : N - 1; };", D_DECL_BFCONST },
	{ "struct s { int a : 0; };", D_DECL_BFCONST }, { "struct s { int a : 33; };", D_DECL_BFSIZE },
	{ "struct s { char a : 9; };", D_DECL_BFSIZE }, { "struct s { float a : 3; };", D_DECL_BFTYPE },
	{ "struct s { char *a : 3; };", D_DECL_BFTYPE },
	{ "enum e { A = \"x\" };", D_DECL_ENCONST }, { "enum e { A = 2147483648 };", D_DECL_ENOFLOW },
	{ "enum e { A = 2147483647, B };", D_DECL_ENOFLOW }, { "enum e { A, A };", D_DECL_IDRED },
	{ "struct s { int a; }; struct s { int a; };", D_DECL_TYPERED },
	{ "typedef int foo_t; typedef long foo_t;", D_DECL_TYPERED },
	{ "typedef long pid_t;", D_DECL_TYPERED },
	{ "struct s { int; };", D_DECL_MNAME }, { "struct s { int a; int a; };", D_UNKNOWN },
	{ "int a[int, ...];", D_DECL_PROTO_VARARGS }, { "int a[void];", D_DECL_PROTO_TYPE },
	{ "int a[int, void];", D_DECL_PROTO_VOID }, { "int f(int, void);", D_DECL_PROTO_VOID },
	{ "int a[int [3]];", D_DECL_PROTO_TYPE },
	{ "int;", D_DECL_USELESS }, { "struct { int a; };", D_DECL_USELESS },
	{ "typedef int;", D_DECL_USELESS },
	{ "int m`a;", D_DECL_SCOPE }, { "struct m`s { int a; };", D_DECL_SCOPE },
	{ "enum nosuch a;", D_UNKNOWN },
};

START_TEST(accepted)
{
	struct run r;

	run(&r, good[_i].text);
	ck_assert_msg(!diag_any(&r.diags), "%s: %s", good[_i].text,
		      diag_any(&r.diags) ? r.diags.list.v[0].text : "");
	ck_assert_str_eq(r.objects.s, good[_i].objects);
	arena_free(r.arena);
}
END_TEST

START_TEST(refused)
{
	struct run r;

	run(&r, bad[_i].text);
	ck_assert_msg(r.diags.list.n == 1, "%s: %u diagnostics", bad[_i].text, r.diags.list.n);
	ck_assert_msg(r.diags.list.v[0].tag == bad[_i].tag, "%s: %s, not %s", bad[_i].text,
		      errtag_name(r.diags.list.v[0].tag), errtag_name(bad[_i].tag));
	arena_free(r.arena);
}
END_TEST

START_TEST(hints)
{
	struct run r;

	run(&r, "struct widget { int a; }; struct widgit x;");
	ck_assert_uint_eq(r.diags.list.n, 1);
	ck_assert_pstr_eq(r.diags.list.v[0].hint, "did you mean struct widget?");
	arena_free(r.arena);
	run(&r, "struct pid_t x;");
	ck_assert_pstr_eq(r.diags.list.v[0].hint, "did you mean pid_t?");
	arena_free(r.arena);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("declare");

	tcase_add_loop_test(c, accepted, 0, sizeof good / sizeof *good);
	tcase_add_loop_test(c, refused, 0, sizeof bad / sizeof *bad);
	tcase_add_test(c, hints);
	return suite_run("declare", c);
}
