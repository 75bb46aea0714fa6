// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The server, see server.h.

#include "daemon/server.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/kernel/quiesce.h"
#include "daemon/listen.h"
#include "daemon/log.h"
#include "daemon/session/session.h"
#include "daemon/sym/sideband.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/unwinder.h"

enum { FAREWELL_SECONDS = 1 };	// for clients to fetch their last snapshots

// ---- accepting -------------------------------------------------------------

// Out of fds: gives the reserve for a moment to take the connection and close it.
static void refuse_one(struct server *s)
{
	s->reserve_fd = close_fd(s->reserve_fd);
	close_fd(accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC));
	s->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log_warning("too many open files: a connection was refused");
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)what;
	for (;;) {
		int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct conn *c;
		int r;

		if (client < 0 && (errno == EMFILE || errno == ENFILE))
			refuse_one(s);
		if (client < 0)
			return;
		r = conn_new(&c, s, client);
		if (r < 0)
			log_error("a connection failed: %s", strerror(-r));
	}
}

// ---- timers and signals ----------------------------------------------------

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	struct session *session, *next_session;
	struct conn *c, *next;
	bool running = false;

	(void)fd;
	(void)what;
	for (c = LIST_FIRST(&s->conns); c; c = next) {
		next = LIST_NEXT(c, link);
		for (session = LIST_FIRST(&c->sessions); session; session = next_session) {
			next_session = LIST_NEXT(session, link);
			session_tick(session);
			running |= session->state == SESSION_RUNNING;
		}
	}
	if (running)
		server_need_tick(s);
}

void server_need_tick(struct server *s)
{
	struct timeval second = { 1, 0 };

	if (!evtimer_pending(s->tick, NULL))
		evtimer_add(s->tick, &second);
}

static void on_farewell(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)fd;
	(void)what;
	event_base_loopbreak(s->base);
}

// Nobody new; every session ends, and the clients have a moment for the rest.
static void on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct timeval moment = { FAREWELL_SECONDS, 0 };
	struct server *s = arg;
	struct conn *c, *next;

	(void)fd;
	(void)what;
	if (s->stopping) {
		event_base_loopbreak(s->base);
		return;
	}
	s->stopping = true;
	log_info("stopping");
	if (s->listener)
		event_del(s->listener);
	for (c = LIST_FIRST(&s->conns); c; c = next) {
		struct session *session, *next_session;

		next = LIST_NEXT(c, link);
		for (session = LIST_FIRST(&c->sessions); session; session = next_session) {
			next_session = LIST_NEXT(session, link);
			session_stop(session, DTRACED__END_REASON__END_KILLED,
				"the daemon is stopping");
		}
		if (LIST_EMPTY(&c->sessions))
			conn_kill(c, "the daemon is stopping");
	}
	evtimer_add(s->farewell, &moment);
	server_conn_gone(s);
}

void server_conn_gone(struct server *s)
{
	if (LIST_EMPTY(&s->conns) && (s->stopping || s->one_connection))
		event_base_loopbreak(s->base);
}

// ---- life ------------------------------------------------------------------

static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static int add_events(struct server *s)
{
	s->tick = evtimer_new(s->base, on_tick, s);
	s->farewell = evtimer_new(s->base, on_farewell, s);
	s->sigterm = evsignal_new(s->base, SIGTERM, on_signal, s);
	s->sigint = evsignal_new(s->base, SIGINT, on_signal, s);
	if (!s->tick || !s->farewell || !s->sigterm || !s->sigint)
		return -ENOMEM;
	return event_add(s->sigterm, NULL) < 0 ? -ENOMEM : 0;
}

static int open_kernel(struct server *s, struct reason *why)
{
	const char *missing = features_missing(&s->features, false);
	int r = libbpf_num_possible_cpus();

	if (missing) {
		reason_set(why, "%s", missing);
		return -EOPNOTSUPP;
	}
	if (r < 0)
		return r;
	s->ncpus = (uint32_t)r;
	r = runtime_open(&s->runtime);
	return r < 0 ? r : jiffies_clock_open(&s->clock);
}

int server_init(struct server *s, struct zygote *zygote, struct policy *policy,
	struct reason *why)
{
	int r;

	*s = (struct server){
		.zygote = zygote, .policy = policy, .clock = JIFFIES_CLOCK_INIT,
		.listen_fd = -1, .reserve_fd = -1,
	};
	LIST_INIT(&s->conns);
	charges_init(&s->charges);
	reason_set(why, "%s", "");
	libbpf_set_print(NULL);
	r = open_kernel(s, why);
	if (r >= 0)
		r = (s->base = new_base()) ? add_events(s) : -ENOMEM;
	if (r >= 0)
		r = work_queue_init(&s->work, s->base);
	if (r >= 0)
		r = quiesce_new(&s->quiesce, s->base);
	if (r >= 0)
		r = quiesce_new(&s->detacher, s->base);
	if (r >= 0)
		r = sideband_new(&s->sideband, s->base, s->ncpus);
	if (r >= 0)
		r = syms_new(&s->syms, s->base, s->sideband);
	if (r >= 0)
		r = unwinder_new(&s->unwinder, s->base, &s->work, s->quiesce, s->syms, s->sideband);
	if (r >= 0)
		r = zygote_attach(zygote, s->base);
	if (r < 0) {
		if (!*why->text)
			reason_set(why, "cannot start: %s", strerror(-r));
		server_deinit(s);
	}
	return r;
}

static int open_listener(struct server *s, int fd)
{
	s->listen_fd = fd;
	evutil_make_socket_nonblocking(fd);
	s->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	s->listener = event_new(s->base, fd, EV_READ | EV_PERSIST, on_accept, s);
	if (!s->listener || event_add(s->listener, NULL) < 0 || event_add(s->sigint, NULL) < 0)
		return -ENOMEM;
	return 0;
}

int server_open(struct server *s, const struct server_source *source, struct reason *why)
{
	struct conn *c;
	int r;

	reason_set(why, "%s", "");
	if (source->connection_fd >= 0) {
		s->one_connection = true;
		r = conn_new(&c, s, source->connection_fd);
	} else if (source->listen_fd >= 0) {
		r = open_listener(s, source->listen_fd);
	} else {
		r = listen_at(source->path, why);
		if (r >= 0) {
			s->path = strdup(source->path);
			r = open_listener(s, r);
		}
	}
	if (r < 0 && !*why->text)
		reason_set(why, "cannot serve: %s", strerror(-r));
	return r;
}

int server_run(struct server *s)
{
	return event_base_dispatch(s->base) < 0 ? -EIO : 0;
}

static void free_event(struct event *e)
{
	if (e)
		event_free(e);
}

void server_deinit(struct server *s)
{
	struct conn *c;

	while ((c = LIST_FIRST(&s->conns)))
		conn_free(c);
	work_queue_deinit(&s->work);
	s->unwinder = unwinder_free(s->unwinder);
	s->quiesce = quiesce_free(s->quiesce);
	s->detacher = quiesce_free(s->detacher);
	s->syms = syms_free(s->syms);
	s->sideband = sideband_free(s->sideband);
	free_event(s->listener);
	free_event(s->tick);
	free_event(s->farewell);
	free_event(s->sigterm);
	free_event(s->sigint);
	if (s->path)
		unlink(s->path);
	free(s->path);
	s->listen_fd = close_fd(s->listen_fd);
	s->reserve_fd = close_fd(s->reserve_fd);
	s->zygote = zygote_stop(s->zygote);
	if (s->base)
		event_base_free(s->base);
	s->base = NULL;
	jiffies_clock_close(&s->clock);
	runtime_close(&s->runtime);
	charges_deinit(&s->charges);
	s->policy = policy_unref(s->policy);
}
