// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A session: one compiled set of D programs with its kernel objects and its
// memory. Owned by the connection that made it.
//
//   loading --> loaded --start--> starting --> running
//                                   |            | stop, exit(), full
//                                   +--stop----> stopping --> draining --> ended
//
// Loading, starting and stopping are work in steps, see daemon/work.h. Draining
// sends what was recorded as fast as the client takes it; an ended session still
// answers snapshots. Freeing is possible in any state.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/kernel/quiesce.h"
#include "daemon/policy/charges.h"
#include "daemon/session/programs.h"
#include "daemon/session/segment.h"
#include "daemon/session/stream.h"
#include "daemon/session/tables.h"
#include "daemon/session/trunc.h"
#include "daemon/sym/unwinder.h"
#include "daemon/work.h"
#include "proto/dtraced.pb-c.h"

struct conn;
struct event;
struct session;
struct setup;

// Bits, as dispatch rows name the states in which a message is legal.
enum session_state {
	SESSION_LOADED = 1,
	SESSION_RUNNING = 2,
	SESSION_DRAINING = 4,
	SESSION_ENDED = 8,
	SESSION_LOADING = 16,	// the client does not know its id yet
	SESSION_STARTING = 32,
	SESSION_STOPPING = 64,
};

enum {
	SESSION_E_INVALID = 1,	// the compiler's object cannot be used
	SESSION_E_LIMIT,
	SESSION_E_DENIED,	// by the policy
	SESSION_E_KERNEL,	// refused by the kernel
	SESSION_E_STOPPED,	// it was stopped or closed meanwhile
};

// Whoever waits until a session is loaded or started: 0, then why is a warning or
// empty; a SESSION_E_* with why; or a negative errno. A session that could not be loaded is freed after it.
typedef void session_done_fn(struct session *s, void *arg, int result, const struct reason *why);

struct session_waiter {
	session_done_fn *fn;	// NULL: nobody waits
	void *arg;
};

struct session {
	LIST_ENTRY(session) link;
	struct conn *conn;
	uint64_t id;
	enum session_state state;
	struct charge charge;
	struct segment segment;
	int *maps;			// fds by map number; the first three are the segment's
	uint32_t nmaps;
	struct object_table *tables;
	uint32_t ntables;
	struct programs programs;
	struct user_hooks *hooks;	// of its user probes; NULL: it has none
	struct work work;		// loading, starting or stopping
	struct setup *setup;		// while loading
	struct session_waiter waiter;
	bool unwinds;			// its programs walk user stacks: holds the unwinder
	bool follows;			// it may be asked for names of processes that are gone by then
	struct unwinder_wait unwind_wait;	// while starting
	struct quiesce_wait quiet;	// while stopping
	uint64_t since;			// it began to load, start or stop
	bool begun;			// BEGIN has run, so END will
	bool emptying;			// stopping: the rings go out before END runs
	struct trunc trunc;
	struct stream stream;
	struct event *bell, *poll;
	uint32_t interval_us;		// until the next poll
	Dtraced__EndReason reason;	// why it ends
	char *reason_text;
	char *refusal;			// why it may not be started (it was compiled), NULL: it may
};

// Admits, charges and loads an object, which is taken, and so are the hooks, which may be NULL.
// 0, and done is called later; or -ENOMEM.
int session_new(struct session **sp, struct conn *c, Dtraced__Object *object, struct user_hooks *hooks,
	session_done_fn *done, void *arg);
struct session *session_free(struct session *s);

// Attaches everything, runs BEGIN, enables; then done is called. When it fails
// the session stays loaded.
void session_start(struct session *s, session_done_fn *done, void *arg);

// Stops the programs, runs END, and sends the rest and Ended; nothing if it is
// stopping already. A session that is loading is freed. The text is for
// END_KILLED.
void session_stop(struct session *s, Dtraced__EndReason reason, const char *text);

// There is room in the client's queue again.
void session_room(struct session *s);

// Once a second: renews the lease and the wall clock, counts what the kernel
// left out.
void session_tick(struct session *s);

// Where table i is, if aggs (empty: all) has its aggregation.
bool session_wants_table(const struct session *s, uint32_t i, const uint32_t *aggs, size_t naggs,
	struct table_source *source);

// For the files of this folder.
// Tells who waits, if somebody does.
void session_answer(struct session *s, int result, const struct reason *why);
// Runs from now on: rounds and ticks.
void session_go(struct session *s);
int session_renew(struct session *s);
void session_count_missed(struct session *s);
// Sends the rest; when all is sent the session has ended.
void session_drain(struct session *s);

// There is room in the client's queue while the session stops.
void session_stop_room(struct session *s);
