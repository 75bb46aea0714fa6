// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The life of a session, see session.h.
//
// While records come, the core polls: a millisecond after waking, then at
// growing intervals up to ten. After two empty rounds it arms the bell and
// sleeps. A session whose programs only count never wakes anybody.

#include "daemon/session/session.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/log.h"
#include "daemon/policy/guard.h"
#include "daemon/policy/judge.h"
#include "daemon/server.h"
#include "daemon/session/audited.h"
#include "daemon/session/later.h"
#include "daemon/session/setup.h"
#include "daemon/session/user_hooks.h"
#include "daemon/sym/procs.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/user.h"

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
	found = stream_round(&s->stream, &s->viewers);
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

void session_send_ended(struct session *s, struct viewer *v)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Ended ended = DTRACED__ENDED__INIT;

	ended.session = s->id;
	ended.reason = s->reason;
	ended.text = s->reason_text ? s->reason_text : (char *)"";
	reply.body_case = DTRACED__REPLY__BODY_ENDED;
	reply.ended = &ended;
	viewer_send(v, &reply);
}

void session_drain(struct session *s)
{
	struct viewer *v;

	if (stream_flush(&s->stream, &s->viewers) & STREAM_BEHIND)
		return;
	s->state = SESSION_ENDED;
	audited_end(s);
	LIST_FOREACH(v, &s->viewers, link)
		session_send_ended(s, v);
}

void session_room(struct session *s)
{
	if (s->state == SESSION_RUNNING && !evtimer_pending(s->poll, NULL) &&
	    !segment_get(s->segment.ctl, CTL_ASLEEP))
		session_round(s);
	else if (s->state == SESSION_STOPPING)
		session_stop_room(s);
	else if (s->state == SESSION_DRAINING)
		session_drain(s);
}

// ---- lease -----------------------------------------------------------------

int session_renew(struct session *s)
{
	uint64_t jiffies, wall;
	int r = jiffies_clock_after(&s->server->clock, LEASE_MS, &jiffies);

	if (r < 0)
		return r;
	segment_set(s->segment.guard, GUARD_LEASE, jiffies);
	wall = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	segment_set(s->segment.ctl, CTL_WALL, wall);
	return 0;
}

void session_count_missed(struct session *s)
{
	s->stream.missed = programs_missed(&s->programs);
}

// A limit that is lowered by another policy counts, too.
static bool is_too_long(struct session *s)
{
	uint64_t ms = (clock_ns(CLOCK_MONOTONIC) - s->runs_since) / 1000000;
	uint64_t max = s->owner.role->limits[LIMIT_DURATION];
	struct reason why;

	if (ms <= max)
		return false;
	reason_set(&why, "it has run for %llu s, as long as the limit 'duration' of its %s lets it",
		(unsigned long long)(max / 1000), policy_role_text(&s->owner).text);
	session_stop(s, DTRACED__END_REASON__END_KILLED, why.text);
	return true;
}

void session_tick(struct session *s)
{
	int r;

	if (s->state != SESSION_RUNNING || is_too_long(s))
		return;
	r = session_renew(s);
	if (r < 0)
		log_error("the lease of a session cannot be renewed: %s", strerror(-r));
	session_count_missed(s);
	if (!evtimer_pending(s->poll, NULL))
		session_round(s);	// drops of a session that records nothing
}

void session_go(struct session *s)
{
	s->state = SESSION_RUNNING;
	s->runs_since = clock_ns(CLOCK_MONOTONIC);
	session_apply(s);
	later_go(s->later);
	s->interval_us = POLL_FIRST_US;
	poll_after(s, 0);
	server_need_tick(s->server);
}

// ---- life ------------------------------------------------------------------

void session_answer(struct session *s, int result, const struct reason *why)
{
	struct session_waiter waiter = s->waiter;

	s->waiter.fn = NULL;
	if (waiter.fn)
		waiter.fn(s, waiter.arg, result, why);
}

static int add_events(struct session *s)
{
	struct event_base *base = s->server->base;

	s->poll = evtimer_new(base, on_poll, s);
	s->bell = event_new(base, s->segment.bell_fd, EV_READ | EV_PERSIST, on_bell, s);
	if (!s->poll || !s->bell || event_add(s->bell, NULL) < 0)
		return -ENOMEM;
	return 0;
}

static void finish_loading(struct session *s, int r, const struct reason *why)
{
	log_debug("session %016llx: %u programs loaded in %llu us", (unsigned long long)s->id,
		s->programs.n, (unsigned long long)(clock_ns(CLOCK_MONOTONIC) - s->since) / 1000);
	if (!s->hooks)
		s->setup = setup_free(s->setup);
	if (!r)
		r = stream_init(&s->stream, &s->segment, s->id);
	if (!r)
		r = add_events(s);
	if (!r)
		s->state = SESSION_LOADED;
	session_answer(s, r, why);
	if (r)
		session_free(s);
}

static bool load_next(void *arg)
{
	struct session *s = arg;
	struct reason why = { "" };
	int r = setup_step(s, &why);

	if (r == SETUP_MORE)
		return true;
	finish_loading(s, r, &why);
	return false;
}

static void parts_free(const struct session_parts *p)
{
	dtraced__object__free_unpacked(p->object, NULL);
	user_hooks_free(p->hooks);
	free(p->origin.request);
	free(p->origin.schema);
	wish_free(p->wish);
}

static int draw_id(uint64_t *id)
{
	while (!*id) {
		if (getrandom(id, sizeof *id, 0) != sizeof *id)
			return -EIO;
	}
	return 0;
}

int session_new(struct session **sp, struct conn *keeper, const struct session_parts *parts,
	session_done_fn *done, void *arg)
{
	struct session *s = calloc(1, sizeof *s);
	struct viewer *v;
	int r;

	if (!s || !(s->setup = setup_new(parts->object))) {
		parts_free(parts);
		free(s);
		return -ENOMEM;
	}
	s->server = keeper->server;
	s->hooks = parts->hooks;
	s->origin = parts->origin;
	s->wish = parts->wish;
	snprintf(s->name, sizeof s->name, "%s", parts->name);
	s->state = SESSION_LOADING;
	s->since = clock_ns(CLOCK_MONOTONIC);
	s->made = clock_ns(CLOCK_REALTIME);
	s->refusal = *parts->object->refusal ? strdup(parts->object->refusal) : NULL;
	s->segment = (struct segment){ .ncpus = s->server->ncpus, .guard_fd = -1, .ctl_fd = -1, .seg_fd = -1, .bell_fd = -1 };
	LIST_INIT(&s->viewers);
	trunc_init(&s->trunc);
	LIST_INSERT_HEAD(&s->server->sessions, s, link);
	session_keep(s, keeper);
	r = peer_copy(&s->owner, &keeper->peer);
	if (r >= 0)
		r = draw_id(&s->id);
	if (r >= 0 && !parts->unseen)
		r = session_view(s, keeper, &v);
	if (r < 0) {
		session_free(s);
		return r;
	}
	s->waiter = (struct session_waiter){ done, arg };
	work_start(&s->server->work, &s->work, load_next, s);
	*sp = s;
	return 0;
}

static void free_event(struct event *e)
{
	if (e)
		event_free(e);
}

struct session *session_free(struct session *s)
{
	struct work_queue *queue;

	if (!s)
		return NULL;
	queue = &s->server->work;
	audited_end(s);
	session_answer(s, SESSION_E_STOPPED, &(struct reason){ "the session was closed" });
	trunc_cancel(s);
	conn_remove_part(&s->keeping);
	while (!LIST_EMPTY(&s->viewers))
		session_unview(LIST_FIRST(&s->viewers));
	later_free(s->later);
	work_cancel(queue, &s->work);
	quiesce_cancel(&s->quiet);
	unwinder_cancel(&s->unwind_wait);
	if (s->unwinds)
		unwinder_release(s->server->unwinder);
	if (s->follows)
		procs_unfollow(user_procs(syms_user(s->server->syms)));
	if (s->segment.guard)
		segment_set(s->segment.guard, GUARD_ENABLED, 0);
	free_event(s->poll);
	free_event(s->bell);
	setup_free(s->setup);
	programs_abandon(&s->programs, &s->charge, queue);
	for (uint32_t i = MAP_FIRST_EXTRA; i < s->nmaps; i++)
		close(s->maps[i]);
	stream_deinit(&s->stream);
	segment_close(&s->segment);
	LIST_REMOVE(s, link);
	user_hooks_free(s->hooks);
	free(s->maps);
	free(s->tables);
	peer_deinit(&s->owner);
	free(s->origin.request);
	free(s->origin.schema);
	wish_free(s->wish);
	free(s->refusal);
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
