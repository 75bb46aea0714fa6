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

// Merges a table into rows: 0 or a negative errno.
int table_snapshot(const struct table_source *source, struct rows *r);

// Zeroes the words that merge by maximum, in every entry. Updates that happen
// meanwhile are kept, but for keys in the overflow hash.
int table_clear_maxima(const struct table_source *source);
