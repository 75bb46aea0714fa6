// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Addresses and stacks in the client: their text, which keys are one, folded
// stacks and the flame graph.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/format/agg.h"
#include "client/format/location.h"
#include "client/format/stacktree.h"
#include "client/format/trace.h"
#include "client/output/svg.h"
#include "tests/unit/suite.h"

enum { A = 0x1000, B = 0x2000, P = 7 };	// P: a process

static struct names *names;
static struct location_style where;
static const struct schema empty;

static void put(uint64_t process, uint64_t address, const char *module, const char *symbol, uint64_t offset)
{
	struct name n = { module, symbol, offset };

	ck_assert_int_eq(names_put(names, process, address, &n), 0);
}

static void setup(void)
{
	ck_assert_int_eq(names_new(NULL, 1, &names), 0);
	where = (struct location_style){ .names = names, .indent = 4, .target = P };
	put(NAMES_KERNEL, A, "vmlinux", "alpha", 0);
	put(NAMES_KERNEL, A + 8, "vmlinux", "alpha", 8);
	put(NAMES_KERNEL, B, "ext4", "beta", 0x10);
	put(NAMES_KERNEL, B + 4, "ext4", "beta", 0x14);
	put(NAMES_KERNEL, 0x3000, "", "", 0x3000);
	put(P, A, "libc.so.6", "read", 4);
	put(P, B, "libc.so.6", "", 0x99);
	put(P, B - 1, "libc.so.6", "", 0x98);	// of a return address
	put(P, 0x5000, "main", "<lambda>::f(int&)", 0);
}

static void teardown(void)
{
	names_free(names);
}

// ---- text ------------------------------------------------------------------

static const struct {
	struct value value;
	uint64_t words[6];
	const char *format, *expect;	// format NULL: as trace() prints it
} texts[] = {
	{ { VK_SYM, false, 0, 8, "" }, { A + 8 }, NULL, "  vmlinux`alpha                                     " },
	{ { VK_MOD, false, 0, 8, "" }, { B }, NULL, "  ext4                                              " },
	{ { VK_USYM, false, 0, 16, "" }, { P, A }, NULL, "  libc.so.6`read                                    " },
	{ { VK_UADDR, false, 0, 16, "" }, { P, A }, NULL, "  libc.so.6`read+0x4                                " },
	{ { VK_UMOD, false, 0, 16, "" }, { P, B }, NULL, "  libc.so.6                                         " },
	{ { VK_USYM, false, 0, 16, "" }, { P, B }, NULL, "  libc.so.6`0x2000                                  " },
	{ { VK_USYM, false, 0, 16, "" }, { P + 1, A }, NULL, "  0x1000                                            " },
	{ { VK_SYM, false, 0, 8, "" }, { 0x4711 }, NULL, "  0x4711                                            " },
	{ { VK_SYM, false, 0, 8, "" }, { A + 8 }, "[%a][%20a][%-16a]", NULL },
	{ { VK_SYM, false, 0, 8, "" }, { A + 8 }, "%a", "vmlinux`alpha+0x8" },
	{ { VK_SYM, false, 0, 8, "" }, { A + 8 }, "%s", "vmlinux`alpha" },
	{ { VK_SYM, false, 0, 8, "" }, { A }, "[%20a]", "[       vmlinux`alpha]" },
	{ { VK_MOD, false, 0, 8, "" }, { B }, "%a", "ext4" },
	{ { VK_UMOD, false, 0, 16, "" }, { P, A }, "%-12A|", "libc.so.6   |" },
	{ { VK_UMOD, false, 0, 16, "" }, { P, A }, "%S", "libc.so.6" },
	{ { VK_INT, false, 0, 8, "" }, { B + 4 }, "%a", "ext4`beta+0x14" },
	{ { VK_INT, false, 0, 8, "" }, { A }, "%A", "libc.so.6`read+0x4" },
	{ { VK_INT, false, 0, 8, "" }, { 0x3000 }, "%a", "0x3000" },
	{ { VK_STACK, false, 0, 32, "" }, { A + 8, B, 0, A }, NULL, "\n    vmlinux`alpha+0x8\n    ext4`beta+0x10\n" },
	{ { VK_STACK, false, 0, 16, "" }, { A, 0x3000 }, "<%k>", "<\nvmlinux`alpha\n0x3000\n>" },
	{ { VK_STACK, false, 0, 16, "" }, { A }, "%-2k", "\n  vmlinux`alpha\n" },
	{ { VK_STACK, false, 0, 16, "" }, { 0 }, NULL, "\n" },
	{ { VK_USTACK, false, 0, 32, "" }, { P, 0x5000, B }, NULL,
	  "\n    main`<lambda>::f(int&)\n    libc.so.6`0x2000\n" },
	{ { VK_USTACK, false, 0, 8, "" }, { P }, NULL, "\n" },
};

START_TEST(values_as_text)
{
	static const struct trace_style quiet = { true, false };
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	const struct value *v = &texts[_i].value;
	struct source src = { &empty, (const uint8_t *)texts[_i].words, NULL, &where };
	struct printf_prog *prog = NULL;

	if (!texts[_i].expect) {	// more conversions than values
		ck_assert_int_ne(printf_compile(texts[_i].format, v, 1, 0, &prog), 0);
		return;
	}
	if (texts[_i].format) {
		ck_assert_int_eq(printf_compile(texts[_i].format, v, 1, 0, &prog), 0);
		ck_assert(printf_has_addresses(prog));
		printf_run(prog, &b, &src, NULL, NULL);
		printf_prog_free(prog);
	} else {
		trace_put(&b, v, &src, &quiet);
	}
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, texts[_i].expect);
}
END_TEST

START_TEST(wrong_formats)
{
	static const struct { enum value_kind kind; uint32_t size; const char *format; } bad[] = {
		{ VK_STACK, 16, "%d" }, { VK_STACK, 16, "%a" }, { VK_SYM, 8, "%k" }, { VK_INT, 8, "%k" },
		{ VK_USYM, 16, "%x" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct value v = { bad[i].kind, false, 0, bad[i].size, "" };
		struct printf_prog *prog = NULL;

		ck_assert_int_lt(printf_compile(bad[i].format, &v, 1, 0, &prog), 0);
	}
}
END_TEST

// ---- keys ------------------------------------------------------------------

static struct value sym_key[] = { { VK_SYM, false, 0, 8, "" } };
static struct value mod_key[] = { { VK_MOD, false, 0, 8, "" } };
static struct value usym_key[] = { { VK_USYM, false, 0, 16, "" } };
static struct value stack_key[] = { { VK_INT, true, 0, 4, "int" }, { VK_STACK, false, 24, 24, "" },
				    { VK_USTACK, false, 8, 16, "" } };
static struct agg aggs[] = {
	{ .name = "s", .func = AGG_COUNT, .keys = sym_key, .nkeys = 1, .key_size = 8, .nwords = 1 },
	{ .name = "m", .func = AGG_COUNT, .keys = mod_key, .nkeys = 1, .key_size = 8, .nwords = 1 },
	{ .name = "u", .func = AGG_COUNT, .keys = usym_key, .nkeys = 1, .key_size = 16, .nwords = 1 },
	{ .name = "k", .func = AGG_COUNT, .keys = stack_key, .nkeys = 3, .key_size = 48, .nwords = 1 },
};
static const struct schema schema = { .aggs = aggs, .naggs = 4 };

static struct table *fill(uint32_t agg, const uint64_t *rows, size_t n)
{
	struct table *t;

	ck_assert_int_eq(table_new(&schema, agg, names, &t), 0);
	table_begin(t);
	ck_assert_int_eq(table_rows(t, aggs[agg].key_size, 1, (const uint8_t *)rows, n), 0);
	ck_assert_int_eq(table_end(t), 0);
	return t;
}

static void expect(uint32_t agg, const uint64_t *rows, size_t n, const char *format, const char *text)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct agg_style style = { .sort.bykey = true, .where = &where };
	struct table *t = fill(agg, rows, n);
	struct printf_prog *prog = NULL;

	ck_assert_int_eq(printf_compile(format, aggs[agg].keys, aggs[agg].nkeys, 1, &prog), 0);
	ck_assert_int_eq(agg_print(&b, &schema, &t, 1, prog, &style), 0);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, text);
	printf_prog_free(prog);
	table_free(t);
}

START_TEST(keys_that_print_alike)
{
	static const uint64_t syms[] = { A, 1, A + 8, 2, 0x9999, 3, B + 4, 4, B, 5 };
	static const uint64_t mods[] = { B, 1, A + 8, 2, B + 4, 4, A, 8, 0x9999, 16 };
	static const uint64_t usyms[] = { P, A, 1, P + 1, A, 2, P, A - 4, 4, P, B, 8 };

	put(P, A - 4, "libc.so.6", "read", 0);
	expect(0, syms, sizeof(syms), "%a %@d\n",
	       "vmlinux`alpha 3\next4`beta 9\n0x9999 3\n");
	expect(1, mods, sizeof(mods), "%a %@d\n", "vmlinux 10\next4 5\n0x9999 16\n");
	expect(2, usyms, sizeof(usyms), "%A %@d\n", "libc.so.6`read 5\nlibc.so.6`0x2000 8\n0x1000 2\n");
}
END_TEST

// A later, lower address of a module does not split its key.
START_TEST(modules_keep_their_key)
{
	static const uint64_t first[] = { B + 4, 5 }, second[] = { B, 2, B + 4, 6 };
	struct table *t = fill(1, first, sizeof(first));

	table_begin(t);
	ck_assert_int_eq(table_rows(t, 8, 1, (const uint8_t *)second, sizeof(second)), 0);
	ck_assert_int_eq(table_end(t), 0);
	ck_assert_uint_eq(table_count(t), 1);
	table_free(t);
}
END_TEST

// ---- stacks as trees -------------------------------------------------------

// key, pad to 8; process and frame; three frames; count
static const uint64_t stacks[] = {
	1, P, 0x5000, A, B, 0, 10,
	1, P, 0x5000, A + 8, B + 4, 0, 5,
	1, P, 0x5000, B, 0, 0, 2,
	2, P, 0, A, B, 0, 1,
	2, 0, 0, 0, 0, 0, 0,
};

// A frame that is not certain is none that is.
START_TEST(folded)
{
	static const uint64_t guessed[] = { 1, P, 0x5000 | UINT64_C(1) << 63, A, 0, 0, 4 };
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct table *t = fill(3, stacks, sizeof(stacks)), *more = fill(3, guessed, sizeof(guessed));
	struct stacktree *tree;

	ck_assert(agg_has_stack(&aggs[3]));
	ck_assert(!agg_has_stack(&aggs[0]));
	ck_assert_int_eq(stacktree_new(&tree), 0);
	ck_assert_int_eq(stacktree_add(tree, &schema, t, &where, NULL), 0);
	ck_assert_int_eq(stacktree_add(tree, &schema, more, &where, NULL), 0);
	stacktree_fold(&b, stacktree_sort(tree));
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data,
		"1;main`<lambda>::f(int&);ext4`beta 2\n"
		"1;main`<lambda>::f(int&);ext4`beta;vmlinux`alpha 15\n"
		"1;main`<lambda>::f(int&) ?;vmlinux`alpha 4\n"
		"2;ext4`beta;vmlinux`alpha 1\n");
	ck_assert_uint_eq(stacktree_sort(tree)->sum, 22);
	stacktree_free(tree);
	table_free(t);
	table_free(more);
}
END_TEST

START_TEST(many_stacks)
{
	enum { N = 5000 };
	uint64_t (*rows)[7] = calloc(N, sizeof(*rows));
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct stacktree *tree;
	struct table *t;
	size_t lines = 0;

	for (uint64_t i = 0; i < N; i++) {
		const uint64_t row[7] = { i % 50, P, 0, 0x100000 + i, 0x200000 + i % 10, 0, 1 };

		memcpy(rows[i], row, sizeof(row));
	}
	t = fill(3, rows[0], N * sizeof(*rows));
	ck_assert_int_eq(stacktree_new(&tree), 0);
	ck_assert_int_eq(stacktree_add(tree, &schema, t, &where, "k"), 0);
	stacktree_fold(&b, stacktree_sort(tree));
	for (size_t i = 0; i < b.len; i++)
		lines += b.data[i] == '\n';
	ck_assert_uint_eq(lines, N);
	ck_assert_uint_eq(stacktree_sort(tree)->child->sum, N);
	ck_assert_str_eq(stacktree_sort(tree)->child->name, "k");
	stacktree_free(tree);
	table_free(t);
	free(rows);
}
END_TEST

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

START_TEST(flame_graph)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct table *t = fill(3, stacks, sizeof(stacks));
	struct stacktree *tree;

	ck_assert_int_eq(stacktree_new(&tree), 0);
	ck_assert_int_eq(stacktree_add(tree, &schema, t, &where, NULL), 0);
	svg_put(&b, stacktree_sort(tree));
	outbuf_char(&b, '\0');
	ck_assert_uint_eq(count(b.data, "<g><title>"), 8);
	ck_assert_ptr_nonnull(strstr(b.data, "<title>all (18, 100.00%)</title><rect x=\"10.000\" y=\"108\" width=\"1180.000\""));
	ck_assert_ptr_nonnull(strstr(b.data, "<title>main`&lt;lambda&gt;::f(int&amp;) (17, 94.44%)</title>"));
	ck_assert_ptr_nonnull(strstr(b.data, "<title>1 (17, 94.44%)</title><rect x=\"10.000\" y=\"91\" width=\"1114.444\""));
	ck_assert_ptr_nonnull(strstr(b.data, "<title>2 (1, 5.56%)</title><rect x=\"1124.444\" y=\"91\" width=\"65.556\""));
	ck_assert_uint_eq(count(b.data, "vmlinux`alpha"), 3);	// twice in titles; the wide one has a label
	stacktree_free(tree);
	table_free(t);
}
END_TEST

START_TEST(an_empty_flame_graph)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct stacktree *tree;

	ck_assert_int_eq(stacktree_new(&tree), 0);
	svg_put(&b, stacktree_sort(tree));
	outbuf_char(&b, '\0');
	ck_assert_ptr_nonnull(strstr(b.data, "0 in all"));
	stacktree_free(tree);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("location");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, values_as_text, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tc, wrong_formats);
	tcase_add_test(tc, keys_that_print_alike);
	tcase_add_test(tc, modules_keep_their_key);
	tcase_add_test(tc, folded);
	tcase_add_test(tc, many_stacks);
	tcase_add_test(tc, flame_graph);
	tcase_add_test(tc, an_empty_flame_graph);
	return suite_run("location", tc);
}
