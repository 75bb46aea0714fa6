// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The schema with which a client reads records and tables, as one packed
// message. The enums of dlang/object.h and of the protocol have the same order.

#include <stdio.h>
#include <string.h>

#include "daemon/compile/object_wire.h"
#include "daemon/compile/wire_array.h"
#include "dlang/dlang.h"

#define SAME(ours, wire) _Static_assert((int)(ours) == (int)(wire), #ours)
SAME(VK_UADDR, DTRACED__VALUE_KIND__VALUE_UADDR);
SAME(ACT_TRACEMEM, DTRACED__ACTION_KIND__ACTION_TRACEMEM);
SAME(AGG_LLQUANTIZE, DTRACED__AGG_FUNC__AGG_FUNC_LLQUANTIZE);

static Dtraced__Value *value(struct arena *a, const struct value_desc *v)
{
	Dtraced__Value *m = WIRE_NEW(a, Dtraced__Value, dtraced__value__init);

	m->kind = (Dtraced__ValueKind)v->kind;
	m->is_signed = v->is_signed;
	m->offset = v->offset;
	m->size = v->size;
	m->type = wire_string(v->type);
	return m;
}

static Dtraced__Action *action(struct arena *a, const struct action *act)
{
	Dtraced__Action *m = WIRE_NEW(a, Dtraced__Action, dtraced__action__init);

	m->kind = (Dtraced__ActionKind)act->kind;
	m->has_format = act->format != NULL;
	if (act->format) {
		m->format.data = (uint8_t *)act->format;
		m->format.len = strlen(act->format);
	}
	m->has_arg = act->has_arg;
	WIRE_EACH(a, m, values, act->values, value);
	WIRE_NUMBERS(m, aggs, act->aggs);
	return m;
}

static Dtraced__Form *form(struct arena *a, const struct record_form *f)
{
	Dtraced__Form *m = WIRE_NEW(a, Dtraced__Form, dtraced__form__init);

	m->clause = f->clause;
	m->size = f->size;
	WIRE_EACH(a, m, actions, f->actions, action);
	return m;
}

static Dtraced__Agg *agg(struct arena *a, const struct agg_desc *d)
{
	Dtraced__Agg *m = WIRE_NEW(a, Dtraced__Agg, dtraced__agg__init);

	m->name = wire_string(d->name);
	m->func = (Dtraced__AggFunc)d->func;
	m->key_size = d->key_size;
	m->n_args = sizeof d->args / sizeof *d->args;
	m->args = (int64_t *)d->args;
	m->nwords = d->nwords;
	m->order = d->order;
	WIRE_EACH(a, m, keys, d->keys, value);
	return m;
}

static Dtraced__Clause *clause(struct arena *a, const struct clause_desc *c)
{
	Dtraced__Clause *m = WIRE_NEW(a, Dtraced__Clause, dtraced__clause__init);

	m->attributes = wire_string(c->attributes);
	m->program = c->program;
	m->epid_base = c->epid_base;
	WIRE_NUMBERS(m, probes, c->probes);
	return m;
}

static Dtraced__Site *site(struct arena *a, const struct fault_site *f)
{
	Dtraced__Site *m = WIRE_NEW(a, Dtraced__Site, dtraced__site__init);

	m->clause = f->clause;
	m->action = f->action;
	m->line = f->line;
	m->column = f->column;
	m->program = f->program;
	return m;
}

static Dtraced__Setting *setting(struct arena *a, const struct option_setting *o)
{
	Dtraced__Setting *m = WIRE_NEW(a, Dtraced__Setting, dtraced__setting__init);

	m->name = wire_string(o->name);
	m->value = wire_string(o->value);
	m->has_value = o->value != NULL;
	return m;
}

ProtobufCBinaryData schema_to_wire(const struct dlang_env *env, const struct object *o,
	bool with_probes)
{
	const struct schema *s = &o->schema;
	struct arena *a = env->arena;
	Dtraced__Schema m = DTRACED__SCHEMA__INIT;
	ProtobufCBinaryData out;

	WIRE_EACH(a, &m, clauses, s->clauses, clause);
	WIRE_EACH(a, &m, forms, s->forms, form);
	WIRE_EACH(a, &m, aggs, s->aggs, agg);
	WIRE_EACH(a, &m, sites, s->sites, site);
	WIRE_EACH(a, &m, options, o->options, setting);
	WIRE_NUMBERS(&m, matched, s->matched);
	m.n_probes = s->probes.n;
	m.probes = arena_alloc(a, s->probes.n * sizeof *m.probes + 1);
	for (uint32_t i = 0; i < s->probes.n; i++)
		m.probes[i] = probe_to_wire(a, with_probes ? env->types : NULL, s->probes.v[i]);
	m.destructive = o->destructive;
	m.strsize = o->strsize;
	out.len = dtraced__schema__get_packed_size(&m);
	out.data = arena_alloc(a, out.len + 1);
	dtraced__schema__pack(&m, out.data);
	return out;
}
