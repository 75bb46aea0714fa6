// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Provider definitions (d-reference §3): an interface of probes, their native
// arguments and what args[] shows of them. Memory belongs to the compile's arena.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/attributes.h"
#include "dlang/base/vec.h"
#include "dlang/diag.h"

struct type;

enum { PROVIDER_MAXARGS = 32 };

struct provider_arg {
	struct type *type;
	uint32_t from;			// the native argument it is made of
	bool translated;		// by a translator; else it is the native value as that type
};

struct provider_probe_info {
	const char *name;		// as written: "start__now"
	const char *dname;		// as descriptions name it: "start-now"
	VEC(struct type *) native;
	VEC(struct provider_arg) args;	// args[]; as many as native ones if no ":" list was written
	struct span span;
};

struct provider_info {
	const char *name;		// without the digits of a process
	bool in_library;
	VEC(struct provider_probe_info) probes;
	struct attributes attributes[ATTR_N];	// stability, as pragmas state it
	struct span span;
};
