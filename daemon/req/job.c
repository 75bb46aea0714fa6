// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Requests to compile workers, see job.h.

#include "daemon/req/job.h"

#include <errno.h>
#include <string.h>

#include "daemon/compile/zygote.h"
#include "daemon/log.h"
#include "daemon/policy/judge.h"
#include "daemon/req/wants.h"
#include "daemon/server.h"
#include "daemon/session/user_hooks.h"
#include "daemon/sym/places.h"
#include "daemon/sym/sym.h"
#include "proto/limits.h"

enum { LISTING_PROBES = 2000 };	// in a frame

// The compiler knows the class of who asks, not where that comes from. Whether it was about that.
static bool name_rule(const struct job *job, Dtraced__Diagnostic *d)
{
	char *text;

	if (strcmp(d->tag, "D_CONFINED") != 0 || !*d->text ||
		asprintf(&text, "%s, by the %s", d->text, policy_role_text(job_peer(job)).text) < 0)
		return false;
	free(d->text);
	d->text = text;
	return true;
}

static void pass_failure(struct job *job, Dtraced__Failure *failure)
{
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	const char *denied = NULL;

	for (size_t i = 0; i < failure->n_diagnostics; i++) {
		if (name_rule(job, failure->diagnostics[i]) && !denied)
			denied = failure->diagnostics[i]->text;
	}
	if (denied)
		audit(&job->conn->server->audit,
			&(struct audit_entry){ .event = AUDIT_DENY, .peer = &job->conn->peer, .reason = denied });
	reply.body_case = DTRACED__REPLY__BODY_FAILURE;
	reply.failure = failure;
	conn_send(job->conn, job->tag, &reply);
}

static void on_done(void *arg, Dtraced__WorkerReply *reply, const char *failure)
{
	struct job *job = arg;

	job->worker = NULL;
	log_debug("pid %d: compiled in %llu us", job->conn->peer.pid,
		(unsigned long long)(clock_ns(CLOCK_MONOTONIC) - job->since) / 1000);
	if (!reply)
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER, "%s",
			failure ? failure : "the compiler gave no answer");
	else if (reply->body_case == DTRACED__WORKER_REPLY__BODY_FAILURE)
		pass_failure(job, reply->failure);
	else if (reply->body_case == DTRACED__WORKER_REPLY__BODY_WANTS) {
		Dtraced__Wants *wants = reply->wants;

		reply->wants = NULL;	// moved
		wants_find(job, wants);
		return;
	} else
		job->answer(job, reply);
	job_free(job);
}

static void on_gone(struct conn_part *p)
{
	job_free((struct job *)p);
}

static const struct conn_part_ops part_ops = { .gone = on_gone };

struct job *job_new(struct conn *c, uint32_t tag, enum charge_kind kind)
{
	struct job *job = calloc(1, sizeof *job);
	struct reason why;
	int r;

	if (!job) {
		conn_kill(c, "out of memory");
		return NULL;
	}
	job->conn = c;
	job->tag = tag;
	conn_add_part(c, &job->part, &part_ops);
	r = charge_take(&job->charge, &c->server->charges, &c->peer, kind, 1, &why);
	if (r == CHARGE_E_LIMIT)
		conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT, "%s", why.text);
	else if (r < 0)
		conn_kill(c, "out of memory");
	return r ? job_free(job) : job;
}

// NULL: there is no memory for a request.
static void submit(struct job *job, const Dtraced__WorkerRequest *request)
{
	int r = -ENOMEM;

	job->since = clock_ns(CLOCK_MONOTONIC);
	if (request)
		r = zygote_submit(job->conn->server->zygote, request, on_done, job, &job->worker);
	if (r < 0)
		job_fail(job, r);
}

const struct peer *job_peer(const struct job *job)
{
	return job->as ? job->as : &job->conn->peer;
}

// What the role says to the worker.
static void set_role(Dtraced__WorkerRequest *request, const struct role *role)
{
	request->confined = request->compile ? role_confined(role) : PROBE_CLASS_KERNEL;
	request->max_probes = (uint32_t)role->limits[LIMIT_PROBES];
	request->compile_ms = (uint32_t)role->limits[LIMIT_COMPILE_MS];
	request->compile_bytes = role->limits[LIMIT_COMPILE_BYTES];
}

static void start(struct job *job, Dtraced__WorkerRequest *request, void (*answer)(struct job *job, Dtraced__WorkerReply *reply))
{
	set_role(request, job_peer(job)->role);
	job->answer = answer;
	job->packed_len = dtraced__worker_request__get_packed_size(request);
	job->packed = malloc(job->packed_len + 1);
	if (job->packed)
		dtraced__worker_request__pack(request, job->packed);
	submit(job, job->packed ? request : NULL);
}

void job_submit(struct conn *c, uint32_t tag, Dtraced__WorkerRequest *request,
	bool check_only, void (*answer)(struct job *job, Dtraced__WorkerReply *reply))
{
	struct job *job = job_new(c, tag, CHARGE_COMPILES);

	if (!job)
		return;
	job->check_only = check_only;
	start(job, request, answer);
}

void job_submit_as(struct conn *c, uint32_t tag, Dtraced__WorkerRequest *request, struct peer *as,
	void (*answer)(struct job *job, Dtraced__WorkerReply *reply))
{
	struct job *job = job_new(c, tag, CHARGE_COMPILES);

	if (!job) {
		peer_deinit(as);
		free(as);
		return;
	}
	job->as = as;
	start(job, request, answer);
}

bool job_is_allowed(struct job *job, const Dtraced__WorkerReply *worker, enum class *needs)
{
	struct wish *wish;
	struct reason why;
	enum verdict v;

	if (worker->body_case != DTRACED__WORKER_REPLY__BODY_OBJECT) {
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER,
			"the compiler gave no object");
		return false;
	}
	if (wish_new(&wish, worker->object, &worker->schema) < 0) {
		conn_kill(job->conn, "out of memory");
		return false;
	}
	v = judge(job_peer(job), wish, &why);
	*needs = judge_class(wish);
	wish_free(wish);
	if (v != VERDICT_ALLOW)
		conn_fail(job->conn, job->tag, judge_code(v), "%s", why.text);
	return v == VERDICT_ALLOW;
}

void job_resubmit(struct job *job, Dtraced__Places *places)
{
	job->request->places = places;
	submit(job, job->request);
}

void job_fail(struct job *job, int error)
{
	conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER,
		"the compiler cannot be started: %s", strerror(-error));
	job_free(job);
}

struct job *job_free(struct job *job)
{
	if (!job)
		return NULL;
	if (job->worker)
		zygote_cancel(job->worker);
	syms_cancel(job->names);
	places_cancel(job->places);
	user_hooks_free(job->hooks);
	for (uint32_t i = 0; i < job->nprocesses; i++)
		close_fd(job->processes[i].fd);
	free(job->processes);
	if (job->request) {
		job->request->places = NULL;	// not the job's
		dtraced__worker_request__free_unpacked(job->request, NULL);
	}
	if (job->wants)
		dtraced__wants__free_unpacked(job->wants, NULL);
	free(job->packed);
	if (job->as)
		peer_deinit(job->as);
	free(job->as);
	conn_remove_part(&job->part);
	charge_release(&job->charge);
	free(job);
	return NULL;
}

void job_send_listing(struct job *job, const Dtraced__Listing *listing)
{
	size_t at = 0;

	do {
		Dtraced__Reply reply = DTRACED__REPLY__INIT;
		Dtraced__Listing part = *listing;
		size_t left = listing->n_probes - at;

		part.probes = listing->probes + at;
		part.n_probes = left > LISTING_PROBES ? LISTING_PROBES : left;
		at += part.n_probes;
		part.more = at < listing->n_probes;
		if (part.more)
			part.n_matched = 0;
		reply.body_case = DTRACED__REPLY__BODY_LISTING;
		reply.listing = &part;
		conn_send(job->conn, job->tag, &reply);
	} while (at < listing->n_probes);
}

bool job_check_texts(struct conn *c, uint32_t tag, Dtraced__Text *const *texts, size_t ntexts,
	size_t nargs, size_t noptions)
{
	size_t source = 0;
	struct reason why;

	for (size_t i = 0; i < ntexts; i++)
		source += texts[i]->text.len;
	const struct { const char *what; size_t n, max; } checks[] = {
		{ "D programs", ntexts, PROTO_TEXTS },
		{ "macro arguments", nargs, PROTO_MACRO_ARGS },
		{ "options", noptions, PROTO_OPTIONS },
	};
	for (size_t i = 0; i < NELEMS(checks); i++) {
		if (checks[i].n > checks[i].max) {
			conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT,
				"too many %s: %zu, the maximum is %zu", checks[i].what, checks[i].n,
				checks[i].max);
			return false;
		}
	}
	if (judge_limit(&c->peer, LIMIT_SOURCE_BYTES, source, &why) == VERDICT_ALLOW)
		return true;
	conn_fail(c, tag, DTRACED__FAILURE_CODE__FAILURE_LIMIT, "%s", why.text);
	return false;
}
