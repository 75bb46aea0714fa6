// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// From a session's rings to its viewers: records in runs, what was dropped, and
// how far in time everything has been sent. One call is one round over all
// CPUs; who calls it when is session.c's business.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/session/rings.h"
#include "daemon/session/segment.h"
#include "dlang/bpf/segment.h"

struct viewer;
struct viewers;

struct stream {
	const struct segment *segment;
	uint64_t session;	// id
	struct ring *rings;	// per CPU; none if the session records nothing
	uint64_t *seen;		// policies fill and ring: the tail at the last round
	uint64_t (*drops)[DROP_NKINDS];	// per CPU, as of the last round
	uint64_t missed;	// the kernel's count, for DROP_NESTED
	uint64_t watermark;
	bool news;		// there was something in the last round
};

// What a round found; bits.
enum stream_found {
	STREAM_RECORDS = 1,	// records were sent, or came up for later
	STREAM_DROPS = 2,
	STREAM_BEHIND = 4,	// records wait, since no viewer has room, or there is none
	STREAM_OPEN = 8,	// records are reserved but not committed
	STREAM_FULL = 16,	// policy fill: a ring is full
	STREAM_STOPPED = 32,	// exit() ran
	STREAM_CORRUPT = 64,	// the session's memory makes no sense
};

int stream_init(struct stream *st, const struct segment *segment, uint64_t session);
void stream_deinit(struct stream *st);

// One round while programs run.
unsigned stream_round(struct stream *st, const struct viewers *viewers);

// Policies fill and ring: to be called once when all programs are gone, before
// the rounds that send the rest.
void stream_rewind(struct stream *st);

// Like a round, for what is left: to be repeated until STREAM_BEHIND is not set.
unsigned stream_flush(struct stream *st, const struct viewers *viewers);

// Of all CPUs, now: what was dropped; bytes of records that nobody has got yet.
uint64_t stream_drops(const struct stream *st, uint32_t kind);
uint64_t stream_waiting(const struct stream *st);

// Tells a viewer that is new what was lost before.
void stream_greet(struct stream *st, struct viewer *v);

// Goes to sleep: whoever commits a record now rings the bell. False if there is
// something to do already; the stream is awake then.
bool stream_sleep(struct stream *st);
void stream_wake(struct stream *st);
