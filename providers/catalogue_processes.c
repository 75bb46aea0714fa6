// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a layer of the catalogue has of processes, see processes.h: which descriptions want something of
// them, and what there is. A stable provider of processes is read when what its probes are bound to has been found.

#include <errno.h>
#include <string.h>

#include "providers/catalogue_impl.h"
#include "providers/glob.h"

// ---- stable providers --------------------------------------------------------

void catalogue_add_process_provider(struct catalogue *c, const struct process_provider *p, const struct provider *owner)
{
	vec_push(c->arena, &c->process_providers, arena_dup(c->arena, &(struct process_owner){ p, owner },
		sizeof(struct process_owner)));
}

static const struct process_owner *find_owner(const struct catalogue *c, const char *prov, size_t n)
{
	for (; c; c = c->base) {
		for (uint32_t i = 0; i < c->process_providers.n; i++) {
			const struct process_owner *o = c->process_providers.v[i];

			if (strlen(o->provider->name) == n && strncmp(o->provider->name, prov, n) == 0)
				return o;
		}
	}
	return NULL;
}

// plockstat or plockstat*.
static const struct process_owner *find_without_number(const struct catalogue *c, const char *prov)
{
	size_t n = prov ? strcspn(prov, "*") : 0;

	return n && !prov[n + strspn(prov + n, "*")] ? find_owner(c, prov, n) : NULL;
}

struct process_reading *processes_reading(struct catalogue *c, const char *prov)
{
	struct processes *p = &c->processes;
	const struct process_owner *owner;
	size_t n = prov ? strlen(prov) : 0;

	while (n && prov[n - 1] >= '0' && prov[n - 1] <= '9')
		n--;
	owner = n && prov[n] ? find_owner(c, prov, n) : NULL;
	if (!owner)
		return NULL;
	for (uint32_t i = 0; i < p->readings.n; i++) {
		if (p->readings.v[i].of == owner && strcmp(p->readings.v[i].process, prov + n) == 0)
			return &p->readings.v[i];
	}
	vec_push(c->arena, &p->readings, (struct process_reading){ owner, arena_printf(c->arena, "%s", prov + n), false });
	p->ids += owner->provider->nprobes;
	return &vec_last(&p->readings);
}

// Nothing could be found: that is told once.
static int tell_error(struct processes *p, const char **why)
{
	bool told = p->told;

	p->told = true;
	*why = p->why;
	return told ? -EALREADY : p->error;
}

int processes_read(struct catalogue *c, const char *prov, const char **why)
{
	struct process_reading *r = c->processes.answered ? processes_reading(c, prov) : NULL;
	const struct process_owner *plain = find_without_number(c, prov);

	if (plain) {
		*why = arena_printf(c->arena, "the number of a process belongs to the provider's name: %s1234, or %s$target "
			"with -p or -c", plain->provider->name, plain->provider->name);
		return -ENOTSUP;
	}
	if (r && c->processes.error < 0)
		return tell_error(&c->processes, why);
	if (!r || r->done)
		return 0;
	r->done = true;
	c->processes.read(c->processes.read_ctx, r->of, r->process);
	return 0;
}

void catalogue_set_reader(struct catalogue *c, process_read_fn *read, void *ctx)
{
	c->processes.read = read;
	c->processes.read_ctx = ctx;
}

uint32_t catalogue_process_id(struct catalogue *c)
{
	return c->processes.next_id++;
}

// ---- wants -------------------------------------------------------------------

static bool has_provider(const struct catalogue *c, const char *prov)
{
	for (; c; c = c->base) {
		for (uint32_t i = 0; i < c->runs.n; i++) {
			if (strcmp(c->runs.v[i].prov, prov) == 0)
				return true;
		}
	}
	return false;
}

// Of no provider that is known, its name or what is called like it.
static bool is_unknown_pattern(const struct catalogue *c, const char *prov)
{
	if (!prov || !glob_is_pattern(prov) || glob_too_many(prov) || find_without_number(c, prov))
		return false;
	for (const struct provider *const *p = provider_registry; *p; p++) {
		if (glob_match(prov, (*p)->name))
			return false;
	}
	for (; c; c = c->base) {
		for (uint32_t i = 0; i < c->runs.n; i++) {
			if (glob_match(prov, c->runs.v[i].prov))
				return false;
		}
		for (uint32_t i = 0; i < c->unavailable.n; i++) {
			if (glob_match(prov, c->unavailable.v[i].names.prov))
				return false;
		}
	}
	return true;
}

static void want(struct catalogue *c, const struct probe_desc *d, int32_t pid)
{
	if (processes_find(&c->processes, d) < 0)
		vec_push(c->arena, &c->processes.wants, (struct process_want){ .desc = *d, .pid = pid });
}

// Instead of the probes of a stable provider those that they are bound to.
static void want_hooks(struct catalogue *c, const struct process_reading *r, int32_t pid)
{
	const struct process_provider *p = r->of->provider;

	for (uint32_t i = 0; i < p->nhooks; i++) {
		struct probe_desc d = p->hooks[i];

		d.prov = arena_printf(c->arena, "%.*s%s", (int)strcspn(d.prov, "$"), d.prov, r->process);
		want(c, &d, pid);
	}
}

bool catalogue_want(struct catalogue *c, const struct probe_desc *d)
{
	struct process_reading *reading = processes_reading(c, d->prov);
	int32_t pid = process_of_provider(d->prov);

	if (!pid && is_unknown_pattern(c, d->prov))
		pid = PROCESS_ALL;
	if (d->id || !pid || c->processes.answered || has_provider(c->base ? c->base : c, d->prov))
		return false;
	if (reading)
		want_hooks(c, reading, pid);
	else
		want(c, d, pid);
	return true;
}

const struct processes *catalogue_processes(const struct catalogue *c)
{
	return &c->processes;
}

void catalogue_restore_want(struct catalogue *c, const struct process_want *w)
{
	vec_push(c->arena, &c->processes.wants, *w);
}

// One for each want, which only its description finds.
static void answer_later(struct catalogue *c, const struct process_set *set, struct probe p)
{
	static const char *const names[PROCESS_KINDS] = { "entry", "return", "", "" };
	uint32_t id = set->id_base + set->n;

	p.mod = p.func = "";
	p.name = names[set->kind];
	p.flags |= PROBE_LATER;
	for (uint64_t left = set->later; left; left &= left - 1) {
		int want = __builtin_ctzll(left);

		p.id = id++;
		p.prov = c->processes.wants.v[want].desc.prov;
		vec_push(c->arena, &c->processes.found, (struct probe_ref){
			arena_dup(c->arena, &p, sizeof p), UINT64_C(1) << want, set->wants });
	}
}

void catalogue_answer(struct catalogue *c, const struct process_set *set)
{
	static const char *const names[PROCESS_KINDS] = { "entry", "return", "offset", "usdt" };
	bool usdt = set->kind == PROCESS_USDT;
	const struct probe_hook *hook = catalogue_hook(c, (struct probe_hook){
		.kind = set->kind == PROCESS_RETURN ? HOOK_URETPROBE : HOOK_UPROBE,
		.name = names[set->kind],
		.set = set->number,
	});
	struct probe p = usdt ? usdt_probe(c->arena, set) : pid_probe(set->kind);

	c->owner = provider_find(usdt ? "usdt" : "pid");
	p.hook = hook;
	p.selected = true;
	p.selector = (struct slot_source){ ARG_COOKIE, 2, 0 };
	p.id_base = set->id_base;
	p.nsel = set->n + (uint32_t)__builtin_popcountll(set->later);
	p.flags |= PROBE_PROCESS_CTX;
	p.least = PROBE_CLASS_PROC;
	for (uint32_t i = 0; i < set->n; i++) {
		const struct process_place *place = &set->places[i];

		p.id = set->id_base + i;
		p.prov = place->prov;
		p.mod = place->mod;
		p.func = place->func;
		p.name = place->name;
		catalogue_add(c, p);
		vec_push(c->arena, &c->processes.found,
			(struct probe_ref){ catalogue_by_id(c, p.id), place->wants, set->wants });
	}
	p.owner = c->owner;
	answer_later(c, set, p);
}

void catalogue_answered(struct catalogue *c, uint32_t next_id, int error, const char *why)
{
	c->processes.answered = true;
	c->processes.next_id = next_id;
	c->processes.error = error;
	c->processes.why = why;
}

int processes_match(struct catalogue *c, int want, bool (*fn)(void *arg, const struct probe *p), void *arg,
	const char **why)
{
	struct processes *p = &c->processes;
	bool stopped = false;
	int n = 0;

	if (p->error < 0)
		return tell_error(p, why);
	for (uint32_t i = 0; i < p->found.n && !stopped; i++) {
		const struct probe_ref *found = &p->found.v[i];
		struct probe *mine;

		if (!(found->wants >> want & 1))
			continue;
		mine = arena_dup(c->arena, found->probe, sizeof *mine);
		mine->sel = UINT32_C(1) << __builtin_popcountll(found->all & ((UINT64_C(1) << want) - 1));
		n += !(mine->flags & PROBE_LATER);
		stopped = !fn(arg, mine);
	}
	*why = p->wants.v[want].none;
	return n || !*why ? n : -ENOENT;
}

