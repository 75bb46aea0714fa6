// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Reading the ring of records of one CPU. Producers reserve space by moving
// the tail and commit a record by storing, last, its position XOR the secret in
// its first word. The core follows from its own head, copies committed records
// and moves the head in the segment, which gives the space back.

#include <stddef.h>
#include <stdint.h>

#include "dlang/object.h"

struct ring {
	uint8_t *area;	// of this CPU
	uint8_t *data;
	uint32_t size;	// a power of two
	uint64_t secret;
	uint64_t head;	// the core's own: what the segment says is not trusted
};

enum {
	RING_E_OPEN = 1,	// the next record is reserved, not committed
	RING_E_FULL,		// the next record does not fit into what is left of dst
	RING_E_CORRUPT,		// what is there cannot be a ring
};

void ring_init(struct ring *r, uint8_t *area, const struct object_layout *layout, uint64_t secret);

// Up to here space has been reserved. RING_E_CORRUPT or 0.
int ring_tail(const struct ring *r, uint64_t *tail);

// Copies whole committed records from the head on, up to the position upto,
// into dst; *n is how many bytes. Word 0 of each copy is zero: the secret stays
// here. 0: upto is reached; else a RING_E_*.
int ring_read(struct ring *r, uint64_t upto, uint8_t *dst, size_t cap, size_t *n);

// Overwrite policy, after all writers are gone: puts the head on the oldest
// record that is still whole, and gives the tail. RING_E_CORRUPT or 0.
int ring_rewind(struct ring *r, uint64_t *tail);
