// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A binary heap over the CPUs that have records, keyed by the time of each one's
// first record (then by CPU, so that the result does not depend on arrival).

#include "client/decode/order.h"

#include <errno.h>
#include <stdlib.h>

struct block {
	struct block *next;
	uint8_t *data;
	size_t n, pos;
};

struct stream {
	struct block *first, **last;
	struct record head;	// of first, at pos
	uint32_t cpu;
};

struct order {
	const struct schema *schema;
	struct stream **streams;	// by CPU, NULL until it sends
	uint32_t nstreams;
	struct stream **heap;
	uint32_t nheap;
	struct block *spent;		// holds the record last popped
	uint64_t watermark;
};

int order_new(const struct schema *s, struct order **orderp)
{
	struct order *o = calloc(1, sizeof(*o));

	if (!o)
		return -ENOMEM;
	o->schema = s;
	*orderp = o;
	return 0;
}

static struct block *block_free(struct block *b)
{
	if (b) {
		free(b->data);
		free(b);
	}
	return NULL;
}

struct order *order_free(struct order *o)
{
	if (!o)
		return NULL;
	for (uint32_t i = 0; i < o->nstreams; i++) {
		struct stream *st = o->streams[i];

		while (st && st->first) {
			struct block *b = st->first;

			st->first = b->next;
			block_free(b);
		}
		free(st);
	}
	block_free(o->spent);
	free(o->streams);
	free(o->heap);
	free(o);
	return NULL;
}

// ---- the heap --------------------------------------------------------------

static bool before(const struct stream *a, const struct stream *b)
{
	if (a->head.time != b->head.time)
		return a->head.time < b->head.time;
	return a->cpu < b->cpu;
}

static void sift_down(struct order *o)
{
	struct stream *moving = o->heap[0];
	uint32_t i = 0, child;

	while ((child = 2 * i + 1) < o->nheap) {
		if (child + 1 < o->nheap && before(o->heap[child + 1], o->heap[child]))
			child++;
		if (!before(o->heap[child], moving))
			break;
		o->heap[i] = o->heap[child];
		i = child;
	}
	o->heap[i] = moving;
}

static void sift_up(struct order *o, struct stream *st)
{
	uint32_t i = o->nheap++, parent;

	while (i && before(st, o->heap[parent = (i - 1) / 2])) {
		o->heap[i] = o->heap[parent];
		i = parent;
	}
	o->heap[i] = st;
}

// ---- streams ---------------------------------------------------------------

static int stream_get(struct order *o, uint32_t cpu, struct stream **streamp)
{
	struct stream **grown;
	uint32_t n = cpu + 1;

	if (cpu > ORDER_MAX_CPU)
		return -EBADMSG;
	if (n > o->nstreams) {
		grown = realloc(o->heap, n * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		o->heap = grown;
		grown = realloc(o->streams, n * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		o->streams = grown;
		while (o->nstreams < n)
			o->streams[o->nstreams++] = NULL;
	}
	if (!o->streams[cpu]) {
		o->streams[cpu] = calloc(1, sizeof(**o->streams));
		if (!o->streams[cpu])
			return -ENOMEM;
		o->streams[cpu]->cpu = cpu;
		o->streams[cpu]->last = &o->streams[cpu]->first;
	}
	*streamp = o->streams[cpu];
	return 0;
}

static void read_head(const struct order *o, struct stream *st)
{
	// The block was checked when it came.
	record_read(o->schema, st->first->data + st->first->pos, st->first->n - st->first->pos, &st->head);
	st->head.cpu = st->cpu;
}

// Whether the block is whole records to its end.
static int check_block(const struct order *o, const uint8_t *data, size_t n)
{
	struct record rec;
	size_t pos = 0;
	int len;

	while (pos < n) {
		len = record_read(o->schema, data + pos, n - pos, &rec);
		if (len < 0)
			return len;
		pos += (size_t)len;
	}
	return 0;
}

static int push_block(struct order *o, uint32_t cpu, struct block *b)
{
	struct stream *st;
	int r;

	r = stream_get(o, cpu, &st);
	if (r < 0)
		return r;
	*st->last = b;
	st->last = &b->next;
	if (st->first == b) {
		read_head(o, st);
		sift_up(o, st);
	}
	return 0;
}

int order_push(struct order *o, uint32_t cpu, uint8_t *data, size_t n)
{
	struct block *b;
	int r;

	r = check_block(o, data, n);
	if (r < 0 || n == 0) {
		free(data);
		return r;
	}
	b = calloc(1, sizeof(*b));
	if (!b) {
		free(data);
		return -ENOMEM;
	}
	b->data = data;
	b->n = n;
	r = push_block(o, cpu, b);
	if (r < 0)
		block_free(b);
	return r;
}

void order_watermark(struct order *o, uint64_t time)
{
	if (time > o->watermark)
		o->watermark = time;
}

void order_finish(struct order *o)
{
	o->watermark = UINT64_MAX;
}

int order_pop(struct order *o, struct record *rec)
{
	struct stream *st;
	struct block *b;

	o->spent = block_free(o->spent);
	if (!o->nheap || o->heap[0]->head.time > o->watermark)
		return 0;
	st = o->heap[0];
	*rec = st->head;
	b = st->first;
	b->pos += rec->len;
	if (b->pos == b->n) {
		o->spent = b;
		st->first = b->next;
		if (!st->first)
			st->last = &st->first;
	}
	if (st->first)
		read_head(o, st);
	else
		o->heap[0] = o->heap[--o->nheap];
	if (o->nheap)
		sift_down(o);
	return 1;
}

bool order_peek_cpu(const struct order *o, uint32_t cpu, struct record *rec)
{
	const struct stream *st = cpu < o->nstreams ? o->streams[cpu] : NULL;

	if (!st || !st->first)
		return false;
	*rec = st->head;
	return true;
}
