// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The connection to a daemon: the one that listens, or for root a private one
// that lives as long as the connection. Requests are answered in order; events
// of a running session (tag 0) come in between and are kept for link_next().

#include <stdbool.h>
#include <stdint.h>

#include "proto/dtraced.pb-c.h"

struct link;

// Connects and says Hello. 0, or 1 after telling the user why not, or negative errno.
int link_open(struct link **linkp);
// The same, only of a daemon that goes on without us.
int link_open_service(struct link **linkp);
// The same with a dtraced of our own, for Compile with another product than a session.
int link_open_maker(struct link **linkp);
// The same over a socket that is already connected (tests).
int link_open_fd(int fd, struct link **linkp);
struct link *link_close(struct link *l);
static inline void link_closep(struct link **l)
{
	link_close(*l);
}

// From here on SIGINT and SIGTERM do not kill: the first interrupts, another some time after it aborts.
int link_catch_signals(struct link *l);
bool link_interrupted(const struct link *l);
bool link_aborted(const struct link *l);

// Sends a request, setting its tag.
int link_send(struct link *l, Dtraced__Request *req);
// Sends and waits for the (first) answer, which may be a Failure. -EINTR: two
// interrupts came meanwhile. -ECONNRESET: the daemon is gone.
int link_call(struct link *l, Dtraced__Request *req, Dtraced__Reply **replyp);
// The next frame that answers the request last called, for those with several.
int link_more(struct link *l, Dtraced__Reply **replyp);
// Each event that comes while an answer is waited for is offered to take() first: 1, it has taken it; 0; or
// negative errno.
void link_divert(struct link *l, int (*take)(void *arg, Dtraced__Reply **replyp), void *arg);
// link_wait() also returns when this descriptor can be read; -1: none.
void link_watch(struct link *l, int fd);
// The next reply that is here already: 1, or 0 for none.
int link_next(struct link *l, Dtraced__Reply **replyp);
// Whether link_next() has something to give.
bool link_pending(const struct link *l);
// Waits until something comes or a signal is caught, at most so many milliseconds (-1: for ever).
int link_wait(struct link *l, int timeout);

void reply_freep(Dtraced__Reply **reply);
#define _cleanup_reply_ __attribute__((cleanup(reply_freep)))
