// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Jobs that name addresses: syms_resolve(). The kernel's are asked in the first round,
// those of processes in the rounds after it (sym/user.h).

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/job.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/user.h"

struct names_job {
	struct syms_job job;
	syms_done_fn *done;
	void *arg;
	struct policy_scope scope;
	bool demangle;
	struct user_job *user;		// from when those of processes are asked
	uint64_t *kernel;		// addresses, while it is asked
	struct sym_answer *answers;
	char **taken;			// strings of the kernel's answers
	size_t n, nkernel, ntaken;
	struct sym_query queries[];
};

static void collect_kernel(struct names_job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		j->answers[i] = (struct sym_answer){ "", "", j->queries[i].address };
		if (j->queries[i].space == SYM_KERNEL)
			j->kernel[j->nkernel++] = j->queries[i].address;
	}
}

// 1, 0: nothing is left, or a negative errno.
static int ask_user(struct names_job *j, Dtraced__SymRequest *request, int *fds, size_t *nfds)
{
	int r = j->user ? 0 : user_job_new(&j->user, syms_user(j->job.syms), j->queries, j->n,
		&j->scope, j->demangle, j->answers);

	return r < 0 ? r : user_job_ask(j->user, request, fds, nfds);
}

static int ask(struct syms_job *job, Dtraced__SymRequest *request, int *fds, size_t *nfds)
{
	struct names_job *j = (struct names_job *)job;

	if (!j->user && j->nkernel) {
		request->kernel = j->kernel;
		request->n_kernel = j->nkernel;
		return 1;
	}
	return ask_user(j, request, fds, nfds);
}

static const char *take(struct names_job *j, char **from)
{
	char *s = *from;

	if (s == protobuf_c_empty_string)
		return "";
	*from = NULL;
	j->taken[j->ntaken++] = s;
	return s;
}

static int decode_kernel(struct names_job *j, const Dtraced__SymReply *reply)
{
	size_t k = 0;

	if (reply->n_kernel != j->nkernel)
		return -EBADMSG;
	for (size_t i = 0; i < j->n; i++) {
		Dtraced__Symbol *symbol;

		if (j->queries[i].space != SYM_KERNEL)
			continue;
		symbol = reply->kernel[k++];
		j->answers[i].module = take(j, &symbol->module);
		j->answers[i].symbol = take(j, &symbol->symbol);
		j->answers[i].offset = symbol->offset;
	}
	return 0;
}

static int decode(struct syms_job *job, Dtraced__SymReply *reply)
{
	struct names_job *j = (struct names_job *)job;
	int r = j->user ? user_job_take(j->user, reply) : decode_kernel(j, reply);

	j->nkernel = 0;
	return r < 0 ? r : 1;
}

static bool lost(struct syms_job *job)
{
	struct names_job *j = (struct names_job *)job;

	if (j->user)
		user_job_lost(j->user);
	return j->user;
}

static void done(struct syms_job *job, const char *failure)
{
	struct names_job *j = (struct names_job *)job;

	j->done(j->arg, failure ? NULL : j->answers, failure ? 0 : j->n, failure);
}

static void free_job(struct syms_job *job)
{
	struct names_job *j = (struct names_job *)job;

	user_job_free(j->user);
	for (size_t i = 0; i < j->ntaken; i++)
		free(j->taken[i]);
	free(j->taken);
	free(j->kernel);
	free(j->answers);
	free(j);
}

static const struct syms_kind names = {
	.what = "addresses cannot be named", .ask = ask, .decode = decode, .lost = lost, .done = done,
	.free = free_job,
};

int syms_resolve(struct syms *s, const struct sym_query *queries, size_t n,
	const struct policy_scope *scope, bool demangle, syms_done_fn *fn, void *arg,
	struct syms_job **jobp)
{
	struct names_job *j;

	if (n > SYM_BATCH)
		return -E2BIG;
	j = calloc(1, sizeof *j + n * sizeof *queries);
	if (!j)
		return -ENOMEM;
	j->job.kind = &names;
	j->done = fn;
	j->arg = arg;
	j->scope = *scope;
	j->demangle = demangle;
	j->n = n;
	memcpy(j->queries, queries, n * sizeof *queries);
	j->kernel = calloc(n + 1, sizeof *j->kernel);
	j->answers = calloc(n + 1, sizeof *j->answers);
	j->taken = calloc(2 * n + 1, sizeof *j->taken);
	if (!j->kernel || !j->answers || !j->taken) {
		free_job(&j->job);
		return -ENOMEM;
	}
	collect_kernel(j);
	syms_submit(s, &j->job);
	*jobp = &j->job;
	return 0;
}
