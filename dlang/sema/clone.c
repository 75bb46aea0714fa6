// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Copies of trees, for clauses that are checked more than once and for the
// bodies of inlines, and the survey of a clause before anything recurses into
// it freely. A copy shares names and type syntax with its original.

#include "dlang/sema/check.h"
#include "dlang/syntax/source.h"

struct expr *clone_expr(struct sema *s, const struct expr *e)
{
	struct expr *c;

	if (!e)
		return NULL;
	c = arena_dup(s->arena, e, sizeof *e);
	c->a = clone_expr(s, e->a);
	c->b = clone_expr(s, e->b);
	c->c = clone_expr(s, e->c);
	c->args.v = NULL;
	c->args.n = c->args.cap = 0;
	for (uint32_t i = 0; i < e->args.n; i++)
		vec_push(s->arena, &c->args, clone_expr(s, e->args.v[i]));
	s->expanded++;
	return c;
}

static struct stmt *clone_stmt(struct sema *s, const struct stmt *st)
{
	struct stmt *c = ARENA_NEW(s->arena, struct stmt);

	c->kind = st->kind;
	c->span = st->span;
	c->expr = clone_expr(s, st->expr);
	for (uint32_t i = 0; i < st->then_body.n; i++)
		vec_push(s->arena, &c->then_body, clone_stmt(s, st->then_body.v[i]));
	for (uint32_t i = 0; i < st->else_body.n; i++)
		vec_push(s->arena, &c->else_body, clone_stmt(s, st->else_body.v[i]));
	return c;
}

// The descriptions are not copied: the clone is for a group of them.
struct clause *clone_clause(struct sema *s, const struct clause *c)
{
	struct clause *n = arena_dup(s->arena, c, sizeof *c);
	uint32_t before = s->expanded;

	n->pred = clone_expr(s, c->pred);
	n->body.v = NULL;
	n->body.n = n->body.cap = 0;
	for (uint32_t i = 0; i < c->body.n; i++)
		vec_push(s->arena, &n->body, clone_stmt(s, c->body.v[i]));
	s->expanded = before;
	return n;
}

static const struct binding *binding_of(const struct expr *e, const struct binding *b, uint32_t n)
{
	if (e->kind != EX_NAME || e->scope != SC_GLOBAL || e->type)
		return NULL;
	for (uint32_t i = 0; i < n; i++)
		if (b[i].name == e->name)
			return &b[i];
	return NULL;
}

void substitute(struct sema *s, struct expr *e, const struct binding *b, uint32_t n)
{
	const struct binding *hit;

	if (!e || s->expanded > MAX_EXPANSION)
		return;
	hit = binding_of(e, b, n);
	if (hit) {
		*e = *clone_expr(s, hit->value);
		return;
	}
	substitute(s, e->a, b, n);
	substitute(s, e->b, b, n);
	substitute(s, e->c, b, n);
	for (uint32_t i = 0; i < e->args.n; i++)
		substitute(s, e->args.v[i], b, n);
}

void relocate(struct expr *e, struct span at)
{
	if (!e)
		return;
	if (source_is_library(e->span.source))
		e->span = at;
	relocate(e->a, at);
	relocate(e->b, at);
	relocate(e->c, at);
	for (uint32_t i = 0; i < e->args.n; i++)
		relocate(e->args.v[i], at);
}

void renew_types(struct sema *s, struct expr *e)
{
	if (!e)
		return;
	if (e->tname) {
		e->tname = arena_dup(s->arena, e->tname, sizeof *e->tname);
		e->tname->type = NULL;
	}
	renew_types(s, e->a);
	renew_types(s, e->b);
	renew_types(s, e->c);
	for (uint32_t i = 0; i < e->args.n; i++)
		renew_types(s, e->args.v[i]);
}

// ---- the survey ------------------------------------------------------------

static bool name_uses_args(struct sema *s, const struct expr *e)
{
	const struct ident *id;

	if (e->kind != EX_NAME || e->scope != SC_GLOBAL)
		return false;
	id = names_find(s, SC_GLOBAL, e->name);
	if (!id)
		return false;
	return id->builtin == BV_ARGS;
}

static void walk(struct sema *s, const struct expr *e, uint32_t depth, struct survey *out)
{
	if (!e || out->too_deep)
		return;
	if (depth > MAX_EXPR_DEPTH) {
		out->too_deep = true;
		out->where = e->span;
		return;
	}
	if (name_uses_args(s, e))
		out->uses_args = true;
	walk(s, e->a, depth + 1, out);
	walk(s, e->b, depth + 1, out);
	walk(s, e->c, depth + 1, out);
	for (uint32_t i = 0; i < e->args.n; i++)
		walk(s, e->args.v[i], depth + 1, out);
}

static void walk_stmt(struct sema *s, const struct stmt *st, uint32_t depth, struct survey *out)
{
	if (depth > MAX_EXPR_DEPTH) {
		out->too_deep = true;
		out->where = st->span;
	}
	if (out->too_deep)
		return;
	walk(s, st->expr, depth, out);
	for (uint32_t i = 0; i < st->then_body.n; i++)
		walk_stmt(s, st->then_body.v[i], depth + 1, out);
	for (uint32_t i = 0; i < st->else_body.n; i++)
		walk_stmt(s, st->else_body.v[i], depth + 1, out);
}

void survey_expr(struct sema *s, const struct expr *e, struct survey *out)
{
	walk(s, e, 0, out);
}

void survey_clause(struct sema *s, const struct clause *c, struct survey *out)
{
	walk(s, c->pred, 0, out);
	for (uint32_t i = 0; i < c->body.n; i++)
		walk_stmt(s, c->body.v[i], 0, out);
}
