// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The parser's errors, by tag and line, and what cannot be seen in the golden
// dumps: types by callback, probe fields, spans, limits.

#include <check.h>
#include <string.h>

#include "dlang/syntax/ast_dump.h"
#include "dlang/syntax/parse.h"
#include "tests/unit/suite.h"

static struct arena *a;
static struct sources set;
static struct diags diags;
static struct parse_ctx ctx;

static bool ends_in_t(void *data, const char *name)
{
	size_t n = strlen(name);

	(void)data;
	return n > 2 && strcmp(name + n - 2, "_t") == 0;
}

static void setup(void)
{
	a = arena_new(0, NULL, NULL);
	sources_init(&set, a);
	ctx = (struct parse_ctx){ .arena = a, .interns = interns_new(a, NULL), .diags = &diags,
		.sources = &set, .is_type = ends_in_t };
}

static void teardown(void)
{
	a = arena_free(a);
}

static struct unit *parse_as(enum program_kind kind, const char *text)
{
	diags_init(&diags, a, 20);
	ctx.kind = kind;
	ctx.source = sources_add(&set, SOURCE_FILE, "t.d", text, strlen(text));
	return parse(&ctx);
}

static struct unit *parse_good(enum program_kind kind, const char *text)
{
	struct unit *u = parse_as(kind, text);

	ck_assert_msg(!diags.list.n, "%s: %s", text, diags.list.n ? diags.list.v[0].text : "");
	return u;
}

// "TAG:line TAG:line": all that was reported.
static const char *errors(enum program_kind kind, const char *text)
{
	struct position pos;
	struct sbuf out;

	parse_as(kind, text);
	sbuf_init(&out, a);
	for (uint32_t i = 0; i < diags.list.n; i++) {
		span_position(&set, diags.list.v[i].span, &pos);
		sbuf_printf(&out, "%s%s:%u", i ? " " : "", errtag_name(diags.list.v[i].tag), pos.line);
	}
	return out.s;
}

struct row {
	const char *text, *expected;
};

static void check_rows(enum program_kind kind, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(strcmp(errors(kind, rows[i].text), rows[i].expected) == 0,
			      "%s\n gives %s\n not %s", rows[i].text, errors(kind, rows[i].text),
			      rows[i].expected);
}

#define CHECK_ROWS(kind, rows) check_rows(kind, rows, sizeof rows / sizeof rows[0])

START_TEST(clause_errors)
{
	static const struct row rows[] = {
		{ "BEGIN", "D_SYNTAX:1" },
		{ "BEGIN\n/1/\n", "D_SYNTAX:3" },
		{ "BEGIN {", "D_SYNTAX:1" },
		{ "BEGIN\n{ x = 1\n", "D_SYNTAX:2" },
		{ "BEGIN / x {}", "D_SYNTAX:1" },
		{ "BEGIN / x\n", "D_SYNTAX:1" },
		{ "BEGIN /(x/ {}\nEND {}", "D_SYNTAX:1" },
		{ "BEGIN // {}\n{ }", "D_SYNTAX:1" },
		{ "}", "D_SYNTAX:1" },
		{ "{ x; }\nBEGIN { y z; }", "D_SYNTAX:1 D_SYNTAX:2" },
		{ "BEGIN, { }", "D_SYNTAX:1" },
		{ "BEGIN {};", "D_SYNTAX:1" },
		{ "a:b:c:d\ne:f:g:h\n{ }", "D_SYNTAX:2" },
		{ "syscall: :read {}", "D_SYNTAX:1" },
		{ "a:b:c:d:e {}\nf {}", "D_PDESC_INVAL:1" },
		{ "0 {}\n4294967296 {}\n4294967295 {}", "D_PDESC_INVAL:1 D_PDESC_INVAL:2" },
		{ "x$foo {}", "D_PDESC_INVAL:1" },
		{ "int* {}\n:::int* {}", "D_SYNTAX:1" },
		{ "BEGIN { \"a\n; }\nEND { @ @; }", "D_STR_NL:1 D_SYNTAX:3" },
		{ "BEGIN { /* a\n }", "D_SYNTAX:1" },
	};

	CHECK_ROWS(PROGRAM_FILE, rows);
}
END_TEST

START_TEST(statement_errors)
{
	static const struct row rows[] = {
		{ "BEGIN { x = ; y = ); z = 3 }", "D_SYNTAX:1 D_SYNTAX:1" },
		{ "BEGIN {\n x = 1\n y = 2;\n z = (3;\n w[;\n}", "D_SYNTAX:2 D_SYNTAX:4 D_SYNTAX:5" },
		{ "BEGIN { x = 1;\nsyscall::read:entry { }\nEND { y y }", "D_SYNTAX:2 D_SYNTAX:3" },
		{ "BEGIN {\n if (1) { x;\n}\nEND { }", "D_SYNTAX:4" },
		{ "BEGIN { for (i = 0; i < 3; i++) { x; } while (1) y; do { z; } while (0); }",
		  "D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1" },
		{ "BEGIN { if (x { y; } else { z; } w w; }", "D_SYNTAX:1 D_SYNTAX:1" },
		{ "BEGIN { else x; { y; } }", "D_SYNTAX:1 D_SYNTAX:1" },
		{ "BEGIN { int x; return; goto y; }", "D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1" },
		{ "BEGIN { self.x; self->; this; x->1; y.; }",
		  "D_SYNTAX:1 D_OP_IDENT:1 D_SYNTAX:1 D_OP_IDENT:1 D_OP_IDENT:1" },
		{ "BEGIN { mod`; a[]; x ? y; (int) ; }", "D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1" },
		{ "BEGIN { counter = 1; sizeof (; offsetof(int); xlate <int> 1; }",
		  "D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1" },
	};

	CHECK_ROWS(PROGRAM_FILE, rows);
}
END_TEST

START_TEST(specifier_errors)
{
	static const struct row rows[] = {
		{ "int char x;", "D_DECL_COMBO:1" },
		{ "signed unsigned x; short long y; long long long z; int struct s w;",
		  "D_DECL_COMBO:1 D_DECL_COMBO:1 D_DECL_COMBO:1 D_DECL_COMBO:1" },
		{ "short char x; long char y; unsigned char z;", "D_DECL_CHARATTR:1 D_DECL_CHARATTR:1" },
		{ "unsigned void *x; long void *y;", "D_DECL_VOIDATTR:1 D_DECL_VOIDATTR:1" },
		{ "unsigned float x; signed string y; unsigned foo_t z;",
		  "D_DECL_SIGNINT:1 D_DECL_SIGNINT:1 D_DECL_SIGNINT:1" },
		{ "long float x; short double y; long double z; long struct s w;",
		  "D_DECL_LONGINT:1 D_DECL_LONGINT:1 D_DECL_LONGINT:1" },
		{ "self this int x; extern typedef int y;", "D_DECL_CLASS:1 D_DECL_CLASS:1" },
		{ "auto int x; register int y; static int z;",
		  "D_DECL_BADCLASS:1 D_DECL_BADCLASS:1 D_DECL_BADCLASS:1" },
		{ "int f(static int x, register int y);", "D_DECL_PARMCLASS:1" },
		{ "self x; extern y; int f(a, b);",
		  "D_DECL_IDENT:1 D_DECL_IDENT:1 D_DECL_IDENT:1 D_DECL_IDENT:1" },
		{ "int; typedef struct s; struct { int x; };",
		  "D_DECL_USELESS:1 D_DECL_USELESS:1 D_DECL_USELESS:1" },
		{ "struct s; enum { A }; union u { int x; };", "" },
		{ "struct s { int; int x y; int z };\nint w", "D_DECL_MNAME:1 D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:2" },
		{ "int a`b; struct c`d { int x; }; struct c`d *e; enum { F`G };",
		  "D_DECL_SCOPE:1 D_DECL_SCOPE:1 D_DECL_SCOPE:1" },
		{ "struct { int x; struct { int y; }; union { int z; }; struct q; } v;", "D_DECL_MNAME:1" },
		{ "enum { }; enum { A, , B };", "D_SYNTAX:1 D_SYNTAX:1" },
	};

	CHECK_ROWS(PROGRAM_FILE, rows);
}
END_TEST

START_TEST(declarator_errors)
{
	static const struct row rows[] = {
		{ "int f(void), g(int, void), h(void x);", "D_DECL_PROTO_VOID:1 D_DECL_PROTO_NAME:1" },
		{ "int f(int, ...); int a[int, ...];", "D_DECL_PROTO_VARARGS:1" },
		{ "inline int f[int x, int] = x; inline int g[int x, int x] = x;",
		  "D_DECL_PROTO_NAME:1 D_DECL_PROTO_FORM:1" },
		{ "inline int = 5;\ninline self int x = 1;\ninline int y;", "D_DECL_USELESS:1 D_DECL_BADCLASS:2 D_SYNTAX:3" },
		{ "int x = 5;\nint f() { return 1; }\nint y\nBEGIN { }", "D_SYNTAX:1 D_SYNTAX:2 D_SYNTAX:3" },
		{ "int x[3; int y]; int (z;", "D_SYNTAX:1 D_SYNTAX:1 D_SYNTAX:1" },
		{ "provider p1 { probe a(); };\nprovider q { probe b(int, ...); probe c`d(); prob e(); probe f() }\nBEGIN {}",
		  "D_PROV_BADNAME:1 D_DECL_PROTO_VARARGS:2 D_PROV_BADNAME:2 D_SYNTAX:2 D_SYNTAX:2 D_SYNTAX:2" },
		{ "provider q probe a();\nBEGIN { }", "D_SYNTAX:1" },
		{ "translator foo_t < int x > { a = 1; b 2; c = 3; }\nint y;", "D_SYNTAX:1 D_SYNTAX:1" },
	};

	CHECK_ROWS(PROGRAM_FILE, rows);
}
END_TEST

START_TEST(command_lines)
{
	static const struct { enum program_kind kind; struct row row; } rows[] = {
		{ PROGRAM_NAME, { "BEGIN", "" } },
		{ PROGRAM_NAME, { "BEGIN,END", "" } },
		{ PROGRAM_NAME, { "BEGIN {} END", "" } },
		{ PROGRAM_NAME, { "BEGIN /1/", "D_SYNTAX:1" } },
		{ PROGRAM_NAME, { "BEGIN END", "D_SYNTAX:1" } },
		{ PROGRAM_NAME, { "int* {} foo_t* {} foo_t {}", "" } },
		{ PROGRAM_NAME, { "int x; foo_t y; BEGIN {}", "" } },
		{ PROGRAM_NAME, { "17", "" } },
		{ PROGRAM_FUNCTION, { "a:b:c", "" } },
		{ PROGRAM_FUNCTION, { "a:b:c:d", "D_PDESC_INVAL:1" } },
		{ PROGRAM_MODULE, { "a:b{}", "" } },
		{ PROGRAM_MODULE, { "a:b:c", "D_PDESC_INVAL:1" } },
		{ PROGRAM_PROVIDER, { "a", "" } },
		{ PROGRAM_PROVIDER, { "a:", "D_PDESC_INVAL:1" } },
		{ PROGRAM_PROVIDER, { "17", "D_PDESC_INVAL:1" } },
		{ PROGRAM_ID, { "17 /x/ { }", "" } },
		{ PROGRAM_ID, { "a", "D_PDESC_INVAL:1" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_rows(rows[i].kind, &rows[i].row, 1);
}
END_TEST

static const char *fields(enum program_kind kind, const char *text)
{
	const struct pdesc *d = &parse_good(kind, text)->items.v[0].clause->pdescs.v[0];
	struct sbuf out;

	sbuf_init(&out, a);
	for (int i = 0; i < 4; i++)
		sbuf_printf(&out, "%s%s", i ? "|" : "", d->field[i] ? d->field[i] : "-");
	return out.s;
}

START_TEST(probe_fields)
{
	char text[256];

	ck_assert_str_eq(fields(PROGRAM_NAME, "n"), "-|-|-|n");
	ck_assert_str_eq(fields(PROGRAM_NAME, "f:n"), "-|-|f|n");
	ck_assert_str_eq(fields(PROGRAM_NAME, "p:::n"), "p|-|-|n");
	ck_assert_str_eq(fields(PROGRAM_NAME, ":::"), "-|-|-|-");
	ck_assert_str_eq(fields(PROGRAM_FUNCTION, "f"), "-|-|f|-");
	ck_assert_str_eq(fields(PROGRAM_FUNCTION, "p::f"), "p|-|f|-");
	ck_assert_str_eq(fields(PROGRAM_MODULE, "p:m"), "p|m|-|-");
	ck_assert_str_eq(fields(PROGRAM_PROVIDER, "p"), "p|-|-|-");
	ck_assert_uint_eq(parse_good(PROGRAM_ID, "42")->items.v[0].clause->pdescs.v[0].id, 42);
	memset(text, 'x', sizeof text);
	memcpy(text + 63, ":n", 3);
	ck_assert_str_eq(errors(PROGRAM_NAME, text), "");
	memcpy(text + 63, "x:::n", 6);
	ck_assert_str_eq(errors(PROGRAM_NAME, text), "D_PDESC_INVAL:1");
}
END_TEST

// The dump of the first expression statement of the only clause, on one line.
static const char *expr(const char *text)
{
	const struct unit *u = parse_good(PROGRAM_FILE, arena_printf(a, "BEGIN { %s; }", text));
	struct sbuf out;
	char *s;

	sbuf_init(&out, a);
	ast_dump_expr(&out, vec_last(&vec_last(&u->items).clause->body)->expr, 0);
	for (s = out.s; *s; s++) {
		if (*s == '\n')
			*s = ';';
	}
	while ((s = strstr(out.s, "  ")) != NULL)
		memmove(s, s + 2, strlen(s + 2) + 1);
	return out.s;
}

START_TEST(types_and_names)
{
	ck_assert_str_eq(expr("(foo_t)x"), "cast;type foo_t;name x;");
	ck_assert_str_eq(expr("(foo_t *)x"), "cast;type foo_t;pointer;name x;");
	ck_assert_str_eq(expr("(foo)"), "name foo;");
	ck_assert_str_eq(expr("(foo * x)"), "binary *;name foo;name x;");
	ck_assert_str_eq(expr("(foo *)x"), "cast;type foo;pointer;name x;");
	ck_assert_str_eq(expr("(foo) x"), "cast;type foo;name x;");
	ck_assert_str_eq(expr("(foo) - x"), "binary -;name foo;name x;");
	ck_assert_str_eq(expr("(foo_t) - x"), "cast;type foo_t;unary -;name x;");
	ck_assert_str_eq(expr("a_t = 1; (a_t) - x"), "binary -;name a_t;name x;");
	ck_assert_str_eq(expr("(a_t++)"), "postfix ++;name a_t;");
	ck_assert_str_eq(expr("(a_t[1])"), "index;name a_t;int 1;");
	ck_assert_str_eq(expr("(a_t = 1)"), "assign =;name a_t;int 1;");
	ck_assert_str_eq(expr("sizeof (foo_t)"), "sizeof;type foo_t;");
	ck_assert_str_eq(expr("sizeof (foo)"), "sizeof;name foo;");
	ck_assert_str_eq(expr("sizeof (foo).x"), "sizeof;member .x;name foo;");
	ck_assert_str_eq(expr("(struct mod`s *)x"), "cast;type struct mod`s;pointer;name x;");
	ck_assert_str_eq(expr("(mod`struct s *)x"), "cast;type struct mod`s;pointer;name x;");
	ck_assert_str_eq(expr("(int (*)(int))x"),
			 "cast;type int;function;param;type int;pointer;name x;");
	ck_assert_str_eq(expr("stringof(a)[1]"), "stringof;index;name a;int 1;");
}
END_TEST

START_TEST(unit_names)
{
	struct unit *u = parse_good(PROGRAM_FILE, "typedef int foo; foo x; int bar_t;\n"
				    "inline int f[int x_t] = (x_t) + 1;\n"
				    "BEGIN { y = (foo)-1; z = (bar_t)-1; w = (x_t)-1; }");
	const struct clause *c = vec_last(&u->items).clause;

	ck_assert_int_eq(u->items.v[3].inline_def->body->kind, EX_BINARY);
	ck_assert_int_eq(c->body.v[0]->expr->b->kind, EX_CAST);
	ck_assert_int_eq(c->body.v[1]->expr->b->kind, EX_BINARY);
	ck_assert_int_eq(c->body.v[2]->expr->b->kind, EX_CAST);
}
END_TEST

START_TEST(precedence)
{
	ck_assert_str_eq(expr("a = b += c ? d : e || f ^^ g && h | i ^ j & k == l < m << n + o * -p++"),
			 "assign =;name a;assign +=;name b;conditional;name c;name d;binary ||;name e;"
			 "binary ^^;name f;binary &&;name g;binary |;name h;binary ^;name i;binary &;name j;"
			 "binary ==;name k;binary <;name l;binary <<;name m;binary +;name n;binary *;name o;"
			 "unary -;postfix ++;name p;");
	ck_assert_str_eq(expr("a - b - c"), "binary -;binary -;name a;name b;name c;");
	ck_assert_str_eq(expr("a ? b : c ? d : e"),
			 "conditional;name a;name b;conditional;name c;name d;name e;");
	ck_assert_str_eq(expr("a, b, c"), "comma;comma;name a;name b;name c;");
	ck_assert_str_eq(expr("*a->b[1].c++"),
			 "unary *;postfix ++;member .c;index;member ->b;name a;int 1;");
	ck_assert_str_eq(expr("-x * y"), "binary *;unary -;name x;name y;");
}
END_TEST

static void check_span(const char *text, const struct span s, const char *expected)
{
	ck_assert_uint_eq(s.end - s.begin, strlen(expected));
	ck_assert(strncmp(text + s.begin, expected, strlen(expected)) == 0);
}

START_TEST(spans)
{
	static const char text[] = "a:b /x/ { f(1, (y + z)) ; w = -q[3] ? 1 : 2 }\n int v[2];";
	struct unit *u = parse_good(PROGRAM_FILE, text);
	const struct clause *c = u->items.v[0].clause;
	const struct expr *call = c->body.v[0]->expr, *assign = c->body.v[1]->expr;

	check_span(text, c->span, "a:b /x/ { f(1, (y + z)) ; w = -q[3] ? 1 : 2 }");
	check_span(text, c->pdescs.v[0].span, "a:b");
	check_span(text, call->span, "f(1, (y + z))");
	check_span(text, call->args.v[1]->span, "(y + z)");
	ck_assert(call->args.v[1]->paren);
	check_span(text, assign->b->span, "-q[3] ? 1 : 2");
	check_span(text, assign->b->a->a->span, "q[3]");
	check_span(text, u->items.v[1].span, "int v[2];");
	check_span(text, u->items.v[1].decl->declarators.v[0]->span, "[2]");
}
END_TEST

static void check_deep(const char *before, const char *part, unsigned times, const char *after)
{
	struct sbuf b;

	sbuf_init(&b, a);
	sbuf_puts(&b, before);
	for (unsigned i = 0; i < times; i++)
		sbuf_puts(&b, part);
	sbuf_puts(&b, after);
	parse_as(PROGRAM_FILE, b.s);
	ck_assert_uint_eq(diags.list.n, 1);
	ck_assert_int_eq(diags.list.v[0].tag, D_SYNTAX);
	ck_assert_ptr_nonnull(strstr(diags.list.v[0].text, "nested too deeply"));
}

START_TEST(depth)
{
	static const char *const in_clause[] = { "(", "*", "a[", "f(", "x=", "(int)", "1?", "if (1) ",
		"if (1) { ", "if (1) x; else ", "- ", "sizeof ", "a.", "1+", "xlate <int> (", "1,",
		"a?b:", "(int (*" };
	static const char *const outside[] = { "struct {", "int f(", "int x[",
		"struct { struct s x; union {" };

	for (size_t i = 0; i < sizeof in_clause / sizeof in_clause[0]; i++)
		check_deep("BEGIN { ", in_clause[i], 10000, strchr(in_clause[i], '.') ? "x; }" : "1; }");
	for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
		check_deep("", outside[i], 10000, "");
	check_deep("int ", "*", 65536, "x;");
	check_deep("int ", "(", 10000, "x;");
	check_deep("int x", "[1]", 10000, ";");
}
END_TEST

START_TEST(within_limits)
{
	struct sbuf b;

	sbuf_init(&b, a);
	sbuf_puts(&b, "BEGIN { x = ");
	for (int i = 0; i < 2000; i++)
		sbuf_printf(&b, "y == %d || ", i);
	for (int i = 0; i < 100; i++)
		sbuf_puts(&b, "(");
	sbuf_puts(&b, "1");
	for (int i = 0; i < 100; i++)
		sbuf_puts(&b, ")");
	sbuf_puts(&b, "; }\ninline string s = ");
	for (int i = 0; i < 2000; i++)
		sbuf_printf(&b, "x == %d ? \"a\" : ", i);
	sbuf_puts(&b, "\"b\";");
	parse_good(PROGRAM_FILE, b.s);
}
END_TEST

START_TEST(hints)
{
	static const struct row rows[] = {
		{ "BEGIN { for (;;) x; }", "tick-1s" },
		{ "int* {}", ":::name*" },
		{ "int x = 1;", "BEGIN" },
		{ "BEGIN { int x; }", "before the clause" },
		{ "a:b\nc:d {}", "commas" },
		{ "BEGIN { x = 'long string'; }", "double quotes" },
		{ "BEGIN { x = \xe2\x80\x9cy; }", "straight quote" },
		{ "BEGIN { x // y\n; }", "/* ... */" },
		{ "BEGIN { counter++; }", "reserved word" },
		{ "#define X\n", "-C" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		parse_as(PROGRAM_FILE, rows[i].text);
		ck_assert_uint_ge(diags.list.n, 1);
		ck_assert_msg(diags.list.v[0].hint && strstr(diags.list.v[0].hint, rows[i].expected),
			      "%s: %s", rows[i].text, diags.list.v[0].hint);
	}
}
END_TEST

START_TEST(single_types)
{
	static const char good[] = "struct task_struct *", bad[] = "int x";
	struct typename *t;

	diags_init(&diags, a, 20);
	ctx.source = sources_add(&set, SOURCE_STRING, "type", good, sizeof good - 1);
	t = parse_type(&ctx);
	ck_assert_ptr_nonnull(t);
	ck_assert_str_eq(t->spec->name, "task_struct");
	ck_assert_int_eq(t->decl->kind, DC_PTR);
	ctx.source = sources_add(&set, SOURCE_STRING, "type", bad, sizeof bad - 1);
	ck_assert_ptr_null(parse_type(&ctx));
	ck_assert_uint_eq(diags.list.n, 1);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("parse");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, clause_errors);
	tcase_add_test(c, statement_errors);
	tcase_add_test(c, specifier_errors);
	tcase_add_test(c, declarator_errors);
	tcase_add_test(c, command_lines);
	tcase_add_test(c, probe_fields);
	tcase_add_test(c, types_and_names);
	tcase_add_test(c, unit_names);
	tcase_add_test(c, precedence);
	tcase_add_test(c, spans);
	tcase_add_test(c, depth);
	tcase_add_test(c, within_limits);
	tcase_add_test(c, hints);
	tcase_add_test(c, single_types);
	return suite_run("parse", c);
}
