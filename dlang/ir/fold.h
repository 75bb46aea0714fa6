// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the operations compute, for the builder, the optimiser and the tests:
// the one place where the IR's arithmetic is defined.

#include "dlang/ir/ir.h"

// MOV .. ASHR on constants. False: the operation is none of these, or divides by 0.
bool ir_eval2(enum irop op, uint64_t a, uint64_t b, uint64_t *out);
// SX, ZX, BSWAP.
uint64_t ir_eval_ext(enum irop op, uint8_t size, uint64_t a);
bool ir_eval_cond(enum ir_cond c, uint64_t a, uint64_t b);

// The condition of "not (a c b)"; false for IC_TEST, which has none.
bool ir_cond_not(enum ir_cond c, enum ir_cond *out);
// The condition c' with (b c' a) == (a c b).
enum ir_cond ir_cond_swap(enum ir_cond c);

// a op b without the operation: constants folded, neutral and absorbing
// elements removed. False: the operation is needed.
bool ir_simplify2(enum irop op, struct ir_val a, struct ir_val b, struct ir_val *out);

extern const char *const ir_cond_text[IC_TEST + 1];
