// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Random IR functions and two machines to run them on: one for the IR, one for
// BPF. The machines share the outside world: argument slots, one map element,
// helper 1 (look-up in that map) and two run-time functions.

#include "dlang/bpf/emit.h"
#include "dlang/ir/ir.h"

enum { WORLD_MAP = 1024, WORLD_ARGS = 8, WORLD_RESULTS = 512 };

struct world {
	uint64_t args[WORLD_ARGS];
	uint8_t map[WORLD_MAP] __attribute__((aligned(8)));	// results, then memory
	uint64_t ctx;
};

struct irgen {
	uint64_t seed;
	uint32_t size;			// statements, about
	uint32_t vars;			// scalars that live all through
	uint32_t loops;			// iterations at most, 0: no loops
	bool calls;
};

uint64_t irgen_random(uint64_t *state);
// A function that ends by storing its variables to the map.
void irgen_make(const struct irgen *g, struct ir_fn *f, struct arena *a);

// NULL, or what went wrong.
const char *irexec_ir(struct ir_fn *f, struct world *w);
const char *irexec_bpf(const struct bpf_body *b, uint32_t nargs, struct world *w);
