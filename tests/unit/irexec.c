// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The two machines. The BPF one knows which registers and stack bytes have been
// written and complains of reads of others, as the verifier would.

#include "tests/unit/irtest.h"

#include <stdlib.h>
#include <string.h>

#include "dlang/bpf/insn.h"
#include "dlang/ir/fold.h"

enum { MAX_STEPS = 1000000, STACK = 512 };

static uint64_t load(uint64_t at, uint8_t size)
{
	uint64_t v = 0;

	memcpy(&v, (void *)(uintptr_t)at, size);
	return v;
}

static void store(uint64_t at, uint8_t size, uint64_t v)
{
	memcpy((void *)(uintptr_t)at, &v, size);
}

// The run-time functions; the kernel test appends the same in BPF.
static uint64_t run_time(uint32_t id, const uint64_t a[5])
{
	if (id == 0)
		return a[0] * 3 + (a[1] ^ a[2]) - a[3] + (a[4] << 1);
	return load(a[0], 8) + a[1];
}

static uint64_t helper(struct world *w, uint32_t id, const uint64_t a[5])
{
	if (id == 1 && load(a[1], 4) == 0)
		return (uint64_t)(uintptr_t)w->map;
	return 0;
}

// ---- atomics ---------------------------------------------------------------

// op is what BPF has in imm. Returns the old value.
static uint64_t atomic(int32_t op, uint8_t size, uint64_t at, uint64_t b, uint64_t expected)
{
	uint64_t old = load(at, size), now = old;

	switch (op & ~BPF_FETCH) {
	case BPF_ADD: now = old + b; break;
	case BPF_OR: now = old | b; break;
	case BPF_AND: now = old & b; break;
	case BPF_XCHG & ~BPF_FETCH: now = b; break;
	case BPF_CMPXCHG & ~BPF_FETCH:
		if (size == 4 ? (uint32_t)old == (uint32_t)expected : old == expected)
			now = b;
		break;
	}
	store(at, size, now);
	return old;
}

// ---- IR --------------------------------------------------------------------

struct ir_machine {
	struct ir_fn *f;
	struct world *w;
	uint64_t *reg;
	uint8_t **slot;
	uint32_t block, insn;
	bool done;
};

static uint64_t value(const struct ir_machine *m, struct ir_val v)
{
	return v.kind == IV_REG ? m->reg[v.reg] : (uint64_t)v.imm;
}

static const int32_t ir_atomics[IR_NOPS] = {
	[IR_AADD] = BPF_ADD, [IR_AOR] = BPF_OR, [IR_AAND] = BPF_AND, [IR_FADD] = BPF_ADD | BPF_FETCH,
	[IR_FOR] = BPF_OR | BPF_FETCH, [IR_FAND] = BPF_AND | BPF_FETCH, [IR_XCHG] = BPF_XCHG,
	[IR_CMPXCHG] = BPF_CMPXCHG,
};

static uint64_t ir_call_value(struct ir_machine *m, const struct ir_insn *in)
{
	uint64_t a[5] = { 0 };

	for (uint32_t i = 0; i < in->nargs; i++)
		a[i] = value(m, in->args[i]);
	return in->op == IR_CALL ? helper(m->w, in->id, a) : run_time(in->id, a);
}

static uint64_t ir_result(struct ir_machine *m, const struct ir_insn *in)
{
	uint64_t a = value(m, in->a), b = value(m, in->b), r;
	bool cas = in->op == IR_CMPXCHG;

	if (ir_eval2(in->op, a, b, &r))
		return r;
	switch (in->op) {
	case IR_SX: case IR_ZX: case IR_BSWAP: return ir_eval_ext(in->op, in->size, a);
	case IR_SET: return ir_eval_cond(in->cond, a, b);
	case IR_LD: return load(a + (int64_t)in->off, in->size);
	case IR_SLOT: return (uint64_t)(uintptr_t)m->slot[in->id] + (int64_t)in->off;
	case IR_ARG: return m->w->args[in->id];
	case IR_CTX: return (uint64_t)(uintptr_t)&m->w->ctx;
	case IR_MAPFD: return 0xfd;
	case IR_MAPVAL: return (uint64_t)(uintptr_t)m->w->map + (int64_t)in->off;
	case IR_CALL: case IR_CALLRT: return ir_call_value(m, in);
	default:
		return atomic(ir_atomics[in->op], in->size, a + (int64_t)in->off,
			      cas ? value(m, in->c) : b, b);
	}
}

static void ir_go(struct ir_machine *m, uint32_t block)
{
	m->block = block;
	m->insn = 0;
}

static void ir_step(struct ir_machine *m)
{
	const struct ir_insn *in = &m->f->blocks.v[m->block].insns.v[m->insn++];
	uint64_t r;

	switch (in->op) {
	case IR_ST: store(value(m, in->a) + (int64_t)in->off, in->size, value(m, in->b)); return;
	case IR_JMP: ir_go(m, in->t); return;
	case IR_BR:
		ir_go(m, ir_eval_cond(in->cond, value(m, in->a), value(m, in->b)) ? in->t : in->f);
		return;
	case IR_RET: m->done = true; return;
	default:
		r = ir_result(m, in);
		if (in->dst)
			m->reg[in->dst] = r;
	}
}

const char *irexec_ir(struct ir_fn *f, struct world *w)
{
	struct ir_machine m = { .f = f, .w = w };
	uint32_t steps = 0;

	m.reg = arena_alloc(f->arena, f->regs.n * sizeof *m.reg);
	m.slot = arena_alloc(f->arena, (f->slots.n + 1) * sizeof *m.slot);
	for (uint32_t i = 0; i < f->slots.n; i++)
		m.slot[i] = arena_alloc(f->arena, f->slots.v[i].size);
	while (!m.done && steps++ < MAX_STEPS)
		ir_step(&m);
	return m.done ? NULL : "the IR does not end";
}

// ---- BPF -------------------------------------------------------------------

struct bpf_machine {
	const struct bpf_body *b;
	struct world *w;
	uint64_t reg[11];
	uint32_t set;			// registers written
	uint8_t stack[STACK] __attribute__((aligned(8)));
	bool written[STACK];
	uint32_t pc;
	bool done;
	const char *wrong;
};

static uint64_t rd(struct bpf_machine *m, uint32_t r)
{
	if (!(m->set >> r & 1))
		m->wrong = "a register is read before it is written";
	return m->reg[r];
}

static void wr(struct bpf_machine *m, uint32_t r, uint64_t v)
{
	if (r == 10)
		m->wrong = "r10 is written";
	m->reg[r] = v;
	m->set |= 1u << r;
}

// Checks an access; true if it may go on.
static bool touch(struct bpf_machine *m, uint64_t at, uint8_t size, bool write)
{
	uint64_t stack = (uint64_t)(uintptr_t)m->stack, map = (uint64_t)(uintptr_t)m->w->map;

	if (at >= map && at + size <= map + WORLD_MAP)
		return true;
	if (at < stack || at + size > stack + STACK) {
		m->wrong = "access outside of memory";
		return false;
	}
	for (uint32_t i = 0; i < size; i++) {
		if (write)
			m->written[at - stack + i] = true;
		else if (!m->written[at - stack + i])
			m->wrong = "stack is read before it is written";
	}
	return true;
}

static uint8_t size_of(uint8_t code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B: return 1;
	case BPF_H: return 2;
	case BPF_W: return 4;
	default: return 8;
	}
}

static void bpf_alu(struct bpf_machine *m, const struct bpf_insn *in)
{
	static const enum irop ops[16] = {
		IR_ADD, IR_SUB, IR_MUL, IR_UDIV, IR_OR, IR_AND, IR_SHL, IR_LSHR,
		IR_NEG, IR_UMOD, IR_XOR, IR_MOV, IR_ASHR,
	};
	enum irop op = ops[in->code >> 4];
	bool wide = BPF_CLASS(in->code) == BPF_ALU64;
	uint64_t a, b, r = 0;

	if (BPF_OP(in->code) == BPF_END) {
		a = rd(m, in->dst_reg);
		wr(m, in->dst_reg, ir_eval_ext(BPF_SRC(in->code) == BPF_TO_BE ? IR_BSWAP : IR_ZX,
					       (uint8_t)(in->imm / 8), a));
		return;
	}
	b = BPF_SRC(in->code) == BPF_X ? rd(m, in->src_reg) : (uint64_t)(int64_t)in->imm;
	if (op == IR_MOV) {
		wr(m, in->dst_reg, wide ? b : (uint32_t)b);
		return;
	}
	a = rd(m, in->dst_reg);
	if (!wide && op != IR_AND)
		m->wrong = "32-bit arithmetic that is not expected";
	if (!ir_eval2(op, a, b, &r))
		m->wrong = "division by 0";
	wr(m, in->dst_reg, wide ? r : (uint32_t)r);
}

static void bpf_jump(struct bpf_machine *m, const struct bpf_insn *in)
{
	static const int8_t conds[16] = {
		-1, IC_EQ, IC_UGT, IC_UGE, IC_TEST, IC_NE, IC_SGT, IC_SGE, -1, -1, IC_ULT, IC_ULE,
		IC_SLT, IC_SLE, -1, -1,
	};
	uint64_t b;

	if (BPF_OP(in->code) == BPF_JA) {
		m->pc += in->off;
		return;
	}
	if (conds[in->code >> 4] < 0) {
		m->wrong = "unknown jump";
		return;
	}
	b = BPF_SRC(in->code) == BPF_X ? rd(m, in->src_reg) : (uint64_t)(int64_t)in->imm;
	if (ir_eval_cond((enum ir_cond)conds[in->code >> 4], rd(m, in->dst_reg), b))
		m->pc += in->off;
}

static uint32_t call_args(const struct bpf_insn *in)
{
	return in->src_reg == BPF_PSEUDO_CALL && in->imm == 0 ? 5 : 2;
}

static void bpf_call(struct bpf_machine *m, const struct bpf_insn *in)
{
	uint64_t a[5] = { 0 }, r;

	for (uint32_t i = 0; i < call_args(in); i++)
		a[i] = rd(m, i + 1);
	if (m->wrong)
		return;
	r = in->src_reg ? run_time((uint32_t)in->imm, a) : helper(m->w, (uint32_t)in->imm, a);
	for (uint32_t i = 0; i < 6; i++)
		m->reg[i] = 0xbadbadbadbad0000u + i;
	m->set &= ~63u;
	wr(m, 0, r);
}

static void bpf_store(struct bpf_machine *m, const struct bpf_insn *in)
{
	uint64_t at = rd(m, in->dst_reg) + (int64_t)in->off, v = (uint64_t)(int64_t)in->imm, old;
	uint8_t size = size_of(in->code);

	if (BPF_CLASS(in->code) == BPF_STX)
		v = rd(m, in->src_reg);
	if (BPF_MODE(in->code) != BPF_ATOMIC) {
		if (touch(m, at, size, true))
			store(at, size, v);
		return;
	}
	if (!touch(m, at, size, false))
		return;
	old = atomic(in->imm, size, at, v, in->imm == BPF_CMPXCHG ? rd(m, 0) : 0);
	if (in->imm == BPF_CMPXCHG)
		wr(m, 0, old);
	else if (in->imm & BPF_FETCH)
		wr(m, in->src_reg, old);
}

static void bpf_wide(struct bpf_machine *m, const struct bpf_insn *in)
{
	uint64_t v = (uint32_t)in[0].imm | (uint64_t)(uint32_t)in[1].imm << 32;

	if (in->src_reg == BPF_PSEUDO_MAP_VALUE)
		v = (uint64_t)(uintptr_t)m->w->map + (uint32_t)in[1].imm;
	wr(m, in->dst_reg, v);
	m->pc++;
}

static void bpf_step(struct bpf_machine *m)
{
	const struct bpf_insn *in = &m->b->insns[m->pc++];
	uint64_t at;

	switch (BPF_CLASS(in->code)) {
	case BPF_ALU: case BPF_ALU64: bpf_alu(m, in); return;
	case BPF_LD: bpf_wide(m, in); return;
	case BPF_LDX:
		at = rd(m, in->src_reg) + (int64_t)in->off;
		if (touch(m, at, size_of(in->code), false))
			wr(m, in->dst_reg, load(at, size_of(in->code)));
		return;
	case BPF_ST: case BPF_STX: bpf_store(m, in); return;
	case BPF_JMP:
		if (BPF_OP(in->code) == BPF_CALL)
			bpf_call(m, in);
		else if (BPF_OP(in->code) == BPF_EXIT)
			m->done = true;
		else
			bpf_jump(m, in);
		return;
	default: m->wrong = "unknown class";
	}
}

const char *irexec_bpf(const struct bpf_body *b, uint32_t nargs, struct world *w)
{
	struct bpf_machine m = { .b = b, .w = w, .set = 1u << 10 | 1u << 1 };
	uint32_t steps = 0;

	memset(m.stack, 0xa5, sizeof m.stack);
	m.reg[10] = (uint64_t)(uintptr_t)(m.stack + STACK);
	m.reg[1] = (uint64_t)(uintptr_t)&w->ctx;
	for (uint32_t i = 0; i < nargs; i++) {
		store(m.reg[10] - 8 * (i + 1), 8, w->args[i]);
		memset(m.written + STACK - 8 * (i + 1), 1, 8);
	}
	while (!m.done && !m.wrong && steps++ < MAX_STEPS) {
		if (m.pc >= b->n)
			return "the end is run over";
		bpf_step(&m);
	}
	if (!m.wrong && m.done && rd(&m, 0))
		return "r0 is not 0";
	return m.wrong ? m.wrong : m.done ? NULL : "the program does not end";
}
