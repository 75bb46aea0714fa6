// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Making a session out of an object: admission, charges, maps, programs.

#include "daemon/session/setup.h"

#include <errno.h>
#include <string.h>

#include "daemon/conn.h"
#include "daemon/kernel/load.h"
#include "daemon/kernel/maps.h"
#include "daemon/server.h"
#include "daemon/session/admit.h"

static struct object_layout layout_of(const Dtraced__Object *o)
{
	return (struct object_layout){
		.ctl_size = o->ctl_size, .area_size = o->area_size,
		.ring_offset = o->ring_offset, .ring_size = o->ring_size,
		.policy = (enum ring_policy)o->policy,
	};
}

static int take_charges(struct session *s, const Dtraced__Object *o, struct reason *why)
{
	struct server *server = s->conn->server;
	struct object_layout layout = layout_of(o);
	const struct { enum charge_kind kind; uint64_t amount; } charges[] = {
		{ CHARGE_SESSIONS, 1 },
		{ CHARGE_PROGRAMS, o->n_programs },
		{ CHARGE_SEGMENT_BYTES, segment_bytes(&layout, server->ncpus) },
		{ CHARGE_MAP_BYTES, admit_map_bytes(o) },
	};

	for (size_t i = 0; i < NELEMS(charges); i++) {
		int r = charge_take(&s->charge, &server->charges, s->conn->peer.uid, charges[i].kind,
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
			.overflow = t->overflow,
		};
	}
	s->ntables = (uint32_t)o->n_tables;
	return 0;
}

static int open_map(const Dtraced__Map *m)
{
	if (m->kind == MK_TASK_STORAGE)
		return map_open_task_storage("dt_self", m->value_size);
	return map_open_hash("dt_hash", m->key_size, m->value_size, m->max_entries, m->prealloc);
}

static int open_maps(struct session *s, const Dtraced__Object *o, struct reason *why)
{
	s->maps = calloc(MAP_FIRST_EXTRA + o->n_maps, sizeof *s->maps);
	if (!s->maps)
		return -ENOMEM;
	s->maps[MAP_CTL] = s->segment.ctl_fd;
	s->maps[MAP_SEG] = s->segment.seg_fd;
	s->maps[MAP_BELL] = s->segment.bell_fd;
	s->nmaps = MAP_FIRST_EXTRA;
	for (size_t i = 0; i < o->n_maps; i++) {
		int fd = open_map(o->maps[i]);

		if (fd < 0) {
			reason_set(why, "the kernel refused a map of %u entries: %s",
				o->maps[i]->max_entries, strerror(-fd));
			return SESSION_E_KERNEL;
		}
		s->maps[s->nmaps++] = fd;
	}
	return 0;
}

static int load_one(struct session *s, const struct load_context *ctx, const Dtraced__Program *p,
	struct reason *why)
{
	struct session_program *sp = &s->programs[s->nprograms];
	int r;

	*sp = (struct session_program){
		.hook = (enum hook_kind)p->hook, .period = p->period, .fd = -1
	};
	r = load_program(ctx, p, &sp->fd, why);
	if (r)
		return r < 0 ? r : SESSION_E_KERNEL;
	s->nprograms++;
	return 0;
}

static int load_programs(struct session *s, const Dtraced__Object *o, struct reason *why)
{
	const struct runtime *runtime = &s->conn->server->runtime;
	uint32_t functions[ADMIT_MAX_RUNTIME];
	struct load_context ctx = {
		.runtime = runtime, .maps = s->maps, .nmaps = s->nmaps,
		.guard = s->segment.guard_fd, .functions = functions,
		.nfunctions = (uint32_t)o->n_runtime, .strsize = o->strsize,
		.secret = s->segment.secret,
	};
	int r = 0;

	for (size_t i = 0; i < o->n_runtime; i++)
		functions[i] = (uint32_t)runtime_find(runtime, o->runtime[i]);
	s->programs = calloc(o->n_programs + 1, sizeof *s->programs);
	if (!s->programs)
		return -ENOMEM;
	for (size_t i = 0; i < o->n_programs && !r; i++)
		r = load_one(s, &ctx, o->programs[i], why);
	return r;
}

int session_setup(struct session *s, const Dtraced__Object *o, struct reason *why)
{
	struct object_layout layout = layout_of(o);
	int r = admit_object(o, &s->conn->server->runtime, why);

	if (r)
		return SESSION_E_INVALID;
	r = take_charges(s, o, why);
	if (!r)
		r = segment_open(&s->segment, &layout, s->conn->server->ncpus, o->image.data,
			o->image.len);
	if (!r)
		r = copy_tables(s, o);
	if (!r)
		r = open_maps(s, o, why);
	if (!r)
		r = load_programs(s, o, why);
	return r;
}
