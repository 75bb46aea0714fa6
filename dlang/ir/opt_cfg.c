// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The control flow graph made simple.

#include <string.h>

#include "dlang/ir/flow.h"
#include "dlang/ir/opt.h"

static struct ir_insn *terminator(struct ir_fn *f, uint32_t b)
{
	return &vec_last(&f->blocks.v[b].insns);
}

// Where a jump to b ends up, over blocks that only jump.
static uint32_t final_target(struct ir_fn *f, uint32_t b)
{
	for (uint32_t n = 0; n < f->blocks.n; n++) {
		struct ir_insn *in = terminator(f, b);

		if (in->op != IR_JMP || f->blocks.v[b].insns.n != 1)
			break;
		b = in->t;
	}
	return b;
}

static void thread_jumps(struct ir_fn *f)
{
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct ir_insn *in = terminator(f, b);

		if (in->op == IR_JMP || in->op == IR_BR)
			in->t = final_target(f, in->t);
		if (in->op == IR_BR)
			in->f = final_target(f, in->f);
		if (in->op == IR_BR && in->t == in->f)
			*in = (struct ir_insn){ .op = IR_JMP, .t = in->t, .span = in->span };
	}
}

// A jump to a lone condition becomes the condition: `while` turns into
// `if ... do ... while`, with one jump an iteration instead of two.
static void copy_conditions(struct ir_fn *f)
{
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct ir_insn *in = terminator(f, b);
		const struct ir_block *to = &f->blocks.v[in->t];

		if (in->op == IR_JMP && to->insns.n == 1 && to->insns.v[0].op == IR_BR)
			*in = to->insns.v[0];
	}
}

// Ways into each block; those of unreachable blocks do not count.
static uint32_t *count_ways_in(struct ir_fn *f)
{
	uint32_t *ways = arena_alloc(f->arena, f->blocks.n * sizeof *ways), top = 0, to[2];
	uint32_t *work = arena_alloc(f->arena, f->blocks.n * sizeof *work);

	ways[0] = 1;
	work[top++] = 0;
	while (top) {
		uint32_t n = ir_successors(&f->blocks.v[work[--top]], to);

		for (uint32_t i = 0; i < n; i++) {
			if (!ways[to[i]]++)
				work[top++] = to[i];
		}
	}
	return ways;
}

static void join_blocks(struct ir_fn *f)
{
	uint32_t *ways = count_ways_in(f);

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct ir_block *into = &f->blocks.v[b];

		while (ways[b] && terminator(f, b)->op == IR_JMP) {
			uint32_t t = terminator(f, b)->t;
			struct ir_block *from = &f->blocks.v[t];

			if (ways[t] != 1 || t == b || !t)
				break;
			into->insns.n--;
			for (uint32_t i = 0; i < from->insns.n; i++)
				vec_push(f->arena, &into->insns, from->insns.v[i]);
			ways[t] = 0;
		}
	}
}

static void remove_unreachable(struct ir_fn *f)
{
	uint32_t *ways = count_ways_in(f), n = 0;
	uint32_t *number = arena_alloc(f->arena, f->blocks.n * sizeof *number);

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		number[b] = n;
		if (ways[b])
			f->blocks.v[n++] = f->blocks.v[b];
	}
	f->blocks.n = n;
	f->cur = 0;
	for (uint32_t b = 0; b < n; b++) {
		struct ir_insn *in = terminator(f, b);

		if (in->op == IR_JMP || in->op == IR_BR)
			in->t = number[in->t];
		if (in->op == IR_BR)
			in->f = number[in->f];
	}
}

void opt_cfg(struct ir_fn *f)
{
	thread_jumps(f);
	copy_conditions(f);
	join_blocks(f);
	remove_unreachable(f);
}
