// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Aggregations as text: the default layout, and printa() with a format.

#include "client/format/aggsort.h"
#include "client/format/histogram.h"
#include "client/format/printf.h"

struct agg_style {
	struct aggsort sort;
	struct histogram_style histogram;
	bool hist;	// counts and sums as bars
	bool pack;	// distributions on one line
	const struct location_style *where;	// of keys that are addresses
};

// Notes the addresses among the keys that agg_print() would print. 0 or -ENOMEM.
int agg_want(const struct schema *s, struct table *const *tables, uint32_t ntables,
	     const struct printf_prog *prog, const struct agg_style *style);

// Prints the entries of tables (same keys) in order; prog NULL: default layout.
// 0 or -ENOMEM.
int agg_print(struct outbuf *b, const struct schema *s, struct table *const *tables, uint32_t ntables,
	      const struct printf_prog *prog, const struct agg_style *style);
