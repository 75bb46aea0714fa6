// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Histograms, exact to the blank; the expected texts were worked out by hand.

#include <check.h>
#include <string.h>

#include "client/decode/aggvalue.h"
#include "client/format/histogram.h"
#include "tests/unit/suite.h"

#define HEADER "\n           value  ------------- Distribution ------------- count    \n"
#define B10 "          "
#define B20 B10 B10
#define B40 B20 B20
#define A10 "@@@@@@@@@@"
#define A20 A10 A10
#define A40 A20 A20

static const struct agg quantize = { .func = AGG_QUANTIZE };
static const struct agg lquantize = { .func = AGG_LQUANTIZE, .args = { 0, 100, 10 } };
static const struct agg llquantize = { .func = AGG_LLQUANTIZE, .args = { 10, 0, 1, 10 } };

struct bucket {
	int at;
	int64_t v;
};

struct histogram_case {
	const struct agg *agg;
	struct bucket buckets[4];
	uint64_t normal;
	struct histogram_style style;
	const char *expect;
};

static const struct histogram_case cases[] = {
	{ &quantize, { { 64, 4 } }, 1, { false, false }, HEADER
	  "               0 |" B40 " 0        \n"
	  "               1 |" A40 " 4        \n"
	  "               2 |" B40 " 0        \n" },
	{ &quantize, { { 0, 0 } }, 1, { false, false }, HEADER
	  "              -1 |" B40 " 0        \n"
	  "               0 |" B40 " 0        \n"
	  "               1 |" B40 " 0        \n" },
	{ &quantize, { { 66, 1 }, { 67, 3 } }, 1, { false, false }, HEADER
	  "               2 |" B40 " 0        \n"
	  "               4 |" A10 B20 B10 " 1        \n"
	  "               8 |" A20 A10 B10 " 3        \n"
	  "              16 |" B40 " 0        \n" },
	// 1 of 3 is 13.33, 2 of 3 is 26.67: rounded to 13 and 27
	{ &quantize, { { 63, 1 }, { 64, 2 } }, 1, { false, false }, HEADER
	  "              -1 |" B40 " 0        \n"
	  "               0 |" A10 "@@@" B20 "       " " 1        \n"
	  "               1 |" A20 "@@@@@@@" B10 "   " " 2        \n"
	  "               2 |" B40 " 0        \n" },
	// the array's ends
	{ &quantize, { { 126, 1 } }, 1, { false, false }, HEADER
	  "2305843009213693952 |" B40 " 0        \n"
	  "4611686018427387904 |" A40 " 1        \n" },
	// negative counts only (a negative increment)
	{ &quantize, { { 64, -2 }, { 65, -6 } }, 1, { false, false }, HEADER
	  "               0 " B40 "| 0        \n"
	  "               1 " B20 B10 A10 "| -2       \n"
	  "               2 " B10 A20 A10 "| -6       \n"
	  "               4 " B40 "| 0        \n" },
	// both: halves of 20, zero on the left
	{ &quantize, { { 64, -5 }, { 65, 15 } }, 1, { false, false }, HEADER
	  "               0 " B20 "|" B20 " 0        \n"
	  "               1 " "               @@@@@" "|" B20 " -5       \n"
	  "               2 " B20 "|" A10 "@@@@@     " " 15       \n"
	  "               4 " B20 "|" B20 " 0        \n" },
	{ &quantize, { { 60, 10 } }, 10, { false, false }, HEADER
	  "              -8 |" B40 " 0        \n"
	  "              -4 |" A40 " 1        \n"
	  "              -2 |" B40 " 0        \n" },
	{ &lquantize, { { 3, 1 } }, 1, { false, false }, HEADER
	  "              10 |" B40 " 0        \n"
	  "              20 |" A40 " 1        \n"
	  "              30 |" B40 " 0        \n" },
	{ &lquantize, { { 0, 1 }, { 11, 1 } }, 1, { false, false }, HEADER
	  "             < 0 |" A20 B20 " 1        \n"
	  "               0 |" B40 " 0        \n"
	  "              10 |" B40 " 0        \n"
	  "              20 |" B40 " 0        \n"
	  "              30 |" B40 " 0        \n"
	  "              40 |" B40 " 0        \n"
	  "              50 |" B40 " 0        \n"
	  "              60 |" B40 " 0        \n"
	  "              70 |" B40 " 0        \n"
	  "              80 |" B40 " 0        \n"
	  "              90 |" B40 " 0        \n"
	  "          >= 100 |" A20 B20 " 1        \n" },
	{ &lquantize, { { 0, 0 } }, 1, { false, false }, HEADER
	  "             < 0 |" B40 " 0        \n"
	  "               0 |" B40 " 0        \n"
	  "              10 |" B40 " 0        \n" },
	{ &llquantize, { { 0, 0 } }, 1, { false, false }, HEADER
	  "             < 1 |" B40 " 0        \n"
	  "               1 |" B40 " 0        \n" },
	// factor 10, orders 0 and 1, 10 steps: 1..9 by one, 10..90 by ten, then >= 100
	{ &llquantize, { { 9, 1 }, { 10, 1 } }, 1, { false, false }, HEADER
	  "               8 |" B40 " 0        \n"
	  "               9 |" A20 B20 " 1        \n"
	  "              10 |" A20 B20 " 1        \n"
	  "              20 |" B40 " 0        \n" },
	{ &llquantize, { { 19, 7 } }, 1, { false, false }, HEADER
	  "              90 |" B40 " 0        \n"
	  "          >= 100 |" A40 " 7        \n" },
	// aggzoom: the longest bar is 95 % of the width
	{ &quantize, { { 64, 10 }, { 65, 5 } }, 1, { true, false }, HEADER
	  "               0 |" B40 " 0        \n"
	  "               1 |" A20 A10 "@@@@@@@@  " " 10       \n"
	  "               2 |" A10 "@@@@@@@@@ " B20 " 5        \n"
	  "               4 |" B40 " 0        \n" },
	// utf8: 1 of 3 is 13 blocks and 2.67, rounded 3 eighths
	{ &quantize, { { 64, 3 } }, 1, { false, true }, HEADER
	  "               0 |" B40 " 0        \n"
	  "               1 |"
	  "████████████████████████████████████████" " 3        \n"
	  "               2 |" B40 " 0        \n" },
	{ &quantize, { { 64, 1 }, { 65, 319 } }, 1, { false, true }, HEADER
	  "               0 |" B40 " 0        \n"
	  "               1 |▏" B20 B10 "         " " 1        \n"
	  "               2 |███████████████████████████████████████▉" " 319      \n"
	  "               4 |" B40 " 0        \n" },
};

START_TEST(exact)
{
	const struct histogram_case *c = &cases[_i];
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	int64_t buckets[QUANTIZE_NBUCKETS] = { 0 };

	for (int i = 0; i < 4; i++)
		if (c->buckets[i].v)
			buckets[c->buckets[i].at] = c->buckets[i].v;
	histogram_print(&b, c->agg, buckets, c->normal, &c->style);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, c->expect);
}
END_TEST

START_TEST(packed)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);
	int64_t buckets[QUANTIZE_NBUCKETS] = { [64] = 1, [65] = 7 };
	struct histogram_range range = { UINT32_MAX, 0 };
	struct histogram_style style = { false, false };

	histogram_range(&quantize, buckets, &range);
	ck_assert_uint_eq(range.first, 63);
	ck_assert_uint_eq(range.last, 66);
	histogram_pack_header(&b, &quantize, &range, 17);
	histogram_pack(&b, &quantize, buckets, 1, &range, &style);
	outbuf_char(&b, '\0');
	ck_assert_str_eq(b.data, "\n              key min .----. max | count\n   0 : _X : 4   | 8\n");
}
END_TEST

START_TEST(bucket_counts)
{
	struct agg a = { .func = AGG_LLQUANTIZE, .args = { 10, 0, 6, 20 } };

	ck_assert_uint_eq(agg_nbuckets(&quantize), 127);
	ck_assert_uint_eq(agg_nbuckets(&lquantize), 12);
	ck_assert_uint_eq(agg_nbuckets(&llquantize), 20);
	// order 0: 9, order 1: 18 (width 5), the five others 18 each
	ck_assert_uint_eq(agg_nbuckets(&a), 2 + 9 + 6 * 18);
	a.args[2] = 64;
	ck_assert_uint_eq(agg_nbuckets(&a), 0);
}
END_TEST

// stddev of 1, 2, 3, 4 and -10: sum 0, squares 130, /5 = 26
START_TEST(stddev)
{
	uint64_t words[6] = { 5, 0, 130, 0, 0, 0 };
	uint64_t big[6] = { 2, 0, 0, 0, 0, 0x80000000 };

	ck_assert_uint_eq(agg_stddev(words, 1), 5);
	ck_assert_uint_eq(agg_stddev(words, 2), 2);	// 130/4/5 = 6
	words[0] = 0;
	ck_assert_uint_eq(agg_stddev(words, 1), 0);
	// INT64_MIN twice with opposite signs: 2 * 2^126 / 2
	ck_assert_uint_eq(agg_stddev(big, 1), (uint64_t)1 << 63);
}
END_TEST

START_TEST(extremes)
{
	struct agg min = { .func = AGG_MIN }, max = { .func = AGG_MAX }, avg = { .func = AGG_AVG };
	uint64_t words[2] = { 3, (uint64_t)-7 ^ (uint64_t)1 << 63 };

	ck_assert_int_eq(agg_number(&max, words, 1), -7);
	words[1] = ~words[1];
	ck_assert_int_eq(agg_number(&min, words, 1), -7);
	words[0] = 0;
	ck_assert_int_eq(agg_number(&min, words, 1), 0);
	words[0] = 3;
	words[1] = (uint64_t)-100;
	ck_assert_int_eq(agg_number(&avg, words, 1), -33);
	ck_assert_int_eq(agg_number(&avg, words, 10), -3);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("histogram");

	tcase_add_loop_test(tc, exact, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, packed);
	tcase_add_test(tc, bucket_counts);
	tcase_add_test(tc, stddev);
	tcase_add_test(tc, extremes);
	return suite_run("histogram", tc);
}
