// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Work that would hold the event loop too long, cut into steps. The loop does a
// slice of steps per iteration, one of each work in turn, so that a small one
// need not wait for a large one, and rings are drained and clients served in
// between.

#include <stdbool.h>
#include <sys/queue.h>

struct event;
struct event_base;

// One work, a member of who does it. Zeroed: not queued.
struct work {
	TAILQ_ENTRY(work) link;
	bool (*step)(void *arg);	// false: finished, or freed; not called again
	void *arg;
	bool queued;
};

struct work_queue {
	TAILQ_HEAD(work_list, work) list;
	struct event *event;
};

int work_queue_init(struct work_queue *q, struct event_base *base);

// Does what is left, without a pause.
void work_queue_deinit(struct work_queue *q);

// Not while it is queued.
void work_start(struct work_queue *q, struct work *w, bool (*step)(void *arg), void *arg);

// Its step is not called any more. Nothing if it is not queued.
void work_cancel(struct work_queue *q, struct work *w);
