// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Speculations: records that wait for commit() or discard(). A record names its
// speculation by id and generation; the probe that commits or discards frees the
// id at once, so that records of the next generation may follow at once. A few
// old generations are remembered, for records that come a moment late.

#include <stddef.h>
#include <stdint.h>

#include "client/decode/records.h"

struct spec;

// A record that was held, with its own copy of the bytes.
struct held {
	struct held *next;
	struct record rec;
	uint8_t bytes[];
};

enum spec_fate {
	SPEC_HELD,
	SPEC_PASS,	// committed already: it is an ordinary record now
	SPEC_GONE,	// discarded already
	SPEC_FULL,	// no room: lost
};

// size: bytes that each speculation may hold per CPU.
int spec_new(uint64_t size, struct spec **specp);
struct spec *spec_free(struct spec *sp);
// What becomes of a record with rec->spec: an enum spec_fate, or -ENOMEM.
int spec_hold(struct spec *sp, const struct record *rec);
// commit() of a speculation: *listp gets what it held, in order, to be freed by
// the caller with held_free(). 0 or -ENOMEM.
int spec_commit(struct spec *sp, uint32_t key, struct held **listp);
int spec_discard(struct spec *sp, uint32_t key);
void held_free(struct held *list);
