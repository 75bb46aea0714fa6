// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Unwind tables for all that runs, while a session walks user stacks: files that
// are mapped at its start, and those that the side-band tells of from then on, go
// to the symbol worker one by one, and what it makes of them into the maps that
// the walk reads. All sessions share one unwinder, whose memory is nobody's in
// particular and therefore bounded: when it is full, tables of files go that nothing
// has mapped any more, the longest unseen first. A while after the last session has
// left, all of it goes.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct event_base;
struct quiesce;
struct runtime_value;
struct sideband;
struct syms;
struct unwinder;
struct work_queue;

// One who waits until the tables are there, a member of who does. Zeroed: nobody.
struct unwinder_wait {
	LIST_ENTRY(unwinder_wait) link;
	void (*fn)(void *arg);
	void *arg;
	bool waiting;
};

// What it has, for who looks.
struct unwinder_facts {
	uint32_t files, rows_kb, pending;
	uint64_t without;	// files that have no table
	uint64_t refused;	// times that there was no room, nor could any be made
	uint64_t evicted;	// files that made room
	uint64_t lost;		// files that were gone before they could be opened
};

int unwinder_new(struct unwinder **up, struct event_base *base, struct work_queue *work,
	struct quiesce *quiesce, struct syms *syms, struct sideband *sideband);
struct unwinder *unwinder_free(struct unwinder *u);
// Memory of tables from now on, in megabytes, at most UNWIND_MAX_CHUNKS; those that are
// there already stay as they are.
void unwinder_set_memory(struct unwinder *u, uint32_t megabytes);

// A session needs it: with what its programs are linked, valid until it is
// released. 0 or a negative errno.
int unwinder_acquire(struct unwinder *u, const struct runtime_value **values, size_t *n);
void unwinder_release(struct unwinder *u);

// fn is called once, from the event base, when the files that are known have their
// tables, or after a few seconds. fn may not free the unwinder.
void unwinder_await(struct unwinder *u, struct unwinder_wait *w);
// fn is not called any more. Nothing if it does not wait.
void unwinder_cancel(struct unwinder_wait *w);

void unwinder_tell(const struct unwinder *u, struct unwinder_facts *facts);
