// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Freeze: the sessions of all who may not do this are quiet, until it is undone.

#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/req/req.h"
#include "daemon/server.h"
#include "daemon/session/roster.h"

void req_freeze(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	bool frozen = !request->freeze->thaw;

	(void)s;
	roster_freeze(c->server, frozen);
	log_warning("pid %d, uid %u: tracing is %s", c->peer.pid, c->peer.uid, frozen ? "frozen" : "thawed");
	audit(&c->server->audit, &(struct audit_entry){ .event = AUDIT_ADMIN, .peer = &c->peer,
		.reason = frozen ? "frozen" : "thawed" });
	conn_done(c, request->tag);
}
