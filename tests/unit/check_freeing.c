// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Freeing entries: on synthetic tables, one of which a thread writes to as a
// program does, and with a real overflow hash.

#include <bpf/bpf.h>
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/kernel/maps.h"
#include "daemon/session/freeing.h"
#include "dlang/bpf/segment.h"
#include "tests/unit/suite.h"

enum { NCPUS = 2, OFFSET = 0x140, ENTRIES = 64, AREA = 8192 };

struct entry {
	uint64_t state, key, words[2];	// a count, a maximum
};

static const struct object_table table = {
	.offset = OFFSET, .entries = ENTRIES, .key_size = 8, .nadd = 1, .nmax = 1,
};

static struct entry *entry_at(uint8_t *seg, uint32_t cpu, uint64_t i)
{
	return (struct entry *)(void *)(seg + (size_t)cpu * AREA + OFFSET) + (i & (ENTRIES - 1));
}

static uint8_t *make_seg(void)
{
	uint8_t *seg = aligned_alloc(4096, (size_t)AREA * NCPUS);

	memset(seg, 0, (size_t)AREA * NCPUS);
	return seg;
}

// What a program does: the value words of a key, or NULL.
static uint64_t *find_or_claim(uint8_t *seg, uint32_t cpu, uint64_t key)
{
	uint64_t hash = segment_hash(&key, 1, 1), at = hash >> 32, step = hash >> 16 | 1, free = 0;

	for (int i = 0; i < SEG_PROBES; i++, at += step, free = 0) {
		struct entry *e = entry_at(seg, cpu, at);
		uint64_t state = __atomic_load_n(&e->state, __ATOMIC_ACQUIRE);

		if (state == (hash | ENTRY_READY))
			return e->key == key ? e->words : NULL;
		if (!state && __atomic_compare_exchange_n(&e->state, &free, ENTRY_CLAIMED, false,
				__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
			e->key = key;
			__atomic_store_n(&e->state, hash | ENTRY_READY, __ATOMIC_RELEASE);
			return e->words;
		}
	}
	return NULL;
}

static uint64_t sum(const struct rows *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += ((uint64_t *)(void *)(r->data + i * r->row_size))[1];
	return n;
}

static size_t occupied(uint8_t *seg)
{
	size_t n = 0;

	for (uint32_t cpu = 0; cpu < NCPUS; cpu++) {
		for (uint32_t i = 0; i < ENTRIES; i++)
			n += entry_at(seg, cpu, i)->state != 0;
	}
	return n;
}

START_TEST(entries_go_in_three_steps)
{
	uint8_t *seg = make_seg();
	struct table_source source = { &table, seg, AREA, NCPUS, -1 };
	uint64_t *old = find_or_claim(seg, 0, 7);
	struct rows r;

	old[0] = 5;
	find_or_claim(seg, 1, 7)[0] = 6;
	find_or_claim(seg, 1, 8)[0] = 1;
	entry_at(seg, 0, 50)->state = ENTRY_CLAIMED;
	table_leave(&source);
	ck_assert_ptr_ne(find_or_claim(seg, 0, 7), old);	// a new entry
	find_or_claim(seg, 0, 7)[0] = 100;
	old[0]++;						// by one that was inside
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_uint_eq(sum(&r), 113);
	rows_deinit(&r);
	rows_init(&r, &table);
	ck_assert_int_eq(table_take(&source, &r), 0);
	ck_assert_uint_eq(sum(&r), 13);
	rows_deinit(&r);
	ck_assert_uint_eq(old[0], 0);
	ck_assert_uint_eq(occupied(seg), 2);
	ck_assert_uint_eq(entry_at(seg, 0, 50)->state, ENTRY_CLAIMED);
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(sum(&r), 100);
	rows_deinit(&r);
	free(seg);
}
END_TEST

START_TEST(what_leaves_can_return)
{
	uint8_t *seg = make_seg();
	struct table_source source = { &table, seg, AREA, NCPUS, -1 };
	uint64_t *words = find_or_claim(seg, 0, 7);

	table_leave(&source);
	table_return(&source);
	ck_assert_ptr_eq(find_or_claim(seg, 0, 7), words);
	free(seg);
}
END_TEST

START_TEST(without_keys_words_are_taken_at_once)
{
	struct object_table t = { .offset = OFFSET, .entries = 1, .nadd = 1 };
	uint8_t *seg = make_seg();
	struct table_source source = { &t, seg, AREA, NCPUS, -1 };
	uint64_t *e = (uint64_t *)(void *)(seg + OFFSET);
	struct rows r;

	e[0] = ENTRY_READY;
	e[1] = 3;
	table_leave(&source);
	ck_assert_uint_eq(e[0], ENTRY_READY);
	rows_init(&r, &t);
	ck_assert_int_eq(table_take(&source, &r), 0);
	ck_assert_uint_eq(((uint64_t *)(void *)r.data)[0], 3);
	rows_deinit(&r);
	ck_assert(!e[0] && !e[1]);
	e[1] = 2;	// an update that was between state and word
	ck_assert_int_eq(table_snapshot(&source, &r), 0);
	ck_assert_uint_eq(((uint64_t *)(void *)r.data)[0], 2);
	rows_deinit(&r);
	free(seg);
}
END_TEST

// A thread as a CPU: it is outside once it has been seen to count a round.
struct writer {
	uint8_t *seg;
	uint64_t events, dropped, rounds;
	bool stop;
};

static void *write_events(void *arg)
{
	struct writer *w = arg;

	for (uint64_t i = 0; !__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE); i++) {
		uint64_t *words = find_or_claim(w->seg, 0, 1 + i * 7919 % 5000);

		if (words)
			__atomic_fetch_add(&words[0], 1, __ATOMIC_RELAXED);
		w->dropped += !words;
		w->events++;
		__atomic_fetch_add(&w->rounds, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static void wait_for_round(struct writer *w)
{
	uint64_t now = __atomic_load_n(&w->rounds, __ATOMIC_SEQ_CST);

	while (__atomic_load_n(&w->rounds, __ATOMIC_SEQ_CST) < now + 2)
		;
}

START_TEST(nothing_is_lost_while_a_writer_runs)
{
	uint8_t *seg = make_seg();
	struct table_source source = { &table, seg, AREA, NCPUS, -1 };
	struct writer w = { .seg = seg };
	pthread_t thread;
	uint64_t total = 0;

	ck_assert_int_eq(pthread_create(&thread, NULL, write_events, &w), 0);
	for (int i = 0; i < 20000; i++) {
		struct rows r;

		if (i == 19999) {
			__atomic_store_n(&w.stop, true, __ATOMIC_RELEASE);
			pthread_join(thread, NULL);
		}
		table_leave(&source);
		if (i < 19999)
			wait_for_round(&w);
		rows_init(&r, &table);
		ck_assert_int_eq(table_take(&source, &r), 0);
		total += sum(&r);
		rows_deinit(&r);
	}
	ck_assert_uint_eq(total + w.dropped, w.events);
	ck_assert_uint_eq(occupied(seg), 0);
	free(seg);
}
END_TEST

// Keys whose path is full in one CPU's table stay in the hash, unless forced.
static void take_overflow(bool full, bool force)
{
	uint64_t left = full && !force ? 10000 : 0;
	uint8_t *seg = make_seg();
	int fd = map_open_hash("check", 8, 16, 20000, false);
	struct table_source source = { &table, seg, AREA, NCPUS, fd };
	struct overflow_reader o = { 0 };
	struct overflow_busy busy = { .force = force };
	uint64_t words[2] = { 3, 0 };
	struct rows r;
	int more;

	ck_assert(!table_overflows(&source));
	for (uint64_t key = 1; key <= 10000; key++)
		ck_assert_int_eq(bpf_map_update_elem(fd, &key, words, BPF_ANY), 0);
	ck_assert(table_overflows(&source));
	for (int i = 0; full && i < ENTRIES; i++)
		entry_at(seg, 1, (uint64_t)i)->state = 0x1003;
	rows_init(&r, &table);
	do
		more = table_take_overflow(&source, &o, &r, &busy);
	while (more > 0);
	ck_assert_int_eq(more, 0);
	ck_assert_uint_eq(r.n, 10000 - left);
	ck_assert_uint_eq(sum(&r), 3 * r.n);
	ck_assert_uint_eq(busy.left, left);
	ck_assert_uint_eq(busy.lost, full && force ? 10000 : 0);
	ck_assert_int_eq(table_overflows(&source), left != 0);
	overflow_close(&o);
	rows_deinit(&r);
	close(fd);
	free(seg);
}

START_TEST(overflow_is_taken)
{
	take_overflow(false, false);
}
END_TEST

START_TEST(overflow_in_use_stays)
{
	take_overflow(true, false);
}
END_TEST

START_TEST(overflow_taken_by_force_is_counted)
{
	take_overflow(true, true);
}
END_TEST

// Another key of the same hash before a free entry sends programs to the hash, too; the key itself does not.
static void take_beside(uint64_t other, uint64_t left)
{
	uint8_t *seg = make_seg();
	int fd = map_open_hash("check", 8, 16, 20, false);
	struct table_source source = { &table, seg, AREA, NCPUS, fd };
	struct overflow_reader o = { 0 };
	struct overflow_busy busy = { 0 };
	uint64_t key = 7, words[2] = { 3, 0 }, hash = segment_hash(&key, 1, 1);
	struct entry *e = entry_at(seg, 1, hash >> 32);
	struct rows r;

	ck_assert_int_eq(bpf_map_update_elem(fd, &key, words, BPF_ANY), 0);
	*e = (struct entry){ hash | ENTRY_READY, other, { 1, 1 } };
	rows_init(&r, &table);
	ck_assert_int_eq(table_take_overflow(&source, &o, &r, &busy), 0);
	ck_assert_uint_eq(busy.left, left);
	ck_assert_uint_eq(r.n, 1 - left);
	overflow_close(&o);
	rows_deinit(&r);
	close(fd);
	free(seg);
}

START_TEST(overflow_of_the_same_hash_stays)
{
	take_beside(8, 1);
	take_beside(7, 0);
}
END_TEST

// An element that a program has made, and is about to store its first maximum in.
START_TEST(overflow_without_a_value_stays)
{
	uint8_t *seg = make_seg();
	int fd = map_open_hash("check", 8, 16, 20, false);
	struct table_source source = { &table, seg, AREA, NCPUS, fd };
	struct overflow_busy busy = { .force = true };
	struct overflow_reader o = { 0 };
	uint64_t key = 7, words[2] = { 0, 0 };
	struct rows r;

	ck_assert_int_eq(bpf_map_update_elem(fd, &key, words, BPF_ANY), 0);
	rows_init(&r, &table);
	ck_assert_int_eq(table_take_overflow(&source, &o, &r, &busy), 0);
	ck_assert_uint_eq(r.n, 0);
	ck_assert_int_eq(bpf_map_lookup_elem(fd, &key, words), 0);
	overflow_close(&o);
	rows_deinit(&r);
	close(fd);
	free(seg);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("freeing");

	tcase_set_timeout(t, 240);
	tcase_add_test(t, entries_go_in_three_steps);
	tcase_add_test(t, what_leaves_can_return);
	tcase_add_test(t, without_keys_words_are_taken_at_once);
	tcase_add_test(t, nothing_is_lost_while_a_writer_runs);
	if (!geteuid()) {
		tcase_add_test(t, overflow_is_taken);
		tcase_add_test(t, overflow_in_use_stays);
		tcase_add_test(t, overflow_taken_by_force_is_counted);
		tcase_add_test(t, overflow_of_the_same_hash_stays);
		tcase_add_test(t, overflow_without_a_value_stays);
	}
	return suite_run("freeing", t);
}
