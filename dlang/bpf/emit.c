// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Emission: the passes of the back end in order, then BPF instructions from
// machine instructions with registers. Blocks that turn out empty vanish;
// conditions are turned round so that the next block is fallen into; there is
// one EXIT.

#include "dlang/bpf/emit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "dlang/bpf/insn.h"
#include "dlang/bpf/mir.h"
#include "dlang/ir/fold.h"

enum { NO_BLOCK = UINT32_MAX };

struct fixup {
	uint32_t insn;			// a jump whose offset is not known yet
	uint32_t block;
};

struct emitter {
	struct mir *m;
	const int32_t *reg;
	VEC(struct bpf_insn) out;
	VEC(struct span) spans;
	VEC(struct fixup) fixups;
	struct bpf_body *body;
	uint32_t *at;			// by block: its first instruction
	uint32_t *stands_for;		// by block: where a jump to it really goes
	uint32_t exit;			// instruction of the exit sequence, or NO_BLOCK
	uint32_t exit_block;		// the block that only leaves, or NO_BLOCK
	struct span span;
};

static void put(struct emitter *e, struct bpf_insn in)
{
	vec_push(e->m->arena, &e->out, in);
	vec_push(e->m->arena, &e->spans, e->span);
}

static uint32_t reg_of(const struct emitter *e, uint32_t v)
{
	if (v < VR_FIRST)
		return v ? v - VR_R0 : 0;
	return (uint32_t)e->reg[v];
}

// ---- recipes ---------------------------------------------------------------

static void put_imm64(struct emitter *e, uint32_t d, uint32_t pseudo, uint32_t low, uint32_t high)
{
	put(e, insn_ld_imm64(d, pseudo, low));
	put(e, insn_make(0, 0, 0, 0, (int32_t)high));
}

static void put_constant(struct emitter *e, uint32_t d, int64_t imm)
{
	if (imm == (int32_t)imm)
		put(e, insn_mov_imm(d, (int32_t)imm));
	else if (imm == (int64_t)(uint32_t)imm)
		put(e, insn_mov32_imm(d, (int32_t)imm));
	else
		put_imm64(e, d, 0, (uint32_t)imm, (uint32_t)((uint64_t)imm >> 32));
}

static void put_frame(struct emitter *e, uint32_t d, int64_t off)
{
	put(e, insn_mov(d, REG_FP));
	if (off)
		put(e, insn_add_imm(d, (int32_t)off));
}

static void put_map(struct emitter *e, uint32_t d, const struct recipe *r)
{
	bool value = r->kind == RC_MAPVAL;
	struct bpf_reloc reloc = { e->out.n, value ? RELOC_MAP_VALUE : RELOC_MAP_FD, r->id };

	vec_push(e->m->arena, &e->body->relocs, reloc);
	put_imm64(e, d, value ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD, r->id,
		  value ? (uint32_t)r->imm : 0);
}

static void put_recipe(struct emitter *e, uint32_t d, const struct recipe *r)
{
	switch (r->kind) {
	case RC_NONE: break;
	case RC_IMM: put_constant(e, d, r->imm); break;
	case RC_FRAME: put_frame(e, d, r->imm); break;
	case RC_ARG: put(e, insn_load(8, d, REG_FP, -8 * (int32_t)(r->id + 1))); break;
	case RC_MAPFD: case RC_MAPVAL: put_map(e, d, r); break;
	case RC_HOME: put(e, insn_load(8, d, REG_FP, e->reg[r->id])); break;
	}
}

// ---- calls -----------------------------------------------------------------

// The moves into r1..r5 as if at once: first those whose target nobody still
// reads; when only cycles are left, one is cut by way of r0, which is free.
static void put_moves(struct emitter *e, uint32_t from[6])
{
	for (;;) {
		uint32_t readers[11] = { 0 }, left = 0, d;

		for (d = 1; d <= 5; d++) {
			if (from[d] == d)
				from[d] = NO_BLOCK;
			if (from[d] != NO_BLOCK) {
				readers[from[d]]++;
				left = d;
			}
		}
		if (!left)
			return;
		for (d = 1; d <= 5; d++) {
			if (from[d] != NO_BLOCK && !readers[d])
				break;
		}
		if (d <= 5) {
			put(e, insn_mov(d, from[d]));
			from[d] = NO_BLOCK;
			continue;
		}
		put(e, insn_mov(0, left));
		for (d = 1; d <= 5; d++)
			from[d] = from[d] == left ? 0 : from[d];
	}
}

static void put_call(struct emitter *e, const struct minsn *in)
{
	uint32_t from[6];

	for (uint32_t d = 0; d < 6; d++) {
		bool reg = d && d <= in->nargs && in->args[d - 1].vreg;

		from[d] = reg ? reg_of(e, in->args[d - 1].vreg) : NO_BLOCK;
	}
	put_moves(e, from);
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (!in->args[i].vreg)
			put_recipe(e, i + 1, &in->args[i].get);
	}
	if (in->code == BPF_PSEUDO_CALL) {
		struct bpf_reloc reloc = { e->out.n, RELOC_RUNTIME, (uint32_t)in->imm };

		vec_push(e->m->arena, &e->body->relocs, reloc);
	}
	put(e, insn_call(in->code, in->imm));
}

// ---- conditions and jumps --------------------------------------------------

static const uint8_t jump_code[] = {
	[IC_EQ] = BPF_JEQ, [IC_NE] = BPF_JNE, [IC_ULT] = BPF_JLT, [IC_ULE] = BPF_JLE,
	[IC_UGT] = BPF_JGT, [IC_UGE] = BPF_JGE, [IC_SLT] = BPF_JSLT, [IC_SLE] = BPF_JSLE,
	[IC_SGT] = BPF_JSGT, [IC_SGE] = BPF_JSGE, [IC_TEST] = BPF_JSET,
};

static struct bpf_insn conditional(const struct emitter *e, const struct minsn *in, enum ir_cond c,
				   int32_t off)
{
	uint8_t code = BPF_JMP | jump_code[c] | (in->x ? BPF_X : BPF_K);

	return insn_make(code, reg_of(e, in->s), in->x ? reg_of(e, in->x) : 0, off,
			 in->x ? 0 : in->imm);
}

static void put_jump(struct emitter *e, struct bpf_insn in, uint32_t block)
{
	vec_push(e->m->arena, &e->fixups, (struct fixup){ e->out.n, block });
	put(e, in);
}

static void put_goto(struct emitter *e, uint32_t block, uint32_t next)
{
	if (block != next)
		put_jump(e, insn_jump(0), block);
}

static void put_branch(struct emitter *e, const struct mblock *b, const struct minsn *in,
		       uint32_t next)
{
	uint32_t t = e->stands_for[b->to[0]], f = e->stands_for[b->to[1]];
	enum ir_cond c = in->cond;

	if (t == f) {
		put_goto(e, t, next);
		return;
	}
	if (t == next && ir_cond_not(c, &c)) {
		put_jump(e, conditional(e, in, c, 0), f);
		return;
	}
	if (t == next) {
		put(e, conditional(e, in, c, 1));
		put_jump(e, insn_jump(0), f);
		return;
	}
	put_jump(e, conditional(e, in, c, 0), t);
	put_goto(e, f, next);
}

static void put_exit(struct emitter *e)
{
	if (e->exit != NO_BLOCK) {
		put(e, insn_jump((int32_t)e->exit - (int32_t)e->out.n - 1));
		return;
	}
	e->exit = e->out.n;
	put(e, insn_mov_imm(0, 0));
	put(e, insn_exit());
}

// ---- instructions ----------------------------------------------------------

static bool is_copy(const struct minsn *in)
{
	return in->kind == M_INSN && in->code == (BPF_ALU64 | BPF_MOV | BPF_X);
}

static bool vanishes(const struct emitter *e, const struct minsn *in)
{
	return in->kind == M_NOP || (is_copy(in) && reg_of(e, in->d) == reg_of(e, in->s));
}

static void put_set(struct emitter *e, const struct minsn *in)
{
	uint32_t d = reg_of(e, in->d);

	put(e, insn_mov_imm(d, 1));
	put(e, conditional(e, in, in->cond, 1));
	put(e, insn_mov_imm(d, 0));
}

static void put_insn(struct emitter *e, const struct mblock *b, const struct minsn *in,
		     uint32_t next)
{
	e->span = in->span;
	switch (in->kind) {
	case M_NOP: break;
	case M_INSN:
		put(e, insn_make(in->code, reg_of(e, in->d), reg_of(e, in->s), in->off, in->imm));
		break;
	case M_GET: put_recipe(e, reg_of(e, in->d), &in->get); break;
	case M_PUT: put(e, insn_store(8, REG_FP, e->reg[in->x], reg_of(e, in->s))); break;
	case M_SET: put_set(e, in); break;
	case M_CALL: put_call(e, in); break;
	case M_BR: put_branch(e, b, in, next); break;
	case M_JMP: put_goto(e, e->stands_for[b->to[0]], next); break;
	case M_EXIT: put_exit(e); break;
	}
}

// ---- blocks ----------------------------------------------------------------

// Blocks without instructions of their own stand for another one.
static void find_empty(struct emitter *e)
{
	struct mir *m = e->m;

	for (uint32_t b = 0; b < m->blocks.n; b++) {
		struct mblock *mb = &m->blocks.v[b];
		enum mkind last = vec_last(&mb->insns).kind;
		bool empty = true;

		e->stands_for[b] = b;
		for (uint32_t i = 0; i + 1 < mb->insns.n; i++)
			empty = empty && vanishes(e, &mb->insns.v[i]);
		if (!b || !empty)
			continue;
		if (last == M_JMP)
			e->stands_for[b] = mb->to[0];
		else if (last == M_EXIT && e->exit_block == NO_BLOCK)
			e->exit_block = b;
		else if (last == M_EXIT)
			e->stands_for[b] = e->exit_block;
	}
	for (uint32_t b = 0; b < m->blocks.n; b++) {
		uint32_t to = b;

		for (uint32_t n = 0; e->stands_for[to] != to && n < m->blocks.n; n++)
			to = e->stands_for[to];
		e->at[b] = to;
	}
	memcpy(e->stands_for, e->at, m->blocks.n * sizeof *e->at);
}

// The block laid out behind b. One that only leaves is not needed once there is
// an exit to jump to.
static uint32_t next_block(const struct emitter *e, uint32_t b)
{
	for (b++; b < e->m->blocks.n; b++) {
		if (e->stands_for[b] == b && !(b == e->exit_block && e->exit != NO_BLOCK))
			return b;
	}
	return NO_BLOCK;
}

static void put_blocks(struct emitter *e)
{
	for (uint32_t b = 0; b != NO_BLOCK; b = next_block(e, b)) {
		const struct mblock *mb = &e->m->blocks.v[b];
		uint32_t next = next_block(e, b);

		e->at[b] = e->out.n;
		for (uint32_t i = 0; i < mb->insns.n; i++) {
			if (!vanishes(e, &mb->insns.v[i]))
				put_insn(e, mb, &mb->insns.v[i], next);
		}
	}
	if (e->exit_block != NO_BLOCK)
		e->at[e->exit_block] = e->exit;
}

static void fix_jumps(struct emitter *e)
{
	for (uint32_t i = 0; i < e->fixups.n; i++) {
		const struct fixup *x = &e->fixups.v[i];
		int64_t off = (int64_t)e->at[x->block] - x->insn - 1;

		if (off != (int16_t)off) {
			e->m->wrong = "its clauses on one hook are more than 32767 instructions";
			return;
		}
		e->out.v[x->insn].off = (int16_t)off;
	}
}

static void emit_body(struct mir *m, const int32_t *reg, struct bpf_body *out)
{
	struct emitter e = {
		.m = m, .reg = reg, .body = out, .exit = NO_BLOCK, .exit_block = NO_BLOCK,
		.at = arena_alloc(m->arena, m->blocks.n * sizeof *e.at),
		.stands_for = arena_alloc(m->arena, m->blocks.n * sizeof *e.stands_for),
	};

	find_empty(&e);
	put_blocks(&e);
	fix_jumps(&e);
	out->insns = e.out.v;
	out->n = e.out.n;
	out->spans = e.spans.v;
}

int bpf_emit(struct ir_fn *f, struct bpf_body *out, const char **why)
{
	struct mir m = { .arena = f->arena, .f = f };
	struct layout l;
	int32_t *reg;

	memset(out, 0, sizeof *out);
	bpf_layout(f, &l);
	bpf_select(&m, &l);
	reg = bpf_regalloc(&m, &out->stack);
	if (reg)
		emit_body(&m, reg, out);
	if (!m.wrong)
		return 0;
	*why = m.wrong;
	return -E2BIG;
}
