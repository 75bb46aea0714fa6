// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A viewer's aggregations. The daemon sends all rows of a table whenever asked
// (a snapshot); rows whose keys print alike are one entry here. What clear() and
// trunc() take away is remembered as a baseline: clear() subtracts, trunc() also
// hides an entry until its words change again. When the daemon frees entries, the
// words that they had are taken off the baseline too; what is left of it are
// updates that no snapshot has seen. An entry without words and baseline is
// forgotten.

#include <stdbool.h>
#include <stdint.h>

#include "client/decode/schema.h"

struct table;

struct names;

// names: of addresses that are keys; NULL: none.
int table_new(const struct schema *s, uint32_t agg, struct names *names, struct table **tablep);
struct table *table_free(struct table *t);

// A snapshot: begin, its rows in any number of parts, end.
void table_begin(struct table *t);
// -EBADMSG when sizes do not fit the schema.
int table_rows(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n);
int table_end(struct table *t);

// Notes the addresses in the keys of rows, as far as they decide which rows are one.
int table_want(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n);

// Rows that the daemon has freed since the last snapshot, in any number of parts.
int table_freed(struct table *t, uint32_t key_size, uint32_t nwords, const uint8_t *rows, size_t n);

// The actions, relative to the last snapshot.
int table_clear(struct table *t);
int table_trunc(struct table *t, bool has_count, int64_t count);
void table_normalize(struct table *t, uint64_t normal);

// Reading. Entries are numbered below table_count(); hidden ones are not shown.
const struct agg *table_agg(const struct table *t);
uint64_t table_normal(const struct table *t);
uint32_t table_count(const struct table *t);
bool table_visible(const struct table *t, uint32_t entry);
const uint8_t *table_key(const struct table *t, uint32_t entry);
// The value words less the baseline: nwords of them.
void table_words(const struct table *t, uint32_t entry, uint64_t *words);
// The entry with this key (as table_key() of a table with the same keys), or -1.
int64_t table_find(const struct table *t, const uint8_t *key);
