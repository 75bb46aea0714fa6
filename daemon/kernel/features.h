// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the running kernel, and the daemon's own rights, allow: one table of
// probes, asked by doing the thing, never by version. Answers are kept.

#include <stdbool.h>
#include <stdint.h>

enum feature {
	FEATURE_BTF,		// kernel BTF
	FEATURE_BPF,		// may load programs
	FEATURE_SHARED_ARRAY,	// arrays that user space can map
	FEATURE_BELL,		// BPF ring buffers
	FEATURE_TASK_STORAGE,
	FEATURE_CLOCK_EVENTS,	// perf events on a CPU
	FEATURE_PACKETS,	// programs see the packets of all sockets
	FEATURE_PACKET_SELF,	// and have task storage
	FEATURE_UPROBE_MULTI,	// one link for many user probes
	FEATURE_N
};

struct features {
	enum { FEATURE_UNKNOWN, FEATURE_YES, FEATURE_NO } known[FEATURE_N];
};

bool feature_has(struct features *f, enum feature which);

// What to tell the user when it is missing: one sentence.
const char *feature_sentence(enum feature which);

// Whether an event (perf_event_attr's type and config) can be counted.
bool feature_counts(uint32_t type, uint64_t config);

// The sentence of the first feature without which the daemon cannot work, or
// NULL. before_fork: only those that can be asked without opening anything.
const char *features_missing(struct features *f, bool before_fork);
