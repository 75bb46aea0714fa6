// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Which subsystem each tracepoint belongs to, by the list in tracefs.

#include <stdint.h>

struct arena;
struct event_systems;

// path: a mounted tracefs. 0, or a negative errno.
int event_systems_read(struct arena *a, const char *path, struct event_systems **out);
// NULL: tracefs does not know the tracepoint.
const char *event_system(const struct event_systems *e, const char *tracepoint);
