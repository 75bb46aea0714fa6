// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Clear: aggregations that merge by maximum begin anew, which takes freeing their
// entries, as Trunc does. The others only add up: clearing those is the viewer's
// baseline.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"

void req_clear(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Clear *clear = request->clear;
	int r;

	if (!req_check_aggs(c, request->tag, clear->n_aggs))
		return;
	r = trunc_start(s, viewers_find(&s->viewers, c), request->tag, clear->aggs, clear->n_aggs, true);
	if (r < 0)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the aggregation cannot be cleared: %s", strerror(-r));
	else if (r)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
			"another Trunc or Clear of this session is not finished");
}
