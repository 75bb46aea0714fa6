// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The viewer's aggregations: merging of rows, baselines, order, default layout.

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/format/agg.h"
#include "tests/unit/suite.h"

static struct value name_key[] = { { VK_STRING, false, 0, 16, "string" }, { VK_INT, true, 16, 4, "int" } };
static struct value func_key[] = { { VK_PROBEFUNC, false, 0, 4, "string" } };
static struct agg aggs[] = {
	{ .name = "a", .func = AGG_COUNT, .keys = name_key, .nkeys = 2, .key_size = 24, .nwords = 1 },
	{ .name = "b", .func = AGG_SUM, .keys = name_key, .nkeys = 2, .key_size = 24, .nwords = 1 },
	{ .name = "c", .func = AGG_COUNT, .keys = func_key, .nkeys = 1, .key_size = 8, .nwords = 1 },
	{ .name = "d", .func = AGG_COUNT, .nwords = 1 },
	{ .name = "e", .func = AGG_MAX, .nwords = 2 },
};
static struct probe probes[] = {
	{ 3, 0, "syscall", "", "read", "entry", "", NULL, 0 },
	{ 4, 0, "syscall", "", "read", "return", "", NULL, 0 },
	{ 5, 0, "syscall", "", "write", "entry", "", NULL, 0 },
};
static const struct schema schema = { .aggs = aggs, .naggs = 5, .probes = probes, .nprobes = 3 };

struct row {
	char name[16];
	int32_t n, pad;
	uint64_t value;
};

static struct table *new_table(uint32_t agg)
{
	struct table *t;

	ck_assert_int_eq(table_new(&schema, agg, NULL, &t), 0);
	return t;
}

static void snapshot(struct table *t, const void *rows, size_t n)
{
	const struct agg *a = table_agg(t);

	table_begin(t);
	ck_assert_int_eq(table_rows(t, a->key_size, a->nwords, rows, n), 0);
	ck_assert_int_eq(table_end(t), 0);
}

static void expect(struct table *const *tables, uint32_t n, const struct aggsort *sort, const char *format,
		   const char *text)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	struct agg_style style = { .sort = *sort };
	struct printf_prog *prog = NULL;
	const struct agg *a = table_agg(tables[0]);

	if (format)
		ck_assert_int_eq(printf_compile(format, a->keys, a->nkeys, n, &prog), 0);
	ck_assert_int_eq(agg_print(&b, &schema, tables, n, prog, &style), 0);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, text);
	printf_prog_free(prog);
}

static const struct row rows[] = {
	{ "bash", 2, 0, 5 }, { "awk", 300, 0, 5 }, { "cat", -1, 0, 1 }, { "bash\0garbage", 2, 77, 4 },
};

static const struct { struct aggsort sort; const char *expect; } orders[] = {
	{ { false, false, 0, 0 }, "cat.-1=1 awk.300=5 bash.2=9 " },
	{ { false, true, 0, 0 }, "bash.2=9 awk.300=5 cat.-1=1 " },
	{ { true, false, 0, 0 }, "awk.300=5 bash.2=9 cat.-1=1 " },
	{ { true, true, 0, 0 }, "cat.-1=1 bash.2=9 awk.300=5 " },
	// integers compare unsigned: -1 is last
	{ { true, false, 0, 1 }, "bash.2=9 awk.300=5 cat.-1=1 " },
	{ { true, false, 0, 7 }, "awk.300=5 bash.2=9 cat.-1=1 " },
};

START_TEST(order)
{
	struct table *t = new_table(0);

	snapshot(t, rows, sizeof(rows));
	ck_assert_uint_eq(table_count(t), 3);
	expect(&t, 1, &orders[_i].sort, "%s.%d=%@d ", orders[_i].expect);
	table_free(t);
}
END_TEST

static const struct aggsort plain;

START_TEST(default_layout)
{
	struct table *t = new_table(0), *none = new_table(3);
	uint64_t seven = 7, zero = 0;
	char text[128];

	snapshot(t, rows, sizeof(rows[0]));
	sprintf(text, "  %-50s %8d %16lld\n", "bash", 2, 5LL);
	expect(&t, 1, &plain, NULL, text);
	expect(&none, 1, &plain, NULL, "");
	snapshot(none, &zero, sizeof(zero));
	expect(&none, 1, &plain, NULL, "                0\n");
	snapshot(none, &seven, sizeof(seven));
	expect(&none, 1, &plain, NULL, "                7\n");
	table_free(t);
	table_free(none);
}
END_TEST

START_TEST(probe_keys)
{
	static const struct { uint32_t id, pad; uint64_t value; } by_probe[] = {
		{ 3, 0, 1 }, { 4, 9, 2 }, { 5, 0, 7 },
	};
	struct table *t = new_table(2);

	snapshot(t, by_probe, sizeof(by_probe));
	expect(&t, 1, &plain, "%s %@d|", "read 3|write 7|");
	table_free(t);
}
END_TEST

START_TEST(joined)
{
	static const struct row more[] = { { "cat", -1, 0, (uint64_t)-9 }, { "vi", 1, 0, 100 } };
	struct table *t[] = { new_table(0), new_table(1) };
	struct aggsort second = { .pos = 1 }, beyond = { .pos = 2 };

	snapshot(t[0], rows, sizeof(rows));
	snapshot(t[1], more, sizeof(more));
	expect(t, 2, &plain, "%s %@d %@d %@d|", "vi 0 100 100|cat 1 -9 -9|awk 5 0 0|bash 9 0 0|");
	expect(t, 2, &second, "%s %@d %@d|", "cat 1 -9|awk 5 0|bash 9 0|vi 0 100|");
	expect(t, 2, &beyond, "%s %@d|", "vi 0|cat 1|awk 5|bash 9|");
	table_free(t[0]);
	table_free(t[1]);
}
END_TEST

START_TEST(clear_and_normalize)
{
	struct row again[] = { rows[0], rows[1] };
	struct table *t = new_table(0);

	snapshot(t, rows, 2 * sizeof(rows[0]));
	ck_assert_int_eq(table_clear(t), 0);
	expect(&t, 1, &plain, "%s %@d|", "awk 0|bash 0|");
	again[0].value = 25;
	snapshot(t, again, sizeof(again));
	expect(&t, 1, &plain, "%s %@d|", "awk 0|bash 20|");
	table_normalize(t, 3);
	expect(&t, 1, &plain, "%s %@d|", "awk 0|bash 6|");
	table_normalize(t, 1);
	expect(&t, 1, &plain, "%s %@x|", "awk 0|bash 14|");
	table_free(t);
}
END_TEST

START_TEST(truncate_keys)
{
	struct row again[3] = { rows[0], rows[1], rows[2] };
	struct table *t = new_table(0);

	snapshot(t, again, sizeof(again));
	ck_assert_int_eq(table_trunc(t, true, 2), 0);
	expect(&t, 1, &plain, "%s %@d|", "awk 5|bash 5|");
	ck_assert_int_eq(table_trunc(t, true, -1), 0);
	expect(&t, 1, &plain, "%s %@d|", "awk 5|");
	ck_assert_int_eq(table_trunc(t, false, 0), 0);
	expect(&t, 1, &plain, "%s %@d|", "");
	snapshot(t, again, sizeof(again));
	expect(&t, 1, &plain, "%s %@d|", "");
	again[1].value += 2;
	snapshot(t, again, sizeof(again));
	expect(&t, 1, &plain, "%s %@d|", "awk 2|");
	table_free(t);
}
END_TEST

static void freed(struct table *t, const void *gone, size_t n)
{
	const struct agg *a = table_agg(t);

	ck_assert_int_eq(table_freed(t, a->key_size, a->nwords, gone, n), 0);
}

START_TEST(freed_entries)
{
	struct row again[3] = { rows[0], rows[1], rows[2] };
	struct table *t = new_table(0);

	snapshot(t, again, sizeof(again));
	ck_assert_int_eq(table_trunc(t, true, 1), 0);	// one stays
	expect(&t, 1, &plain, "%s %@d|", "bash 5|");
	again[0].value += 2;				// since the snapshot
	freed(t, again, sizeof(again));
	snapshot(t, again, 0);
	expect(&t, 1, &plain, "%s %@d|", "bash 7|");
	ck_assert_uint_eq(table_count(t), 1);
	ck_assert_int_eq(table_trunc(t, false, 0), 0);
	snapshot(t, again, 0);
	ck_assert_uint_eq(table_count(t), 0);		// nothing is left of it
	again[2].value = 1;				// used again: counts from zero
	snapshot(t, again + 2, sizeof(again[2]));
	expect(&t, 1, &plain, "%s %@d|", "cat 1|");
	table_free(t);
}
END_TEST

START_TEST(freed_after_clear)
{
	uint64_t top = (uint64_t)1 << 63, words[2] = { 3, 9 ^ top }, more[2] = { 4, 12 ^ top };
	struct table *t = new_table(4);

	snapshot(t, words, sizeof(words));
	ck_assert_int_eq(table_clear(t), 0);
	freed(t, words, sizeof(words));
	snapshot(t, words, 0);
	expect(&t, 1, &plain, "%@d|", "0|");		// it stays, at zero
	snapshot(t, words, sizeof(words));
	expect(&t, 1, &plain, "%@d|", "9|");
	ck_assert_int_eq(table_clear(t), 0);
	freed(t, more, sizeof(more));			// one more since the snapshot: 12
	snapshot(t, words, 0);
	expect(&t, 1, &plain, "%@d|", "12|");
	table_free(t);
}
END_TEST

// A daemon's count of each key against what is shown, over random actions.
enum { KEYS = 20 };

struct model {
	struct row daemon[KEYS];
	uint64_t events[KEYS], shown[KEYS];
	struct table *t;
};

static void add_events(struct model *m)
{
	for (int i = rand() % 8; i > 0; i--) {
		int key = rand() % KEYS;

		m->events[key]++;
		m->daemon[key].value++;
	}
}

// Rows of those that were updated; frees them if so wanted.
static size_t collect(struct model *m, struct row *out, bool take)
{
	size_t n = 0;

	for (int i = 0; i < KEYS; i++) {
		if (!m->daemon[i].value)
			continue;
		out[n++] = m->daemon[i];
		if (take)
			m->daemon[i].value = 0;
	}
	return n * sizeof(*out);
}

static uint64_t value_of(const struct model *m, int key)
{
	int64_t entry = table_find(m->t, (const uint8_t *)&m->daemon[key]);
	uint64_t value = 0;

	if (entry >= 0 && table_visible(m->t, (uint32_t)entry))
		table_words(m->t, (uint32_t)entry, &value);
	return value;
}

// printa(@); trunc(@): or clear() sometimes. All that is visible has been shown.
static void show_and_forget(struct model *m)
{
	struct row some[KEYS];

	add_events(m);
	snapshot(m->t, some, collect(m, some, false));
	for (int i = 0; i < KEYS; i++)
		m->shown[i] += value_of(m, i);
	if (rand() % 4)
		ck_assert_int_eq(table_trunc(m->t, false, 0), 0);
	else
		ck_assert_int_eq(table_clear(m->t), 0);
	add_events(m);
	if (rand() % 2)
		freed(m->t, some, collect(m, some, true));
}

START_TEST(nothing_is_lost_or_doubled)
{
	struct model m = { .t = new_table(0) };
	struct row some[KEYS];

	srand(1);
	for (int i = 0; i < KEYS; i++)
		m.daemon[i].n = i;
	for (int i = 0; i < 20000; i++)
		show_and_forget(&m);
	snapshot(m.t, some, collect(&m, some, false));
	for (int i = 0; i < KEYS; i++)
		ck_assert_uint_eq(m.shown[i] + value_of(&m, i), m.events[i]);
	table_free(m.t);
}
END_TEST

START_TEST(extremes)
{
	uint64_t words[][2] = { { 2, 5 ^ (uint64_t)1 << 63 }, { 3, 9 ^ (uint64_t)1 << 63 } };
	struct table *t = new_table(4);

	snapshot(t, words, sizeof(words));	// two rows of one key: the greater one
	expect(&t, 1, &plain, "%@d|", "9|");
	ck_assert_int_eq(table_clear(t), 0);
	expect(&t, 1, &plain, "%@d|", "0|");
	table_free(t);
}
END_TEST

START_TEST(many)
{
	struct table *t = new_table(2);
	struct { uint64_t key, value; } row;

	table_begin(t);
	for (uint32_t i = 0; i < 50000; i++) {
		row.key = i + 100;
		row.value = i;
		ck_assert_int_eq(table_rows(t, 8, 1, (uint8_t *)&row, sizeof(row)), 0);
	}
	ck_assert_int_eq(table_end(t), 0);
	ck_assert_uint_eq(table_count(t), 50000);
	for (uint32_t i = 0; i < 50000; i++) {
		uint64_t words[1];

		row.key = i + 100;
		ck_assert_int_ge(table_find(t, (uint8_t *)&row.key), 0);
		table_words(t, (uint32_t)table_find(t, (uint8_t *)&row.key), words);
		ck_assert_uint_eq(words[0], i);
	}
	table_free(t);
}
END_TEST

START_TEST(bad_rows)
{
	struct table *t = new_table(0);

	table_begin(t);
	ck_assert_int_eq(table_rows(t, 24, 2, (const uint8_t *)rows, sizeof(rows)), -EBADMSG);
	ck_assert_int_eq(table_rows(t, 16, 1, (const uint8_t *)rows, sizeof(rows)), -EBADMSG);
	ck_assert_int_eq(table_rows(t, 24, 1, (const uint8_t *)rows, sizeof(rows) - 1), -EBADMSG);
	table_free(t);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("aggsort");

	tcase_add_loop_test(tc, order, 0, sizeof(orders) / sizeof(orders[0]));
	tcase_add_test(tc, default_layout);
	tcase_add_test(tc, probe_keys);
	tcase_add_test(tc, joined);
	tcase_add_test(tc, clear_and_normalize);
	tcase_add_test(tc, truncate_keys);
	tcase_add_test(tc, freed_entries);
	tcase_add_test(tc, freed_after_clear);
	tcase_add_test(tc, nothing_is_lost_or_doubled);
	tcase_add_test(tc, extremes);
	tcase_add_test(tc, many);
	tcase_add_test(tc, bad_rows);
	return suite_run("aggsort", tc);
}
