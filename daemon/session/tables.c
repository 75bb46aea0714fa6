// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Snapshots, see tables.h.

#include "daemon/session/tables.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "daemon/util.h"
#include "dlang/bpf/segment.h"

enum { BATCH = 4096 };

// ---- rows ------------------------------------------------------------------

void rows_init(struct rows *r, const struct object_table *table)
{
	*r = (struct rows){ .key_size = table->key_size, .nadd = table->nadd, .nmax = table->nmax };
	r->row_size = r->key_size + 8 * ((size_t)r->nadd + r->nmax);
}

void rows_deinit(struct rows *r)
{
	free(r->data);
	free(r->index);
	*r = (struct rows){ 0 };
}

static uint64_t load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static uint32_t hash_key(const uint8_t *key, uint32_t size)
{
	uint64_t h = 0x9e3779b97f4a7c15ull, word;

	for (uint32_t i = 0; i < size; i += 8) {
		memcpy(&word, key + i, sizeof word);
		h = (h ^ word) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	return (uint32_t)(h * 0xc4ceb9fe1a85ec53ull >> 32);
}

static uint8_t *row_at(const struct rows *r, size_t i)
{
	return r->data + i * r->row_size;
}

// The place in the index of a key, or the empty place where it belongs.
static size_t find_place(const struct rows *r, const uint8_t *key, uint32_t hash)
{
	size_t mask = r->index_size - 1, at = hash & mask;

	while (r->index[at].row && (r->index[at].hash != hash ||
		memcmp(row_at(r, r->index[at].row - 1), key, r->key_size)))
		at = (at + 1) & mask;
	return at;
}

static int set_row_room(struct rows *r, size_t cap)
{
	uint8_t *data = reallocarray(r->data, cap, r->row_size);

	if (!data)
		return -ENOMEM;
	r->data = data;
	r->cap = cap;
	return 0;
}

static int set_index_size(struct rows *r, size_t size)
{
	struct row_ref *old = r->index, *index = calloc(size, sizeof *index);
	size_t mask = size - 1;

	if (!index)
		return -ENOMEM;
	for (size_t i = 0; i < r->index_size; i++) {
		size_t at = old[i].hash & mask;

		if (!old[i].row)
			continue;
		while (index[at].row)
			at = (at + 1) & mask;
		index[at] = old[i];
	}
	free(old);
	r->index = index;
	r->index_size = size;
	return 0;
}

void rows_expect(struct rows *r, size_t n)
{
	size_t size = 256;

	while (size < 2 * (n + 1))
		size *= 2;
	if (n > r->cap)
		set_row_room(r, n);
	if (size > r->index_size)
		set_index_size(r, size);
}

static int new_row(struct rows *r, const uint8_t *key, uint32_t hash, size_t place)
{
	uint8_t *row;

	if (r->n == r->cap && set_row_room(r, r->cap ? 2 * r->cap : 64) < 0)
		return -ENOMEM;
	row = row_at(r, r->n);
	memcpy(row, key, r->key_size);
	memset(row + r->key_size, 0, r->row_size - r->key_size);
	r->index[place] = (struct row_ref){ hash, (uint32_t)++r->n };
	return 0;
}

int rows_add(struct rows *r, const uint8_t *key, uint32_t hash, const uint64_t *words)
{
	uint64_t *sum;
	size_t place;

	// The index stays at most half full.
	if (2 * (r->n + 1) > r->index_size &&
	    set_index_size(r, r->index_size ? 4 * r->index_size : 256) < 0)
		return -ENOMEM;
	place = find_place(r, key, hash);
	if (!r->index[place].row && new_row(r, key, hash, place) < 0)
		return -ENOMEM;
	sum = (uint64_t *)(void *)(row_at(r, r->index[place].row - 1) + r->key_size);
	for (uint32_t i = 0; i < r->nadd; i++)
		sum[i] += load(&words[i]);
	for (uint32_t i = r->nadd; i < r->nadd + r->nmax; i++) {
		uint64_t word = load(&words[i]);

		sum[i] = word > sum[i] ? word : sum[i];
	}
	return 0;
}

// ---- tables in the segment -------------------------------------------------

static bool any_word(const uint64_t *words, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (load(&words[i]))
			return true;
	}
	return false;
}

bool table_is_new(const struct object_table *t, const uint64_t *words)
{
	return t->nmax && !any_word(words, t->nadd + t->nmax);
}

// Entries that are claimed but not ready have no count yet. One without a key is
// never claimed, and may be written to just when it becomes free.
static bool is_in_use(const struct object_table *t, const struct table_entry *e)
{
	if (e->state & ENTRY_LEAVING)
		return true;
	return !t->key_size && any_word(e->words, t->nadd + t->nmax);
}

static int visit_entries(const struct object_table *t, uint8_t *at, table_entry_fn *fn, void *arg)
{
	size_t size = 8 + t->key_size + 8 * ((size_t)t->nadd + t->nmax);

	for (uint32_t i = 0; i < t->entries; i++, at += size) {
		struct table_entry e = {
			.word = (uint64_t *)(void *)(at + ENTRY_STATE), .key = at + ENTRY_KEY,
			.words = (uint64_t *)(void *)(at + ENTRY_KEY + t->key_size),
		};
		int r;

		e.state = __atomic_load_n(e.word, __ATOMIC_ACQUIRE);
		if (!is_in_use(t, &e))
			continue;
		r = fn(arg, &e);
		if (r < 0)
			return r;
	}
	return 0;
}

int table_visit(const struct table_source *s, table_entry_fn *fn, void *arg)
{
	int r = 0;

	for (uint32_t cpu = 0; cpu < s->ncpus && r >= 0; cpu++) {
		uint8_t *at = s->seg + (uint64_t)cpu * s->area_size + s->table->offset;

		r = visit_entries(s->table, at, fn, arg);
	}
	return r;
}

// ---- the overflow hash -----------------------------------------------------

static int make_room(struct overflow_reader *o, const struct table_source *s, uint32_t room)
{
	free(o->keys);
	free(o->values);
	o->keys = malloc((size_t)room * s->table->key_size);
	o->values = malloc((size_t)room * 8 * (s->table->nadd + s->table->nmax));
	o->room = room;
	return o->keys && o->values ? 0 : -ENOMEM;
}

// The kernel wants room for a whole bucket, which may take more than was offered.
int overflow_read(struct overflow_reader *o, const struct table_source *s)
{
	int r = o->room ? 0 : make_room(o, s, BATCH);

	o->n = 0;
	if (o->ended)
		return 0;
	while (r >= 0) {
		uint32_t n = o->room;

		r = bpf_map_lookup_batch(s->overflow, o->started ? &o->position : NULL,
			&o->position, o->keys, o->values, &n, NULL);
		if (r >= 0 || r == -ENOENT) {
			o->started = true;
			o->ended = r < 0;
			o->n = n;
			return !o->ended;
		}
		if (r == -ENOSPC && o->room < 1u << 24)
			r = make_room(o, s, o->room * 4);
	}
	return r;
}

void overflow_close(struct overflow_reader *o)
{
	free(o->keys);
	free(o->values);
	*o = (struct overflow_reader){ 0 };
}

// Entries in use on the CPU that has the most.
static size_t count_entries(const struct table_source *s)
{
	const struct object_table *t = s->table;
	size_t size = 8 + t->key_size + 8 * ((size_t)t->nadd + t->nmax), most = 0;

	for (uint32_t cpu = 0; cpu < s->ncpus; cpu++) {
		const uint8_t *entry = s->seg + (uint64_t)cpu * s->area_size + t->offset;
		size_t n = 0;

		for (uint32_t i = 0; i < t->entries; i++, entry += size)
			n += load((const uint64_t *)(const void *)entry) != 0;
		most = n > most ? n : most;
	}
	return most;
}

// Neighbours in a table have neighbouring tags: going through the index in the
// same order keeps the caches warm.
static int add_entry(void *arg, const struct table_entry *e)
{
	return rows_add(arg, e->key, (uint32_t)(e->state >> 32), e->words);
}

// Keys in the overflow hash have no tag.
static int use_own_hashes(struct rows *r)
{
	size_t size = r->index_size ? r->index_size : 256;

	free(r->index);
	r->index = calloc(size, sizeof *r->index);
	r->index_size = r->index ? size : 0;
	if (!r->index)
		return -ENOMEM;
	for (size_t i = 0; i < r->n; i++) {
		uint32_t hash = hash_key(row_at(r, i), r->key_size);

		r->index[find_place(r, row_at(r, i), hash)] =
			(struct row_ref){ hash, (uint32_t)i + 1 };
	}
	r->own_hashes = true;
	return 0;
}

int rows_add_untagged(struct rows *r, const uint8_t *key, const uint64_t *words)
{
	if (!r->own_hashes && use_own_hashes(r) < 0)
		return -ENOMEM;
	return rows_add(r, key, hash_key(key, r->key_size), words);
}

static int add_overflow(const struct table_source *s, struct rows *rows)
{
	CLEANUP(overflow_close) struct overflow_reader o = { 0 };
	size_t value_words = s->table->nadd + s->table->nmax;
	int more = 1, r = 0;

	while (more > 0 && r >= 0) {
		more = overflow_read(&o, s);
		for (uint32_t i = 0; i < o.n && r >= 0; i++) {
			if (table_is_new(s->table, o.values + i * value_words))
				continue;
			r = rows_add_untagged(rows, o.keys + (size_t)i * rows->key_size,
				o.values + i * value_words);
		}
	}
	return r < 0 ? r : more;
}

int table_snapshot(const struct table_source *s, struct rows *r)
{
	int result;

	rows_init(r, s->table);
	rows_expect(r, count_entries(s));
	result = table_visit(s, add_entry, r);
	if (result >= 0 && s->overflow >= 0)
		result = add_overflow(s, r);
	if (result < 0)
		rows_deinit(r);
	return result;
}
