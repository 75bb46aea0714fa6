// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Jobs of the symbol worker, for the files that make them: what is asked and what
// is done with the answer. The queue and the worker are sym.c's.

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "proto/dtraced.pb-c.h"

struct syms;
struct syms_job;

struct syms_kind {
	const char *what;	// "addresses cannot be named", for the sentence of a failure
	// Fills in the request, except for the id, and the fds that go with it, which stay
	// the job's: at most SYM_MAX_FDS of them. 1; 0: it has nothing to ask and is done; or a
	// negative errno.
	int (*ask)(struct syms_job *job, Dtraced__SymRequest *request, int *fds, size_t *nfds);
	// Looks at the answer, which lives until done has returned, and may take strings out
	// of it. 0; 1: it has more to ask, and the answer is gone; -ENOMEM; or -EBADMSG: it
	// makes no sense.
	int (*decode)(struct syms_job *job, Dtraced__SymReply *reply);
	// The worker died of what was asked, or took too long. True: ask again, another one.
	// NULL: the job has failed.
	bool (*lost)(struct syms_job *job);
	// failure is NULL after decode. Not called when the job was cancelled.
	void (*done)(struct syms_job *job, const char *failure);
	void (*free)(struct syms_job *job);
};

struct syms_job {
	const struct syms_kind *kind;
	struct syms *syms;
	TAILQ_ENTRY(syms_job) link;
	bool cancelled;
	// Set by ask: this request and those after it go to a new worker.
	bool renew;
	uid_t uid;		// whose it is, of jobs that take turns
};

void syms_submit(struct syms *s, struct syms_job *job);
// To a queue with a worker of its own, for jobs that renew it. 0 or -ENOMEM: the job stays
// the caller's.
int syms_submit_apart(struct syms *s, struct syms_job *job);
