// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Who may do what: a pure function of a snapshot of the peer's credentials and
// a request. Nothing else in the tree compares user ids.

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/util.h"

// What the daemon was started with.
struct policy {
	bool has_group;
	gid_t group;
	char group_name[64];	// as configured, for messages
};

// A peer's credentials, taken once when it connected.
struct peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	gid_t *groups;
	size_t ngroups;
};

enum right {
	RIGHT_NONE,	// anyone: say hello, be told no
	RIGHT_LIST,	// see which probes there are
	RIGHT_TRACE,	// compile, run and read sessions
	RIGHT_KERNEL_NAMES,	// know what is where in the kernel
	RIGHT_N
};

enum verdict { VERDICT_ALLOW, VERDICT_DENY };

// An empty name: no group. 0, or -ENOENT for a group that does not exist.
int policy_init(struct policy *p, const char *group);

// With VERDICT_DENY why is one sentence.
enum verdict policy_check(
	const struct policy *p, const struct peer *peer, enum right right, struct reason *why);

// Whose processes a peer may learn about: all, or those of a user.
struct policy_scope {
	bool all;
	uid_t uid;
};

struct policy_scope policy_scope(const struct policy *p, const struct peer *peer);
// owned: the process's owner is known, and it may be dumped if that is not root.
bool policy_in_scope(const struct policy_scope *scope, bool owned, uid_t owner);

// Whose processes a peer may have probes in: d-reference §18 leaves other users' to root.
struct policy_scope policy_process_scope(const struct peer *peer);
// The same of one process. owner: as in struct process_facts.
enum verdict policy_check_process(const struct peer *peer, pid_t pid, uid_t owner, struct reason *why);

// Reads the credentials of a connected socket: 0 or a negative errno.
int peer_init(struct peer *peer, int fd);
void peer_deinit(struct peer *peer);
