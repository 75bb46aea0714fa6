// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the words of an aggregation's value mean: the number shown, the labels of
// buckets, and the rank by which entries are sorted.

#include <stdint.h>

#include "client/decode/schema.h"

// Position of the words.
enum { AGG_N = 0, AGG_SUM_WORD = 1, AGG_EXTREME = 1, AGG_BUCKETS = 2 };

// The number shown, of any function but the quantize family. normal is not 0.
int64_t agg_number(const struct agg *a, const uint64_t *words, uint64_t normal);
// floor(sqrt(sum(x^2)/n - (sum(x)/n)^2)) in 128 bits; words as for AGG_STDDEV.
uint64_t agg_stddev(const uint64_t *words, uint64_t normal);

// The label of each bucket (agg_nbuckets() of them); where the first and last
// are open ends, what stands behind the `<` and the `>=`.
void agg_labels(const struct agg *a, int64_t *labels);

// Entries are sorted by value, then tie. labels as above, or NULL if not of the
// quantize family.
struct agg_rank {
	long double value;
	int64_t tie;
};
struct agg_rank agg_rank(const struct agg *a, const uint64_t *words, const int64_t *labels);
int agg_rank_compare(const struct agg_rank *a, const struct agg_rank *b);
