// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Calls of helpers and of run-time functions, by tables of what their arguments are.

#include "daemon/policy/checker_memory.h"

// Both put the result in r0 and forget r1 to r5. 0, or CHECK_E_REFUSED.
int checker_helper(struct checker *c, struct check_frame *f, int32_t number);
int checker_function(struct checker *c, struct check_frame *f, const char *name);
