// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Distributions as text: the rows of quantize(), lquantize() and llquantize(),
// their packed one-line form, and bars for single values (agghist).

#include <stdbool.h>
#include <stdint.h>

#include "client/decode/schema.h"
#include "client/output/buf.h"

struct histogram_style {
	bool zoom;	// the longest bar fills the width
	bool utf8;	// blocks instead of @
};

// buckets: agg_nbuckets() of them; normal is not 0.
void histogram_print(struct outbuf *b, const struct agg *a, const int64_t *buckets, uint64_t normal,
		     const struct histogram_style *style);
// One line: smallest label, a glyph per bucket, largest label, count. The
// header names the columns for the same range.
struct histogram_range {
	uint32_t first, last;
};
// The buckets shown: around those in use; joins with a range already found.
void histogram_range(const struct agg *a, const int64_t *buckets, struct histogram_range *range);
void histogram_pack_header(struct outbuf *b, const struct agg *a, const struct histogram_range *range, int width);
void histogram_pack(struct outbuf *b, const struct agg *a, const int64_t *buckets, uint64_t normal,
		    const struct histogram_range *range, const struct histogram_style *style);

// Header and rows of a histogram whose rows the caller labels.
void histogram_header(struct outbuf *b, int width, const char *what);
struct histogram_scale {
	long double total;	// of what is displayed, absolute values
	bool positive, negative;
};
void histogram_scale_add(struct histogram_scale *scale, int64_t v, bool zoom);
void histogram_row(struct outbuf *b, int64_t v, uint64_t normal, const struct histogram_scale *scale,
		   const struct histogram_style *style);
