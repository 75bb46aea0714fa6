// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Processes of -c and -p: they stand still until tracing has started, and when
// all of them have ended tracing stops. All of it with the user's rights.

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/options.h"

struct targets;

// Starts and grabs those of the command line. 0; 1: the user was told; or negative errno.
int targets_open(const struct options *o, struct targets **targetsp);
// Processes that were started and still run are killed.
struct targets *targets_close(struct targets *t);
// The first one: $target; 0: none.
pid_t targets_first(const struct targets *t);
size_t targets_count(const struct targets *t);	// NULL is fine
// Number i, and when it began: field 22 of its stat.
void targets_get(const struct targets *t, size_t i, pid_t *pid, uint64_t *began);
// Tracing has started: let them run.
void targets_resume(struct targets *t);
// A descriptor that is readable when one has ended, -1: there are none.
int targets_fd(const struct targets *t);	// NULL is fine
// Tells of those that have ended (not if quiet): whether there were any and all are gone.
bool targets_gone(struct targets *t, bool quiet);	// NULL is fine
