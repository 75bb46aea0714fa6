// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Making a session out of an object, see setup.h.

#include "daemon/session/setup.h"

#include <errno.h>
#include <string.h>

#include "daemon/kernel/features.h"
#include "daemon/kernel/load.h"
#include "daemon/kernel/maps.h"
#include "daemon/kernel/rights.h"
#include "daemon/log.h"
#include "daemon/policy/judge.h"
#include "daemon/server.h"
#include "daemon/session/admit.h"
#include "daemon/session/confine.h"
#include "daemon/session/user_hooks.h"
#include "daemon/sym/procs.h"
#include "daemon/sym/sym.h"
#include "daemon/sym/user.h"

struct setup {
	Dtraced__Object *object;
	bool prepared;
	struct guard_identity identity;
	struct load_context load;
	uint32_t functions[ADMIT_MAX_RUNTIME];
};

struct setup *setup_new(Dtraced__Object *object)
{
	struct setup *u = calloc(1, sizeof *u);

	if (u)
		u->object = object;
	return u;
}

struct setup *setup_free(struct setup *u)
{
	if (u)
		dtraced__object__free_unpacked(u->object, NULL);
	free(u);
	return NULL;
}

// ---- before the maps and programs ------------------------------------------

static struct object_layout layout_of(const Dtraced__Object *o)
{
	return (struct object_layout){
		.ctl_size = o->ctl_size, .area_size = o->area_size,
		.ring_offset = o->ring_offset, .ring_size = o->ring_size,
		.policy = (enum ring_policy)o->policy,
	};
}

static uint64_t count_places(const struct session *s, const Dtraced__Object *o)
{
	uint64_t n = 0;

	for (size_t i = 0; i < o->n_programs; i++) {
		if (hook_is_placed((enum hook_kind)o->programs[i]->hook))
			n += user_hooks_served(s->hooks, o->programs[i]->set, o->programs[i]->serves);
	}
	return n;
}

static int take_charges(struct session *s, const Dtraced__Object *o, struct reason *why)
{
	struct server *server = s->server;
	struct object_layout layout = layout_of(o);
	const struct { enum charge_kind kind; uint64_t amount; } charges[] = {
		{ CHARGE_SESSIONS, 1 },
		{ CHARGE_PROGRAMS, o->n_programs },
		{ CHARGE_SEGMENT_BYTES, segment_bytes(&layout, confine_cpus(&s->setup->identity, server->ncpus)) +
			s->origin.request_len + s->origin.schema_len },
		{ CHARGE_BUFFER_BYTES, (uint64_t)o->ring_size * server->ncpus },
		{ CHARGE_MAPS, o->n_maps },
		{ CHARGE_MAP_BYTES, admit_map_bytes(o) },
		{ CHARGE_PLACES, count_places(s, o) },
	};

	for (size_t i = 0; i < NELEMS(charges); i++) {
		int r = charge_take(&s->charge, &server->charges, &s->owner, charges[i].kind,
			charges[i].amount, why);

		if (r)
			return r < 0 ? r : SESSION_E_LIMIT;
	}
	return 0;
}

static int copy_tables(struct session *s, const Dtraced__Object *o)
{
	s->tables = calloc(o->n_tables + 1, sizeof *s->tables);
	if (!s->tables)
		return -ENOMEM;
	for (size_t i = 0; i < o->n_tables; i++) {
		const Dtraced__TableLayout *t = o->tables[i];

		s->tables[i] = (struct object_table){
			.agg = t->agg, .offset = t->offset, .entries = t->entries,
			.key_size = t->key_size, .nadd = t->nadd, .nmax = t->nmax,
			.overflow = t->overflow, .dense = t->dense,
		};
	}
	s->ntables = (uint32_t)o->n_tables;
	return 0;
}

static int name_maps(struct session *s, const Dtraced__Object *o)
{
	s->maps = calloc(MAP_FIRST_EXTRA + o->n_maps, sizeof *s->maps);
	if (!s->maps)
		return -ENOMEM;
	s->maps[MAP_CTL] = s->segment.ctl_fd;
	s->maps[MAP_SEG] = s->segment.seg_fd;
	s->maps[MAP_BELL] = s->segment.bell_fd;
	s->nmaps = MAP_FIRST_EXTRA;
	return 0;
}

// What the run-time functions refer to, which only the walk of user stacks does.
static int take_values(struct session *s, struct setup *u)
{
	struct load_context *l = &u->load;
	int r = 0;

	for (uint32_t i = 0; i < l->nfunctions && !s->unwinds && r >= 0; i++) {
		if (!runtime_needs_values(l->runtime, l->functions[i]))
			continue;
		r = unwinder_acquire(s->server->unwinder, &l->values, &l->nvalues);
		s->unwinds = r >= 0;
	}
	return r;
}

// Without, only processes that still run have names.
static void follow_processes(struct session *s)
{
	int r = procs_follow(user_procs(syms_user(s->server->syms)));

	s->follows = r >= 0;
	if (r < 0)
		log_warning("processes cannot be followed, so that addresses of those that exit have "
			"no names: %s", strerror(-r));
}

static int prepare_loading(struct session *s, struct setup *u)
{
	const struct runtime *runtime = &s->server->runtime;
	const Dtraced__Object *o = u->object;

	for (size_t i = 0; i < o->n_runtime; i++)
		u->functions[i] = (uint32_t)runtime_find(runtime, o->runtime[i]);
	u->load = (struct load_context){
		.runtime = runtime, .maps = s->maps,
		.guard = s->segment.guard_fd, .functions = u->functions,
		.nfunctions = (uint32_t)o->n_runtime, .strsize = o->strsize,
		.secret = s->segment.secret,
		.identity = u->identity.class ? &u->identity : NULL,
		.uprobe_multi = s->hooks && feature_has(&s->server->features, FEATURE_UPROBE_MULTI),
	};
	s->programs.multi = u->load.uprobe_multi;
	s->programs.quiesce = s->hooks ? s->server->detacher : s->server->quiesce;
	s->programs.linker = s->server->linker;
	s->programs.list = calloc(o->n_programs + 1, sizeof *s->programs.list);
	return s->programs.list ? take_values(s, u) : -ENOMEM;
}

// Whether user probes have the places that they name.
static int admit_hooks(const struct session *s, const Dtraced__Object *o, struct reason *why)
{
	for (size_t i = 0; i < o->n_programs; i++) {
		const Dtraced__Program *p = o->programs[i];

		if (!hook_is_placed((enum hook_kind)p->hook) ||
			user_hooks_fit(s->hooks, (enum hook_kind)p->hook, p->set))
			continue;
		reason_set(why, "the compiler's answer is invalid: set %u of places", p->set);
		return SESSION_E_INVALID;
	}
	return 0;
}

// What it may be, given who asks.
static int admit(struct session *s, struct setup *u, struct reason *why)
{
	const Dtraced__Object *o = u->object;
	enum verdict v;
	int r;

	if (admit_object(o, &s->server->runtime, why) || admit_hooks(s, o, why))
		return SESSION_E_INVALID;
	v = judge(&s->owner, s->wish, why);	// it may be another policy than when the compiler was asked
	if (v != VERDICT_ALLOW)
		return v == VERDICT_LIMIT ? SESSION_E_LIMIT : SESSION_E_DENIED;
	r = confine_find(s->server, &s->owner, &u->identity, why);
	if (r)
		return r < 0 ? r : SESSION_E_KERNEL;
	if (u->identity.class)
		r = confine_object(&u->identity, o, why);
	return r > 0 ? SESSION_E_INVALID : r;
}

static int open_segment(struct session *s, const struct setup *u)
{
	struct object_layout layout = layout_of(u->object);
	struct rights rights;
	int r = u->identity.class ? rights_lower(&rights) : 0, restored = 0;

	if (r < 0)
		return r;
	r = segment_open(&s->segment, &layout, s->server->ncpus, u->object->image.data, u->object->image.len);
	if (u->identity.class)
		restored = rights_restore(&rights);
	return r < 0 ? r : restored;
}

static int prepare(struct session *s, struct setup *u, struct reason *why)
{
	const Dtraced__Object *o = u->object;
	int r = admit(s, u, why);

	if (!r)
		r = take_charges(s, o, why);
	if (!r)
		r = open_segment(s, u);
	if (!r)
		r = copy_tables(s, o);
	if (!r)
		r = name_maps(s, o);
	if (!r && o->tells_processes)
		follow_processes(s);
	if (!r)
		r = prepare_loading(s, u);
	u->prepared = true;
	return r;
}

// ---- one by one ------------------------------------------------------------

static int open_map(const Dtraced__Map *m)
{
	if (m->kind == MK_TASK_STORAGE)
		return map_open_task_storage("dt_self", m->value_size);
	return map_open_hash("dt_hash", m->key_size, m->value_size, m->max_entries, m->prealloc);
}

static int open_next_map(struct session *s, const Dtraced__Object *o, struct reason *why)
{
	const Dtraced__Map *m = o->maps[s->nmaps - MAP_FIRST_EXTRA];
	int fd = open_map(m);

	if (fd < 0) {
		reason_set(why, "the kernel refused a map of %u entries: %s", m->max_entries,
			strerror(-fd));
		return SESSION_E_KERNEL;
	}
	s->maps[s->nmaps++] = fd;
	return 0;
}

static bool is_packet(const Dtraced__Program *p)
{
	return p->hook == HOOK_PACKET_IN || p->hook == HOOK_PACKET_OUT;
}

static bool uses_self(const Dtraced__Object *o, const Dtraced__Program *p)
{
	for (size_t i = 0; i < p->n_relocs; i++) {
		const Dtraced__Reloc *r = p->relocs[i];

		if (r->kind == RELOC_MAP_FD && r->index >= MAP_FIRST_EXTRA &&
		    o->maps[r->index - MAP_FIRST_EXTRA]->kind == MK_TASK_STORAGE)
			return true;
	}
	return false;
}

// The names are the program's from now on.
static int take_functions(struct function_targets *t, Dtraced__Program *p)
{
	uint32_t n = (uint32_t)(p->cookies.len / sizeof *t->cookies);

	if (!n)
		return 0;
	t->cookies = malloc(p->cookies.len);	// the message's are not aligned
	if (!t->cookies)
		return -ENOMEM;
	memcpy(t->cookies, p->cookies.data, p->cookies.len);
	t->addresses = calloc(n, sizeof *t->addresses);
	if (!t->addresses)
		return -ENOMEM;
	if (p->addresses.len)
		memcpy(t->addresses, p->addresses.data, p->addresses.len);
	for (uint32_t i = 0; i < n; i++)
		t->nknown += t->addresses[i] != 0;
	t->names = (char *)p->functions.data;
	t->n = n;
	p->functions = (ProtobufCBinaryData){ 0, NULL };
	return 0;
}

static int load_next_program(struct session *s, struct setup *u, struct reason *why)
{
	Dtraced__Program *p = u->object->programs[s->programs.n];
	struct session_program *sp = &s->programs.list[s->programs.n];
	int r;

	*sp = (struct session_program){
		.hook = { .kind = (enum hook_kind)p->hook, .period = p->period, .set = p->set }, .fd = -1,
		.hooks = s->hooks, .names_probes = p->names_probes, .serves = p->serves, .unserved = p->unserved,
	};
	if (p->counter) {
		sp->hook.event_type = p->counter->type;
		sp->hook.event_config = p->counter->config;
		sp->hook.no_user = p->counter->no_user;
		sp->hook.no_kernel = p->counter->no_kernel;
	}
	if (u->identity.class && sp->hook.kind == HOOK_PERF_CLOCK)
		sp->hook.no_kernel = true;
	if (is_packet(p) && uses_self(u->object, p) &&
	    !feature_has(&s->server->features, FEATURE_PACKET_SELF)) {
		reason_set(why, "%s", feature_sentence(FEATURE_PACKET_SELF));
		return SESSION_E_KERNEL;
	}
	if (u->identity.class) {
		r = confine_body(u->object, p, why);
		if (r)
			return r < 0 ? r : SESSION_E_INVALID;
	}
	u->load.nmaps = s->nmaps;
	u->load.args = user_hooks_args(s->hooks, (enum hook_kind)p->hook, p->set, &u->load.nargs);
	r = load_program(&u->load, p, &sp->fd, why);
	if (r)
		return r < 0 ? r : SESSION_E_KERNEL;
	if (judge_limit(&s->owner, LIMIT_VERIFY_INSNS, load_verified(sp->fd), why) != VERDICT_ALLOW) {
		sp->fd = close_fd(sp->fd);
		return SESSION_E_LIMIT;
	}
	sp->name = strdup(p->name);
	s->programs.n++;
	return take_functions(&sp->functions, p);
}

int setup_load_again(struct session *s, uint32_t program, const struct place_arg *args, uint32_t nargs, int *fdp,
	struct reason *why)
{
	struct setup *u = s->setup;
	int r;

	u->load.args = args;
	u->load.nargs = nargs;
	r = load_program(&u->load, u->object->programs[program], fdp, why);
	return r > 0 ? SESSION_E_KERNEL : r;
}

int setup_step(struct session *s, struct reason *why)
{
	struct setup *u = s->setup;
	const Dtraced__Object *o = u->object;
	int r;

	if (!u->prepared)
		r = prepare(s, u, why);
	else if (s->nmaps < MAP_FIRST_EXTRA + o->n_maps)
		r = open_next_map(s, o, why);
	else if (s->programs.n < o->n_programs)
		r = load_next_program(s, u, why);
	else
		return 0;
	return r ? r : SETUP_MORE;
}
