// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Blocks and their owners, see unwind_room.h. An owner is kept as its number + FIRST.

#include "daemon/sym/unwind_room.h"

#include <errno.h>
#include <stdlib.h>

enum { FREE, LEFT, WAITING, FIRST };

int unwind_room_init(struct unwind_room *r, uint32_t n)
{
	*r = (struct unwind_room){ .owners = calloc(n, sizeof *r->owners), .n = n };
	return r->owners ? 0 : -ENOMEM;
}

void unwind_room_deinit(struct unwind_room *r)
{
	free(r->owners);
	*r = (struct unwind_room){ 0 };
}

// The first of count free blocks from some one on, or n.
static uint32_t find(const struct unwind_room *r, uint32_t from, uint32_t count)
{
	uint32_t found = 0;

	for (uint32_t i = from; i < r->n; i++) {
		found = r->owners[i] == FREE ? found + 1 : 0;
		if (found == count)
			return i + 1 - count;
	}
	return r->n;
}

int64_t unwind_room_take(struct unwind_room *r, uint32_t count, uint32_t owner)
{
	uint32_t at = find(r, r->next, count);

	if (at == r->n)
		at = find(r, 0, count);
	if (at == r->n)
		return -ENOSPC;
	for (uint32_t i = 0; i < count; i++)
		r->owners[at + i] = (uint16_t)(FIRST + owner);
	r->nused += count;
	r->next = at + count;
	return at;
}

// Those in one state go to another: how many.
static uint32_t move(struct unwind_room *r, uint16_t from, uint16_t to)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		if (r->owners[i] != from)
			continue;
		r->owners[i] = to;
		n++;
	}
	return n;
}

void unwind_room_undo(struct unwind_room *r, uint32_t owner)
{
	r->nused -= move(r, (uint16_t)(FIRST + owner), FREE);
}

void unwind_room_leave(struct unwind_room *r, uint32_t owner)
{
	move(r, (uint16_t)(FIRST + owner), LEFT);
}

bool unwind_room_begin(struct unwind_room *r)
{
	return move(r, LEFT, WAITING) > 0;
}

void unwind_room_end(struct unwind_room *r)
{
	r->nused -= move(r, WAITING, FREE);
	r->next = 0;
}
