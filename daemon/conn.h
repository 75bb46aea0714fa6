// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A connection: one client, its credentials, its sessions and its requests in
// progress. Frames are capped by state before anything is allocated, taken in a
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
struct session;
struct job;

// Bits, as dispatch rows name the states in which a message is legal.
enum conn_state {
	CONN_GREETING = 1,	// Hello was not answered yet
	CONN_READY = 2,
	CONN_CLOSING = 4,	// what is queued is sent, then the connection ends
	CONN_DEAD = 8,		// gone, about to be freed
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
	LIST_HEAD(, session) sessions;
	LIST_HEAD(, job) jobs;
};

// Takes the fd in every case. 0, or a negative errno. A user with too many
// connections gets a refusal and a connection that is closing.
int conn_new(struct conn **cp, struct server *server, int fd);

// Ends its sessions and jobs. Not from within its own callbacks: conn_kill().
struct conn *conn_free(struct conn *c);

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

struct session *conn_session(const struct conn *c, uint64_t id);
