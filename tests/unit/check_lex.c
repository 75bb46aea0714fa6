// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The lexer, one table per subject: text, what the tokens are, and the tag.

#include <check.h>
#include <inttypes.h>
#include <string.h>

#include "dlang/syntax/lex.h"
#include "tests/unit/suite.h"

static struct arena *a;
static struct sources set;
static struct diags diags;
static struct macros macros;
static struct unit unit;
static struct lexer lx;

static const char *const args[] = {
	"script.d", "12", "-0x10", "name", "\"in quotes\"", "two words", "int", "18446744073709551616",
	"010", "09", "a`b",
};

static void setup(void)
{
	a = arena_new(0, NULL, NULL);
	sources_init(&set, a);
	macros_init(&macros, a, args, sizeof args / sizeof args[0]);
	macros.value[MACRO_PID] = 1234;
	macros.value[MACRO_TARGET] = 77;
	macros.value[MACRO_PROJID] = -1;
}

static void teardown(void)
{
	a = arena_free(a);
}

static void begin(const char *text, size_t len)
{
	diags_init(&diags, a, 0);
	memset(&unit, 0, sizeof unit);
	lex_init(&lx, &set, sources_add(&set, SOURCE_FILE, "t.d", text, len));
	lx.interns = interns_new(a, NULL);
	lx.diags = &diags;
	lx.macros = &macros;
	lx.unit = &unit;
}

// What a token is, shortly: kinds by name or spelling, values after them.
static void show(struct sbuf *out, const struct token *t)
{
	static const char *const kinds[] = { "IK_INT", "IK_UINT", "IK_LONG", "IK_ULONG", "IK_LLONG",
		"IK_ULLONG" };

	switch (t->kind) {
	case T_INTEGER:
		sbuf_printf(out, "%s %" PRId64, kinds[t->int_kind] + 3, (int64_t)t->value);
		break;
	case T_TEXT: sbuf_printf(out, "\"%s\"", t->str); break;
	case T_IDENT: sbuf_puts(out, t->name); break;
	case T_AGG: sbuf_printf(out, "@%s", t->name); break;
	case T_PDESC: sbuf_printf(out, "<%.*s>", (int)t->len, t->str); break;
	case T_PRED_END: sbuf_puts(out, "PRED_END"); break;
	case T_BAD: sbuf_puts(out, "BAD"); break;
	default:
		if (tok_is_keyword(t->kind))
			sbuf_putc(out, '%');
		sbuf_puts(out, tok_text(t->kind));
	}
}

static const char *tokens(const char *text, enum lex_mode mode)
{
	struct sbuf out;

	begin(text, strlen(text));
	sbuf_init(&out, a);
	for (struct token t = lex_next(&lx, mode); t.kind != T_EOF; t = lex_next(&lx, mode)) {
		if (out.n)
			sbuf_putc(&out, ' ');
		show(&out, &t);
	}
	for (uint32_t i = 0; i < diags.list.n; i++)
		sbuf_printf(&out, " !%s", errtag_name(diags.list.v[i].tag));
	return out.s;
}

struct row {
	const char *text, *expected;
};

static void check_rows(const struct row *rows, size_t n, enum lex_mode mode)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(tokens(rows[i].text, mode), rows[i].expected);
}

#define CHECK_ROWS(rows, mode) check_rows(rows, sizeof rows / sizeof rows[0], mode)

START_TEST(integers)
{
	static const struct row rows[] = {
		{ "0 7 2147483647", "INT 0 INT 7 INT 2147483647" },
		{ "2147483648 9223372036854775807", "LONG 2147483648 LONG 9223372036854775807" },
		{ "9223372036854775808", "ULLONG -9223372036854775808" },
		{ "0x7fffffff 0xffffffff 0x100000000", "INT 2147483647 UINT 4294967295 LONG 4294967296" },
		{ "0xffffffffffffffff 017 0X1F", "ULONG -1 INT 15 INT 31" },
		{ "1u 1U 4294967296u", "UINT 1 UINT 1 ULONG 4294967296" },
		{ "1l 1ul 1LU 1ll 1ULL 1llu", "LONG 1 ULONG 1 ULONG 1 LLONG 1 ULLONG 1 ULLONG 1" },
		{ "18446744073709551615", "ULLONG -1" },
		{ "18446744073709551616", "INT 0 !D_INT_OFLOW" },
		{ "0x10000000000000000", "INT 0 !D_INT_OFLOW" },
		{ "08 09u 0778", "INT 0 UINT 0 INT 0 !D_INT_DIGIT !D_INT_DIGIT !D_INT_DIGIT" },
		{ "0x 0xg", "INT 0 INT 0 !D_INT_DIGIT !D_INT_DIGIT" },
		{ "12ab 0b1 1_", "INT 0 INT 0 INT 0 !D_SYNTAX !D_SYNTAX !D_SYNTAX" },
		{ "1.5 1e9 .5 1.", "INT 0 INT 0 INT 0 INT 0 !D_SYNTAX !D_SYNTAX !D_SYNTAX !D_SYNTAX" },
		{ "1e 1uu 1lll", "INT 0 LONG 0 ULLONG 0 !D_SYNTAX !D_SYNTAX !D_SYNTAX" },
	};

	CHECK_ROWS(rows, LEX_EXPR);
}
END_TEST

START_TEST(characters)
{
	static const struct row rows[] = {
		{ "'a' 'ab' '\\n' '\\0' '\\x41' '\\101'", "INT 97 INT 24930 INT 10 INT 0 INT 65 INT 65" },
		{ "'\\'' '\"' '\\\"'", "INT 39 INT 34 INT 34" },
		{ "'\\q'", "INT 23665" },
		{ "'\\377'", "INT 255" },
		{ "'\\xff\\xff\\xff\\xff'", "INT -1" },
		{ "'12345678'", "LONG 3544952156018063160" },
		{ "'123456789'", "INT 0 !D_CHR_OFLOW" },
		{ "''", "INT 0 !D_CHR_NULL" },
		{ "'a\nb", "BAD b !D_CHR_NL" },
		{ "'a", "BAD !D_SYNTAX" },
	};

	CHECK_ROWS(rows, LEX_EXPR);
}
END_TEST

START_TEST(strings)
{
	static const struct row rows[] = {
		{ "\"\" \"a\" \"b\"", "\"\" \"a\" \"b\"" },
		{ "\"a\\tb\\\\\\\"\"", "\"a\tb\\\"\"" },
		{ "\"\\q\\8\\x\"", "\"\\q\\8\\x\"" },
		{ "\"\\1013\\x4142\"", "\"A3B\"" },
		{ "\"ab\\0cd\"", "\"ab\"" },
		{ "\"ab\ncd", "BAD cd !D_STR_NL" },
		{ "\"ab\\\ncd", "BAD cd !D_STR_NL" },
		{ "\"ab\\\"", "BAD !D_SYNTAX" },
	};

	CHECK_ROWS(rows, LEX_EXPR);
}
END_TEST

START_TEST(names)
{
	static const struct row rows[] = {
		{ "foo _x1 if iff self", "foo _x1 %if iff %self" },
		{ "`sym mod`sym ``usym 9p`f", "`sym mod`sym ``usym 9p`f" },
		{ "libc.so.6`f LM1`libc.so`f a.b", "libc.so.6`f LM1`libc.so`f a . b" },
		{ "@ @a @[1] @a`b", "@_ @a @_ [ INT 1 ] @a `b" },
		{ "counter import probe userland", "%counter %import %probe %userland" },
	};
	static const struct row members[] = { { "if string x`y", "if string x `y" } };

	CHECK_ROWS(rows, LEX_EXPR);
	CHECK_ROWS(members, LEX_MEMBER);
}
END_TEST

START_TEST(punctuation)
{
	static const struct row rows[] = {
		{ "a+++b", "a ++ + b" },
		{ "<<=>>=<<>><=>===!=", "<<= >>= << >> <= >= == !=" },
		{ "&&^^||&^|~!", "&& ^^ || & ^ | ~ !" },
		{ "a->b ... .. ?:", "a -> b ... . . ? :" },
		{ "\x01 \xe2\x80\x9chi", "BAD BAD hi !D_SYNTAX !D_SYNTAX" },
		{ "a # b", "a BAD b !D_SYNTAX" },
	};

	CHECK_ROWS(rows, LEX_EXPR);
}
END_TEST

START_TEST(blanks)
{
	static const struct row rows[] = {
		{ "a/* x **/b\v\f\r\\\nc", "a b c" },
		{ "a /* /* */ b", "a b !D_SYNTAX" },
		{ "a /* b", "a BAD !D_SYNTAX" },
		{ "/*/ a */ b", "b" },
		{ "a // b\nc // d", "a c !D_SYNTAX" },
		{ "a\n#! anything ' \"\nb", "a b" },
	};

	CHECK_ROWS(rows, LEX_EXPR);
}
END_TEST

START_TEST(nul_bytes)
{
	static const char text[] = "a\0b /*\0*/ c \"x\0y\"";
	struct token t;

	begin(text, sizeof text - 1);
	ck_assert_str_eq(lex_next(&lx, LEX_EXPR).name, "a");
	ck_assert_int_eq(lex_next(&lx, LEX_EXPR).kind, T_BAD);
	ck_assert_str_eq(lex_next(&lx, LEX_EXPR).name, "b");
	ck_assert_str_eq(lex_next(&lx, LEX_EXPR).name, "c");
	t = lex_next(&lx, LEX_EXPR);
	ck_assert_str_eq(t.str, "x");
	ck_assert_uint_eq(t.len, 1);
	ck_assert_int_eq(lex_next(&lx, LEX_EXPR).kind, T_EOF);
	ck_assert_int_eq(lex_next(&lx, LEX_EXPR).kind, T_EOF);
}
END_TEST

START_TEST(outer)
{
	static const struct row rows[] = {
		{ "syscall::read*:entry,BEGIN", "<syscall::read*:entry> , <BEGIN>" },
		{ "profile-97 /x/ {", "<profile-97> / <x> / {" },
		{ "fbt:[a-z]?:[!x]\\*:return", "<fbt:[a-z]?:[!x]\\*:return>" },
		{ "int int* if self", "%int <int*> <if> %self" },
		{ "pid$target:libc:$1:entry", "<pid$target:libc:$1:entry>" },
		{ "a::b*/*c*/{", "<a::b*> {" },
		{ "12 (", "<12> (" },
	};

	CHECK_ROWS(rows, LEX_OUTER);
}
END_TEST

static enum tok slash(const char *text, bool predicate)
{
	begin(text, strlen(text));
	lx.predicate = predicate;
	return lex_next(&lx, LEX_EXPR).kind;
}

START_TEST(slashes)
{
	ck_assert_int_eq(slash("/ {", true), T_PRED_END);
	ck_assert_int_eq(slash("/", true), T_PRED_END);
	ck_assert_int_eq(slash("/ ;", true), T_PRED_END);
	ck_assert_int_eq(slash("/ /", true), T_PRED_END);
	ck_assert_int_eq(slash("/ /* c */ \n {", true), T_PRED_END);
	ck_assert_int_eq(slash("//* c */{", true), T_PRED_END);
	ck_assert_int_eq(slash("/ x", true), T_DIV);
	ck_assert_int_eq(slash("/ /* c */ x", true), T_DIV);
	ck_assert_int_eq(slash("/= {", true), T_DIV_ASSIGN);
	ck_assert_int_eq(slash("/ {", false), T_DIV);
}
END_TEST

START_TEST(macro_tokens)
{
	static const struct row rows[] = {
		{ "$pid $$pid $projid $target", "INT 1234 \"1234\" INT -1 INT 77" },
		{ "$1 $2 $3 $4 $5 $6", "INT 12 INT -16 name \"in quotes\" \"two words\" %int" },
		{ "$$1 $$4 $0 $$0", "\"12\" \"\"in quotes\"\" \"script.d\" \"script.d\"" },
		{ "$8 $9 $10 $1x", "INT 8 \"09\" a`b INT 12 x" },
		{ "$7", "INT 0 !D_MACRO_OFLOW" },
		{ "$99 $$99 $4294967297", "INT 0 \"\" INT 0 !D_MACRO_UNDEF !D_MACRO_UNDEF !D_MACRO_UNDEF" },
		{ "$foo $$foo", "INT 0 \"0\" !D_MACRO_UNDEF !D_MACRO_UNDEF" },
		{ "$ $$ x", "BAD BAD x !D_SYNTAX !D_SYNTAX" },
	};

	CHECK_ROWS(rows, LEX_EXPR);
	tokens("$tarjet", LEX_EXPR);
	ck_assert_str_eq(diags.list.v[0].hint, "did you mean $target?");
	macros.defaultargs = true;
	ck_assert_str_eq(tokens("$99 $$99", LEX_EXPR), "INT 0 \"\"");
	ck_assert_str_eq(tokens("$foo", LEX_EXPR), "INT 0 !D_MACRO_UNDEF");
}
END_TEST

START_TEST(unused_arguments)
{
	struct span s = { .source = SOURCE_NONE };

	tokens("$1 $2 $3 $$4 $5 $6 $8 $9", LEX_EXPR);
	lex_peek_byte(&lx);
	macros_check_unused(&macros, &diags, s);
	ck_assert_uint_eq(diags.list.n, 2);
	ck_assert_int_eq(diags.list.v[0].tag, D_MACRO_UNUSED);
	ck_assert_ptr_nonnull(strstr(diags.list.v[0].text, "$7"));
	ck_assert_ptr_nonnull(strstr(diags.list.v[1].text, "$10"));
	macros.argref = true;
	macros_check_unused(&macros, &diags, s);
	ck_assert_uint_eq(diags.list.n, 2);
}
END_TEST

static const char *expand(const char *text)
{
	struct token t;
	const char *s;

	begin(text, strlen(text));
	t = lex_next(&lx, LEX_OUTER);
	s = lex_expand(&lx, &t);
	return s ? s : errtag_name(diags.list.v[0].tag);
}

START_TEST(expansion)
{
	ck_assert_str_eq(expand("pid$target:a.out:$3:entry"), "pid77:a.out:name:entry");
	ck_assert_str_eq(expand("$$1x$1:$4"), "12x12:in quotes");
	ck_assert_str_eq(expand("a$:b$"), "a$:b$");
	ck_assert_str_eq(expand("x$foo"), "D_PDESC_INVAL");
	ck_assert_str_eq(expand("x$99"), "D_PDESC_INVAL");
	macros.defaultargs = true;
	ck_assert_str_eq(expand("x$99:y"), "x:y");
}
END_TEST

START_TEST(control_lines)
{
	static const struct row rows[] = {
		{ "#pragma D option a=\"b c\" /* x */\n#pragma D option q\n#pragma x y\n#pragma\n#\n#ident x", "" },
		{ "#pragma D option\n#pragma D option =x\n#pragma D option a b", " !D_PRAGMA_MALFORM !D_PRAGMA_MALFORM !D_PRAGMA_MALFORM" },
		{ "#pragma D nothing\n#pragma D", " !D_PRAGMA_INVAL !D_PRAGMA_MALFORM" },
		{ "#pragma D attributes Stable/Evolving/Common x\n#pragma D attributes Private/Private/ISA provider p args", "" },
		{ "#pragma D attributes Stable/Common x\n#pragma D attributes a/b/c x\n#pragma D attributes Stable/Stable/ISA provider p arg",
		  " !D_PRAGMA_INVAL !D_PRAGMA_INVAL !D_PRAGMA_MALFORM" },
		{ "#pragma D binding \"1.2.3\" x\n#pragma D binding \"1.2\" translator", "" },
		{ "#pragma D binding \"1\" x\n#pragma D binding \"1.\" x\n#pragma D binding x", " !D_PRAGMA_INVAL !D_PRAGMA_INVAL !D_PRAGMA_MALFORM" },
		{ "#pragma D depends_on library x.d\n#pragma D depends_on lib x\n#pragma D depends_on module", " !D_PRAGMA_INVAL !D_PRAGMA_MALFORM" },
		{ "#error a b\n#include <x>\n#nothing", " !D_PRAGERR !D_PRAGCTL_INVAL !D_PRAGCTL_INVAL" },
		{ "#line\n#line x\n#line 0x5\n#line 5ul", " !D_PRAGMA_MALFORM !D_PRAGMA_MALFORM !D_PRAGMA_MALFORM !D_PRAGMA_MALFORM" },
		{ "#pragma D option a=\"b", " !D_STR_NL" },
	};

	CHECK_ROWS(rows, LEX_OUTER);
}
END_TEST

START_TEST(pragma_items)
{
	tokens("#pragma D option a=\"b c\"\n#pragma D option q\n#pragma D depends_on module m", LEX_OUTER);
	ck_assert_uint_eq(unit.items.n, 3);
	ck_assert_str_eq(unit.items.v[0].option->name, "a");
	ck_assert_str_eq(unit.items.v[0].option->value, "b c");
	ck_assert_ptr_null(unit.items.v[1].option->value);
	ck_assert_uint_eq(unit.items.v[2].pragma->words.n, 3);
	ck_assert_str_eq(unit.items.v[2].pragma->words.v[0], "depends_on");
}
END_TEST

START_TEST(line_directives)
{
	struct position pos;

	tokens("a\n#line 50 \"x.h\"\nb '\n# 7 \"y.h\" 1\n'\n", LEX_EXPR);
	ck_assert_uint_eq(diags.list.n, 2);
	ck_assert(span_position(&set, diags.list.v[0].span, &pos));
	ck_assert_uint_eq(pos.line, 50);
	ck_assert_str_eq(pos.file, "x.h");
	ck_assert(span_position(&set, diags.list.v[1].span, &pos));
	ck_assert_uint_eq(pos.line, 7);
	ck_assert_str_eq(pos.file, "y.h");
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("lex");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, integers);
	tcase_add_test(c, characters);
	tcase_add_test(c, strings);
	tcase_add_test(c, names);
	tcase_add_test(c, punctuation);
	tcase_add_test(c, blanks);
	tcase_add_test(c, nul_bytes);
	tcase_add_test(c, outer);
	tcase_add_test(c, slashes);
	tcase_add_test(c, macro_tokens);
	tcase_add_test(c, unused_arguments);
	tcase_add_test(c, expansion);
	tcase_add_test(c, control_lines);
	tcase_add_test(c, pragma_items);
	tcase_add_test(c, line_directives);
	return suite_run("lex", c);
}
