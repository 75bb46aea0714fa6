// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A session: one compiled set of D programs with its kernel objects and its
// memory. It belongs to a user and to the server; viewers come and go (viewer.h). As
// long as it has a keeper, the connection that made it, it ends with that.
//
//   loading --> loaded --start--> starting --> running
//                                   |            | stop, exit(), full
//                                   +--stop----> stopping --> draining --> ended
//
// Loading, starting and stopping are work in steps, see daemon/work.h. Draining
// sends what was recorded as fast as viewers take it, and waits for one if there is
// none; an ended session still answers snapshots. Freeing is possible in any state.

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
#include "daemon/session/viewer.h"
#include "daemon/sym/unwinder.h"
#include "daemon/work.h"
#include "proto/dtraced.pb-c.h"

struct event;
struct later;
struct server;
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

struct wish;

struct session_waiter {
	session_done_fn *fn;	// NULL: nobody waits
	void *arg;
};

// What is kept of how a session came about, for viewers that did not ask for it.
struct session_origin {
	uint8_t *request;		// a packed Compile, without libraries
	size_t request_len;
	uint8_t *schema;		// a packed Schema
	size_t schema_len;
};

enum { SESSION_NAME = 64 };

struct session {
	LIST_ENTRY(session) link;	// of the server's
	struct server *server;
	struct conn_part keeping;	// of the keeper
	struct conn *keeper;		// NULL: detached
	struct viewers viewers;
	struct peer owner;		// the client that made it
	char name[SESSION_NAME];	// unique among its owner's
	uint64_t made;			// CLOCK_REALTIME, ns
	struct session_origin origin;
	struct wish *wish;		// for the policy; its names are those of the origin's schema
	bool audited;			// that it starts, so its end will be
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
	struct setup *setup;		// while loading; with user probes as long as the session
	struct later *later;		// more places for those, while it runs; NULL: none
	struct session_waiter waiter;
	bool unwinds;			// its programs walk user stacks: holds the unwinder
	bool follows;			// it may be asked for names of processes that are gone by then
	struct unwinder_wait unwind_wait;	// while starting
	struct quiesce_wait quiet;	// while stopping
	uint64_t since;			// it began to load, start or stop
	uint64_t runs_since;		// ns
	uint64_t alone_since;		// ns; if it is alone
	bool begun;			// BEGIN has run, so END will
	bool paused;			// by its owner
	bool discarded;			// goes with its last viewer
	bool taken;			// a viewer has got all of it: once ended, the same
	bool emptying;			// stopping: the rings go out before END runs
	struct trunc trunc;
	struct stream stream;
	struct event *bell, *poll;
	uint32_t interval_us;		// until the next poll
	Dtraced__EndReason reason;	// why it ends
	char *reason_text;
	char *refusal;			// why it may not be started (it was compiled), NULL: it may
};

// What a session is made of: all of it is taken, the name is copied.
struct session_parts {
	Dtraced__Object *object;
	struct user_hooks *hooks;	// may be NULL
	struct session_origin origin;
	const char *name;		// a free one, see roster.h
	struct wish *wish;		// what it wants of the kernel
	bool unseen;			// the keeper is no viewer
};

// Admits, charges and loads an object. 0, and done is called later; or -ENOMEM.
int session_new(struct session **sp, struct conn *keeper, const struct session_parts *parts,
	session_done_fn *done, void *arg);
struct session *session_free(struct session *s);

// ---- keeper and viewers (views.c) ----

// It does not end with its keeper any more, who stays a viewer if it is one.
void session_detach(struct session *s);

// A viewer more: 0, -EEXIST if the connection is one already, or -ENOMEM. After greeting it gets events.
int session_view(struct session *s, struct conn *c, struct viewer **vp);
void session_greet(struct session *s, struct viewer *v);

// It is detached, and nobody views it; for longer than its owner's role lets it be: it is to be freed.
bool session_is_alone(const struct session *s);
bool session_is_abandoned(struct session *s);

// Nobody wants it any more but those who view it, who are told why: it ends and goes.
void session_discard(struct session *s, const char *why);

// A connection is done with a session that it keeps or views. What a viewer has seen
// the end of need not be kept.
void session_close(struct session *s, struct conn *c);

// ---- running ----

// Attaches everything, runs BEGIN, enables; then done is called. When it fails
// the session stays loaded.
void session_start(struct session *s, session_done_fn *done, void *arg);

// Stops the programs, runs END, and sends the rest and Ended; nothing if it is
// stopping already. A session that is loading is freed. The text is for
// END_KILLED.
void session_stop(struct session *s, Dtraced__EndReason reason, const char *text);

// Lets its probes fire, or not, by what holds now: its state, pausing and freezing.
void session_apply(struct session *s);

// There is room in a viewer's queue again, or another viewer.
void session_room(struct session *s);

// Once a second: renews the lease and the wall clock, counts what the kernel
// left out.
void session_tick(struct session *s);

// Where table i is, if aggs (empty: all) has its aggregation.
bool session_wants_table(const struct session *s, uint32_t i, const uint32_t *aggs, size_t naggs,
	struct table_source *source);

// For the files of this folder.
void session_keep(struct session *s, struct conn *keeper);
void session_unview(struct viewer *v);
// Tells who waits, if somebody does.
void session_answer(struct session *s, int result, const struct reason *why);
// Runs from now on: rounds and ticks.
void session_go(struct session *s);
int session_renew(struct session *s);
void session_count_missed(struct session *s);
// Sends the rest; when all is sent the session has ended.
void session_drain(struct session *s);

// The last event.
void session_send_ended(struct session *s, struct viewer *v);

// There is room in a viewer's queue while the session stops.
void session_stop_room(struct session *s);
