// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Room in an array that programs read, in blocks: who has which. What was given
// back is used again only when no program can be reading it any more, which
// takes two steps: it leaves, and, after a wait, is free.

#include <stdbool.h>
#include <stdint.h>

struct unwind_room {
	uint16_t *owners;	// of each block; see unwind_room.c
	uint32_t n, nused;	// blocks; those that are not free
	uint32_t next;		// where to look first
};

// n: blocks. 0 or -ENOMEM.
int unwind_room_init(struct unwind_room *r, uint32_t n);
void unwind_room_deinit(struct unwind_room *r);

// count blocks next to each other: the first one's number, or -ENOSPC. owner: less than
// UNWIND_MAX_FILES.
int64_t unwind_room_take(struct unwind_room *r, uint32_t count, uint32_t owner);

// Gives back what no program has ever seen.
void unwind_room_undo(struct unwind_room *r, uint32_t owner);
// Gives back what an owner has.
void unwind_room_leave(struct unwind_room *r, uint32_t owner);
// What was given back begins to wait. False: nothing was.
bool unwind_room_begin(struct unwind_room *r);
// What began to wait is free.
void unwind_room_end(struct unwind_room *r);
