// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The predicate and the statements of one clause.

#include "dlang/sema/check.h"

// A predicate or the condition of an if.
static void check_condition(struct sema *s, struct expr *e, const char *what)
{
	check_expr(s, e);
	if (is_error(e) || is_scalar(s, e))
		return;
	sema_fail(s, e, D_PRED_SCALAR, "%s must be an integer or pointer, not %s", what, tname(s, e));
	if (is_string(s, e))
		sema_hint(s, "compare the string, as in execname == \"sh\"");
}

static bool is_statement_only(struct sema *s, const struct expr *e)
{
	if (e->kind == EX_COND)
		return is_statement_only(s, e->b) || is_statement_only(s, e->c);
	return is_action(s, e) || (e->kind == EX_ASSIGN && is_agg_target(e->a));
}

// OPT_time ? printf(...) : 1; with a constant in front is the one or the other, chosen here.
static void choose_branch(struct sema *s, struct expr *e)
{
	while (e->kind == EX_COND && is_statement_only(s, e)) {
		check_expr(s, e->a);
		if (!e->a->is_const)
			return;
		*e = e->a->value ? *e->b : *e->c;
	}
}

static void check_statement(struct sema *s, struct expr *e)
{
	choose_branch(s, e);
	if (is_agg_target(e)) {
		sema_fail(s, e, D_AGG_NULL, "an aggregation by itself does nothing");
		sema_hint(s, "assign it an aggregating function, or print it by printa()");
		return;
	}
	s->stmt_expr = e;
	check_expr(s, e);
	s->stmt_expr = NULL;
}

static void check_list(struct sema *s, struct stmt **v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct stmt *st = v[i];

		if (st->kind == STM_EXPR) {
			check_statement(s, st->expr);
			continue;
		}
		check_condition(s, st->expr, "the condition of if");
		check_list(s, st->then_body.v, st->then_body.n);
		check_list(s, st->else_body.v, st->else_body.n);
	}
}

void check_body(struct sema *s, struct clause *c)
{
	if (c->pred)
		check_condition(s, c->pred, "a predicate");
	check_list(s, c->body.v, c->body.n);
	check_translated(s, c);
	check_order(s, c);
}
