// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What one instruction does to what is known.

#include "daemon/policy/checker_decode.h"

// The instruction c->at, on f; jumps change nothing. 0, or CHECK_E_REFUSED.
int checker_step(struct checker *c, const struct check_insn *insn, struct check_frame *f);

// Whether it is a comparison of a pointer with NULL: the pointer's id, and which way is
// the one where there is a pointer.
bool checker_tests_null(const struct bpf_insn *in, const struct check_frame *f, uint32_t *id, bool *when_taken);
