// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// All sessions of the server: their tick, finding the one that somebody means, and
// freezing, which keeps everybody's quiet who may not freeze.

#include "daemon/session/session.h"

int roster_init(struct server *server);
// Frees them. Connections are gone by then.
void roster_deinit(struct server *server);

// Stops them all, with the reason for their viewers.
void roster_stop(struct server *server, const char *why);

struct session *roster_by_id(const struct server *server, uint64_t id);

// Names are unique among the sessions of a user. Fills in a free one: the one asked for, or one
// made of the client's pid if that is empty. 0, or -EINVAL or -EEXIST with why.
int roster_name(const struct server *server, const struct peer *owner, const char *asked, char name[SESSION_NAME],
	struct reason *why);

// Whether a peer may know of a session.
bool roster_shows(const struct peer *peer, const struct session *s);

// The session that a peer calls so, by its name or its id in hex. What is the peer's own comes
// first, what it may not know of is not there; right is what it takes to do to another's what it
// wants. 0; or -ENOENT, -EEXIST (more than one) or -EACCES with why.
int roster_find(const struct server *server, const struct peer *peer, enum right right, const char *text,
	struct session **sp, struct reason *why);

#define ROSTER_FROZEN "an administrator has frozen tracing; it goes on after 'dtrace thaw'"

void roster_freeze(struct server *server, bool frozen);
// Whether sessions of this owner are kept quiet now.
bool roster_freezes(const struct server *server, const struct peer *owner);
