// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stable probes: a clause on one is checked once per site of its binding, with
// argument expressions in place of args[n] and argN. What a binding reads of
// its provider's own variables brings in the clauses that assign them.

#include "dlang/sema/check.h"
#include "dlang/sema/let.h"
#include "dlang/sema/stated.h"
#include "dlang/stable.h"
#include "dlang/syntax/source.h"

#include <string.h>

// What of the state belongs to the clause at hand.
struct place {
	const struct probe *probe;
	const struct binding_site *site;
	struct stable *stable;
	struct ident **bound;
	const struct expr *stmt_expr;
	bool in_clause, differ;
};

static struct place enter(struct sema *s, const struct probe *p, bool differ, struct stable *own)
{
	struct place old = { s->probe, s->site, s->stable, s->bound, s->stmt_expr, s->in_clause, s->probes_differ };

	s->probe = p;
	s->site = NULL;
	s->bound = NULL;
	s->stable = own;
	s->in_clause = true;
	s->probes_differ = differ;
	return old;
}

static void leave(struct sema *s, struct place old)
{
	s->probe = old.probe;
	s->site = old.site;
	s->stable = old.stable;
	s->bound = old.bound;
	s->stmt_expr = old.stmt_expr;
	s->in_clause = old.in_clause;
	s->probes_differ = old.differ;
}

// A clause on a stable probe at one of its sites.
static void at_site(struct sema *s, const struct binding_site *site)
{
	s->site = site;
	s->bound = arena_alloc(s->arena, PROBE_MAXARGS * sizeof(struct ident *));
	memset(s->bound, 0, PROBE_MAXARGS * sizeof(struct ident *));
}

// ---- private variables -----------------------------------------------------

static bool is_there(const struct sema *s, const void *what)
{
	for (uint32_t i = 0; i < s->supported.n; i++)
		if (s->supported.v[i] == what)
			return true;
	return false;
}

static bool is_named(const struct private_var *v, uint32_t n, enum scope scope, const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (v[i].name == name && v[i].scope == scope)
			return true;
	return false;
}

static void renew_list(struct sema *s, struct stmt *const *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		renew_types(s, v[i]->expr);
		renew_list(s, v[i]->then_body.v, v[i]->then_body.n);
		renew_list(s, v[i]->else_body.v, v[i]->else_body.n);
	}
}

static struct clause *fresh_clause(struct sema *s, const struct clause *c)
{
	struct clause *n = clone_clause(s, c);

	renew_types(s, n->pred);
	renew_list(s, n->body.v, n->body.n);
	return n;
}

static struct expr *condition(struct sema *s, const struct probe *p, const struct binding_site *site,
			      struct span at);
static struct expr *current(struct sema *s, const struct probe *p, const struct binding_site *site,
			    struct span at);

// A clause of the provider's at one site; p is the probe of its own that it is on, or NULL.
static void add_support_at(struct sema *s, struct stable *stable, const struct support *u,
			   const struct binding_site *site, const struct probe *p)
{
	struct sclause sc = { .stable = p, .order = u->order, .support = true };
	struct clause *c = fresh_clause(s, u->clause);
	struct place old;

	old = enter(s, p ? p : site->probes.v[0], !p && site->differ, stable);
	if (p)
		at_site(s, site);
	check_body(s, c);
	leave(s, old);
	if (p) {		// the condition may read what the body assigns
		sc.site = site;
		sc.cond = condition(s, p, site, c->span);
		sc.current = current(s, p, site, c->span);
	}
	sc.clause = c;
	memcpy(&sc.probes, &site->probes, sizeof sc.probes);
	vec_push(s->arena, &s->out->clauses, sc);
	vec_push(s->arena, &s->out->probes, p ? p : site->probes.v[0]);
}

static void add_support(struct sema *s, struct stable *stable, const struct support *u)
{
	for (uint32_t i = 0; i < u->sites.n; i++)
		add_support_at(s, stable, u, &u->sites.v[i], NULL);
	for (uint32_t i = 0; i < u->bound.n; i++)
		for (uint32_t k = 0; k < u->bound.v[i]->binding->sites.n; k++)
			add_support_at(s, stable, u, &u->bound.v[i]->binding->sites.v[k], u->bound.v[i]);
}

// Variables that are needed, and the clauses that assign them.
struct need {
	VEC(struct private_var) vars;
	bool *clauses;
};

// What assigns a variable may read others.
static void find_need(struct sema *s, const struct stable *stable, struct need *need)
{
	need->clauses = arena_alloc(s->arena, stable->support.n * sizeof *need->clauses + 1);
	for (uint32_t i = 0; i < need->vars.n; i++)
		for (uint32_t k = 0; k < stable->support.n; k++) {
			const struct support *u = &stable->support.v[k];
			struct private_var v = need->vars.v[i];

			if (need->clauses[k] || !is_named(u->writes.v, u->writes.n, v.scope, v.name))
				continue;
			need->clauses[k] = true;
			for (uint32_t j = 0; j < u->uses.n; j++)
				vec_push(s->arena, &need->vars, u->uses.v[j]);
		}
}

// In the order of the file: a variable takes its type from its declaration or first assignment.
static void support(struct sema *s, struct stable *stable, struct private_var *var)
{
	uint32_t before = s->diags->list.n;
	struct need need = { 0 };

	if (var->why && !s->supporting)
		sema_fail_at(s, var->why->span, var->why->tag, "%s", var->why->text);
	if (s->supporting || is_there(s, var))
		return;
	vec_push(s->arena, &s->supported, var);
	vec_push(s->arena, &need.vars, *var);
	find_need(s, stable, &need);
	s->supporting = true;
	for (uint32_t i = 0; i < stable->vars.n; i++) {
		const struct private_var *v = &stable->vars.v[i];

		if (!v->decl || is_there(s, v->decl) || !is_named(need.vars.v, need.vars.n, v->scope, v->name))
			continue;
		vec_push(s->arena, &s->supported, v->decl);
		check_decl(s, v->decl);
	}
	for (uint32_t i = 0; i < stable->support.n; i++) {
		const struct support *u = &stable->support.v[i];

		if (!need.clauses[i] || is_there(s, u))
			continue;
		vec_push(s->arena, &s->supported, u);
		add_support(s, stable, u);
	}
	s->supporting = false;
	if (s->diags->list.n > before)
		var->why = arena_dup(s->arena, &s->diags->list.v[before], sizeof *var->why);
}

bool is_private(struct sema *s, enum scope scope, const char **name)
{
	struct stable *stable = s->stable;

	for (uint32_t i = 0; i < stable->vars.n; i++) {
		struct private_var *v = &stable->vars.v[i];

		if (v->name != *name || v->scope != scope)
			continue;
		support(s, stable, v);
		*name = intern_str(s->env->interns, arena_printf(s->arena, "%s:%s", stable->name, *name));
		return true;
	}
	return false;
}

bool is_private_decl(const struct decl *d)
{
	enum storage storage = d->spec->storage;

	return d->declarators.n && (storage == ST_NONE || storage == ST_SELF || storage == ST_THIS);
}

// ---- values ----------------------------------------------------------------

static struct expr *node(struct sema *s, enum expr_kind kind, struct span at)
{
	struct expr *e = ARENA_NEW(s->arena, struct expr);

	e->kind = kind;
	e->span = at;
	return e;
}

// args[n]
static struct expr *args_index(struct sema *s, uint32_t n, struct span at)
{
	struct expr *e = node(s, EX_INDEX, at), *index = node(s, EX_INT, at);

	e->a = node(s, EX_NAME, at);
	e->a->name = intern_str(s->env->interns, "args");
	index->value = n;
	vec_push(s->arena, &e->args, index);
	return e;
}

// A checked copy of an expression of the binding, as of the place where it is used; of the file itself: as it stands.
static struct expr *evaluate(struct sema *s, const struct binding_site *site, struct stable *stable,
			     struct expr *value, struct span at)
{
	struct place old = enter(s, site->probes.v[0], site->differ, stable);
	uint32_t version = s->version;

	renew_types(s, value);
	if (!source_is_library(at.source))
		relocate(value, at);
	s->version = UINT32_MAX;
	check_expr(s, value);
	s->version = version;
	leave(s, old);
	return value;
}

// The value of argument n, which the clause works out once, where it needs it first.
static struct expr *once(struct sema *s, uint32_t n, struct expr *value)
{
	if (is_error(value) || value->is_const || is_cheap(value) || !is_scalar(s, value))
		return value;
	if (!s->bound[n]) {
		s->bound[n] = new_let(s, "argument", value->type);
		s->bound[n]->once = true;
	}
	return bind_let(s, s->bound[n], value, let_name(s, s->bound[n], value->span));
}

// The binding's argument n as the provider declares it.
static struct expr *argument(struct sema *s, uint32_t n, struct span at)
{
	const struct probe *p = s->probe;
	const struct bind_alt *alt = s->site->alt;
	uint32_t from = p->binding->from[n];
	struct type *type = type_parse(s->types, p->args[n].ctype);
	struct expr *v;

	if (alt->has_args && from >= alt->args.n) {
		v = node(s, EX_ERROR, at);
		sema_fail(s, v, D_ARGS_IDX, "the binding of %s:::%s gives %u arguments, argument %u is missing", p->prov,
			  p->name, alt->args.n, from + 1);
		return v;
	}
	v = alt->has_args ? clone_expr(s, alt->args.v[from]) : args_index(s, from, at);
	v = evaluate(s, s->site, p->binding->stable, v, at);
	if (is_error(v) || !type)
		return v;
	if (!assignable(s, type, v)) {
		sema_fail(s, v, D_OP_INCOMPAT, "argument %u of %s:::%s is %s, but its binding gives %s", from,
			  p->prov, p->name, p->args[n].ctype, tname(s, v));
		return v;
	}
	return once(s, n, as_declared(s, type, v));
}

void bound_args(struct sema *s, struct expr *e, uint32_t n)
{
	const char *xlate = s->probe->args[n].xlate;
	struct span at = e->span;

	*e = *argument(s, n, at);
	e->span = at;
	e->is_lvalue = false;
	set_attributes(s, e, probe_attributes(s, ATTR_ARGS));
	if (xlate && !is_error(e))
		translate_arg(s, e, xlate);
}

void bound_arg(struct sema *s, struct expr *e, uint32_t n)
{
	struct type *type = type_base(s->types, "int64_t");
	struct span at = e->span;
	const char *name = e->name;

	if (n >= s->probe->nargs) {
		make_const(e, type, 0);
		return;
	}
	*e = *argument(s, n, at);
	if (is_error(e))
		return;
	if (is_scalar(s, e)) {
		*e = *make_cast(s, type, arena_dup(s->arena, e, sizeof *e));
	} else {
		sema_fail(s, e, D_IDENT_BADREF, "%s of %s:::%s is %s and no integer", name, s->probe->prov,
			  s->probe->name, tname(s, e));
		sema_hint(s, "write args[%u]", n);
	}
	e->span = at;
	e->is_lvalue = false;
	set_attributes(s, e, (struct attributes)ATTRIBUTES(STABLE, STABLE, COMMON));
}

// ---- clauses ---------------------------------------------------------------

static struct expr *condition(struct sema *s, const struct probe *p, const struct binding_site *site,
			      struct span at)
{
	struct expr *cond;

	if (!site->alt->cond)
		return NULL;
	cond = evaluate(s, site, p->binding->stable, clone_expr(s, site->alt->cond), at);
	if (!is_error(cond) && !is_scalar(s, cond))
		sema_fail(s, cond, D_PRED_SCALAR, "the condition of %s:::%s must be an integer or pointer, not %s",
			  p->prov, p->name, tname(s, cond));
	return cond;
}

// The thread that built-in variables and thread-locals are of.
static struct expr *current(struct sema *s, const struct probe *p, const struct binding_site *site,
			    struct span at)
{
	struct type *task = type_parse(s->types, "struct task_struct *");
	struct expr *e;

	if (!site->alt->current)
		return NULL;
	e = evaluate(s, site, p->binding->stable, clone_expr(s, site->alt->current), at);
	if (!is_error(e) && (!task || !type_same(s->types, e->type, task)))
		sema_fail(s, e, D_OP_INCOMPAT, "the current thread of %s:::%s must be a struct task_struct *, not %s",
			  p->prov, p->name, tname(s, e));
	return e;
}

void check_bound(struct sema *s, const struct clause *c, uint32_t text, const struct probe *p)
{
	for (uint32_t i = 0; i < p->binding->sites.n; i++) {
		const struct binding_site *site = &p->binding->sites.v[i];
		struct sclause sc = {
			.text = text, .stable = p, .site = site, .order = site->order,
			.cond = condition(s, p, site, c->span), .current = current(s, p, site, c->span),
		};
		struct clause *body = clone_clause(s, c);
		struct place old = enter(s, p, false, NULL);

		at_site(s, site);
		check_body(s, body);
		sc.attributes = clause_attributes(s, body);
		leave(s, old);
		sc.clause = body;
		memcpy(&sc.probes, &site->probes, sizeof sc.probes);
		vec_push(s->arena, &s->out->clauses, sc);
	}
}

// ---- trying one ------------------------------------------------------------

static void try_args(struct sema *s, const struct probe *stable, const struct binding_site *site)
{
	struct place old = enter(s, stable, false, NULL);

	at_site(s, site);
	for (uint32_t i = 0; i < stable->nargs; i++)
		check_expr(s, args_index(s, i, site->alt->span));
	leave(s, old);
}

const struct diag *sema_try_site(struct sema_base *b, struct dlang_env *env, const struct probe *stable,
				 const struct binding_site *site)
{
	struct diags d;
	struct sema *s = sema_resumed(b, env, &d);

	diags_init(&d, env->arena, 4);
	condition(s, stable, site, site->alt->span);
	current(s, stable, site, site->alt->span);
	try_args(s, stable, site);
	return d.list.n ? &d.list.v[0] : NULL;
}
