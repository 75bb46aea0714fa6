// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What a compiled program wants of the kernel, kept as long as its session, so
// that another policy can be asked about it. Kinds of hooks, helpers, sizes and
// rates are read from the object itself, so they are what will be loaded; names of
// tracepoints and of probes, and counts of clauses and probes, are what the compile
// worker says. One that was taken over could name others; what a confined program
// is on is therefore looked at again, by number (session/confine.h).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dlang/probe.h"
#include "proto/dtraced.pb-c.h"

struct wish_hook {
	enum hook_kind kind;
	uint64_t period;	// ns, of clocks
	char *name;		// of a tracepoint
};

struct wish {
	struct wish_hook *hooks;	// those that are alike once
	uint32_t nhooks;
	bool destroys;			// it does something to processes or the kernel, or could
	uint32_t clauses, probes, strsize;
	uint64_t agg_keys;		// of all aggregations
	uint32_t agg_key_bytes;		// of the longest
	ProtobufCBinaryData schema;	// packed, not its own; has the names of probes
};

// Of an object that need not be sound; the schema must outlive it. 0 or -ENOMEM.
int wish_new(struct wish **wp, const Dtraced__Object *object, const ProtobufCBinaryData *schema);
struct wish *wish_free(struct wish *w);
