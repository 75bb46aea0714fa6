// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Who a session is for: its keeper, with whom it ends, and its viewers.

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "daemon/server.h"
#include "daemon/session/later.h"
#include "daemon/session/session.h"

// Goes if nobody will come for it any more.
static void settle(struct session *s)
{
	if (!session_is_alone(s))
		return;
	if (s->discarded || (s->taken && s->state == SESSION_ENDED)) {
		session_free(s);
		return;
	}
	s->alone_since = clock_ns(CLOCK_MONOTONIC);
	server_need_tick(s->server);
}

bool session_is_alone(const struct session *s)
{
	return !s->keeper && LIST_EMPTY(&s->viewers);
}

bool session_is_abandoned(struct session *s)
{
	uint64_t max = s->owner.role ? s->owner.role->limits[LIMIT_IDLE] : 0;
	struct reason why;

	if (!session_is_alone(s) || (clock_ns(CLOCK_MONOTONIC) - s->alone_since) / 1000000 <= max)
		return false;
	reason_set(&why, "nobody has viewed it for %llu s, as long as the limit 'idle' of its %s lets it be",
		(unsigned long long)(max / 1000), policy_role_text(&s->owner).text);
	s->reason = DTRACED__END_REASON__END_KILLED;
	free(s->reason_text);
	s->reason_text = strdup(why.text);
	return true;
}

void session_discard(struct session *s, const char *why)
{
	s->discarded = true;
	if (s->state == SESSION_LOADING || (!s->keeper && LIST_EMPTY(&s->viewers)))
		session_free(s);
	else
		session_stop(s, DTRACED__END_REASON__END_KILLED, why);
}

// ---- viewers ---------------------------------------------------------------

void session_unview(struct viewer *v)
{
	trunc_forget(v->session, v);
	LIST_REMOVE(v, link);
	viewer_free(v);
}

static void leave(struct viewer *v)
{
	struct session *s = v->session;

	session_unview(v);
	if (s->state & (SESSION_STOPPING | SESSION_DRAINING))
		session_room(s);
	settle(s);
}

static void on_viewer_room(struct conn_part *p)
{
	session_room(((struct viewer *)p)->session);
}

static void on_viewer_gone(struct conn_part *p)
{
	leave((struct viewer *)p);
}

int session_view(struct session *s, struct conn *c, struct viewer **vp)
{
	static const struct conn_part_ops ops = { .room = on_viewer_room, .gone = on_viewer_gone };
	struct viewer *v;

	if (viewers_find(&s->viewers, c))
		return -EEXIST;
	v = viewer_new(c, s, s->segment.ncpus, &ops);
	if (!v)
		return -ENOMEM;
	LIST_INSERT_HEAD(&s->viewers, v, link);
	*vp = v;
	return 0;
}

void session_greet(struct session *s, struct viewer *v)
{
	later_greet(s->later, v);
	stream_greet(&s->stream, v);
	if (s->state == SESSION_ENDED)
		session_send_ended(s, v);
	else
		session_room(s);
}

// ---- the keeper ------------------------------------------------------------

void session_detach(struct session *s)
{
	conn_remove_part(&s->keeping);
	s->keeper = NULL;
	s->alone_since = clock_ns(CLOCK_MONOTONIC);
	server_need_tick(s->server);
}

static void lose_keeper(struct session *s)
{
	struct viewer *own = viewers_find(&s->viewers, s->keeper), *v;
	bool others = false;

	LIST_FOREACH(v, &s->viewers, link)
		others |= v != own;
	if (!others) {
		session_free(s);
		return;
	}
	session_detach(s);
	if (own)
		session_unview(own);
	session_discard(s, "the client that began the session has left");
}

static void on_keeper_gone(struct conn_part *p)
{
	lose_keeper((struct session *)((char *)p - offsetof(struct session, keeping)));
}

void session_keep(struct session *s, struct conn *keeper)
{
	static const struct conn_part_ops ops = { .gone = on_keeper_gone };

	s->keeper = keeper;
	conn_add_part(keeper, &s->keeping, &ops);
}

void session_close(struct session *s, struct conn *c)
{
	if (s->keeper == c) {
		lose_keeper(s);
		return;
	}
	s->taken |= s->state == SESSION_ENDED;
	leave(viewers_find(&s->viewers, c));
}
