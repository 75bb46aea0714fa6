// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Snapshot: the rows of aggregations, merged over the CPUs, in frames of about
// a megabyte.

#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/req.h"
#include "daemon/session/session.h"
#include "daemon/session/tables.h"

enum { FRAME_ROWS = 1024 * 1024 };

static void send_rows(struct conn *c, const Dtraced__Request *request, uint32_t agg,
	const struct rows *rows, size_t first, size_t n)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Tables tables = DTRACED__TABLES__INIT;
	Dtraced__Table table = DTRACED__TABLE__INIT, *one = &table;

	table.agg = agg;
	table.key_size = rows->key_size;
	table.nwords = rows->nadd + rows->nmax;
	table.rows.data = n ? rows->data + first * rows->row_size : NULL;
	table.rows.len = n * rows->row_size;
	tables.session = request->snapshot->session;
	tables.tables = &one;
	tables.n_tables = 1;
	tables.more = true;
	reply.body_case = DTRACED__REPLY__BODY_TABLES;
	reply.tables = &tables;
	conn_send(c, request->tag, &reply);
}

// At least one frame per aggregation, so that an empty one is seen to be empty.
static void send_table(struct conn *c, const Dtraced__Request *request, uint32_t agg,
	const struct rows *rows)
{
	size_t room = FRAME_ROWS / rows->row_size, at = 0, n;

	room = room ? room : 1;
	do {
		n = rows->n - at > room ? room : rows->n - at;
		send_rows(c, request, agg, rows, at, n);
		at += n;
	} while (at < rows->n);
}

static void send_end(struct conn *c, const Dtraced__Request *request)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Tables tables = DTRACED__TABLES__INIT;

	tables.session = request->snapshot->session;
	reply.body_case = DTRACED__REPLY__BODY_TABLES;
	reply.tables = &tables;
	conn_send(c, request->tag, &reply);
}

void req_snapshot(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Snapshot *snapshot = request->snapshot;

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
		send_table(c, request, s->tables[i].agg, &rows);
	}
	send_end(c, request);
}
