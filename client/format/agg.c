// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Printing of aggregations, see agg.h.

#include "client/format/agg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/aggvalue.h"
#include "client/format/conv.h"
#include "client/format/location.h"
#include "client/format/trace.h"

// One row being printed.
struct printing {
	const struct schema *schema;
	struct table *const *tables;
	const struct agg_style *style;
	const struct agg_rows *rows;
	uint64_t *words;		// of the value at hand
	uint32_t row;
	bool packed, bars;		// the layout of this call
	struct histogram_range range;
	struct histogram_scale scale;
};

// Reads the value of one aggregation in the row; zeros where it has none.
static const struct agg *load(const struct printing *pr, uint32_t row, uint32_t which)
{
	const struct table *t = pr->tables[which];
	const struct agg *a = table_agg(t);
	int64_t entry = pr->rows->entries[(size_t)row * pr->rows->ntables + which];

	if (entry >= 0)
		table_words(t, (uint32_t)entry, pr->words);
	else
		memset(pr->words, 0, a->nwords * sizeof(*pr->words));
	return a;
}

static const int64_t *buckets(const struct printing *pr)
{
	return (const int64_t *)pr->words + AGG_BUCKETS;
}

// %@ of a format
static void put_formatted(void *userdata, struct outbuf *b, const struct spec *spec, uint32_t which)
{
	const struct printing *pr = userdata;
	const struct agg *a = load(pr, pr->row, which);
	uint64_t normal = table_normal(pr->tables[which]);
	struct spec fixed = *spec;

	if (agg_is_quantize(a)) {
		histogram_print(b, a, buckets(pr), normal, &pr->style->histogram);
		return;
	}
	if (a->func == AGG_AVG || a->func == AGG_STDDEV)
		fixed.conv = 'd';
	conv_number(b, &fixed, agg_number(a, pr->words, normal), a->func != AGG_COUNT && a->func != AGG_STDDEV);
}

static void put_value(const struct printing *pr, struct outbuf *b, uint32_t which)
{
	static const struct spec unsigned_spec = { .conv = 'u', .width = 16 };
	const struct agg *a = load(pr, pr->row, which);
	uint64_t normal = table_normal(pr->tables[which]);

	if (pr->packed)
		histogram_pack(b, a, buckets(pr), normal, &pr->range, &pr->style->histogram);
	else if (agg_is_quantize(a))
		histogram_print(b, a, buckets(pr), normal, &pr->style->histogram);
	else if (pr->bars)
		histogram_row(b, agg_number(a, pr->words, 1), normal, &pr->scale, &pr->style->histogram);
	else if (a->func == AGG_COUNT || a->func == AGG_STDDEV) {
		outbuf_char(b, ' ');
		number_put(b, &unsigned_spec, (uint64_t)agg_number(a, pr->words, normal), false, 10, false);
	} else
		trace_put_int(b, agg_number(a, pr->words, normal), 8, false);
}

static void put_default(const struct printing *pr, struct outbuf *b, const struct source *src)
{
	const struct agg *a = table_agg(pr->tables[0]);

	for (uint32_t i = 0; i < a->nkeys; i++)
		trace_put_key(b, &a->keys[i], src);
	if (pr->bars)
		outbuf_char(b, ' ');
	for (uint32_t i = 0; i < pr->rows->ntables; i++)
		put_value(pr, b, i);
	if (!pr->bars && !pr->packed)
		outbuf_char(b, '\n');
}

// ---- layouts with a common header ------------------------------------------

static int keys_width(const struct agg *a)
{
	int width = 0;

	for (uint32_t i = 0; i < a->nkeys; i++)
		width += trace_key_width(&a->keys[i]);
	return width;
}

// Whether agghist or aggpack apply, and the scale or range over all rows.
static void choose_layout(struct printing *pr, struct outbuf *b, bool formatted)
{
	static const bool barred[AGG_NFUNCS] = {
		[AGG_COUNT] = true, [AGG_SUM] = true, [AGG_AVG] = true, [AGG_STDDEV] = true,
	};
	const struct agg *a = table_agg(pr->tables[0]);

	if (formatted || pr->rows->ntables != 1 || !pr->rows->n)
		return;
	pr->bars = pr->style->hist && barred[a->func];
	pr->packed = pr->style->pack && (a->func == AGG_QUANTIZE || a->func == AGG_LQUANTIZE);
	if (!pr->bars && !pr->packed)
		return;
	pr->range = (struct histogram_range){ UINT32_MAX, 0 };
	for (uint32_t i = 0; i < pr->rows->n; i++) {
		load(pr, i, 0);
		if (pr->packed)
			histogram_range(a, buckets(pr), &pr->range);
		else
			histogram_scale_add(&pr->scale, agg_number(a, pr->words, 1), pr->style->histogram.zoom);
	}
	if (pr->packed)
		histogram_pack_header(b, a, &pr->range, keys_width(a));
	else
		histogram_header(b, keys_width(a), "key");
}

static uint32_t most_words(struct table *const *tables, uint32_t ntables)
{
	uint32_t most = 1;

	for (uint32_t i = 0; i < ntables; i++)
		if (table_agg(tables[i])->nwords > most)
			most = table_agg(tables[i])->nwords;
	return most;
}

static int want_keys(const struct agg *a, const struct source *src)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < a->nkeys; i++)
		if (value_is_address(&a->keys[i]))
			r = address_want(src->where->names, &a->keys[i], src->bytes);
	return r;
}

int agg_want(const struct schema *s, struct table *const *tables, uint32_t ntables,
	     const struct printf_prog *prog, const struct agg_style *style)
{
	int r = 0;

	if (!style->where || !style->where->names)
		return 0;
	for (uint32_t i = 0; i < ntables; i++)
		for (uint32_t e = 0; r == 0 && e < table_count(tables[i]); e++) {
			struct source src = { s, table_key(tables[i], e), NULL, style->where };

			if (table_visible(tables[i], e))
				r = prog ? printf_want(prog, &src) : want_keys(table_agg(tables[i]), &src);
		}
	return r;
}

int agg_print(struct outbuf *b, const struct schema *s, struct table *const *tables, uint32_t ntables,
	      const struct printf_prog *prog, const struct agg_style *style)
{
	struct agg_rows rows;
	struct printing pr = { .schema = s, .tables = tables, .style = style, .rows = &rows };
	int r;

	r = agg_rows_collect(s, tables, ntables, &style->sort, &rows);
	if (r < 0)
		return r;
	pr.words = calloc(most_words(tables, ntables), sizeof(*pr.words));
	if (pr.words) {
		choose_layout(&pr, b, prog != NULL);
		for (pr.row = 0; pr.row < rows.n; pr.row++) {
			struct source src = { s, rows.keys[pr.row], NULL, style->where };

			if (prog)
				printf_run(prog, b, &src, put_formatted, &pr);
			else
				put_default(&pr, b, &src);
		}
	}
	r = pr.words ? 0 : -ENOMEM;
	agg_rows_deinit(&rows);
	free(pr.words);
	return r;
}
