// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Operators: a table says for each which operands it takes and what it gives
// (d-reference §4.2: narrow types are not promoted; the result has the type of
// the operand of higher rank).

#include "dlang/sema/check.h"

typedef void (*type_fn)(struct sema *s, struct expr *e);

static void incompatible(struct sema *s, struct expr *e)
{
	sema_fail(s, e, D_OP_INCOMPAT, "%s and %s cannot be combined by %s", tname(s, e->a),
		  tname(s, e->b), op_words(e->op));
	if (is_stringlike(s, e->a) && is_stringlike(s, e->b) && e->op == OP_ADD)
		sema_hint(s, "strjoin() joins strings");
}

// Whether a pointer can be stepped: what it points to has a size.
static bool sized(struct sema *s, struct expr *e, const struct expr *p)
{
	struct type *to = pointee(s, p);

	if (to->kind == TY_VOID || to->kind == TY_FUNC) {
		sema_fail(s, e, D_OP_VFPTR, "%s cannot be used with %s, as what it points to has no size",
			  tname(s, p), op_words(e->op));
		sema_hint(s, "cast it to a pointer of another type, or to uintptr_t");
		return false;
	}
	if (!type_sizeof(s->types, to, s->options->strsize)) {
		sema_fail(s, e, D_OP_INCOMPLETE, "%s cannot be used with %s, as %s is not defined here",
			  tname(s, p), op_words(e->op), type_name(s->types, to));
		return false;
	}
	return true;
}

static struct type *decayed(struct sema *s, const struct expr *e)
{
	struct type *r = resolved(s, e);

	return r->kind == TY_ARRAY ? type_ptr(s->types, r->base) : e->type;
}

static void type_add(struct sema *s, struct expr *e)
{
	if (is_int(s, e->a) && is_int(s, e->b)) {
		e->type = rank(s, e->a, e->b);
	} else if (is_pointer(s, e->a) && is_int(s, e->b)) {
		if (sized(s, e, e->a))
			e->type = decayed(s, e->a);
	} else if (is_int(s, e->a) && is_pointer(s, e->b)) {
		if (sized(s, e, e->b))
			e->type = decayed(s, e->b);
	} else {
		incompatible(s, e);
	}
}

static void type_sub(struct sema *s, struct expr *e)
{
	if (is_int(s, e->a) || !is_pointer(s, e->a) || is_int(s, e->b)) {
		if (is_int(s, e->a) && is_pointer(s, e->b))
			incompatible(s, e);
		else
			type_add(s, e);
	} else if (!is_pointer(s, e->b) || !pointers_agree(s, e->a, e->b)) {
		incompatible(s, e);
	} else if (sized(s, e, e->a) && sized(s, e, e->b)) {
		e->type = type_base(s->types, "ptrdiff_t");
	}
}

static bool both_ints(struct sema *s, struct expr *e, enum errtag tag, const char *what)
{
	const struct expr *bad = is_int(s, e->a) ? e->b : e->a;

	if (is_int(s, e->a) && is_int(s, e->b))
		return true;
	sema_fail(s, e, tag, "%s needs %s operands, not %s", op_words(e->op), what, tname(s, bad));
	if (resolved(s, bad)->kind == TY_FLOAT)
		sema_hint(s, "floating-point values can be recorded, but not computed with");
	return false;
}

static bool divides(struct sema *s, struct expr *e)
{
	if (!is_zero(e->b))
		return true;
	sema_fail(s, e, D_DIV_ZERO, "the divisor of %s is the constant 0", op_words(e->op));
	return false;
}

static void type_mul(struct sema *s, struct expr *e)
{
	if (both_ints(s, e, D_OP_ARITH, "arithmetic") && (e->op == OP_MUL || divides(s, e)))
		e->type = rank(s, e->a, e->b);
}

static void type_bits(struct sema *s, struct expr *e)
{
	if (both_ints(s, e, D_OP_INT, "integer") && (e->op != OP_MOD || divides(s, e)))
		e->type = rank(s, e->a, e->b);
}

static void type_shift(struct sema *s, struct expr *e)
{
	if (both_ints(s, e, D_OP_INT, "integer"))
		e->type = rank(s, e->a, e->a);
}

static bool compares_strings(struct sema *s, struct expr *e)
{
	bool a = is_string(s, e->a), b = is_string(s, e->b);

	return (a || b) && (is_stringlike(s, e->a) || is_zero(e->a)) &&
	       (is_stringlike(s, e->b) || is_zero(e->b));
}

static void type_compare(struct sema *s, struct expr *e)
{
	if (compares_strings(s, e)) {
		e->a = to_string(s, e->a);
		e->b = to_string(s, e->b);
	} else if (!(is_int(s, e->a) && is_int(s, e->b)) && !pointers_agree(s, e->a, e->b)) {
		incompatible(s, e);
		if ((is_string(s, e->a) && is_int(s, e->b)) || (is_int(s, e->a) && is_string(s, e->b)))
			sema_hint(s, "copyinstr() reads a string at a user address, stringof() at a "
				     "kernel address");
		return;
	}
	e->type = type_base(s->types, "int");
}

static bool scalar_operand(struct sema *s, struct expr *e, const struct expr *operand)
{
	if (is_scalar(s, operand))
		return true;
	sema_fail(s, e, D_OP_SCALAR, "%s needs an integer or pointer, not %s", op_words(e->op),
		  tname(s, operand));
	if (is_string(s, operand))
		sema_hint(s, "compare the string: %s", "s != \"\"");
	return false;
}

static void type_logic(struct sema *s, struct expr *e)
{
	if (scalar_operand(s, e, e->a) && scalar_operand(s, e, e->b))
		e->type = type_base(s->types, "int");
}

static const type_fn binary_types[] = {
	[OP_ADD] = type_add, [OP_SUB] = type_sub, [OP_MUL] = type_mul, [OP_DIV] = type_mul,
	[OP_MOD] = type_bits, [OP_AND] = type_bits, [OP_OR] = type_bits, [OP_XOR] = type_bits,
	[OP_SHL] = type_shift, [OP_SHR] = type_shift, [OP_LT] = type_compare,
	[OP_LE] = type_compare, [OP_GT] = type_compare, [OP_GE] = type_compare,
	[OP_EQ] = type_compare, [OP_NE] = type_compare, [OP_LAND] = type_logic,
	[OP_LOR] = type_logic, [OP_LXOR] = type_logic,
};

// Types a binary node whose operands are checked and not poisoned.
void check_binary_types(struct sema *s, struct expr *e)
{
	binary_types[e->op](s, e);
}

// "e == NAME": an enumerator of the enum on the left comes before anything else.
static void check_enumerator(struct sema *s, struct expr *e)
{
	const struct type *enm = resolved(s, e->a);

	if (enm->kind != TY_ENUM || e->b->kind != EX_NAME || e->b->scope != SC_GLOBAL || e->b->type)
		return;
	for (uint32_t i = 0; i < enm->enumerators.n; i++) {
		if (enm->enumerators.v[i].name != e->b->name)
			continue;
		if (names_find(s, SC_GLOBAL, e->b->name)) {
			sema_fail(s, e->b, D_IDENT_AMBIG, "'%s' is both an enumerator of %s and a variable",
				  e->b->name, tname(s, e->a));
			sema_hint(s, "give the variable another name");
		} else {
			make_const(e->b, e->a->type, (uint64_t)enm->enumerators.v[i].value);
		}
		return;
	}
}

static bool is_translated_pointer(struct sema *s, const struct expr *e)
{
	return e->kind == EX_XLATE && resolved(s, e)->kind == TY_PTR && resolved(s, e->a)->kind == TY_PTR;
}

// Whether a translated pointer is NULL is whether what it is made of is.
static void compare_input(struct sema *s, struct expr *e)
{
	if (e->op != OP_EQ && e->op != OP_NE)
		return;
	if (is_zero(e->b) && is_translated_pointer(s, e->a))
		e->a = e->a->a;
	else if (is_zero(e->a) && is_translated_pointer(s, e->b))
		e->b = e->b->a;
}

static void check_binary(struct sema *s, struct expr *e)
{
	check_expr(s, e->a);
	if (e->op >= OP_LT && e->op <= OP_NE)
		check_enumerator(s, e);
	check_expr(s, e->b);
	if (is_error(e->a) || is_error(e->b)) {
		poison(s, e);
		return;
	}
	compare_input(s, e);
	check_binary_types(s, e);
	if (e->kind != EX_ERROR)
		fold(s, e);
}

// ---- unary -----------------------------------------------------------------

static void type_sign(struct sema *s, struct expr *e)
{
	if (is_int(s, e->a))
		e->type = rank(s, e->a, e->a);
	else
		sema_fail(s, e, D_OP_ARITH, "unary %s needs an arithmetic operand, not %s",
			  op_words(e->op), tname(s, e->a));
}

static void type_complement(struct sema *s, struct expr *e)
{
	if (is_int(s, e->a))
		e->type = rank(s, e->a, e->a);
	else
		sema_fail(s, e, D_OP_INT, "~ needs an integer operand, not %s", tname(s, e->a));
}

static void type_not(struct sema *s, struct expr *e)
{
	if (scalar_operand(s, e, e->a))
		e->type = type_base(s->types, "int");
}

static void type_deref(struct sema *s, struct expr *e)
{
	const struct type *to = pointee(s, e->a);

	if (!to) {
		sema_fail(s, e, D_DEREF_NONPTR, "unary * needs a pointer, not %s", tname(s, e->a));
	} else if (to->kind == TY_VOID) {
		sema_fail(s, e, D_DEREF_VOID, "a void pointer cannot be dereferenced");
		sema_hint(s, "cast it first, as in *(int *)p");
	} else if (to->kind == TY_FUNC) {
		sema_fail(s, e, D_DEREF_FUNC, "a function pointer cannot be dereferenced");
	} else {
		e->type = resolved(s, e->a)->base;
		e->is_lvalue = true;
	}
}

bool lives_in_variable(struct sema *s, const struct expr *e)
{
	if (e->kind == EX_AGG || e->ident)
		return e->kind != EX_CALL && !(e->ident && e->ident->kind == ID_EXTERN);
	if (e->kind == EX_INDEX)
		return resolved(s, e->a)->kind == TY_ARRAY && lives_in_variable(s, e->a);
	return e->kind == EX_MEMBER && !e->arrow && lives_in_variable(s, e->a);
}

static void type_address(struct sema *s, struct expr *e)
{
	if (lives_in_variable(s, e->a)) {
		sema_fail(s, e, D_ADDROF_VAR, "the address of a D variable cannot be taken");
	} else if (!e->a->is_lvalue) {
		sema_fail(s, e, D_ADDROF_LVAL, "unary & needs something that lies in memory");
	} else if (e->a->kind == EX_MEMBER && e->a->bit_size) {
		sema_fail(s, e, D_ADDROF_BITFIELD, "the address of the bit-field %s cannot be taken",
			  e->a->name);
	} else {
		e->type = type_ptr(s->types, e->a->type);
	}
}

static const type_fn unary_types[] = {
	[OP_NOT] = type_not, [OP_BNOT] = type_complement, [OP_NEG] = type_sign,
	[OP_PLUS] = type_sign, [OP_DEREF] = type_deref, [OP_ADDR] = type_address,
};

// /!self->seen/ and /!seen[pid]/ come before the clause that assigns: the operand of an arithmetic
// operator is created as that of ++ is. (A plain name is not, there as here.)
static void declare_operand(struct sema *s, const struct expr *e)
{
	bool scoped = e->a->kind == EX_NAME && e->a->scope != SC_GLOBAL;

	if (e->op != OP_ADDR && e->op != OP_DEREF && (scoped || e->a->kind == EX_INDEX))
		declare_target(s, e->a, NULL);
}

static void check_unary(struct sema *s, struct expr *e)
{
	if (e->op == OP_INC || e->op == OP_DEC) {
		check_step(s, e);
		return;
	}
	declare_operand(s, e);
	check_expr(s, e->a);
	if (is_error(e->a)) {
		poison(s, e);
		return;
	}
	unary_types[e->op](s, e);
	if (e->kind != EX_ERROR)
		fold(s, e);
}

// ---- ?: and , --------------------------------------------------------------

static bool is_agg_assign(const struct expr *e)
{
	return e->kind == EX_ASSIGN && is_agg_target(e->a);
}

// Neither operator takes actions or values without a representation.
static bool plain_operand(struct sema *s, struct expr *e, struct expr *operand, const char *op)
{
	if (is_action(s, operand)) {
		sema_fail(s, e, D_OP_ACT, "the action %s() cannot be an operand of %s", operand->a->name, op);
		sema_hint(s, "actions are statements of their own; use a predicate or if");
		return false;
	}
	if (is_agg_target(operand) || is_agg_assign(operand)) {
		sema_fail(s, e, D_OP_DYN, "an aggregation cannot be an operand of %s", op);
		sema_hint(s, "aggregating is a statement of its own; use a predicate or if");
		return false;
	}
	check_expr(s, operand);
	if (is_error(operand)) {
		poison(s, e);
		return false;
	}
	if (is_dynamic(s, operand))
		sema_fail(s, e, D_OP_DYN, "a value of type %s cannot be an operand of %s",
			  tname(s, operand), op);
	return e->kind != EX_ERROR;
}

static void type_branches(struct sema *s, struct expr *e)
{
	bool strings = is_stringlike(s, e->b) || is_stringlike(s, e->c);
	bool arrays = resolved(s, e->b)->kind == TY_ARRAY && resolved(s, e->c)->kind == TY_ARRAY;

	if (is_int(s, e->b) && is_int(s, e->c)) {
		e->type = rank(s, e->b, e->c);
	} else if (strings && (is_string(s, e->b) || is_string(s, e->c) || arrays) &&
		   assignable(s, type_string(s->types), e->b) &&
		   assignable(s, type_string(s->types), e->c)) {
		e->b = to_string(s, e->b);
		e->c = to_string(s, e->c);
		e->type = type_string(s->types);
	} else if (pointers_agree(s, e->b, e->c)) {
		const struct type *to = pointee(s, e->b);

		e->type = decayed(s, to && to->kind != TY_VOID ? e->b : pointee(s, e->c) ? e->c : e->b);
	} else if (type_is_sou(resolved(s, e->b)) && type_same(s->types, e->b->type, e->c->type)) {
		e->type = e->b->type;
	} else {
		sema_fail(s, e, D_OP_INCOMPAT, "the branches of ?: have the types %s and %s",
			  tname(s, e->b), tname(s, e->c));
	}
}

static void check_cond(struct sema *s, struct expr *e)
{
	if (!plain_operand(s, e, e->a, "?:") || !plain_operand(s, e, e->b, "?:") ||
	    !plain_operand(s, e, e->c, "?:"))
		return;
	if (!is_scalar(s, e->a)) {
		sema_fail(s, e, D_OP_SCALAR, "the condition of ?: must be an integer or pointer, not %s",
			  tname(s, e->a));
		return;
	}
	type_branches(s, e);
	if (e->kind != EX_ERROR)
		fold(s, e);
}

static void check_comma(struct sema *s, struct expr *e)
{
	if (!plain_operand(s, e, e->a, "the comma") || !plain_operand(s, e, e->b, "the comma"))
		return;
	e->type = e->b->type;
}

// EX_UNARY, EX_BINARY, EX_COND, EX_COMMA.
void check_operator(struct sema *s, struct expr *e)
{
	switch (e->kind) {
	case EX_UNARY: check_unary(s, e); break;
	case EX_BINARY: check_binary(s, e); break;
	case EX_COND: check_cond(s, e); break;
	default: check_comma(s, e); break;
	}
}
