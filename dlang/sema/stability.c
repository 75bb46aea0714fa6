// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stability of checked clauses: of an expression the weakest of its parts, of a
// clause the weakest of its statements. What the kernel names is Private; what D
// names is Stable; probe names and args[] are as their provider says; a variable is
// as what it is first assigned; a translator stands for what it makes.

#include "dlang/sema/stated.h"

#include <string.h>

static const struct attributes most = ATTRIBUTES(STANDARD, STANDARD, COMMON);
static const struct attributes usual = ATTRIBUTES(STABLE, STABLE, COMMON);
static const struct attributes of_kernel = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN);

// ---- probes ----------------------------------------------------------------

static void of_provider(struct sema *s, const struct probe *p, struct attributes fields[ATTR_N])
{
	const struct probe_source *source = s->env->probes;

	for (int i = 0; i < ATTR_N; i++)
		fields[i] = of_kernel;
	if (p && source && source->attributes)
		source->attributes(source->ctx, p, fields);
}

// Of args[], argN and the names of the probe that stands for all of a clause.
struct attributes probe_attributes(struct sema *s, enum attribute_field field)
{
	struct attributes fields[ATTR_N];

	of_provider(s, s->probe, fields);
	return fields[field];
}

static struct attributes of_builtin(struct sema *s, const struct ident *id)
{
	static const struct attributes curthread = ATTRIBUTES(STABLE, PRIVATE, COMMON);

	switch (id->builtin) {
	case BV_CURTHREAD: return curthread;
	case BV_ARGS: return probe_attributes(s, ATTR_ARGS);
	case BV_PROBEPROV: return probe_attributes(s, ATTR_PROVIDER);
	case BV_PROBEMOD: return probe_attributes(s, ATTR_MODULE);
	case BV_PROBEFUNC: return probe_attributes(s, ATTR_FUNCTION);
	case BV_PROBENAME: return probe_attributes(s, ATTR_NAME);
	default: return usual;
	}
}

// ---- expressions -----------------------------------------------------------

static bool is_kernel_type(struct sema *s, struct type *type)
{
	struct type *r = type_resolve(s->types, type);

	while (r->kind == TY_PTR || r->kind == TY_ARRAY)
		r = type_resolve(s->types, r->base);
	return (type_is_sou(r) || r->kind == TY_ENUM) && r->btf_id;
}

static struct attributes of_ident(struct sema *s, const struct ident *id)
{
	switch (id->kind) {
	case ID_BUILTIN: return of_builtin(s, id);
	case ID_EXTERN: return of_kernel;
	case ID_VAR:
	case ID_AGG:
	case ID_INLINE: return id->has_attributes ? id->attributes : usual;
	case ID_LET: return most;		// counted where it is bound
	default: return usual;
	}
}

// Of the node itself, without what is below it.
static struct attributes own(struct sema *s, const struct expr *e)
{
	switch (e->kind) {
	case EX_NAME:
	case EX_AGG:
	case EX_CALL:
	case EX_INDEX:
		return e->ident ? of_ident(s, e->ident) : most;
	case EX_MEMBER:
		return is_kernel_type(s, e->a->type) ? of_kernel : most;
	case EX_CAST:
		return is_kernel_type(s, e->type) ? of_kernel : most;
	default:
		return most;
	}
}

static void check_least(struct sema *s, const struct expr *e, struct attributes a)
{
	const struct sema_options *o = s->options;

	if (o->has_amin && attributes_below(&a, &o->amin))
		sema_fail_at(s, e->span, D_ATTR_MIN, "the attributes %s of this are below %s, the minimum",
			     attributes_text(s->arena, &a), attributes_text(s->arena, &o->amin));
}

static struct attributes walk(struct sema *s, const struct expr *e, bool check)
{
	struct attributes a, parts = most;

	if (!e || e->kind == EX_ERROR)
		return most;
	a = e->attributes ? *e->attributes : own(s, e);
	if (check)
		check_least(s, e, a);
	if (e->attributes)
		return a;
	// The callee and the name in front of a tuple are the node's own.
	if (e->kind != EX_CALL && (e->kind != EX_INDEX || !e->ident))
		parts = walk(s, e->a, check);
	parts = attributes_min(parts, walk(s, e->b, check));
	parts = attributes_min(parts, walk(s, e->c, check));
	for (uint32_t i = 0; i < e->args.n; i++)
		parts = attributes_min(parts, walk(s, e->args.v[i], check));
	return attributes_min(a, parts);
}

struct attributes expr_attributes(struct sema *s, const struct expr *e)
{
	return walk(s, e, false);
}

void set_attributes(struct sema *s, struct expr *e, struct attributes a)
{
	if (!is_error(e))
		e->attributes = arena_dup(s->arena, &a, sizeof a);
}

// ---- clauses ---------------------------------------------------------------

// A new variable is what it is assigned.
static void take_over(struct sema *s, const struct expr *e)
{
	const struct expr *to = e->a;

	if (e->kind != EX_ASSIGN || (to->kind != EX_NAME && to->kind != EX_INDEX) || !to->ident)
		return;
	if (to->ident->kind != ID_VAR || to->ident->has_attributes)
		return;
	to->ident->attributes = attributes_min(usual, walk(s, e->b, false));
	to->ident->has_attributes = true;
}

static struct attributes of_list(struct sema *s, struct stmt *const *v, uint32_t n)
{
	struct attributes a = most;

	for (uint32_t i = 0; i < n; i++) {
		take_over(s, v[i]->expr);
		a = attributes_min(a, walk(s, v[i]->expr, true));
		a = attributes_min(a, of_list(s, v[i]->then_body.v, v[i]->then_body.n));
		a = attributes_min(a, of_list(s, v[i]->else_body.v, v[i]->else_body.n));
	}
	return a;
}

struct attributes clause_attributes(struct sema *s, const struct clause *c)
{
	struct attributes a = attributes_min(usual, walk(s, c->pred, true));

	return attributes_min(a, of_list(s, c->body.v, c->body.n));
}

// Whether the names of a description may be used under amin.
void check_description(struct sema *s, const struct pdesc *d, const struct probe *p)
{
	struct attributes fields[ATTR_N], a;

	if (!s->options->has_amin)
		return;
	of_provider(s, p, fields);
	a = attributes_description(fields);
	if (attributes_below(&a, &s->options->amin))
		sema_fail_at(s, d->span, D_ATTR_MIN, "the attributes %s of the description are below %s, the minimum",
			     attributes_text(s->arena, &a), attributes_text(s->arena, &s->options->amin));
}
