// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Provider definitions: the types of native arguments and of args[], and what
// may be said twice. Names were checked by the parser. A provider may be defined
// again if nothing changes; one that the system has is not a program's to define.

#include "dlang/sema/stated.h"
#include "dlang/sema/declare.h"

#include <string.h>

struct params {
	struct type **types;
	uint32_t n;
};

static const char *param_name(const struct param *p)
{
	const struct declarator *d = p->decl;

	while (d && d->kind != DC_NAME)
		d = d->inner;
	return d ? d->name : NULL;
}

// "start__now" is the probe start-now.
static const char *dashed(struct sema *s, const char *name)
{
	char *to = arena_alloc(s->arena, strlen(name) + 1), *at = to;

	for (; *name; name++) {
		*at++ = name[0] == '_' && name[1] == '_' ? '-' : name[0];
		name += name[0] == '_' && name[1] == '_';
	}
	*at = '\0';
	return intern_str(s->env->interns, to);
}

static bool has_room(struct sema *s, const struct provider_probe *p)
{
	uint32_t n = p->in.n > p->out.n ? p->in.n : p->out.n;

	if (n <= PROVIDER_MAXARGS)
		return true;
	sema_fail_at(s, p->span, D_PROV_PRARGLEN, "the probe %s has %u arguments; %d are possible", p->name, n,
		     PROVIDER_MAXARGS);
	return false;
}

static bool read_params(struct sema *s, const struct param *v, uint32_t n, struct span at, struct params *out)
{
	struct declare_ctx dc = sema_declare_ctx(s);

	out->n = n;
	out->types = declare_params(&dc, v, &out->n, false, DP_VOID | DP_DECAY, at);
	return out->types != NULL;
}

// ---- what args[] is made of ------------------------------------------------

// The native argument of that name; without a name, the one at that place.
static bool find_source(struct sema *s, const struct provider_probe *p, const struct params *in, uint32_t i,
			uint32_t *from)
{
	const char *name = param_name(&p->out.v[i]);

	*from = i;
	if (!name && i < in->n)
		return true;
	for (uint32_t k = 0; name && k < in->n; k++)
		if (param_name(&p->in.v[k]) == name) {
			*from = k;
			return true;
		}
	if (name)
		sema_fail_at(s, p->out.v[i].span, D_PROV_PRXLATOR, "the probe %s has no argument %s to make "
			     "args[%u] of", p->name, name, i);
	else
		sema_fail_at(s, p->out.v[i].span, D_PROV_PRXLATOR, "args[%u] of the probe %s is made of no argument",
			     i, p->name);
	sema_hint(s, "name one of the arguments before ':'");
	return false;
}

static bool add_arg(struct sema *s, const struct provider_probe *p, const struct params *in,
		    struct type *type, uint32_t i, struct provider_probe_info *info)
{
	struct expr input = { .kind = EX_NAME, .name = "argument", .is_lvalue = true }, out = { 0 };
	struct provider_arg arg = { .type = type };

	if (!find_source(s, p, in, i, &arg.from))
		return false;
	input.type = in->types[arg.from];
	if (!type_same(s->types, type, input.type) && !passable(s, type, &input)) {
		if (!translate(s, &out, type, &input) && !s->options->interface) {
			sema_fail_at(s, p->out.v[i].span, D_PROV_PRXLATOR, "there is no translator from %s to %s, "
				     "which args[%u] of the probe %s needs", type_name(s->types, input.type),
				     type_name(s->types, type), i, p->name);
			sema_hint(s, "define it before the provider");
			return false;
		}
		arg.translated = true;
	}
	vec_push(s->arena, &info->args, arg);
	return true;
}

static bool read_args(struct sema *s, const struct provider_probe *p, const struct params *in,
		      struct provider_probe_info *info)
{
	struct params out;

	if (!p->has_out) {
		for (uint32_t i = 0; i < in->n; i++)
			vec_push(s->arena, &info->args, ((struct provider_arg){ in->types[i], i, false }));
		return true;
	}
	if (!read_params(s, p->out.v, p->out.n, p->span, &out))
		return false;
	for (uint32_t i = 0; i < out.n; i++)
		if (!add_arg(s, p, in, out.types[i], i, info))
			return false;
	return true;
}

// ---- one probe -------------------------------------------------------------

static const struct provider_probe_info *find_probe(const struct provider_info *pv, const char *dname)
{
	for (uint32_t i = 0; i < pv->probes.n; i++)
		if (pv->probes.v[i].dname == dname)
			return &pv->probes.v[i];
	return NULL;
}

static bool check_probe(struct sema *s, const struct provider_probe *p, struct provider_info *pv)
{
	struct provider_probe_info info = { .name = p->name, .dname = dashed(s, p->name), .span = p->span };
	struct params in;

	if (find_probe(pv, info.dname)) {
		sema_fail_at(s, p->span, D_PROV_PRDUP, "the provider %s has two probes %s", pv->name, info.dname);
		return false;
	}
	if (!has_room(s, p) || !read_params(s, p->in.v, p->in.n, p->span, &in))
		return false;
	for (uint32_t i = 0; i < in.n; i++)
		vec_push(s->arena, &info.native, in.types[i]);
	if (!read_args(s, p, &in, &info))
		return false;
	vec_push(s->arena, &pv->probes, info);
	return true;
}

// ---- the provider ----------------------------------------------------------

struct provider_info *find_provider(struct sema *s, const char *name)
{
	for (uint32_t i = 0; i < s->providers.n; i++)
		if (!strcmp(s->providers.v[i]->name, name))
			return s->providers.v[i];
	return NULL;
}

static void compare_name(void *arg, const char *name)
{
	const char **wanted = arg;

	if (*wanted && name && !strcmp(name, *wanted))
		*wanted = NULL;
}

static bool is_in_field(struct sema *s, int field, const char *name)
{
	const struct probe_source *source = s->env->probes;
	const char *wanted = name;

	if (source && source->names)
		source->names(source->ctx, field, compare_name, &wanted);
	return !wanted;
}

bool is_system_provider(struct sema *s, const char *name)
{
	return is_in_field(s, 0, name);
}

bool is_system_module(struct sema *s, const char *name)
{
	return is_in_field(s, 1, name);
}

static bool same_probe(struct sema *s, const struct provider_probe_info *a, const struct provider_probe_info *b)
{
	if (a->name != b->name || a->native.n != b->native.n || a->args.n != b->args.n)
		return false;
	for (uint32_t i = 0; i < a->native.n; i++)
		if (!type_same(s->types, a->native.v[i], b->native.v[i]))
			return false;
	for (uint32_t i = 0; i < a->args.n; i++)
		if (a->args.v[i].from != b->args.v[i].from ||
		    !type_same(s->types, a->args.v[i].type, b->args.v[i].type))
			return false;
	return true;
}

static void check_same(struct sema *s, const struct provider_info *old, const struct provider_info *pv)
{
	for (uint32_t i = 0; i < pv->probes.n; i++) {
		const struct provider_probe_info *was = find_probe(old, pv->probes.v[i].dname);

		if (was && same_probe(s, was, &pv->probes.v[i]))
			continue;
		sema_fail_at(s, pv->probes.v[i].span, D_PROV_INCOMPAT, "the provider %s is defined already, %s %s",
			     pv->name, was ? "with another probe" : "without the probe", pv->probes.v[i].dname);
		return;
	}
	if (old->probes.n != pv->probes.n)
		sema_fail_at(s, pv->span, D_PROV_INCOMPAT, "the provider %s is defined already, with more probes",
			     pv->name);
}

void check_provider(struct sema *s, const struct item *it)
{
	static const struct attributes unstated = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN);
	const struct provider_def *def = it->provider;
	struct provider_info *pv = ARENA_NEW(s->arena, struct provider_info), *old;
	bool good = true;

	for (int i = 0; i < ATTR_N; i++)
		pv->attributes[i] = unstated;
	pv->name = def->name;
	pv->span = it->span;
	pv->in_library = s->in_library;
	for (uint32_t i = 0; i < def->probes.n; i++)
		good = check_probe(s, &def->probes.v[i], pv) && good;
	if (!good)
		return;
	old = find_provider(s, pv->name);
	if (old) {
		check_same(s, old, pv);
	} else if (!s->in_library && !s->options->interface && is_system_provider(s, pv->name)) {
		sema_fail_at(s, it->span, D_PROV_INCOMPAT, "%s is a provider of the system, with its own probes",
			     pv->name);
		sema_hint(s, "choose another name");
	} else {
		vec_push(s->arena, &s->providers, pv);
		attach_provider_pragmas(s, pv);
	}
}
