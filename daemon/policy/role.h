// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A role: what those may do whom a policy binds to it. Part of a policy's
// snapshot, never changed after that was made.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/policy/limits.h"
#include "daemon/policy/patterns.h"
#include "dlang/probe.h"

// What a program may see and do, from the least on.
enum class {
	CLASS_PROC,		// places in the code of processes that are the user's
	CLASS_USER,		// and what the kernel does for these: system calls, their life, profiles
	CLASS_CGROUP,		// the same of all users in the client's own cgroup
	CLASS_KERNEL_STATS,	// aggregations over the kernel's own probes
	CLASS_KERNEL,		// everything that can be seen
	CLASS_DESTRUCTIVE,	// stop(), raise(), chill(), copyout(), panic(), system()
	CLASS_N
};

// Of sessions of others.
enum admin {
	ADMIN_LIST,		// that they are there, and what they cost
	ADMIN_VIEW_ANY,		// what they record
	ADMIN_KILL_ANY,		// stop, pause and resume them
	ADMIN_FREEZE,		// stop everybody's
	ADMIN_EXPLAIN_ANY,	// ask what the policy makes of others
	ADMIN_N
};

struct role {
	char *name;
	uint32_t classes;	// 1 << enum class, with those that another one includes
	uint32_t admin;		// 1 << enum admin
	struct patterns allow;	// probes; not given: all that the classes allow
	struct patterns deny;
	bool detached;		// sessions may outlive their clients
	uint64_t limits[LIMIT_N];
};

const char *class_name(enum class c);
const char *admin_name(enum admin a);

// The set with all that its members include.
uint32_t classes_closure(uint32_t classes);

static inline bool role_has_class(const struct role *r, enum class c)
{
	return r->classes >> c & 1;
}

// Its programs see what belongs to the user only, so that they are compiled,
// checked and guarded for that.
static inline bool role_is_confined(const struct role *r)
{
	return !role_has_class(r, CLASS_KERNEL);
}

// Which probes are for such programs; 0: they are not confined.
static inline enum probe_class role_confined(const struct role *r)
{
	if (!role_is_confined(r))
		return PROBE_CLASS_KERNEL;
	return role_has_class(r, CLASS_USER) ? PROBE_CLASS_USER : PROBE_CLASS_PROC;
}
