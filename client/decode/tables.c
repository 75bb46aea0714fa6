// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The aggregation store, see tables.h. Entries are columns of arrays; an open
// hash of entry numbers (plus one) finds a key.

#include "client/decode/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/address.h"
#include "client/decode/aggvalue.h"
#include "client/decode/keys.h"

enum {
	SEEN = 1,	// in this snapshot
	HIDDEN = 2,	// truncated, and not changed since
	KEPT = 4,	// cleared: stays, even if the daemon has no words for it
};

struct table {
	const struct agg *agg;
	struct keys *canonical;
	struct names *names;
	uint64_t normal;
	uint32_t count, cap;
	uint8_t *keys;
	uint64_t *words;
	uint64_t *base;		// NULL until something was cleared. What is to be subtracted;
				// of words that merge by maximum: one more value to merge
	uint8_t *flags;
	uint32_t *index;
	uint32_t mask;
	uint8_t *tmp;		// one key
};

int table_new(const struct schema *s, uint32_t agg, struct names *names, struct table **tablep)
{
	struct table *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->agg = &s->aggs[agg];
	t->names = names;
	t->normal = 1;
	t->tmp = malloc(t->agg->key_size + 1);
	r = t->tmp ? keys_new(s, t->agg, names, &t->canonical) : -ENOMEM;
	if (r < 0) {
		table_free(t);
		return r;
	}
	*tablep = t;
	return 0;
}

struct table *table_free(struct table *t)
{
	if (!t)
		return NULL;
	keys_free(t->canonical);
	free(t->keys);
	free(t->words);
	free(t->base);
	free(t->flags);
	free(t->index);
	free(t->tmp);
	free(t);
	return NULL;
}

static uint8_t *key_at(const struct table *t, uint32_t entry)
{
	return t->keys + (size_t)entry * t->agg->key_size;
}

static uint64_t *words_at(const struct table *t, uint32_t entry)
{
	return t->words + (size_t)entry * t->agg->nwords;
}

static uint64_t *base_at(const struct table *t, uint32_t entry)
{
	return t->base + (size_t)entry * t->agg->nwords;
}

// Words that only add and so can have a baseline; the rest merges by maximum.
static uint32_t nadd(const struct agg *a)
{
	return a->func == AGG_MIN || a->func == AGG_MAX ? 1 : a->nwords;
}

// ---- growing and finding ---------------------------------------------------

static void index_put(struct table *t, uint32_t entry)
{
	uint32_t at = keys_hash(key_at(t, entry), t->agg->key_size) & t->mask;

	while (t->index[at])
		at = (at + 1) & t->mask;
	t->index[at] = entry + 1;
}

static int reindex(struct table *t, uint32_t slots)
{
	uint32_t *index = calloc(slots, sizeof(*index));

	if (!index)
		return -ENOMEM;
	free(t->index);
	t->index = index;
	t->mask = slots - 1;
	for (uint32_t i = 0; i < t->count; i++)
		index_put(t, i);
	return 0;
}

static int grow_column(void *columnp, size_t n, size_t size)
{
	void *old, *grown;

	memcpy(&old, columnp, sizeof(old));
	grown = reallocarray(old, n, size ? size : 1);
	if (!grown)
		return -ENOMEM;
	memcpy(columnp, &grown, sizeof(grown));
	return 0;
}

static int grow(struct table *t)
{
	uint32_t cap = t->cap ? t->cap * 2 : 8;
	size_t value = t->agg->nwords * sizeof(uint64_t);
	int r;

	if (cap > UINT32_MAX / 4)
		return -ENOMEM;
	r = grow_column(&t->keys, cap, t->agg->key_size);
	if (r == 0)
		r = grow_column(&t->words, cap, value);
	if (r == 0)
		r = grow_column(&t->flags, cap, 1);
	if (r == 0 && t->base)
		r = grow_column(&t->base, cap, value);
	if (r == 0)
		r = reindex(t, cap * 2);
	if (r == 0)
		t->cap = cap;
	return r;
}

int64_t table_find(const struct table *t, const uint8_t *key)
{
	uint32_t size = t->agg->key_size, at;

	if (!t->index)
		return -1;
	for (at = keys_hash(key, size) & t->mask; t->index[at]; at = (at + 1) & t->mask)
		if (memcmp(key_at(t, t->index[at] - 1), key, size) == 0)
			return t->index[at] - 1;
	return -1;
}

static int find_or_add(struct table *t, const uint8_t *key, uint32_t *entryp)
{
	int64_t found = table_find(t, key);
	uint32_t entry;
	int r;

	if (found >= 0) {
		*entryp = (uint32_t)found;
		return 0;
	}
	if (t->count == t->cap) {
		r = grow(t);
		if (r < 0)
			return r;
	}
	entry = t->count++;
	memcpy(key_at(t, entry), key, t->agg->key_size);
	memset(words_at(t, entry), 0, t->agg->nwords * sizeof(uint64_t));
	if (t->base)
		memset(base_at(t, entry), 0, t->agg->nwords * sizeof(uint64_t));
	t->flags[entry] = 0;
	index_put(t, entry);
	*entryp = entry;
	return 0;
}

// ---- snapshots -------------------------------------------------------------

void table_begin(struct table *t)
{
	for (uint32_t i = 0; i < t->count; i++)
		t->flags[i] &= (uint8_t)~SEEN;
	if (t->count)
		memset(t->words, 0, (size_t)t->count * t->agg->nwords * sizeof(uint64_t));
}

static uint64_t row_word(const struct agg *a, const uint8_t *row, uint32_t i)
{
	uint64_t word;

	memcpy(&word, row + a->key_size + i * sizeof(word), sizeof(word));
	return word;
}

static uint64_t max_word(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static int add_row(struct table *t, const uint8_t *row)
{
	const struct agg *a = t->agg;
	uint32_t entry;
	uint64_t *words, word;
	int r;

	keys_canonical(t->canonical, row, t->tmp);
	r = find_or_add(t, t->tmp, &entry);
	if (r < 0)
		return r;
	t->flags[entry] |= SEEN;
	words = words_at(t, entry);
	for (uint32_t i = 0; i < a->nwords; i++) {
		word = row_word(a, row, i);
		words[i] = i < nadd(a) ? words[i] + word : max_word(words[i], word);
	}
	return 0;
}

static int need_base(struct table *t)
{
	if (t->base)
		return 0;
	t->base = calloc((size_t)t->cap * t->agg->nwords + 1, sizeof(uint64_t));
	return t->base ? 0 : -ENOMEM;
}

static bool any_base(const struct table *t, uint32_t entry)
{
	for (uint32_t i = 0; t->base && i < nadd(t->agg); i++)
		if (base_at(t, entry)[i])
			return true;
	return false;
}

// The daemon has freed an entry. The words that it then had are subtracted on
// both sides, so that the difference stays. A maximum is kept if it may be that
// of an update which is still to be shown.
static int free_row(struct table *t, const uint8_t *row)
{
	const struct agg *a = t->agg;
	uint64_t *words, *base, word;
	bool fresh = false;
	uint32_t entry;
	int r;

	keys_canonical(t->canonical, row, t->tmp);
	r = find_or_add(t, t->tmp, &entry);
	if (r < 0)
		return r;
	words = words_at(t, entry);
	base = base_at(t, entry);
	for (uint32_t i = 0; i < a->nwords; i++) {
		word = row_word(a, row, i);
		if (i < nadd(a)) {
			base[i] -= word;
			words[i] -= word;
			fresh |= base[i] != 0;
		} else if (fresh) {
			base[i] = max_word(base[i], word);
		}
	}
	if (!fresh)
		t->flags[entry] &= (uint8_t)~HIDDEN;	// forgotten, unless it comes again
	return 0;
}

static int each_row(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n,
		    int (*fn)(struct table *t, const uint8_t *row))
{
	const struct agg *a = t->agg;
	size_t size = a->key_size + (size_t)a->nwords * sizeof(uint64_t);
	int r = 0;

	if (key_size != a->key_size || nwords != a->nwords || n % size)
		return -EBADMSG;
	for (size_t pos = 0; r == 0 && pos < n; pos += size)
		r = fn(t, rows + pos);
	return r;
}

int table_rows(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n)
{
	return each_row(t, key_size, nwords, rows, n, add_row);
}

static int want_row(struct table *t, const uint8_t *row)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < t->agg->nkeys; i++)
		if (address_merges(&t->agg->keys[i]))
			r = address_want(t->names, &t->agg->keys[i], row);
	return r;
}

int table_want(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n)
{
	bool merges = false;

	for (uint32_t i = 0; i < t->agg->nkeys; i++)
		merges |= address_merges(&t->agg->keys[i]);
	return merges && t->names ? each_row(t, key_size, nwords, rows, n, want_row) : 0;
}

int table_freed(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n)
{
	int r = need_base(t);

	return r < 0 ? r : each_row(t, key_size, nwords, rows, n, free_row);
}

static void settle(struct table *t, uint32_t entry)
{
	if ((t->flags[entry] & HIDDEN) &&
	    memcmp(words_at(t, entry), base_at(t, entry), nadd(t->agg) * sizeof(uint64_t)))
		t->flags[entry] &= (uint8_t)~HIDDEN;
}

// Moves an entry down to where one has left.
static void move_entry(struct table *t, uint32_t to, uint32_t from)
{
	size_t value = t->agg->nwords * sizeof(uint64_t);

	if (to == from)
		return;
	memcpy(key_at(t, to), key_at(t, from), t->agg->key_size);
	memcpy(words_at(t, to), words_at(t, from), value);
	if (t->base)
		memcpy(base_at(t, to), base_at(t, from), value);
	t->flags[to] = t->flags[from];
}

int table_end(struct table *t)
{
	uint32_t kept = 0, before = t->count;

	for (uint32_t i = 0; i < t->count; i++) {
		if (!(t->flags[i] & (SEEN | KEPT)) && !any_base(t, i))
			continue;
		move_entry(t, kept, i);
		settle(t, kept);
		kept++;
	}
	t->count = kept;
	return kept != before ? reindex(t, t->mask + 1) : 0;
}

// ---- actions ---------------------------------------------------------------

// What there is now is not counted any more.
static void zero_entry(struct table *t, uint32_t entry)
{
	uint32_t n = nadd(t->agg);

	memcpy(base_at(t, entry), words_at(t, entry), n * sizeof(uint64_t));
	memset(base_at(t, entry) + n, 0, (t->agg->nwords - n) * sizeof(uint64_t));
}

int table_clear(struct table *t)
{
	int r = need_base(t);

	if (r < 0)
		return r;
	for (uint32_t i = 0; i < t->count; i++) {
		zero_entry(t, i);
		t->flags[i] |= KEPT;
	}
	return 0;
}

static void hide(struct table *t, uint32_t entry)
{
	zero_entry(t, entry);
	t->flags[entry] |= HIDDEN;
	t->flags[entry] &= (uint8_t)~KEPT;
}

struct ranked {
	struct agg_rank rank;
	uint32_t entry;
};

static int compare_ranked(const void *a, const void *b, void *userdata)
{
	const struct ranked *ra = a, *rb = b;
	const struct table *t = userdata;
	int r = agg_rank_compare(&ra->rank, &rb->rank);

	return r ? r : memcmp(key_at(t, ra->entry), key_at(t, rb->entry), t->agg->key_size);
}

// The visible entries in ascending order of value.
static int rank_entries(struct table *t, struct ranked **rankedp, uint32_t *np)
{
	struct ranked *ranked = calloc((size_t)t->count + 1, sizeof(*ranked));
	int64_t *labels = calloc((size_t)agg_nbuckets(t->agg) + 1, sizeof(*labels));
	uint64_t *words = calloc((size_t)t->agg->nwords + 1, sizeof(*words));
	int r = ranked && labels && words ? 0 : -ENOMEM;
	uint32_t n = 0;

	if (r == 0) {
		if (agg_is_quantize(t->agg))
			agg_labels(t->agg, labels);
		for (uint32_t i = 0; i < t->count; i++) {
			if (t->flags[i] & HIDDEN)
				continue;
			table_words(t, i, words);
			ranked[n++] = (struct ranked){ agg_rank(t->agg, words, labels), i };
		}
		qsort_r(ranked, n, sizeof(*ranked), compare_ranked, t);
	}
	free(labels);
	free(words);
	if (r < 0) {
		free(ranked);
		return r;
	}
	*rankedp = ranked;
	*np = n;
	return 0;
}

int table_trunc(struct table *t, bool has_count, int64_t count)
{
	uint64_t keep = has_count ? (count < 0 ? 0 - (uint64_t)count : (uint64_t)count) : 0;
	struct ranked *ranked;
	uint32_t n;
	int r;

	r = need_base(t);
	if (r < 0)
		return r;
	if (!keep) {
		for (uint32_t i = 0; i < t->count; i++)
			hide(t, i);
		return 0;
	}
	r = rank_entries(t, &ranked, &n);
	if (r < 0)
		return r;
	for (uint32_t i = 0; i < n; i++)
		if (count > 0 ? n - i > keep : i >= keep)
			hide(t, ranked[i].entry);
	free(ranked);
	return 0;
}

void table_normalize(struct table *t, uint64_t normal)
{
	t->normal = normal;
}

// ---- reading ---------------------------------------------------------------

const struct agg *table_agg(const struct table *t)
{
	return t->agg;
}

uint64_t table_normal(const struct table *t)
{
	return t->normal;
}

uint32_t table_count(const struct table *t)
{
	return t->count;
}

bool table_visible(const struct table *t, uint32_t entry)
{
	return !(t->flags[entry] & HIDDEN);
}

const uint8_t *table_key(const struct table *t, uint32_t entry)
{
	return key_at(t, entry);
}

void table_words(const struct table *t, uint32_t entry, uint64_t *words)
{
	uint32_t n = nadd(t->agg);

	memcpy(words, words_at(t, entry), t->agg->nwords * sizeof(uint64_t));
	if (!t->base)
		return;
	for (uint32_t i = 0; i < t->agg->nwords; i++)
		words[i] = i < n ? words[i] - base_at(t, entry)[i] : max_word(words[i], base_at(t, entry)[i]);
}
