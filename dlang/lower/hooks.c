// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Which hook each probe gets. One that has a shared hook keeps its own while few do: a program of its own
// is the cheapest to run, but each takes time to load and attach. On a shared hook the core tells a
// program by cookie which probe it is; the probes that the program has are numbered in a row, so that
// tables by their number are small.

#include "dlang/lower/expr.h"

#include <stdlib.h>
#include <string.h>

typedef VEC(const struct probe *) probe_list;

// Probes with a choice, or whose hook is shared: each once, by id.
static void collect(struct lower *l, probe_list *out)
{
	for (uint32_t i = 0; i < l->prog->clauses.n; i++)
		for (uint32_t k = 0; k < l->prog->clauses.v[i].probes.n; k++) {
			const struct probe *p = l->prog->clauses.v[i].probes.v[k];

			if (p->shared || p->hook->targets)
				vec_push(l->a, out, p);
		}
	out->n = probes_sort(out->v, out->n);
}

static bool are_many(const probe_list *all)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < all->n; i++)
		n += all->v[i]->shared != NULL;
	return n > LOWER_OWN_HOOKS;
}

static struct hook_targets *targets_of(struct lower *l, const struct probe_hook *hook)
{
	for (uint32_t i = 0; i < l->targets.n; i++)
		if (l->targets.v[i].hook == hook)
			return &l->targets.v[i];
	vec_push(l->a, &l->targets, (struct hook_targets){ .hook = hook });
	return &vec_last(&l->targets);
}

// The probe on the shared hook.
static struct probe *number(struct lower *l, const struct probe *p)
{
	struct probe *copy = arena_dup(l->a, p, sizeof *p);
	struct hook_targets *t;

	copy->hook = p->shared ? p->shared : p->hook;
	t = targets_of(l, copy->hook);
	copy->selected = copy->has_id_source = true;
	copy->selector = (struct slot_source){ ARG_COOKIE, 0, 0 };
	copy->id_source = (struct slot_source){ ARG_COOKIE, 1, 0 };
	copy->sel = t->probes.n;
	vec_push(l->a, &t->probes, copy);
	return copy;
}

static void replace(struct lower *l, struct sclause *c, const probe_list *from, const probe_list *to)
{
	const struct probe **all = arena_alloc(l->a, c->probes.n * sizeof *all + 1);

	for (uint32_t i = 0; i < c->probes.n; i++) {
		const struct probe **found = from->n ?
			bsearch(&c->probes.v[i], from->v, from->n, sizeof *from->v, probes_by_id) : NULL;

		all[i] = found ? to->v[found - from->v] : c->probes.v[i];
	}
	c->probes.v = all;
	c->probes.cap = c->probes.n;
}

void hooks_choose(struct lower *l)
{
	struct sprogram *p = arena_dup(l->a, l->prog, sizeof *l->prog);
	probe_list all = { 0 }, chosen = { 0 };
	bool many;

	collect(l, &all);
	many = are_many(&all);
	for (uint32_t i = 0; i < all.n; i++)
		vec_push(l->a, &chosen, many || all.v[i]->hook->targets ? number(l, all.v[i]) : all.v[i]);
	for (uint32_t i = 0; i < l->targets.n; i++)
		for (uint32_t k = 0; k < l->targets.v[i].probes.n; k++)
			l->targets.v[i].probes.v[k]->nsel = l->targets.v[i].probes.n;
	if (!l->targets.n)
		return;
	p->clauses.v = arena_dup(l->a, p->clauses.v, p->clauses.n * sizeof *p->clauses.v);
	for (uint32_t i = 0; i < p->clauses.n; i++)
		replace(l, &p->clauses.v[i], &all, &chosen);
	l->prog = p;
}
