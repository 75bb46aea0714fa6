// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Explain: what the policy makes of somebody, and of a program of theirs. The
// program is compiled and judged as if it were to run, for whom it is about.

#include <errno.h>
#include <string.h>

#include "daemon/conn.h"
#include "daemon/policy/judge.h"
#include "daemon/req/job.h"
#include "daemon/req/req.h"
#include "daemon/server.h"

enum { MAX_GROUPS = 65536 };

// ---- the answer ------------------------------------------------------------

// What an answer points to.
struct answer {
	Dtraced__Explained explained;
	char *classes[CLASS_N], *admin[ADMIN_N];
	char **allow, **deny, **never;
	Dtraced__RoleLimit limit[LIMIT_N], *limits[LIMIT_N];
	struct limit_text values[LIMIT_N];
};

static size_t fill_patterns(char ***to, const struct patterns *p)
{
	*to = calloc(p->n + 1, sizeof(char *));
	for (uint32_t i = 0; *to && i < p->n; i++)
		(*to)[i] = p->v[i].text;
	return *to ? p->n : 0;
}

static void fill_words(struct answer *a, const struct role *r)
{
	for (int i = 0; i < CLASS_N; i++) {
		if (role_has_class(r, (enum class)i))
			a->classes[a->explained.n_classes++] = (char *)class_name((enum class)i);
	}
	for (int i = 0; i < ADMIN_N; i++) {
		if (r->admin >> i & 1)
			a->admin[a->explained.n_admin++] = (char *)admin_name((enum admin)i);
	}
	a->explained.classes = a->classes;
	a->explained.admin = a->admin;
}

static void fill_limits(struct answer *a, const struct role *r)
{
	for (unsigned i = 0; i < LIMIT_N; i++) {
		a->values[i] = limit_text(i, r->limits[i]);
		dtraced__role_limit__init(&a->limit[i]);
		a->limit[i].name = (char *)limit_row(i)->key;
		a->limit[i].value = a->values[i].text;
		a->limits[i] = &a->limit[i];
	}
	a->explained.limits = a->limits;
	a->explained.n_limits = LIMIT_N;
}

static void fill_role(struct answer *a, const struct peer *peer)
{
	const struct role *r = peer->role;
	Dtraced__Explained *e = &a->explained;

	e->role = r->name;
	e->rule = peer->binding->where;
	fill_words(a, r);
	fill_limits(a, r);
	e->has_allow = r->allow.given;
	e->n_allow = fill_patterns(&a->allow, &r->allow);
	e->n_deny = fill_patterns(&a->deny, &r->deny);
	e->n_never = fill_patterns(&a->never, &peer->policy->never);
	e->allow = a->allow;
	e->deny = a->deny;
	e->never = a->never;
}

static void send_explained(struct conn *c, uint32_t tag, const struct peer *peer, const char *needs)
{
	struct answer a = { .explained = DTRACED__EXPLAINED__INIT };
	Dtraced__Reply reply = DTRACED__REPLY__INIT;

	a.explained.uid = peer->uid;
	a.explained.needs = (char *)needs;
	if (peer->role)
		fill_role(&a, peer);
	reply.body_case = DTRACED__REPLY__BODY_EXPLAINED;
	reply.explained = &a.explained;
	conn_send(c, tag, &reply);
	free(a.allow);
	free(a.deny);
	free(a.never);
}

// ---- the request -----------------------------------------------------------

static void answer_explain(struct job *job, Dtraced__WorkerReply *worker)
{
	enum class needs;

	if (job_is_allowed(job, worker, &needs))
		send_explained(job->conn, job->tag, job_peer(job), class_name(needs));
}

// Somebody else has no process, so that bindings of units and control groups are not theirs.
static int make_other(struct peer *peer, const Dtraced__Explain *e)
{
	*peer = (struct peer){ .uid = e->uid, .gid = e->gid, .userns = PEER_USERNS_OURS };
	peer->groups = calloc(e->n_groups + 1, sizeof(gid_t));
	if (!peer->groups)
		return -ENOMEM;
	for (size_t i = 0; i < e->n_groups; i++)
		peer->groups[peer->ngroups++] = e->groups[i];
	return 0;
}

// Whom it is about. NULL: the client has been told why not.
static struct peer *find_peer(struct conn *c, uint32_t tag, const Dtraced__Explain *e)
{
	struct peer *peer;
	struct reason why;
	int r;

	if (e->other && policy_check(&c->peer, RIGHT_EXPLAIN_ANY, &why) != VERDICT_ALLOW) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
		return NULL;
	}
	if (e->n_groups > MAX_GROUPS) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT, "too many groups: %zu, the maximum is %d",
			e->n_groups, MAX_GROUPS);
		return NULL;
	}
	peer = calloc(1, sizeof *peer);
	r = !peer ? -ENOMEM : e->other ? make_other(peer, e) : peer_copy(peer, &c->peer);
	if (r < 0) {
		free(peer);
		conn_kill(c, "out of memory");
		return NULL;
	}
	policy_bind(c->server->policy, peer);
	if (e->other)
		audit(&c->server->audit, &(struct audit_entry){ .event = AUDIT_ADMIN, .peer = &c->peer, .subject = peer,
			.reason = "asks what the policy makes of somebody else" });
	return peer;
}

static void judge_program(struct conn *c, uint32_t tag, Dtraced__Compile *compile, struct peer *peer)
{
	Dtraced__WorkerRequest worker = DTRACED__WORKER_REQUEST__INIT;

	compile->product = DTRACED__PRODUCT__PRODUCT_SESSION;
	worker.compile = compile;
	job_submit_as(c, tag, &worker, peer, answer_explain);
}

void req_explain(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	Dtraced__Explain *e = request->explain;
	Dtraced__Compile *compile = e->compile;
	struct peer *peer;

	(void)s;
	if (compile && (!job_check_texts(c, request->tag, compile->texts, compile->n_texts, compile->n_args,
				compile->n_options) ||
			!job_check_texts(c, request->tag, compile->libraries, compile->n_libraries, 0, 0)))
		return;
	peer = find_peer(c, request->tag, e);
	if (!peer)
		return;
	if (compile && peer->role) {
		judge_program(c, request->tag, compile, peer);
		return;
	}
	send_explained(c, request->tag, peer, "");
	peer_deinit(peer);
	free(peer);
}
