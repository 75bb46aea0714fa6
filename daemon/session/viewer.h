// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A viewer of a session: a connection that gets its records, drops and end. A ring is
// read once, for all of them. What waits for a viewer waits in its connection's queue,
// which is bounded: one whose queue is full while another has room loses the records,
// which are counted for it alone. While all are full nothing is read.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/conn.h"
#include "dlang/bpf/segment.h"

struct session;

struct viewer {
	struct conn_part part;		// comes first
	LIST_ENTRY(viewer) link;	// of the session's
	struct conn *conn;
	struct session *session;
	uint64_t (*told)[DROP_NKINDS];	// by CPU: drops, as sent
	uint64_t *lost;			// by CPU: records that it alone has not got
	bool has_lost;			// since drops were sent
};

LIST_HEAD(viewers, viewer);

// A part of the connection. NULL: out of memory.
struct viewer *viewer_new(struct conn *c, struct session *s, uint32_t ncpus, const struct conn_part_ops *ops);
struct viewer *viewer_free(struct viewer *v);

// The session's viewer that has this connection, or NULL.
struct viewer *viewers_find(const struct viewers *vs, const struct conn *c);

// One whose queue has room, or NULL.
struct viewer *viewers_ready(const struct viewers *vs);

// Gives a frame with n bytes of records, behind a prefix, to all but one.
void viewers_copy(const struct viewers *vs, const struct viewer *but, uint32_t cpu, const uint8_t *frame,
	size_t prefix, size_t n);

// An event for one, or for all.
void viewer_send(struct viewer *v, Dtraced__Reply *event);
void viewers_send(const struct viewers *vs, Dtraced__Reply *event);

// Status with the drops of so many CPUs that it has not been told; drops: totals of the
// session, by CPU.
void viewer_send_status(struct viewer *v, uint64_t session, uint64_t watermark,
	uint64_t (*drops)[DROP_NKINDS], uint32_t ncpus);
