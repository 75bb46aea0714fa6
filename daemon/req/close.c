// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Close: the connection is done with a session, in whatever state that is.

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"

void req_close(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	session_close(s, c);
	conn_done(c, request->tag);
}
