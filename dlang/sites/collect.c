// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// From provider definitions to sites: names of macros and semaphores, which
// must be different, and how each argument is passed.

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/sites/sites.h"
#include "dlang/types/type.h"

struct collect {
	struct dlang_env *env;
	struct diags *diags;
	struct sites *out;
};

// ---- arguments -------------------------------------------------------------

static const char *int_name(uint64_t size, bool is_signed)
{
	static const char *const names[][2] = {
		[1] = { "unsigned char", "signed char" }, [2] = { "unsigned short", "short" },
		[4] = { "unsigned int", "int" }, [8] = { "unsigned long", "long" },
	};

	return size < sizeof names / sizeof *names ? names[size][is_signed] : NULL;
}

// False: a value of that type has no place in a note.
static bool classify(struct types *t, struct type *type, struct site_arg *arg)
{
	const struct type *r = type_resolve(t, type);

	*arg = (struct site_arg){ .dtype = type_name(t, type), .size = 8, .is_pointer = true,
				  .ctype = "const volatile void *" };
	if (r->kind == TY_PTR || r->kind == TY_STRING)
		return true;
	arg->is_pointer = false;
	arg->is_signed = r->kind == TY_ENUM || r->is_signed;
	arg->size = r->kind == TY_ENUM ? 4 : (uint8_t)r->size;
	arg->ctype = int_name(arg->size, arg->is_signed);
	return (r->kind == TY_INT || r->kind == TY_ENUM) && arg->ctype;
}

static void add_args(struct collect *c, struct site *site)
{
	const struct provider_probe_info *p = site->probe;
	struct site_arg arg;

	for (uint32_t i = 0; i < p->native.n; i++) {
		if (!classify(c->env->types, p->native.v[i], &arg)) {
			diag_error(c->diags, p->span, D_ARGS_TYPE, "a probe of a program cannot pass %s as "
				   "argument %u", arg.dtype, i);
			diag_hint(c->diags, "declare an integer, or a pointer to it");
		}
		vec_push(c->env->arena, &site->args, arg);
	}
	if (p->native.n > SITE_MAXARGS)
		vec_push(c->env->arena, &c->out->warnings,
			 arena_printf(c->env->arena, "the probe %s:::%s has %u arguments; what tracers read "
				      "holds %d, so that arg%d and those after it cannot be traced",
				      site->provider->name, p->dname, p->native.n, SITE_MAXARGS, SITE_MAXARGS));
}

// ---- names -----------------------------------------------------------------

// "p" "q__r" -> "P_Q_R"
static const char *macro_name(struct arena *a, const char *provider, const char *probe)
{
	char *name = arena_printf(a, "%s_%s", provider, probe), *to = name;
	const char *from = name, *skip = name + strlen(provider) + 1;

	for (; *from; from++) {
		if (from >= skip && from[0] == '_' && from[1] == '_')
			from++;
		*to++ = (char)toupper((unsigned char)*from);
	}
	*to = '\0';
	return name;
}

struct claim {
	const char *name;
	const struct site *site;
};

static int by_name(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : x->site < y->site ? -1 : x->site > y->site;
}

// Macros and semaphores of different probes must not have one name.
static void check_names(struct collect *c)
{
	struct arena *a = c->env->arena;
	uint32_t n = 0;
	struct claim *v = arena_alloc(a, c->out->v.n * 3 * sizeof *v + 1);

	for (uint32_t i = 0; i < c->out->v.n; i++) {
		const struct site *s = &c->out->v.v[i];

		v[n++] = (struct claim){ s->macro, s };
		v[n++] = (struct claim){ arena_printf(a, "%s_ENABLED", s->macro), s };
		v[n++] = (struct claim){ s->semaphore, s };
	}
	if (n)
		qsort(v, n, sizeof *v, by_name);
	for (uint32_t i = 1; i < n; i++) {
		if (strcmp(v[i].name, v[i - 1].name) != 0)
			continue;
		diag_error(c->diags, v[i].site->probe->span, D_PROV_PRDUP, "the probes %s:::%s and %s:::%s would "
			   "both have the name %s in C", v[i - 1].site->provider->name,
			   v[i - 1].site->probe->dname, v[i].site->provider->name, v[i].site->probe->dname,
			   v[i].name);
		return;
	}
}

static void add_provider(struct collect *c, const struct provider_info *pv)
{
	struct arena *a = c->env->arena;

	for (uint32_t i = 0; i < pv->probes.n; i++) {
		const struct provider_probe_info *p = &pv->probes.v[i];
		struct site site = {
			.provider = pv, .probe = p, .macro = macro_name(a, pv->name, p->name),
			.semaphore = arena_printf(a, "%s_%s_semaphore", pv->name, p->name),
		};

		add_args(c, &site);
		vec_push(a, &c->out->v, site);
	}
}

bool sites_collect(struct dlang_env *env, const struct sprogram *p, struct diags *d, struct sites *out)
{
	struct collect c = { env, d, out };
	bool any = false;

	out->arena = env->arena;
	for (uint32_t i = 0; i < p->providers.n; i++) {
		if (p->providers.v[i]->in_library)
			continue;
		any = true;
		add_provider(&c, p->providers.v[i]);
	}
	if (!any) {
		diag_error(d, (struct span){ .source = 0 }, D_EMPTY, "the program defines no provider");
		diag_hint(d, "provider NAME { probe NAME(TYPE, ...); };");
	}
	check_names(&c);
	if (out->has_clauses)
		vec_push(env->arena, &out->warnings, "only the providers go into the file: what the program does "
			 "at probes is left out");
	return !diag_any(d);
}
