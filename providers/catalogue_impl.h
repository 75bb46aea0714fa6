// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The inside of the catalogue: catalogue.c searches it, catalogue_source.c shows it to the compiler.

#include "dlang/base/vec.h"
#include "providers/catalogue.h"
#include "providers/processes.h"

enum { FIELDS = 4 };	// of a description

struct unavailable {
	struct probe names;		// mod and func mean nothing; name empty: the whole provider
	const char *why;
};

struct alias {
	struct probe_desc desc;
	struct probe meant;		// provider and name
};

enum { NO_LOT = -1 };

// Probes of one provider that follow each other; or a lot, whose probes are not in the list.
struct run {
	const char *prov;
	uint32_t first;
	int32_t lot;
};

// A lot of the base, as this catalogue or layer has it.
struct lot {
	struct probe_lot is;
	const struct provider *owner;
	uint32_t first_id;
	const struct probe **made;		// by number; NULL: none so far
};

struct catalogue {
	struct arena *arena;
	struct interns *interns;
	const struct catalogue *base;		// NULL: the zygote's
	uint32_t next_id;
	uint32_t max_matches;
	VEC(const struct probe *) probes;	// ascending by id
	VEC(struct run) runs;
	bool shuffled;				// some came out of order: runs say nothing
	VEC(struct lot) lots;			// a layer has those of its base
	VEC(struct unavailable) unavailable;
	VEC(struct alias) aliases;
	VEC(const struct process_owner *) process_providers;
	const struct provider *owner;		// of what is added now
	struct processes processes;		// a layer's
};

// The reading, done or not, of the stable provider for the process whose probes prov names; NULL: there is no such
// provider. Valid until the next call.
struct process_reading *processes_reading(struct catalogue *c, const char *prov);
// Does it, if prov names one. 0, or a negative errno with *why: what it takes could not be found, or prov has no number.
int processes_read(struct catalogue *c, const char *prov, const char **why);
// As catalogue_match() for a description that is this want: by what the core found for it, whose names may be
// others (a.out).
int processes_match(struct catalogue *c, int want, bool (*fn)(void *arg, const struct probe *p), void *arg,
	const char **why);
