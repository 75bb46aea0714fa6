// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Detach: the session goes on without the connection that made it.

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"

void req_detach(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	if (s->keeper != c) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
			"session '%s' does not end with this connection", s->name);
		return;
	}
	session_detach(s);
	conn_done(c, request->tag);
}
