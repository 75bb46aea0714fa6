// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Streaming, see stream.h.

#include "daemon/session/stream.h"

#include <errno.h>
#include <string.h>

#include "daemon/policy/guard.h"
#include "daemon/session/viewer.h"
#include "proto/frame.h"

enum {
	CHUNK = 256 * 1024,	// of records in one frame
	IN_FLIGHT_NS = 200000,	// from reading the clock in a probe to the commit, at most
};

int stream_init(struct stream *st, const struct segment *segment, uint64_t session)
{
	uint32_t n = segment->ncpus;

	*st = (struct stream){ .segment = segment, .session = session };
	st->drops = calloc(n, sizeof *st->drops);
	st->seen = calloc(n, sizeof *st->seen);
	if (segment->layout.ring_size)
		st->rings = calloc(n, sizeof *st->rings);
	if (!st->drops || !st->seen || (segment->layout.ring_size && !st->rings)) {
		stream_deinit(st);
		return -ENOMEM;
	}
	for (uint32_t cpu = 0; cpu < n && st->rings; cpu++)
		ring_init(&st->rings[cpu], segment_area(segment, cpu), &segment->layout,
			segment->secret);
	return 0;
}

void stream_deinit(struct stream *st)
{
	free(st->rings);
	free(st->seen);
	free(st->drops);
	st->rings = NULL;
	st->seen = NULL;
	st->drops = NULL;
}

// ---- records ---------------------------------------------------------------

// A Reply with Records, written by hand so that the records are copied once,
// from the ring into the queue. Lengths are varints of fixed width.
enum {
	TAG_REPLY_RECORDS = 7 << 3 | 2,
	TAG_SESSION = 1 << 3, TAG_CPU = 2 << 3, TAG_DATA = 3 << 3 | 2,
	WIDTH_32 = 5, WIDTH_64 = 10,
	INNER = 1 + WIDTH_64 + 1 + WIDTH_32 + 1 + WIDTH_32,	// of Records, before the data
	PREFIX = FRAME_HEADER + 1 + WIDTH_32 + INNER,
};

static uint8_t *put_varint(uint8_t *p, uint64_t value, int width)
{
	for (int i = 0; i < width - 1; i++, value >>= 7)
		*p++ = (uint8_t)(0x80 | (value & 0x7f));
	*p++ = (uint8_t)(value & 0x7f);
	return p;
}

static void put_prefix(uint8_t *p, uint64_t session, uint32_t cpu, uint32_t len)
{
	frame_put_header(p, PREFIX - FRAME_HEADER + len);
	p += FRAME_HEADER;
	*p++ = TAG_REPLY_RECORDS;
	p = put_varint(p, INNER + len, WIDTH_32);
	*p++ = TAG_SESSION;
	p = put_varint(p, session, WIDTH_64);
	*p++ = TAG_CPU;
	p = put_varint(p, cpu, WIDTH_32);
	*p++ = TAG_DATA;
	put_varint(p, len, WIDTH_32);
}

// Sends one frame of records from a ring to a viewer that has room, and what it is sent
// to the others; result is ring_read()'s.
static int send_records(struct stream *st, const struct viewers *viewers, struct viewer *ready, uint32_t cpu,
	uint64_t tail, size_t *sent)
{
	struct evbuffer *out = conn_output(ready->conn);
	struct ring *ring = &st->rings[cpu];
	uint64_t waiting = tail - ring->head;
	size_t room = waiting < CHUNK ? (size_t)waiting : CHUNK;
	struct evbuffer_iovec space;
	int result;

	*sent = 0;
	if (evbuffer_reserve_space(out, (ev_ssize_t)(PREFIX + room), &space, 1) < 1)
		return RING_E_FULL;
	result = ring_read(ring, tail, (uint8_t *)space.iov_base + PREFIX, room, sent);
	if (*sent) {
		put_prefix(space.iov_base, st->session, cpu, (uint32_t)*sent);
		viewers_copy(viewers, ready, cpu, space.iov_base, PREFIX, *sent);
		space.iov_len = PREFIX + *sent;
		evbuffer_commit_space(out, &space, 1);
	}
	return result;
}

static unsigned drain_to(struct stream *st, const struct viewers *viewers, uint32_t cpu, uint64_t tail)
{
	unsigned found = 0;
	size_t sent;

	while (st->rings[cpu].head != tail) {
		struct viewer *ready = viewers_ready(viewers);
		int result;

		if (!ready)
			return found | STREAM_BEHIND;
		result = send_records(st, viewers, ready, cpu, tail, &sent);
		if (sent)
			found |= STREAM_RECORDS;
		if (result == RING_E_OPEN)
			return found | STREAM_OPEN;
		if (result == RING_E_CORRUPT || (result == RING_E_FULL && !sent))
			return found | STREAM_CORRUPT;
	}
	return found;
}

// Policies that keep records until the end: only looks whether there are new ones.
static unsigned watch_tail(struct stream *st, uint32_t cpu)
{
	uint64_t tail = segment_get(segment_area(st->segment, cpu), SEG_TAIL);

	if (tail == st->seen[cpu])
		return 0;
	st->seen[cpu] = tail;
	return STREAM_RECORDS;
}

static unsigned drain_rings(struct stream *st, const struct viewers *viewers)
{
	unsigned found = 0;

	for (uint32_t cpu = 0; st->rings && cpu < st->segment->ncpus; cpu++) {
		uint64_t tail;

		if (st->segment->layout.policy != RING_SWITCH)
			found |= watch_tail(st, cpu);
		else if (ring_tail(&st->rings[cpu], &tail))
			found |= STREAM_CORRUPT;
		else
			found |= drain_to(st, viewers, cpu, tail);
	}
	return found;
}

// ---- drops and status ------------------------------------------------------

static uint64_t count_drops(const struct stream *st, uint32_t cpu, uint32_t kind)
{
	uint64_t n = segment_get(segment_area(st->segment, cpu), SEG_DROPS + 8 * kind);

	if (cpu == 0 && kind == DROP_COMPAT)
		n += segment_get(st->segment->guard, GUARD_COMPAT);
	if (cpu == 0 && kind == DROP_NESTED)
		n += st->missed;
	return n;
}

uint64_t stream_drops(const struct stream *st, uint32_t kind)
{
	uint64_t n = 0;

	for (uint32_t cpu = 0; st->drops && cpu < st->segment->ncpus; cpu++)
		n += count_drops(st, cpu, kind);
	return n;
}

uint64_t stream_waiting(const struct stream *st)
{
	uint64_t n = 0, tail;

	for (uint32_t cpu = 0; st->rings && cpu < st->segment->ncpus; cpu++) {
		if (!ring_tail(&st->rings[cpu], &tail))
			n += tail - st->rings[cpu].head;
	}
	return n;
}

// Takes over the counts. STREAM_DROPS if something was lost since the last time.
static unsigned take_drops(struct stream *st)
{
	bool fill = st->segment->layout.policy == RING_FILL;
	unsigned found = 0;

	for (uint32_t cpu = 0; cpu < st->segment->ncpus; cpu++) {
		for (uint32_t kind = 0; kind < DROP_NKINDS; kind++) {
			uint64_t count = count_drops(st, cpu, kind);

			if (count == st->drops[cpu][kind])
				continue;
			st->drops[cpu][kind] = count;
			found |= kind < DROP_NOTES ? STREAM_DROPS : 0;
			if (fill && kind == DROP_PRINCIPAL)
				found |= STREAM_FULL;
		}
	}
	return found;
}

static void send_status(struct stream *st, const struct viewers *viewers, bool with_drops)
{
	struct viewer *v;

	LIST_FOREACH(v, viewers, link)
		viewer_send_status(v, st->session, st->watermark, st->drops,
			with_drops || v->has_lost ? st->segment->ncpus : 0);
}

void stream_greet(struct stream *st, struct viewer *v)
{
	viewer_send_status(v, st->session, st->watermark, st->drops, st->segment->ncpus);
}

// ---- rounds ----------------------------------------------------------------

// Whether programs have stopped the session themselves: exit(), or a full ring.
static unsigned look_for_stop(const struct stream *st)
{
	static const unsigned found[] = { 0, STREAM_STOPPED, STREAM_FULL };
	uint64_t stopped = segment_get(st->segment->ctl, CTL_STOPPED);

	return stopped < NELEMS(found) ? found[stopped] : STREAM_STOPPED;
}

unsigned stream_round(struct stream *st, const struct viewers *viewers)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	unsigned found = drain_rings(st, viewers);
	bool news;

	found |= take_drops(st) | look_for_stop(st);
	// What is behind an open record, or waits for room, may be older than now.
	if (!(found & (STREAM_BEHIND | STREAM_OPEN | STREAM_CORRUPT)))
		st->watermark = now - IN_FLIGHT_NS;
	news = found & (STREAM_RECORDS | STREAM_DROPS);
	if (news || st->news)
		send_status(st, viewers, found & STREAM_DROPS);
	st->news = news;
	return found;
}

void stream_rewind(struct stream *st)
{
	if (!st->rings || st->segment->layout.policy != RING_RING)
		return;
	for (uint32_t cpu = 0; cpu < st->segment->ncpus; cpu++)
		ring_rewind(&st->rings[cpu], &st->seen[cpu]);
}

unsigned stream_flush(struct stream *st, const struct viewers *viewers)
{
	unsigned found = 0;

	for (uint32_t cpu = 0; st->rings && cpu < st->segment->ncpus; cpu++) {
		uint64_t tail = st->seen[cpu];

		if (st->segment->layout.policy != RING_RING && ring_tail(&st->rings[cpu], &tail))
			found |= STREAM_CORRUPT;
		else
			found |= drain_to(st, viewers, cpu, tail);
	}
	if (found & STREAM_BEHIND)
		return found;
	st->watermark = clock_ns(CLOCK_MONOTONIC);
	take_drops(st);
	send_status(st, viewers, true);
	return found;
}

// ---- the bell --------------------------------------------------------------

static bool has_work(const struct stream *st)
{
	if (segment_get(st->segment->ctl, CTL_STOPPED))
		return true;
	for (uint32_t cpu = 0; st->rings && cpu < st->segment->ncpus; cpu++) {
		uint64_t tail = segment_get(segment_area(st->segment, cpu), SEG_TAIL);
		bool keep = st->segment->layout.policy != RING_SWITCH;

		if (tail != (keep ? st->seen[cpu] : st->rings[cpu].head))
			return true;
	}
	return false;
}

bool stream_sleep(struct stream *st)
{
	segment_set(st->segment->ctl, CTL_ASLEEP, 1);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!has_work(st))
		return true;
	stream_wake(st);
	return false;
}

void stream_wake(struct stream *st)
{
	segment_set(st->segment->ctl, CTL_ASLEEP, 0);
}
