// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Faults: a firing whose data cannot be had. Every place that may fault jumps
// to a cold block of its own, which notes where and why; the clause's fault
// block gives up what the clause holds; the program's common block tells the
// client (FORM_ERROR), runs the ERROR clauses and goes on with the next clause.

#include "dlang/lower/expr.h"

#include "dlang/syntax/source.h"

static uint32_t new_site(struct lower *l, struct span where)
{
	struct fault_site s = { .clause = l->clause_no, .action = l->action_no,
				.program = l->clause->text };
	struct position pos;

	if (span_position(l->sources, where, &pos)) {
		s.line = pos.line;
		s.column = pos.column;
	}
	for (uint32_t i = 0; i < l->obj->schema.sites.n; i++) {
		struct fault_site *o = &l->obj->schema.sites.v[i];

		if (o->clause == s.clause && o->action == s.action && o->line == s.line &&
		    o->column == s.column)
			return i;
	}
	vec_push(l->a, &l->obj->schema.sites, s);
	return l->obj->schema.sites.n - 1;
}

// In the current block: note the fault and leave the clause.
static void raise_fault(struct lower *l, uint32_t kind, struct ir_val val, struct span where)
{
	if (l->in_error) {
		count_drop(l, DROP_DBLERROR);
	} else {
		ir_mov(l->f, l->fsite, ir_i(new_site(l, where)));
		ir_mov(l->f, l->faction, ir_i(l->action_no));
		ir_mov(l->f, l->fkind, ir_i(kind));
		ir_mov(l->f, l->fval, val);
		l->any_fault = true;
	}
	ir_jmp(l->f, l->rec.open ? l->rec.discard : l->fault);
}

void fault_always(struct lower *l, uint32_t kind, struct ir_val val, struct span where)
{
	raise_fault(l, kind, val, where);
	ir_at(l->f, ir_block(l->f, "after fault"));
}

void fault_if(struct lower *l, enum ir_cond c, struct ir_val a, struct ir_val b, uint32_t kind,
	      struct ir_val val, struct span where)
{
	uint32_t bad = ir_cold_block(l->f, "fault here"), good = ir_block(l->f, "no fault");

	ir_br(l->f, c, a, b, bad, good);
	ir_at(l->f, bad);
	raise_fault(l, kind, val, where);
	ir_at(l->f, good);
}

static void error_record(struct lower *l)
{
	const uint32_t size = REC_DATA + 16;
	uint32_t pos, rec, skip = ir_cold_block(l->f, "error told");

	rec = record_reserve(l, size, &pos, skip);
	record_header(l, rec, FORM_ERROR, size);
	ir_st(l->f, 4, ir_r(rec), REC_DATA, ir_r(l->fsite));
	ir_st(l->f, 4, ir_r(rec), REC_DATA + 4, ir_r(l->fkind));
	ir_st(l->f, 8, ir_r(rec), REC_DATA + 8, ir_r(l->fval));
	record_commit(l, rec, pos);
	ir_jmp(l->f, skip);
	ir_at(l->f, skip);
}

static void error_clauses(struct lower *l)
{
	const struct sprogram *p = l->prog;

	l->in_error = true;
	for (uint32_t i = 0; i < p->clauses.n; i++) {
		uint32_t next;

		if (!p->clauses.v[i].probes.n || p->clauses.v[i].probes.v[0]->hook->kind != HOOK_ERROR)
			continue;
		next = ir_cold_block(l->f, "next error clause");
		l->clause_no = i;
		l->clause = &p->clauses.v[i];
		l->probes.n = 0;
		vec_push(l->a, &l->probes, l->clause->probes.v[0]);
		lower_clause(l, next);
		ir_at(l->f, next);
	}
	l->in_error = false;
}

void fault_program_end(struct lower *l)
{
	uint32_t nresume = l->resume.n;

	ir_at(l->f, l->fault_common);
	if (!l->any_fault) {
		ir_jmp(l->f, l->finish);
		return;
	}
	l->ts_known = false;
	error_record(l);
	error_clauses(l);
	for (uint32_t i = 0; i + 1 < nresume; i++) {
		uint32_t other = ir_cold_block(l->f, "resume");

		ir_br(l->f, IC_EQ, ir_r(l->fnext), ir_i(i), l->resume.v[i], other);
		ir_at(l->f, other);
	}
	ir_jmp(l->f, nresume ? l->resume.v[nresume - 1] : l->finish);
}
