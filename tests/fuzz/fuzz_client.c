// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The client's decoder on hostile bytes: the input is a list of parts, each
// {u8 kind, u24 length, bytes}. A schema comes first; records and tables after it
// are decoded by it and printed into memory.

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/decode/order.h"
#include "client/decode/tables.h"
#include "client/format/agg.h"
#include "client/names.h"
#include "client/output/writer.h"
#include "client/settings.h"
#include "proto/dtraced.pb-c.h"

enum { PART_SCHEMA, PART_RECORDS, PART_TABLE, PART_REPLY, PART_SETTINGS, NKINDS, MAX_TABLES = 16, MAX_ENTRIES = 64 };

struct decoder {
	struct settings settings;
	struct schema *schema;
	struct order *order;
	struct writer *writer;
	struct names *names;	// those of no daemon: nothing is asked
	struct table *tables[MAX_TABLES];
};

static void decoder_reset(struct decoder *d)
{
	for (int i = 0; i < MAX_TABLES; i++)
		d->tables[i] = table_free(d->tables[i]);
	d->order = order_free(d->order);
	writer_freep(&d->writer);
	d->writer = NULL;
	d->names = names_free(d->names);
	d->schema = schema_free(d->schema);
}

static int nowhere(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY);
	return fd;
}

static void take_schema(struct decoder *d, const uint8_t *data, size_t n)
{
	decoder_reset(d);
	if (schema_parse(data, n, &d->schema) < 0)
		return;
	if (text_writer_new(d->schema, &d->settings, &(struct text_places){ .fd = -1, .graph = nowhere() }, &d->writer) < 0 ||
	    names_new(NULL, 0, &d->names) < 0 || order_new(d->schema, &d->order) < 0)
		decoder_reset(d);
}

static void print_record(struct decoder *d, const struct record *rec)
{
	struct firing f = { .rec = *rec, .form = record_form(d->schema, rec),
			    .probe = schema_probe(d->schema, rec->probe) };
	struct record_error err;

	if (record_error(d->schema, rec, &err) == 0 || !f.form || !f.probe)
		return;
	d->writer->ops->begin(d->writer, &f);
	for (uint32_t i = 0; i < f.form->nactions; i++)
		if (f.form->actions[i].kind <= ACT_PRINTF)
			d->writer->ops->value(d->writer, &f, &f.form->actions[i]);
	d->writer->ops->end(d->writer, &f);
}

static void take_records(struct decoder *d, const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n + 1);
	struct record rec;
	unsigned int left = MAX_ENTRIES;

	if (!d->schema || !copy) {
		free(copy);
		return;
	}
	if (n)
		memcpy(copy, data, n);
	order_push(d->order, n & 3, copy, n);
	order_watermark(d->order, n > 24 ? data[20] : 0);
	while (left-- && order_pop(d->order, &rec))
		print_record(d, &rec);
}

static void print_tables(struct decoder *d, uint32_t at)
{
	static const struct { struct agg_style style; } styles[] = {
		{ { .hist = true, .pack = true } }, { { .histogram = { true, true } } },
	};
	struct outbuf b = OUTBUF_INIT(-1);
	struct table *one[] = { d->tables[at] };

	for (size_t i = 0; i < 2; i++)
		agg_print(&b, d->schema, one, 1, NULL, &styles[i].style);
	outbuf_deinit(&b);
	d->writer->ops->finish(d->writer, one, 1);
	for (size_t f = 0; f < d->schema->nforms; f++)
		for (uint32_t k = 0; k < d->schema->forms[f].nactions; k++) {
			const struct action *a = &d->schema->forms[f].actions[k];

			if (a->kind == ACT_PRINTA && a->naggs == 1 && a->aggs[0] == at)
				d->writer->ops->printa(d->writer, a, one);
		}
}

// Names for some of the words that may be addresses.
static void name_some(struct decoder *d, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i + 16 <= n && i < 256; i += 8) {
		struct name name = { i % 16 ? "m" : "", i % 24 ? "f" : "", data[i] };
		uint64_t w[2];

		memcpy(w, data + i, sizeof(w));
		if (w[1])
			names_put(d->names, i % 32 ? w[0] : NAMES_KERNEL, w[1], &name);
	}
}

static void take_table(struct decoder *d, const uint8_t *data, size_t n)
{
	const struct agg *a;
	uint32_t at;

	if (!d->schema || !n || !d->schema->naggs)
		return;
	at = data[0] % d->schema->naggs;
	a = &d->schema->aggs[at];
	if (at >= MAX_TABLES || (!d->tables[at] && table_new(d->schema, at, d->names, &d->tables[at]) < 0))
		return;
	n = (n - 1) / (a->key_size + a->nwords * 8) * (a->key_size + a->nwords * 8);
	table_want(d->tables[at], a->key_size, a->nwords, data + 1, n);
	name_some(d, data + 1, n);
	table_begin(d->tables[at]);
	table_rows(d->tables[at], a->key_size, a->nwords, data + 1, n);
	table_end(d->tables[at]);
	print_tables(d, at);
	if (data[0] & 0x80)
		table_clear(d->tables[at]);
	if (data[0] & 0x40)
		table_trunc(d->tables[at], data[0] & 0x20, (int8_t)data[0]);
	table_normalize(d->tables[at], data[0] & 0x10 ? UINT64_MAX : 1);
}

static void take_reply(struct decoder *d, const uint8_t *data, size_t n)
{
	Dtraced__Reply *reply = dtraced__reply__unpack(NULL, n, data);

	if (!reply)
		return;
	if (reply->body_case == DTRACED__REPLY__BODY_COMPILED)
		take_schema(d, reply->compiled->schema.data, reply->compiled->schema.len);
	else if (reply->body_case == DTRACED__REPLY__BODY_RECORDS)
		take_records(d, reply->records->data.data, reply->records->data.len);
	dtraced__reply__free_unpacked(reply, NULL);
}

static void take_settings(struct decoder *d, const uint8_t *data, size_t n)
{
	char text[64];

	n = n < sizeof(text) - 1 ? n : sizeof(text) - 1;
	memcpy(text, data, n);
	text[n] = '\0';
	settings_set(&d->settings, text, strlen(text) < n ? text + strlen(text) + 1 : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parts[NKINDS])(struct decoder *d, const uint8_t *data, size_t n) = {
		take_schema, take_records, take_table, take_reply, take_settings,
	};
	struct decoder d = { 0 };

	settings_init(&d.settings);
	while (size >= 4) {
		size_t n = data[1] | (size_t)data[2] << 8 | (size_t)data[3] << 16;
		uint8_t kind = data[0] % NKINDS;

		data += 4;
		size -= 4;
		n = n < size ? n : size;
		parts[kind](&d, data, n);
		data += n;
		size -= n;
	}
	decoder_reset(&d);
	return 0;
}
