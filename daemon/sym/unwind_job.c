// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Jobs that make unwind tables, see unwind_job.h.

#include "daemon/sym/unwind_job.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/sym/job.h"
#include "daemon/sym/table_wire.h"
#include "daemon/util.h"

struct unwind_job {
	struct syms_job job;
	syms_unwind_fn *done;
	void *arg;
	int fd;
	int error;
	struct unwind_table table;
};

static int ask(struct syms_job *job, Dtraced__SymRequest *request, int *fds, size_t *nfds)
{
	struct unwind_job *j = (struct unwind_job *)job;

	request->has_unwind = 1;
	fds[0] = j->fd;
	*nfds = 1;
	return 1;
}

static int decode(struct syms_job *job, Dtraced__SymReply *reply)
{
	struct unwind_job *j = (struct unwind_job *)job;

	if (!reply->unwind)
		return -EBADMSG;
	j->error = table_unpack(reply->unwind, &j->table);
	return j->error == -EBADMSG ? -EBADMSG : 0;
}

static void done(struct syms_job *job, const char *failure)
{
	struct unwind_job *j = (struct unwind_job *)job;

	if (failure)
		j->error = -EIO;
	j->done(j->arg, j->error ? NULL : &j->table, j->error);
}

static void free_job(struct syms_job *job)
{
	struct unwind_job *j = (struct unwind_job *)job;

	close_fd(j->fd);
	unwind_table_deinit(&j->table);
	free(j);
}

static const struct syms_kind tables = {
	.what = "a file has no unwind table", .ask = ask, .decode = decode, .done = done,
	.free = free_job,
};

int syms_unwind(struct syms *s, int fd, syms_unwind_fn *fn, void *arg, struct syms_job **jobp)
{
	struct unwind_job *j = calloc(1, sizeof *j);

	if (!j) {
		close_fd(fd);
		return -ENOMEM;
	}
	j->job.kind = &tables;
	j->done = fn;
	j->arg = arg;
	j->fd = fd;
	syms_submit(s, &j->job);
	*jobp = &j->job;
	return 0;
}
