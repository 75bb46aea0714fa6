// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Walking the IR: the registers that an operation reads, and where a block goes.

#include "dlang/ir/ir.h"

typedef void (*ir_use_fn)(struct ir_val *v, void *ctx);

// Calls fn for every operand that is a register or an immediate.
static inline void ir_each_use(struct ir_insn *in, ir_use_fn fn, void *ctx)
{
	struct ir_val *v[] = { &in->a, &in->b, &in->c };

	for (int i = 0; i < 3; i++) {
		if (v[i]->kind != IV_NONE)
			fn(v[i], ctx);
	}
	for (uint32_t i = 0; i < in->nargs; i++)
		fn(&in->args[i], ctx);
}

// The number of successors, 0 to 2, of a block that has its terminator.
static inline uint32_t ir_successors(const struct ir_block *b, uint32_t to[2])
{
	const struct ir_insn *in = &vec_last(&b->insns);

	to[0] = in->t;
	to[1] = in->f;
	return in->op == IR_BR ? 2 : in->op == IR_JMP;
}

// A set of small numbers.
static inline bool bit_has(const uint64_t *set, uint32_t n)
{
	return set[n / 64] >> (n % 64) & 1;
}

static inline void bit_add(uint64_t *set, uint32_t n)
{
	set[n / 64] |= (uint64_t)1 << (n % 64);
}

static inline void bit_del(uint64_t *set, uint32_t n)
{
	set[n / 64] &= ~((uint64_t)1 << (n % 64));
}
