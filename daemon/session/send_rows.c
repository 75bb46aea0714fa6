// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Rows as Tables frames, see send_rows.h.

#include "daemon/session/send_rows.h"

#include "daemon/conn.h"

enum { FRAME_ROWS = 1024 * 1024 };

void send_rows(struct conn *c, uint32_t tag, uint64_t session, uint32_t agg, const struct rows *rows)
{
	size_t room = FRAME_ROWS / rows->row_size, at = 0, n;

	room = room ? room : 1;
	do {
		Dtraced__Reply reply = DTRACED__REPLY__INIT;
		Dtraced__Tables tables = DTRACED__TABLES__INIT;
		Dtraced__Table table = DTRACED__TABLE__INIT, *one = &table;

		n = rows->n - at > room ? room : rows->n - at;
		table.agg = agg;
		table.key_size = rows->key_size;
		table.nwords = rows->nadd + rows->nmax;
		table.rows.data = n ? rows->data + at * rows->row_size : NULL;
		table.rows.len = n * rows->row_size;
		tables.session = session;
		tables.tables = &one;
		tables.n_tables = 1;
		tables.more = true;
		reply.body_case = DTRACED__REPLY__BODY_TABLES;
		reply.tables = &tables;
		conn_send(c, tag, &reply);
		at += n;
	} while (at < rows->n);
}
