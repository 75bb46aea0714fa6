// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Expressions of scalar and pointer type. Each node kind has one function, in a
// table. A value may be a pointer that the verifier tracks; to_scalar() turns it
// into a plain number where arithmetic needs one.

#include "dlang/lower/expr.h"

static const uint32_t HELPER_PROBE_READ_KERNEL = 113;

struct rv rv_int(struct ir_val v)
{
	return (struct rv){ .v = v };
}

// The verifier refuses arithmetic on pointers it knows; read back through a
// helper, the same bits are a number to it.
struct ir_val to_scalar(struct lower *l, struct rv v)
{
	struct ir_val args[3];

	if (v.handle)
		return ir_i(v.handle);
	if (v.kind == IK_SCALAR)
		return v.v;
	if (l->confined) {
		if (!diag_any(l->diags))
			confined_refuse(l, l->f->span, NULL, "this is an address in the kernel");
		return ir_i(0);
	}
	if (l->scalar_slot == UINT32_MAX)
		l->scalar_slot = ir_slot(l->f, 16);
	ir_st(l->f, 8, ir_r(ir_slotaddr(l->f, l->scalar_slot, 0)), 0, v.v);
	args[0] = ir_r(ir_slotaddr(l->f, l->scalar_slot, 8));
	args[1] = ir_i(8);
	args[2] = ir_r(ir_slotaddr(l->f, l->scalar_slot, 0));
	ir_call(l->f, IK_SCALAR, HELPER_PROBE_READ_KERNEL, args, 3);
	return ir_r(ir_ld(l->f, IK_SCALAR, 8, ir_r(ir_slotaddr(l->f, l->scalar_slot, 8)), 0));
}

struct ir_val lower_int(struct lower *l, const struct expr *e)
{
	return to_scalar(l, lower_expr(l, e));
}

static struct rv expr_int(struct lower *l, const struct expr *e)
{
	(void)l;
	return rv_int(ir_i((int64_t)e->value));
}

static struct rv expr_name(struct lower *l, const struct expr *e)
{
	if (e->ident && e->ident->kind == ID_BUILTIN)
		return builtin_load(l, e);
	if (e->ident && e->ident->kind == ID_LET)
		return l->lets.v[e->ident->number];
	if (e->ident && e->ident->kind == ID_EXTERN)
		return load_place(l, lower_place(l, e), e);
	return var_load(l, e);
}

static bool is_known(const struct lower *l, uint32_t let)
{
	for (uint32_t i = 0; i < l->known.n; i++)
		if (l->known.v[i] == let)
			return true;
	return false;
}

const struct expr *lower_let(struct lower *l, const struct expr *e)
{
	for (; e->kind == EX_LET; e = e->b) {
		struct rv v;

		if (e->ident->once && is_known(l, e->ident->number))
			continue;
		v = lower_expr(l, e->a);
		if (v.kind == IK_SCALAR)
			v.v = ir_r(ir_copy(l->f, IK_SCALAR, v.v));
		while (l->lets.n <= e->ident->number)
			vec_push(l->a, &l->lets, (struct rv){ 0 });
		l->lets.v[e->ident->number] = v;
		if (e->ident->once)
			vec_push(l->a, &l->known, e->ident->number);
	}
	return e;
}

static struct rv expr_let(struct lower *l, const struct expr *e)
{
	return lower_expr(l, lower_let(l, e));
}

static bool is_pointer(struct lower *l, const struct expr *e)
{
	enum type_kind k = type_resolve(l->types, e->type)->kind;

	return k == TY_PTR || k == TY_ARRAY;
}

static uint32_t pointee_size(struct lower *l, const struct expr *e)
{
	struct type *t = type_resolve(l->types, e->type);
	uint32_t n = t->base ? size_of(l, t->base) : 1;

	return n ? n : 1;
}

// pointer + integer, integer + pointer, pointer - integer, pointer - pointer.
static struct rv pointer_arith(struct lower *l, const struct expr *e)
{
	const struct expr *p = is_pointer(l, e->a) ? e->a : e->b, *i = p == e->a ? e->b : e->a;
	struct ir_val a, b;

	if (is_pointer(l, e->a) && is_pointer(l, e->b)) {
		a = lower_int(l, e->a);
		b = lower_int(l, e->b);
		return rv_int(arith(l, OP_DIV, ir_op2(l->f, IR_SUB, a, b),
				    ir_i(pointee_size(l, e->a)), true, e->span));
	}
	a = lower_int(l, p);
	b = ir_op2(l->f, IR_MUL, lower_int(l, i), ir_i(pointee_size(l, p)));
	return rv_int(ir_op2(l->f, e->op == OP_SUB ? IR_SUB : IR_ADD, a, b));
}

static bool is_logical(enum op op)
{
	return op == OP_LAND || op == OP_LOR || op == OP_LXOR;
}

static bool is_compare(enum op op)
{
	return op >= OP_LT && op <= OP_NE;
}

static enum ir_cond compare_cond(enum op op, bool sgn)
{
	static const uint8_t cond[][2] = {
		[OP_LT] = { IC_ULT, IC_SLT }, [OP_LE] = { IC_ULE, IC_SLE },
		[OP_GT] = { IC_UGT, IC_SGT }, [OP_GE] = { IC_UGE, IC_SGE },
		[OP_EQ] = { IC_EQ, IC_EQ }, [OP_NE] = { IC_NE, IC_NE },
	};

	return (enum ir_cond)cond[op][sgn];
}

// Operands of a comparison. A tracked pointer is compared with zero as it is.
static enum ir_cond compare_operands(struct lower *l, const struct expr *e, struct ir_val *a,
				     struct ir_val *b)
{
	bool sgn = !is_pointer(l, e->a) && !is_pointer(l, e->b) &&
		   both_signed(l, e->a->type, e->b->type);
	struct rv x = lower_expr(l, e->a), y;

	if (x.kind == IK_POINTER && e->b->kind == EX_INT && !e->b->value &&
	    (e->op == OP_EQ || e->op == OP_NE)) {
		*a = x.part ? ir_i(1) : x.v;
		*b = ir_i(0);
		return compare_cond(e->op, false);
	}
	*a = to_scalar(l, x);
	y = lower_expr(l, e->b);
	*b = to_scalar(l, y);
	return compare_cond(e->op, sgn);
}

static bool string_compare(struct lower *l, const struct expr *e)
{
	return is_compare(e->op) && (string_type(l, e->a->type) || string_type(l, e->b->type));
}

// A condition's value through blocks: 1 or 0 in one register.
static struct rv logical_value(struct lower *l, const struct expr *e)
{
	uint32_t r = ir_reg(l->f, IK_SCALAR), yes = ir_block(l->f, "true");
	uint32_t no = ir_block(l->f, "false"), end = ir_block(l->f, "joined");

	lower_cond(l, e, yes, no);
	ir_at(l->f, yes);
	ir_mov(l->f, r, ir_i(1));
	ir_jmp(l->f, end);
	ir_at(l->f, no);
	ir_mov(l->f, r, ir_i(0));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return rv_int(ir_r(r));
}

static struct rv expr_binary(struct lower *l, const struct expr *e)
{
	struct ir_val a, b;
	enum ir_cond c;
	bool sgn;

	if (is_logical(e->op))
		return logical_value(l, e);
	if (string_compare(l, e))
		return rv_int(str_compare(l, e->op, e->a, e->b, e->span));
	if (is_compare(e->op)) {
		c = compare_operands(l, e, &a, &b);
		return rv_int(ir_set(l->f, c, a, b));
	}
	if (is_pointer(l, e->a) || is_pointer(l, e->b))
		return pointer_arith(l, e);
	a = lower_int(l, e->a);
	b = lower_int(l, e->b);
	sgn = e->op == OP_SHR ? is_signed(l, e->a->type) : both_signed(l, e->a->type, e->b->type);
	return rv_int(arith(l, e->op, a, b, sgn, e->span));
}

static struct rv address_of(struct lower *l, const struct expr *e)
{
	struct place p = lower_place(l, e);

	if (!p.off && p.base.prov != PROV_OWN)
		return p.base;
	if (p.base.handle)
		return rv_int(ir_i(p.base.handle + p.off));
	return (struct rv){ .v = place_addr(l, p), .kind = p.base.kind, .prov = PROV_NONE };
}

static struct rv expr_unary(struct lower *l, const struct expr *e)
{
	switch (e->op) {
	case OP_NEG:
		return rv_int(ir_op2(l->f, IR_SUB, ir_i(0), lower_int(l, e->a)));
	case OP_BNOT:
		return rv_int(ir_op2(l->f, IR_XOR, lower_int(l, e->a), ir_i(-1)));
	case OP_NOT:
		return logical_value(l, e);
	case OP_DEREF:
		return load_place(l, lower_place(l, e), e);
	case OP_ADDR:
		return address_of(l, e->a);
	case OP_INC:
	case OP_DEC:
		return lower_incdec(l, e, true);
	default:
		return lower_expr(l, e->a);
	}
}

static struct rv expr_postfix(struct lower *l, const struct expr *e)
{
	return lower_incdec(l, e, true);
}

static struct rv expr_assign(struct lower *l, const struct expr *e)
{
	return lower_assign(l, e, true);
}

static struct rv expr_cond(struct lower *l, const struct expr *e)
{
	uint32_t r = ir_reg(l->f, IK_SCALAR), yes = ir_block(l->f, "true");
	uint32_t no = ir_block(l->f, "false"), end = ir_block(l->f, "joined");
	struct cache c;

	lower_cond(l, e->a, yes, no);
	c = cache_save(l);
	ir_at(l->f, yes);
	ir_mov(l->f, r, lower_int(l, e->b));
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, no);
	ir_mov(l->f, r, lower_int(l, e->c));
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, end);
	return rv_int(ir_r(r));
}

static struct rv expr_comma(struct lower *l, const struct expr *e)
{
	lower_effect(l, e->a);
	return lower_expr(l, e->b);
}

static struct rv expr_index(struct lower *l, const struct expr *e)
{
	enum builtin b = e->ident ? e->ident->builtin : BI_NONE;

	if (b == BV_ARGS || b == BV_UREGS)
		return builtin_load(l, e);
	if (e->ident && e->ident->kind == ID_VAR)
		return var_load(l, e);
	return load_place(l, lower_place(l, e), e);
}

static struct rv expr_member(struct lower *l, const struct expr *e)
{
	return load_place(l, lower_place(l, e), e);
}

static struct rv expr_cast(struct lower *l, const struct expr *e)
{
	struct rv v = lower_expr(l, e->a);
	struct type *to = type_resolve(l->types, e->type);

	if (!type_is_int(l->types, to) || size_of(l, to) == 8)
		return v;
	return rv_int(narrow(l, to_scalar(l, v), to));
}

typedef struct rv (*expr_fn)(struct lower *l, const struct expr *e);

static const expr_fn by_kind[] = {
	[EX_INT] = expr_int, [EX_NAME] = expr_name, [EX_UNARY] = expr_unary,
	[EX_POSTFIX] = expr_postfix, [EX_BINARY] = expr_binary, [EX_COND] = expr_cond,
	[EX_ASSIGN] = expr_assign, [EX_COMMA] = expr_comma, [EX_CALL] = subr_scalar,
	[EX_INDEX] = expr_index, [EX_MEMBER] = expr_member, [EX_CAST] = expr_cast,
	[EX_LET] = expr_let,
};

struct rv lower_expr(struct lower *l, const struct expr *e)
{
	struct span saved = l->f->span;
	struct rv v = { .v = ir_i(0) };

	l->f->span = e->span;
	if (string_type(l, e->type))
		v = str_addr(l, e);
	else if (sou_computed(l, e))
		v = sou_addr(l, e);
	else if (e->kind < sizeof by_kind / sizeof *by_kind && by_kind[e->kind])
		v = by_kind[e->kind](l, e);
	else
		diag_error(l->diags, e->span, D_UNKNOWN,
			   "this expression is not available in this version");
	l->f->span = saved;
	return v;
}

// ---- conditions ------------------------------------------------------------------

static void cond_short(struct lower *l, const struct expr *e, uint32_t yes, uint32_t no)
{
	uint32_t second = ir_block(l->f, "second operand");
	struct cache c;

	if (e->op == OP_LAND)
		lower_cond(l, e->a, second, no);
	else
		lower_cond(l, e->a, yes, second);
	c = cache_save(l);
	ir_at(l->f, second);
	lower_cond(l, e->b, yes, no);
	cache_restore(l, c);
}

static void cond_xor(struct lower *l, const struct expr *e, uint32_t yes, uint32_t no)
{
	struct ir_val a = ir_set(l->f, IC_NE, lower_int(l, e->a), ir_i(0));
	struct ir_val b = ir_set(l->f, IC_NE, lower_int(l, e->b), ir_i(0));

	ir_br(l->f, IC_NE, a, b, yes, no);
}

void lower_cond(struct lower *l, const struct expr *e, uint32_t yes, uint32_t no)
{
	struct ir_val a, b;
	enum ir_cond c;
	struct rv v;

	if (e->kind == EX_UNARY && e->op == OP_NOT) {
		lower_cond(l, e->a, no, yes);
		return;
	}
	if (e->kind == EX_BINARY && (e->op == OP_LAND || e->op == OP_LOR)) {
		cond_short(l, e, yes, no);
		return;
	}
	if (e->kind == EX_BINARY && e->op == OP_LXOR) {
		cond_xor(l, e, yes, no);
		return;
	}
	if (e->kind == EX_BINARY && is_compare(e->op) && !string_compare(l, e)) {
		c = compare_operands(l, e, &a, &b);
		ir_br(l->f, c, a, b, yes, no);
		return;
	}
	v = lower_expr(l, e);
	ir_br(l->f, IC_NE, v.part ? ir_i(1) : v.v, ir_i(0), yes, no);
}

void lower_effect(struct lower *l, const struct expr *e)
{
	if (e->kind == EX_ASSIGN)
		lower_assign(l, e, false);
	else if (e->kind == EX_POSTFIX || (e->kind == EX_UNARY && (e->op == OP_INC || e->op == OP_DEC)))
		lower_incdec(l, e, false);
	else if (e->kind == EX_COMMA) {
		lower_effect(l, e->a);
		lower_effect(l, e->b);
	} else {
		lower_expr(l, e);
	}
}
