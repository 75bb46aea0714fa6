// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Trunc: the viewer has dropped all keys of some aggregations. Their entries
// may only be freed where no program can be inside; while the session runs they
// stay, and the viewer's baseline hides them.

#include "daemon/conn.h"
#include "daemon/req/req.h"

void req_trunc(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	(void)s;
	conn_done(c, request->tag);
}
