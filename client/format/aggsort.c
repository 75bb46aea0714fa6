// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Joining and sorting, see aggsort.h.

#include "client/format/aggsort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/address.h"
#include "client/decode/aggvalue.h"
#include "client/decode/records.h"
#include "client/format/value.h"

struct sorter {
	const struct schema *schema;
	const struct agg *agg;		// has the keys
	uint32_t ntables, pos, keypos;
	bool bykey, reverse;
	const struct agg_rows *rows;
	const struct agg_rank *ranks;	// by row and table
};

void agg_rows_deinit(struct agg_rows *rows)
{
	free(rows->keys);
	free(rows->entries);
	*rows = (struct agg_rows){ 0 };
}

// ---- comparing -------------------------------------------------------------

static int compare_text(const struct sorter *so, const struct value *v, const uint8_t *a, const uint8_t *b)
{
	struct source sa = { .schema = so->schema, .bytes = a }, sb = { .schema = so->schema, .bytes = b };
	size_t na, nb;
	const char *ta = value_text(v, &sa, &na), *tb = value_text(v, &sb, &nb);
	int r = memcmp(ta, tb, na < nb ? na : nb);

	return r ? r : na < nb ? -1 : na > nb;
}

// Word by word; of a process word the number of the process comes first.
static int compare_words(const struct value *v, const uint8_t *a, const uint8_t *b)
{
	bool user = v->kind == VK_USTACK || v->kind >= VK_USYM;

	for (uint32_t i = 0; i < v->size; i += 8) {
		uint64_t x = get_u64(a + v->offset + i), y = get_u64(b + v->offset + i);

		if (user && !i) {
			x = x << 32 | x >> 32;
			y = y << 32 | y >> 32;
		}
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static int compare_key(const struct sorter *so, const struct value *v, const uint8_t *a, const uint8_t *b)
{
	uint64_t ua, ub;

	if (value_is_address(v))
		return compare_words(v, a, b);
	if (v->kind == VK_BYTES)
		return memcmp(a + v->offset, b + v->offset, v->size);
	if (v->kind != VK_INT)
		return compare_text(so, v, a, b);
	ua = value_uint(v, a);
	ub = value_uint(v, b);
	return ua < ub ? -1 : ua > ub;
}

static int compare_keys(const struct sorter *so, uint32_t a, uint32_t b)
{
	uint32_t n = so->agg->nkeys;
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++)
		r = compare_key(so, &so->agg->keys[(so->keypos + i) % n], so->rows->keys[a],
				so->rows->keys[b]);
	return r;
}

static int compare_values(const struct sorter *so, uint32_t a, uint32_t b)
{
	uint32_t n = so->ntables;
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++) {
		uint32_t at = (so->pos + i) % n;

		r = agg_rank_compare(&so->ranks[(size_t)a * n + at], &so->ranks[(size_t)b * n + at]);
	}
	return r;
}

static int compare_rows(const void *pa, const void *pb, void *userdata)
{
	const struct sorter *so = userdata;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	int r = so->bykey ? compare_keys(so, a, b) : compare_values(so, a, b);

	if (!r)
		r = so->bykey ? compare_values(so, a, b) : compare_keys(so, a, b);
	return so->reverse ? -r : r;
}

// ---- joining ---------------------------------------------------------------

static bool visible(const struct table *t, int64_t entry)
{
	return entry >= 0 && table_visible(t, (uint32_t)entry);
}

// Adds the rows of tables[at] that no earlier table has.
static void join(struct table *const *tables, uint32_t at, struct agg_rows *rows)
{
	const struct table *t = tables[at];

	for (uint32_t e = 0; e < table_count(t); e++) {
		const uint8_t *key = table_key(t, e);
		int64_t *entries = rows->entries + (size_t)rows->n * rows->ntables;
		bool known = false;

		if (!table_visible(t, e))
			continue;
		for (uint32_t i = 0; i < rows->ntables; i++) {
			entries[i] = i == at ? e : table_find(tables[i], key);
			if (!visible(tables[i], entries[i]))
				entries[i] = -1;
			known |= i < at && entries[i] >= 0;
		}
		if (!known)
			rows->keys[rows->n++] = key;
	}
}

static int rank_table(const struct agg_rows *rows, const struct table *t, uint32_t at,
		      struct agg_rank *ranks)
{
	const struct agg *a = table_agg(t);
	int64_t *labels = calloc((size_t)agg_nbuckets(a) + 1, sizeof(*labels));
	uint64_t *words = calloc((size_t)a->nwords + 1, sizeof(*words));
	int r = labels && words ? 0 : -ENOMEM;

	if (r == 0) {
		if (agg_is_quantize(a))
			agg_labels(a, labels);
		for (uint32_t i = 0; i < rows->n; i++) {
			int64_t entry = rows->entries[(size_t)i * rows->ntables + at];

			if (entry < 0)
				continue;
			table_words(t, (uint32_t)entry, words);
			ranks[(size_t)i * rows->ntables + at] = agg_rank(a, words, labels);
		}
	}
	free(labels);
	free(words);
	return r;
}

// Puts the rows in the order of the permutation.
static int permute(struct agg_rows *rows, const uint32_t *order)
{
	size_t width = rows->ntables;
	const uint8_t **keys = calloc((size_t)rows->n + 1, sizeof(*keys));
	int64_t *entries = calloc((size_t)rows->n * width + 1, sizeof(*entries));

	if (!keys || !entries) {
		free(keys);
		free(entries);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < rows->n; i++) {
		keys[i] = rows->keys[order[i]];
		memcpy(entries + i * width, rows->entries + order[i] * width, width * sizeof(*entries));
	}
	free(rows->keys);
	free(rows->entries);
	rows->keys = keys;
	rows->entries = entries;
	return 0;
}

static int sort_rows(const struct schema *s, struct table *const *tables, const struct aggsort *order,
		     struct agg_rows *rows)
{
	const struct agg *a = table_agg(tables[0]);
	struct agg_rank *ranks = calloc((size_t)rows->n * rows->ntables + 1, sizeof(*ranks));
	uint32_t *index = calloc((size_t)rows->n + 1, sizeof(*index));
	struct sorter so = {
		.schema = s, .agg = a, .ntables = rows->ntables, .bykey = order->bykey,
		.reverse = order->reverse, .rows = rows, .ranks = ranks,
		.pos = order->pos >= 0 && order->pos < rows->ntables ? (uint32_t)order->pos : 0,
		.keypos = order->keypos >= 0 && order->keypos < a->nkeys ? (uint32_t)order->keypos : 0,
	};
	int r = ranks && index ? 0 : -ENOMEM;

	for (uint32_t i = 0; r == 0 && i < rows->ntables; i++)
		r = rank_table(rows, tables[i], i, ranks);
	if (r == 0) {
		for (uint32_t i = 0; i < rows->n; i++)
			index[i] = i;
		qsort_r(index, rows->n, sizeof(*index), compare_rows, &so);
		r = permute(rows, index);
	}
	free(ranks);
	free(index);
	return r;
}

int agg_rows_collect(const struct schema *s, struct table *const *tables, uint32_t ntables,
		     const struct aggsort *order, struct agg_rows *rows)
{
	size_t most = 1;
	int r;

	for (uint32_t i = 0; i < ntables; i++)
		most += table_count(tables[i]);
	*rows = (struct agg_rows){ .ntables = ntables };
	rows->keys = calloc(most, sizeof(*rows->keys));
	rows->entries = calloc(most * ntables, sizeof(*rows->entries));
	if (!rows->keys || !rows->entries) {
		agg_rows_deinit(rows);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < ntables; i++)
		join(tables, i, rows);
	r = sort_rows(s, tables, order, rows);
	if (r < 0)
		agg_rows_deinit(rows);
	return r;
}
