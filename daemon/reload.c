// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Another policy, see reload.h.

#include "daemon/reload.h"

#include <systemd/sd-daemon.h>

#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/policy/judge.h"
#include "daemon/policy/policy_load.h"
#include "daemon/server.h"
#include "daemon/session/later.h"
#include "daemon/session/roster.h"

// goes_on: what it records from now on is for those who may have all of it; of its end everybody may hear whose it is.
static void judge_viewers(struct session *s, bool goes_on)
{
	struct viewer *v;
	struct reason why;

	LIST_FOREACH(v, &s->viewers, link) {
		if (policy_check_session(&v->conn->peer, &s->owner, RIGHT_VIEW_ANY, &why) != VERDICT_ALLOW ||
			(goes_on && judge_view(&v->conn->peer, &s->owner, s->wish, &why) != VERDICT_ALLOW))
			conn_kill(v->conn, why.text);
	}
}

static bool is_confined(const struct session *s)
{
	return s->owner.role && role_is_confined(s->owner.role);
}

// It ends in order, so that its viewers hear of it. What was loaded for class kernel sees everybody, whatever class
// its probes and actions take.
static void judge_session(struct session *s, struct policy *p)
{
	bool was_confined = is_confined(s);
	struct reason why, text;

	policy_bind(p, &s->owner);
	if (is_confined(s) && !was_confined) {
		reason_set(&why, "uid %u has no class 'kernel' any more, which the session was begun with", s->owner.uid);
	} else if (judge(&s->owner, s->wish, &why) == VERDICT_ALLOW && later_judge(s->later, &why) == VERDICT_ALLOW) {
		judge_viewers(s, true);
		return;
	}
	judge_viewers(s, false);
	reason_set(&text, "the policy has changed: %.480s", why.text);
	session_stop(s, DTRACED__END_REASON__END_KILLED, text.text);
}

// Who may not be here is sent away, after the end of what it views.
static void judge_conn(struct conn *c, struct policy *p)
{
	struct reason why;

	policy_bind(p, &c->peer);
	if (LIST_EMPTY(&c->parts) && policy_check(&c->peer, RIGHT_LIST, &why) != VERDICT_ALLOW)
		conn_kill(c, why.text);
}

static void use_policy(struct server *s, struct policy *p)
{
	struct session *session, *next_session;
	struct conn *c, *next;

	policy_unref(s->policy);
	s->policy = p;
	for (c = LIST_FIRST(&s->conns); c; c = next) {
		next = LIST_NEXT(c, link);
		if (c->state != CONN_DEAD)
			judge_conn(c, p);
	}
	for (session = LIST_FIRST(&s->sessions); session; session = next_session) {
		next_session = LIST_NEXT(session, link);
		judge_session(session, p);
	}
	roster_freeze(s, s->frozen);	// who is kept quiet may be others now
}

void reload_policy(struct server *s, const struct policy_source *source)
{
	struct policy *p;
	struct reason why;
	int r;

	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		(unsigned long long)clock_ns(CLOCK_MONOTONIC) / 1000);
	r = policy_load(&p, source, &why);
	audit(&s->audit, &(struct audit_entry){ .event = AUDIT_RELOAD,
		.reason = r < 0 ? why.text : "the policy has been read again" });
	if (r < 0) {
		log_error("the policy is not changed: %s", why.text);
		sd_notifyf(0, "READY=1\nSTATUS=The policy is not changed: %s", why.text);
		return;
	}
	use_policy(s, p);
	log_info("the policy has been read again");
	sd_notify(0, "READY=1\nSTATUS=");
}
