// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// One clause on one hook: predicate, statements, and the scratch memory that
// lives as long as the clause's firing.

#include "dlang/lower/expr.h"

struct cache cache_save(struct lower *l)
{
	return (struct cache){ l->task, l->ts_known, l->known.n };
}

void cache_restore(struct lower *l, struct cache c)
{
	l->task = c.task;
	l->ts_known = c.ts_known;
	l->known.n = c.known;
}

// ---- scratch ------------------------------------------------------------------

// Claims one of the CPU's slots: the lowest free bit of the map is set with an
// atomic or; its slot number is a permutation of it (a De Bruijn product), so
// that no branch makes the number a constant on some path, which would have the
// verifier walk the rest once per slot.
void scratch_claim(struct lower *l)
{
	struct ir_fn *f = l->f;
	uint32_t n = ir_copy(f, IK_SCALAR, ir_i(0)), bit = ir_reg(f, IK_SCALAR);
	uint32_t retry = ir_block(f, "claim"), try = ir_block(f, "claim free");
	uint32_t again = ir_cold_block(f, "claim again"), got = ir_block(f, "claimed");
	uint32_t full = ir_cold_block(f, "no scratch");
	struct ir_val area = ir_r(l->area), v;
	uint32_t old;

	ir_jmp(f, retry);
	ir_at(f, retry);
	v = ir_op2(f, IR_XOR, ir_r(ir_ld(f, IK_SCALAR, 8, area, SEG_SCRATCH_MAP)), ir_i(-1));
	v = ir_op2(f, IR_AND, v, ir_i((1 << SEG_NSCRATCH) - 1));
	{
		uint32_t neg = ir_reg(f, IK_SCALAR);
		struct ir_val m = ir_op2(f, IR_SUB, ir_i(0), v);

		ir_mov(f, neg, m);
		ir_mov(f, bit, ir_op2(f, IR_AND, v, ir_r(neg)));
	}
	ir_br(f, IC_EQ, ir_r(bit), ir_i(0), full, try);
	ir_at(f, try);
	old = ir_atomic(f, IR_FOR, 8, area, SEG_SCRATCH_MAP, ir_r(bit));
	ir_br(f, IC_TEST, ir_r(old), ir_r(bit), again, got);
	ir_at(f, again);
	ir_mov(f, n, ir_op2(f, IR_ADD, ir_r(n), ir_i(1)));
	ir_br(f, IC_ULT, ir_r(n), ir_i(SEG_RESERVE_TRIES), retry, full);
	ir_at(f, full);
	count_drop(l, DROP_SCRATCH);
	ir_jmp(f, l->done);
	ir_at(f, got);
	l->scr_bit = bit;
	v = ir_op2(f, IR_MUL, ir_r(bit), ir_i(0x1d));
	v = ir_op2(f, IR_LSHR, v, ir_i(5));
	v = ir_op2(f, IR_AND, v, ir_i(SEG_NSCRATCH - 1));
	v = ir_op2(f, IR_MUL, v, ir_i(4096));
	vec_push(l->a, &l->scratch_muls,
		 (struct patch){ f, f->cur, f->blocks.v[f->cur].insns.n - 1 });
	l->scr = ir_ptr_add(f, ir_r(ir_ptr_add(f, area, v)), ir_i(l->scratch_off));
	l->scr_used = l->scr_kept = l->prog_used = 0;
}

void scratch_release(struct lower *l)
{
	uint32_t keep = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_XOR, ir_r(l->scr_bit), ir_i(-1)));

	ir_atomic(l->f, IR_AAND, 8, ir_r(l->area), SEG_SCRATCH_MAP, ir_r(keep));
}

uint32_t scratch_alloc(struct lower *l, uint32_t size)
{
	uint32_t at = l->scr_used;

	l->scr_used += round8(size);
	if (l->scr_used > l->scratch_size)
		l->scratch_size = l->scr_used;
	if (l->scr_used > SCRATCH_MAX) {
		diag_error(l->diags, l->clause->clause->span, D_UNKNOWN,
			   "this clause needs more than %d bytes of scratch memory", SCRATCH_MAX);
		diag_hint(l->diags, "split the clause, or lower strsize");
		l->scr_used = 0;
	}
	return at;
}

struct rv scratch_at(struct lower *l, uint32_t off, uint32_t size)
{
	return (struct rv){ .v = ir_r(ir_ptr_add(l->f, ir_r(l->scr), ir_i(off))), .kind = IK_POINTER,
			    .prov = PROV_OWN, .own_size = size, .not_null = true };
}

void scratch_reset(struct lower *l, uint32_t mark)
{
	l->scr_used = mark > l->scr_kept ? mark : l->scr_kept;
}

// ---- does a clause need scratch memory? -----------------------------------------

static bool stmts_need_scratch(struct lower *l, struct stmt *const *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (s[i]->expr && expr_needs_scratch(l, s[i]->expr))
			return true;
		if (s[i]->kind == STM_IF &&
		    (stmts_need_scratch(l, s[i]->then_body.v, s[i]->then_body.n) ||
		     stmts_need_scratch(l, s[i]->else_body.v, s[i]->else_body.n)))
			return true;
	}
	return false;
}

// ---- statements -------------------------------------------------------------------

static void lower_stmts(struct lower *l, struct stmt *const *s, uint32_t n);

static void lower_if(struct lower *l, const struct stmt *s)
{
	uint32_t yes = ir_block(l->f, "then"), no = ir_block(l->f, "else");
	uint32_t end = ir_block(l->f, "endif");
	uint32_t spec = l->spec, mark = l->scr_used;
	struct cache c;

	lower_cond(l, s->expr, yes, no);
	scratch_reset(l, mark);
	c = cache_save(l);
	ir_at(l->f, yes);
	lower_stmts(l, s->then_body.v, s->then_body.n);
	l->spec = spec;
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, no);
	lower_stmts(l, s->else_body.v, s->else_body.n);
	l->spec = spec;
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, end);
}

// Statements between two ifs that record anything make one record.
static void lower_stmts(struct lower *l, struct stmt *const *s, uint32_t n)
{
	uint32_t i = 0;

	while (i < n) {
		uint32_t first = i;

		if (s[i]->kind == STM_IF) {
			l->action_no++;
			lower_if(l, s[i++]);
			continue;
		}
		while (i < n && s[i]->kind != STM_IF)
			i++;
		record_run(l, s + first, i - first, false);
	}
}

// Goes on where the condition of the stable probe holds.
static void lower_condition(struct lower *l, const struct sclause *c)
{
	uint32_t yes, i = 0;

	if (!c->cond)
		return;
	yes = ir_block(l->f, "fires");
	while (i < l->conditions.n && l->conditions.v[i].site != c->site)
		i++;
	if (i < l->conditions.n && l->conditions.v[i].known) {
		ir_br(l->f, IC_NE, ir_r(l->conditions.v[i].reg), ir_i(0), yes, l->done);
		ir_at(l->f, yes);
		return;
	}
	lower_cond(l, c->cond, yes, l->done);
	ir_at(l->f, yes);
	if (i < l->conditions.n) {
		ir_mov(l->f, l->conditions.v[i].reg, ir_i(1));
		l->conditions.v[i].known = true;
	}
}

static void lower_predicate(struct lower *l, const struct expr *pred)
{
	uint32_t yes, mark = l->scr_used;

	if (!pred)
		return;
	yes = ir_block(l->f, "predicate holds");
	lower_cond(l, pred, yes, l->done);
	scratch_reset(l, mark);
	ir_at(l->f, yes);
}

// From here on the clause holds scratch, which its ways out give back.
static void hold_clause_scratch(struct lower *l, uint32_t leave)
{
	scratch_claim(l);
	l->done = leave;
	l->fault = ir_cold_block(l->f, "clause fault, scratch");
}

// The way out of a fault: scratch is given back, then the program's common
// block tells about it and goes on with the next clause. A fault in an ERROR
// clause only ends that clause. free: the way of one who holds no scratch.
static void clause_fault(struct lower *l, uint32_t free, uint32_t next)
{
	if (l->fault != free) {
		ir_at(l->f, l->fault);
		scratch_release(l);
		ir_jmp(l->f, free);
	}
	ir_at(l->f, free);
	if (l->in_error) {
		ir_jmp(l->f, next);
		return;
	}
	ir_mov(l->f, l->fnext, ir_i(l->resume.n - 1));
	ir_mov(l->f, l->fepid, enabled_id(l));
	ir_jmp(l->f, l->fault_common);
}

static void clause_body(struct lower *l, const struct clause *c)
{
	const struct expr *only = c->body.n == 1 ? c->body.v[0]->expr : NULL;

	if (!c->body.n) {
		record_run(l, NULL, 0, true);
		return;
	}
	lower_stmts(l, c->body.v, c->body.n);
	// speculate() by itself: the default action, speculatively.
	if (l->spec && only && only->kind == EX_CALL)
		record_run(l, NULL, 0, true);
}

void lower_clause(struct lower *l, uint32_t next)
{
	const struct clause *c = l->clause->clause;
	bool need = !l->prog_scratch && stmts_need_scratch(l, c->body.v, c->body.n);
	bool early = !l->prog_scratch && ((c->pred && expr_needs_scratch(l, c->pred)) ||
		(l->clause->cond && expr_needs_scratch(l, l->clause->cond)));
	uint32_t leave = ir_block(l->f, "clause done"), fault = ir_cold_block(l->f, "clause fault");

	l->done = next;
	l->fault = fault;
	if (!l->prog_scratch)
		l->scr = l->scr_bit = 0;
	if (!l->own_keep) {
		l->scr_used = l->scr_kept = l->prog_used;
		l->own_given = false;
	}
	cache_restore(l, (struct cache){ 0 });
	l->rec = (struct record_state){ 0 };
	l->action_no = 0;
	l->f->span = c->span;
	if (early)
		hold_clause_scratch(l, leave);
	if (l->clause->current) {
		l->task = lower_expr(l, l->clause->current);
		l->task.not_null = true;
	}
	lower_condition(l, l->clause);
	lower_predicate(l, c->pred);
	if (need && !early)
		hold_clause_scratch(l, leave);
	clause_body(l, c);
	l->spec = 0;
	if (!ir_terminated(l->f))
		ir_jmp(l->f, l->done);
	ir_at(l->f, leave);
	if (l->scr && !l->prog_scratch)
		scratch_release(l);
	ir_jmp(l->f, next);
	clause_fault(l, fault, next);
}
