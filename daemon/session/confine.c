// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Confined sessions, see confine.h.

#include "daemon/session/confine.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/kernel/load.h"
#include "daemon/policy/checker.h"
#include "daemon/policy/peer.h"
#include "daemon/policy/role.h"
#include "daemon/server.h"
#include "dlang/object.h"

static int read_fields(struct server *server, struct reason *why)
{
	const char *missing;
	int r;

	if (server->fields_known)
		return 0;
	r = kernel_fields_read(&server->fields, &missing);
	if (r < 0) {
		reason_set(why, "this kernel cannot confine programs to the processes of a user: %s: %s", missing,
			strerror(-r));
		return CONFINE_E_KERNEL;
	}
	server->fields_known = true;
	return 0;
}

int confine_find(struct server *server, const struct peer *peer, struct guard_identity *identity, struct reason *why)
{
	*identity = (struct guard_identity){
		.class = role_confined(peer->role), .uid = peer->uid, .gid = peer->gid, .pid = peer->pid,
		.fields = &server->fields,
	};
	return identity->class ? read_fields(server, why) : 0;
}

static int confine_slots(const struct guard_identity *identity, const Dtraced__Object *o, const Dtraced__Program *p,
	struct reason *why)
{
	struct guard_request q = {
		.hook = (enum hook_kind)p->hook, .btf_id = p->btf_id, .nctx = p->nctx, .identity = identity, .self = 0,
	};

	if (!guard_is_confinable(&q)) {
		reason_set(why, "the compiler's answer is invalid: a probe of kind %u needs class kernel", p->hook);
		return CONFINE_E_BAD;
	}
	for (size_t i = 0; i < p->n_slots; i++) {
		struct slot_source s = {
			.kind = (enum arg_source)p->slots[i]->kind, .a = (uint16_t)p->slots[i]->a,
			.b = (uint16_t)p->slots[i]->b,
		};
		uint32_t map = s.a - MAP_FIRST_EXTRA;
		bool storage = s.a >= MAP_FIRST_EXTRA && map < o->n_maps && o->maps[map]->kind == MK_TASK_STORAGE;

		if (guard_slot_is_own(&q, &s) && (s.kind != ARG_SELF || storage))
			continue;
		reason_set(why, "the compiler's answer is invalid: argument slot %zu of source %u needs class kernel", i,
			p->slots[i]->kind);
		return CONFINE_E_BAD;
	}
	return 0;
}

int confine_object(const struct guard_identity *identity, const Dtraced__Object *o, struct reason *why)
{
	int r = 0;

	for (size_t i = 0; i < o->n_programs && !r; i++)
		r = confine_slots(identity, o, o->programs[i], why);
	return r;
}

// ---- the checker's view of an object --------------------------------------------

static struct check_map *describe_maps(const Dtraced__Object *o)
{
	struct check_map *maps = calloc(MAP_FIRST_EXTRA + o->n_maps, sizeof *maps);

	if (!maps)
		return NULL;
	maps[MAP_CTL] = (struct check_map){ CHECK_MAP_CELL, 4, o->ctl_size };
	maps[MAP_SEG] = (struct check_map){ CHECK_MAP_ARRAY, 4, o->area_size };
	maps[MAP_BELL] = (struct check_map){ CHECK_MAP_BELL, 0, 0 };
	for (size_t i = 0; i < o->n_maps; i++) {
		const Dtraced__Map *m = o->maps[i];

		maps[MAP_FIRST_EXTRA + i] = (struct check_map){
			m->kind == MK_TASK_STORAGE ? CHECK_MAP_TASK : CHECK_MAP_HASH, m->key_size, m->value_size,
		};
	}
	return maps;
}

static struct bpf_reloc *describe_relocs(const Dtraced__Program *p)
{
	struct bpf_reloc *relocs = calloc(p->n_relocs + 1, sizeof *relocs);

	for (size_t i = 0; relocs && i < p->n_relocs; i++)
		relocs[i] = (struct bpf_reloc){
			p->relocs[i]->insn, (enum reloc_kind)p->relocs[i]->kind, p->relocs[i]->index,
		};
	return relocs;
}

int confine_body(const Dtraced__Object *o, const Dtraced__Program *p, struct reason *why)
{
	CLEANUP(freep) struct check_map *maps = describe_maps(o);
	CLEANUP(freep) struct bpf_reloc *relocs = describe_relocs(p);
	struct check_slot slots[GUARD_MAX_SLOTS] = { 0 };
	struct check_request q = {
		.insns = (const struct bpf_insn *)(const void *)p->insns.data,
		.n = (uint32_t)(p->insns.len / sizeof(struct bpf_insn)), .relocs = relocs, .nrelocs = (uint32_t)p->n_relocs,
		.maps = maps, .nmaps = (uint32_t)(MAP_FIRST_EXTRA + o->n_maps), .slots = slots,
		.nslots = (uint32_t)p->n_slots, .functions = (const char *const *)o->runtime,
		.nfunctions = (uint32_t)o->n_runtime, .strsize = o->strsize, .placeholder = LOAD_SECRET,
		.process = p->hook != HOOK_BEGIN && p->hook != HOOK_END && p->hook != HOOK_TICK,
	};
	struct reason rule = { 0 };
	int r;

	if (!maps || !relocs)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_slots; i++)
		slots[i] = (struct check_slot){ p->slots[i]->kind == ARG_SELF, p->slots[i]->a };
	r = checker_body(&q, &rule);
	if (r <= 0)
		return r;
	reason_set(why, "the program for %s does more than its class allows: %s", *p->name ? p->name : "a probe",
		rule.text);
	return CONFINE_E_BAD;
}

// Arrays whose accesses are masked have a power of two of elements.
uint32_t confine_cpus(const struct guard_identity *identity, uint32_t ncpus)
{
	uint32_t n = 1;

	while (n < ncpus)
		n <<= 1;
	return identity->class ? n : ncpus;
}
