// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The service, see service.h.

#include "daemon/service.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/conn.h"
#include "daemon/dispatch.h"
#include "daemon/listen.h"
#include "daemon/log.h"
#include "daemon/reload.h"
#include "daemon/session/roster.h"

enum { FAREWELL_SECONDS = 1 };	// for clients to fetch their last snapshots

// ---- accepting -------------------------------------------------------------

// Out of fds: gives the reserve for a moment to take the connection and close it.
static void refuse_one(struct service *s)
{
	s->reserve_fd = close_fd(s->reserve_fd);
	close_fd(accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC));
	s->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log_warning("too many open files: a connection was refused");
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct service *s = arg;

	(void)what;
	for (;;) {
		int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct conn *c;
		int r;

		if (client < 0 && (errno == EMFILE || errno == ENFILE))
			refuse_one(s);
		if (client < 0)
			return;
		r = conn_new(&c, &s->server, client);
		if (r < 0)
			log_error("a connection failed: %s", strerror(-r));
	}
}

// ---- timers and signals ----------------------------------------------------

static void on_farewell(evutil_socket_t fd, short what, void *arg)
{
	struct service *s = arg;

	(void)fd;
	(void)what;
	event_base_loopbreak(s->server.base);
}

// Nobody new; every session ends, and the clients have a moment for the rest.
static void on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct timeval moment = { FAREWELL_SECONDS, 0 };
	struct service *s = arg;
	struct conn *c, *next;

	(void)fd;
	(void)what;
	if (s->stopping) {
		event_base_loopbreak(s->server.base);
		return;
	}
	s->stopping = s->server.ends_with_last = true;
	log_info("stopping");
	if (s->listener)
		event_del(s->listener);
	roster_stop(&s->server, "the daemon is stopping");
	for (c = LIST_FIRST(&s->server.conns); c; c = next) {
		next = LIST_NEXT(c, link);
		if (LIST_EMPTY(&c->parts))
			conn_kill(c, "the daemon is stopping");
	}
	evtimer_add(s->farewell, &moment);
	server_conn_gone(&s->server);
}

static void on_hangup(evutil_socket_t fd, short what, void *arg)
{
	struct service *s = arg;

	(void)fd;
	(void)what;
	if (!s->stopping)
		reload_policy(&s->server, s->policy_source);
}

// ---- life ------------------------------------------------------------------

static int add_events(struct service *s)
{
	s->farewell = evtimer_new(s->server.base, on_farewell, s);
	s->sigterm = evsignal_new(s->server.base, SIGTERM, on_signal, s);
	s->sigint = evsignal_new(s->server.base, SIGINT, on_signal, s);
	s->sighup = evsignal_new(s->server.base, SIGHUP, on_hangup, s);
	if (!s->farewell || !s->sigterm || !s->sigint || !s->sighup)
		return -ENOMEM;
	return event_add(s->sigterm, NULL) < 0 ? -ENOMEM : 0;
}

int service_init(struct service *s, struct zygote *zygote, struct policy *policy,
	struct reason *why)
{
	int r;

	*s = (struct service){ .listen_fd = -1, .reserve_fd = -1 };
	r = server_init(&s->server, zygote, policy, why);
	if (r < 0)
		return r;
	s->server.serve = dispatch;
	r = roster_init(&s->server);
	if (r >= 0)
		r = add_events(s);
	if (r < 0) {
		reason_set(why, "cannot start: %s", strerror(-r));
		service_deinit(s);
	}
	return r;
}

static int open_listener(struct service *s, int fd)
{
	s->listen_fd = fd;
	evutil_make_socket_nonblocking(fd);
	s->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	s->listener = event_new(s->server.base, fd, EV_READ | EV_PERSIST, on_accept, s);
	if (!s->listener || event_add(s->listener, NULL) < 0 || event_add(s->sigint, NULL) < 0)
		return -ENOMEM;
	return s->policy_source && event_add(s->sighup, NULL) < 0 ? -ENOMEM : 0;
}

int service_open(struct service *s, const struct service_source *source, struct reason *why)
{
	struct conn *c;
	int r;

	reason_set(why, "%s", "");
	audit_open(&s->server.audit, AUDIT_JOURNAL, source->connection_fd < 0);
	if (source->connection_fd >= 0) {
		s->server.ends_with_last = true;
		r = conn_new(&c, &s->server, source->connection_fd);
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

int service_run(struct service *s)
{
	return event_base_dispatch(s->server.base) < 0 ? -EIO : 0;
}

static void free_event(struct event *e)
{
	if (e)
		event_free(e);
}

void service_deinit(struct service *s)
{
	conns_free(&s->server);
	roster_deinit(&s->server);
	free_event(s->listener);
	free_event(s->farewell);
	free_event(s->sigterm);
	free_event(s->sigint);
	free_event(s->sighup);
	if (s->path)
		unlink(s->path);
	free(s->path);
	s->listen_fd = close_fd(s->listen_fd);
	s->reserve_fd = close_fd(s->reserve_fd);
	server_deinit(&s->server);
}
