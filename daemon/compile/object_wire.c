// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The object for the core, probes and diagnostics; see schema_wire.c for the schema.

#include "daemon/compile/object_wire.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "daemon/compile/symbols.h"
#include "daemon/compile/wire_array.h"
#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "dlang/types/type.h"
#include "providers/provider.h"

static Dtraced__Reloc *reloc(struct arena *a, const struct bpf_reloc *r)
{
	Dtraced__Reloc *m = WIRE_NEW(a, Dtraced__Reloc, dtraced__reloc__init);

	m->insn = r->insn;
	m->kind = r->kind;
	m->index = r->index;
	return m;
}

static Dtraced__Slot *slot(struct arena *a, const struct slot_source *s)
{
	Dtraced__Slot *m = WIRE_NEW(a, Dtraced__Slot, dtraced__slot__init);

	m->kind = s->kind;
	m->a = s->a;
	m->b = s->b;
	return m;
}

// A u32 source line per instruction; 0 where there is none.
static ProtobufCBinaryData lines_of(struct arena *a, const struct bpf_body *b,
	const struct sources *s)
{
	uint32_t *lines = arena_alloc(a, b->n * sizeof *lines + 1);
	struct position pos = { 0 };

	for (uint32_t i = 0; i < b->n && b->spans; i++) {
		bool repeated = i && memcmp(&b->spans[i], &b->spans[i - 1], sizeof *b->spans) == 0;

		if (!repeated && !span_position(s, b->spans[i], &pos))
			pos.line = 0;
		lines[i] = pos.line;
	}
	return (ProtobufCBinaryData){ .len = b->n * sizeof *lines, .data = (uint8_t *)lines };
}

static Dtraced__Counter *counter(struct arena *a, const struct probe_hook *h)
{
	Dtraced__Counter *m = WIRE_NEW(a, Dtraced__Counter, dtraced__counter__init);

	m->type = h->event_type;
	m->config = h->event_config;
	m->no_user = h->no_user;
	m->no_kernel = h->no_kernel;
	return m;
}

// What is of a module may be another module's by the time that it is attached to.
static void put_addresses(struct arena *a, Dtraced__Program *m, const struct object_program *p,
	const struct symbol_source *symbols)
{
	struct symbol_place *places = arena_alloc(a, p->targets.n * sizeof *places + 1);
	uint64_t *addresses = arena_alloc(a, p->targets.n * sizeof *addresses + 1);

	for (uint32_t i = 0; i < p->targets.n; i++)
		places[i].name = p->targets.v[i]->func;
	symbols_place(symbols, a, places, p->targets.n);
	for (uint32_t i = 0; i < p->targets.n; i++)
		addresses[i] = strcmp(p->targets.v[i]->mod, "vmlinux") ? 0 : places[i].address;
	m->addresses = (ProtobufCBinaryData){ .len = p->targets.n * sizeof *addresses, .data = (uint8_t *)addresses };
}

static void put_targets(struct arena *a, Dtraced__Program *m, const struct object_program *p)
{
	uint64_t *cookies = arena_alloc(a, p->targets.n * sizeof *cookies + 1);
	size_t size = 0;
	char *at;

	for (uint32_t i = 0; i < p->targets.n; i++) {
		cookies[i] = (uint64_t)p->targets.v[i]->id << 32 | i;
		size += strlen(p->targets.v[i]->func) + 1;
	}
	at = arena_alloc(a, size + 1);
	m->functions = (ProtobufCBinaryData){ .len = size, .data = (uint8_t *)at };
	m->cookies = (ProtobufCBinaryData){ .len = p->targets.n * sizeof *cookies, .data = (uint8_t *)cookies };
	for (uint32_t i = 0; i < p->targets.n; i++)
		at = stpcpy(at, p->targets.v[i]->func) + 1;
}

static Dtraced__Program *program(struct arena *a, const struct object_program *p,
	const struct sources *s, const struct symbol_source *symbols)
{
	Dtraced__Program *m = WIRE_NEW(a, Dtraced__Program, dtraced__program__init);

	m->hook = p->hook.kind;
	m->name = wire_string(p->hook.name);
	m->btf_id = p->hook.btf_id;
	m->period = p->hook.period;
	m->nctx = p->hook.nctx;
	m->set = p->hook.set;
	if (p->hook.kind == HOOK_COUNTER)
		m->counter = counter(a, &p->hook);
	m->insns.len = p->body.n * sizeof(struct bpf_insn);
	m->insns.data = (uint8_t *)p->body.insns;
	m->can_exit = p->can_exit;
	m->names_probes = p->names_probes;
	m->serves = p->serves;
	m->unserved = p->unserved;
	m->lines = lines_of(a, &p->body, s);
	put_targets(a, m, p);
	if (p->targets.n && symbols)
		put_addresses(a, m, p, symbols);
	WIRE_EACH(a, m, relocs, p->body.relocs, reloc);
	WIRE_EACH(a, m, slots, p->slots, slot);
	return m;
}

static Dtraced__Map *map(struct arena *a, const struct object_map *o)
{
	Dtraced__Map *m = WIRE_NEW(a, Dtraced__Map, dtraced__map__init);

	m->kind = o->kind;
	m->key_size = o->key_size;
	m->value_size = o->value_size;
	m->max_entries = o->max_entries;
	m->prealloc = o->prealloc;
	return m;
}

static Dtraced__TableLayout *table(struct arena *a, const struct object_table *t)
{
	Dtraced__TableLayout *m = WIRE_NEW(a, Dtraced__TableLayout, dtraced__table_layout__init);

	m->agg = t->agg;
	m->offset = t->offset;
	m->entries = t->entries;
	m->key_size = t->key_size;
	m->nadd = t->nadd;
	m->nmax = t->nmax;
	m->overflow = t->overflow;
	m->dense = t->dense;
	return m;
}

static char *name_of(struct arena *a, const char *const *name)
{
	(void)a;
	return wire_string(*name);
}

static bool is_of_process(const struct value_desc *v)
{
	return v->kind == VK_USTACK || v->kind == VK_USYM || v->kind == VK_UMOD || v->kind == VK_UADDR;
}

// Whether somebody will want names of addresses of processes.
static bool tells_processes(const struct object *o)
{
	bool yes = false;

	for (uint32_t i = 0; i < o->schema.aggs.n; i++) {
		for (uint32_t k = 0; k < o->schema.aggs.v[i].keys.n; k++)
			yes |= is_of_process(&o->schema.aggs.v[i].keys.v[k]);
	}
	for (uint32_t i = 0; i < o->schema.forms.n; i++) {
		for (uint32_t k = 0; k < o->schema.forms.v[i].actions.n; k++) {
			const struct action *act = &o->schema.forms.v[i].actions.v[k];

			for (uint32_t n = 0; n < act->values.n; n++)
				yes |= is_of_process(&act->values.v[n]);
		}
	}
	return yes;
}

Dtraced__Object *object_to_wire(struct arena *a, const struct object *o, const struct sources *s,
	const struct symbol_source *symbols)
{
	Dtraced__Object *m = WIRE_NEW(a, Dtraced__Object, dtraced__object__init);

	m->n_programs = o->programs.n;
	m->programs = arena_alloc(a, o->programs.n * sizeof *m->programs + 1);
	for (uint32_t i = 0; i < o->programs.n; i++)
		m->programs[i] = program(a, &o->programs.v[i], s, symbols);
	WIRE_EACH(a, m, maps, o->maps, map);
	WIRE_EACH(a, m, tables, o->tables, table);
	WIRE_EACH(a, m, runtime, o->runtime, name_of);
	m->ctl_size = o->layout.ctl_size;
	m->area_size = o->layout.area_size;
	m->ring_offset = o->layout.ring_offset;
	m->ring_size = o->layout.ring_size;
	m->policy = o->layout.policy;
	m->image.len = o->image_size;
	m->image.data = (uint8_t *)o->image;
	m->strsize = o->strsize;
	m->tells_processes = tells_processes(o);
	m->refusal = wire_string(o->refusal);
	m->clauses = o->schema.clauses.n;
	m->probes = o->schema.probes.n;
	return m;
}

// ---- probes ----------------------------------------------------------------

static char *arg_type(struct types *types, const struct probe_arg *arg)
{
	struct type *t = arg->btf_type ? type_from_btf(types, arg->btf_type) : NULL;

	return wire_string(arg->xlate ? arg->xlate : t ? type_name(types, t) : arg->ctype);
}

// The types of args[] up to the first argument that has none.
static void set_args(struct arena *a, struct types *types, const struct probe *p,
	Dtraced__ProbeInfo *m)
{
	m->args = arena_alloc(a, p->nargs * sizeof *m->args + 1);
	while (m->n_args < p->nargs) {
		const struct probe_arg *arg = &p->args[m->n_args];

		if (!arg->btf_type && !arg->ctype)
			break;
		m->args[m->n_args++] = arg_type(types, arg);
	}
}

Dtraced__ProbeInfo *probe_to_wire(struct arena *a, struct types *types, const struct probe *p)
{
	Dtraced__ProbeInfo *m = WIRE_NEW(a, Dtraced__ProbeInfo, dtraced__probe_info__init);

	m->id = p->id;
	m->prov = wire_string(p->prov);
	m->mod = wire_string(p->mod);
	m->func = wire_string(p->func);
	m->name = wire_string(p->name);
	m->flags = p->flags;
	if (types)
		set_args(a, types, p, m);
	if (types)
		m->note = wire_string(p->note);
	if (types && p->owner)
		m->attributes = wire_string(provider_attributes(p->owner, a));
	return m;
}

// ---- diagnostics -----------------------------------------------------------

// The source line and the caret: what diag_render() writes below the message.
static char *excerpt(struct arena *a, const struct sources *s, const struct diag *d)
{
	struct diag bare = *d;
	struct sbuf out;
	char *second;

	bare.hint = NULL;
	sbuf_init(&out, a);
	diag_render(&out, s, &bare, false);
	second = strchr(out.s, '\n');
	if (!second)
		return wire_string(NULL);
	second++;
	if (*second)
		second[strlen(second) - 1] = '\0';	// the last newline
	return second;
}

static Dtraced__Diagnostic *diagnostic(struct arena *a, const struct sources *s,
	const struct diag *d, uint32_t ntexts)
{
	Dtraced__Diagnostic *m = WIRE_NEW(a, Dtraced__Diagnostic, dtraced__diagnostic__init);
	struct position pos;

	m->tag = wire_string(errtag_name(d->tag));
	m->text = wire_string(d->text);
	m->hint = wire_string(d->hint);
	m->program = d->span.source < ntexts ? d->span.source : 0;
	if (d->tag == D_PRAGMA_OPTSET && d->span.source == SOURCE_NONE)
		m->program = UINT32_MAX;	// of no program
	if (!s || !span_position(s, d->span, &pos))
		return m;
	m->line = pos.line;
	m->column = pos.column;
	m->location = pos.file ? arena_printf(a, "\"%s\", line %u:", pos.file, pos.line) :
		arena_printf(a, "line %u:", pos.line);
	m->excerpt = excerpt(a, s, d);
	return m;
}

Dtraced__Failure *diags_to_wire(struct arena *a, const struct dlang_result *res, uint32_t ntexts)
{
	Dtraced__Failure *m = WIRE_NEW(a, Dtraced__Failure, dtraced__failure__init);
	const struct diags *d = &res->diags;

	m->code = DTRACED__FAILURE_CODE__FAILURE_COMPILE;
	m->text = d->dropped ?
		arena_printf(a, "%u errors, of which the first %u are shown", d->list.n + d->dropped,
			d->list.n) :
		arena_printf(a, "%u error%s", d->list.n, d->list.n == 1 ? "" : "s");
	m->n_diagnostics = d->list.n;
	m->diagnostics = arena_alloc(a, d->list.n * sizeof *m->diagnostics + 1);
	for (uint32_t i = 0; i < d->list.n; i++)
		m->diagnostics[i] = diagnostic(a, res->sources, &d->list.v[i], ntexts);
	return m;
}
