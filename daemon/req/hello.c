// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Hello: version first, then whether the peer may be here at all.

#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/req/req.h"
#include "daemon/server.h"
#include "proto/limits.h"
#include "proto/version.h"

static void greet(struct conn *c, uint32_t tag)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__HelloReply hello = DTRACED__HELLO_REPLY__INIT;

	hello.version = PROTO_VERSION;
	hello.server = (char *)"dtraced " DTRACED_VERSION;
	hello.max_frame = PROTO_FRAME_CLIENT;
	hello.ncpus = c->server->ncpus;
	reply.body_case = DTRACED__REPLY__BODY_HELLO;
	reply.hello = &hello;
	conn_send(c, tag, &reply);
}

void req_hello(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Hello *hello = request->hello;
	struct reason why;

	(void)s;
	if (hello->version != PROTO_VERSION) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_VERSION,
			"this daemon speaks version %d of the protocol, the client version %u",
			PROTO_VERSION, hello->version);
		conn_close(c);
		return;
	}
	if (policy_check(&c->peer, RIGHT_LIST, &why) != VERDICT_ALLOW) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
		conn_close(c);
		return;
	}
	log_debug("pid %d is %.100s", c->peer.pid, hello->client);
	c->state = CONN_READY;
	audit(&c->server->audit, &(struct audit_entry){ .event = AUDIT_CONNECT, .peer = &c->peer });
	greet(c, request->tag);
}
