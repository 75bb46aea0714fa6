// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What is told of a session, see session_info.h.

#include "daemon/req/session_info.h"

#include <errno.h>

#include "daemon/conn.h"
#include "daemon/kernel/load.h"
#include "daemon/server.h"
#include "daemon/session/roster.h"

static Dtraced__SessionState state_of(const struct session *s)
{
	if (s->state == SESSION_RUNNING && roster_freezes(s->server, &s->owner))
		return DTRACED__SESSION_STATE__SESSION_STATE_FROZEN;
	if (s->state == SESSION_RUNNING && s->paused)
		return DTRACED__SESSION_STATE__SESSION_STATE_PAUSED;
	switch (s->state) {
	case SESSION_STARTING: return DTRACED__SESSION_STATE__SESSION_STATE_STARTING;
	case SESSION_RUNNING: return DTRACED__SESSION_STATE__SESSION_STATE_RUNNING;
	case SESSION_STOPPING:
	case SESSION_DRAINING: return DTRACED__SESSION_STATE__SESSION_STATE_STOPPING;
	case SESSION_ENDED: return DTRACED__SESSION_STATE__SESSION_STATE_ENDED;
	case SESSION_LOADING:
	case SESSION_LOADED: break;
	}
	return DTRACED__SESSION_STATE__SESSION_STATE_LOADED;
}

static uint32_t count_viewers(const struct session *s)
{
	const struct viewer *v;
	uint32_t n = 0;

	LIST_FOREACH(v, &s->viewers, link)
		n++;
	return n;
}

// Those of which there are any.
static int fill_drops(Dtraced__SessionInfo *m, const struct session *s)
{
	m->drops = calloc(DROP_NKINDS, sizeof(void *));
	if (!m->drops)
		return -ENOMEM;
	for (uint32_t kind = 0; kind < DROP_NKINDS; kind++) {
		uint64_t count = stream_drops(&s->stream, kind);
		Dtraced__Drop *drop = count ? malloc(sizeof *drop) : NULL;

		if (!count)
			continue;
		if (!drop)
			return -ENOMEM;
		dtraced__drop__init(drop);
		drop->kind = kind;
		drop->count = count;
		m->drops[m->n_drops++] = drop;
	}
	return 0;
}

static int fill_costs(Dtraced__SessionInfo *m, const struct session *s)
{
	m->programs = calloc(s->programs.n + 1, sizeof(void *));
	if (!m->programs)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->programs.n; i++) {
		const struct session_program *p = &s->programs.list[i];
		Dtraced__ProgramCost *cost = malloc(sizeof *cost);

		if (!cost)
			return -ENOMEM;
		dtraced__program_cost__init(cost);
		cost->hook = p->name ? p->name : (char *)"";
		load_cost(p->fd, &cost->runs, &cost->ns);
		m->programs[m->n_programs++] = cost;
	}
	return 0;
}

Dtraced__SessionInfo *session_info(const struct session *s, unsigned parts)
{
	Dtraced__SessionInfo *m = malloc(sizeof *m);

	if (!m)
		return NULL;
	dtraced__session_info__init(m);
	m->id = s->id;
	m->name = (char *)s->name;
	m->uid = s->owner.uid;
	m->state = state_of(s);
	m->made = s->made;
	m->viewers = count_viewers(s);
	m->detached = !s->keeper;
	m->pid = s->owner.pid;
	m->memory = segment_bytes(&s->segment.layout, s->segment.ncpus);
	m->records = stream_waiting(&s->stream);
	if (parts & INFO_SOURCE) {
		m->schema = (ProtobufCBinaryData){ s->origin.schema_len, s->origin.schema };
		m->request = (ProtobufCBinaryData){ s->origin.request_len, s->origin.request };
	}
	if (fill_drops(m, s) < 0 || (parts & INFO_COST && fill_costs(m, s) < 0))
		return session_info_free(m);
	return m;
}

Dtraced__SessionInfo *session_info_free(Dtraced__SessionInfo *m)
{
	if (!m)
		return NULL;
	for (size_t i = 0; i < m->n_drops; i++)
		free(m->drops[i]);
	for (size_t i = 0; i < m->n_programs; i++)
		free(m->programs[i]);
	free(m->drops);
	free(m->programs);
	free(m);
	return NULL;
}

void session_info_send(struct conn *c, uint32_t tag, Dtraced__SessionInfo **list, size_t n, bool more)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__SessionList m = DTRACED__SESSION_LIST__INIT;

	m.sessions = list;
	m.n_sessions = n;
	m.more = more;
	reply.body_case = DTRACED__REPLY__BODY_SESSIONS;
	reply.sessions = &m;
	conn_send(c, tag, &reply);
}

struct session *session_named(struct conn *c, uint32_t tag, const char *text, enum right right)
{
	struct session *s = NULL;
	struct reason why;
	int r = roster_find(c->server, &c->peer, right, text, &s, &why);

	if (r < 0)
		conn_fail(c, tag, r == -EACCES ? DTRACED__FAILURE_CODE__FAILURE_DENIED :
			DTRACED__FAILURE_CODE__FAILURE_NAME, "%s", why.text);
	return s;
}

void session_audit(struct conn *c, const struct session *s, const char *what)
{
	if (!policy_owns(&c->peer, &s->owner))
		audit(&c->server->audit, &(struct audit_entry){ .event = AUDIT_ADMIN, .peer = &c->peer,
			.subject = &s->owner, .session = s->id, .name = s->name, .reason = what });
}
