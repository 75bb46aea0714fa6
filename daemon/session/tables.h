// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Snapshots of aggregations: the per-CPU tables in the segment, and the kernel
// hash that takes what finds no place there, merged into rows of
// {key, value words}. A scan and an own hash table; no system call per key.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dlang/object.h"

// Where a table is.
struct table_source {
	const struct object_table *table;
	uint8_t *seg;
	uint32_t area_size, ncpus;
	int overflow;	// fd of the overflow hash, -1: none
};

// A place in the hash table of rows; row 0: empty. The hash decides nearly every
// comparison without a look at the row.
struct row_ref {
	uint32_t hash, row;	// number + 1
};

// Rows by key. Zeroed: empty, to be given its geometry by rows_init().
struct rows {
	uint32_t key_size, nadd, nmax;
	size_t row_size, n, cap;
	uint8_t *data;		// n rows, ready for the wire
	struct row_ref *index;	// open addressing; hashes are as the segment's tables have
				// them, whose order it then follows, or own ones
	bool own_hashes;
	size_t index_size;	// a power of two
};

void rows_init(struct rows *r, const struct object_table *table);
void rows_deinit(struct rows *r);

// Makes room for that many rows; only to save time.
void rows_expect(struct rows *r, size_t n);

// Adds words to the row of a key, which is made if it is new. The same key comes
// with the same hash each time. 0 or -ENOMEM.
int rows_add(struct rows *r, const uint8_t *key, uint32_t hash, const uint64_t *words);

// For a key whose hash in the segment's tables is not known; mixes with rows_add().
int rows_add_untagged(struct rows *r, const uint8_t *key, const uint64_t *words);

// Merges a table into rows: 0 or a negative errno.
int table_snapshot(const struct table_source *source, struct rows *r);

// ---- for those who free entries (freeing.h) ----

// An entry of a table in the segment, as it was met.
struct table_entry {
	uint64_t *word;		// its state, and what that was
	uint64_t state;
	uint8_t *key;
	uint64_t *words;
};

// Is an element of the overflow hash made, and its first maximum not stored yet?
bool table_is_new(const struct object_table *t, const uint64_t *words);

// Calls fn for the entries that are ready or leaving, of all CPUs, until it
// returns a negative errno, which is passed on.
typedef int table_entry_fn(void *arg, const struct table_entry *e);
int table_visit(const struct table_source *s, table_entry_fn *fn, void *arg);

// Reads the overflow hash in batches. Zeroed: at its beginning.
struct overflow_reader {
	uint8_t *keys;
	uint64_t *values;
	uint32_t n;		// keys of the last batch
	uint32_t room, position;
	bool started, ended;
};

// 1: there may be more; 0: this was the last batch; or a negative errno.
int overflow_read(struct overflow_reader *o, const struct table_source *s);
void overflow_close(struct overflow_reader *o);
