// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Control: ends, pauses or resumes a session, whoever views it.

#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/req/req.h"
#include "daemon/req/session_info.h"
#include "daemon/session/session.h"

// 0, or -1 after telling the client why not.
typedef int control_fn(struct conn *c, uint32_t tag, struct session *s);

static int kill_it(struct conn *c, uint32_t tag, struct session *s)
{
	struct reason why;

	(void)tag;
	reason_set(&why, "uid %u has killed the session", c->peer.uid);
	session_discard(s, why.text);
	return 0;
}

static int set_paused(struct conn *c, uint32_t tag, struct session *s, bool paused)
{
	if (s->state != SESSION_RUNNING) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_STATE, "session '%s' does not run", s->name);
		return -1;
	}
	s->paused = paused;
	session_apply(s);
	return 0;
}

static int pause_it(struct conn *c, uint32_t tag, struct session *s)
{
	return set_paused(c, tag, s, true);
}

static int resume_it(struct conn *c, uint32_t tag, struct session *s)
{
	return set_paused(c, tag, s, false);
}

static const struct {
	control_fn *run;
	const char *done;
} controls[] = {
	[DTRACED__CONTROL_KIND__CONTROL_KILL] = { kill_it, "killed" },
	[DTRACED__CONTROL_KIND__CONTROL_PAUSE] = { pause_it, "paused" },
	[DTRACED__CONTROL_KIND__CONTROL_RESUME] = { resume_it, "resumed" },
};

void req_control(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	const Dtraced__Control *control = request->control;
	char name[SESSION_NAME];

	if ((unsigned)control->kind >= NELEMS(controls)) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE, "a session cannot be controlled so");
		return;
	}
	s = session_named(c, request->tag, control->session, RIGHT_KILL_ANY);
	if (!s)
		return;
	snprintf(name, sizeof name, "%s", s->name);
	session_audit(c, s, controls[control->kind].done);
	if (controls[control->kind].run(c, request->tag, s) < 0)
		return;
	log_info("pid %d, uid %u: session '%s' %s", c->peer.pid, c->peer.uid, name, controls[control->kind].done);
	conn_done(c, request->tag);
}
