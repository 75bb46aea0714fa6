// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stop: what was recorded is still sent, then Ended. Stopping twice is fine:
// exit() may have been faster.

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"

void req_stop(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	struct reason why;

	if (policy_check_session(&c->peer, &s->owner, RIGHT_KILL_ANY, &why) != VERDICT_ALLOW) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
		return;
	}
	conn_done(c, request->tag);
	session_stop(s, DTRACED__END_REASON__END_STOPPED, "");
}
