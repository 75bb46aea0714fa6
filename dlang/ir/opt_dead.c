// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Dead code by counting: a register that nobody reads needs no definition, and
// what those definitions read is read less often in turn. And the frequent pair
// `t = op; x = t` becomes `x = op`.

#include <string.h>

#include "dlang/ir/flow.h"
#include "dlang/ir/opt.h"

struct counts {
	struct ir_fn *f;
	uint32_t *uses, *defs;
	struct where {
		uint32_t block, insn;	// the last definition; last touched in this block
		uint32_t touched_block, touched;
	} *at;
	VEC(uint32_t) dead;		// registers to look at
};

// ---- results straight into the target of a copy ----------------------------

static void add_use(struct ir_val *v, void *ctx)
{
	struct counts *c = ctx;

	if (v->kind == IV_REG)
		c->uses[v->reg]++;
}

static void count(struct counts *c)
{
	for (uint32_t b = 0; b < c->f->blocks.n; b++) {
		struct ir_block *ib = &c->f->blocks.v[b];

		for (uint32_t i = 0; i < ib->insns.n; i++) {
			ir_each_use(&ib->insns.v[i], add_use, c);
			c->defs[ib->insns.v[i].dst]++;
		}
	}
}

struct touch {
	struct counts *c;
	uint32_t block, insn;
};

static void touch_use(struct ir_val *v, void *ctx)
{
	const struct touch *t = ctx;

	if (v->kind == IV_REG) {
		t->c->at[v->reg].touched_block = t->block + 1;
		t->c->at[v->reg].touched = t->insn;
	}
}

// May the copy x = t be dropped and t's definition made x's?
static bool can_retarget(const struct counts *c, const struct ir_insn *in, uint32_t block)
{
	const struct where *t, *x = &c->at[in->dst];

	if (in->op != IR_MOV || in->a.kind != IV_REG)
		return false;
	t = &c->at[in->a.reg];
	if (c->uses[in->a.reg] != 1 || c->defs[in->a.reg] != 1 || t->block != block + 1)
		return false;
	if (c->f->regs.v[in->dst].kind != c->f->regs.v[in->a.reg].kind)
		return false;
	return x->touched_block != block + 1 || x->touched <= t->insn;
}

static void retarget_block(struct counts *c, uint32_t b)
{
	struct ir_block *ib = &c->f->blocks.v[b];
	uint32_t n = 0;

	for (uint32_t i = 0; i < ib->insns.n; i++) {
		struct ir_insn in = ib->insns.v[i];
		struct touch t = { c, b, n };

		if (can_retarget(c, &in, b)) {
			uint32_t at = c->at[in.a.reg].insn;

			ib->insns.v[at].dst = in.dst;
			c->uses[in.a.reg] = c->defs[in.a.reg] = 0;
			c->at[in.dst] = (struct where){ b + 1, at, b + 1, at };
			continue;
		}
		ir_each_use(&in, touch_use, &t);
		if (in.dst)
			c->at[in.dst] = (struct where){ b + 1, n, b + 1, n };
		ib->insns.v[n++] = in;
	}
	ib->insns.n = n;
}

// ---- what nobody reads -----------------------------------------------------

static void drop_use(struct ir_val *v, void *ctx)
{
	struct counts *c = ctx;

	if (v->kind == IV_REG && !--c->uses[v->reg])
		vec_push(c->f->arena, &c->dead, v->reg);
}

// The same operation without its result, where there is one.
static bool without_result(struct ir_insn *in)
{
	static const enum irop plain[IR_NOPS] = {
		[IR_FADD] = IR_AADD, [IR_FOR] = IR_AOR, [IR_FAND] = IR_AAND,
		[IR_CALL] = IR_CALL, [IR_CALLRT] = IR_CALLRT,
	};

	if (!plain[in->op])
		return false;
	in->op = plain[in->op];
	in->dst = 0;
	return true;
}

// Definitions of register r, threaded through `next`.
struct defs {
	struct ir_insn *in;
	struct defs *next;
};

static struct defs **list_defs(struct ir_fn *f)
{
	struct defs **list = arena_alloc(f->arena, f->regs.n * sizeof *list);

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		struct ir_block *ib = &f->blocks.v[b];

		for (uint32_t i = 0; i < ib->insns.n; i++) {
			struct defs *d;

			if (!ib->insns.v[i].dst)
				continue;
			d = ARENA_NEW(f->arena, struct defs);
			d->in = &ib->insns.v[i];
			d->next = list[d->in->dst];
			list[d->in->dst] = d;
		}
	}
	return list;
}

// A removed operation is a MOV to nothing until compact() takes it out.
static void remove_def(struct counts *c, struct ir_insn *in)
{
	if (ir_op_flags[in->op] & IRF_EFFECT) {
		without_result(in);
		return;
	}
	ir_each_use(in, drop_use, c);
	*in = (struct ir_insn){ .op = IR_MOV };
}

static void compact(struct ir_block *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->insns.n; i++) {
		if (b->insns.v[i].op != IR_MOV || b->insns.v[i].dst)
			b->insns.v[n++] = b->insns.v[i];
	}
	b->insns.n = n;
}

void opt_dead(struct ir_fn *f)
{
	struct counts c = {
		.f = f,
		.uses = arena_alloc(f->arena, f->regs.n * sizeof *c.uses),
		.defs = arena_alloc(f->arena, f->regs.n * sizeof *c.defs),
		.at = arena_alloc(f->arena, f->regs.n * sizeof *c.at),
	};
	struct defs **defs;

	count(&c);
	for (uint32_t b = 0; b < f->blocks.n; b++)
		retarget_block(&c, b);
	defs = list_defs(f);
	for (uint32_t r = 1; r < f->regs.n; r++) {
		if (!c.uses[r])
			vec_push(f->arena, &c.dead, r);
	}
	while (c.dead.n) {
		uint32_t r = c.dead.v[--c.dead.n];

		for (struct defs *d = defs[r]; d; d = d->next) {
			if (d->in->dst == r)
				remove_def(&c, d->in);
		}
	}
	for (uint32_t b = 0; b < f->blocks.n; b++)
		compact(&f->blocks.v[b]);
}
