// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Confined sessions, see confine.h.

#include "daemon/session/confine.h"

#include <errno.h>
#include <string.h>

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

// Arrays whose accesses are masked have a power of two of elements.
uint32_t confine_cpus(const struct guard_identity *identity, uint32_t ncpus)
{
	uint32_t n = 1;

	while (n < ncpus)
		n <<= 1;
	return identity->class ? n : ncpus;
}
