// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A Trunc or Clear request in progress: frees the entries of some tables and sends
// their last words, to who asked as the answer, to the other viewers as an event. Part
// of a session, one at a time; those of other viewers wait for their turn.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/quiesce.h"
#include "daemon/session/tables.h"
#include "daemon/work.h"

struct session;
struct viewer;

struct trunc_request {
	STAILQ_ENTRY(trunc_request) link;
	struct viewer *viewer;		// NULL: it has left
	uint32_t tag;
	bool maxima;			// only tables that have words merged by maximum
	size_t naggs;			// 0: all
	uint32_t aggs[];
};

struct trunc {
	struct trunc_request *now;	// NULL: none
	STAILQ_HEAD(, trunc_request) waiting;
	uint32_t table;			// whose overflow hash is read now
	struct overflow_reader reader;
	uint32_t rounds;		// over all tables, for overflow hashes in use
	uint64_t since;
	struct quiesce_wait quiet;
	struct work work;
};

enum { TRUNC_E_BUSY = 1 };

void trunc_init(struct trunc *t);

// Starts, or waits; the answer comes later. TRUNC_E_BUSY: the viewer has another one; or a
// negative errno: there is no answer.
int trunc_start(struct session *s, struct viewer *v, uint32_t tag, const uint32_t *aggs, size_t naggs,
	bool maxima);

// The viewer goes.
void trunc_forget(struct session *s, const struct viewer *v);

// The session goes.
void trunc_cancel(struct session *s);
