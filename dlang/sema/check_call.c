// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Calls: what is called, and where. Subroutines give values; actions are
// statements; aggregating functions stand on the right of an aggregation.

#include "dlang/sema/check.h"

#include <string.h>

static void unknown_function(struct sema *s, struct expr *e)
{
	const char *name = e->a->name;
	const struct absent *absent = names_absent(name);
	struct nearest n;

	if (absent) {
		sema_fail(s, e, D_FUNC_UNDEF, "there is no %s %s() here: %s", absent->kind, name, absent->why);
		return;
	}
	if (strchr(name, '`')) {
		sema_fail(s, e, D_FUNC_UNDEF, "%s() is a function of the kernel and cannot be called", name);
		return;
	}
	nearest_init(&n, name);
	names_nearest(s, NAMES_FUNCTIONS, &n);
	sema_fail(s, e, D_FUNC_UNDEF, "unknown function '%s'", name);
	sema_hint_name(s, &n);
}

static void call_subroutine(struct sema *s, struct expr *e, struct ident *id)
{
	const struct proto *p = proto_of(s, id->builtin);

	for (uint32_t i = 0; i < e->args.n; i++)
		check_expr(s, e->args.v[i]);
	if (!proto_check(s, e, p))
		return;
	e->ident = e->a->ident = id;
	e->type = e->a->type = p->result;
}

static void call_action(struct sema *s, struct expr *e, struct ident *id)
{
	if (s->stmt_expr != e) {
		sema_fail(s, e, D_CG_EXPR, "the action %s() cannot be used inside an expression", id->name);
		sema_hint(s, "actions are statements of their own");
		return;
	}
	e->ident = e->a->ident = id;
	e->type = e->a->type = type_base(s->types, "void");
	check_action(s, e);
}

static void refuse_aggfn(struct sema *s, struct expr *e, const struct ident *id)
{
	sema_fail(s, e, D_FUNC_IDKIND, "%s() is an aggregating function and is assigned to an aggregation",
		  id->name);
	sema_hint(s, "write @name = %s(...)", id->name);
}

void check_call(struct sema *s, struct expr *e)
{
	struct ident *id;

	if (e->a->kind != EX_NAME) {
		if (e->a->kind == EX_ERROR)
			poison(s, e);
		else
			sema_fail(s, e, D_FUNC_IDENT, "only a function that is named can be called");
		return;
	}
	id = names_find(s, e->a->scope, e->a->name);
	if (!id && e->a->scope == SC_GLOBAL) {
		unknown_function(s, e);
		return;
	}
	switch (id ? id->kind : ID_VAR) {
	case ID_SUBR: call_subroutine(s, e, id); break;
	case ID_ACTION: call_action(s, e, id); break;
	case ID_AGGFN: refuse_aggfn(s, e, id); break;
	default:
		sema_fail(s, e, D_FUNC_IDKIND, "%s is a %s and cannot be called", e->a->name,
			  id ? ident_kind_text(id) : "variable");
	}
}
