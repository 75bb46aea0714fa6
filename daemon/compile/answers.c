// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/compile/answers.h"

#include "daemon/compile/wire_array.h"
#include "providers/catalogue.h"
#include "providers/processes.h"

_Static_assert((int)PROCESS_ENTRY == (int)DTRACED__PLACE_KIND__PLACE_KIND_ENTRY &&
	(int)PROCESS_RETURN == (int)DTRACED__PLACE_KIND__PLACE_KIND_RETURN &&
	(int)PROCESS_OFFSET == (int)DTRACED__PLACE_KIND__PLACE_KIND_OFFSET &&
	(int)PROCESS_USDT == (int)DTRACED__PLACE_KIND__PLACE_KIND_USDT, "kinds are the same");

static Dtraced__Want *want_to_wire(struct arena *a, const struct process_want *w)
{
	Dtraced__Want *m = WIRE_NEW(a, Dtraced__Want, dtraced__want__init);

	m->pid = w->pid;
	m->prov = wire_string(w->desc.prov);
	m->mod = wire_string(w->desc.mod);
	m->func = wire_string(w->desc.func);
	m->name = wire_string(w->desc.name);
	return m;
}

void answers_ask(const struct catalogue *c, struct arena *a, Dtraced__WorkerReply *reply)
{
	reply->body_case = DTRACED__WORKER_REPLY__BODY_WANTS;
	reply->wants = WIRE_NEW(a, Dtraced__Wants, dtraced__wants__init);
	WIRE_EACH(a, reply->wants, wants, catalogue_processes(c)->wants, want_to_wire);
	reply->wants->ids = catalogue_processes(c)->ids;
}

static void take_set(struct catalogue *c, struct arena *a, const Dtraced__PlaceSet *m, uint32_t number)
{
	struct process_place *places = arena_alloc(a, m->n_places * sizeof *places + 1);
	struct process_type *args = arena_alloc(a, m->n_args * sizeof *args + 1);

	for (size_t i = 0; i < m->n_places; i++) {
		const Dtraced__Place *p = m->places[i];

		places[i] = (struct process_place){ p->prov, p->mod, p->func, p->name, p->wants };
	}
	for (size_t i = 0; i < m->n_args; i++)
		args[i] = (struct process_type){ m->args[i]->size, m->args[i]->is_signed, m->args[i]->is_float,
			m->args[i]->is_out_of_reach };
	catalogue_answer(c, &(struct process_set){
		.kind = (enum process_kind)m->kind, .number = number, .id_base = m->id_base,
		.args = args, .nargs = (uint32_t)m->n_args,
		.n = (uint32_t)m->n_places, .places = places, .wants = m->wants, .later = m->later,
	});
}

uint32_t answers_take(struct catalogue *c, struct arena *a, const Dtraced__Places *places)
{
	uint32_t n = 0;

	for (size_t i = 0; i < places->n_wants; i++) {
		const Dtraced__Want *w = places->wants[i];
		const char *none = i < places->n_none ? places->none[i] : "";

		catalogue_restore_want(c, &(struct process_want){
			{ w->prov, w->mod, w->func, w->name, 0 }, w->pid, *none ? none : NULL });
	}
	for (size_t i = 0; i < places->n_sets; i++) {
		take_set(c, a, places->sets[i], (uint32_t)i);
		n += (uint32_t)places->sets[i]->n_places;
	}
	catalogue_answered(c, places->next_id, places->error, places->why);
	return n;
}
