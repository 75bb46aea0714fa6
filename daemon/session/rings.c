// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading rings, see rings.h.

#include "daemon/session/rings.h"

#include <string.h>

#include "dlang/bpf/segment.h"

static uint64_t load_acquire(const uint8_t *p)
{
	return __atomic_load_n((const uint64_t *)(const void *)p, __ATOMIC_ACQUIRE);
}

void ring_init(struct ring *r, uint8_t *area, const struct object_layout *layout, uint64_t secret)
{
	*r = (struct ring){
		.area = area, .data = area + layout->ring_offset, .size = layout->ring_size,
		.secret = secret,
	};
}

int ring_tail(const struct ring *r, uint64_t *tail)
{
	*tail = load_acquire(r->area + SEG_TAIL);
	return *tail % 8 || *tail - r->head > r->size ? RING_E_CORRUPT : 0;
}

// The record at the head, if it is committed: its length is read once, so that
// what was checked is what is copied.
static int check_record(const struct ring *r, uint64_t upto, const uint8_t **record, uint32_t *len)
{
	const uint8_t *p = r->data + (r->head & (r->size - 1));

	if (load_acquire(p + REC_WORD) != (r->head ^ r->secret))
		return RING_E_OPEN;
	*len = __atomic_load_n((const uint32_t *)(const void *)(p + REC_LEN), __ATOMIC_RELAXED);
	if (*len < REC_DATA || *len > REC_MAX || *len % 8 || *len > upto - r->head)
		return RING_E_CORRUPT;
	*record = p;
	return 0;
}

int ring_read(struct ring *r, uint64_t upto, uint8_t *dst, size_t cap, size_t *n)
{
	static const uint64_t blank;
	int result = 0;

	*n = 0;
	while (r->head != upto) {
		const uint8_t *record;
		uint32_t len;

		result = check_record(r, upto, &record, &len);
		if (result)
			break;
		if (len > cap - *n) {
			result = RING_E_FULL;
			break;
		}
		memcpy(dst + *n, record, len);
		memcpy(dst + *n + REC_WORD, &blank, sizeof blank);
		memcpy(dst + *n + REC_LEN, &len, sizeof len);
		*n += len;
		r->head += len;
	}
	__atomic_store_n((uint64_t *)(void *)(r->area + SEG_HEAD), r->head, __ATOMIC_RELEASE);
	return result;
}

int ring_rewind(struct ring *r, uint64_t *tail)
{
	uint64_t end = load_acquire(r->area + SEG_TAIL) & ~7ull;
	uint64_t at = end > r->size ? end - r->size : 0;

	*tail = end;
	for (; at < end; at += 8) {
		if (load_acquire(r->data + (at & (r->size - 1))) == (at ^ r->secret))
			break;
	}
	r->head = at;
	return 0;
}
