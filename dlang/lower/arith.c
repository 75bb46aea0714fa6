// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Integer arithmetic in 64-bit registers. BPF divides unsigned only, so signed
// division works on magnitudes; a zero divisor is a fault.

#include "dlang/lower/expr.h"

uint32_t size_of(struct lower *l, struct type *t)
{
	return (uint32_t)type_sizeof(l->types, t, l->strsize);
}

bool is_signed(struct lower *l, struct type *t)
{
	t = type_resolve(l->types, t);
	return t->kind == TY_ENUM || (t->kind == TY_INT && t->is_signed);
}

// The operands' common type is signed unless the wider one, or one of equal
// width, is unsigned.
bool both_signed(struct lower *l, struct type *a, struct type *b)
{
	uint32_t sa = size_of(l, a), sb = size_of(l, b);

	if (sa != sb)
		return is_signed(l, sa > sb ? a : b);
	return is_signed(l, a) && is_signed(l, b);
}

struct ir_val narrow(struct lower *l, struct ir_val v, struct type *to)
{
	uint32_t size = size_of(l, to);

	if (type_resolve(l->types, to)->is_bool)
		return ir_set(l->f, IC_NE, v, ir_i(0));
	if (size >= 8 || !size)
		return v;
	return ir_ext(l->f, is_signed(l, to) ? IR_SX : IR_ZX, (uint8_t)size, v);
}

struct ir_val narrow_to(struct lower *l, struct ir_val v, const struct expr *target)
{
	const struct type *t = type_resolve(l->types, target->type);
	struct ir_val up;

	if (target->kind != EX_MEMBER || !target->bit_size || t->is_bool)
		return narrow(l, v, target->type);
	up = ir_op2(l->f, IR_SHL, v, ir_i(64 - target->bit_size));
	return ir_op2(l->f, is_signed(l, target->type) ? IR_ASHR : IR_LSHR, up, ir_i(64 - target->bit_size));
}

// |v|, and all ones in *sign when v < 0.
static struct ir_val magnitude(struct lower *l, struct ir_val v, struct ir_val *sign)
{
	if (v.kind == IV_IMM) {
		*sign = ir_i(v.imm < 0 ? -1 : 0);
		return ir_i(v.imm < 0 ? (int64_t)(0 - (uint64_t)v.imm) : v.imm);
	}
	*sign = ir_op2(l->f, IR_ASHR, v, ir_i(63));
	return ir_op2(l->f, IR_SUB, ir_op2(l->f, IR_XOR, v, *sign), *sign);
}

static struct ir_val with_sign(struct lower *l, struct ir_val v, struct ir_val sign)
{
	if (sign.kind == IV_IMM && !sign.imm)
		return v;
	return ir_op2(l->f, IR_SUB, ir_op2(l->f, IR_XOR, v, sign), sign);
}

static struct ir_val divide(struct lower *l, enum op op, struct ir_val a, struct ir_val b,
			    bool sgn, struct span where)
{
	enum irop ir = op == OP_DIV ? IR_UDIV : IR_UMOD;
	struct ir_val sa, sb, q;

	if (b.kind == IV_IMM && !b.imm) {	// a variable that is always zero here
		fault_always(l, FLT_DIVZERO, ir_i(0), where);
		return ir_i(0);
	}
	if (b.kind != IV_IMM)
		fault_if(l, IC_EQ, b, ir_i(0), FLT_DIVZERO, ir_i(0), where);
	if (!sgn)
		return ir_op2(l->f, ir, a, b);
	a = magnitude(l, a, &sa);
	b = magnitude(l, b, &sb);
	q = ir_op2(l->f, ir, a, b);
	if (op == OP_DIV)
		sa = ir_op2(l->f, IR_XOR, sa, sb);
	return with_sign(l, q, sa);
}

struct ir_val arith(struct lower *l, enum op op, struct ir_val a, struct ir_val b, bool sgn,
		    struct span where)
{
	static const uint8_t simple[] = {
		[OP_ADD] = IR_ADD, [OP_SUB] = IR_SUB, [OP_MUL] = IR_MUL, [OP_AND] = IR_AND,
		[OP_OR] = IR_OR, [OP_XOR] = IR_XOR, [OP_SHL] = IR_SHL,
	};

	if (op == OP_DIV || op == OP_MOD)
		return divide(l, op, a, b, sgn, where);
	if (op == OP_SHR)
		return ir_op2(l->f, sgn ? IR_ASHR : IR_LSHR, a, b);
	return ir_op2(l->f, (enum irop)simple[op], a, b);
}
