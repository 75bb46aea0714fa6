// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The compile zygote as the core sees it: a jailed child that was forked before
// the core opened anything, and that forks one worker per request. Should it
// die, its parent (keeper.h) forks another one; the jobs of that moment fail.
// The process must ignore SIGPIPE. What comes
// back from a worker is hostile: these functions promise only that a reply is a
// well-formed WorkerReply below the caps; the caller checks its contents.
//
// The module also keeps the register of probes made on demand (profile-99), so
// that a probe has one id for all sessions.

#include <stdint.h>

#include "proto/dtraced.pb-c.h"

struct event_base;
struct zygote;
struct zygote_job;

// What the zygote found when it started.
struct zygote_facts {
	uint32_t nprobes;	// probes in the catalogue
	uint32_t next_id;	// first id for probes made on demand
};

// What one worker may take. Requests can lower CPU time and memory (compile_ms, compile_bytes).
struct zygote_limits {
	uint32_t cpu_ms;
	uint32_t wall_ms;
	uint64_t memory;	// bytes
	uint32_t workers;	// at a time, further jobs wait
};

// 5 s of processor time, 10 s by the clock, 256 MiB, 8 workers.
struct zygote_limits zygote_default_limits(void);

// Forks the zygote and waits until it has read the kernel's BTF and the
// catalogue. Call it before anything else is opened and before any thread or
// event base exists. With verbose, workers log to stderr.
//   0               *zp is the caller's
//   negative errno  *why is one sentence for the user (static, or owned by
//                   the module until the process ends)
int zygote_start(struct zygote **zp, int verbose, const char *providers, const char **why);

// From now on, when the zygote's keeper must be started again, it is this program
// with the arguments --zygote FD [--verbose --verbose] (keeper_main()), so that it
// has nothing of the core's memory. Without, the core is forked.
void zygote_set_program(struct zygote *z, const char *path);

// Valid as long as the zygote.
const struct zygote_facts *zygote_facts(const struct zygote *z);

// For jobs submitted from now on.
void zygote_set_limits(struct zygote *z, const struct zygote_limits *l);

// From now on replies arrive by this base. Once, before the first submit.
int zygote_attach(struct zygote *z, struct event_base *base);

// Exactly one call per job that was not cancelled, from the event base, never
// from within zygote_submit:
//   reply != NULL   the worker's answer, valid during the call; parts that are
//                   taken are set to NULL. Its failure case holds
//                   diagnostics; they are a normal answer.
//   failure != NULL there is none: the worker crashed, took too long or too
//                   much memory, or the zygote is gone. One sentence.
// The job is freed after the call. Do not call zygote_stop() from it.
typedef void zygote_done_fn(void *arg, Dtraced__WorkerReply *reply, const char *failure);

// Starts a compile or a listing. The request is copied before the call returns.
// next_id and known are filled in here; the caller sets exactly one of compile
// and list, and max_probes, compile_ms and compile_bytes (0: the defaults).
//   0               *jobp is valid until done or zygote_cancel
//   -ENOMEM, -EMFILE, -EMSGSIZE, -EPIPE (the zygote is gone) and the like
int zygote_submit(struct zygote *z, const Dtraced__WorkerRequest *request, zygote_done_fn *done,
	void *arg, struct zygote_job **jobp);

// n probe ids in a row for probes in processes: the first.
uint32_t zygote_reserve_ids(struct zygote *z, uint32_t n);

// Kills the worker and forgets the job; done is not called. NULL is fine.
void zygote_cancel(struct zygote_job *job);

// Cancels what is left, ends the zygote and waits for it. NULL is fine.
// Returns NULL.
struct zygote *zygote_stop(struct zygote *z);

static inline void zygote_stopp(struct zygote **zp)
{
	zygote_stop(*zp);
}
