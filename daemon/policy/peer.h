// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Who is at the other end of a connection, as it was when it connected, and
// what the policy makes of it. A session that outlives its connection keeps a
// copy.

#include <stddef.h>
#include <sys/types.h>

struct binding;
struct policy;
struct role;

struct peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	gid_t *groups;
	size_t ngroups;
	// Set by policy_bind():
	struct policy *policy;		// a reference
	const struct role *role;	// of it; NULL: the policy has none for the peer
	const struct binding *binding;	// that gave the role
};

// Reads the credentials of a connected socket: 0 or a negative errno.
int peer_init(struct peer *peer, int fd);
// 0 or -ENOMEM, then *to is empty.
int peer_copy(struct peer *to, const struct peer *from);
void peer_deinit(struct peer *peer);
