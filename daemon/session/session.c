// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The life of a session, see session.h.
//
// While records come, the core polls: a millisecond after waking, then at
// growing intervals up to ten. After two empty rounds it arms the bell and
// sleeps. A session whose programs only count never wakes anybody.

#include "daemon/session/session.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/conn.h"
#include "daemon/kernel/load.h"
#include "daemon/log.h"
#include "daemon/policy/guard.h"
#include "daemon/server.h"
#include "daemon/session/setup.h"

enum { POLL_FIRST_US = 1000, POLL_MAX_US = 10000, LEASE_MS = 5000 };

static void session_round(struct session *s);

// ---- timers ----------------------------------------------------------------

static void poll_after(struct session *s, uint32_t us)
{
	struct timeval t = { 0, (suseconds_t)us };

	evtimer_add(s->poll, &t);
}

static void on_poll(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	session_round(arg);
}

static void on_bell(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	(void)fd;
	(void)what;
	segment_silence(&s->segment);
	if (s->state != SESSION_RUNNING)
		return;
	stream_wake(&s->stream);
	s->interval_us = POLL_FIRST_US;
	session_round(s);
}

// ---- rounds ----------------------------------------------------------------

// What ends a session by itself, in order of precedence.
static const struct {
	unsigned found;
	Dtraced__EndReason reason;
	const char *text;
} endings[] = {
	{ STREAM_CORRUPT, DTRACED__END_REASON__END_KILLED, "the session's memory is corrupted" },
	{ STREAM_STOPPED, DTRACED__END_REASON__END_EXIT, "" },
	{ STREAM_FULL, DTRACED__END_REASON__END_FULL, "a buffer is full" },
};

static void session_round(struct session *s)
{
	bool had_news = s->stream.news;
	unsigned found;

	if (s->state != SESSION_RUNNING)
		return;
	found = stream_round(&s->stream, s->conn);
	for (size_t i = 0; i < NELEMS(endings); i++) {
		if (found & endings[i].found) {
			session_stop(s, endings[i].reason, endings[i].text);
			return;
		}
	}
	if (found & STREAM_BEHIND)
		return;		// session_room() goes on
	if (!(found & (STREAM_RECORDS | STREAM_OPEN)) && !had_news && stream_sleep(&s->stream))
		return;
	poll_after(s, s->interval_us);
	s->interval_us = s->interval_us * 2 > POLL_MAX_US ? POLL_MAX_US : s->interval_us * 2;
}

// Sends the rest; when all is sent the session has ended.
static void session_drain(struct session *s)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Ended ended = DTRACED__ENDED__INIT;

	if (stream_flush(&s->stream, s->conn) & STREAM_BEHIND)
		return;
	s->state = SESSION_ENDED;
	ended.session = s->id;
	ended.reason = s->reason;
	ended.text = s->reason_text ? s->reason_text : (char *)"";
	reply.body_case = DTRACED__REPLY__BODY_ENDED;
	reply.ended = &ended;
	conn_send(s->conn, 0, &reply);
}

void session_room(struct session *s)
{
	if (s->state == SESSION_RUNNING && !evtimer_pending(s->poll, NULL) &&
	    !segment_get(s->segment.ctl, CTL_ASLEEP))
		session_round(s);
	else if (s->state == SESSION_DRAINING)
		session_drain(s);
}

// ---- lease -----------------------------------------------------------------

static int renew(struct session *s)
{
	uint64_t jiffies, wall;
	int r = jiffies_clock_after(&s->conn->server->clock, LEASE_MS, &jiffies);

	if (r < 0)
		return r;
	segment_set(s->segment.guard, GUARD_LEASE, jiffies);
	wall = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	segment_set(s->segment.ctl, CTL_WALL, wall);
	return 0;
}

static void count_missed(struct session *s)
{
	uint64_t missed = 0;

	for (uint32_t i = 0; i < s->nprograms; i++) {
		if (s->programs[i].fd >= 0)
			missed += load_missed(s->programs[i].fd);
	}
	s->stream.missed = missed;
}

void session_tick(struct session *s)
{
	int r;

	if (s->state != SESSION_RUNNING)
		return;
	r = renew(s);
	if (r < 0)
		log_error("the lease of a session cannot be renewed: %s", strerror(-r));
	count_missed(s);
	if (!evtimer_pending(s->poll, NULL))
		session_round(s);	// drops of a session that records nothing
}

// ---- start -----------------------------------------------------------------

static bool is_edge(const struct session_program *p)
{
	return p->hook == HOOK_BEGIN || p->hook == HOOK_END;
}

static void detach_all(struct session *s)
{
	for (uint32_t i = 0; i < s->nprograms; i++)
		attachment_close(&s->programs[i].attachment);
}

static int attach_all(struct session *s, struct reason *why)
{
	for (uint32_t i = 0; i < s->nprograms; i++) {
		struct session_program *p = &s->programs[i];
		int r;

		if (is_edge(p))
			continue;
		r = attachment_open(&p->attachment, p->hook, p->period, p->fd);
		if (r < 0) {
			reason_set(why, "a program cannot be attached: %s", strerror(-r));
			detach_all(s);
			return SESSION_E_KERNEL;
		}
	}
	return 0;
}

// The client's task, as long as it lives: BEGIN and END see its identity.
static pid_t edge_task(const struct session *s)
{
	pid_t pid = s->conn->peer.pid;

	if (pid > 0 && (!kill(pid, 0) || errno == EPERM))
		return pid;
	return getpid();
}

static int run_edge(struct session *s, enum hook_kind hook)
{
	int r = 0;

	segment_set(s->segment.guard, GUARD_EDGE, 1);
	for (uint32_t i = 0; i < s->nprograms && r >= 0; i++) {
		if (s->programs[i].hook == hook)
			r = attach_run_once(s->programs[i].fd, edge_task(s));
	}
	segment_set(s->segment.guard, GUARD_EDGE, 0);
	return r;
}

static int enable(struct session *s)
{
	segment_set(s->segment.guard, GUARD_ENABLED, 1);
	for (uint32_t i = 0; i < s->nprograms; i++) {
		int r = attachment_enable(&s->programs[i].attachment);

		if (r < 0)
			return r;
	}
	return 0;
}

int session_start(struct session *s, struct reason *why)
{
	int r = renew(s);

	if (r >= 0)
		r = attach_all(s, why);
	if (r)
		return r;
	r = run_edge(s, HOOK_BEGIN);
	if (r >= 0 && !segment_get(s->segment.ctl, CTL_STOPPED))
		r = enable(s);
	if (r < 0) {
		segment_set(s->segment.guard, GUARD_ENABLED, 0);
		detach_all(s);
		return r;
	}
	s->state = SESSION_RUNNING;
	s->interval_us = POLL_FIRST_US;
	poll_after(s, 0);
	server_need_tick(s->conn->server);
	return 0;
}

// ---- stop ------------------------------------------------------------------

// From here on no program of the session runs.
static void quiesce(struct session *s)
{
	int r;

	segment_set(s->segment.guard, GUARD_ENABLED, 0);
	detach_all(s);
	r = attach_wait_for_cpus();
	if (r < 0)
		log_warning("cannot wait for programs in flight: %s", strerror(-r));
}

static void close_programs(struct session *s)
{
	for (uint32_t i = 0; i < s->nprograms; i++)
		s->programs[i].fd = close_fd(s->programs[i].fd);
}

static void run_end(struct session *s)
{
	int r;

	segment_set(s->segment.ctl, CTL_STOPPED, 0);
	r = renew(s);
	if (r >= 0)
		r = run_edge(s, HOOK_END);
	if (r < 0)
		log_error("END cannot be run: %s", strerror(-r));
}

void session_stop(struct session *s, Dtraced__EndReason reason, const char *text)
{
	uint64_t begin = clock_ns(CLOCK_MONOTONIC);

	if (s->state & (SESSION_DRAINING | SESSION_ENDED))
		return;
	s->reason = reason;
	free(s->reason_text);
	s->reason_text = strdup(text);
	event_del(s->poll);
	if (s->state == SESSION_RUNNING) {
		quiesce(s);
		run_end(s);
		count_missed(s);
		stream_rewind(&s->stream);
	}
	close_programs(s);
	s->state = SESSION_DRAINING;
	session_drain(s);
	log_debug("session %016llx stopped in %llu us", (unsigned long long)s->id,
		(unsigned long long)(clock_ns(CLOCK_MONOTONIC) - begin) / 1000);
}

// ---- life ------------------------------------------------------------------

static int add_events(struct session *s)
{
	struct event_base *base = s->conn->server->base;

	s->poll = evtimer_new(base, on_poll, s);
	s->bell = event_new(base, s->segment.bell_fd, EV_READ | EV_PERSIST, on_bell, s);
	if (!s->poll || !s->bell || event_add(s->bell, NULL) < 0)
		return -ENOMEM;
	return 0;
}

int session_new(struct session **sp, struct conn *c, const Dtraced__Object *object,
	struct reason *why)
{
	struct session *s = calloc(1, sizeof *s);
	uint64_t begin = clock_ns(CLOCK_MONOTONIC);
	int r = 0;

	if (!s)
		return -ENOMEM;
	s->conn = c;
	s->state = SESSION_LOADED;
	s->segment = (struct segment){ .guard_fd = -1, .ctl_fd = -1, .seg_fd = -1, .bell_fd = -1 };
	LIST_INSERT_HEAD(&c->sessions, s, link);
	while (!s->id && !r) {
		if (getrandom(&s->id, sizeof s->id, 0) != sizeof s->id)
			r = -EIO;
	}
	if (!r)
		r = session_setup(s, object, why);
	if (!r)
		r = stream_init(&s->stream, &s->segment, s->id);
	if (!r)
		r = add_events(s);
	if (r) {
		session_free(s);
		return r;
	}
	log_debug("session %016llx set up in %llu us", (unsigned long long)s->id,
		(unsigned long long)(clock_ns(CLOCK_MONOTONIC) - begin) / 1000);
	*sp = s;
	return 0;
}

struct session *session_free(struct session *s)
{
	if (!s)
		return NULL;
	if (s->segment.guard)
		segment_set(s->segment.guard, GUARD_ENABLED, 0);
	if (s->poll)
		event_free(s->poll);
	if (s->bell)
		event_free(s->bell);
	detach_all(s);
	close_programs(s);
	for (uint32_t i = MAP_FIRST_EXTRA; i < s->nmaps; i++)
		close(s->maps[i]);
	stream_deinit(&s->stream);
	segment_close(&s->segment);
	charge_release(&s->charge);
	LIST_REMOVE(s, link);
	free(s->maps);
	free(s->tables);
	free(s->programs);
	free(s->reason_text);
	free(s);
	return NULL;
}

bool session_wants_table(const struct session *s, uint32_t i, const uint32_t *aggs, size_t naggs,
	struct table_source *source)
{
	const struct object_table *t = &s->tables[i];
	bool wanted = naggs == 0;

	for (size_t k = 0; k < naggs && !wanted; k++)
		wanted = aggs[k] == t->agg;
	*source = (struct table_source){
		.table = t, .seg = s->segment.seg, .area_size = s->segment.layout.area_size,
		.ncpus = s->segment.ncpus, .overflow = t->overflow < 0 ? -1 : s->maps[t->overflow],
	};
	return wanted;
}
