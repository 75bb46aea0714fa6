// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading of provider files: types and translators are added to those of the
// libraries; each binding's alternatives are tried, on this kernel, until one
// can be had. What can fire goes to the sink as a probe, the rest with a reason.

#include "dlang/stable.h"

#include <string.h>

#include "dlang/library.h"
#include "dlang/syntax/parse.h"
#include "dlang/types/type.h"

enum { FILE_DIAGS = 20 };

// A probe of the provider at hand, on its way to the sink.
struct own_probe {
	struct probe probe;
	struct probe_binding binding;
	const char *why;		// it cannot fire
	VEC(struct diag) wrong;		// with what was passed over
};

// One provider of the file at hand.
struct reader {
	struct dlang_env *env;
	struct sema_base *base, *trial;
	struct sources *sources;
	const struct probe_sink *sink;
	struct diags *diags;		// what the file cannot be used with
	struct diags *wrong;		// of all files: that, and what took probes from them
	const struct unit *unit;
	const struct provider_info *provider;
	struct stable *stable;
	const char *process;		// the number that stands for $target; NULL: there is no $target
	struct own_probe *own;		// in the order of the provider's probes
	uint32_t first_order;		// of the file
};

#define TARGET "$target"

static struct arena *arena_of(const struct reader *r)
{
	return r->env->arena;
}

// ---- the provider's own variables ------------------------------------------

static void add_var(struct reader *r, struct private_var v)
{
	for (uint32_t i = 0; i < r->stable->vars.n; i++) {
		struct private_var *old = &r->stable->vars.v[i];

		if (old->name != v.name || old->scope != v.scope)
			continue;
		old->decl = v.decl ? v.decl : old->decl;
		return;
	}
	vec_push(arena_of(r), &r->stable->vars, v);
}

static void add_declared(struct reader *r, const struct item *it)
{
	enum storage storage = it->decl->spec->storage;

	for (uint32_t i = 0; i < it->decl->declarators.n; i++) {
		const struct declarator *d = it->decl->declarators.v[i];

		while (d->inner)
			d = d->inner;
		add_var(r, (struct private_var){
			.scope = storage == ST_SELF ? SC_SELF : storage == ST_THIS ? SC_THIS : SC_GLOBAL,
			.name = d->name, .decl = it });
	}
}

static void add_written(struct reader *r, struct support *u, const struct expr *target)
{
	struct private_var v;

	while (target->kind == EX_INDEX || target->kind == EX_MEMBER)
		target = target->a;
	if (target->kind != EX_NAME)
		return;
	v = (struct private_var){ .scope = target->scope, .name = target->name };
	vec_push(arena_of(r), &u->writes, v);
	add_var(r, v);
}

static void find_names(struct reader *r, struct support *u, const struct expr *e)
{
	if (!e)
		return;
	if (e->kind == EX_NAME)
		vec_push(arena_of(r), &u->uses, (struct private_var){ .scope = e->scope, .name = e->name });
	if (e->kind == EX_ASSIGN || e->kind == EX_POSTFIX ||
	    (e->kind == EX_UNARY && (e->op == OP_INC || e->op == OP_DEC)))
		add_written(r, u, e->a);
	find_names(r, u, e->a);
	find_names(r, u, e->b);
	find_names(r, u, e->c);
	for (uint32_t i = 0; i < e->args.n; i++)
		find_names(r, u, e->args.v[i]);
}

static void find_names_in(struct reader *r, struct support *u, struct stmt *const *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		find_names(r, u, v[i]->expr);
		find_names_in(r, u, v[i]->then_body.v, v[i]->then_body.n);
		find_names_in(r, u, v[i]->else_body.v, v[i]->else_body.n);
	}
}

// ---- sites -----------------------------------------------------------------

static bool same_types(const struct probe *a, const struct probe *b)
{
	if (a->args == b->args)
		return true;
	for (uint32_t i = 0; i < a->nargs && i < b->nargs; i++) {
		const struct probe_arg *x = &a->args[i], *y = &b->args[i];

		if (x->btf_type != y->btf_type || !x->ctype != !y->ctype ||
		    (x->ctype && strcmp(x->ctype, y->ctype)))
			return false;
	}
	return a->nargs == b->nargs;
}

// Whether the provider of a description is one of a process.
static bool is_of_target(const struct pdesc *d)
{
	size_t n = d->field[0] ? strlen(d->field[0]) : 0, tail = sizeof TARGET - 1;

	return n > tail && !strcmp(d->field[0] + n - tail, TARGET);
}

static const char *with_process(const struct reader *r, const struct pdesc *d)
{
	if (!r->process || !is_of_target(d))
		return d->field[0];
	return arena_printf(arena_of(r), "%.*s%s", (int)(strlen(d->field[0]) - (sizeof TARGET - 1)), d->field[0],
			    r->process);
}

typedef VEC(struct binding_site) site_list;

struct search {
	struct arena *a;
	site_list *sites;
	struct binding_site like;
	bool bound;			// a probe that is bound itself matched
};

static bool add_hook(void *arg, const struct probe *p)
{
	struct search *f = arg;
	struct binding_site *site = NULL;
	uint32_t i;

	if (p->binding) {
		f->bound = true;
		return true;
	}
	if (p->flags & PROBE_LATER)
		return true;
	for (i = 0; i < f->sites->n && !site; i++)
		if (f->sites->v[i].hook == p->hook)
			site = &f->sites->v[i];
	if (!site) {
		vec_push(f->a, f->sites, f->like);
		site = &vec_last(f->sites);
		site->hook = p->hook;
	}
	for (i = 0; i < site->probes.n; i++)
		if (site->probes.v[i]->id == p->id && site->probes.v[i]->sel == p->sel)
			return true;
	if (site->probes.n && !same_types(site->probes.v[0], p))
		site->differ = true;
	vec_push(f->a, &site->probes, p);
	for (i = site->probes.n - 1; i && site->probes.v[i - 1]->id > p->id; i--) {
		site->probes.v[i] = site->probes.v[i - 1];
		site->probes.v[i - 1] = p;
	}
	return true;
}

// The sites of the descriptions that match anything, grouped by hook. NULL, or why there are none.
static const char *find_sites(struct reader *r, const struct pdesc *d, uint32_t n,
			      struct binding_site like, site_list *sites)
{
	struct search f = { .a = arena_of(r), .sites = sites, .like = like };
	const struct probe_source *source = r->env->probes;
	const char *why = NULL;

	for (uint32_t i = 0; i < n; i++) {
		struct probe_desc desc = { with_process(r, &d[i]), d[i].field[1], d[i].field[2], d[i].field[3], 0 };
		const char *text = NULL;

		if (source->match(source->ctx, &desc, add_hook, &f, &text) < 0 && text)
			why = text;
	}
	if (sites->n)
		return NULL;
	if (f.bound)
		return arena_printf(arena_of(r), "%s is no probe of a kernel hook", d[0].text);
	return why ? why : arena_printf(arena_of(r), "this kernel has no %s", d[0].text);
}

static struct own_probe *find_own(struct reader *r, const struct pdesc *d)
{
	for (uint32_t i = 0; i < r->provider->probes.n; i++)
		if (d->field[0] && d->field[3] && !strcmp(d->field[0], r->provider->name) &&
		    !strcmp(d->field[3], r->own[i].probe.name))
			return &r->own[i];
	return NULL;
}

// On hooks, or on probes of the provider itself: then at their sites.
static void add_support(struct reader *r, const struct clause *c, uint32_t order)
{
	struct support u = { .clause = c, .order = order };
	site_list sites = { 0 };

	find_names(r, &u, c->pred);
	find_names_in(r, &u, c->body.v, c->body.n);
	for (uint32_t i = 0; i < c->pdescs.n; i++) {
		struct own_probe *own = find_own(r, &c->pdescs.v[i]);

		if (own)
			vec_push(arena_of(r), &u.bound, &own->probe);
		else
			find_sites(r, &c->pdescs.v[i], 1, (struct binding_site){ .order = order }, &sites);
	}
	memcpy(&u.sites, &sites, sizeof sites);
	vec_push(arena_of(r), &r->stable->support, u);
}

// ---- probes ----------------------------------------------------------------

// Types are kept as text: a compile may have types of its own.
static void set_args(struct reader *r, const struct provider_probe_info *d, struct probe *p,
		     struct probe_binding *b)
{
	struct types *types = r->env->types;
	struct probe_arg *args = arena_alloc(arena_of(r), (d->args.n + 1) * sizeof *args);

	p->nargs = d->args.n < PROBE_MAXARGS ? d->args.n : PROBE_MAXARGS;
	for (uint32_t i = 0; i < p->nargs; i++) {
		const struct provider_arg *arg = &d->args.v[i];
		struct type *native = d->native.v[arg->from];

		b->from[i] = (uint8_t)arg->from;
		args[i].ctype = type_name(types, arg->translated ? native : arg->type);
		if (arg->translated)
			args[i].xlate = type_name(types, arg->type);
	}
	p->args = args;
}

// What was tried and is wrong leaves nothing behind.
static void forget_trial(struct reader *r)
{
	r->trial = sema_base_copy(r->base, r->env);
	for (uint32_t i = 0; i < r->stable->vars.n; i++)
		r->stable->vars.v[i].why = NULL;
}

// Where and what.
static const char *line_of(struct reader *r, const struct diag *d)
{
	struct sbuf line;

	sbuf_init(&line, arena_of(r));
	diag_line(&line, r->sources, d, false);
	return line.s;
}

// Once: a clause may be wrong for many probes.
static void note_wrong(struct reader *r, const struct diag *d)
{
	for (uint32_t i = 0; i < r->wrong->list.n; i++)
		if (!memcmp(&r->wrong->list.v[i].span, &d->span, sizeof d->span))
			return;
	vec_push(r->wrong->arena, &r->wrong->list, *d);
}

// Adds the sites of an alternative. NULL, or why this kernel does not have it.
static const char *add_sites(struct reader *r, const struct bind_alt *alt, struct own_probe *own, uint32_t order)
{
	struct binding_site like = { .alt = alt, .order = order };
	uint32_t before = own->binding.sites.n;
	site_list sites = { 0 }, others = { 0 };
	const char *why = alt->with.text ? find_sites(r, &alt->with, 1, like, &others) : NULL;
	const struct diag *wrong = NULL;

	if (why || (why = find_sites(r, alt->hooks.v, alt->hooks.n, like, &sites)))
		return why;
	for (uint32_t k = 0; k < sites.n; k++)	// clauses on the probe are tried with it
		vec_push(arena_of(r), &own->binding.sites, sites.v[k]);
	for (uint32_t k = 0; k < sites.n && !wrong; k++)
		wrong = sema_try_site(r->trial, r->env, &own->probe, &sites.v[k]);
	if (!wrong)
		return NULL;
	own->binding.sites.n = before;
	forget_trial(r);
	vec_push(arena_of(r), &own->wrong, *wrong);
	return line_of(r, wrong);
}

// Takes the first alternative that this kernel has; what was wrong with those before it does not matter then.
// NULL, or why there is none.
static const char *choose(struct reader *r, const struct bind_def *def, struct own_probe *own, uint32_t order)
{
	uint32_t before = own->wrong.n;
	const char *why = def->none;

	for (uint32_t i = 0; i < def->alts.n; i++) {
		const char *wrong = add_sites(r, &def->alts.v[i], own, order);

		if (!wrong) {
			own->wrong.n = before;
			return NULL;
		}
		why = why ? why : wrong;
	}
	return why;
}

static enum probe_class harder(enum probe_class a, enum probe_class b)
{
	if (a == PROBE_CLASS_KERNEL || b == PROBE_CLASS_KERNEL)
		return PROBE_CLASS_KERNEL;
	return a > b ? a : b;
}

// Module and function are those of the first hook; a tracepoint is a function of its own.
static void set_names(struct probe *p, const struct probe_binding *b)
{
	const struct probe *hook = b->sites.v[0].probes.v[0];

	p->mod = hook->mod;
	p->func = hook->func && *hook->func ? hook->func : hook->name;
	p->flags = PROBE_PROCESS_CTX;
	p->least = PROBE_CLASS_PROC;
	p->note = NULL;
	for (uint32_t i = 0; i < b->sites.n; i++) {
		bool process = b->sites.v[i].alt->process;

		p->note = p->note ? p->note : b->sites.v[i].alt->approximate;
		for (uint32_t k = 0; k < b->sites.v[i].probes.n; k++) {
			const struct probe *at = b->sites.v[i].probes.v[k];

			if (!process && !(at->flags & PROBE_PROCESS_CTX))
				p->flags = 0;
			p->least = harder(p->least, at->least);
		}
	}
}

static void declare_probes(struct reader *r)
{
	const struct provider_info *p = r->provider;

	r->own = arena_alloc(arena_of(r), p->probes.n * sizeof *r->own + 1);
	for (uint32_t i = 0; i < p->probes.n; i++) {
		struct own_probe *own = &r->own[i];

		*own = (struct own_probe){ .why = "no event of the kernel is bound to it", .binding = { .stable = r->stable } };
		own->probe = (struct probe){ .prov = r->stable->name, .name = p->probes.v[i].dname,
			.binding = &own->binding };
		set_args(r, &p->probes.v[i], &own->probe, &own->binding);
	}
}

// A probe that has another binding is approximate without one that is wrong here; what takes the probe away is an error of the file.
static void publish(struct reader *r, struct own_probe *own)
{
	if (own->binding.sites.n) {
		set_names(&own->probe, &own->binding);
		if (own->wrong.n && !own->probe.note)
			own->probe.note = arena_printf(arena_of(r), "not all of its events are seen: %s",
						       line_of(r, &own->wrong.v[0]));
		own->probe.id = r->sink->add(r->sink->ctx, own->probe);
		return;
	}
	for (uint32_t i = 0; i < own->wrong.n; i++)
		note_wrong(r, &own->wrong.v[i]);
	r->sink->missing(r->sink->ctx, &own->probe, own->why);
}

// ---- a provider ------------------------------------------------------------

static void read_provider(struct reader *r)
{
	const struct unit *u = r->unit;
	struct own_probe *own;

	r->stable = ARENA_NEW(arena_of(r), struct stable);
	r->stable->name = !r->process ? r->provider->name :
		arena_printf(arena_of(r), "%s%s", r->provider->name, r->process);
	declare_probes(r);
	for (uint32_t i = 0; i < u->items.n; i++) {
		const struct item *it = &u->items.v[i];

		if (it->kind == IT_CLAUSE)
			add_support(r, it->clause, r->first_order + i);
		else if (it->kind == IT_DECL && is_private_decl(it->decl))
			add_declared(r, it);
	}
	for (uint32_t i = 0; i < u->items.n; i++)
		if (u->items.v[i].kind == IT_BIND && (own = find_own(r, &u->items.v[i].bind->probe)))
			own->why = choose(r, u->items.v[i].bind, own, r->first_order + i);
	for (uint32_t i = 0; i < r->provider->probes.n; i++)
		publish(r, &r->own[i]);
}

// ---- of processes ----------------------------------------------------------

typedef VEC(struct probe_desc) desc_list;

static void add_hooks(const struct reader *r, desc_list *to, const struct pdesc *d, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_of_target(&d[i]))
			vec_push(arena_of(r), to, pdesc_probe(&d[i]));
}

// The same one may be named often; who finds them looks at each once.
static void tell_process_provider(struct reader *r)
{
	struct process_provider *p = ARENA_NEW(arena_of(r), struct process_provider);
	struct process_file f = { r->unit, r->provider, r->first_order };
	desc_list hooks = { 0 };

	for (uint32_t i = 0; i < r->unit->items.n; i++) {
		const struct item *it = &r->unit->items.v[i];

		if (it->kind == IT_CLAUSE)
			add_hooks(r, &hooks, it->clause->pdescs.v, it->clause->pdescs.n);
		for (uint32_t k = 0; it->kind == IT_BIND && k < it->bind->alts.n; k++) {
			const struct bind_alt *alt = &it->bind->alts.v[k];

			add_hooks(r, &hooks, alt->hooks.v, alt->hooks.n);
			add_hooks(r, &hooks, &alt->with, 1);
		}
	}
	*p = (struct process_provider){
		.name = r->provider->name, .hooks = hooks.v, .nhooks = hooks.n, .nprobes = r->provider->probes.n,
		.file = arena_dup(arena_of(r), &f, sizeof f),
	};
	r->sink->per_process(r->sink->ctx, p);
}

void dlang_process_read(struct dlang_env *env, const struct process_provider *p, const char *process,
			const struct probe_sink *sink)
{
	struct dlang_prelude *prelude = env->prelude;
	struct dlang_env own = *env;
	struct reader r = {
		.env = &own, .base = prelude->set.base, .sources = prelude->set.sources, .sink = sink,
		.unit = p->file->unit, .provider = p->file->provider, .process = process,
		.first_order = p->file->first_order,
	};
	struct diags wrong;

	types_move(prelude->types, env->arena, env->interns);
	own.types = prelude->types;
	diags_init(&wrong, env->arena, FILE_DIAGS);
	r.wrong = &wrong;		// each probe that is missing says so itself
	r.trial = sema_base_copy(r.base, r.env);
	read_provider(&r);
}

// ---- a file ----------------------------------------------------------------

static void check_declared(struct reader *r, const struct pdesc *d)
{
	const struct provider_info *p = d->field[0] ? sema_provider(r->base, d->field[0]) : NULL;

	for (uint32_t i = 0; p && i < p->probes.n; i++)
		if (p->probes.v[i].dname == d->field[3])
			return;
	diag_error(r->diags, d->span, D_PDESC_ZERO, "no provider of this file declares %s", d->text);
}

static void read_alias(struct reader *r, const struct alias_def *def)
{
	struct probe meant = { .prov = def->probe.field[0], .name = def->probe.field[3] };

	for (uint32_t i = 0; i < def->names.n; i++) {
		const char *const *f = def->names.v[i].field;

		r->sink->alias(r->sink->ctx, &(struct probe_desc){ f[0], f[1], f[2], f[3], 0 }, &meant);
	}
}

// attributes words provider name part
static void read_pragma(struct reader *r, const struct pragma *p)
{
	if (p->words.n == 5 && !strcmp(p->words.v[0], "attributes"))
		r->sink->attributes(r->sink->ctx, p->words.v[3], p->words.v[4], p->words.v[1]);
}

// Assigns variables, and does nothing else that anybody notices.
static bool keeps_state(const struct expr *e)
{
	const struct expr *to = e->a;

	switch (e->kind) {
	case EX_ASSIGN:
		return to->kind != EX_AGG && !(to->kind == EX_INDEX && to->a->kind == EX_AGG);
	case EX_UNARY:
	case EX_POSTFIX:
		return e->op == OP_INC || e->op == OP_DEC;
	case EX_COMMA:
		return keeps_state(e->a) && keeps_state(e->b);
	default:
		return false;
	}
}

static void check_support(struct reader *r, struct stmt *const *body, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (body[i]->kind == STM_EXPR && !keeps_state(body[i]->expr)) {
			diag_error(r->diags, body[i]->span, D_SYNTAX, "a clause of a provider file assigns "
				   "variables and does nothing else");
			return;
		}
		check_support(r, body[i]->then_body.v, body[i]->then_body.n);
		check_support(r, body[i]->else_body.v, body[i]->else_body.n);
	}
}

static void check_items(struct reader *r)
{
	for (uint32_t i = 0; i < r->unit->items.n; i++) {
		const struct item *it = &r->unit->items.v[i];

		if (it->kind == IT_BIND)
			check_declared(r, &it->bind->probe);
		else if (it->kind == IT_ALIAS && r->unit->per_process)
			diag_error(r->diags, it->span, D_SYNTAX, "a probe of a process has no aliases");
		else if (it->kind == IT_ALIAS)
			check_declared(r, &it->alias->probe);
		else if (it->kind == IT_CLAUSE)
			check_support(r, it->clause->body.v, it->clause->body.n);
	}
}

// The file cannot be used: its providers are missing, because of the first thing that is wrong.
static void give_up(struct reader *r, const struct diag *first)
{
	const char *line = line_of(r, first);

	for (uint32_t i = 0; i < r->unit->items.n; i++)
		if (r->unit->items.v[i].kind == IT_PROVIDER)
			r->sink->missing(r->sink->ctx, &(struct probe){ .prov = r->unit->items.v[i].provider->name },
					 line);
}

static bool is_type_name(void *ctx, const char *name)
{
	struct dlang_env *env = ctx;

	return type_find_typedef(env->types, name) != NULL;
}

static void parse_file(struct reader *r, const struct dlang_text *t)
{
	struct parse_ctx ctx = {
		.arena = r->env->arena, .interns = r->env->interns, .diags = r->diags,
		.sources = r->sources, .source = sources_add_library(r->sources, t->name, t->text, t->len),
		.kind = PROGRAM_FILE, .bindings = true, .is_type = is_type_name, .type_ctx = r->env,
	};

	r->unit = parse(&ctx);
}

static void read_file(struct reader *r, const struct dlang_text *t)
{
	struct sema_base *before = r->base;

	r->base = sema_base_copy(before, r->env);
	parse_file(r, t);
	if (!diag_any(r->diags))
		sema_library(r->base, r->env, r->unit, r->diags);
	if (!diag_any(r->diags))
		check_items(r);
	if (diag_any(r->diags)) {
		give_up(r, &r->diags->list.v[0]);
		r->base = before;	// without what it has declared
		return;
	}
	r->trial = sema_base_copy(r->base, r->env);
	for (uint32_t i = 0; i < r->unit->items.n; i++) {
		const struct item *it = &r->unit->items.v[i];

		if (it->kind == IT_PROVIDER && (r->provider = sema_provider(r->base, it->provider->name)))
			(r->unit->per_process ? tell_process_provider : read_provider)(r);
		else if (it->kind == IT_PRAGMA)
			read_pragma(r, it->pragma);
	}
	for (uint32_t i = 0; i < r->unit->items.n; i++)
		if (r->unit->items.v[i].kind == IT_ALIAS)
			read_alias(r, r->unit->items.v[i].alias);
}

void dlang_stable_read(struct dlang_prelude *p, const struct dlang_text *texts, uint32_t n,
		       const struct probe_sink *sink, struct diags *d)
{
	struct reader r = {
		.env = p->set.env, .base = p->set.base, .sources = p->set.sources, .sink = sink,
		.wrong = d, .first_order = 1,
	};
	struct dlang_text *all = arena_alloc(r.env->arena, (p->ntexts + n) * sizeof *all + 1);

	for (uint32_t i = 0; i < p->ntexts; i++)
		all[i] = p->texts[i];
	p->texts = all;		// for compiles that read the libraries again
	for (uint32_t i = 0; i < n; i++) {
		struct diags own;

		r.diags = &own;
		diags_init(&own, r.env->arena, FILE_DIAGS);
		read_file(&r, &texts[i]);
		r.first_order += r.unit->items.n;
		for (uint32_t k = 0; k < own.list.n; k++)
			vec_push(d->arena, &d->list, own.list.v[k]);
		if (!own.list.n)
			all[p->ntexts++] = texts[i];
	}
	p->set.base = r.base;
}
