// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Starting and stopping a session: attaching and detaching in steps, BEGIN and
// END.

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/policy/guard.h"
#include "daemon/server.h"
#include "daemon/session/later.h"
#include "daemon/session/roster.h"
#include "daemon/session/session.h"
#include "daemon/session/user_hooks.h"

// The client's task, as long as it keeps the session: BEGIN and END see its identity.
static pid_t edge_task(const struct session *s)
{
	if (s->keeper && s->owner.pid > 0 && (!kill(s->owner.pid, 0) || errno == EPERM))
		return s->owner.pid;
	return getpid();
}

static int run_edge(struct session *s, enum hook_kind hook)
{
	int r;

	segment_set(s->segment.guard, GUARD_EDGE, 1);
	r = programs_run(&s->programs, hook, edge_task(s));
	segment_set(s->segment.guard, GUARD_EDGE, 0);
	return r;
}

// ---- start -----------------------------------------------------------------

void session_apply(struct session *s)
{
	bool fires = s->state == SESSION_RUNNING && !s->paused && !roster_freezes(s->server, &s->owner) &&
		!segment_get(s->segment.ctl, CTL_STOPPED);

	segment_set(s->segment.guard, GUARD_ENABLED, fires);
}

// Everything is attached.
static int begin(struct session *s)
{
	int r = session_renew(s);

	if (r >= 0)
		r = run_edge(s, HOOK_BEGIN);
	if (r >= 0 && !segment_get(s->segment.ctl, CTL_STOPPED))
		r = programs_enable(&s->programs);
	return r;
}

static bool undo_next(void *arg)
{
	struct session *s = arg;

	if (programs_detach_last(&s->programs))
		return true;
	s->state = SESSION_LOADED;
	return false;
}

// The client is told now; the session is loaded again when all is detached.
static void fail_start(struct session *s, int r, const struct reason *why)
{
	segment_set(s->segment.guard, GUARD_ENABLED, 0);
	s->later = later_free(s->later);
	session_answer(s, r, why);
	work_start(&s->server->work, &s->work, undo_next, s);
}

static bool attach_next(void *arg)
{
	struct session *s = arg;
	struct reason why = { "" };
	int r = programs_attach_next(&s->programs, &why);

	if (r == 1 || r == PROGRAMS_WAIT)
		return r == 1;
	if (r) {
		if (r < 0)
			reason_set(&why, "a program cannot be attached: %s", strerror(-r));
		fail_start(s, SESSION_E_KERNEL, &why);
		return false;
	}
	if (user_hooks_refused(s->hooks, &why)) {
		fail_start(s, SESSION_E_KERNEL, &why);
		return false;
	}
	r = begin(s);
	if (r < 0) {
		fail_start(s, r, &why);
		return false;
	}
	log_debug("session %016llx started in %llu us", (unsigned long long)s->id,
		(unsigned long long)(clock_ns(CLOCK_MONOTONIC) - s->since) / 1000);
	session_go(s);
	session_answer(s, 0, &why);
	return false;
}

static void begin_attaching(void *arg)
{
	struct session *s = arg;

	work_start(&s->server->work, &s->work, attach_next, s);
}

void session_start(struct session *s, session_done_fn *done, void *arg)
{
	s->state = SESSION_STARTING;
	s->since = clock_ns(CLOCK_MONOTONIC);
	s->waiter = (struct session_waiter){ done, arg };
	later_start(s);
	s->programs.go_on = begin_attaching;
	s->programs.go_on_arg = s;
	s->unwind_wait.fn = begin_attaching;
	s->unwind_wait.arg = s;
	if (s->unwinds)
		unwinder_await(s->server->unwinder, &s->unwind_wait);
	else
		begin_attaching(s);
}

// ---- stop ------------------------------------------------------------------

static void run_end(struct session *s)
{
	int r;

	segment_set(s->segment.ctl, CTL_STOPPED, 0);
	r = session_renew(s);
	if (r >= 0)
		r = run_edge(s, HOOK_END);
	if (r < 0)
		log_error("END cannot be run: %s", strerror(-r));
}

// What is in the rings goes out first, so that there is room for what END records.
// With the ring policy it takes the room of the oldest; and nobody may be there to take it.
static bool is_emptied(struct session *s)
{
	return !s->begun || LIST_EMPTY(&s->viewers) || s->stream.segment->layout.policy == RING_RING ||
	       !(stream_flush(&s->stream, &s->viewers) & STREAM_BEHIND);
}

// No program runs any more.
static void finish_stop(struct session *s)
{
	struct charge none = { 0 };

	s->emptying = !is_emptied(s);
	if (s->emptying)
		return;		// session_stop_room() goes on
	if (s->begun) {
		run_end(s);
		session_count_missed(s);
		stream_rewind(&s->stream);
	}
	programs_abandon(&s->programs, &none, &s->server->work);
	s->state = SESSION_DRAINING;
	log_debug("session %016llx stopped in %llu us", (unsigned long long)s->id,
		(unsigned long long)(clock_ns(CLOCK_MONOTONIC) - s->since) / 1000);
	session_drain(s);
}

void session_stop_room(struct session *s)
{
	if (s->emptying)
		finish_stop(s);
}

static void on_quiet(void *arg, int error)
{
	if (error < 0)
		log_warning("cannot wait for programs in flight: %s", strerror(-error));
	finish_stop(arg);
}

static void await_quiet(struct session *s)
{
	int r = quiesce_start(s->programs.quiesce, &s->quiet, programs_preempted(&s->programs),
		on_quiet, s);

	if (r < 0)
		on_quiet(s, r);
}

static bool detach_next(void *arg)
{
	struct session *s = arg;

	if (programs_detach_last(&s->programs))
		return true;
	if (s->begun)
		await_quiet(s);
	else
		finish_stop(s);
	return false;
}

void session_stop(struct session *s, Dtraced__EndReason reason, const char *text)
{
	struct reason stopped;

	if (s->state & (SESSION_STOPPING | SESSION_DRAINING | SESSION_ENDED))
		return;
	if (s->state == SESSION_LOADING) {
		session_free(s);
		return;
	}
	s->since = clock_ns(CLOCK_MONOTONIC);
	s->begun = s->state == SESSION_RUNNING;
	s->reason = reason;
	free(s->reason_text);
	s->reason_text = strdup(text);
	event_del(s->poll);
	segment_set(s->segment.guard, GUARD_ENABLED, 0);
	work_cancel(&s->server->work, &s->work);
	later_stop(s->later);
	unwinder_cancel(&s->unwind_wait);
	s->state = SESSION_STOPPING;
	reason_set(&stopped, "the session was stopped");
	session_answer(s, SESSION_E_STOPPED, &stopped);
	work_start(&s->server->work, &s->work, detach_next, s);
}
