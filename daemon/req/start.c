// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Start: attach, run BEGIN, enable. It is answered when all that is done.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/policy/wish.h"
#include "daemon/req/req.h"
#include "daemon/session/audited.h"
#include "daemon/session/roster.h"

static void send_started(struct conn *c, uint32_t tag, const struct reason *warning)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Done done = DTRACED__DONE__INIT;

	done.warning = (char *)warning->text;
	reply.body_case = DTRACED__REPLY__BODY_DONE;
	reply.done = &done;
	conn_send(c, tag, &reply);
}

static void on_started(struct session *s, void *arg, int r, const struct reason *why)
{
	uint32_t tag = (uint32_t)(uintptr_t)arg;

	if (r < 0)
		conn_fail(s->keeper, tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be started: %s", strerror(-r));
	else if (r)
		conn_fail(s->keeper, tag,
			r == SESSION_E_STOPPED ? DTRACED__FAILURE_CODE__FAILURE_STATE :
						 DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"%s", why->text);
	else
		send_started(s->keeper, tag, why);
}

void req_start(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	if (s->refusal) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", s->refusal);
		return;
	}
	if (roster_freezes(c->server, &s->owner)) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, ROSTER_FROZEN);
		return;
	}
	// What destroys leaves a trace, or is not done.
	if (audited_start(s) < 0 && s->wish->destroys) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED,
			"the journal does not take the record of it, without which destructive actions are not possible");
		return;
	}
	session_start(s, on_started, (void *)(uintptr_t)request->tag);
}
