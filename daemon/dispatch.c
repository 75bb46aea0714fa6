// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Dispatch, see dispatch.h.

#include "daemon/dispatch.h"

#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/req/req.h"
#include "daemon/server.h"
#include "daemon/session/roster.h"

#define STARTED_SESSION (SESSION_RUNNING | SESSION_STOPPING | SESSION_DRAINING | SESSION_ENDED)
#define ANY_SESSION (SESSION_LOADED | SESSION_STARTING | STARTED_SESSION)

struct row {
	req_fn *handle;
	unsigned conn_states;		// in which the message is legal
	unsigned session_states;	// of the session it names; 0: it names none
	enum right right;
	const char *name;
};

static const struct row rows[] = {
	[DTRACED__REQUEST__BODY_HELLO] = { req_hello, CONN_GREETING, 0, RIGHT_NONE, "Hello" },
	[DTRACED__REQUEST__BODY_COMPILE] = { req_compile, CONN_READY, 0, RIGHT_TRACE, "Compile" },
	[DTRACED__REQUEST__BODY_LIST] = { req_list, CONN_READY, 0, RIGHT_LIST, "List" },
	[DTRACED__REQUEST__BODY_START] = { req_start, CONN_READY, SESSION_LOADED, RIGHT_TRACE, "Start" },
	[DTRACED__REQUEST__BODY_SNAPSHOT] = { req_snapshot, CONN_READY, ANY_SESSION, RIGHT_TRACE, "Snapshot" },
	[DTRACED__REQUEST__BODY_CLEAR] = { req_clear, CONN_READY, ANY_SESSION, RIGHT_TRACE, "Clear" },
	[DTRACED__REQUEST__BODY_TRUNC] = { req_trunc, CONN_READY, ANY_SESSION, RIGHT_TRACE, "Trunc" },
	[DTRACED__REQUEST__BODY_STOP] = { req_stop, CONN_READY, ANY_SESSION, RIGHT_TRACE, "Stop" },
	[DTRACED__REQUEST__BODY_CLOSE] = { req_close, CONN_READY, ANY_SESSION, RIGHT_TRACE, "Close" },
	[DTRACED__REQUEST__BODY_EXPLAIN] = { req_explain, CONN_READY, 0, RIGHT_LIST, "Explain" },
	[DTRACED__REQUEST__BODY_RESOLVE] = { req_resolve, CONN_READY, ANY_SESSION, RIGHT_TRACE, "Resolve" },
	[DTRACED__REQUEST__BODY_ATTACH] = { req_attach, CONN_READY, 0, RIGHT_TRACE, "Attach" },
	[DTRACED__REQUEST__BODY_DETACH] = { req_detach, CONN_READY, STARTED_SESSION, RIGHT_DETACH, "Detach" },
	[DTRACED__REQUEST__BODY_SESSIONS] = { req_sessions, CONN_READY, 0, RIGHT_LIST, "Sessions" },
	[DTRACED__REQUEST__BODY_CONTROL] = { req_control, CONN_READY, 0, RIGHT_TRACE, "Control" },
	[DTRACED__REQUEST__BODY_FREEZE] = { req_freeze, CONN_READY, 0, RIGHT_FREEZE, "Freeze" },
};

// All messages with a session of this connection begin with its id.
static uint64_t session_id(const Dtraced__Request *request)
{
	_Static_assert(offsetof(Dtraced__Start, session) == offsetof(Dtraced__Snapshot, session) &&
		offsetof(Dtraced__Start, session) == offsetof(Dtraced__Clear, session) &&
		offsetof(Dtraced__Start, session) == offsetof(Dtraced__Trunc, session) &&
		offsetof(Dtraced__Start, session) == offsetof(Dtraced__Stop, session) &&
		offsetof(Dtraced__Start, session) == offsetof(Dtraced__Close, session) &&
		offsetof(Dtraced__Start, session) == offsetof(Dtraced__Resolve, session) &&
		offsetof(Dtraced__Start, session) == offsetof(Dtraced__Detach, session),
		"the session comes first");
	return request->start->session;
}

// The session of that id, if the connection keeps or views it.
static struct session *find_session(const struct conn *c, uint64_t id)
{
	struct session *s = roster_by_id(c->server, id);

	return s && (s->keeper == c || viewers_find(&s->viewers, c)) ? s : NULL;
}

void dispatch(struct conn *c, const Dtraced__Request *request)
{
	const struct row *row = &rows[0];
	struct session *s = NULL;
	struct reason why;

	if ((unsigned)request->body_case < NELEMS(rows))
		row = &rows[request->body_case];
	if (!row->handle || !(row->conn_states & c->state)) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE, "%s is not possible %s",
			row->handle ? row->name : "this",
			c->state == CONN_GREETING ? "before Hello" : "after Hello");
		return;
	}
	if (policy_check(&c->peer, row->right, &why) != VERDICT_ALLOW) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
		return;
	}
	if (row->session_states) {
		s = find_session(c, session_id(request));
		if (!s || !(row->session_states & s->state)) {
			conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
				s ? "%s is not possible in this state of the session" :
				    "%s: no such session", row->name);
			return;
		}
	}
	log_debug("pid %d: %s", c->peer.pid, row->name);
	row->handle(c, request, s);
}
