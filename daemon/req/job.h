// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A request that waits for a compile worker or the symbol worker. It belongs to its connection and
// dies with it.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/conn.h"
#include "daemon/policy/charges.h"
#include "proto/dtraced.pb-c.h"

struct places_job;
struct syms_job;
struct user_hooks;
struct user_process;
struct zygote_job;

struct job {
	struct conn_part part;	// comes first
	struct conn *conn;
	uint32_t tag;
	bool check_only;
	struct peer *as;		// whom it is asked for; NULL: the client
	void (*answer)(struct job *job, Dtraced__WorkerReply *reply);
	struct zygote_job *worker;
	uint64_t since;			// it has worked
	struct syms_job *names;
	struct charge charge;
	// Requests for the compiler: what it was asked, should it want probes of processes (wants.c).
	uint8_t *packed;
	size_t packed_len;
	Dtraced__WorkerRequest *request;	// the same unpacked
	Dtraced__Wants *wants;
	struct user_process *processes;
	uint32_t nprocesses;
	struct places_job *places;
	struct user_hooks *hooks;	// what was found; the answer may take it
};

// A job that is charged. NULL: the client has been told why, or is gone.
struct job *job_new(struct conn *c, uint32_t tag, enum charge_kind kind);

// Whom the request is for: the connection's peer, but for an explanation.
const struct peer *job_peer(const struct job *job);

// Charges and submits, with the limits of the role; when that fails the client has been told. answer is
// called with a reply that is neither a failure nor missing: those are passed
// on to the client by the job itself. It may take parts of the reply, which
// it sets to NULL.
void job_submit(struct conn *c, uint32_t tag, Dtraced__WorkerRequest *request,
	bool check_only, void (*answer)(struct job *job, Dtraced__WorkerReply *reply));

// The same for somebody else, who is taken.
void job_submit_as(struct conn *c, uint32_t tag, Dtraced__WorkerRequest *request, struct peer *as,
	void (*answer)(struct job *job, Dtraced__WorkerReply *reply));

// Whether the policy lets whom it is for have the program, whose class is then *needs; if not,
// the client has been told.
bool job_is_allowed(struct job *job, const Dtraced__WorkerReply *worker, enum class *needs);

// Asks a worker once more, with what it wanted.
void job_resubmit(struct job *job, Dtraced__Places *places);

// Tells the client that it cannot be compiled, and frees the job.
void job_fail(struct job *job, int error);

// Cancels the worker. Returns NULL.
struct job *job_free(struct job *job);

// Sends probes in as many frames as it takes.
void job_send_listing(struct job *job, const Dtraced__Listing *listing);

// Whether what a client sent for compiling is within limits.h; if not, the
// client has been told.
bool job_check_texts(struct conn *c, uint32_t tag, Dtraced__Text *const *texts, size_t ntexts,
	size_t nargs, size_t noptions);
