// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A session: one compiled set of D programs with its kernel objects and its
// memory. Owned by the connection that made it.
//
//   loaded --start--> running --stop, exit(), full--> draining --> ended
//
// Draining sends what was recorded as fast as the client takes it; an ended
// session still answers snapshots. Freeing is possible in any state.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/kernel/attach.h"
#include "daemon/policy/charges.h"
#include "daemon/session/segment.h"
#include "daemon/session/stream.h"
#include "daemon/session/tables.h"
#include "proto/dtraced.pb-c.h"

struct conn;
struct event;

// Bits, as dispatch rows name the states in which a message is legal.
enum session_state {
	SESSION_LOADED = 1,
	SESSION_RUNNING = 2,
	SESSION_DRAINING = 4,
	SESSION_ENDED = 8,
};

enum {
	SESSION_E_INVALID = 1,	// the compiler's object cannot be used
	SESSION_E_LIMIT,
	SESSION_E_KERNEL,	// refused by the kernel
};

struct session_program {
	enum hook_kind hook;
	uint64_t period;
	int fd;
	struct attachment attachment;
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
	struct session_program *programs;
	uint32_t nprograms;
	struct stream stream;
	struct event *bell, *poll;
	uint32_t interval_us;		// until the next poll
	Dtraced__EndReason reason;	// why it ends
	char *reason_text;
};

// Admits, charges and loads an object. 0; a SESSION_E_* with why; or a negative
// errno.
int session_new(struct session **sp, struct conn *c, const Dtraced__Object *object,
	struct reason *why);
struct session *session_free(struct session *s);

// Attaches everything, runs BEGIN, enables. 0; SESSION_E_KERNEL with why; or a
// negative errno. When it fails the session stays loaded.
int session_start(struct session *s, struct reason *why);

// Stops the programs, runs END, and sends the rest and Ended; nothing if it is
// stopping already. The text is for END_KILLED.
void session_stop(struct session *s, Dtraced__EndReason reason, const char *text);

// There is room in the client's queue again.
void session_room(struct session *s);

// Once a second: renews the lease and the wall clock, counts what the kernel
// left out.
void session_tick(struct session *s);

// Where table i is, if aggs (empty: all) has its aggregation.
bool session_wants_table(const struct session *s, uint32_t i, const uint32_t *aggs, size_t naggs,
	struct table_source *source);
