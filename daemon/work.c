// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Work in steps, see work.h.

#include "daemon/work.h"

#include <errno.h>
#include <event2/event.h>

#include "daemon/util.h"

enum { SLICE_NS = 5000000 };

static void enqueue(struct work_queue *q, struct work *w)
{
	TAILQ_INSERT_TAIL(&q->list, w, link);
	w->queued = true;
}

// The step may free the work unless it says that there is more.
static void step_first(struct work_queue *q)
{
	struct work *w = TAILQ_FIRST(&q->list);

	TAILQ_REMOVE(&q->list, w, link);
	w->queued = false;
	if (w->step(w->arg))
		enqueue(q, w);
}

static void schedule(struct work_queue *q)
{
	static const struct timeval now;

	if (!TAILQ_EMPTY(&q->list) && !evtimer_pending(q->event, NULL))
		evtimer_add(q->event, &now);
}

static void on_slice(evutil_socket_t fd, short what, void *arg)
{
	struct work_queue *q = arg;
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + SLICE_NS;

	(void)fd;
	(void)what;
	while (!TAILQ_EMPTY(&q->list)) {
		step_first(q);
		if (clock_ns(CLOCK_MONOTONIC) >= end)
			break;
	}
	schedule(q);
}

int work_queue_init(struct work_queue *q, struct event_base *base)
{
	TAILQ_INIT(&q->list);
	q->event = evtimer_new(base, on_slice, q);
	return q->event ? 0 : -ENOMEM;
}

void work_queue_deinit(struct work_queue *q)
{
	if (!q->event)
		return;
	while (!TAILQ_EMPTY(&q->list))
		step_first(q);
	event_free(q->event);
	q->event = NULL;
}

void work_start(struct work_queue *q, struct work *w, bool (*step)(void *arg), void *arg)
{
	w->step = step;
	w->arg = arg;
	enqueue(q, w);
	schedule(q);
}

void work_cancel(struct work_queue *q, struct work *w)
{
	if (!w->queued)
		return;
	TAILQ_REMOVE(&q->list, w, link);
	w->queued = false;
}
