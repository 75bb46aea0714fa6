// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Compile: D texts to a session that is loaded but not running. The compiler
// runs in a worker; its object is admitted, charged for and loaded here, step
// by step. What the client is told in the end is kept meanwhile.

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/policy/judge.h"
#include "daemon/req/job.h"
#include "daemon/req/req.h"
#include "daemon/req/targets.h"
#include "daemon/server.h"
#include "daemon/session/roster.h"

#include <errno.h>
#include <string.h>

// What the answer needs, until the session is loaded.
struct compiled {
	struct conn *conn;	// alive as long as it keeps the session
	uint32_t tag;
	char *dump;		// may be NULL
};

static void send_compiled(struct conn *conn, uint32_t tag, const char *dump, const ProtobufCBinaryData *schema,
	const struct session *s)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Compiled compiled = DTRACED__COMPILED__INIT;

	compiled.session = s ? s->id : 0;
	compiled.name = s ? (char *)s->name : (char *)"";
	compiled.schema = *schema;
	if (dump)
		compiled.dump = (char *)dump;
	reply.body_case = DTRACED__REPLY__BODY_COMPILED;
	reply.compiled = &compiled;
	conn_send(conn, tag, &reply);
}

static void compiled_free(struct compiled *c)
{
	free(c->dump);
	free(c);
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
	const ProtobufCBinaryData schema = { s->origin.schema_len, s->origin.schema };
	struct compiled *c = arg;

	if (r < 0)
		conn_fail(c->conn, c->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be set up: %s", strerror(-r));
	else if (r)
		conn_fail(c->conn, c->tag, code_of[r], "%s", why->text);
	else
		send_compiled(c->conn, c->tag, c->dump, &schema, s);
	compiled_free(c);
}

static int copy_bytes(uint8_t **out, size_t *len, const void *bytes, size_t n)
{
	*out = malloc(n + 1);
	if (!*out)
		return -ENOMEM;
	if (n)
		memcpy(*out, bytes, n);
	*len = n;
	return 0;
}

// What was asked for, as it came, but for the libraries.
static int keep_origin(struct session_origin *o, const Dtraced__Compile *asked, const Dtraced__WorkerReply *worker)
{
	Dtraced__Compile compile = *asked;

	compile.n_libraries = 0;
	o->request_len = dtraced__compile__get_packed_size(&compile);
	o->request = malloc(o->request_len + 1);
	if (!o->request)
		return -ENOMEM;
	dtraced__compile__pack(&compile, o->request);
	return copy_bytes(&o->schema, &o->schema_len, worker->schema.data, worker->schema.len);
}

static int load(struct job *job, const Dtraced__Compile *asked, Dtraced__WorkerReply *worker, const char *name,
	struct compiled *c)
{
	struct session_parts parts = { .object = worker->object, .hooks = job->hooks, .name = name,
		.unseen = asked->detached };
	struct session *s;
	int r = keep_origin(&parts.origin, asked, worker);

	if (r >= 0)
		r = wish_new(&parts.wish, worker->object,
			&(ProtobufCBinaryData){ parts.origin.schema_len, parts.origin.schema });
	if (r < 0) {
		free(parts.origin.request);
		free(parts.origin.schema);
		return r;
	}
	worker->object = NULL;	// moved
	job->hooks = NULL;
	return session_new(&s, job->conn, &parts, on_loaded, c);
}

static int make_session(struct job *job, const Dtraced__Compile *asked, Dtraced__WorkerReply *worker)
{
	struct compiled *c;
	char name[SESSION_NAME];
	struct reason why;
	int r;

	// It may have been taken meanwhile.
	if (roster_name(job->conn->server, &job->conn->peer, asked->name, name, &why) < 0) {
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_NAME, "%s", why.text);
		return 0;
	}
	c = calloc(1, sizeof *c);
	if (!c)
		return -ENOMEM;
	c->conn = job->conn;
	c->tag = job->tag;
	c->dump = worker->dump && *worker->dump ? strdup(worker->dump) : NULL;
	r = load(job, asked, worker, name, c);
	if (r < 0)
		compiled_free(c);
	return r;
}

static void answer_compile(struct job *job, Dtraced__WorkerReply *worker)
{
	Dtraced__WorkerRequest *request;
	enum class needs;
	int r = -ENOMEM;

	if (!job_is_allowed(job, worker, &needs))
		return;
	if (job->check_only) {
		send_compiled(job->conn, job->tag, worker->dump, &worker->schema, NULL);
		return;
	}
	request = dtraced__worker_request__unpack(NULL, job->packed_len, job->packed);
	if (request) {
		r = make_session(job, request->compile, worker);
		dtraced__worker_request__free_unpacked(request, NULL);
	}
	if (r < 0)
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_KERNEL,
			"the session cannot be set up: %s", strerror(-r));
}

// Whether there may be such a session now; if not, the client has been told.
static bool check_session(struct conn *c, uint32_t tag, const Dtraced__Compile *compile)
{
	char name[SESSION_NAME];
	struct reason why;

	if (compile->detached && policy_check(&c->peer, RIGHT_DETACH, &why) != VERDICT_ALLOW) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, "%s", why.text);
		return false;
	}
	if (roster_freezes(c->server, &c->peer)) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_DENIED, ROSTER_FROZEN);
		return false;
	}
	if (roster_name(c->server, &c->peer, compile->name, name, &why) < 0) {
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_NAME, "%s", why.text);
		return false;
	}
	return true;
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
	if (!compile->check_only && !check_session(c, request->tag, compile))
		return;
	if (!targets_translate(c, request->tag, compile->targets, compile->n_targets, compile->macros, compile->n_macros))
		return;
	worker.compile = compile;
	job_submit(c, request->tag, &worker, compile->check_only, answer_compile);
}
