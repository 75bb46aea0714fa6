// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The builder: appends operations to the current block. It folds what can be
// folded by looking at the operands alone; the rest is the optimiser's.

#include "dlang/ir/ir.h"

#include <assert.h>

#include "dlang/ir/fold.h"

const char *const ir_op_text[IR_NOPS] = {
#define IROP(name, text, flags) [IR_##name] = text,
#include "dlang/ir/ops.def"
#undef IROP
};

const uint8_t ir_op_flags[IR_NOPS] = {
#define IROP(name, text, flags) [IR_##name] = flags,
#include "dlang/ir/ops.def"
#undef IROP
};

// ---- functions, registers, slots, blocks -----------------------------------

// An empty function with its entry block current.
void ir_init(struct ir_fn *f, struct arena *a, const char *name)
{
	*f = (struct ir_fn){ .arena = a, .name = name };
	vec_push(a, &f->regs, (struct ir_reg){ IK_SCALAR });
	ir_at(f, ir_block(f, "entry"));
}

uint32_t ir_reg(struct ir_fn *f, enum ir_kind k)
{
	vec_push(f->arena, &f->regs, (struct ir_reg){ k });
	return f->regs.n - 1;
}

uint32_t ir_slot(struct ir_fn *f, uint32_t size)
{
	vec_push(f->arena, &f->slots, (struct ir_slot){ (size + 7) & ~7u });
	return f->slots.n - 1;
}

static uint32_t new_block(struct ir_fn *f, const char *label, bool cold)
{
	vec_push(f->arena, &f->blocks, (struct ir_block){ .label = label, .cold = cold });
	return f->blocks.n - 1;
}

uint32_t ir_block(struct ir_fn *f, const char *label)
{
	return new_block(f, label, false);
}

uint32_t ir_cold_block(struct ir_fn *f, const char *label)
{
	return new_block(f, label, true);
}

void ir_at(struct ir_fn *f, uint32_t block)
{
	assert(block < f->blocks.n);
	f->cur = block;
}

bool ir_terminated(const struct ir_fn *f)
{
	const struct ir_block *b = &f->blocks.v[f->cur];

	return b->insns.n && (ir_op_flags[vec_last(&b->insns).op] & IRF_TERM);
}

struct ir_val ir_r(uint32_t reg)
{
	return (struct ir_val){ .kind = IV_REG, .reg = reg };
}

struct ir_val ir_i(int64_t imm)
{
	return (struct ir_val){ .kind = IV_IMM, .imm = imm };
}

static void append(struct ir_fn *f, struct ir_insn in)
{
	assert(!ir_terminated(f));
	in.span = f->span;
	vec_push(f->arena, &f->blocks.v[f->cur].insns, in);
}

// Appends an operation that defines a new register of this kind.
static uint32_t define(struct ir_fn *f, enum ir_kind k, struct ir_insn in)
{
	in.dst = ir_reg(f, k);
	append(f, in);
	return in.dst;
}

// ---- arithmetic ------------------------------------------------------------

// Constants stand on the right of operations that commute.
static void constant_right(enum irop op, struct ir_val *a, struct ir_val *b)
{
	struct ir_val t = *a;

	if (!(ir_op_flags[op] & IRF_COMM) || a->kind != IV_IMM || b->kind != IV_REG)
		return;
	*a = *b;
	*b = t;
}

struct ir_val ir_op2(struct ir_fn *f, enum irop op, struct ir_val a, struct ir_val b)
{
	struct ir_val folded;

	if (ir_simplify2(op, a, b, &folded))
		return folded;
	constant_right(op, &a, &b);
	return ir_r(define(f, IK_SCALAR, (struct ir_insn){ .op = op, .a = a, .b = b }));
}

struct ir_val ir_ext(struct ir_fn *f, enum irop op, uint8_t size, struct ir_val a)
{
	if (a.kind == IV_IMM)
		return ir_i((int64_t)ir_eval_ext(op, size, (uint64_t)a.imm));
	if (size == 8 && op != IR_BSWAP)
		return a;
	return ir_r(define(f, IK_SCALAR, (struct ir_insn){ .op = op, .size = size, .a = a }));
}

struct ir_val ir_set(struct ir_fn *f, enum ir_cond c, struct ir_val a, struct ir_val b)
{
	if (a.kind == IV_IMM && b.kind == IV_IMM)
		return ir_i(ir_eval_cond(c, (uint64_t)a.imm, (uint64_t)b.imm));
	return ir_r(define(f, IK_SCALAR, (struct ir_insn){ .op = IR_SET, .cond = c, .a = a, .b = b }));
}

void ir_mov(struct ir_fn *f, uint32_t dst, struct ir_val a)
{
	append(f, (struct ir_insn){ .op = IR_MOV, .dst = dst, .a = a });
}

uint32_t ir_copy(struct ir_fn *f, enum ir_kind k, struct ir_val a)
{
	return define(f, k, (struct ir_insn){ .op = IR_MOV, .a = a });
}

uint32_t ir_ptr_add(struct ir_fn *f, struct ir_val p, struct ir_val off)
{
	if (off.kind == IV_IMM && !off.imm)
		return ir_copy(f, IK_POINTER, p);
	return define(f, IK_POINTER, (struct ir_insn){ .op = IR_ADD, .a = p, .b = off });
}

// ---- memory ----------------------------------------------------------------

uint32_t ir_ld(struct ir_fn *f, enum ir_kind k, uint8_t size, struct ir_val base, int32_t off)
{
	return define(f, k, (struct ir_insn){ .op = IR_LD, .size = size, .a = base, .off = off });
}

void ir_st(struct ir_fn *f, uint8_t size, struct ir_val base, int32_t off, struct ir_val v)
{
	if (v.kind == IV_IMM && v.imm != (int32_t)v.imm)	// a store takes 32 bits
		v = ir_r(ir_copy(f, IK_SCALAR, v));
	append(f, (struct ir_insn){ .op = IR_ST, .size = size, .a = base, .b = v, .off = off });
}

uint32_t ir_atomic(struct ir_fn *f, enum irop op, uint8_t size, struct ir_val base, int32_t off,
		   struct ir_val v)
{
	struct ir_insn in = { .op = op, .size = size, .a = base, .b = v, .off = off };

	if (ir_op_flags[op] & IRF_DEF)
		return define(f, IK_SCALAR, in);
	append(f, in);
	return 0;
}

uint32_t ir_cmpxchg(struct ir_fn *f, uint8_t size, struct ir_val base, int32_t off,
		    struct ir_val expected, struct ir_val desired)
{
	return define(f, IK_SCALAR, (struct ir_insn){
		.op = IR_CMPXCHG, .size = size, .a = base, .b = expected, .c = desired, .off = off,
	});
}

uint32_t ir_slotaddr(struct ir_fn *f, uint32_t slot, int32_t off)
{
	return define(f, IK_POINTER, (struct ir_insn){ .op = IR_SLOT, .id = slot, .off = off });
}

uint32_t ir_arg(struct ir_fn *f, enum ir_kind k, uint32_t n)
{
	return define(f, k, (struct ir_insn){ .op = IR_ARG, .id = n });
}

uint32_t ir_ctx(struct ir_fn *f)
{
	return define(f, IK_POINTER, (struct ir_insn){ .op = IR_CTX });
}

uint32_t ir_mapfd(struct ir_fn *f, uint32_t map)
{
	return define(f, IK_POINTER, (struct ir_insn){ .op = IR_MAPFD, .id = map });
}

uint32_t ir_mapval(struct ir_fn *f, uint32_t map, int32_t off)
{
	return define(f, IK_POINTER, (struct ir_insn){ .op = IR_MAPVAL, .id = map, .off = off });
}

// ---- calls and control -----------------------------------------------------

static uint32_t call(struct ir_fn *f, enum irop op, enum ir_kind k, uint32_t id,
		     const struct ir_val *args, uint32_t n)
{
	assert(n <= 5);
	return define(f, k, (struct ir_insn){
		.op = op, .id = id, .nargs = (uint8_t)n,
		.args = n ? arena_dup(f->arena, args, n * sizeof *args) : NULL,
	});
}

uint32_t ir_call(struct ir_fn *f, enum ir_kind k, uint32_t helper, const struct ir_val *args,
		 uint32_t n)
{
	return call(f, IR_CALL, k, helper, args, n);
}

uint32_t ir_callrt(struct ir_fn *f, enum ir_kind k, uint32_t fn, const struct ir_val *args,
		   uint32_t n)
{
	return call(f, IR_CALLRT, k, fn, args, n);
}

void ir_jmp(struct ir_fn *f, uint32_t t)
{
	append(f, (struct ir_insn){ .op = IR_JMP, .t = t });
}

void ir_br(struct ir_fn *f, enum ir_cond c, struct ir_val a, struct ir_val b, uint32_t t,
	   uint32_t no)
{
	if (a.kind == IV_IMM && b.kind == IV_IMM) {
		ir_jmp(f, ir_eval_cond(c, (uint64_t)a.imm, (uint64_t)b.imm) ? t : no);
		return;
	}
	append(f, (struct ir_insn){ .op = IR_BR, .cond = c, .a = a, .b = b, .t = t, .f = no });
}

void ir_ret(struct ir_fn *f)
{
	append(f, (struct ir_insn){ .op = IR_RET });
}
