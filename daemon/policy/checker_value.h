// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the checker knows of a register: a kind, and what it may be at most.

#include <stdbool.h>
#include <stdint.h>

enum check_kind {
	CHECK_NONE,		// not written, or different things on different paths
	CHECK_SCALAR,		// lo <= x <= hi, unsigned
	CHECK_STACK,		// r10 - 512 + lo
	CHECK_VALUE,		// into a value of some map: lo bytes of it are in front, hi behind, at least
	CHECK_CONTEXT,		// opaque
	CHECK_MAP,		// the map itself
};

enum { CHECK_STACK_SIZE = 512 };

struct check_value {
	uint8_t kind;
	uint8_t null;		// CHECK_VALUE: or NULL
	uint8_t zeros;		// the lowest bits of it (or of the offset) that are zero
	uint32_t map;		// CHECK_MAP
	uint32_t id;		// CHECK_VALUE: equal ids, not 0: the same pointer
	uint64_t lo, hi;
};

struct check_value checker_number(uint64_t lo, uint64_t hi);

bool checker_same(const struct check_value *a, const struct check_value *b);

// What *into or from may be, in *into: whether it changed. With widen a range that
// grows becomes unbounded.
bool checker_join(struct check_value *into, const struct check_value *from, bool widen);

// op is BPF_ADD ... BPF_NEG (of a); for 32 bits if narrow. A superset of what the
// processor can make of any two numbers.
struct check_value checker_alu(uint8_t op, bool narrow, struct check_value a, struct check_value b);
