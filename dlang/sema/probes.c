// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// From the descriptions of a clause to probes. The clause behaves as one clause
// per description; descriptions are put together again where that makes no
// difference: no probe in common, and args[] unused or of the same types.

#include "dlang/sema/check.h"
#include "dlang/sema/stated.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MATCHES_MAX = 262144 };	// probes of all clauses, each as often as it is in one

struct match {
	struct sema *s;
	VEC(const struct probe *) probes;
	bool too_many;
};

struct group {
	bool differ;			// in the types of args[], within one description
	VEC(const struct probe *) probes;	// ascending by id
};

static bool add_probe(void *arg, const struct probe *p)
{
	struct match *m = arg;
	uint32_t max = m->s->options->max_probes;

	if (max && m->probes.n >= max) {
		m->too_many = true;
		return false;
	}
	vec_push(m->s->arena, &m->probes, p);
	return true;
}

// ---- hints -----------------------------------------------------------------

struct candidates {
	struct nearest nearest;
	const char *name;
	bool known;
};

static void try_name(void *arg, const char *name)
{
	struct candidates *c = arg;

	if (name && !strcmp(name, c->name))
		c->known = true;
	else if (name)
		nearest_try(&c->nearest, name);
}

static void hint_description(struct sema *s, const struct pdesc *d)
{
	static const char *const fields[] = { "provider", "module", "function", "name" };
	const struct probe_source *source = s->env->probes;

	for (int i = 0; i < 4 && source->names; i++) {
		struct candidates c = { .name = d->field[i] };

		if (!c.name || !*c.name || strpbrk(c.name, "*?["))
			continue;
		nearest_init(&c.nearest, c.name);
		source->names(source->ctx, i, try_name, &c);
		if (c.known || !c.nearest.best)
			continue;
		sema_hint(s, "there is no probe with the %s '%s'; did you mean '%s'?", fields[i], c.name,
			  c.nearest.best);
		return;
	}
	sema_hint(s, "dtrace -l lists the probes of this system");
}

// ---- one description -------------------------------------------------------

static void too_many(struct sema *s, const struct pdesc *d)
{
	sema_fail_at(s, d->span, D_PDESC_INVAL, "'%s' matches more than %u probes in all", d->text,
		     s->options->max_probes);
	sema_hint(s, "name the probes more closely");
}

// What a source's error means; any other: there is no such probe.
static enum errtag tag_of(int error)
{
	static const struct { int error; enum errtag tag; } tags[] = {
		{ -EINVAL, D_PDESC_INVAL }, { -ESRCH, D_PROC_BADPID }, { -EPERM, D_PROC_GRAB },
		{ -ENOEXEC, D_PROC_CREATEFAIL },
	};

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (tags[i].error == error)
			return tags[i].tag;
	return D_PDESC_ZERO;
}

static void no_match(struct sema *s, const struct pdesc *d, int result, const char *why)
{
	if (result == -E2BIG) {
		too_many(s, d);
	} else if (result < 0) {
		sema_fail_at(s, d->span, tag_of(result), "%s", why ? why : "the probes cannot be used");
	} else if (d->id) {
		sema_fail_at(s, d->span, D_PDESC_INVAL, "there is no probe with the id %u", d->id);
		sema_hint(s, "dtrace -l lists the probes of this system");
	} else {
		sema_fail_at(s, d->span, D_PDESC_ZERO, "'%s' matches no probe", d->text);
		hint_description(s, d);
	}
}

struct probe_desc pdesc_probe(const struct pdesc *d)
{
	return (struct probe_desc){
		.prov = d->field[0], .mod = d->field[1], .func = d->field[2], .name = d->field[3],
		.id = d->id,
	};
}

// The probes of one description into m. False: reported.
static bool match_description(struct sema *s, const struct pdesc *d, struct match *m)
{
	const struct probe_source *source = s->env->probes;
	struct probe_desc desc = pdesc_probe(d);
	const char *why = NULL;
	int r = source->match(source->ctx, &desc, add_probe, m, &why);

	if (m->too_many)
		r = -E2BIG;
	if (r == -EALREADY)		// reported with another description
		return false;
	if (r == -ENOENT && s->options->zdefs)
		return true;
	if (r >= 0 && (m->probes.n || ((s->options->zdefs || s->options->interface) && !d->id)))
		return true;
	no_match(s, d, r, why);
	return false;
}

// ---- groups ----------------------------------------------------------------

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_args(const struct probe *a, const struct probe *b)
{
	if (a->nargs != b->nargs)
		return false;
	if (a->args == b->args)
		return true;
	for (uint32_t i = 0; i < a->nargs; i++)
		if (a->args[i].btf_type != b->args[i].btf_type ||
		    !same_text(a->args[i].ctype, b->args[i].ctype) ||
		    !same_text(a->args[i].xlate, b->args[i].xlate))
			return false;
	return true;
}

static bool args_differ(const struct match *m)
{
	for (uint32_t i = 1; i < m->probes.n; i++)
		if (!same_args(m->probes.v[0], m->probes.v[i]))
			return true;
	return false;
}

// Both lists ascend by id.
static bool overlap(const struct group *g, const struct match *m)
{
	uint32_t i = 0, j = 0;

	while (i < g->probes.n && j < m->probes.n) {
		uint32_t a = g->probes.v[i]->id, b = m->probes.v[j]->id;

		if (a == b)
			return true;
		if (a < b)
			i++;
		else
			j++;
	}
	return false;
}

static void merge(struct sema *s, struct group *g, const struct match *m)
{
	VEC(const struct probe *) all = { 0 };
	uint32_t i = 0, j = 0;

	while (i < g->probes.n || j < m->probes.n) {
		bool first = j == m->probes.n ||
			     (i < g->probes.n && g->probes.v[i]->id < m->probes.v[j]->id);

		vec_push(s->arena, &all, first ? g->probes.v[i++] : m->probes.v[j++]);
	}
	memcpy(&g->probes, &all, sizeof all);
}

struct groups {
	VEC(struct group) list;
	VEC(const struct probe *) bound;	// stable ones
	bool uses_args;
};

static bool joins(const struct groups *all, const struct group *g, const struct match *m, bool differ)
{
	if (all->uses_args && (g->differ || differ || !same_args(g->probes.v[0], m->probes.v[0])))
		return false;
	return !overlap(g, m);
}

static void place(struct sema *s, struct groups *all, const struct match *m)
{
	bool differ = all->uses_args && args_differ(m);

	for (uint32_t i = 0; i < all->list.n; i++) {
		if (!joins(all, &all->list.v[i], m, differ))
			continue;
		merge(s, &all->list.v[i], m);
		return;
	}
	vec_push(s->arena, &all->list, (struct group){ .differ = differ });
	merge(s, &vec_last(&all->list), m);
}

// Each stable probe has arguments of its own.
static void set_bound_apart(struct sema *s, struct groups *all, struct match *m)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->probes.n; i++) {
		if (m->probes.v[i]->binding)
			vec_push(s->arena, &all->bound, m->probes.v[i]);
		else
			m->probes.v[n++] = m->probes.v[i];
	}
	m->probes.n = n;
}

int probes_by_id(const void *a, const void *b)
{
	const struct probe *p = *(const struct probe *const *)a, *q = *(const struct probe *const *)b;

	return (p->id > q->id) - (p->id < q->id);
}

uint32_t probes_sort(const struct probe **v, uint32_t n)
{
	uint32_t left = 0;

	if (n)
		qsort(v, n, sizeof *v, probes_by_id);
	for (uint32_t i = 0; i < n; i++)
		if (!left || v[i]->id != v[left - 1]->id)
			v[left++] = v[i];
	return left;
}

// Whether the program may have as many probes as it has now. They are counted once, however many clauses have them.
static bool within_limits(struct sema *s, const struct pdesc *d)
{
	uint32_t max = s->options->max_probes;
	uint64_t matches = 0;

	if (max && s->out->probes.n > max)
		s->out->probes.n = probes_sort(s->out->probes.v, s->out->probes.n);
	if (max && s->out->probes.n > max) {
		too_many(s, d);
		return false;
	}
	for (uint32_t i = 0; i < s->out->matched.n; i++)
		matches += s->out->matched.v[i];
	if (!max || matches <= MATCHES_MAX)
		return true;
	sema_fail_at(s, d->span, D_PDESC_INVAL, "the clauses have more than %d probes, each counted in every clause",
		     MATCHES_MAX);
	sema_hint(s, "name the probes more closely, or make one clause of several");
	return false;
}

// Arguments that nobody knows yet would leave args[] without types, which the probes that are there have: those that
// come later are not for this clause then.
static void set_later_apart(struct sema *s, struct match *m)
{
	const struct probe *real = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->probes.n && !real; i++)
		real = m->probes.v[i]->flags & PROBE_LATER ? NULL : m->probes.v[i];
	for (uint32_t i = 0; i < m->probes.n; i++) {
		const struct probe *p = m->probes.v[i];

		if (p->flags & PROBE_LATER && real && !same_args(p, real))
			vec_push(s->arena, &s->out->unserved, p);
		else
			m->probes.v[n++] = p;
	}
	m->probes.n = n;
}

static void match_all(struct sema *s, const struct clause *c, uint32_t text, struct groups *all)
{
	for (uint32_t i = 0; i < c->pdescs.n; i++) {
		struct match m = { .s = s };

		if (!match_description(s, &c->pdescs.v[i], &m))
			continue;
		if (all->uses_args)
			set_later_apart(s, &m);
		if (!m.probes.n)
			continue;
		for (uint32_t j = 0; j < m.probes.n; j++) {
			if (m.probes.v[j]->flags & PROBE_LATER)
				continue;
			s->out->matched.v[text]++;
			vec_push(s->arena, &s->out->probes, m.probes.v[j]);
			check_description(s, &c->pdescs.v[i], m.probes.v[j]);
		}
		if (!within_limits(s, &c->pdescs.v[i]))
			return;
		set_bound_apart(s, all, &m);
		if (m.probes.n)
			place(s, all, &m);
	}
}

// ---- the clause ------------------------------------------------------------

// Arguments that none of the probes can give: a bit for each.
static uint32_t refused_args(const struct group *g)
{
	uint32_t refused = UINT32_MAX;

	for (uint32_t i = 0; i < g->probes.n; i++) {
		const struct probe *p = g->probes.v[i];
		uint32_t these = 0;

		for (uint32_t n = 0; n < p->nargs; n++)
			these |= (uint32_t)(p->args[n].refusal != NULL) << n;
		if (!(p->flags & PROBE_LATER))
			refused &= these;
	}
	return refused == UINT32_MAX ? 0 : refused;
}

static void check_group(struct sema *s, struct clause *c, uint32_t text, const struct group *g)
{
	struct sclause sc = { .clause = c, .text = text };

	s->in_clause = true;
	s->probes_differ = g && g->differ;
	s->probe = g ? g->probes.v[0] : NULL;
	s->refused_args = g ? refused_args(g) : 0;
	check_body(s, c);
	sc.attributes = clause_attributes(s, c);
	s->in_clause = false;
	s->probe = NULL;
	s->refused_args = 0;
	if (!g)
		return;
	memcpy(&sc.probes, &g->probes, sizeof sc.probes);
	vec_push(s->arena, &s->out->clauses, sc);
}

// Finds the clause's probes and checks its body, once per group of descriptions.
// A clause without any probe (-Z, or after an error) is checked and dropped.
void check_clause(struct sema *s, struct clause *c, uint32_t text)
{
	struct survey survey = { 0 };
	struct groups all = { 0 };

	survey_clause(s, c, &survey);
	if (survey.too_deep) {
		sema_fail_at(s, survey.where, D_SYNTAX, "the expression nests too deeply");
		return;
	}
	all.uses_args = survey.uses_args;
	match_all(s, c, text, &all);
	for (uint32_t i = 0; i < all.bound.n; i++)
		check_bound(s, c, text, all.bound.v[i]);
	if (!all.list.n && !all.bound.n)
		check_group(s, c, text, NULL);
	for (uint32_t i = 0; i < all.list.n; i++) {
		bool last = i + 1 == all.list.n;

		check_group(s, last ? c : clone_clause(s, c), text, &all.list.v[i]);
	}
}
