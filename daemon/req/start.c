// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Start: attach, run BEGIN, enable.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"

void req_start(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	struct reason why;
	int r = session_start(s, &why);

	if (r < 0)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be started: %s", strerror(-r));
	else if (r)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL, "%s", why.text);
	else
		conn_done(c, request->tag);
}
