// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Names of addresses, as the core sees it: questions go to a jailed process, the
// symbol worker (sym/worker.h), which reads the kernel's list of symbols and
// whatever else the core opens for it. It is started by the first question, ends
// when there were none for a while, and is started again when it crashed; the
// question of that moment fails. One batch is with it at a time, others wait.
//
// What comes back is hostile: it may be wrong, not more. It is checked for its
// size only.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct policy_scope;
struct sideband;
struct syms;
struct syms_job;
struct user;

enum sym_space { SYM_KERNEL, SYM_USER };

// A process: its tgid, and in the upper half what tells it from a later one of
// the same number: bits 20 to 51 of its leader's start_boottime in ns.
typedef uint64_t sym_process;

static inline int32_t sym_process_tgid(sym_process p)
{
	return (int32_t)(uint32_t)p;
}

static inline uint32_t sym_process_generation(sym_process p)
{
	return (uint32_t)(p >> 32);
}

struct sym_query {
	enum sym_space space;
	sym_process process;	// SYM_USER
	uint64_t address;
};

// What is not known is empty; then offset is relative to what is known: to the
// module, or to zero. In a user's object that is the address as linked, or, if it
// cannot be read, the offset in the file.
struct sym_answer {
	const char *module;	// vmlinux, a kernel module, the basename of an object, [vdso]
	const char *symbol;
	uint64_t offset;
};

enum { SYM_BATCH = 4096 };	// questions in a job

// Nothing is started yet. sideband (NULL: none) must live longer.
int syms_new(struct syms **sp, struct event_base *base, struct sideband *sideband);

// What names addresses of processes (sym/user.h).
struct user *syms_user(struct syms *s);

struct event_base *syms_base(struct syms *s);

// From now on the worker is this program with the arguments --symbols FD, so that
// it has nothing of the core's memory. Without, the core is forked.
void syms_set_program(struct syms *s, const char *path);

// Cancels all jobs and ends the worker. NULL is fine. Returns NULL.
struct syms *syms_free(struct syms *s);

// Exactly one call per job that was not cancelled, from the event base, never from
// within syms_resolve(). Either n answers, in the order of the questions and valid
// during the call; or failure, one sentence. The job is freed after the call.
typedef void syms_done_fn(
	void *arg, const struct sym_answer *answers, size_t n, const char *failure);

// Asks n questions, at most SYM_BATCH; they and the scope, whose processes may be asked
// about, are copied. demangle: names of C++ and Rust as their source has them. 0: *jobp is
// valid until done or syms_cancel(). -E2BIG, -ENOMEM.
int syms_resolve(struct syms *s, const struct sym_query *queries, size_t n,
	const struct policy_scope *scope, bool demangle, syms_done_fn *done, void *arg,
	struct syms_job **jobp);

// done is not called. NULL is fine.
void syms_cancel(struct syms_job *job);
