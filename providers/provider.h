// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A provider: one constant record at the bottom of its file, and one line in
// registry.c. It publishes probes into the catalogue when the daemon starts
// (init) and may make further ones when a description asks for them (match).

#include <stdbool.h>
#include <stdint.h>

#include "dlang/attributes.h"

struct arena;
struct btf;
struct catalogue;
struct modules;
struct probe_desc;

// How programs get onto kernel functions.
struct function_ways {
	bool fentry;		// a program each, of which the verifier knows the arguments' types
	bool multi;		// one program on any number of functions (kprobe.multi)
	bool kprobes;		// one program, and a kprobe for each function
	const char *none;	// why there is no way: one sentence; NULL: there is one
};

// What a provider may look at. Anything may be missing (NULL).
struct provider_env {
	const struct btf *btf;
	const char *kallsyms;	// path of the kernel's symbol list
	const char *tracefs;	// path of a mounted tracefs
	struct modules *modules;	// with btf
	const struct function_ways *functions;
	const char *no_packets;	// why the packets of sockets cannot be seen; NULL: they can
	const char *pmu;	// path of the processor's driver of counters in sysfs
	bool (*counts)(uint32_t type, uint64_t config);	// whether perf_event_open(2) counts such events; NULL: none
};

struct provider {
	const char *name;
	struct attributes attributes[ATTR_N];

	// Publishes the probes. A provider whose kernel side is missing says so
	// with catalogue_unavailable() and publishes nothing. NULL: none are known beforehand.
	void (*init)(struct catalogue *c, const struct provider_env *env);

	// Called for each description that may name a probe of this provider, before
	// the search. Makes the probe that the description names if it can exist
	// and does not yet. 0, or a negative errno with *why: the name is that of a
	// probe, but it cannot be had. NULL: no probes on demand.
	int (*match)(struct catalogue *c, const struct probe_desc *d, const char **why);
};

// All providers in listing order, up to a NULL.
extern const struct provider *const provider_registry[];

const struct provider *provider_find(const char *name);

// Two triplets: of a probe's description (the weakest of its fields) and of its
// arguments, "Private/Private/Unknown Unstable/Unstable/ISA".
const char *provider_attributes(const struct provider *p, struct arena *a);
