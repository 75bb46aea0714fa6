// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The events that perf_event_open(2) counts, by the names that cpc gives them: those of perf(1) in lower case with `_` for
// `-`, the names of PAPI for some of them, and what the processor's driver lists in sysfs.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

// name NULL: none. type and config as in perf_event_attr.
struct counter_event {
	const char *name;
	uint32_t type;
	uint64_t config;
};

enum { COUNTER_NAME_MAX = 64 };

// The i-th event that every kernel knows by name, software first; false behind the last. The name of one of
// the caches is put into buf.
bool counter_event_at(size_t i, char buf[COUNTER_NAME_MAX], struct counter_event *e);
// The name here of one of PAPI's, or NULL.
const char *counter_papi_name(const char *name);
// `rNNN` in hexadecimal: an event by the processor's own number.
bool counter_raw(const char *name, uint64_t *config);
// Adds "umask_0x1", "cmask_0x2" ..., or "0x1" for the umask, to a raw event of this architecture.
bool counter_attribute(const char *text, size_t n, uint64_t *config);

// One line of an event file in sysfs, "event=0x3c,umask=0x1", by the formats in dir ("config:0-7,32-35" each):
// false where it takes more than config.
bool counter_sysfs_config(const char *dir, char *line, uint64_t *config);
// Calls fn with each such event of the processor's driver in dir (of sysfs), its name made fit.
void counter_sysfs_each(struct arena *a, const char *dir, void (*fn)(void *arg, const struct counter_event *e),
	void *arg);
