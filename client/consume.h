// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The consumer of one session: takes the daemon's events, puts records in order,
// carries out their actions and hands what is to be seen to a writer.

#include <stdbool.h>
#include <stdint.h>

#include "client/decode/schema.h"
#include "client/link.h"
#include "client/options.h"
#include "client/output/writer.h"

struct consumer;
struct effects;
struct names;

// All that is given stays the caller's; setopt() changes the options. effects NULL: a viewer's consumer
// runs no commands and opens no files.
int consumer_new(struct schema *s, struct options *o, struct link *l, uint64_t session,
		 struct writer *w, struct names *n, struct effects *e, struct consumer **consumerp);
struct consumer *consumer_free(struct consumer *c);
static inline void consumer_freep(struct consumer **c)
{
	consumer_free(*c);
}

// Takes one event of the session, or out of it what it keeps.
int consumer_event(struct consumer *c, Dtraced__Reply **replyp);
// Acts on all records that may be released, then flushes the writer.
int consumer_release(struct consumer *c);
// Milliseconds until consumer_release() should be called even if nothing comes, -1: never.
int consumer_timeout(const struct consumer *c);
bool consumer_ended(const struct consumer *c);
// After the end: the aggregations that were never printed.
int consumer_finish(struct consumer *c);
// What dtrace exits with.
int consumer_status(const struct consumer *c);
