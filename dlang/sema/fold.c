// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Constant folding, exactly as the program would compute: in 64-bit registers,
// signed or unsigned by the operands' type, narrowed only by casts. Requires
// checked operands; keeps the node's type.

#include "dlang/sema/check.h"

typedef uint64_t (*fold_fn)(uint64_t a, uint64_t b, bool is_signed);

#define FOLD(name, result) \
	static uint64_t name(uint64_t a, uint64_t b, bool is_signed) \
	{ \
		(void)is_signed; \
		return result; \
	}

FOLD(fold_add, a + b)
FOLD(fold_sub, a - b)
FOLD(fold_mul, a * b)
FOLD(fold_and, a & b)
FOLD(fold_or, a | b)
FOLD(fold_xor, a ^ b)
FOLD(fold_shl, a << (b & 63))
FOLD(fold_shr, is_signed ? (uint64_t)((int64_t)a >> (b & 63)) : a >> (b & 63))
FOLD(fold_lt, is_signed ? (int64_t)a < (int64_t)b : a < b)
FOLD(fold_le, is_signed ? (int64_t)a <= (int64_t)b : a <= b)
FOLD(fold_gt, is_signed ? (int64_t)a > (int64_t)b : a > b)
FOLD(fold_ge, is_signed ? (int64_t)a >= (int64_t)b : a >= b)
FOLD(fold_eq, a == b)
FOLD(fold_ne, a != b)
FOLD(fold_land, a && b)
FOLD(fold_lor, a || b)
FOLD(fold_lxor, !a != !b)

// b is not zero; the one quotient that overflows wraps around.
static uint64_t fold_div(uint64_t a, uint64_t b, bool is_signed)
{
	if (!is_signed)
		return a / b;
	return b == UINT64_MAX ? 0 - a : (uint64_t)((int64_t)a / (int64_t)b);
}

static uint64_t fold_mod(uint64_t a, uint64_t b, bool is_signed)
{
	if (!is_signed)
		return a % b;
	return b == UINT64_MAX ? 0 : (uint64_t)((int64_t)a % (int64_t)b);
}

static const fold_fn binary_folds[] = {
	[OP_ADD] = fold_add, [OP_SUB] = fold_sub, [OP_MUL] = fold_mul, [OP_DIV] = fold_div,
	[OP_MOD] = fold_mod, [OP_AND] = fold_and, [OP_OR] = fold_or, [OP_XOR] = fold_xor,
	[OP_SHL] = fold_shl, [OP_SHR] = fold_shr, [OP_LT] = fold_lt, [OP_LE] = fold_le,
	[OP_GT] = fold_gt, [OP_GE] = fold_ge, [OP_EQ] = fold_eq, [OP_NE] = fold_ne,
	[OP_LAND] = fold_land, [OP_LOR] = fold_lor, [OP_LXOR] = fold_lxor,
};

uint64_t fold_narrow(struct sema *s, struct type *ty, uint64_t value)
{
	const struct type *r = type_resolve(s->types, ty);
	unsigned bits = (unsigned)r->size * 8;

	if (r->kind == TY_INT && r->is_bool)
		return value != 0;
	if (!bits || bits >= 64)
		return value;
	if (r->kind == TY_ENUM || r->is_signed)
		return (uint64_t)((int64_t)(value << (64 - bits)) >> (64 - bits));
	return value & ((1ull << bits) - 1);
}

void make_const(struct expr *e, struct type *type, uint64_t value)
{
	e->kind = EX_INT;
	e->value = value;
	e->type = type;
	e->is_const = true;
	e->is_lvalue = false;
	e->ident = NULL;
}

static bool is_signed_type(struct sema *s, struct type *ty)
{
	const struct type *r = type_resolve(s->types, ty);

	return r->kind == TY_ENUM || (r->kind == TY_INT && r->is_signed);
}

// Comparisons and arithmetic by the common type, shifts by the left operand's.
static void fold_binary(struct sema *s, struct expr *e)
{
	const struct expr *a = e->a, *b = e->b;
	struct type *by;

	if (!a->is_const || !b->is_const || !binary_folds[e->op])
		return;
	if ((e->op == OP_DIV || e->op == OP_MOD) && !b->value)
		return;
	by = e->op == OP_SHL || e->op == OP_SHR ? a->type : rank(s, a, b);
	make_const(e, e->type, binary_folds[e->op](a->value, b->value, is_signed_type(s, by)));
}

static void fold_unary(struct expr *e)
{
	uint64_t v = e->a->value;

	if (!e->a->is_const)
		return;
	switch (e->op) {
	case OP_NEG: make_const(e, e->type, 0 - v); break;
	case OP_BNOT: make_const(e, e->type, ~v); break;
	case OP_NOT: make_const(e, e->type, !v); break;
	case OP_PLUS: make_const(e, e->type, v); break;
	default: break;
	}
}

static void fold_cond(struct expr *e)
{
	const struct expr *chosen = e->a->value ? e->b : e->c;

	if (e->a->is_const && chosen->is_const && e->b->is_const && e->c->is_const)
		make_const(e, e->type, chosen->value);
}

void fold(struct sema *s, struct expr *e)
{
	switch (e->kind) {
	case EX_BINARY: fold_binary(s, e); break;
	case EX_UNARY: fold_unary(e); break;
	case EX_COND: fold_cond(e); break;
	case EX_CAST:
		if (e->a->is_const && type_is_int(s->types, e->type))
			make_const(e, e->type, fold_narrow(s, e->type, e->a->value));
		break;
	default: break;
	}
}
