// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Who is at the other end of a connection, as it was when it connected, and
// what the policy makes of it. A session that outlives its connection keeps a
// copy.

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct binding;
struct policy;
struct role;

enum peer_userns {
	PEER_USERNS_UNKNOWN,	// the kernel cannot say without doubt
	PEER_USERNS_OURS,
	PEER_USERNS_OTHER,	// or the process was gone before it could be looked at
};

struct peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	gid_t *groups;
	size_t ngroups;
	// Of the process, where the kernel gave a pidfd of the one that connected (6.5), so that
	// a later process of the same number is not taken for it. NULL: not known.
	char *cgroup;
	char *unit;		// of the system manager
	char *comm, *exe;	// what it calls itself: for the audit only
	bool has_loginuid;
	uid_t loginuid;
	enum peer_userns userns;
	// Set by policy_bind():
	struct policy *policy;		// a reference
	const struct role *role;	// of it; NULL: the policy has none for the peer
	const struct binding *binding;	// that gave the role
};

// Reads the credentials of a connected socket, and what is known of the process: 0 or
// a negative errno.
int peer_init(struct peer *peer, int fd);
// 0 or -ENOMEM, then *to is empty.
int peer_copy(struct peer *to, const struct peer *from);
void peer_deinit(struct peer *peer);
