// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Trunc: the viewer has dropped all keys of some aggregations. Their entries are
// freed, and what they last held is sent, so that events since the viewer's
// snapshot are not lost.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"

void req_trunc(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Trunc *trunc = request->trunc;
	int r;

	if (!req_check_aggs(c, request->tag, trunc->n_aggs))
		return;
	r = trunc_start(s, viewers_find(&s->viewers, c), request->tag, trunc->aggs, trunc->n_aggs, false);
	if (r < 0)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the aggregation cannot be truncated: %s", strerror(-r));
	else if (r)
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
			"another Trunc or Clear of this session is not finished");
}
