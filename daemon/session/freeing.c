// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Freeing entries, see freeing.h.
//
// The overflow hash has no state words, and the kernel reuses the memory of a
// deleted element at once: a key is deleted only while no program can look for
// it there. A program does if it finds no free entry on the key's path through
// its CPU's table, or another key of the same hash before one. Free entries are
// never made but here, so that one that is free after the deletion was free all
// the time since the table was emptied.

#include "daemon/session/freeing.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "daemon/util.h"
#include "dlang/bpf/segment.h"

// ---- the segment's tables --------------------------------------------------

static int leave_entry(void *arg, const struct table_entry *e)
{
	(void)arg;
	if ((e->state & ENTRY_BITS) == ENTRY_READY)
		__atomic_fetch_and(e->word, ~1ull, __ATOMIC_SEQ_CST);
	return 0;
}

void table_leave(const struct table_source *s)
{
	if (s->table->key_size)
		table_visit(s, leave_entry, NULL);
}

static bool is_leaving(const struct table_entry *e)
{
	return (e->state & ENTRY_BITS) == ENTRY_LEAVING;
}

static int add_leaving(void *arg, const struct table_entry *e)
{
	return is_leaving(e) ? rows_add(arg, e->key, (uint32_t)(e->state >> 32), e->words) : 0;
}

static int free_leaving(void *arg, const struct table_entry *e)
{
	const struct object_table *t = arg;

	if (!is_leaving(e))
		return 0;
	memset(e->key, 0, t->key_size);
	memset(e->words, 0, 8 * ((size_t)t->nadd + t->nmax));
	__atomic_store_n(e->word, ENTRY_FREE, __ATOMIC_RELEASE);
	return 0;
}

// An entry without a key has one writer's address for good: its words are taken
// one by one, and an update that comes in between is seen next time.
static int take_keyless(void *arg, const struct table_entry *e)
{
	struct rows *rows = arg;
	uint32_t n = rows->nadd + rows->nmax;
	CLEANUP(freep) uint64_t *words = calloc(n, sizeof *words);
	int r;

	if (!words)
		return -ENOMEM;
	r = rows_add(rows, e->key, 0, words);
	if (r < 0)
		return r;
	__atomic_store_n(e->word, ENTRY_FREE, __ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < n; i++)
		words[i] = __atomic_exchange_n(&e->words[i], 0, __ATOMIC_RELAXED);
	return rows_add(rows, e->key, 0, words);	// the row is there: cannot fail
}

int table_take(const struct table_source *s, struct rows *rows)
{
	struct object_table t = *s->table;
	int r;

	if (!t.key_size)
		return table_visit(s, take_keyless, rows);
	r = table_visit(s, add_leaving, rows);
	if (r >= 0)
		table_visit(s, free_leaving, &t);
	return r;
}

static int return_entry(void *arg, const struct table_entry *e)
{
	(void)arg;
	if (is_leaving(e))
		__atomic_fetch_or(e->word, ENTRY_READY, __ATOMIC_SEQ_CST);
	return 0;
}

void table_return(const struct table_source *s)
{
	if (s->table->key_size)
		table_visit(s, return_entry, NULL);
}

// ---- the overflow hash -----------------------------------------------------

bool table_overflows(const struct table_source *s)
{
	CLEANUP(freep) uint8_t *key = malloc(s->table->key_size + 1);

	return s->overflow >= 0 && key && bpf_map_get_next_key(s->overflow, NULL, key) == 0;
}

// As programs go: to a free entry, or to the key itself.
static bool has_room(const struct object_table *t, const uint8_t *area, uint64_t hash, const uint8_t *key)
{
	size_t size = 8 + t->key_size + 8 * ((size_t)t->nadd + t->nmax);
	uint64_t at = hash >> 32, step = hash >> 16 | 1;

	for (int i = 0; i < SEG_PROBES; i++, at += step) {
		const uint8_t *entry = area + t->offset + (at & (t->entries - 1)) * size;

		uint64_t state = __atomic_load_n((const uint64_t *)(const void *)entry, __ATOMIC_SEQ_CST);

		if (!state)
			return true;
		if (state == (hash | ENTRY_READY))
			return !memcmp(entry + ENTRY_KEY, key, t->key_size);
	}
	return false;
}

// Whether programs find a place for this key in the tables of all CPUs.
static bool have_room(const struct table_source *s, const uint8_t *key)
{
	uint64_t hash = segment_hash((const uint64_t *)(const void *)key, s->table->key_size / 8,
		s->table->dense);

	for (uint32_t cpu = 0; cpu < s->ncpus; cpu++) {
		if (!has_room(s->table, s->seg + (uint64_t)cpu * s->area_size, hash, key))
			return false;
	}
	return true;
}

// Room for the row is made first: what is deleted must not be lost.
static int take_key(const struct table_source *s, struct rows *rows, const uint8_t *key,
	uint64_t *words, struct overflow_busy *busy)
{
	size_t size = 8 * ((size_t)s->table->nadd + s->table->nmax);
	int r;

	if (table_is_new(s->table, words))
		return 0;
	if (!busy->force && !have_room(s, key)) {
		busy->left++;
		return 0;
	}
	memset(words, 0, size);
	r = rows_add_untagged(rows, key, words);
	if (r < 0)
		return r;
	r = bpf_map_lookup_and_delete_elem(s->overflow, key, words);
	if (r == -ENOENT)
		return 0;
	if (r >= 0)
		r = rows_add_untagged(rows, key, words);
	busy->lost += !have_room(s, key);
	return r;
}

int table_take_overflow(const struct table_source *s, struct overflow_reader *o, struct rows *rows,
	struct overflow_busy *busy)
{
	size_t nwords = s->table->nadd + s->table->nmax;
	int more = overflow_read(o, s), r = 0;

	for (uint32_t i = 0; i < o->n && r >= 0; i++)
		r = take_key(s, rows, o->keys + (size_t)i * s->table->key_size,
			o->values + i * nwords, busy);
	return r < 0 ? r : more;
}
