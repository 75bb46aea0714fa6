// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Snapshot: the rows of aggregations, merged over the CPUs.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/send_rows.h"
#include "daemon/session/session.h"
#include "daemon/session/tables.h"
#include "proto/limits.h"

static void send_end(struct conn *c, const Dtraced__Request *request)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Tables tables = DTRACED__TABLES__INIT;

	tables.session = request->snapshot->session;
	reply.body_case = DTRACED__REPLY__BODY_TABLES;
	reply.tables = &tables;
	conn_send(c, request->tag, &reply);
}

// Each is looked for among the session's tables.
bool req_check_aggs(struct conn *c, uint32_t tag, size_t n)
{
	if (n <= PROTO_AGGS)
		return true;
	conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT, "too many aggregations: %zu, the maximum is %d", n,
		(int)PROTO_AGGS);
	return false;
}

void req_snapshot(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Snapshot *snapshot = request->snapshot;

	if (!req_check_aggs(c, request->tag, snapshot->n_aggs))
		return;
	for (uint32_t i = 0; i < s->ntables; i++) {
		CLEANUP(rows_deinit) struct rows rows = { 0 };
		struct table_source source;
		int r;

		if (!session_wants_table(s, i, snapshot->aggs, snapshot->n_aggs, &source))
			continue;
		r = table_snapshot(&source, &rows);
		if (r < 0) {
			conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
				"the aggregations cannot be read: %s", strerror(-r));
			return;
		}
		send_rows(c, request->tag, s->id, s->tables[i].agg, &rows);
	}
	send_end(c, request);
}
