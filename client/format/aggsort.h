// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The rows of one or several aggregations with the same keys, joined by key and
// put in the order that the aggsort options ask for.

#include <stdbool.h>
#include <stdint.h>

#include "client/decode/tables.h"

struct aggsort {
	bool bykey, reverse;
	int64_t pos, keypos;
};

struct agg_rows {
	uint32_t n, ntables;
	const uint8_t **keys;	// n
	int64_t *entries;	// n * ntables: entry number, -1 none
};

// tables: at least one. 0 or -ENOMEM.
int agg_rows_collect(const struct schema *s, struct table *const *tables, uint32_t ntables,
		     const struct aggsort *order, struct agg_rows *rows);
void agg_rows_deinit(struct agg_rows *rows);
