// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Instruction selection: every IR operation becomes one to three machine
// instructions. BPF's arithmetic has two addresses (d op= s), so an operation
// starts with a copy that the register allocator makes disappear where it can.
// Addresses of stack objects are folded into loads and stores.

#include "dlang/bpf/insn.h"
#include "dlang/bpf/mir.h"
#include "dlang/ir/fold.h"

struct select {
	struct mir *m;
	struct ir_fn *f;
	struct mblock *b;		// the block being filled
	struct span span;
	const struct ir_insn **only;	// by IR register: its one definition, or NULL
	uint32_t ctx;			// vreg of the context, 0: not used
};

static uint32_t vr(uint32_t reg)
{
	return VR_FIRST + reg;
}

static struct minsn *emit(struct select *s, struct minsn in)
{
	in.span = s->span;
	vec_push(s->m->arena, &s->b->insns, in);
	return &vec_last(&s->b->insns);
}

static bool fits(int64_t imm)
{
	return imm == (int32_t)imm;
}

static void get(struct select *s, uint32_t d, struct recipe r)
{
	emit(s, (struct minsn){ .kind = M_GET, .d = d, .roles = R_DDEF | R_PURE, .get = r });
}

static void get_imm(struct select *s, uint32_t d, int64_t imm)
{
	get(s, d, (struct recipe){ RC_IMM, 0, imm });
}

static void copy(struct select *s, uint32_t d, uint32_t from)
{
	emit(s, (struct minsn){
		.kind = M_INSN, .code = BPF_ALU64 | BPF_MOV | BPF_X, .d = d, .s = from,
		.roles = R_DDEF | R_SUSE | R_PURE,
	});
}

// d op= imm, and d = op d.
static void alu_imm(struct select *s, uint8_t code, uint32_t d, int32_t imm)
{
	emit(s, (struct minsn){
		.kind = M_INSN, .code = code, .d = d, .imm = imm, .roles = R_DDEF | R_DUSE | R_PURE,
	});
}

// d op= from
static void alu_reg(struct select *s, uint8_t code, uint32_t d, uint32_t from)
{
	emit(s, (struct minsn){
		.kind = M_INSN, .code = code | BPF_X, .d = d, .s = from,
		.roles = R_DDEF | R_DUSE | R_SUSE | R_PURE,
	});
}

// The value in a register; immediates get a new one.
static uint32_t in_reg(struct select *s, struct ir_val v)
{
	uint32_t r;

	if (v.kind == IV_REG)
		return vr(v.reg);
	r = mir_vreg(s->m, IK_SCALAR);
	get_imm(s, r, v.imm);
	return r;
}

static void move(struct select *s, uint32_t d, struct ir_val v)
{
	if (v.kind == IV_IMM)
		get_imm(s, d, v.imm);
	else if (vr(v.reg) != d)
		copy(s, d, vr(v.reg));
}

// ---- arithmetic ------------------------------------------------------------

static const uint8_t alu_code[IR_NOPS] = {
	[IR_ADD] = BPF_ADD, [IR_SUB] = BPF_SUB, [IR_MUL] = BPF_MUL, [IR_UDIV] = BPF_DIV,
	[IR_UMOD] = BPF_MOD, [IR_AND] = BPF_AND, [IR_OR] = BPF_OR, [IR_XOR] = BPF_XOR,
	[IR_SHL] = BPF_LSH, [IR_LSHR] = BPF_RSH, [IR_ASHR] = BPF_ARSH,
};

static bool is_shift(enum irop op)
{
	return op == IR_SHL || op == IR_LSHR || op == IR_ASHR;
}

// d op= imm in its cheapest form.
static void apply_imm(struct select *s, enum irop op, uint32_t d, int64_t imm)
{
	uint8_t code = alu_code[op];

	if (is_shift(op))
		imm &= 63;
	if (op == IR_SUB && fits(imm) && imm != INT32_MIN) {
		code = BPF_ADD;
		imm = -imm;
	}
	if (op == IR_AND && !fits(imm) && imm == (int64_t)(uint32_t)imm) {
		// The upper half of the mask is zero, and so is the result's.
		alu_imm(s, BPF_ALU | BPF_AND | BPF_K, d, (int32_t)imm);
		return;
	}
	if (op == IR_MUL && imm > 0 && !(imm & (imm - 1)))
		alu_imm(s, BPF_ALU64 | BPF_LSH | BPF_K, d, __builtin_ctzll((uint64_t)imm));
	else if (fits(imm) && !((op == IR_UDIV || op == IR_UMOD) && !imm))
		alu_imm(s, BPF_ALU64 | code | BPF_K, d, (int32_t)imm);
	else
		alu_reg(s, BPF_ALU64 | code, d, in_reg(s, ir_i(imm)));
}

static bool is_pointer(const struct select *s, struct ir_val v)
{
	return v.kind == IV_REG && s->f->regs.v[v.reg].kind == IK_POINTER;
}

// Would a better stand on the right: it is a constant, the destination's own
// value is b, or b is the pointer of an addition.
static bool better_swapped(const struct select *s, const struct ir_insn *in)
{
	if (!(ir_op_flags[in->op] & IRF_COMM) || in->b.kind != IV_REG)
		return false;
	if (is_pointer(s, in->a) || is_pointer(s, in->b))
		return is_pointer(s, in->b);
	return in->a.kind == IV_IMM || in->b.reg == in->dst;
}

static void sel_alu(struct select *s, const struct ir_insn *in)
{
	bool swap = better_swapped(s, in);
	struct ir_val a = swap ? in->b : in->a, b = swap ? in->a : in->b;
	uint32_t d = vr(in->dst), to = d;

	// d would be overwritten before b is read.
	if (b.kind == IV_REG && b.reg == in->dst && !(a.kind == IV_REG && a.reg == b.reg))
		to = mir_vreg(s->m, s->f->regs.v[in->dst].kind);
	move(s, to, a);
	if (b.kind == IV_IMM)
		apply_imm(s, in->op, to, b.imm);
	else
		alu_reg(s, BPF_ALU64 | alu_code[in->op], to, vr(b.reg));
	if (to != d)
		copy(s, d, to);
}

static void sel_mov(struct select *s, const struct ir_insn *in)
{
	move(s, vr(in->dst), in->a);
}

static void sel_neg(struct select *s, const struct ir_insn *in)
{
	move(s, vr(in->dst), in->a);
	alu_imm(s, BPF_ALU64 | BPF_NEG, vr(in->dst), 0);
}

static void sel_sx(struct select *s, const struct ir_insn *in)
{
	int32_t shift = 64 - 8 * in->size;

	move(s, vr(in->dst), in->a);
	if (!shift)
		return;
	alu_imm(s, BPF_ALU64 | BPF_LSH | BPF_K, vr(in->dst), shift);
	alu_imm(s, BPF_ALU64 | BPF_ARSH | BPF_K, vr(in->dst), shift);
}

static void sel_zx(struct select *s, const struct ir_insn *in)
{
	uint32_t d = vr(in->dst);

	if (in->size == 4) {
		emit(s, (struct minsn){
			.kind = M_INSN, .code = BPF_ALU | BPF_MOV | BPF_X, .d = d, .s = in_reg(s, in->a),
			.roles = R_DDEF | R_SUSE | R_PURE,
		});
		return;
	}
	move(s, d, in->a);
	if (in->size < 4)
		alu_imm(s, BPF_ALU64 | BPF_AND | BPF_K, d, in->size == 1 ? 0xff : 0xffff);
}

static void sel_bswap(struct select *s, const struct ir_insn *in)
{
	uint8_t big = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? BPF_TO_BE : BPF_TO_LE;

	move(s, vr(in->dst), in->a);
	if (in->size == 1)
		alu_imm(s, BPF_ALU64 | BPF_AND | BPF_K, vr(in->dst), 0xff);
	else
		alu_imm(s, BPF_ALU | BPF_END | big, vr(in->dst), in->size * 8);
}

// A comparison's operands: a in a register, b there or imm32.
static struct minsn compare(struct select *s, const struct ir_insn *in, enum mkind kind)
{
	bool swap = in->a.kind == IV_IMM && in->b.kind == IV_REG;
	struct ir_val b = swap ? in->a : in->b;
	struct minsn c = { .kind = kind, .cond = swap ? ir_cond_swap(in->cond) : in->cond, .roles = R_SUSE };

	c.s = in_reg(s, swap ? in->b : in->a);
	if (b.kind == IV_IMM && fits(b.imm)) {
		c.imm = (int32_t)b.imm;
		return c;
	}
	c.x = in_reg(s, b);
	c.roles |= R_XUSE;
	return c;
}

static void sel_set(struct select *s, const struct ir_insn *in)
{
	struct minsn c = compare(s, in, M_SET);

	c.d = vr(in->dst);
	c.roles |= R_DDEF | R_EARLY | R_PURE;
	// Reads and writes the same register: through another one.
	if (c.d == c.s || c.d == c.x) {
		c.d = mir_vreg(s->m, IK_SCALAR);
		emit(s, c);
		copy(s, vr(in->dst), c.d);
		return;
	}
	emit(s, c);
}

// ---- memory ----------------------------------------------------------------

struct address {
	uint32_t base;
	int32_t off;
};

// a + off with an offset that fits an instruction.
static struct address address(struct select *s, struct ir_val a, int32_t off)
{
	const struct ir_insn *def = a.kind == IV_REG ? s->only[a.reg] : NULL;
	uint32_t r;

	if (def && def->op == IR_SLOT) {
		int64_t at = (int64_t)s->m->slot_off[def->id] + def->off + off;

		if (at == (int16_t)at)
			return (struct address){ VR_FP, (int32_t)at };
	}
	if (off == (int16_t)off)
		return (struct address){ in_reg(s, a), off };
	r = mir_vreg(s->m, IK_POINTER);
	move(s, r, a);
	alu_imm(s, BPF_ALU64 | BPF_ADD | BPF_K, r, off);
	return (struct address){ r, 0 };
}

static void sel_ld(struct select *s, const struct ir_insn *in)
{
	struct address at = address(s, in->a, in->off);

	emit(s, (struct minsn){
		.kind = M_INSN, .code = BPF_LDX | BPF_MEM | insn_size(in->size), .d = vr(in->dst),
		.s = at.base, .off = at.off, .roles = R_DDEF | R_SUSE | R_PURE,
	});
}

static void sel_st(struct select *s, const struct ir_insn *in)
{
	struct address at = address(s, in->a, in->off);
	bool imm = in->b.kind == IV_IMM && (in->size <= 4 || fits(in->b.imm));

	emit(s, (struct minsn){
		.kind = M_INSN, .code = (imm ? BPF_ST : BPF_STX) | BPF_MEM | insn_size(in->size),
		.d = at.base, .off = at.off, .imm = imm ? (int32_t)in->b.imm : 0,
		.s = imm ? 0 : in_reg(s, in->b), .roles = imm ? R_DUSE : R_DUSE | R_SUSE,
	});
}

static const int32_t atomic_code[IR_NOPS] = {
	[IR_AADD] = BPF_ADD, [IR_AOR] = BPF_OR, [IR_AAND] = BPF_AND,
	[IR_FADD] = BPF_ADD | BPF_FETCH, [IR_FOR] = BPF_OR | BPF_FETCH,
	[IR_FAND] = BPF_AND | BPF_FETCH, [IR_XCHG] = BPF_XCHG, [IR_CMPXCHG] = BPF_CMPXCHG,
};

static struct minsn atomic(struct select *s, const struct ir_insn *in)
{
	struct address at = address(s, in->a, in->off);

	return (struct minsn){
		.kind = M_INSN, .code = BPF_STX | BPF_ATOMIC | insn_size(in->size), .d = at.base,
		.off = at.off, .imm = atomic_code[in->op], .roles = R_DUSE | R_SUSE,
	};
}

static void sel_atomic(struct select *s, const struct ir_insn *in)
{
	struct minsn a = atomic(s, in);

	a.s = in_reg(s, in->b);
	emit(s, a);
}

// The operand's register receives the old value.
static void sel_fetch(struct select *s, const struct ir_insn *in)
{
	struct minsn a = atomic(s, in);
	uint32_t d = vr(in->dst);

	a.s = d == a.d ? mir_vreg(s->m, IK_SCALAR) : d;
	move(s, a.s, in->b);
	a.roles |= R_SDEF;
	emit(s, a);
	if (a.s != d)
		copy(s, d, a.s);
}

static void sel_cmpxchg(struct select *s, const struct ir_insn *in)
{
	struct minsn a = atomic(s, in);

	a.s = in_reg(s, in->c);
	move(s, VR_R0, in->b);
	a.roles |= R_R0USE | R_R0DEF;
	emit(s, a);
	copy(s, vr(in->dst), VR_R0);
}

// ---- addresses, arguments, calls -------------------------------------------

static void sel_slot(struct select *s, const struct ir_insn *in)
{
	get(s, vr(in->dst), (struct recipe){ RC_FRAME, 0, s->m->slot_off[in->id] + in->off });
}

static void sel_arg(struct select *s, const struct ir_insn *in)
{
	get(s, vr(in->dst), (struct recipe){ RC_ARG, in->id, 0 });
}

static void sel_mapfd(struct select *s, const struct ir_insn *in)
{
	get(s, vr(in->dst), (struct recipe){ RC_MAPFD, in->id, 0 });
}

static void sel_mapval(struct select *s, const struct ir_insn *in)
{
	get(s, vr(in->dst), (struct recipe){ RC_MAPVAL, in->id, in->off });
}

static void sel_ctx(struct select *s, const struct ir_insn *in)
{
	copy(s, vr(in->dst), s->ctx);
}

static void sel_call(struct select *s, const struct ir_insn *in)
{
	struct minsn c = {
		.kind = M_CALL, .code = in->op == IR_CALLRT ? BPF_PSEUDO_CALL : 0, .imm = (int32_t)in->id,
		.nargs = in->nargs, .roles = in->dst ? R_R0DEF : 0,
	};

	c.args = arena_alloc(s->m->arena, (in->nargs + 1u) * sizeof *c.args);
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (in->args[i].kind == IV_IMM)
			c.args[i].get = (struct recipe){ RC_IMM, 0, in->args[i].imm };
		else
			c.args[i].vreg = vr(in->args[i].reg);
	}
	emit(s, c);
	if (in->dst)
		copy(s, vr(in->dst), VR_R0);
}

static void sel_jmp(struct select *s, const struct ir_insn *in)
{
	(void)in;
	emit(s, (struct minsn){ .kind = M_JMP });
}

static void sel_br(struct select *s, const struct ir_insn *in)
{
	emit(s, compare(s, in, M_BR));
}

static void sel_ret(struct select *s, const struct ir_insn *in)
{
	(void)in;
	emit(s, (struct minsn){ .kind = M_EXIT });
}

static void (*const selectors[IR_NOPS])(struct select *, const struct ir_insn *) = {
	[IR_MOV] = sel_mov, [IR_ADD] = sel_alu, [IR_SUB] = sel_alu, [IR_MUL] = sel_alu,
	[IR_UDIV] = sel_alu, [IR_UMOD] = sel_alu, [IR_AND] = sel_alu, [IR_OR] = sel_alu,
	[IR_XOR] = sel_alu, [IR_SHL] = sel_alu, [IR_LSHR] = sel_alu, [IR_ASHR] = sel_alu,
	[IR_NEG] = sel_neg, [IR_SX] = sel_sx, [IR_ZX] = sel_zx, [IR_BSWAP] = sel_bswap,
	[IR_SET] = sel_set, [IR_LD] = sel_ld, [IR_ST] = sel_st, [IR_AADD] = sel_atomic,
	[IR_AOR] = sel_atomic, [IR_AAND] = sel_atomic, [IR_FADD] = sel_fetch, [IR_FOR] = sel_fetch,
	[IR_FAND] = sel_fetch, [IR_XCHG] = sel_fetch, [IR_CMPXCHG] = sel_cmpxchg,
	[IR_SLOT] = sel_slot, [IR_ARG] = sel_arg, [IR_CTX] = sel_ctx, [IR_MAPFD] = sel_mapfd,
	[IR_MAPVAL] = sel_mapval, [IR_CALL] = sel_call, [IR_CALLRT] = sel_call, [IR_JMP] = sel_jmp,
	[IR_BR] = sel_br, [IR_RET] = sel_ret,
};

// ---- the function ----------------------------------------------------------

// Argument slots, then the IR's slots, downwards from r10.
static void place_slots(struct mir *m)
{
	struct ir_fn *f = m->f;
	uint32_t at = f->nargslots * 8;

	m->slot_off = arena_alloc(m->arena, (f->slots.n + 1) * sizeof *m->slot_off);
	for (uint32_t i = 0; i < f->slots.n; i++) {
		at += (f->slots.v[i].size + 7) & ~7u;
		if (at > 1u << 20)
			at = 1u << 20;	// far too large already; keeps the sum in range
		m->slot_off[i] = -(int32_t)at;
	}
	m->frame = at;
}

static void find_only_defs(struct select *s, const struct layout *l)
{
	struct ir_fn *f = s->f;
	uint8_t *n = arena_alloc(f->arena, f->regs.n);

	s->only = arena_alloc(f->arena, f->regs.n * sizeof *s->only);
	for (uint32_t i = 0; i < l->n; i++) {
		struct ir_block *b = &f->blocks.v[l->order[i]];

		for (uint32_t k = 0; k < b->insns.n; k++) {
			struct ir_insn *in = &b->insns.v[k];

			if (in->op == IR_CTX) {
				s->ctx = s->ctx ? s->ctx : mir_vreg(s->m, IK_POINTER);
				s->m->vregs.v[s->ctx].context = s->m->vregs.v[vr(in->dst)].context = true;
			}
			if (in->dst)
				s->only[in->dst] = n[in->dst]++ ? NULL : in;
			if (n[in->dst] > 2)
				n[in->dst] = 2;
		}
	}
}

static void select_block(struct select *s, const struct ir_block *b)
{
	for (uint32_t i = 0; i < b->insns.n; i++) {
		s->span = b->insns.v[i].span;
		selectors[b->insns.v[i].op](s, &b->insns.v[i]);
	}
}

static void connect(struct mir *m, const struct layout *l)
{
	uint32_t *at = arena_alloc(m->arena, m->f->blocks.n * sizeof *at);

	for (uint32_t i = 0; i < l->n; i++)
		at[l->order[i]] = i;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct ir_insn *last = &vec_last(&m->f->blocks.v[l->order[i]].insns);
		struct mblock *b = &m->blocks.v[i];

		b->nto = last->op == IR_BR ? 2 : last->op == IR_JMP;
		if (b->nto)
			b->to[0] = at[last->t];
		if (b->nto == 2)
			b->to[1] = at[last->f];
	}
}

// Requires verified IR. Fills the blocks in the layout's order.
void bpf_select(struct mir *m, const struct layout *l)
{
	struct select s = { .m = m, .f = m->f };

	for (uint32_t i = 0; i < VR_FIRST; i++)
		mir_vreg(m, IK_SCALAR);
	for (uint32_t i = 0; i < m->f->regs.n; i++)
		mir_vreg(m, m->f->regs.v[i].kind);
	place_slots(m);
	find_only_defs(&s, l);
	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t ir = l->order[i];

		vec_push(m->arena, &m->blocks, (struct mblock){
			.ir = ir, .freq = l->freq[ir], .cold = m->f->blocks.v[ir].cold,
		});
		s.b = &vec_last(&m->blocks);
		if (!i && s.ctx)
			copy(&s, s.ctx, VR_R1);
		select_block(&s, &m->f->blocks.v[ir]);
	}
	connect(m, l);
}
