// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A Trunc or Clear request in progress: frees the entries of some tables and
// sends their last words. Part of a session, one at a time.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/quiesce.h"
#include "daemon/session/tables.h"
#include "daemon/work.h"

struct session;

struct trunc {
	bool active;
	uint32_t tag;
	bool maxima;			// only tables that have words merged by maximum
	uint32_t *aggs;
	size_t naggs;			// 0: all
	uint32_t table;			// whose overflow hash is read now
	struct overflow_reader reader;
	uint32_t rounds;		// over all tables, for overflow hashes in use
	uint64_t since;
	struct quiesce_wait quiet;
	struct work work;
};

enum { TRUNC_E_BUSY = 1 };

// Starts; the answer comes later. TRUNC_E_BUSY or a negative errno: there is
// none.
int trunc_start(struct session *s, uint32_t tag, const uint32_t *aggs, size_t naggs, bool maxima);

// The session goes.
void trunc_cancel(struct session *s);
