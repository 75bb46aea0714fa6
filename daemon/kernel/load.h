// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Loading one program: guard, then body, then the run-time functions that the
// body uses, linked into one array of instructions. The body comes from a
// worker and has passed admit_object().

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/runtime.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"

// The immediate of a 64-bit load that stands for the session's secret: the
// compiler does not know it.
#define LOAD_SECRET 0x5345435245545345ull

// What all programs of a session share.
struct load_context {
	const struct runtime *runtime;
	const int *maps;		// fds by map number
	uint32_t nmaps;
	int guard;			// fd of the guard's map
	const uint32_t *functions;	// run-time functions by the object's numbers
	uint32_t nfunctions;
	const struct runtime_value *values;	// for functions that refer to them
	size_t nvalues;
	uint32_t strsize;
	uint64_t secret;
	bool uprobe_multi;		// how user probes will be attached
	const struct place_arg *args;	// of the program's places
	uint32_t nargs;
	const struct guard_identity *identity;	// NULL: not confined
};

enum { LOAD_E_REFUSED = 1 };

// An fd >= 0 in *fdp and 0; LOAD_E_REFUSED when the kernel does not take the
// program, with why set to a sentence that names the D line (the verifier's
// log goes to the daemon's); or a negative errno.
int load_program(const struct load_context *ctx, const Dtraced__Program *program, int *fdp,
	struct reason *why);

// The instructions that the verifier went through for a program.
uint32_t load_verified(int prog);

// Firings that the kernel skipped because the program was running already on
// that CPU.
uint64_t load_missed(int prog);

// How often a program has run and for how long, as far as the kernel has measured; 0 if it cannot be asked.
void load_cost(int prog, uint64_t *runs, uint64_t *ns);
