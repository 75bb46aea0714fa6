// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The instructions one by one, before their flow is followed: known ones, whole,
// with jumps inside of the body, and what they refer to.

#include "daemon/policy/checker_memory.h"

enum {
	CHECK_SECOND = 1,	// the second half of a 64-bit load
	CHECK_LEADER = 2,	// a block begins here
	CHECK_ENDS = 4,		// nothing follows
	CHECK_BRANCHES = 8,	// goes to `target` as well
};

struct check_insn {
	uint8_t flags;
	uint32_t target;
	const struct bpf_reloc *reloc;
};

// out has room for q->n. 0, or CHECK_E_REFUSED.
int checker_decode(struct checker *c, struct check_insn *out);
