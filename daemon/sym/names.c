// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Jobs that name addresses: syms_resolve().

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/job.h"
#include "daemon/sym/sym.h"

struct names_job {
	struct syms_job job;
	syms_done_fn *done;
	void *arg;
	uint64_t *kernel;		// addresses, while it is asked
	struct sym_answer *answers;
	size_t n;
	struct sym_query queries[];
};

static int ask(struct syms_job *job, Dtraced__SymRequest *request, int *fds, size_t *nfds)
{
	struct names_job *j = (struct names_job *)job;

	(void)fds;
	(void)nfds;
	j->kernel = calloc(j->n + 1, sizeof *j->kernel);
	if (!j->kernel)
		return -ENOMEM;
	request->kernel = j->kernel;
	for (size_t i = 0; i < j->n; i++) {
		if (j->queries[i].space == SYM_KERNEL)
			j->kernel[request->n_kernel++] = j->queries[i].address;
	}
	return 0;
}

static int decode(struct syms_job *job, const Dtraced__SymReply *reply)
{
	struct names_job *j = (struct names_job *)job;
	size_t k = 0;

	j->answers = calloc(j->n + 1, sizeof *j->answers);
	if (!j->answers)
		return -ENOMEM;
	for (size_t i = 0; i < j->n; i++) {
		const struct sym_query *q = &j->queries[i];
		const Dtraced__Symbol *symbol;

		j->answers[i] = (struct sym_answer){ "", "", q->address };
		if (q->space != SYM_KERNEL)
			continue;
		if (k == reply->n_kernel)
			return -EBADMSG;
		symbol = reply->kernel[k++];
		j->answers[i] = (struct sym_answer){ symbol->module, symbol->symbol, symbol->offset };
	}
	return k == reply->n_kernel ? 0 : -EBADMSG;
}

static void done(struct syms_job *job, const char *failure)
{
	struct names_job *j = (struct names_job *)job;

	j->done(j->arg, failure ? NULL : j->answers, failure ? 0 : j->n, failure);
}

static void free_job(struct syms_job *job)
{
	struct names_job *j = (struct names_job *)job;

	free(j->kernel);
	free(j->answers);
	free(j);
}

static const struct syms_kind names = {
	.what = "addresses cannot be named", .ask = ask, .decode = decode, .done = done,
	.free = free_job,
};

int syms_resolve(struct syms *s, const struct sym_query *queries, size_t n, syms_done_fn *fn,
	void *arg, struct syms_job **jobp)
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
	j->n = n;
	memcpy(j->queries, queries, n * sizeof *queries);
	syms_submit(s, &j->job);
	*jobp = &j->job;
	return 0;
}
