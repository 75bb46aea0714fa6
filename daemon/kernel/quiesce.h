// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Waiting, without holding the event loop, until no program that was running
// when the wait began is running any more. A thread visits every CPU: programs
// run without preemption, so that none is left where it has been; where some do not,
// it waits for the kernel. The thread is made with the first wait.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct event_base;
struct quiesce;

// One wait, a member of who waits. Zeroed: not waiting.
struct quiesce_wait {
	LIST_ENTRY(quiesce_wait) link;
	void (*fn)(void *arg, int error);
	void *arg;
	uint64_t ticket;
	bool waiting;
};

int quiesce_new(struct quiesce **qp, struct event_base *base);
struct quiesce *quiesce_free(struct quiesce *q);

// preempted: some of the programs may be (attach_is_preempted()).
// fn is called from the event base, with a negative errno if a CPU could not be
// waited for. 0 or a negative errno.
int quiesce_start(struct quiesce *q, struct quiesce_wait *w, bool preempted,
	void (*fn)(void *arg, int error), void *arg);

// Closes fds that take long, before the waits that begin later. Takes the array.
void quiesce_close(struct quiesce *q, int *fds, uint32_t n);

// fn is not called any more. Nothing if it is not waiting.
void quiesce_cancel(struct quiesce_wait *w);
