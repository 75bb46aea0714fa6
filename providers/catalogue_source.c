// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The catalogue as dlang sees it.

#include "providers/catalogue_impl.h"

static int source_match(void *ctx, const struct probe_desc *d,
	bool (*fn)(void *arg, const struct probe *p), void *arg, const char **why)
{
	return catalogue_match(ctx, d, fn, arg, why);
}

static void lot_names(const struct catalogue *c, int field, void (*fn)(void *arg, const char *name), void *arg)
{
	const char *last = NULL;

	for (uint32_t n = 0; n < c->lots.n; n++) {
		const struct probe_lot *lot = &c->lots.v[n].is;

		for (uint32_t i = 0; i < lot->n; i++) {
			struct probe_desc d = { .prov = lot->prov, .name = lot->name };
			const char *name;

			lot->names(lot->ctx, i, &d);
			name = (const char *[]){ d.prov, d.mod, d.func, d.name }[field];
			if (name != last && !lot->why(lot->ctx, i))
				fn(arg, last = name);
		}
	}
}

static void source_names(void *ctx, int field, void (*fn)(void *arg, const char *name), void *arg)
{
	const char *last = NULL;

	for (const struct catalogue *c = ctx; c; c = c->base) {
		for (uint32_t i = 0; i < c->probes.n; i++) {
			const struct probe *p = c->probes.v[i];
			const char *names[FIELDS] = { p->prov, p->mod, p->func, p->name };

			if (field < 0 || field >= FIELDS || names[field] == last || !*names[field])
				continue;
			last = names[field];
			fn(arg, last);
		}
	}
	lot_names(ctx, field, fn, arg);
}

static void source_attributes(void *ctx, const struct probe *p, struct attributes fields[ATTR_N])
{
	(void)ctx;
	for (int i = 0; p->owner && i < ATTR_N; i++)
		fields[i] = p->owner->attributes[i];
}

static bool source_want(void *ctx, const struct probe_desc *d)
{
	return catalogue_want(ctx, d);
}

struct probe_source catalogue_source(struct catalogue *c)
{
	return (struct probe_source){
		.ctx = c, .match = source_match, .want = source_want, .names = source_names,
		.attributes = source_attributes,
	};
}
