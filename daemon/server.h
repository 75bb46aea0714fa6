// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What all connections and sessions share: the event loop, the workers, the kernel
// side, and the lists of both. It knows neither; service.h is who accepts and ends.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/kernel/clock.h"
#include "daemon/kernel/features.h"
#include "daemon/kernel/fields.h"
#include "daemon/kernel/runtime.h"
#include "daemon/policy/audit.h"
#include "daemon/policy/charges.h"
#include "daemon/policy/policy.h"
#include "daemon/work.h"

struct Dtraced__Request;
struct conn;
struct event;
struct event_base;
struct linker;
struct quiesce;
struct session;
struct sideband;
struct syms;
struct unwinder;
struct zygote;

typedef void server_serve_fn(struct conn *c, const struct Dtraced__Request *request);

struct server {
	struct event_base *base;
	struct zygote *zygote;
	struct work_queue work;
	struct quiesce *quiesce;
	struct quiesce *detacher;	// that of sessions with user probes, whose users can make it slow
	struct linker *linker;
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
	struct audit audit;
	uint32_t ncpus;			// possible ones
	LIST_HEAD(, conn) conns;
	LIST_HEAD(, session) sessions;
	server_serve_fn *serve;		// each request of each connection
	struct event *tick;		// of a second, while a session runs; who looks after sessions sets it
	bool ends_with_last;		// connection: the loop ends
	bool frozen;			// sessions of those who may not freeze are quiet
};

// Takes the zygote, which is running, and the policy in every case. 0; or a negative errno with
// why.
int server_init(struct server *s, struct zygote *zygote, struct policy *policy,
	struct reason *why);
void server_deinit(struct server *s);

// A connection has been freed.
void server_conn_gone(struct server *s);

// A session runs: its lease wants renewing.
void server_need_tick(struct server *s);
