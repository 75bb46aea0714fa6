// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Clear: resets what a viewer's baseline cannot express, minima and maxima.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"
#include "daemon/session/tables.h"

void req_clear(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Clear *clear = request->clear;

	for (uint32_t i = 0; i < s->ntables; i++) {
		struct table_source source;
		int r;

		if (!session_wants_table(s, i, clear->aggs, clear->n_aggs, &source))
			continue;
		r = table_clear_maxima(&source);
		if (r < 0) {
			conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
				"the aggregation cannot be cleared: %s", strerror(-r));
			return;
		}
	}
	conn_done(c, request->tag);
}
