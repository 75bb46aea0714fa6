// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The thread and its two eventfds, see quiesce.h. Each wait has a ticket; how
// many tickets have been served comes back as a sum.

#include "daemon/kernel/quiesce.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/closer.h"
#include "daemon/thread.h"
#include "daemon/util.h"

struct closing {
	struct closing *next;
	int *fds;
	uint32_t n;
};

struct quiesce {
	struct event_base *base;
	struct event *event;
	pthread_t thread;
	bool running;			// the thread
	int ask_fd, done_fd;
	bool stop, preempted;		// shared, like error
	int error;
	struct closing *closing;	// shared, too: exchanged as a whole
	uint64_t asked, served;
	LIST_HEAD(, quiesce_wait) waits;
};

// ---- the thread ------------------------------------------------------------

// Where the kernel allows it the thread need not queue up on busy CPUs. It stays
// on each for microseconds.
static void hurry(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

// All of the list at once, so that the kernel's waits are one.
static void close_listed(struct quiesce *q)
{
	struct closing *first = __atomic_exchange_n(&q->closing, NULL, __ATOMIC_ACQ_REL), *next;
	uint32_t n = 0, at = 0;
	int *all;

	for (struct closing *c = first; c; c = c->next)
		n += c->n;
	all = n ? calloc(n, sizeof *all) : NULL;
	for (struct closing *c = first; c; c = next) {
		next = c->next;
		if (all)
			memcpy(all + at, c->fds, c->n * sizeof *all);
		else
			close_many(c->fds, c->n);
		at += c->n;
		free(c->fds);
		free(c);
	}
	if (all)
		close_many(all, n);
	free(all);
}

static void *visit_cpus(void *arg)
{
	struct quiesce *q = arg;
	eventfd_t n;

	hurry();
	while (eventfd_read(q->ask_fd, &n) == 0 && !__atomic_load_n(&q->stop, __ATOMIC_ACQUIRE)) {
		bool grace = __atomic_exchange_n(&q->preempted, false, __ATOMIC_ACQ_REL);
		int r;

		close_listed(q);
		r = grace ? attach_wait_for_grace() : attach_wait_for_cpus();

		__atomic_store_n(&q->error, r, __ATOMIC_RELEASE);
		eventfd_write(q->done_fd, n);
	}
	return NULL;
}

// ---- the event loop's side -------------------------------------------------

static struct quiesce_wait *find_served(const struct quiesce *q)
{
	struct quiesce_wait *w;

	LIST_FOREACH(w, &q->waits, link) {
		if (w->ticket <= q->served)
			return w;
	}
	return NULL;
}

static void on_done(evutil_socket_t fd, short what, void *arg)
{
	struct quiesce *q = arg;
	int error = __atomic_load_n(&q->error, __ATOMIC_ACQUIRE);
	struct quiesce_wait *w;
	eventfd_t n;

	(void)what;
	if (eventfd_read(fd, &n) < 0)
		return;
	q->served += n;
	while ((w = find_served(q))) {
		quiesce_cancel(w);
		w->fn(w->arg, error);
	}
}

static int open_events(struct quiesce *q)
{
	q->ask_fd = eventfd(0, EFD_CLOEXEC);
	q->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->ask_fd < 0 || q->done_fd < 0)
		return -errno;
	q->event = event_new(q->base, q->done_fd, EV_READ | EV_PERSIST, on_done, q);
	return q->event && event_add(q->event, NULL) == 0 ? 0 : -ENOMEM;
}

int quiesce_new(struct quiesce **qp, struct event_base *base)
{
	struct quiesce *q = calloc(1, sizeof *q);
	int r;

	if (!q)
		return -ENOMEM;
	q->base = base;
	q->ask_fd = q->done_fd = -1;
	LIST_INIT(&q->waits);
	r = open_events(q);
	if (r < 0)
		quiesce_free(q);
	else
		*qp = q;
	return r;
}

struct quiesce *quiesce_free(struct quiesce *q)
{
	if (!q)
		return NULL;
	if (q->running) {
		__atomic_store_n(&q->stop, true, __ATOMIC_RELEASE);
		eventfd_write(q->ask_fd, 1);
		pthread_join(q->thread, NULL);
	}
	close_listed(q);
	if (q->event)
		event_free(q->event);
	close_fd(q->ask_fd);
	close_fd(q->done_fd);
	free(q);
	return NULL;
}

void quiesce_close(struct quiesce *q, int *fds, uint32_t n)
{
	struct closing *c = n ? malloc(sizeof *c) : NULL;
	bool runs = n && (q->running || thread_start(&q->thread, visit_cpus, q) == 0);

	q->running |= runs;
	if (!c || !runs) {
		for (uint32_t i = 0; i < n; i++)
			close(fds[i]);
		free(fds);
		free(c);
		return;
	}
	*c = (struct closing){ __atomic_load_n(&q->closing, __ATOMIC_RELAXED), fds, n };
	while (!__atomic_compare_exchange_n(&q->closing, &c->next, c, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	if (eventfd_write(q->ask_fd, 1) == 0)
		q->asked++;
}

int quiesce_start(struct quiesce *q, struct quiesce_wait *w, bool preempted,
	void (*fn)(void *arg, int error), void *arg)
{
	int r = q->running ? 0 : thread_start(&q->thread, visit_cpus, q);

	if (r < 0)
		return r;
	q->running = true;
	if (preempted)
		__atomic_store_n(&q->preempted, true, __ATOMIC_RELEASE);
	if (eventfd_write(q->ask_fd, 1) < 0)
		return -errno;
	w->fn = fn;
	w->arg = arg;
	w->ticket = ++q->asked;
	w->waiting = true;
	LIST_INSERT_HEAD(&q->waits, w, link);
	return 0;
}

void quiesce_cancel(struct quiesce_wait *w)
{
	if (!w->waiting)
		return;
	LIST_REMOVE(w, link);
	w->waiting = false;
}
