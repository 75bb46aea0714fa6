// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Random IR functions that terminate, that the kernel's verifier can follow,
// and that keep many values alive. Indices are masked; loops count.

#include "tests/unit/irtest.h"

struct gen {
	const struct irgen *g;
	struct ir_fn *f;
	uint64_t rng;
	uint32_t vars[64];		// scalars, assigned many times
	uint32_t nvars;
	uint32_t ptrs[4];		// pointers that live all through
	uint32_t slot;
	uint32_t left;			// statements to go
	uint32_t depth, loop_depth;
};

uint64_t irgen_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static uint32_t pick(struct gen *g, uint32_t n)
{
	return (uint32_t)(irgen_random(&g->rng) % n);
}

static struct ir_val constant(struct gen *g)
{
	static const int64_t interesting[] = {
		0, 1, 2, -1, 7, 8, 63, 255, 256, 4096, INT32_MAX, INT32_MIN, UINT32_MAX,
		0x80000000, INT64_MIN, INT64_MAX, 0x123456789abcdef0, 0xffff0000,
	};

	if (pick(g, 2))
		return ir_i(interesting[pick(g, sizeof interesting / sizeof *interesting)]);
	return ir_i((int64_t)pick(g, 100));
}

static struct ir_val var(struct gen *g)
{
	return ir_r(g->vars[pick(g, g->nvars)]);
}

static struct ir_val operand(struct gen *g)
{
	return pick(g, 3) ? var(g) : constant(g);
}

static void assign(struct gen *g, struct ir_val v)
{
	ir_mov(g->f, g->vars[pick(g, g->nvars)], v);
}

static struct ir_val arithmetic(struct gen *g)
{
	enum irop op = IR_ADD + pick(g, IR_ASHR - IR_ADD + 1);
	struct ir_val a = operand(g), b = operand(g);

	if (op == IR_UDIV || op == IR_UMOD)
		b = b.kind == IV_IMM ? ir_i(b.imm | 1) : ir_op2(g->f, IR_OR, b, ir_i(1));
	return ir_op2(g->f, op, a, b);
}

static struct ir_val extension(struct gen *g)
{
	static const enum irop ops[] = { IR_SX, IR_ZX, IR_BSWAP };

	return ir_ext(g->f, ops[pick(g, 3)], 1 << pick(g, 4), var(g));
}

static enum ir_cond condition(struct gen *g)
{
	return IC_EQ + pick(g, IC_TEST + 1);
}

// A pointer at which 64 bytes may be touched.
static struct ir_val place(struct gen *g)
{
	struct ir_val p = ir_r(g->ptrs[pick(g, 4)]), index;

	switch (pick(g, 5)) {
	case 0: return ir_r(ir_slotaddr(g->f, g->slot, 8 * (int32_t)pick(g, 8)));
	case 1: return ir_r(ir_mapval(g->f, 0, WORLD_RESULTS + 8 * (int32_t)pick(g, 32)));
	case 2:
		if (p.reg == g->ptrs[2])
			return p;	// no variable offsets into the stack
		index = ir_op2(g->f, IR_AND, var(g), ir_i(0x38));
		return ir_r(ir_ptr_add(g->f, p, index));
	default: return p;
	}
}

static void memory(struct gen *g)
{
	uint8_t size = 1 << pick(g, 4);
	struct ir_val p = place(g);
	int32_t off = (int32_t)(pick(g, 8) * size) % 56;

	off &= -size;
	if (pick(g, 2))
		assign(g, ir_r(ir_ld(g->f, IK_SCALAR, size, p, off)));
	else if (pick(g, 3))
		ir_st(g->f, size, p, off, var(g));
	else
		ir_st(g->f, size, p, off, ir_i((int32_t)pick(g, 1u << 31)));
}

static void atomic(struct gen *g)
{
	uint8_t size = 4 << pick(g, 2);
	int32_t off = 8 * (int32_t)pick(g, 7);
	enum irop op = IR_AADD + pick(g, IR_CMPXCHG - IR_AADD + 1);
	struct ir_val p = place(g);
	uint32_t r;

	if (op == IR_CMPXCHG)
		r = ir_cmpxchg(g->f, size, p, off, operand(g), operand(g));
	else
		r = ir_atomic(g->f, op, size, p, off, operand(g));
	if (r)
		assign(g, ir_r(r));
}

static void lookup(struct gen *g)
{
	struct ir_fn *f = g->f;
	uint32_t hit = ir_block(f, "hit"), on = ir_block(f, "on"), p;
	uint32_t miss = ir_cold_block(f, "miss");
	struct ir_val args[2];

	ir_st(f, 4, ir_r(ir_slotaddr(f, g->slot, 0)), 0, ir_i(0));
	args[0] = ir_r(ir_mapfd(f, 0));
	args[1] = ir_r(ir_slotaddr(f, g->slot, 0));
	p = ir_call(f, IK_POINTER, 1, args, 2);
	ir_br(f, IC_EQ, ir_r(p), ir_i(0), miss, hit);
	ir_at(f, miss);
	ir_ret(f);
	ir_at(f, hit);
	assign(g, ir_r(ir_ld(f, IK_SCALAR, 8, ir_r(p), WORLD_RESULTS + 8 * (int32_t)pick(g, 30))));
	ir_jmp(f, on);
	ir_at(f, on);
}

static void call(struct gen *g)
{
	struct ir_val args[5];
	uint32_t n = 5;

	if (!pick(g, 4)) {
		lookup(g);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		args[i] = operand(g);
	if (pick(g, 2)) {
		assign(g, ir_r(ir_callrt(g->f, IK_SCALAR, 0, args, n)));
		return;
	}
	args[0] = pick(g, 2) ? ir_r(g->ptrs[pick(g, 4)]) : ir_r(ir_slotaddr(g->f, g->slot, 0));
	assign(g, ir_r(ir_callrt(g->f, IK_SCALAR, 1, args, 2)));
}

static void statements(struct gen *g, uint32_t n);

static void branch(struct gen *g)
{
	struct ir_fn *f = g->f;
	uint32_t yes = pick(g, 4) ? ir_block(f, "yes") : ir_cold_block(f, "yes");
	uint32_t no = ir_block(f, "no"), on = ir_block(f, "on");
	struct ir_val a = var(g), b = operand(g), set;

	if (pick(g, 2)) {
		ir_br(f, condition(g), a, b, yes, no);
	} else {
		set = ir_set(f, condition(g), a, b);
		if (pick(g, 2))
			assign(g, set);
		ir_br(f, pick(g, 2) ? IC_NE : IC_EQ, set, ir_i(0), yes, no);
	}
	ir_at(f, yes);
	statements(g, pick(g, 5));
	ir_jmp(f, on);
	ir_at(f, no);
	statements(g, pick(g, 3));
	ir_jmp(f, on);
	ir_at(f, on);
}

static void loop(struct gen *g)
{
	struct ir_fn *f = g->f;
	uint32_t head = ir_block(f, "head"), body = ir_block(f, "body"), out = ir_block(f, "out");
	uint32_t count = ir_copy(f, IK_SCALAR, ir_i(0));
	bool sum = pick(g, 2);

	ir_jmp(f, head);
	ir_at(f, head);
	ir_br(f, IC_ULT, ir_r(count), ir_i(1 + pick(g, g->g->loops)), body, out);
	ir_at(f, body);
	g->loop_depth++;
	statements(g, 1 + pick(g, 4));
	g->loop_depth--;
	if (sum)
		ir_mov(f, g->vars[0], ir_op2(f, IR_ADD, ir_r(g->vars[0]), ir_r(count)));
	ir_mov(f, count, ir_op2(f, IR_ADD, ir_r(count), ir_i(1)));
	ir_jmp(f, head);
	ir_at(f, out);
}

static void statement(struct gen *g)
{
	uint32_t kind = pick(g, 20);

	if (kind < 2 && g->depth < 4) {
		g->depth++;
		branch(g);
		g->depth--;
	} else if (kind == 2 && g->g->loops && g->loop_depth < 2 && g->depth < 3) {
		g->depth++;
		loop(g);
		g->depth--;
	} else if (kind < 5 && g->g->calls) {
		call(g);
	} else if (kind < 8) {
		memory(g);
	} else if (kind < 10) {
		atomic(g);
	} else if (kind < 12) {
		assign(g, extension(g));
	} else if (kind < 13) {
		assign(g, ir_set(g->f, condition(g), operand(g), operand(g)));
	} else if (kind < 14) {
		assign(g, ir_r(ir_arg(g->f, IK_SCALAR, pick(g, WORLD_ARGS))));
	} else if (kind < 15) {
		assign(g, var(g));
	} else {
		assign(g, arithmetic(g));
	}
}

static void statements(struct gen *g, uint32_t n)
{
	while (n-- && g->left) {
		g->left--;
		statement(g);
	}
}

static void begin(struct gen *g)
{
	struct ir_fn *f = g->f;
	struct ir_val slot;

	f->nargslots = WORLD_ARGS;
	g->slot = ir_slot(f, 128);
	slot = ir_r(ir_slotaddr(f, g->slot, 0));
	for (int32_t i = 0; i < 128; i += 8)
		ir_st(f, 8, slot, i, ir_i(0));
	g->ptrs[0] = ir_mapval(f, 0, WORLD_RESULTS);
	g->ptrs[1] = ir_ptr_add(f, ir_r(g->ptrs[0]), ir_i(128));
	g->ptrs[2] = ir_slotaddr(f, g->slot, 0);
	g->ptrs[3] = ir_ptr_add(f, ir_r(g->ptrs[0]),
		ir_op2(f, IR_AND, ir_r(ir_arg(f, IK_SCALAR, 0)), ir_i(0xf8)));
	for (g->nvars = 0; g->nvars < g->g->vars; g->nvars++) {
		uint32_t arg = ir_arg(f, IK_SCALAR, g->nvars % WORLD_ARGS);

		g->vars[g->nvars] = ir_copy(f, IK_SCALAR, g->nvars < WORLD_ARGS ? ir_r(arg) :
			ir_op2(f, IR_MUL, ir_r(arg), ir_i(g->nvars)));
	}
}

void irgen_make(const struct irgen *spec, struct ir_fn *f, struct arena *a)
{
	struct gen g = { .g = spec, .f = f, .rng = spec->seed, .left = spec->size };
	uint32_t ctx, with, on;

	ir_init(f, a, "random");
	begin(&g);
	statements(&g, spec->size);
	ctx = ir_ctx(f);
	with = ir_block(f, "with_ctx");
	on = ir_block(f, "end");
	ir_br(f, IC_NE, ir_r(ctx), ir_i(0), with, on);
	ir_at(f, with);
	statements(&g, 2);
	ir_jmp(f, on);
	ir_at(f, on);
	for (uint32_t i = 0; i < g.nvars; i++)
		ir_st(f, 8, ir_r(ir_mapval(f, 0, 0)), 8 * (int32_t)i, ir_r(g.vars[i]));
	ir_ret(f);
}
