// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Snapshots: merging synthetic per-CPU tables and a real overflow hash.

#include <bpf/bpf.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/kernel/maps.h"
#include "daemon/session/tables.h"
#include "dlang/bpf/segment.h"
#include "tests/unit/suite.h"

enum { NCPUS = 2, OFFSET = 0x140, WORDS = 2 };

struct entry {
	uint64_t state, key[2], words[WORDS];
};

static uint8_t *make_seg(uint32_t area)
{
	uint8_t *seg = aligned_alloc(4096, (size_t)area * NCPUS);

	memset(seg, 0, (size_t)area * NCPUS);
	return seg;
}

static struct entry *entry_at(uint8_t *seg, uint32_t area, uint32_t cpu, uint32_t i)
{
	return (struct entry *)(void *)(seg + cpu * area + OFFSET) + i;
}

static const uint64_t *find(const struct rows *r, uint64_t k0)
{
	for (size_t i = 0; i < r->n; i++) {
		const uint64_t *row = (const uint64_t *)(const void *)(r->data + i * r->row_size);

		if (row[0] == k0)
			return row + r->key_size / 8;
	}
	return NULL;
}

START_TEST(sums_and_maxima_over_cpus)
{
	struct object_table t = { .offset = OFFSET, .entries = 16, .key_size = 16, .nadd = 1, .nmax = 1 };
	uint32_t area = 8192;
	uint8_t *seg = make_seg(area);
	struct table_source source = { &t, seg, area, NCPUS, -1 };
	struct rows r;

	*entry_at(seg, area, 0, 3) = (struct entry){ 0x1003, { 7, 1 }, { 5, 100 } };
	*entry_at(seg, area, 1, 9) = (struct entry){ 0x1003, { 7, 1 }, { 6, 90 } };
	*entry_at(seg, area, 1, 2) = (struct entry){ 0x2003, { 8, 1 }, { 1, 2 } };
	*entry_at(seg, area, 0, 4) = (struct entry){ 0x1003, { 7, 1 }, { 10, 101 } };	// a duplicate
	*entry_at(seg, area, 0, 5) = (struct entry){ 1, { 9, 1 }, { 50, 50 } };	// half claimed
	*entry_at(seg, area, 0, 6) = (struct entry){ 0, { 9, 1 }, { 50, 50 } };	// free
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_uint_eq(r.row_size, 32);
	ck_assert_uint_eq(find(&r, 7)[0], 21);
	ck_assert_uint_eq(find(&r, 7)[1], 101);
	ck_assert_uint_eq(find(&r, 8)[0], 1);
	rows_deinit(&r);
	free(seg);
}
END_TEST

START_TEST(slots_without_keys)
{
	struct object_table t = { .offset = OFFSET, .entries = 1, .nadd = 2 };
	uint32_t area = 4096;
	uint8_t *seg = make_seg(area);
	struct table_source source = { &t, seg, area, NCPUS, -1 };
	struct rows r;

	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(r.n, 0);
	rows_deinit(&r);
	((uint64_t *)(void *)(seg + OFFSET))[0] = ENTRY_READY;
	((uint64_t *)(void *)(seg + OFFSET))[2] = 3;
	((uint64_t *)(void *)(seg + area + OFFSET))[0] = ENTRY_READY;
	((uint64_t *)(void *)(seg + area + OFFSET))[2] = 4;
	((uint64_t *)(void *)(seg + area + OFFSET))[1] = 1;
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(r.n, 1);
	ck_assert_uint_eq(((uint64_t *)(void *)r.data)[0], 1);
	ck_assert_uint_eq(((uint64_t *)(void *)r.data)[1], 7);
	rows_deinit(&r);
	free(seg);
}
END_TEST

START_TEST(overflow_joins_the_same_keys)
{
	struct object_table t = { .offset = OFFSET, .entries = 16, .key_size = 16, .nadd = 1, .nmax = 1 };
	uint32_t area = 8192, n = 20000;
	uint8_t *seg = make_seg(area);
	int fd = map_open_hash("check", 16, 16, 2 * n, false);
	struct table_source source = { &t, seg, area, NCPUS, fd };
	struct rows r;

	ck_assert_int_ge(fd, 0);
	*entry_at(seg, area, 0, 3) = (struct entry){ 0x1003, { 7, 0 }, { 5, 100 } };
	for (uint64_t i = 0; i < n; i++) {
		uint64_t key[2] = { i, 0 }, words[2] = { 1, i };

		ck_assert_int_eq(bpf_map_update_elem(fd, key, words, BPF_ANY), 0);
	}
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(r.n, n);
	ck_assert_uint_eq(find(&r, 7)[0], 6);
	ck_assert_uint_eq(find(&r, 7)[1], 100);
	ck_assert_uint_eq(find(&r, 19999)[1], 19999);
	rows_deinit(&r);
	close(fd);
	free(seg);
}
END_TEST

START_TEST(an_empty_overflow_is_fine)
{
	struct object_table t = { .offset = OFFSET, .entries = 16, .key_size = 16, .nadd = 2 };
	uint8_t *seg = make_seg(8192);
	int fd = map_open_hash("check", 16, 16, 64, true);
	struct table_source source = { &t, seg, 8192, NCPUS, fd };
	struct rows r;

	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(r.n, 0);
	rows_deinit(&r);
	close(fd);
	free(seg);
}
END_TEST

// 100,000 keys on two CPUs; the time is printed, not judged.
START_TEST(a_hundred_thousand_keys)
{
	enum { N = 100000, ENTRIES = 262144 };
	struct object_table t = { .offset = OFFSET, .entries = ENTRIES, .key_size = 16, .nadd = 2 };
	uint32_t area = (OFFSET + ENTRIES * (uint32_t)sizeof(struct entry) + 4095) & ~4095u;
	uint8_t *seg = make_seg(area);
	struct table_source source = { &t, seg, area, NCPUS, -1 };
	struct timespec a, b;
	struct rows r;

	for (uint32_t cpu = 0; cpu < NCPUS; cpu++) {
		for (uint64_t i = 0; i < N; i++) {
			uint64_t hash = i * 0x9e3779b97f4a7c15ull, at = (hash >> 32) % ENTRIES;

			while (entry_at(seg, area, cpu, (uint32_t)at)->state)
				at = (at + 1) % ENTRIES;
			*entry_at(seg, area, cpu, (uint32_t)at) =
				(struct entry){ hash | 3, { i, i }, { 1, i } };
		}
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	printf("snapshot of %d keys on %d CPUs: %.1f ms of CPU\n", N, NCPUS,
		(double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
	ck_assert_uint_eq(r.n, N);
	for (size_t i = 0; i < r.n; i++) {
		const uint64_t *row = (const uint64_t *)(const void *)(r.data + i * r.row_size);

		ck_assert(row[2] == 2 && row[3] == 2 * row[0]);
	}
	rows_deinit(&r);
	free(seg);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("merge");

	tcase_add_test(t, sums_and_maxima_over_cpus);
	tcase_add_test(t, slots_without_keys);
	tcase_add_test(t, a_hundred_thousand_keys);
	if (!geteuid()) {
		tcase_add_test(t, overflow_joins_the_same_keys);
		tcase_add_test(t, an_empty_overflow_is_fine);
	}
	return suite_run("tables", t);
}
