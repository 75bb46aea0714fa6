// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading rings in synthetic memory, hostile contents included.

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/session/rings.h"
#include "dlang/bpf/segment.h"
#include "tests/unit/suite.h"

#define SECRET 0x8123456789abcdefull

enum { SIZE = 64 * 1024, OFFSET = 4096, AREA = OFFSET + SIZE + REC_MAX };

static const struct object_layout layout = {
	.area_size = AREA, .ring_offset = OFFSET, .ring_size = SIZE,
};

static uint8_t *area;
static struct ring ring;
static uint8_t out[2 * SIZE];
static size_t got;

static void setup(void)
{
	area = aligned_alloc(4096, AREA);
	memset(area, 0, AREA);
	ring_init(&ring, area, &layout, SECRET);
}

static void teardown(void)
{
	free(area);
}

static uint64_t *word(uint32_t offset)
{
	return (uint64_t *)(void *)(area + offset);
}

// A producer: reserves, fills with a byte, commits.
static uint64_t reserve(uint32_t len)
{
	uint64_t pos = *word(SEG_TAIL);

	*word(SEG_TAIL) += len;
	return pos;
}

static void commit(uint64_t pos, uint32_t len, uint8_t fill)
{
	uint8_t *p = area + OFFSET + (pos & (SIZE - 1));

	memset(p + 8, fill, len - 8);
	memcpy(p + REC_LEN, &len, 4);
	*(uint64_t *)(void *)p = pos ^ SECRET;
}

static int drain(size_t cap)
{
	uint64_t tail;
	int r = ring_tail(&ring, &tail);

	return r ? r : ring_read(&ring, tail, out, cap, &got);
}

START_TEST(empty_ring_gives_nothing)
{
	ck_assert_int_eq(drain(sizeof out), 0);
	ck_assert_uint_eq(got, 0);
}
END_TEST

START_TEST(committed_records_come_in_order_without_the_secret)
{
	for (uint8_t i = 1; i <= 3; i++)
		commit(reserve(40), 40, i);
	ck_assert_int_eq(drain(sizeof out), 0);
	ck_assert_uint_eq(got, 120);
	for (uint8_t i = 1; i <= 3; i++) {
		static const uint64_t zero;

		ck_assert_int_eq(memcmp(out + 40 * (i - 1), &zero, 8), 0);
		ck_assert_uint_eq(out[40 * (i - 1) + REC_DATA], i);
	}
	ck_assert_uint_eq(*word(SEG_HEAD), 120);
	ck_assert_int_eq(drain(sizeof out), 0);
	ck_assert_uint_eq(got, 0);
}
END_TEST

START_TEST(an_open_record_holds_those_behind_it)
{
	uint64_t first = reserve(40);

	commit(reserve(40), 40, 2);
	ck_assert_int_eq(drain(sizeof out), RING_E_OPEN);
	ck_assert_uint_eq(got, 0);
	commit(first, 40, 1);
	ck_assert_int_eq(drain(sizeof out), 0);
	ck_assert_uint_eq(got, 80);
	ck_assert_uint_eq(out[REC_DATA], 1);
}
END_TEST

START_TEST(many_laps_over_stale_bytes)
{
	uint64_t total = 0;

	for (int i = 0; i < 20000; i++) {
		uint32_t len = 32 + 8 * (uint32_t)(i * 7 % 900);

		commit(reserve(len), len, (uint8_t)i);
		ck_assert_int_eq(drain(sizeof out), 0);
		ck_assert_uint_eq(got, len);
		if (len > REC_DATA)
			ck_assert_uint_eq(out[len - 1], (uint8_t)i);
		total += len;
	}
	ck_assert_uint_eq(*word(SEG_HEAD), total);
	ck_assert_uint_gt(total, 10 * SIZE);
}
END_TEST

START_TEST(a_small_buffer_takes_what_fits)
{
	for (int i = 0; i < 5; i++)
		commit(reserve(48), 48, 1);
	ck_assert_int_eq(drain(100), RING_E_FULL);
	ck_assert_uint_eq(got, 96);
	ck_assert_int_eq(drain(sizeof out), 0);
	ck_assert_uint_eq(got, 144);
}
END_TEST

START_TEST(insane_lengths_are_corruption)
{
	static const uint32_t lengths[] = { 0, 8, 24, 33, 44, REC_MAX + 8, 0xfffffff8, 0x80000000, 4096 };
	uint64_t pos = reserve(2048);

	commit(pos, 2048, 1);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		memcpy(area + OFFSET + REC_LEN, &lengths[i], 4);
		ck_assert_int_eq(drain(sizeof out), RING_E_CORRUPT);
		ck_assert_uint_eq(got, 0);
	}
}
END_TEST

START_TEST(insane_tails_are_corruption)
{
	static const uint64_t tails[] = { 1, 4, SIZE + 8, ~0ull, ~7ull, 1ull << 63 };

	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		*word(SEG_TAIL) = tails[i];
		ck_assert_int_eq(drain(sizeof out), RING_E_CORRUPT);
	}
	commit(*word(SEG_TAIL) = 0, 40, 1);
	*word(SEG_TAIL) = 40;
	ck_assert_int_eq(drain(sizeof out), 0);
	*word(SEG_TAIL) = 32;	// goes back
	ck_assert_int_eq(drain(sizeof out), RING_E_CORRUPT);
}
END_TEST

START_TEST(the_head_in_the_segment_is_not_believed)
{
	commit(reserve(40), 40, 1);
	*word(SEG_HEAD) = 1ull << 40;
	ck_assert_int_eq(drain(sizeof out), 0);
	ck_assert_uint_eq(got, 40);
	ck_assert_uint_eq(*word(SEG_HEAD), 40);
}
END_TEST

START_TEST(zeroes_and_old_positions_are_not_records)
{
	reserve(40);
	ck_assert_int_eq(drain(sizeof out), RING_E_OPEN);
	*word(OFFSET) = SECRET ^ 8;	// of another position
	ck_assert_int_eq(drain(sizeof out), RING_E_OPEN);
}
END_TEST

START_TEST(overwritten_rings_start_at_the_oldest_whole_record)
{
	uint64_t tail, n = 0;

	for (int i = 0; i < 5000; i++)
		commit(reserve(72), 72, (uint8_t)i);
	ck_assert_int_eq(ring_rewind(&ring, &tail), 0);
	ck_assert_uint_eq(tail, 5000 * 72);
	ck_assert_uint_eq(ring.head % 72, 0);
	ck_assert_uint_lt(ring.head, 5000 * 72 - SIZE + 72);
	ck_assert_int_eq(ring_read(&ring, tail, out, sizeof out, &got), 0);
	for (size_t at = 0; at < got; at += 72, n++)
		ck_assert_uint_eq(out[at + 71], (uint8_t)(5000 - got / 72 + n));
	ck_assert_uint_eq(n, SIZE / 72);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("ring");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, empty_ring_gives_nothing);
	tcase_add_test(t, committed_records_come_in_order_without_the_secret);
	tcase_add_test(t, an_open_record_holds_those_behind_it);
	tcase_add_test(t, many_laps_over_stale_bytes);
	tcase_add_test(t, a_small_buffer_takes_what_fits);
	tcase_add_test(t, insane_lengths_are_corruption);
	tcase_add_test(t, insane_tails_are_corruption);
	tcase_add_test(t, the_head_in_the_segment_is_not_believed);
	tcase_add_test(t, zeroes_and_old_positions_are_not_records);
	tcase_add_test(t, overwritten_rings_start_at_the_oldest_whole_record);
	return suite_run("rings", t);
}
