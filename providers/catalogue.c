// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Probes are records in an arena, listed in id order; ids may have holes. A
// layer lists its own probes only, all of them above those of its base.

#include "providers/catalogue.h"

#include <errno.h>
#include <string.h>

#include "providers/catalogue_impl.h"
#include "providers/glob.h"

struct catalogue *catalogue_new(struct arena *a, struct interns *in, const struct provider_env *env)
{
	struct catalogue *c = ARENA_NEW(a, struct catalogue);

	c->arena = a;
	c->interns = in;
	c->next_id = 1;
	for (const struct provider *const *p = provider_registry; *p; p++) {
		c->owner = *p;
		if ((*p)->init)
			(*p)->init(c, env);
	}
	return c;
}

struct catalogue *catalogue_layer(struct arena *a, struct interns *in, const struct catalogue *base,
	uint32_t next_id, uint32_t max_matches)
{
	struct catalogue *c = ARENA_NEW(a, struct catalogue);

	c->arena = a;
	c->interns = in;
	c->base = base;
	c->next_id = next_id > base->next_id ? next_id : base->next_id;
	c->max_matches = max_matches;
	for (uint32_t i = 0; i < base->lots.n; i++) {
		vec_push(a, &c->lots, base->lots.v[i]);
		c->lots.v[i].made = NULL;
	}
	return c;
}

struct arena *catalogue_arena(struct catalogue *c)
{
	return c->arena;
}

const char *catalogue_intern(struct catalogue *c, const char *s)
{
	return intern_str(c->interns, s ? s : "");
}

const struct probe_hook *catalogue_hook(struct catalogue *c, struct probe_hook h)
{
	return arena_dup(c->arena, &h, sizeof h);
}

uint32_t catalogue_reserve(struct catalogue *c, uint32_t n)
{
	uint32_t first = c->next_id;

	c->next_id += n;
	return first;
}

uint32_t catalogue_next_id(const struct catalogue *c)
{
	return c->next_id;
}

uint32_t catalogue_count(const struct catalogue *c)
{
	return c->probes.n + (c->base ? c->base->probes.n : 0);
}

void catalogue_add(struct catalogue *c, struct probe p)
{
	uint32_t i;

	if (!p.id)
		p.id = catalogue_reserve(c, 1);
	p.prov = catalogue_intern(c, p.prov);
	p.mod = catalogue_intern(c, p.mod);
	p.func = catalogue_intern(c, p.func);
	p.name = catalogue_intern(c, p.name);
	p.owner = c->owner;
	vec_push(c->arena, &c->probes, arena_dup(c->arena, &p, sizeof p));
	// Probes that are recalled may come in any order.
	for (i = c->probes.n - 1; i > 0 && c->probes.v[i - 1]->id > p.id; i--) {
		const struct probe *higher = c->probes.v[i - 1];

		c->probes.v[i - 1] = c->probes.v[i];
		c->probes.v[i] = higher;
		c->shuffled = true;
	}
	if (!c->runs.n || c->runs.v[c->runs.n - 1].prov != p.prov || c->runs.v[c->runs.n - 1].lot != NO_LOT)
		vec_push(c->arena, &c->runs, (struct run){ p.prov, c->probes.n - 1, NO_LOT });
}

void catalogue_unavailable(struct catalogue *c, const char *provider, const char *why)
{
	catalogue_missing(c, provider, "", why);
}

void catalogue_missing(struct catalogue *c, const char *provider, const char *name, const char *why)
{
	vec_push(c->arena, &c->unavailable,
		(struct unavailable){ { .prov = provider, .mod = "", .func = "", .name = name }, why });
}

void catalogue_alias(struct catalogue *c, const struct probe_desc *alias, const struct probe *meant)
{
	vec_push(c->arena, &c->aliases, (struct alias){ *alias, *meant });
}

void catalogue_set_owner(struct catalogue *c, const struct provider *owner)
{
	c->owner = owner;
}

// ---- lots ------------------------------------------------------------------

void catalogue_add_lot(struct catalogue *c, const struct probe_lot *lot)
{
	const char *prov = catalogue_intern(c, lot->prov);

	vec_push(c->arena, &c->runs, (struct run){ prov, c->probes.n, (int32_t)c->lots.n });
	vec_push(c->arena, &c->lots, (struct lot){ *lot, c->owner, catalogue_reserve(c, lot->n), NULL });
}

static const struct probe *make_probe(struct catalogue *c, struct lot *lot, uint32_t i)
{
	struct probe_desc names = { 0 };
	struct probe p;

	lot->is.names(lot->is.ctx, i, &names);
	p = lot->is.make(lot->is.ctx, i, c);
	p.id = lot->first_id + i;
	p.prov = lot->is.prov;
	p.mod = names.mod;
	p.func = names.func;
	p.name = lot->is.name;
	p.owner = lot->owner;
	return arena_dup(c->arena, &p, sizeof p);
}

// Probe i, which can fire.
static const struct probe *lot_probe(struct catalogue *c, uint32_t n, uint32_t i)
{
	struct lot *lot = &c->lots.v[n];
	const struct lot *base = c->base ? &c->base->lots.v[n] : NULL;

	if (base && base->made && base->made[i])
		return base->made[i];
	if (!lot->made)
		lot->made = arena_alloc(c->arena, lot->is.n * sizeof *lot->made);
	if (!lot->made[i])
		lot->made[i] = make_probe(c, lot, i);
	return lot->made[i];
}

static const struct probe *lots_by_id(struct catalogue *c, uint32_t id)
{
	for (uint32_t n = 0; n < c->lots.n; n++) {
		const struct lot *lot = &c->lots.v[n];

		if (id >= lot->first_id && id - lot->first_id < lot->is.n)
			return lot->is.why(lot->is.ctx, id - lot->first_id) ? NULL :
				lot_probe(c, n, id - lot->first_id);
	}
	return NULL;
}

const struct probe *catalogue_by_id(struct catalogue *in, uint32_t id)
{
	for (const struct catalogue *c = in; c; c = c->base) {
		uint32_t low = 0, high = c->probes.n;

		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (c->probes.v[mid]->id < id)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < c->probes.n && c->probes.v[low]->id == id)
			return c->probes.v[low];
	}
	return lots_by_id(in, id);
}

// ---- descriptions ----------------------------------------------------------

// One field of a description. Neighbours in the catalogue mostly share their
// provider and module, so the last answer is kept by address.
struct field {
	const char *text;	// NULL: anything
	bool pattern;
	const char *last;
	bool matched;
};

static void fields_init(struct field f[FIELDS], const struct probe_desc *d)
{
	const char *texts[FIELDS] = { d->prov, d->mod, d->func, d->name };

	for (int i = 0; i < FIELDS; i++) {
		f[i] = (struct field){ 0 };
		if (texts[i] && *texts[i]) {
			f[i].text = texts[i];
			f[i].pattern = glob_is_pattern(texts[i]);
		}
	}
}

static bool field_matches(struct field *f, const char *s)
{
	if (!f->text)
		return true;
	if (f->last != s) {
		f->last = s;
		f->matched = f->pattern ? glob_match(f->text, s) : strcmp(f->text, s) == 0;
	}
	return f->matched;
}

static bool probe_matches(struct field f[FIELDS], const struct probe *p)
{
	return field_matches(&f[0], p->prov) && field_matches(&f[1], p->mod) &&
		field_matches(&f[2], p->func) && field_matches(&f[3], p->name);
}

const struct probe *catalogue_find(const struct catalogue *c, const struct probe_desc *d)
{
	for (; c; c = c->base) {
		for (uint32_t i = 0; i < c->probes.n; i++) {
			const struct probe *p = c->probes.v[i];

			if (strcmp(p->name, d->name) == 0 && strcmp(p->func, d->func) == 0 &&
				strcmp(p->mod, d->mod) == 0 && strcmp(p->prov, d->prov) == 0)
				return p;
		}
	}
	return NULL;
}

// Lets the providers that the description may mean make what it names.
static int create_on_demand(struct catalogue *c, const struct probe_desc *d, const char **why)
{
	struct field f[FIELDS];

	fields_init(f, d);
	for (const struct provider *const *p = provider_registry; *p; p++) {
		int r;

		if (!(*p)->match || !field_matches(&f[0], (*p)->name))
			continue;
		c->owner = *p;
		r = (*p)->match(c, d, why);
		if (r < 0)
			return r;
	}
	return 0;
}

int catalogue_recall(struct catalogue *c, uint32_t id, const struct probe_desc *d)
{
	uint32_t next_id = c->next_id;
	const char *why;

	if (!id || catalogue_by_id(c, id))
		return -ENOENT;
	c->next_id = id;
	create_on_demand(c, d, &why);
	if (next_id > c->next_id)
		c->next_id = next_id;
	return catalogue_by_id(c, id) ? 0 : -ENOENT;
}

// One search: what to call, and how it went.
struct search {
	struct field fields[FIELDS];
	bool (*fn)(void *arg, const struct probe *p);
	void *arg;
	uint32_t max, n;
	bool stopped;
};

static int found(struct search *s, const struct probe *p)
{
	if (s->max && s->n == s->max)
		return -E2BIG;
	s->n++;
	s->stopped = !s->fn(s->arg, p);
	return 0;
}

static int search_range(struct search *s, const struct catalogue *c, uint32_t first, uint32_t end)
{
	int r = 0;

	for (uint32_t i = first; i < end && !s->stopped && r == 0; i++)
		if (probe_matches(s->fields, c->probes.v[i]))
			r = found(s, c->probes.v[i]);
	return r;
}

// What every text that the field matches begins with.
static uint32_t fixed_prefix(const struct field *f)
{
	return !f->text ? 0 : f->pattern ? (uint32_t)strcspn(f->text, "*?[\\") : (uint32_t)strlen(f->text);
}

// Calls fn for each number of a lot that the fields may mean, until it returns other than 0.
static int each_of_lot(struct field f[FIELDS], const struct lot *lot,
	int (*fn)(void *arg, uint32_t i, const struct probe_desc *names), void *arg)
{
	uint32_t prefix = fixed_prefix(&f[2]);
	int r = 0;

	if (!field_matches(&f[0], lot->is.prov) || !field_matches(&f[3], lot->is.name))
		return 0;
	for (uint32_t i = lot->is.next(lot->is.ctx, 0, f[2].text, prefix); i < lot->is.n && r == 0;
		i = lot->is.next(lot->is.ctx, i + 1, f[2].text, prefix)) {
		struct probe_desc names = { .prov = lot->is.prov, .name = lot->is.name };

		lot->is.names(lot->is.ctx, i, &names);
		if (field_matches(&f[1], names.mod) && field_matches(&f[2], names.func))
			r = fn(arg, i, &names);
	}
	return r;
}

struct lot_search {
	struct search *s;
	struct catalogue *c;
	uint32_t lot;
};

static int take_of_lot(void *arg, uint32_t i, const struct probe_desc *names)
{
	struct lot_search *q = arg;
	const struct lot *lot = &q->c->lots.v[q->lot];
	int r = 0;

	(void)names;
	if (!lot->is.why(lot->is.ctx, i))
		r = found(q->s, lot_probe(q->c, q->lot, i));
	return r < 0 ? r : q->s->stopped;
}

static int search_lot(struct search *s, struct catalogue *c, uint32_t n)
{
	struct lot_search q = { s, c, n };
	int r = s->stopped ? 0 : each_of_lot(s->fields, &c->lots.v[n], take_of_lot, &q);

	return r < 0 ? r : 0;
}

// The probes of c, a catalogue or the base of one; those of lots are made in in. Other providers' probes are
// not looked at.
static int search_list(struct search *s, const struct catalogue *c, struct catalogue *in)
{
	int r = 0;

	if (c->shuffled)
		return search_range(s, c, 0, c->probes.n);
	for (uint32_t i = 0; i < c->runs.n && r == 0; i++) {
		uint32_t end = i + 1 < c->runs.n ? c->runs.v[i + 1].first : c->probes.n;

		if (!field_matches(&s->fields[0], c->runs.v[i].prov))
			continue;
		r = c->runs.v[i].lot == NO_LOT ? search_range(s, c, c->runs.v[i].first, end) :
			search_lot(s, in, (uint32_t)c->runs.v[i].lot);
	}
	return r;
}

static int match_id(struct catalogue *c, uint32_t id, struct search *s)
{
	const struct probe *p = catalogue_by_id(c, id);

	if (!p)
		return 0;
	s->fn(s->arg, p);
	return 1;
}

// A module or function of the description must be the alias's; what that leaves open may be anything.
static bool alias_matches(struct search *s, const struct alias *a)
{
	const char *names[FIELDS] = { a->desc.prov, a->desc.mod, a->desc.func, a->desc.name };
	bool named = false;

	for (int f = 0; f < FIELDS; f++) {
		if (!names[f])
			continue;
		if (!field_matches(&s->fields[f], names[f]))
			return false;
		named |= s->fields[f].text && (f == 1 || f == 2);
	}
	return named;
}

static bool means(const struct alias *a, const struct probe *p)
{
	return !strcmp(a->meant.prov, p->prov) && !strcmp(a->meant.name, p->name);
}

// Nothing matched: perhaps the names are those of old scripts. All that an open name may mean.
static int search_aliases(struct search *s, const struct catalogue *c, struct catalogue *in)
{
	VEC(const struct alias *) fits = { 0 };
	int r = 0;

	for (uint32_t i = 0; i < c->aliases.n; i++)
		if (alias_matches(s, &c->aliases.v[i]))
			vec_push(in->arena, &fits, &c->aliases.v[i]);
	for (uint32_t i = 0; fits.n && i < c->probes.n && !s->stopped && r == 0; i++)
		for (uint32_t k = 0; k < fits.n; k++)
			if (means(fits.v[k], c->probes.v[i])) {
				r = found(s, c->probes.v[i]);
				break;
			}
	return r;
}

// A description without a provider that names something else does not mean a whole provider.
static bool may_mean(struct field f[FIELDS], const struct unavailable *u)
{
	if (!*u->names.name && !f[0].text && (f[1].text || f[2].text || f[3].text))
		return false;
	return field_matches(&f[0], u->names.prov) && (!*u->names.name || field_matches(&f[3], u->names.name));
}

struct left_out {
	const struct catalogue *c;
	const struct lot *lot;
	void (*fn)(void *arg, const struct probe *p, const char *why);
	void *arg;
};

static int tell_left_out(void *arg, uint32_t i, const struct probe_desc *names)
{
	struct left_out *q = arg;
	const char *why = q->lot->is.why(q->lot->is.ctx, i);
	struct probe p = { .prov = names->prov, .mod = names->mod, .func = names->func, .name = names->name };

	if (why)
		q->fn(q->arg, arena_dup(q->c->arena, &p, sizeof p), why);
	return 0;
}

// Those of lots only when a function is named: they are many.
static void each_left_out(const struct catalogue *c, struct field f[FIELDS],
	void (*fn)(void *arg, const struct probe *p, const char *why), void *arg)
{
	for (uint32_t i = 0; f[2].text && i < c->lots.n; i++) {
		struct left_out q = { c, &c->lots.v[i], fn, arg };

		each_of_lot(f, q.lot, tell_left_out, &q);
	}
}

void catalogue_each_unavailable(const struct catalogue *c, const struct probe_desc *d,
	void (*fn)(void *arg, const struct probe *p, const char *why), void *arg)
{
	struct field f[FIELDS];

	if (d->id)
		return;
	fields_init(f, d);
	each_left_out(c, f, fn, arg);
	for (; c; c = c->base) {
		for (uint32_t i = 0; i < c->unavailable.n; i++) {
			if (may_mean(f, &c->unavailable.v[i]))
				fn(arg, &c->unavailable.v[i].names, c->unavailable.v[i].why);
		}
	}
}

struct explanation {
	const struct lot *lot;
	struct arena *a;
	const char *why;
};

static int explain_function(void *arg, uint32_t i, const struct probe_desc *names)
{
	struct explanation *e = arg;

	e->why = arena_printf(e->a, "%s:%s:%s:%s cannot fire here: %s", names->prov, names->mod, names->func, names->name,
		e->lot->is.why(e->lot->is.ctx, i));
	return 1;
}

// A sentence about the probe of a lot that the fields name, which cannot fire. Compilers give what they make of a
// function its name and more behind a dot.
static const char *explain_lots(const struct catalogue *c, const struct field fields[FIELDS])
{
	struct field f[FIELDS];

	memcpy(f, fields, sizeof f);
	if (!f[2].text || f[2].pattern)
		return NULL;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < c->lots.n; i++) {
			struct explanation e = { &c->lots.v[i], c->arena, NULL };

			if (each_of_lot(f, e.lot, explain_function, &e) > 0)
				return e.why;
		}
		f[2] = (struct field){ .text = arena_printf(c->arena, "%s.*", f[2].text), .pattern = true };
	}
	return NULL;
}

// Or a provider cannot work here, or this probe of it.
static int explain_nothing(const struct catalogue *c, struct search *s, const char **why)
{
	struct arena *a = c->arena;

	if (!s->fields[0].text)
		return 0;
	*why = explain_lots(c, s->fields);
	if (*why)
		return -ENOTSUP;
	for (; c; c = c->base) {
		for (uint32_t i = 0; i < c->unavailable.n; i++) {
			const struct unavailable *u = &c->unavailable.v[i];

			if (!may_mean(s->fields, u))
				continue;
			*why = !*u->names.name ? u->why : arena_printf(a, "%s:::%s cannot fire here: %s",
				u->names.prov, u->names.name, u->why);
			return -ENOTSUP;
		}
	}
	return 0;
}

static bool too_many_stars(const struct search *s)
{
	for (int i = 0; i < FIELDS; i++) {
		if (s->fields[i].text && glob_too_many(s->fields[i].text))
			return true;
	}
	return false;
}

int catalogue_match(struct catalogue *c, const struct probe_desc *d,
	bool (*fn)(void *arg, const struct probe *p), void *arg, const char **why)
{
	struct search s = { .fn = fn, .arg = arg, .max = c->max_matches };
	int r;

	if (d->id)
		return match_id(c, d->id, &s);
	r = processes_find(&c->processes, d);
	if (r >= 0)
		return processes_match(c, r, fn, arg, why);
	fields_init(s.fields, d);
	if (too_many_stars(&s)) {
		*why = "too many globbing characters";
		return -EINVAL;
	}
	r = create_on_demand(c, d, why);
	if (r == 0)
		r = processes_read(c, d->prov, why);
	if (r == 0 && c->base)
		r = search_list(&s, c->base, c);
	if (r == 0)
		r = search_list(&s, c, c);
	if (r == 0 && s.n == 0)
		r = search_aliases(&s, c->base ? c->base : c, c);
	if (r == 0 && s.n == 0)
		r = explain_nothing(c, &s, why);
	return r < 0 ? r : (int)s.n;
}
