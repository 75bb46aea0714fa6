// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Names of classes and rights, see role.h.

#include "daemon/policy/role.h"

static const struct {
	const char *name;
	uint32_t includes;
} classes[CLASS_N] = {
	[CLASS_PROC] = { "proc", 0 },
	[CLASS_USER] = { "user", 1 << CLASS_PROC },
	[CLASS_CGROUP] = { "cgroup", 1 << CLASS_PROC | 1 << CLASS_USER },
	[CLASS_KERNEL_STATS] = { "kernel-stats", 0 },
	[CLASS_KERNEL] = { "kernel",
		1 << CLASS_PROC | 1 << CLASS_USER | 1 << CLASS_CGROUP | 1 << CLASS_KERNEL_STATS },
	[CLASS_DESTRUCTIVE] = { "destructive", 0 },
};

static const char *const admin[ADMIN_N] = {
	[ADMIN_LIST] = "list",
	[ADMIN_VIEW_ANY] = "view-any",
	[ADMIN_KILL_ANY] = "kill-any",
	[ADMIN_FREEZE] = "freeze",
	[ADMIN_EXPLAIN_ANY] = "explain-any",
};

const char *class_name(enum class c)
{
	return classes[c].name;
}

const char *admin_name(enum admin a)
{
	return admin[a];
}

uint32_t classes_closure(uint32_t set)
{
	uint32_t all = set;

	for (int i = 0; i < CLASS_N; i++)
		all |= set >> i & 1 ? classes[i].includes : 0;
	return all;
}
