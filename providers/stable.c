// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What the reading of provider files finds, as probes and owners in the catalogue.

#include "providers/stable.h"

#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/base/vec.h"
#include "providers/catalogue.h"
#include "providers/processes.h"

struct stable_publisher {
	struct catalogue *catalogue;
	const struct process_owner *of;		// NULL: the probes are of no process
	VEC(struct provider *) owners;
};

struct stable_publisher *stable_publisher_new(struct catalogue *c)
{
	struct stable_publisher *p = ARENA_NEW(catalogue_arena(c), struct stable_publisher);

	p->catalogue = c;
	return p;
}

struct stable_publisher *stable_publisher_of(struct catalogue *c, const struct process_owner *of)
{
	struct stable_publisher *p = stable_publisher_new(c);

	p->of = of;
	return p;
}

static struct provider *owner(struct stable_publisher *p, const char *name)
{
	static const struct attributes unstated = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN);
	struct provider *new;

	for (uint32_t i = 0; i < p->owners.n; i++)
		if (!strcmp(p->owners.v[i]->name, name))
			return p->owners.v[i];
	new = ARENA_NEW(catalogue_arena(p->catalogue), struct provider);
	new->name = name;
	for (int i = 0; i < ATTR_N; i++)
		new->attributes[i] = unstated;
	vec_push(catalogue_arena(p->catalogue), &p->owners, new);
	return new;
}

static uint32_t add(void *ctx, struct probe probe)
{
	struct stable_publisher *p = ctx;

	catalogue_set_owner(p->catalogue, p->of ? p->of->owner : owner(p, probe.prov));
	probe.id = p->of ? catalogue_process_id(p->catalogue) : catalogue_reserve(p->catalogue, 1);
	catalogue_add(p->catalogue, probe);
	return probe.id;
}

static void missing(void *ctx, const struct probe *names, const char *why)
{
	struct stable_publisher *p = ctx;

	catalogue_missing(p->catalogue, names->prov, names->name ? names->name : "", why);
}

static void alias(void *ctx, const struct probe_desc *names, const struct probe *meant)
{
	struct stable_publisher *p = ctx;

	catalogue_alias(p->catalogue, names, meant);
}

static void per_process(void *ctx, const struct process_provider *provider)
{
	struct stable_publisher *p = ctx;

	catalogue_add_process_provider(p->catalogue, provider, owner(p, provider->name));
}

static void attributes(void *ctx, const char *provider, const char *part, const char *words)
{
	int i = attributes_field(part);

	if (i >= 0)
		attributes_parse(words, &owner(ctx, provider)->attributes[i]);
}

struct probe_sink stable_sink(struct stable_publisher *p)
{
	return (struct probe_sink){
		.ctx = p, .add = add, .missing = missing, .alias = alias, .per_process = per_process,
		.attributes = attributes,
	};
}
