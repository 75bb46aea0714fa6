// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Resolve: names of addresses.

#include <errno.h>
#include <string.h>

#include "daemon/conn.h"
#include "daemon/req/job.h"
#include "daemon/req/req.h"
#include "daemon/server.h"
#include "daemon/sym/sym.h"
#include "proto/limits.h"

_Static_assert((int)PROTO_ADDRESSES <= (int)SYM_BATCH, "a request is one batch");

static void send_names(struct job *job, const struct sym_answer *answers, size_t n)
{
	CLEANUP(freep) Dtraced__Symbol *symbols = calloc(n + 1, sizeof *symbols);
	CLEANUP(freep) Dtraced__Symbol **list = calloc(n + 1, sizeof(void *));
	Dtraced__Resolved resolved = DTRACED__RESOLVED__INIT;
	Dtraced__Reply reply = DTRACED__REPLY__INIT;

	if (!symbols || !list) {
		conn_kill(job->conn, "out of memory");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		dtraced__symbol__init(&symbols[i]);
		symbols[i].module = (char *)answers[i].module;
		symbols[i].symbol = (char *)answers[i].symbol;
		symbols[i].offset = answers[i].offset;
		list[i] = &symbols[i];
	}
	resolved.n_symbols = n;
	resolved.symbols = list;
	reply.body_case = DTRACED__REPLY__BODY_RESOLVED;
	reply.resolved = &resolved;
	conn_send(job->conn, job->tag, &reply);
}

static void on_named(void *arg, const struct sym_answer *answers, size_t n, const char *failure)
{
	struct job *job = arg;

	job->names = NULL;
	if (failure)
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER, "%s", failure);
	else
		send_names(job, answers, n);
	job_free(job);
}

// Whether the peer may know what it asks; if not, it has been told.
static bool check(struct conn *c, const Dtraced__Request *request)
{
	const Dtraced__Resolve *q = request->resolve;
	struct reason why;
	bool kernel = false;

	if (q->n_addresses > PROTO_ADDRESSES) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT,
			"too many addresses: %zu, the maximum is %d", q->n_addresses,
			(int)PROTO_ADDRESSES);
		return false;
	}
	for (size_t i = 0; i < q->n_addresses; i++)
		kernel |= q->addresses[i]->space != DTRACED__SPACE__SPACE_USER;
	if (!kernel || policy_check(&c->peer, RIGHT_KERNEL_NAMES, &why) ==
		VERDICT_ALLOW)
		return true;
	conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
	return false;
}

static int submit(struct conn *c, struct job *job, const Dtraced__Resolve *q)
{
	CLEANUP(freep) struct sym_query *queries = calloc(q->n_addresses + 1, sizeof *queries);
	struct policy_scope scope = policy_scope(&c->peer);

	if (!queries)
		return -ENOMEM;
	for (size_t i = 0; i < q->n_addresses; i++) {
		const Dtraced__Address *a = q->addresses[i];
		bool user = a->space == DTRACED__SPACE__SPACE_USER;

		queries[i] = (struct sym_query){
			user ? SYM_USER : SYM_KERNEL, user ? a->process : 0, a->address };
	}
	return syms_resolve(
		c->server->syms, queries, q->n_addresses, &scope, q->demangle, on_named, job,
		&job->names);
}

void req_resolve(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	struct job *job;
	int r;

	(void)s;
	if (!check(c, request))
		return;
	job = job_new(c, request->tag, CHARGE_RESOLVES);
	if (!job)
		return;
	r = submit(c, job, request->resolve);
	if (r == 0)
		return;
	conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER,
		"addresses cannot be named: %s", strerror(-r));
	job_free(job);
}
