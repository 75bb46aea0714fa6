// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Compile: D texts to a session that is loaded but not running. The compiler
// runs in a worker; its object is admitted, charged for and loaded here.

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/log.h"
#include "daemon/req/job.h"
#include "daemon/req/req.h"
#include "daemon/server.h"
#include "daemon/session/session.h"

#include <errno.h>
#include <string.h>

static void send_compiled(struct job *job, const Dtraced__WorkerReply *worker, uint64_t session)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Compiled compiled = DTRACED__COMPILED__INIT;

	compiled.session = session;
	compiled.schema = worker->schema;
	compiled.dump = worker->dump;
	reply.body_case = DTRACED__REPLY__BODY_COMPILED;
	reply.compiled = &compiled;
	conn_send(job->conn, job->tag, &reply);
}

static const Dtraced__FailureCode code_of[] = {
	[SESSION_E_INVALID] = DTRACED__FAILURE_CODE__FAILURE_WORKER,
	[SESSION_E_LIMIT] = DTRACED__FAILURE_CODE__FAILURE_LIMIT,
	[SESSION_E_KERNEL] = DTRACED__FAILURE_CODE__FAILURE_KERNEL,
};

static void answer_compile(struct job *job, const Dtraced__WorkerReply *worker)
{
	struct session *s;
	struct reason why;
	int r;

	if (job->check_only) {
		if (worker->body_case == DTRACED__WORKER_REPLY__BODY_LISTING)
			job_send_listing(job, worker->listing);
		send_compiled(job, worker, 0);
		return;
	}
	if (worker->body_case != DTRACED__WORKER_REPLY__BODY_OBJECT) {
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER,
			"the compiler gave no object");
		return;
	}
	r = session_new(&s, job->conn, worker->object, &why);
	if (r < 0)
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be set up: %s", strerror(-r));
	else if (r)
		conn_fail(job->conn, job->tag, code_of[r], "%s", why.text);
	else
		send_compiled(job, worker, s->id);
}

void req_compile(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	Dtraced__WorkerRequest worker = DTRACED__WORKER_REQUEST__INIT;
	Dtraced__Compile *compile = request->compile;

	(void)s;
	if (!job_check_texts(c, request->tag, compile->texts, compile->n_texts, compile->n_args,
		    compile->n_options))
		return;
	worker.compile = compile;
	job_submit(c, request->tag, &worker, compile->check_only, answer_compile);
}
