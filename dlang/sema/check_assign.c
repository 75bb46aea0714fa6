// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Assignment, ++ and --: which targets can be written, and with what. The value
// is checked before the target, so that a new variable takes its type from it.

#include "dlang/sema/check.h"

// Pointers of D itself (a variable, a cast, the result of a subroutine) may lead
// to scratch memory, which can be written; pointers found in the kernel do not.
static bool leads_to_scratch(struct sema *s, const struct expr *p)
{
	if (resolved(s, p)->kind == TY_ARRAY)
		return is_writable(s, p);
	switch (p->kind) {
	case EX_NAME:
	case EX_INDEX: return p->ident && p->ident->kind == ID_VAR;
	case EX_CAST:
	case EX_CALL: return true;
	case EX_BINARY: return leads_to_scratch(s, is_pointer(s, p->a) ? p->a : p->b);
	case EX_ASSIGN:
	case EX_POSTFIX: return leads_to_scratch(s, p->a);
	case EX_UNARY: return p->op == OP_ADDR ? is_writable(s, p->a) :
			p->op != OP_DEREF && leads_to_scratch(s, p->a);
	case EX_COND: return leads_to_scratch(s, p->b) && leads_to_scratch(s, p->c);
	case EX_COMMA: return leads_to_scratch(s, p->b);
	default: return false;
	}
}

bool is_writable(struct sema *s, const struct expr *e)
{
	switch (e->kind) {
	case EX_NAME: return e->ident && e->ident->kind == ID_VAR;
	case EX_INDEX:
		if (e->ident)
			return e->ident->kind == ID_VAR;
		return leads_to_scratch(s, e->a);
	case EX_MEMBER: return e->arrow ? leads_to_scratch(s, e->a) : is_writable(s, e->a);
	case EX_UNARY: return e->op == OP_DEREF && leads_to_scratch(s, e->a);
	default: return false;
	}
}

// Names that are known and not variables, before checking expands them.
static bool assigns_other_name(struct sema *s, struct expr *e, const struct expr *target)
{
	const struct expr *name = target->kind == EX_INDEX ? target->a : target;
	const struct ident *id;

	if (name->kind != EX_NAME || name->scope != SC_GLOBAL)
		return false;
	id = names_find(s, SC_GLOBAL, name->name);
	if (!id || (id->kind != ID_INLINE && id->kind != ID_BUILTIN))
		return false;
	if (target->kind == EX_INDEX && id->builtin != BV_ARGS)
		return false;
	sema_fail(s, e, D_OP_WRITE, "%s is a%s %s and cannot be assigned to", name->name,
		  id->kind == ID_INLINE ? "n" : "", ident_kind_text(id));
	return true;
}

// Whether the checked target can be written.
static bool check_target(struct sema *s, struct expr *e, const struct expr *target)
{
	enum type_kind kind = resolved(s, target)->kind;

	if (!target->is_lvalue) {
		sema_fail(s, e, D_OP_LVAL, "the left side of %s%s is not a variable or memory",
			  e->kind == EX_ASSIGN && e->op ? op_words(e->op) : "",
			  e->kind == EX_ASSIGN ? "=" : op_words(e->op));
		return false;
	}
	if (kind == TY_ARRAY || kind == TY_FUNC) {
		sema_fail(s, e, D_OP_ARRFUN, "an array or function (%s) cannot be assigned to",
			  tname(s, target));
		sema_hint(s, "assign its elements");
		return false;
	}
	if (!is_writable(s, target)) {
		sema_fail(s, e, D_OP_WRITE, "kernel memory cannot be written");
		sema_hint(s, "only D variables and scratch memory (copyin) can be assigned to");
		return false;
	}
	return true;
}

static void refuse_value(struct sema *s, struct expr *e)
{
	sema_fail(s, e, D_OP_INCOMPAT, "%s cannot be assigned to a target of type %s", tname(s, e->b),
		  tname(s, e->a));
	if (is_string(s, e->a) && is_int(s, e->b))
		sema_hint(s, "copyinstr() reads a string at a user address, stringof() at a kernel address");
	else if (is_pointer(s, e->a) || is_pointer(s, e->b))
		sema_hint(s, "cast the value: (%s)...", tname(s, e->a));
}

static void assign_plain(struct sema *s, struct expr *e)
{
	if (!assignable(s, e->a->type, e->b)) {
		refuse_value(s, e);
		return;
	}
	if (is_string(s, e->a) && !is_zero(e->b))
		e->b = to_string(s, e->b);
	e->type = e->a->type;
}

// a op= b has the operands of "a op b" and must give what a can hold.
static void assign_compound(struct sema *s, struct expr *e)
{
	struct expr op = { .kind = EX_BINARY, .op = e->op, .span = e->span, .a = e->a, .b = e->b };

	check_binary_types(s, &op);
	if (op.kind == EX_ERROR)
		poison(s, e);
	else if (!assignable(s, e->a->type, &op))
		refuse_value(s, e);
	else
		e->type = e->a->type;
}

// Whether there is a value at all that a variable could take.
static bool check_value(struct sema *s, struct expr *e)
{
	const struct expr *b = e->b;
	struct type *ty = resolved(s, b);

	if (is_error(b))
		return true;
	if (ty->kind == TY_VOID || ty->kind == TY_ASSOC || is_dynamic(s, b)) {
		sema_fail(s, e, D_OP_INCOMPAT, "a value of type %s cannot be assigned", tname(s, b));
		return false;
	}
	if ((ty->kind == TY_ARRAY && !is_stringlike(s, b)) || ty->kind == TY_FUNC) {
		sema_fail(s, e, D_OP_ARRFUN, "an array or function (%s) cannot be assigned", tname(s, b));
		sema_hint(s, "take its address with &, or assign its elements");
		return false;
	}
	if (ty->kind == TY_FLOAT) {
		sema_fail(s, e, D_OP_INCOMPAT, "a floating-point value (%s) cannot be assigned", tname(s, b));
		sema_hint(s, "floating-point values can be recorded, but not stored or computed with");
		return false;
	}
	if (type_sizeof(s->types, ty, s->options->strsize) > MAX_VAR_SIZE) {
		sema_fail(s, e, D_VAR_UNSUP, "a variable of %s would be larger than %d bytes", tname(s, b),
			  MAX_VAR_SIZE);
		return false;
	}
	return true;
}

static bool never_target(const struct expr *e)
{
	return e->kind == EX_ASSIGN || e->kind == EX_CALL || e->kind == EX_COMMA;
}

void check_assign(struct sema *s, struct expr *e)
{
	if (is_agg_target(e->a)) {
		check_agg_assign(s, e);
		return;
	}
	if (never_target(e->a)) {
		check_target(s, e, &(struct expr){ .type = type_base(s->types, "int") });
		return;
	}
	check_expr(s, e->b);
	if (assigns_other_name(s, e, e->a) || !check_value(s, e))
		return;
	declare_target(s, e->a, e->op == OP_NONE ? e->b : NULL);
	check_expr(s, e->a);
	if (is_error(e->a) || is_error(e->b)) {
		poison(s, e);
		return;
	}
	if (!check_target(s, e, e->a))
		return;
	if (e->op == OP_NONE)
		assign_plain(s, e);
	else
		assign_compound(s, e);
}

static bool steps_by_size(struct sema *s, struct expr *e)
{
	const struct type *to = pointee(s, e->a);

	if (!to || (to->kind != TY_VOID && to->kind != TY_FUNC))
		return true;
	sema_fail(s, e, D_OP_VFPTR, "%s cannot be stepped by %s, as what it points to has no size",
		  tname(s, e->a), op_words(e->op));
	return false;
}

void check_step(struct sema *s, struct expr *e)
{
	if (assigns_other_name(s, e, e->a))
		return;
	declare_target(s, e->a, NULL);
	check_expr(s, e->a);
	if (is_error(e->a)) {
		poison(s, e);
	} else if (!is_scalar(s, e->a)) {
		sema_fail(s, e, D_OP_SCALAR, "%s needs an integer or pointer, not %s", op_words(e->op),
			  tname(s, e->a));
	} else if (check_target(s, e, e->a) && steps_by_size(s, e)) {
		e->type = e->a->type;
	}
}
