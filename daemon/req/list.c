// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// List: which probes there are.

#include "daemon/compile/zygote.h"
#include "daemon/conn.h"
#include "daemon/req/job.h"
#include "daemon/req/req.h"
#include "daemon/req/targets.h"

static void answer_list(struct job *job, Dtraced__WorkerReply *worker)
{
	if (worker->body_case == DTRACED__WORKER_REPLY__BODY_LISTING)
		job_send_listing(job, worker->listing);
	else
		conn_fail(job->conn, job->tag, DTRACED__FAILURE_CODE__FAILURE_WORKER,
			"the compiler gave no listing");
}

void req_list(struct conn *c, const Dtraced__Request *request, struct session *s)
{
	Dtraced__WorkerRequest worker = DTRACED__WORKER_REQUEST__INIT;
	Dtraced__List *list = request->list;

	(void)s;
	if (!job_check_texts(
		    c, request->tag, list->texts, list->n_texts, list->n_args, list->n_options) ||
		!job_check_texts(c, request->tag, list->libraries, list->n_libraries, 0, 0))
		return;
	if (!targets_translate(c, request->tag, list->targets, list->n_targets, list->macros, list->n_macros))
		return;
	worker.list = list;
	job_submit(c, request->tag, &worker, false, answer_list);
}
