// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Names of addresses of processes: which file an address is in, the core knows or
// finds out (sym/procs.h); what the file calls it, the worker reads. A job does this for
// a batch of addresses, in rounds: files that the worker has not seen are opened, a few at a
// time, and it is asked what they are; then their debug files are looked for, and all is
// loaded and asked.
//
// What the worker crashes on is asked once more, alone, and then never again.

#include <stdbool.h>
#include <stddef.h>

#include "daemon/policy/policy.h"
#include "daemon/sym/sym.h"
#include "proto/dtraced.pb-c.h"

struct event_base;
struct procs;
struct sideband;
struct user;
struct user_job;

// sideband NULL: processes cannot be followed. 0 or -ENOMEM.
int user_new(struct user **up, struct event_base *base, struct sideband *sideband);
struct user *user_free(struct user *u);

struct procs *user_procs(struct user *u);
// Bytes of tables that the worker keeps.
void user_set_memory(struct user *u, size_t bytes);
// The worker is gone.
void user_unload(struct user *u);

// For the questions with SYM_USER; answers has a place for each question, which is filled
// in with what can be said without the worker, and must live as long as the job. Strings in
// it live as long as the job. The queries need not. 0 or -ENOMEM.
int user_job_new(struct user_job **jp, struct user *u, const struct sym_query *queries, size_t n,
	const struct policy_scope *scope, bool demangle, struct sym_answer *answers);
struct user_job *user_job_free(struct user_job *j);

// The next request and its fds, at most SYM_MAX_FDS, which stay the job's; what the
// request points to lives until the next call. 1, 0: all is answered, or -ENOMEM.
int user_job_ask(struct user_job *j, Dtraced__SymRequest *request, int *fds, size_t *nfds);
// Takes strings out of the reply to it. 0, or -EBADMSG: it makes no sense.
int user_job_take(struct user_job *j, Dtraced__SymReply *reply);
// There will be none: the worker crashed or took too long. Then user_job_ask() goes on.
void user_job_lost(struct user_job *j);
