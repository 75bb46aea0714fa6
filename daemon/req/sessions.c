// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Sessions: what sessions there are, and what they cost.

#include <errno.h>
#include <string.h>

#include "daemon/conn.h"
#include "daemon/kernel/measure.h"
#include "daemon/req/req.h"
#include "daemon/req/session_info.h"
#include "daemon/server.h"
#include "daemon/session/roster.h"

enum { FRAME_SESSIONS = 64 };

// ---- measuring -------------------------------------------------------------

// The kernel measures as long as there is one.
struct measuring {
	struct conn_part part;	// comes first
	int fd;			// -1: it does so anyway
};

static void on_gone(struct conn_part *p)
{
	struct measuring *m = (struct measuring *)p;

	conn_remove_part(p);
	close_fd(m->fd);
	free(m);
}

static const struct conn_part_ops measuring_ops = { .gone = on_gone };

static bool measures(const struct conn *c)
{
	const struct conn_part *p;

	LIST_FOREACH(p, &c->parts, link) {
		if (p->ops == &measuring_ops)
			return true;
	}
	return false;
}

// It slows down all programs in the kernel a little, so it takes a right. False: the client has
// been told why not.
static bool start_measuring(struct conn *c, uint32_t tag)
{
	struct measuring *m;
	struct reason why;
	int r;

	if (measures(c))
		return true;
	if (policy_check(&c->peer, RIGHT_LIST_ANY, &why) != VERDICT_ALLOW) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
		return false;
	}
	m = calloc(1, sizeof *m);
	r = m ? measure_start(&m->fd) : -ENOMEM;
	if (r < 0) {
		free(m);
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the kernel does not measure programs for dtraced: %s; it does for all after "
			"'sysctl kernel.bpf_stats_enabled=1'", strerror(-r));
		return false;
	}
	conn_add_part(c, &m->part, &measuring_ops);
	return true;
}

// ---- listing ---------------------------------------------------------------

static void send_one(struct conn *c, uint32_t tag, const struct session *s, unsigned parts)
{
	Dtraced__SessionInfo *info = session_info(s, parts);

	if (info)
		session_info_send(c, tag, &info, 1, false);
	else
		conn_kill(c, "out of memory");
	session_info_free(info);
}

static void send_all(struct conn *c, uint32_t tag, unsigned parts)
{
	Dtraced__SessionInfo *list[FRAME_SESSIONS];
	const struct session *s;
	size_t n = 0;

	LIST_FOREACH(s, &c->server->sessions, link) {
		if (!roster_shows(&c->peer, s))
			continue;
		if (n == FRAME_SESSIONS) {
			session_info_send(c, tag, list, n, true);
			while (n)
				session_info_free(list[--n]);
		}
		list[n] = session_info(s, parts);
		if (!list[n]) {
			conn_kill(c, "out of memory");
			break;
		}
		n++;
	}
	session_info_send(c, tag, list, n, false);
	while (n)
		session_info_free(list[--n]);
}

void req_sessions(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Sessions *m = request->sessions;
	unsigned parts = m->cost ? INFO_COST : 0;

	if (m->cost && !start_measuring(c, request->tag))
		return;
	if (!*m->session) {
		send_all(c, request->tag, parts);
		return;
	}
	s = session_named(c, request->tag, m->session, m->details ? RIGHT_VIEW_ANY : RIGHT_LIST_ANY);
	if (s)
		send_one(c, request->tag, s, parts | (m->details ? INFO_SOURCE | INFO_COST : 0));
}
