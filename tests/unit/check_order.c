// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Merging of the CPUs' records by time.

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/order.h"
#include "tests/unit/suite.h"

static struct form forms[] = { { .clause = 0, .size = 40 } };
static const struct schema schema = { .forms = forms, .nforms = 1 };

struct rec {
	uint64_t word;
	uint32_t len, form;
	uint64_t time;
	uint32_t probe, spec;
	uint64_t data;
};

static struct rec make(uint64_t time, uint64_t data)
{
	return (struct rec){ 0, sizeof(struct rec), FORM_FIRST, time, 1, 0, data };
}

static int push(struct order *o, uint32_t cpu, const void *recs, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	memcpy(copy, recs, size);
	return order_push(o, cpu, copy, size);
}

// Pops everything that may go: the data words in order, as text.
static void expect(struct order *o, const char *text)
{
	char got[256] = "";
	struct record rec;

	while (order_pop(o, &rec))
		sprintf(got + strlen(got), "%llu@%u ", (unsigned long long)get_u64(rec.bytes + REC_DATA), rec.cpu);
	ck_assert_str_eq(got, text);
}

static struct order *new_order(void)
{
	struct order *o;

	ck_assert_int_eq(order_new(&schema, &o), 0);
	return o;
}

START_TEST(merge)
{
	struct rec a[] = { make(10, 1), make(30, 3), make(50, 5) }, b[] = { make(20, 2), make(40, 4) };
	struct order *o = new_order();

	ck_assert_int_eq(push(o, 3, a, sizeof(a)), 0);
	ck_assert_int_eq(push(o, 0, b, sizeof(b)), 0);
	expect(o, "");
	order_watermark(o, 30);
	expect(o, "1@3 2@0 3@3 ");
	order_watermark(o, 20);		// never goes back
	expect(o, "");
	order_finish(o);
	expect(o, "4@0 5@3 ");
	expect(o, "");
	order_free(o);
}
END_TEST

// Clauses of one firing have one time; a nested firing comes first with a later one.
START_TEST(same_time_and_nesting)
{
	struct rec a[] = { make(10, 1), make(10, 2) }, b[] = { make(10, 3) };
	struct rec nested[] = { make(25, 4), make(20, 5) }, other[] = { make(22, 6) };
	struct order *o = new_order();

	push(o, 1, a, sizeof(a));
	push(o, 0, b, sizeof(b));
	push(o, 1, nested, sizeof(nested));
	push(o, 0, other, sizeof(other));
	order_finish(o);
	expect(o, "3@0 1@1 2@1 6@0 4@1 5@1 ");
	order_free(o);
}
END_TEST

START_TEST(many_blocks)
{
	struct order *o = new_order();
	struct record rec;
	uint64_t last = 0, n = 0;

	for (uint64_t i = 0; i < 5000; i++) {
		struct rec r = make(i * 7 % 5000 / 8 + i, i);

		ck_assert_int_eq(push(o, (uint32_t)(i % 13), &r, sizeof(r)), 0);
	}
	order_finish(o);
	while (order_pop(o, &rec)) {
		last = rec.time > last ? rec.time : last;
		n++;
	}
	ck_assert_uint_eq(n, 5000);
	ck_assert_uint_gt(last, 4999);
	order_free(o);
}
END_TEST

START_TEST(peek)
{
	struct rec a[] = { make(10, 1), make(30, 3) };
	struct order *o = new_order();
	struct record rec, next;

	push(o, 1, a, sizeof(a));
	order_finish(o);
	ck_assert_int_eq(order_pop(o, &rec), 1);
	ck_assert(order_peek_cpu(o, 1, &next));
	ck_assert_uint_eq(next.time, 30);
	ck_assert(!order_peek_cpu(o, 0, &next));
	ck_assert(!order_peek_cpu(o, 99, &next));
	ck_assert_int_eq(order_pop(o, &rec), 1);
	ck_assert(!order_peek_cpu(o, 1, &next));
	order_free(o);
}
END_TEST

// Each breaks one rule of a block.
static const struct { uint32_t len, form; size_t size; } hostile[] = {
	{ 0, 0, 40 }, { 8, 0, 40 }, { 36, 0, 40 }, { 48, 0, 40 }, { 32, FORM_FIRST, 32 }, { 40, FORM_FIRST + 1, 40 },
	{ 40, UINT32_MAX, 40 }, { 40, FORM_ERROR, 40 }, { REC_MAX + 8, 0, REC_MAX + 8 }, { 40, 0, 48 }, { 40, 0, 31 },
};

START_TEST(bad_blocks)
{
	struct rec *r = calloc(1, REC_MAX + 64);
	struct order *o = new_order();

	r->len = hostile[_i].len;
	r->form = hostile[_i].form;
	ck_assert_int_eq(push(o, 0, r, hostile[_i].size), -EBADMSG);
	order_finish(o);
	expect(o, "");
	r->len = 40;
	r->form = 0;
	ck_assert_int_eq(push(o, ORDER_MAX_CPU + 1, r, 40), -EBADMSG);
	ck_assert_int_eq(push(o, 0, r, 0), 0);
	ck_assert_int_eq(push(o, 0, r, 40), 0);
	order_free(o);
	free(r);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("order");

	tcase_add_test(tc, merge);
	tcase_add_test(tc, same_time_and_nesting);
	tcase_add_test(tc, many_blocks);
	tcase_add_test(tc, peek);
	tcase_add_loop_test(tc, bad_blocks, 0, sizeof(hostile) / sizeof(hostile[0]));
	return suite_run("order", tc);
}
