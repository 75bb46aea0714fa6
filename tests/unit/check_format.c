// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// printf() conversions, trace() layouts and the -F column.

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/format/flow.h"
#include "client/format/location.h"
#include "client/format/printf.h"
#include "client/format/trace.h"
#include "client/names.h"
#include "tests/unit/suite.h"

static struct probe probes[] = {
	{ 1, 0, "dtrace", "", "", "BEGIN", "", NULL, 0 },
	{ 7, 0, "syscall", "vmlinux", "read", "entry", "", NULL, 0 },
	{ 8, 0, "syscall", "vmlinux", "read", "return", "", NULL, 0 },
	{ 9, 0, "fbt", "vmlinux", "vfs_read", "entry", "", NULL, 0 },
	{ 10, 0, "fbt", "vmlinux", "vfs_read", "return", "", NULL, 0 },
};
static const struct schema schema = { .probes = probes, .nprobes = 5 };

// One argument at offset 32: an integer of a size, or text.
struct row {
	const char *format;
	uint32_t size;		// 0: text
	bool is_signed;
	uint64_t value;
	const char *text;
	const char *expect;
};

static const struct row rows[] = {
	{ "%d", 4, true, (uint64_t)-5, NULL, "-5" },
	{ "%d", 4, false, 0xfffffffb, NULL, "4294967291" },
	{ "%d", 8, true, (uint64_t)INT64_MIN, NULL, "-9223372036854775808" },
	{ "%d", 8, false, UINT64_MAX, NULL, "18446744073709551615" },
	{ "%d", 1, true, 0xff, NULL, "-1" },
	{ "%d", 1, false, 0xff, NULL, "255" },
	{ "%d", 2, true, 0x8000, NULL, "-32768" },
	{ "%i", 4, false, 0xfffffffb, NULL, "-5" },
	{ "%i", 2, false, 0xffff, NULL, "-1" },
	{ "%u", 4, true, (uint64_t)-1, NULL, "4294967295" },
	{ "%u", 1, true, 0x80, NULL, "128" },
	{ "%o", 4, true, 8, NULL, "10" },
	{ "%#o", 4, true, 8, NULL, "010" },
	{ "%#o", 4, true, 0, NULL, "0" },
	{ "%x", 4, true, (uint64_t)-1, NULL, "ffffffff" },
	{ "%X", 8, true, 0xabcdef, NULL, "ABCDEF" },
	{ "%#x", 8, true, 0xabc, NULL, "0xabc" },
	{ "%#X", 8, true, 0xabc, NULL, "0XABC" },
	{ "%#x", 8, true, 0, NULL, "0" },
	{ "%p", 8, false, 0xffff888000001000, NULL, "ffff888000001000" },
	{ "%a", 8, false, 0x1000, NULL, "0x1000" },
	{ "%A", 8, false, 0x1000, NULL, "0x1000" },
	{ "%?x|", 8, false, 0x1000, NULL, "            1000|" },
	{ "%-?x|", 8, false, 0x1000, NULL, "1000            |" },
	{ "%0?x|", 8, false, 0x1000, NULL, "0000000000001000|" },
	{ "[%5d]", 4, true, 42, NULL, "[   42]" },
	{ "[%-5d]", 4, true, 42, NULL, "[42   ]" },
	{ "[%05d]", 4, true, (uint64_t)-42, NULL, "[-0042]" },
	{ "[%-05d]", 4, true, 42, NULL, "[00042]" },
	{ "[%0-5d]", 4, true, 42, NULL, "[42   ]" },
	{ "[%+d]", 4, true, 42, NULL, "[+42]" },
	{ "[% d]", 4, true, 42, NULL, "[ 42]" },
	{ "[%+5d]", 4, true, 42, NULL, "[  +42]" },
	{ "[%.4d]", 4, true, 42, NULL, "[0042]" },
	{ "[%8.4d]", 4, true, (uint64_t)-42, NULL, "[   -0042]" },
	{ "[%08.4d]", 4, true, 42, NULL, "[    0042]" },
	{ "[%.0d]", 4, true, 0, NULL, "[0]" },
	{ "[%#08x]", 4, true, 0xff, NULL, "[0x0000ff]" },
	{ "[%'d]", 4, true, 1234567, NULL, "[1234567]" },
	{ "%hd", 2, true, 0xffff, NULL, "-1" },
	{ "%ld", 8, true, (uint64_t)-1, NULL, "-1" },
	{ "%lld", 8, true, (uint64_t)-1, NULL, "-1" },
	{ "%llx", 8, false, 255, NULL, "ff" },
	{ "%lu", 8, false, 255, NULL, "255" },
	{ "%c", 4, true, 'A', NULL, "A" },
	{ "[%3c]", 1, true, 'A', NULL, "[  A]" },
	{ "%C", 4, true, '\n', NULL, "\\n" },
	{ "%C", 4, true, 0, NULL, "\\0" },
	{ "%C", 4, true, 'x', NULL, "x" },
	{ "%C", 4, true, 0x1b, NULL, "\\033" },
	{ "%lc", 4, true, 0x20ac, NULL, "\xe2\x82\xac" },
	{ "%wc", 4, true, 'a', NULL, "a" },
	{ "100%%", 4, true, 0, NULL, NULL },
	{ "%d%%", 4, true, 5, NULL, "5%" },
	{ "%s", 0, false, 0, "hello", "hello" },
	{ "[%8s]", 0, false, 0, "hello", "[   hello]" },
	{ "[%-8s]", 0, false, 0, "hello", "[hello   ]" },
	{ "[%.3s]", 0, false, 0, "hello", "[hel]" },
	{ "[%-6.3s]", 0, false, 0, "hello", "[hel   ]" },
	{ "[%.0s]", 0, false, 0, "hello", "[hello]" },
	{ "%S", 0, false, 0, "a\t\"b\"\\\x01", "a\\t\\\"b\\\"\\\\\\001" },
	{ "%Y", 8, false, 123788400000000000, NULL, "1973 Dec  3 17:40:00" },
	{ "%T", 8, false, 123788400000000000, NULL, "Mon, 03 Dec 1973 17:40:00 UTC" },
	{ "%P", 2, false, 1, NULL, "tcpmux" },
	{ "%s", 4, true, 1, NULL, NULL },
	{ "%d", 0, false, 0, "text", NULL },
	{ "%Z", 4, true, 1, NULL, NULL },
	{ "%", 4, true, 1, NULL, NULL },
	{ "%@d", 4, true, 1, NULL, NULL },
	{ "%d %d", 4, true, 1, NULL, NULL },
};

static void fill(uint8_t *bytes, const struct row *row, struct value *v)
{
	memset(bytes, 0, 128);
	*v = (struct value){ row->size ? VK_INT : VK_STRING, row->is_signed, 32, row->size ? row->size : 64, "" };
	if (row->size)
		memcpy(bytes + 32, &row->value, row->size);
	else
		strcpy((char *)bytes + 32, row->text);
}

START_TEST(conversions)
{
	const struct row *row = &rows[_i];
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct printf_prog *prog = NULL;
	uint8_t bytes[128];
	struct value v;
	struct source src = { &schema, bytes, &probes[1], NULL };
	int r;

	fill(bytes, row, &v);
	r = printf_compile(row->format, &v, 1, 0, &prog);
	if (!row->expect && strcmp(row->format, "100%%") != 0) {
		ck_assert_int_eq(r, -EINVAL);
		return;
	}
	ck_assert_int_eq(r, 0);
	printf_run(prog, &b, &src, NULL, NULL);
	outbuf_char(&b, '\0');
	if (row->expect && strcmp(row->format, "%P") != 0)
		ck_assert_str_eq(b.data, row->expect);
	else if (!row->expect)
		ck_assert_str_eq(b.data, "100%");
	printf_prog_free(prog);
}
END_TEST

START_TEST(dynamic_width)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct printf_prog *prog = NULL;
	struct value v[] = { { VK_INT, true, 0, 4, "" }, { VK_INT, true, 4, 4, "" }, { VK_STRING, false, 8, 8, "" } };
	struct { int32_t width, prec; char text[8]; } rec = { 6, 2, "abcdef" };
	struct source src = { &schema, (uint8_t *)&rec, &probes[1], NULL };

	ck_assert_int_eq(printf_compile("[%*.*s]", v, 3, 0, &prog), 0);
	printf_run(prog, &b, &src, NULL, NULL);
	rec.width = -6;
	printf_run(prog, &b, &src, NULL, NULL);
	rec.width = INT32_MIN;
	rec.prec = -1;
	b.len -= 8;
	printf_run(prog, &b, &src, NULL, NULL);
	ck_assert(strncmp(b.data, "[    ab][abcdef ", 16) == 0);
	printf_prog_free(prog);
	ck_assert_int_eq(printf_compile("%*s", &v[2], 1, 0, &prog), -EINVAL);
}
END_TEST

START_TEST(probe_names)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct printf_prog *prog = NULL;
	struct value v[] = { { VK_PROBEPROV, false, 0, 0, "" }, { VK_PROBEMOD, false, 0, 0, "" },
			     { VK_PROBEFUNC, false, 0, 0, "" }, { VK_PROBENAME, false, 0, 0, "" } };
	struct source src = { &schema, NULL, &probes[1], NULL };

	ck_assert_int_eq(printf_compile("%s:%s:%s:%-6s|", v, 4, 0, &prog), 0);
	printf_run(prog, &b, &src, NULL, NULL);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, "syscall:vmlinux:read:entry |");
	printf_prog_free(prog);
}
END_TEST

START_TEST(floats)
{
	static const struct { const char *format, *expect; } cases[] = {
		{ "%f", "1.500000" }, { "%.2f", "1.50" }, { "[%8.1f]", "[     1.5]" }, { "%e", "1.500000e+00" },
		{ "%g", "1.5" }, { "%G", "1.5" }, { "%Lf", "1.500000" }, { "[%-8.1f]", "[1.5     ]" },
	};
	double d = 1.5;
	struct value v = { VK_BYTES, true, 0, 8, "double" };
	struct source src = { &schema, (uint8_t *)&d, NULL, NULL };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
		struct printf_prog *prog = NULL;

		ck_assert_int_eq(printf_compile(cases[i].format, &v, 1, 0, &prog), 0);
		printf_run(prog, &b, &src, NULL, NULL);
		outbuf_char(&b, '\0');
		ck_assert_str_eq(b.data, cases[i].expect);
		printf_prog_free(prog);
	}
}
END_TEST

// ---- trace -----------------------------------------------------------------

static const struct {
	enum value_kind kind;
	bool is_signed;
	uint32_t size;
	const char *bytes;
	const char *loud, *quiet;
} traces[] = {
	{ VK_INT, true, 8, "\xff\xff\xff\xff\xff\xff\xff\xff", "               -1", "-1" },
	{ VK_INT, false, 8, "\x2a\0\0\0\0\0\0\0", "               42", "42" },
	{ VK_INT, false, 4, "\xff\xff\xff\xff", "       -1", "-1" },
	{ VK_INT, true, 4, "\x2a\0\0\0", "       42", "42" },
	{ VK_INT, true, 2, "\x2a\0", "    42", "42" },
	{ VK_INT, true, 2, "\xff\xff", "    -1", "-1" },
	{ VK_INT, false, 2, "\xff\xff", " 65535", "65535" },
	{ VK_INT, true, 1, "\x7", "   7", "7" },
	{ VK_STRING, false, 8, "bash\0xyz", "  bash                             ", "bash" },
	{ VK_PROBEFUNC, false, 0, "", "  read                             ", "read" },
	{ VK_BYTES, false, 8, "text\0\0\0\0", "  text                             ", "text" },
	{ VK_BYTES, false, 4, "text", "  text                             ", "text" },
	{ VK_BYTES, false, 4, "\1\2A\xff",
	  "\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	  "         0: 01 02 41 ff                                      ..A.\n",
	  "\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	  "         0: 01 02 41 ff                                      ..A.\n" },
	{ VK_BYTES, false, 8, "ab\0\0cd\0\0",
	  "\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	  "         0: 61 62 00 00 63 64 00 00                          ab..cd..\n",
	  "\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	  "         0: 61 62 00 00 63 64 00 00                          ab..cd..\n" },
};

START_TEST(trace_layouts)
{
	struct value v = { traces[_i].kind, traces[_i].is_signed, 0, traces[_i].size, "" };
	struct source src = { &schema, (const uint8_t *)traces[_i].bytes, &probes[1], NULL };

	for (int quiet = 0; quiet < 2; quiet++) {
		_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
		struct trace_style style = { quiet, false };

		trace_put(&b, &v, &src, &style);
		outbuf_char(&b, '\0');
		ck_assert_str_eq(b.data, quiet ? traces[_i].quiet : traces[_i].loud);
	}
}
END_TEST

START_TEST(trace_rawbytes)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct value v = { VK_BYTES, false, 0, 17, "" };
	struct source src = { &schema, (const uint8_t *)"0123456789abcdefg", NULL, NULL };
	struct trace_style style = { false, true };

	trace_put(&b, &v, &src, &style);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data,
		"\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
		"         0: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
		"        10: 67                                               g\n");
}
END_TEST

// ---- flow ------------------------------------------------------------------

START_TEST(flow_column)
{
	static const struct { int probe; uint32_t cpu, clause, next_probe, next_clause; const char *expect; } steps[] = {
		{ 1, 0, 0, 0, 0, " => read                                 " },
		{ 3, 0, 1, 0, 0, "   -> vfs_read                           " },
		{ 3, 0, 2, 0, 0, "    | vfs_read:entry                     " },
		{ 0, 0, 3, 0, 0, "    | :BEGIN                             " },
		{ 3, 1, 1, 0, 0, " -> vfs_read                             " },
		{ 4, 0, 1, 10, 2, "    | vfs_read:return                    " },
		{ 4, 0, 2, 8, 0, "   <- vfs_read                           " },
		{ 2, 0, 0, 0, 0, " <= read                                 " },
		{ 2, 0, 0, 0, 0, " <= read                                 " },
	};
	struct flow *f;

	ck_assert_int_eq(flow_new(&f), 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
		struct flow_record rec = { &probes[steps[i].probe], steps[i].cpu, steps[i].clause,
					   steps[i].next_probe, steps[i].next_clause };

		ck_assert_int_eq(flow_put(f, &b, &rec), 0);
		outbuf_char(&b, '\0');
		ck_assert_str_eq(b.data, steps[i].expect);
	}
	flow_free(f);
}
END_TEST

// A return address is of the function with the call, even where another one begins.
START_TEST(return_addresses)
{
	static const uint64_t stack[] = { 77, 0x2000, 0x1010, 0x2000, 0x2000 | UINT64_C(1) << 63, 0 };
	static const struct value v = { .kind = VK_USTACK, .size = sizeof stack };
	struct location_style where = { 0 };
	struct source src = { .bytes = (const uint8_t *)stack, .where = &where };
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);

	ck_assert_int_eq(names_new(NULL, 1, &where.names), 0);
	ck_assert_int_eq(names_put(where.names, 77, 0x2000, &(struct name){ "prog", "next", 0 }), 0);
	ck_assert_int_eq(names_put(where.names, 77, 0x1fff, &(struct name){ "prog", "calls", 0xfff }), 0);
	ck_assert_int_eq(names_put(where.names, 77, 0x100f, &(struct name){ "prog", "", 0 }), 0);
	stack_put(&b, &v, &src, 1);
	outbuf_char(&b, 0);
	ck_assert_str_eq(b.data, "\n prog`next\n prog`0x1010\n prog`calls+0x1000\n prog`calls+0x1000 ?\n");
	names_free(where.names);
}
END_TEST

// The same in a flame graph, where the frame has no offset.
START_TEST(functions)
{
	struct names *n;
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);

	ck_assert_int_eq(names_new(NULL, 1, &n), 0);
	ck_assert_int_eq(names_put(n, 77, 0x2000, &(struct name){ "prog", "next", 0 }), 0);
	ck_assert_int_eq(names_put(n, 77, 0x1fff, &(struct name){ "prog", "calls", 0xfff }), 0);
	function_put(&b, n, (struct frame){ .process = 77, .address = 0x2000, .call = true });
	outbuf_char(&b, ' ');
	function_put(&b, n, (struct frame){ .process = 77, .address = 0x2000 });
	outbuf_char(&b, ' ');
	function_put(&b, n, (struct frame){ .process = 77, .address = 0x2000, .guessed = true });
	outbuf_char(&b, 0);
	ck_assert_str_eq(b.data, "prog`calls prog`next prog`next ?");
	names_free(n);
}
END_TEST

// Names come from other people's files: nothing in them may act on a terminal.
START_TEST(hostile_names)
{
	struct names *n;
	struct name name;

	ck_assert_int_eq(names_new(NULL, 1, &n), 0);
	ck_assert_int_eq(names_put(n, 77, 0x2000, &(struct name){ "\033[2J\177", "\n\302\233m\233\303\244\342\202\254\303", 0 }), 0);
	name = names_find(n, 77, 0x2000);
	ck_assert_str_eq(name.module, "?[2J?");
	ck_assert_str_eq(name.symbol, "???m?\303\244\342\202\254?");
	names_free(n);
}
END_TEST

// What a terminal is given of names that processes choose; files and pipes get the bytes.
START_TEST(foreign_text)
{
	static const struct { const char *text, *shown; } cases[] = {
		{ "plain\ttext\n", "plain\ttext\n" }, { "\033[2Jx", "\\033[2Jx" }, { "a\rb\bc\177", "a\\015b\\010c\\177" },
		{ "\303\244\342\202\254\360\237\230\200", "\303\244\342\202\254\360\237\230\200" },
		{ "\302\233m", "\\302\\233m" }, { "\233m", "\\233m" }, { "\342\202", "\\342\\202" },
		{ "\301\233", "\\301\\233" }, { "\340\202\233", "\\340\\202\\233" }, { "\355\240\200", "\\355\\240\\200" },
		{ "\364\220\200\200", "\\364\\220\\200\\200" }, { "", "" },
		{ "\330\234", "\\330\\234" },	// U+061C, U+061B
		{ "\330\233", "\330\233" },
		{ "\342\200\216\342\200\217", "\\342\\200\\216\\342\\200\\217" },	// U+200E, U+200F
		{ "\342\200\215\342\200\220", "\342\200\215\342\200\220" },	// U+200D, U+2010
		{ "\342\200\252\342\200\256", "\\342\\200\\252\\342\\200\\256" },	// U+202A, U+202E
		{ "\342\200\257\342\201\245", "\342\200\257\342\201\245" },	// U+202F, U+2065
		{ "\342\201\246\342\201\251", "\\342\\201\\246\\342\\201\\251" },	// U+2066, U+2069
		{ "\342\201\252", "\342\201\252" },	// U+206A
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int kind = OUT_BYTES; kind <= OUT_TERMINAL; kind++) {
			_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);

			b.kind = (enum out_kind)kind;
			outbuf_foreign(&b, cases[i].text, strlen(cases[i].text), 0);
			outbuf_char(&b, '\0');
			ck_assert_str_eq(b.data, kind == OUT_TERMINAL ? cases[i].shown : cases[i].text);
		}
}
END_TEST

START_TEST(foreign_width)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);

	b.kind = OUT_TERMINAL;
	outbuf_foreign(&b, "\033", 1, 6);
	outbuf_foreign(&b, "\033", 1, -6);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, "  \\033\\033  ");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("format");

	setenv("TZ", "UTC", 1);
	tcase_add_loop_test(tc, conversions, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, dynamic_width);
	tcase_add_test(tc, probe_names);
	tcase_add_test(tc, floats);
	tcase_add_loop_test(tc, trace_layouts, 0, sizeof(traces) / sizeof(traces[0]));
	tcase_add_test(tc, trace_rawbytes);
	tcase_add_test(tc, flow_column);
	tcase_add_test(tc, return_addresses);
	tcase_add_test(tc, functions);
	tcase_add_test(tc, hostile_names);
	tcase_add_test(tc, foreign_text);
	tcase_add_test(tc, foreign_width);
	return suite_run("format", tc);
}
