// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A connection: one client, its credentials, and what belongs to it: requests in
// progress, views of sessions. Frames are capped by state before anything is allocated, taken in a
// loop, and decoded whole or rejected. What waits to be sent is bounded: while
// the queue is full no requests are read and no rings are drained (records are
// then dropped and counted in the kernel), and a client that takes nothing for
// half a minute is closed.

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/policy/charges.h"
#include "daemon/policy/policy.h"
#include "proto/dtraced.pb-c.h"

struct server;

// Bits, as dispatch rows name the states in which a message is legal.
enum conn_state {
	CONN_GREETING = 1,	// Hello was not answered yet
	CONN_READY = 2,
	CONN_CLOSING = 4,	// what is queued is sent, then the connection ends
	CONN_DEAD = 8,		// gone, about to be freed
};

// Something that goes with its connection, a member of it.
struct conn_part {
	LIST_ENTRY(conn_part) link;
	const struct conn_part_ops *ops;
};

struct conn_part_ops {
	void (*room)(struct conn_part *p);	// there is room in the queue again; NULL: of no interest
	void (*gone)(struct conn_part *p);	// the connection goes; the part takes itself off
};

struct conn {
	LIST_ENTRY(conn) link;
	struct server *server;
	enum conn_state state;
	struct peer peer;
	struct charge charge;
	struct bufferevent *io;
	struct event *timer;	// Hello is late, or the farewell takes too long
	struct event *turn;	// requests go on after those of others
	struct event *reap;
	LIST_HEAD(, conn_part) parts;
};

// Takes the fd in every case. 0, or a negative errno. A user with too many
// connections gets a refusal and a connection that is closing.
int conn_new(struct conn **cp, struct server *server, int fd);

// Ends its parts. Not from within its own callbacks: conn_kill().
struct conn *conn_free(struct conn *c);
void conns_free(struct server *server);

void conn_add_part(struct conn *c, struct conn_part *p, const struct conn_part_ops *ops);
// Nothing if it was never added.
void conn_remove_part(struct conn_part *p);

// Closes at once; the object goes when the event loop is reached.
void conn_kill(struct conn *c, const char *why);

// Sends what is queued, then closes. Nothing is read any more.
void conn_close(struct conn *c);

// Queue a reply; on a connection that is dead they do nothing.
void conn_send(struct conn *c, uint32_t tag, Dtraced__Reply *reply);
void conn_done(struct conn *c, uint32_t tag);
void PRINTF_LIKE(4, 5) conn_fail(
	struct conn *c, uint32_t tag, Dtraced__FailureCode code, const char *format, ...);

// The queue, for those who write frames themselves; NULL on a dead connection.
struct evbuffer *conn_output(struct conn *c);
bool conn_is_full(const struct conn *c);
