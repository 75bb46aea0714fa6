// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// D variables. Globals are cells in the control map, updated atomically where
// the operation is an addition; thread-locals are cells in the task's storage;
// clause-locals are registers, or scratch memory when strings; associative
// elements are values of kernel hashes.

#include "dlang/lower/expr.h"

static const struct ident *var_of(const struct expr *e)
{
	return e->ident;
}

static bool var_is_assoc(struct lower *l, const struct expr *e)
{
	(void)l;
	return e->kind == EX_INDEX;
}

static struct var_home *home_of(struct lower *l, const struct ident *v)
{
	switch (v->scope) {
	case SC_SELF:
		return &l->selfs[v->number];
	case SC_THIS:
		return &l->locals[v->number];
	default:
		return &l->globals[v->number];
	}
}

// A cell holds the value in its first bytes; the type says how many count.
static struct rv load_cell(struct lower *l, uint32_t base, int32_t off, struct type *t)
{
	uint32_t size = size_of(l, t);
	struct ir_val v = ir_r(ir_ld(l->f, IK_SCALAR, (uint8_t)size, ir_r(base), off));

	if (size < 8 && is_signed(l, t))
		v = ir_ext(l->f, IR_SX, (uint8_t)size, v);
	return rv_int(v);
}

// A value behind a pointer that may be null: zero then.
static struct rv load_optional(struct lower *l, uint32_t ptr, int32_t off, struct type *t)
{
	uint32_t r = ir_copy(l->f, IK_SCALAR, ir_i(0)), have = ir_block(l->f, "exists");
	uint32_t end = ir_block(l->f, "loaded");

	ir_br(l->f, IC_EQ, ir_r(ptr), ir_i(0), end, have);
	ir_at(l->f, have);
	ir_mov(l->f, r, load_cell(l, ptr, off, t).v);
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return rv_int(ir_r(r));
}

struct rv var_load(struct lower *l, const struct expr *e)
{
	const struct ident *v = var_of(e);
	struct var_home *h = home_of(l, v);
	uint32_t key;

	if (var_is_assoc(l, e))
		return load_optional(l, assoc_find(l, e, &key), 0, e->type);
	switch (v->scope) {
	case SC_THIS:
		return rv_int(ir_r(ir_copy(l->f, IK_SCALAR, ir_r(h->reg))));
	case SC_SELF:
		return load_optional(l, tls_find(l, false), (int32_t)h->off, e->type);
	default:
		return load_cell(l, ir_mapval(l->f, MAP_CTL, (int32_t)h->off), 0, e->type);
	}
}

// ---- stores ----------------------------------------------------------------------

uint32_t tls_cell(struct lower *l, uint32_t out)
{
	uint32_t have = ir_block(l->f, "thread storage"), none = ir_cold_block(l->f, "no storage");
	uint32_t p = tls_find(l, true);

	ir_br(l->f, IC_EQ, ir_r(p), ir_i(0), none, have);
	ir_at(l->f, none);
	count_drop(l, DROP_DYNAMIC);
	ir_jmp(l->f, out);
	ir_at(l->f, have);
	return p;
}

static void store_scalar(struct lower *l, const struct expr *e, struct ir_val v)
{
	const struct ident *id = var_of(e);
	struct var_home *h = home_of(l, id);
	uint32_t out, p;

	if (var_is_assoc(l, e)) {
		assoc_store(l, e, v);
		return;
	}
	switch (id->scope) {
	case SC_THIS:
		ir_mov(l->f, h->reg, v);
		break;
	case SC_SELF:
		out = ir_block(l->f, "stored");
		p = tls_cell(l, out);
		ir_st(l->f, 8, ir_r(p), (int32_t)h->off, v);
		ir_jmp(l->f, out);
		ir_at(l->f, out);
		break;
	default:
		ir_st(l->f, 8, ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)h->off)), 0, v);
	}
}

static struct rv own(uint32_t reg, uint32_t size)
{
	return (struct rv){ .v = ir_r(reg), .kind = IK_POINTER, .prov = PROV_OWN, .own_size = size,
			    .not_null = true };
}

static void store_string(struct lower *l, const struct expr *e, const struct expr *value)
{
	const struct ident *id = var_of(e);
	struct var_home *h = home_of(l, id);
	uint32_t cap = round8(l->strsize), out, p;
	struct rv src;

	if (var_is_assoc(l, e)) {
		assoc_store_string(l, e, value);
		return;
	}
	src = str_addr(l, value);
	switch (id->scope) {
	case SC_THIS:
		copy_cell(l, scratch_at(l, h->off, cap), 0, cap, src.v);
		break;
	case SC_SELF:
		out = ir_block(l->f, "stored");
		p = tls_cell(l, out);
		copy_to_thread(l, own(p, cap + h->off), (int32_t)h->off, cap, src.v);
		ir_jmp(l->f, out);
		ir_at(l->f, out);
		break;
	default:
		copy_cell(l, own(ir_mapval(l->f, MAP_CTL, (int32_t)h->off), cap), 0, cap, src.v);
	}
}

// ---- assignment --------------------------------------------------------------------

// x += n on a global or an associative element is one atomic instruction.
static bool assign_atomic(struct lower *l, const struct expr *e, struct ir_val n, struct rv *old)
{
	const struct ident *id = var_of(e);
	uint32_t base, size = size_of(l, e->type) == 4 ? 4 : 8, out;
	enum irop op = old ? IR_FADD : IR_AADD;

	if (n.kind == IV_IMM)
		n = ir_r(ir_copy(l->f, IK_SCALAR, n));
	if (var_is_assoc(l, e)) {
		uint32_t r = ir_copy(l->f, IK_SCALAR, ir_i(0)), have = ir_block(l->f, "element");

		out = ir_block(l->f, "added");
		base = assoc_make(l, e);
		ir_br(l->f, IC_EQ, ir_r(base), ir_i(0), out, have);
		ir_at(l->f, have);
		base = ir_atomic(l->f, op, (uint8_t)size, ir_r(base), 0, n);
		if (old)
			ir_mov(l->f, r, ir_r(base));
		ir_jmp(l->f, out);
		ir_at(l->f, out);
		if (old)
			*old = rv_int(ir_r(r));
		return true;
	}
	if (id->scope != SC_GLOBAL)
		return false;
	base = ir_mapval(l->f, MAP_CTL, (int32_t)l->globals[id->number].off);
	base = ir_atomic(l->f, op, (uint8_t)size, ir_r(base), 0, n);
	if (old)
		*old = rv_int(ir_r(base));
	return true;
}

static struct ir_val step_of(struct lower *l, const struct expr *e)
{
	struct type *t = type_resolve(l->types, e->type);
	uint32_t n = t->kind == TY_PTR && t->base ? size_of(l, t->base) : 1;

	return ir_i(n ? n : 1);
}

struct rv lower_incdec(struct lower *l, const struct expr *e, bool wanted)
{
	struct ir_val step = step_of(l, e->a), d = step, now;
	struct rv old;

	if (sou_root(l, e->a))
		return sou_incdec(l, e);
	if (!e->a->ident || e->a->ident->kind != ID_VAR)
		return own_incdec(l, e);
	if (e->op == OP_DEC)
		d = ir_i(-step.imm);
	if (!assign_atomic(l, e->a, d, wanted ? &old : NULL)) {
		old = var_load(l, e->a);
		now = ir_op2(l->f, IR_ADD, old.v, d);
		store_scalar(l, e->a, narrow(l, now, e->a->type));
	}
	if (!wanted)
		return rv_int(ir_i(0));
	now = e->kind == EX_POSTFIX ? old.v : ir_op2(l->f, IR_ADD, old.v, d);
	return rv_int(narrow(l, now, e->a->type));
}

static struct rv assign_compound(struct lower *l, const struct expr *e, bool wanted)
{
	bool add = e->op == OP_ADD || e->op == OP_SUB;
	struct ir_val n = lower_int(l, e->b), d;
	struct rv old;

	if (add) {
		d = ir_op2(l->f, IR_MUL, n, step_of(l, e->a));
		if (e->op == OP_SUB)
			d = ir_op2(l->f, IR_SUB, ir_i(0), d);
		if (assign_atomic(l, e->a, d, wanted ? &old : NULL))
			return wanted ? rv_int(narrow(l, ir_op2(l->f, IR_ADD, old.v, d), e->a->type)) :
					rv_int(ir_i(0));
	}
	old = var_load(l, e->a);
	d = arith(l, e->op, old.v, n, e->op == OP_SHR ? is_signed(l, e->a->type) :
		  both_signed(l, e->a->type, e->b->type), e->span);
	d = narrow(l, d, e->a->type);
	store_scalar(l, e->a, d);
	return rv_int(d);
}

struct rv lower_assign(struct lower *l, const struct expr *e, bool wanted)
{
	struct ir_val v;

	if (sou_root(l, e->a))
		return sou_assign(l, e, wanted);
	if (!e->a->ident || e->a->ident->kind != ID_VAR)
		return own_assign(l, e, wanted);
	if (string_type(l, e->a->type)) {
		store_string(l, e->a, e->b);
		return wanted ? str_addr(l, e->a) : rv_int(ir_i(0));
	}
	if (e->op != OP_NONE)
		return assign_compound(l, e, wanted);
	v = narrow(l, lower_int(l, e->b), e->a->type);
	v = ir_r(ir_copy(l->f, IK_SCALAR, v));
	store_scalar(l, e->a, v);
	return rv_int(v);
}
