// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The audit of sessions, see audited.h.

#include "daemon/session/audited.h"

#include <string.h>

#include "daemon/policy/judge.h"
#include "daemon/server.h"
#include "daemon/session/session.h"

static struct audit_entry entry_of(const struct session *s, enum audit_event event)
{
	return (struct audit_entry){
		.event = event, .peer = &s->owner, .session = s->id, .name = s->name,
		.probes = s->wish->probes, .class = class_name(judge_class(s->wish)),
	};
}

// All texts of the request, one after the other.
static char *join_texts(const Dtraced__Compile *c, size_t *len)
{
	char *all, *at;

	*len = 0;
	for (size_t i = 0; i < c->n_texts; i++)
		*len += c->texts[i]->text.len + 1;
	all = at = malloc(*len + 1);
	for (size_t i = 0; all && i < c->n_texts; i++) {
		if (c->texts[i]->text.len)
			at = mempcpy(at, c->texts[i]->text.data, c->texts[i]->text.len);
		*at++ = '\n';
	}
	return all;
}

int audited_start(struct session *s)
{
	Dtraced__Compile *compile = dtraced__compile__unpack(NULL, s->origin.request_len, s->origin.request);
	struct audit_entry e = entry_of(s, AUDIT_START);
	CLEANUP(freep) char *program = compile ? join_texts(compile, &e.program_len) : NULL;
	int r;

	e.program = program;
	r = audit(&s->server->audit, &e);
	if (compile)
		dtraced__compile__free_unpacked(compile, NULL);
	s->audited = true;
	return r;
}

static uint64_t count_drops(const struct session *s)
{
	uint64_t n = 0;

	for (uint32_t i = 0; s->stream.drops && i < s->segment.ncpus; i++) {
		for (int k = 0; k < DROP_NKINDS; k++)
			n += s->stream.drops[i][k];
	}
	return n;
}

void audited_end(struct session *s)
{
	bool killed = s->reason == DTRACED__END_REASON__END_KILLED && s->reason_text && *s->reason_text;
	struct audit_entry e = entry_of(s, killed ? AUDIT_KILL : AUDIT_STOP);

	if (!s->audited)
		return;
	s->audited = false;
	e.reason = s->reason_text;
	e.ended = true;
	e.duration_us = s->runs_since ? (clock_ns(CLOCK_MONOTONIC) - s->runs_since) / 1000 : 0;
	e.drops = count_drops(s);
	audit(&s->server->audit, &e);
}
