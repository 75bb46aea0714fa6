// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The keys of policy files: a table for each object.

#include "daemon/policy/policy.h"

// Adds what a file says. 0; -EINVAL with why; -ENOMEM.
int policy_parse_file(struct policy *p, const char *name, const char *text, size_t len, struct reason *why);

// When all files are there: bindings get their roles, and root must be able to
// do everything that it takes to mend a policy. The same results.
int policy_finish(struct policy *p, struct reason *why);
