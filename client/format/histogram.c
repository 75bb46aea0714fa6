// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Histograms, see histogram.h. A bar is at most 40 columns; with positive and
// negative values both it is two halves of 20 around the axis.

#include "client/format/histogram.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/decode/aggvalue.h"
#include "client/format/number.h"

enum { BAR = 40, LABEL = 16, COUNT = 9, PACK_LABEL = 8 };

static const char distribution[] = "------------- Distribution -------------";

// ---- bars ------------------------------------------------------------------

static long double magnitude(int64_t v)
{
	return v < 0 ? -(long double)v : (long double)v;
}

void histogram_scale_add(struct histogram_scale *scale, int64_t v, bool zoom)
{
	scale->positive |= v > 0;
	scale->negative |= v < 0;
	if (!zoom)
		scale->total += magnitude(v);
	else if (magnitude(v) / 0.95L > scale->total)
		scale->total = magnitude(v) / 0.95L;
}

// A bar growing to the right over len columns: whole blocks, then one of the
// eighths U+258F (one) to U+2589 (seven).
static void put_bar_utf8(struct outbuf *b, long double filled, int len)
{
	int eighths = (int)(filled * 8 + 0.5L), whole = eighths / 8, rest = eighths % 8;
	char partial[3] = { (char)0xe2, (char)0x96, (char)(0x90 - rest) };

	for (int i = 0; i < whole; i++)
		outbuf_put(b, "\xe2\x96\x88", 3);
	if (rest)
		outbuf_put(b, partial, 3);
	outbuf_fill(b, ' ', len - whole - (rest > 0));
}

void histogram_row(struct outbuf *b, int64_t v, uint64_t normal, const struct histogram_scale *scale,
		   const struct histogram_style *style)
{
	bool mixed = scale->positive && scale->negative;
	int len = mixed ? BAR / 2 : BAR, depth;
	long double filled = scale->total > 0 ? magnitude(v) * len / scale->total : 0;

	depth = (int)(filled + 0.5L);
	if (mixed ? v <= 0 : scale->negative) {
		outbuf_fill(b, ' ', len - depth);
		outbuf_fill(b, '@', depth);
		outbuf_char(b, '|');
		outbuf_fill(b, ' ', mixed ? len : 0);
	} else {
		outbuf_fill(b, ' ', mixed ? len : 0);
		outbuf_char(b, '|');
		if (style->utf8) {
			put_bar_utf8(b, filled, len);
		} else {
			outbuf_fill(b, '@', depth);
			outbuf_fill(b, ' ', len - depth);
		}
	}
	outbuf_char(b, ' ');
	decimal_put(b, normal == UINT64_MAX ? (int64_t)(0 - (uint64_t)v) : v / (int64_t)normal, -COUNT);
	outbuf_char(b, '\n');
}

void histogram_header(struct outbuf *b, int width, const char *what)
{
	outbuf_printf(b, "\n%*s %41s %-9s\n", width, what, distribution, "count");
}

// ---- which buckets ---------------------------------------------------------

// What is shown when every bucket is empty.
static struct histogram_range empty_range(const struct agg *a)
{
	if (a->func == AGG_QUANTIZE)
		return (struct histogram_range){ QUANTIZE_ZERO - 1, QUANTIZE_ZERO + 1 };
	return (struct histogram_range){ 0, a->func == AGG_LQUANTIZE ? 2 : 1 };
}

// From one bucket before the first in use to one after the last, within the array.
static struct histogram_range used_range(const struct agg *a, const int64_t *buckets)
{
	uint32_t n = agg_nbuckets(a), first = 0, last = n - 1;

	while (first < n && !buckets[first])
		first++;
	if (first == n)
		return empty_range(a);
	while (!buckets[last])
		last--;
	return (struct histogram_range){ first ? first - 1 : 0, last < n - 1 ? last + 1 : last };
}

void histogram_range(const struct agg *a, const int64_t *buckets, struct histogram_range *range)
{
	struct histogram_range used = used_range(a, buckets);

	if (used.first < range->first)
		range->first = used.first;
	if (used.last > range->last)
		range->last = used.last;
}

// ---- whole histograms ------------------------------------------------------

static void put_label(struct outbuf *b, const struct agg *a, uint32_t i, int64_t label)
{
	char tmp[32];
	const char *open = "";

	if (a->func != AGG_QUANTIZE && i == 0)
		open = "< ";
	else if (a->func != AGG_QUANTIZE && i == agg_nbuckets(a) - 1)
		open = ">= ";
	if (!*open) {
		decimal_put(b, label, LABEL);
	} else {
		snprintf(tmp, sizeof(tmp), "%s%lld", open, (long long)label);
		outbuf_pad(b, tmp, strlen(tmp), LABEL);
	}
	outbuf_char(b, ' ');
}

void histogram_print(struct outbuf *b, const struct agg *a, const int64_t *buckets, uint64_t normal,
		     const struct histogram_style *style)
{
	struct histogram_range range = used_range(a, buckets);
	struct histogram_scale scale = { 0 };
	int64_t *labels = calloc(agg_nbuckets(a), sizeof(*labels));

	if (!labels) {
		b->err = b->err ? b->err : -ENOMEM;
		return;
	}
	agg_labels(a, labels);
	for (uint32_t i = range.first; i <= range.last; i++)
		histogram_scale_add(&scale, buckets[i], style->zoom);
	histogram_header(b, LABEL, "value");
	for (uint32_t i = range.first; i <= range.last; i++) {
		put_label(b, a, i, labels[i]);
		histogram_row(b, buckets[i], normal, &scale, style);
	}
	free(labels);
}

// ---- packed ----------------------------------------------------------------

static int label_at(const struct agg *a, uint32_t i, char *tmp, size_t n)
{
	int64_t *labels = calloc(agg_nbuckets(a), sizeof(*labels));
	int len = 0;

	tmp[0] = '\0';
	if (labels) {
		agg_labels(a, labels);
		len = snprintf(tmp, n, "%s%lld",
			       a->func == AGG_QUANTIZE ? "" :
			       i == 0 ? "< " : i == agg_nbuckets(a) - 1 ? ">= " : "",
			       (long long)labels[i]);
	}
	free(labels);
	return len;
}

static int pack_width(const struct agg *a, uint32_t i)
{
	char tmp[32];
	int n = label_at(a, i, tmp, sizeof(tmp));

	if (a->func == AGG_QUANTIZE)
		return n > 3 ? n : 3;
	return PACK_LABEL;
}

void histogram_pack_header(struct outbuf *b, const struct agg *a, const struct histogram_range *range, int width)
{
	outbuf_printf(b, "\n%*s %*s .", width, width > 0 ? "key" : "", pack_width(a, range->first), "min");
	outbuf_fill(b, '-', (int64_t)range->last - range->first + 1);
	outbuf_printf(b, ". %-*s | count\n", pack_width(a, range->last), "max");
}

// One glyph: blank for none, else the higher the more.
static void put_glyph(struct outbuf *b, int64_t v, long double total, bool utf8)
{
	static const char up[] = "__xxxxXX", down[] = "vvvvVV";
	const char *glyphs = v < 0 ? down : up;
	unsigned int steps = v < 0 ? sizeof(down) - 2 : sizeof(up) - 2, at;

	if (!v) {
		outbuf_char(b, ' ');
		return;
	}
	at = (unsigned int)(magnitude(v) * steps / total + 0.5L);
	at = at > steps ? steps : at;
	if (utf8 && v > 0) {
		char block[3] = { (char)0xe2, (char)0x96, (char)(0x81 + at) };

		outbuf_put(b, block, 3);
	} else {
		outbuf_char(b, glyphs[at]);
	}
}

void histogram_pack(struct outbuf *b, const struct agg *a, const int64_t *buckets, uint64_t normal,
		    const struct histogram_range *range, const struct histogram_style *style)
{
	struct histogram_scale scale = { 0 };
	uint64_t count = 0;
	char tmp[32];

	for (uint32_t i = range->first; i <= range->last; i++) {
		histogram_scale_add(&scale, buckets[i], style->zoom);
		count += (uint64_t)buckets[i];
	}
	label_at(a, range->first, tmp, sizeof(tmp));
	outbuf_printf(b, " %*s :", pack_width(a, range->first), tmp);
	for (uint32_t i = range->first; i <= range->last; i++)
		put_glyph(b, buckets[i], scale.total, style->utf8);
	label_at(a, range->last, tmp, sizeof(tmp));
	outbuf_printf(b, ": %-*s | %lld\n", pack_width(a, range->last), tmp,
		      (long long)(normal == UINT64_MAX ? 0 - count : (uint64_t)((int64_t)count / (int64_t)normal)));
}
