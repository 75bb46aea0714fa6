// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Compile: D texts to a session that is loaded but not running. The compiler
// runs in a worker; its object is admitted, charged for and loaded here, step
// by step. What the client is told in the end is kept meanwhile.

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/policy/role.h"
#include "daemon/req/job.h"
#include "daemon/req/req.h"
#include "daemon/server.h"
#include "daemon/session/session.h"

#include <errno.h>
#include <string.h>

struct compiled {
	uint32_t tag;
	size_t schema_len;
	char *dump;		// may be NULL
	uint8_t schema[];
};

static struct compiled *keep_compiled(uint32_t tag, const Dtraced__WorkerReply *worker)
{
	struct compiled *c = malloc(sizeof *c + worker->schema.len);

	if (!c)
		return NULL;
	c->tag = tag;
	c->schema_len = worker->schema.len;
	if (worker->schema.len)
		memcpy(c->schema, worker->schema.data, worker->schema.len);
	c->dump = worker->dump && *worker->dump ? strdup(worker->dump) : NULL;
	return c;
}

static void send_compiled(struct conn *conn, struct compiled *c, uint64_t session)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Compiled compiled = DTRACED__COMPILED__INIT;

	compiled.session = session;
	compiled.schema.data = c->schema;
	compiled.schema.len = c->schema_len;
	if (c->dump)
		compiled.dump = c->dump;
	reply.body_case = DTRACED__REPLY__BODY_COMPILED;
	reply.compiled = &compiled;
	conn_send(conn, c->tag, &reply);
}

static struct compiled *compiled_free(struct compiled *c)
{
	if (c)
		free(c->dump);
	free(c);
	return NULL;
}

static const Dtraced__FailureCode code_of[] = {
	[SESSION_E_INVALID] = DTRACED__FAILURE_CODE__FAILURE_WORKER,
	[SESSION_E_LIMIT] = DTRACED__FAILURE_CODE__FAILURE_LIMIT,
	[SESSION_E_DENIED] = DTRACED__FAILURE_CODE__FAILURE_DENIED,
	[SESSION_E_KERNEL] = DTRACED__FAILURE_CODE__FAILURE_KERNEL,
	[SESSION_E_STOPPED] = DTRACED__FAILURE_CODE__FAILURE_STATE,
};

static void on_loaded(struct session *s, void *arg, int r, const struct reason *why)
{
	struct compiled *c = arg;

	if (r < 0)
		conn_fail(s->conn, c->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be set up: %s", strerror(-r));
	else if (r)
		conn_fail(s->conn, c->tag, code_of[r], "%s", why->text);
	else
		send_compiled(s->conn, c, s->id);
	compiled_free(c);
}

static int load(struct job *job, Dtraced__WorkerReply *worker, struct compiled *c)
{
	Dtraced__Object *object = worker->object;
	struct user_hooks *hooks = job->hooks;
	struct session *s;

	worker->object = NULL;	// moved
	job->hooks = NULL;
	return session_new(&s, job->conn, object, hooks, on_loaded, c);
}

static void answer_compile(struct job *job, Dtraced__WorkerReply *worker)
{
	struct compiled *c = NULL;
	int r = -ENOMEM;

	if (!job->check_only && worker->body_case != DTRACED__WORKER_REPLY__BODY_OBJECT) {
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER,
			"the compiler gave no object");
		return;
	}
	if (worker->body_case == DTRACED__WORKER_REPLY__BODY_LISTING)
		job_send_listing(job, worker->listing);
	c = keep_compiled(job->tag, worker);
	if (c && job->check_only) {
		send_compiled(job->conn, c, 0);
		compiled_free(c);
		return;
	}
	if (c)
		r = load(job, worker, c);
	if (r < 0) {
		compiled_free(c);
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be set up: %s", strerror(-r));
	}
}

void req_compile(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	Dtraced__WorkerRequest worker = DTRACED__WORKER_REQUEST__INIT;
	Dtraced__Compile *compile = request->compile;

	(void)s;
	if (!job_check_texts(c, request->tag, compile->texts, compile->n_texts, compile->n_args,
		    compile->n_options) ||
		!job_check_texts(c, request->tag, compile->libraries, compile->n_libraries, 0, 0))
		return;
	if (compile->product != DTRACED__PRODUCT__PRODUCT_SESSION) {
		conn_fail(c, request->tag, DTRACED__FAILURE_CODE__FAILURE_STATE,
			"files are made by dtraced --make, not by a daemon that traces");
		return;
	}
	worker.compile = compile;
	worker.confined = role_confined(c->peer.role);
	job_submit(c, request->tag, &worker, compile->check_only, answer_compile);
}
