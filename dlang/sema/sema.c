// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The pass itself: items in the order of the texts, so that a name means what
// was said about it further up.

#include "dlang/sema/check.h"
#include "dlang/sema/stated.h"

#include <stdlib.h>

#include "dlang/stable.h"

// Needs nothing; the arena and diagnostics are the caller's.
static void sema_init(struct sema *s, struct dlang_env *env, const struct sema_options *o,
		      struct diags *d, struct sprogram *out)
{
	*s = (struct sema){
		.env = env, .arena = env->arena, .types = env->types, .diags = d, .options = o,
		.out = out, .version = UINT32_MAX,
	};
	names_new(s);
}

// inline long NULL = 0;
static void define_null(struct sema *s)
{
	struct inline_def *def = ARENA_NEW(s->arena, struct inline_def);
	struct ident *id;

	def->body = ARENA_NEW(s->arena, struct expr);
	def->body->kind = EX_INT;
	def->body->int_kind = IK_LONG;
	id = names_add(s, ID_INLINE, intern_str(s->env->interns, "NULL"), type_base(s->types, "long"),
		       (struct span){ 0 });
	id->inline_def = def;
}

static void check_item(struct sema *s, const struct item *it, uint32_t text)
{
	switch (it->kind) {
	case IT_CLAUSE: check_clause(s, it->clause, text); break;
	case IT_DECL: check_decl(s, it); break;
	case IT_INLINE: check_inline(s, it); break;
	case IT_TRANSLATOR: check_translator(s, it); break;
	case IT_PROVIDER: check_provider(s, it); break;
	case IT_BIND: case IT_ALIAS: break;
	case IT_PRAGMA: check_pragma(s, it); break;
	case IT_OPTION: break;
	}
}

static bool is_empty(const struct unit *u)
{
	for (uint32_t i = 0; i < u->items.n; i++)
		if (u->items.v[i].kind != IT_OPTION && u->items.v[i].kind != IT_PRAGMA)
			return false;
	return true;
}

static void check_unit(struct sema *s, const struct unit *u, uint32_t text)
{
	if (is_empty(u) && !s->options->empty && !diag_any(s->diags)) {
		sema_fail_at(s, (struct span){ .source = text }, D_EMPTY, "the program is empty");
		sema_hint(s, "-xempty permits that");
	}
	for (uint32_t i = 0; i < u->items.n; i++)
		check_item(s, &u->items.v[i], text);
}

// Whether there are too many, and whether one of them got its type from a clause
// without probes (-Z).
static void check_variables(struct sema *s, struct ident **v, uint32_t n)
{
	if (n > MAX_VARS)
		sema_fail_at(s, v[MAX_VARS]->span, D_ID_OFLOW, "the program has more than %d variables of one kind",
			     MAX_VARS);
	for (uint32_t i = 0; i < n; i++) {
		struct type *ty = type_resolve(s->types, v[i]->type);

		if (ty->kind == TY_ASSOC)
			ty = type_resolve(s->types, ty->base);
		if (ty->kind == TY_ERROR)
			sema_fail_at(s, v[i]->span, D_ARGS_TYPE, "the type of %s depends on args[] of a clause "
				     "that no probe matches", v[i]->name);
	}
}

// ---- libraries -------------------------------------------------------------

// The state of a sema between two libraries, or a library and a program.
struct sema_base {
	struct sema state;
	struct sprogram out;		// variables that libraries declare
	struct sema_options options;
};

struct sema_base *sema_base_new(struct dlang_env *env, const struct sema_options *o)
{
	struct sema_base *b = ARENA_NEW(env->arena, struct sema_base);

	b->options = *o;
	sema_init(&b->state, env, &b->options, NULL, &b->out);
	define_null(&b->state);
	return b;
}

// The environment may be another one than before: that of a process forked since.
static void sema_resume(struct sema *s, struct sema_base *b, struct dlang_env *env, struct diags *d)
{
	*s = b->state;
	s->env = env;
	s->arena = env->arena;
	s->types = env->types;
	s->diags = d;
	s->expanded = 0;
}

struct sema *sema_resumed(struct sema_base *b, struct dlang_env *env, struct diags *d)
{
	sema_resume(&b->state, b, env, d);
	return &b->state;
}

const struct provider_info *sema_provider(struct sema_base *b, const char *name)
{
	return find_provider(&b->state, name);
}

struct sema_base *sema_base_copy(const struct sema_base *b, struct dlang_env *env)
{
	struct sema_base *c = arena_dup(env->arena, b, sizeof *b);

	c->state.names = names_copy(env->arena, b->state.names);
	c->out.globals.cap = c->out.globals.n;
	c->out.selfs.cap = c->out.selfs.n;
	c->out.locals.cap = c->out.locals.n;
	c->state.out = &c->out;
	return c;
}

// Of a provider file the types, translators and inlines; dlang/stable.c has the rest.
static bool is_stables(const struct item *it)
{
	return it->kind == IT_CLAUSE || (it->kind == IT_DECL && is_private_decl(it->decl));
}

bool sema_library(struct sema_base *b, struct dlang_env *env, const struct unit *u, struct diags *d)
{
	uint32_t before = d->list.n + d->dropped;
	struct sema *s = &b->state;

	sema_resume(s, b, env, d);
	s->in_library = true;
	s->pragmas.n = 0;
	s->translator_since = 0;
	for (uint32_t i = 0; i < u->items.n; i++) {
		const struct item *it = &u->items.v[i];

		if (u->bindings && is_stables(it))
			continue;
		if (it->kind == IT_CLAUSE)
			sema_fail_at(s, it->span, D_SYNTAX, "a library declares, it has no clauses");
		else
			check_item(s, it, 0);
	}
	s->in_library = false;
	return d->list.n + d->dropped == before;
}

// Requires units as the parser makes them. Maintains nothing of them: the trees
// are annotated and rewritten.
bool sema(struct dlang_env *env, struct sema_base *base, struct unit **units, uint32_t n,
	  const struct sema_options *o, struct diags *d, struct sprogram *out)
{
	uint32_t before = d->list.n + d->dropped;
	struct sema s;

	if (!base)
		base = sema_base_new(env, o);
	*out = base->out;
	sema_resume(&s, base, env, d);
	s.options = o;
	s.out = out;
	s.version = o->version ? o->version : UINT32_MAX;
	s.pragmas.n = s.pragmas.cap = 0;
	s.translator_since = 0;
	for (uint32_t i = 0; i < n; i++)
		vec_push(s.arena, &out->matched, 0);
	for (uint32_t i = 0; i < n; i++)
		check_unit(&s, units[i], i);
	check_pragmas_used(&s);
	out->probes.n = probes_sort(out->probes.v, out->probes.n);
	for (uint32_t i = 0; i < s.providers.n; i++)
		vec_push(s.arena, &out->providers, s.providers.v[i]);
	if (d->list.n + d->dropped == before) {
		check_variables(&s, out->globals.v, out->globals.n);
		check_variables(&s, out->selfs.v, out->selfs.n);
		check_variables(&s, out->locals.v, out->locals.n);
	}
	return d->list.n + d->dropped == before;
}
