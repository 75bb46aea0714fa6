// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Threads that make links, see linker.h. One eventfd tells the loop that some of them have ended.

#include "daemon/kernel/linker.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>

#include "daemon/kernel/closer.h"
#include "daemon/log.h"
#include "daemon/thread.h"
#include "daemon/util.h"

// One thread's work.
struct linking {
	LIST_ENTRY(linking) link;
	int done_fd;		// the linker's
	pthread_t thread;
	int *closing;		// links to be closed, owned; NULL: one is to be made
	uint32_t nclosing;
	struct link_request q;
	int prog;
	int fd;			// the thread's until it has ended
	bool ended;		// shared
	uint64_t ns;		// what it took
	linking_done_fn *done;	// NULL: nobody waits for it, or no more
	void *arg;
};

struct linker {
	LIST_HEAD(, linking) list;
	struct event *event;
	int done_fd;
	struct linking *closer;	// one at a time
	int *closing;		// what it closes next
	uint32_t nclosing;
};

void link_request_deinit(struct link_request *q)
{
	free(q->addresses);
	free(q->names);
	free(q->cookies);
	*q = (struct link_request){ 0 };
}

int link_functions(int prog, const struct link_request *q)
{
	CLEANUP(freep) char *list = q->names ? malloc(q->n * sizeof(const char *)) : NULL;
	const char **names = (const char **)(void *)list, *at = q->names;
	LIBBPF_OPTS(bpf_link_create_opts, opts, .kprobe_multi = {
		.addrs = (const unsigned long *)q->addresses, .syms = names, .cookies = (const __u64 *)q->cookies,
		.cnt = q->n, .flags = q->returns ? BPF_F_KPROBE_MULTI_RETURN : 0,
	});

	if (!q->n)
		return bpf_raw_tracepoint_open(NULL, prog);
	if (q->names && !names)
		return -ENOMEM;
	for (uint32_t i = 0; names && i < q->n; i++, at += strlen(at) + 1)
		names[i] = at;
	return bpf_link_create(prog, 0, BPF_TRACE_KPROBE_MULTI, &opts);
}

// ---- the threads -----------------------------------------------------------

static void *work(void *arg)
{
	struct linking *k = arg;
	int done_fd = k->done_fd;
	uint64_t start = clock_ns(CLOCK_MONOTONIC);

	if (k->closing)
		close_many(k->closing, k->nclosing);
	else
		k->fd = link_functions(k->prog, &k->q);
	k->ns = clock_ns(CLOCK_MONOTONIC) - start;
	__atomic_store_n(&k->ended, true, __ATOMIC_RELEASE);
	eventfd_write(done_fd, 1);
	return NULL;
}

// ---- the event loop's side -------------------------------------------------

static void linking_free(struct linking *k)
{
	close_fd(k->prog);
	link_request_deinit(&k->q);
	free(k->closing);
	free(k);
}

// Returns the link, or -1, when its thread has ended.
static int finish(struct linking *k)
{
	int fd;

	pthread_join(k->thread, NULL);
	fd = k->fd;
	LIST_REMOVE(k, link);
	linking_free(k);
	return fd;
}

static int start(struct linker *l, struct linking *k)
{
	int r = thread_start(&k->thread, work, k);

	if (r >= 0)
		LIST_INSERT_HEAD(&l->list, k, link);
	return r;
}

static void close_next(struct linker *l)
{
	struct linking *k = l->closer || !l->nclosing ? NULL : calloc(1, sizeof *k);

	if (!k)
		return;
	*k = (struct linking){ .done_fd = l->done_fd, .prog = -1, .fd = -1, .closing = l->closing, .nclosing = l->nclosing };
	if (start(l, k) < 0) {
		k->closing = NULL;
		linking_free(k);
		return;		// with the next one
	}
	l->closer = k;
	l->closing = NULL;
	l->nclosing = 0;
}

static void close_later(struct linker *l, const int *fds, uint32_t n)
{
	int *all = n ? reallocarray(l->closing, l->nclosing + n, sizeof *all) : NULL;

	if (!all) {
		for (uint32_t i = 0; i < n; i++)
			close(fds[i]);
		return;
	}
	memcpy(all + l->nclosing, fds, n * sizeof *all);
	l->closing = all;
	l->nclosing += n;
	close_next(l);
}

void linker_close(struct linker *l, int *fds, uint32_t n)
{
	close_later(l, fds, n);
	free(fds);
}

static void tell(const struct linking *k)
{
	unsigned long long us = (unsigned long long)k->ns / 1000;

	if (k->closing)
		log_debug("%u links to functions closed in %llu us", k->nclosing, us);
	else if (k->q.n)
		log_debug("a link to %u functions by %s in %llu us", k->q.n, k->q.names ? "name" : "address", us);
}

static struct linking *find_ended(const struct linker *l)
{
	struct linking *k;

	LIST_FOREACH(k, &l->list, link) {
		if (__atomic_load_n(&k->ended, __ATOMIC_ACQUIRE))
			return k;
	}
	return NULL;
}

static void on_done(evutil_socket_t fd, short what, void *arg)
{
	struct linker *l = arg;
	struct linking *k;
	eventfd_t n;

	(void)what;
	eventfd_read(fd, &n);
	while ((k = find_ended(l))) {
		linking_done_fn *done = k->done;
		void *done_arg = k->arg;
		int r;

		tell(k);
		l->closer = k == l->closer ? NULL : l->closer;
		r = finish(k);
		if (done)
			done(done_arg, r);
		else if (r >= 0)
			close_later(l, &r, 1);
	}
	close_next(l);
}

int linker_start(struct linker *l, int prog, struct link_request *q, linking_done_fn *done, void *arg,
	struct linking **out)
{
	struct linking *k = calloc(1, sizeof *k);
	int r = -ENOMEM;

	if (!k) {
		link_request_deinit(q);
		return r;
	}
	*k = (struct linking){ .done_fd = l->done_fd, .q = *q, .fd = -1, .done = done, .arg = arg };
	*q = (struct link_request){ 0 };
	k->prog = fcntl(prog, F_DUPFD_CLOEXEC, 0);
	r = k->prog < 0 ? -errno : start(l, k);
	if (r < 0)
		linking_free(k);
	else
		*out = k;
	return r;
}

void linking_cancel(struct linking *k)
{
	if (k)
		k->done = NULL;
}

static int linker_init(struct linker *l, struct event_base *base)
{
	LIST_INIT(&l->list);
	l->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->done_fd < 0)
		return -errno;
	l->event = event_new(base, l->done_fd, EV_READ | EV_PERSIST, on_done, l);
	return l->event && event_add(l->event, NULL) == 0 ? 0 : -ENOMEM;
}

int linker_new(struct linker **lp, struct event_base *base)
{
	struct linker *l = calloc(1, sizeof *l);
	int r = l ? linker_init(l, base) : -ENOMEM;

	*lp = r < 0 ? linker_free(l) : l;
	return r;
}

struct linker *linker_free(struct linker *l)
{
	if (!l)
		return NULL;
	while (!LIST_EMPTY(&l->list))
		close_fd(finish(LIST_FIRST(&l->list)));
	close_many(l->closing, l->nclosing);
	free(l->closing);
	if (l->event)
		event_free(l->event);
	close_fd(l->done_fd);
	free(l);
	return NULL;
}
