// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Who may do what: a pure function of a snapshot of the peer's credentials and
// a request. A policy is roles, and bindings that say who has which: the first
// that matches counts. It is made in policy_load.h and never changed then; who
// uses it holds a reference. What programs may do is judged in judge.h.
// Nothing else in the tree compares user ids.

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/policy/peer.h"
#include "daemon/policy/role.h"
#include "daemon/util.h"

// What is not given matches all.
struct binding {
	bool has_uid, has_gid;
	uid_t uid;
	gid_t gid;		// also a supplementary group
	char *unit, *cgroup;	// globs; NULL: not given
	bool any_userns;	// else the peer must be in the daemon's user namespace
	bool userns_given;	// and that must be known
	bool never;		// names a user or a group that there is not
	char *role_name;
	const struct role *role;
	char *where;		// "FILE: bindings[2]"
};

struct policy {
	uint32_t refs;
	struct role **roles;
	uint32_t nroles;
	struct binding *bindings;
	uint32_t nbindings;
	struct patterns never;	// probes that no role may have
	char *group;		// of the built-in one, for messages; NULL: none
	bool builtin;
};

enum right {
	RIGHT_NONE,	// anyone: say hello, be told no
	RIGHT_LIST,	// see which probes there are
	RIGHT_TRACE,	// compile, run and read sessions
	RIGHT_KERNEL_NAMES,	// know what is where in the kernel
	RIGHT_DESTROY,	// run programs that do something to processes or the kernel
	RIGHT_DETACH,	// have sessions that outlive their clients
	// Of sessions of others; one's own take none of these.
	RIGHT_LIST_ANY,
	RIGHT_VIEW_ANY,
	RIGHT_KILL_ANY,
	RIGHT_FREEZE,
	RIGHT_EXPLAIN_ANY,	// ask what the policy makes of others
	RIGHT_N
};

enum verdict { VERDICT_ALLOW, VERDICT_DENY, VERDICT_LIMIT };

struct policy *policy_ref(struct policy *p);
// Returns NULL; so does it with NULL.
struct policy *policy_unref(struct policy *p);

// Gives the peer the role that the policy has for it.
void policy_bind(struct policy *p, struct peer *peer);
// The role and where the policy gives it: "role 'developer' (FILE: bindings[2])".
struct reason policy_role_text(const struct peer *peer);

// Of a peer that is bound. With VERDICT_DENY why is one sentence.
enum verdict policy_check(const struct peer *peer, enum right right, struct reason *why);

// Whether what has this owner is the peer's.
bool policy_owns(const struct peer *peer, const struct peer *owner);
// The same of a session of an owner, whose own it takes no right for.
enum verdict policy_check_session(const struct peer *peer, const struct peer *owner, enum right right,
	struct reason *why);

// Whose processes a peer may learn about: all, or those of a user.
struct policy_scope {
	bool all;
	uid_t uid;
};

struct policy_scope policy_scope(const struct peer *peer);
// owned: the process's owner is known, and it may be dumped if that is not root.
bool policy_in_scope(const struct policy_scope *scope, bool owned, uid_t owner);

// Whose processes a peer may have probes in: d-reference §18 leaves other users' to root.
struct policy_scope policy_process_scope(const struct peer *peer);
// The same of one process. owner: as in struct process_facts.
enum verdict policy_check_process(const struct peer *peer, pid_t pid, uid_t owner, struct reason *why);
