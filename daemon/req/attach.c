// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Attach: one more viewer of a session. What it needs to make sense of what will come
// goes ahead.

#include <errno.h>
#include <string.h>

#include "daemon/conn.h"
#include "daemon/policy/judge.h"
#include "daemon/req/req.h"
#include "daemon/req/session_info.h"
#include "daemon/session/session.h"

static void greet(struct conn *c, uint32_t tag, struct session *s, struct viewer *v)
{
	Dtraced__SessionInfo *info = session_info(s, INFO_SOURCE);

	if (!info) {
		conn_kill(c, "out of memory");
		return;
	}
	session_info_send(c, tag, &info, 1, false);
	session_info_free(info);
	session_greet(s, v);
}

void req_attach(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	struct viewer *v;
	struct reason why;
	enum verdict verdict;
	int r;

	s = session_named(c, request->tag, request->attach->session, RIGHT_VIEW_ANY);
	if (!s)
		return;
	if (s->state & (SESSION_LOADING | SESSION_LOADED | SESSION_STARTING)) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE, "session '%s' has not started yet",
			s->name);
		return;
	}
	verdict = judge_view(&c->peer, &s->owner, s->wish, &why);
	if (verdict != VERDICT_ALLOW) {
		conn_fail(c, request->tag, judge_code(verdict), "session '%s' cannot be attached to: %s", s->name, why.text);
		return;
	}
	r = session_view(s, c, &v);
	if (r < 0)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE, "session '%s' cannot be attached to: %s",
			s->name, r == -EEXIST ? "this connection views it already" : strerror(-r));
	else
		session_audit(c, s, "viewed");
	if (r == 0)
		greet(c, request->tag, s, v);
}
