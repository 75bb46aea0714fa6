// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The server: the event loop, the listening socket, and what all connections
// share.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/kernel/clock.h"
#include "daemon/kernel/features.h"
#include "daemon/kernel/fields.h"
#include "daemon/kernel/runtime.h"
#include "daemon/policy/charges.h"
#include "daemon/policy/policy.h"
#include "daemon/work.h"

struct conn;
struct event;
struct event_base;
struct quiesce;
struct sideband;
struct syms;
struct unwinder;
struct zygote;

struct server {
	struct event_base *base;
	struct zygote *zygote;
	struct work_queue work;
	struct quiesce *quiesce;
	struct quiesce *detacher;	// that of sessions with user probes, whose users can make it slow
	struct syms *syms;
	struct sideband *sideband;
	struct unwinder *unwinder;
	struct runtime runtime;
	struct features features;
	struct kernel_fields fields;	// for confined sessions
	bool fields_known;
	struct jiffies_clock clock;
	struct charges charges;
	struct policy *policy;
	uint32_t ncpus;			// possible ones
	LIST_HEAD(, conn) conns;
	bool one_connection;		// private mode: ends with it
	bool stopping;
	int listen_fd, reserve_fd;	// reserve: to be able to refuse when fds run out
	struct event *listener, *tick, *farewell, *sigterm, *sigint;
	char *path;			// of the socket that is ours to remove
};

// Where connections come from; exactly one is set.
struct server_source {
	const char *path;	// make a socket here
	int listen_fd;		// a listening socket (activation), or -1
	int connection_fd;	// the only connection (private mode), or -1
};

// Takes the zygote, which is running, and the policy in every case. 0; or a negative errno with
// why.
int server_init(struct server *s, struct zygote *zygote, struct policy *policy,
	struct reason *why);
int server_open(struct server *s, const struct server_source *source, struct reason *why);

// Until SIGTERM, SIGINT, or the end of the only connection.
int server_run(struct server *s);
void server_deinit(struct server *s);

// A connection has been freed.
void server_conn_gone(struct server *s);

// A session runs: its lease wants renewing.
void server_need_tick(struct server *s);
