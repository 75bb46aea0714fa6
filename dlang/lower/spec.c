// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Speculations. Each id has a word in ctl, odd while the id is active. What is
// recorded for it carries id and generation (word >> 1), so that the client can
// tell the speculations apart that used the same id one after another: commit()
// and discard() free the id at once, by making the word even.

#include "dlang/lower/expr.h"

// A word per id at the first use; number 0 is never active.
static void plan(struct lower *l)
{
	if (l->spec_rows)
		return;
	for (l->spec_rows = 1; l->spec_rows <= l->opt->nspec;)
		l->spec_rows *= 2;
	l->spec_off = layout_image(l, NULL, 8 * l->spec_rows, 8);
}

// Address of the word of an id, which the verifier may know nothing of.
static uint32_t word_of(struct lower *l, struct ir_val id)
{
	struct ir_val i;

	plan(l);
	i = ir_op2(l->f, IR_AND, id, ir_i(l->spec_rows - 1));

	i = ir_op2(l->f, IR_MUL, i, ir_i(8));
	return ir_ptr_add(l->f, ir_r(ir_mapval(l->f, MAP_CTL, (int32_t)l->spec_off)), i);
}

// What REC_SPEC says of id while its word is w.
static uint32_t spec_key(struct lower *l, struct ir_val id, uint32_t w)
{
	struct ir_val gen = ir_op2(l->f, IR_LSHR, ir_r(w), ir_i(1));
	struct ir_val key = ir_op2(l->f, IR_OR, ir_op2(l->f, IR_SHL, gen, ir_i(SPEC_BITS)), id);

	return ir_copy(l->f, IK_SCALAR, key);
}

// The id in the action's argument; more than nspec is a fault.
static struct ir_val id_of(struct lower *l, const struct expr *e)
{
	uint32_t id = ir_copy(l->f, IK_SCALAR, lower_int(l, e->args.v[0]));

	fault_if(l, IC_UGT, ir_r(id), ir_i((int64_t)l->opt->nspec), FLT_ILLOP, ir_i(0), e->span);
	return ir_r(id);
}

// speculation(): the first id that is free, 0 for none.
struct rv spec_new(struct lower *l, const struct expr *e)
{
	uint32_t i = ir_copy(l->f, IK_SCALAR, ir_i(0)), w = ir_reg(l->f, IK_SCALAR);
	uint32_t id = ir_reg(l->f, IK_SCALAR), old, at;
	uint32_t head = ir_block(l->f, "speculation"), look = ir_block(l->f, "is it free");
	uint32_t try = ir_block(l->f, "take"), got = ir_block(l->f, "taken");
	uint32_t none = ir_cold_block(l->f, "none free"), end = ir_block(l->f, "have id");

	(void)e;
	ir_jmp(l->f, head);
	ir_at(l->f, head);
	ir_mov(l->f, i, ir_op2(l->f, IR_ADD, ir_r(i), ir_i(1)));
	ir_br(l->f, IC_UGT, ir_r(i), ir_i((int64_t)l->opt->nspec), none, look);
	ir_at(l->f, look);
	at = word_of(l, ir_r(i));
	ir_mov(l->f, w, ir_r(ir_ld(l->f, IK_SCALAR, 8, ir_r(at), 0)));
	ir_br(l->f, IC_TEST, ir_r(w), ir_i(1), head, try);
	ir_at(l->f, try);
	old = ir_cmpxchg(l->f, 8, ir_r(at), 0, ir_r(w),
			 ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_OR, ir_r(w), ir_i(1)))));
	ir_br(l->f, IC_EQ, ir_r(old), ir_r(w), got, head);
	ir_at(l->f, got);
	// The verifier must not follow each id through all that comes behind.
	at = ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_XOR, ir_r(i), ir_r(w)));
	ir_mov(l->f, id, ir_op2(l->f, IR_XOR, ir_r(at), ir_r(old)));
	ir_jmp(l->f, end);
	ir_at(l->f, none);
	count_drop(l, DROP_SPECUNAVAIL);
	ir_mov(l->f, id, ir_i(0));
	ir_jmp(l->f, end);
	ir_at(l->f, end);
	return rv_int(ir_r(id));
}

// speculate(): what this clause records from here on; nothing, if the id is not active.
void spec_speculate(struct lower *l, const struct expr *e)
{
	uint32_t active = ir_block(l->f, "speculating"), w;
	struct ir_val id = id_of(l, e);

	w = ir_ld(l->f, IK_SCALAR, 8, ir_r(word_of(l, id)), 0);
	ir_br(l->f, IC_TEST, ir_r(w), ir_i(1), active, l->done);
	ir_at(l->f, active);
	l->spec = spec_key(l, id, w);
}

// The record that tells the client what became of a speculation.
static void finish_record(struct lower *l, enum action_kind kind, uint32_t key, uint32_t lost)
{
	struct record_form f = { .clause = l->clause_no, .size = REC_DATA + 8 };
	struct value_desc v = { .kind = VK_INT, .offset = REC_DATA, .size = 4, .type = "uint_t" };
	struct action a = { .kind = kind };
	uint32_t rec, pos, form, spec = l->spec;

	vec_push(l->a, &a.values, v);
	vec_push(l->a, &f.actions, a);
	vec_push(l->a, &l->obj->schema.forms, f);
	form = l->obj->schema.forms.n - 1;
	l->spec = 0;
	rec = record_reserve(l, f.size, &pos, lost);
	record_header(l, rec, form + FORM_FIRST, f.size);
	ir_st(l->f, 8, ir_r(rec), REC_DATA, ir_r(key));
	record_commit(l, rec, pos);
	l->spec = spec;
}

// commit(), discard(): nothing happens to an id that is not active.
void spec_finish(struct lower *l, const struct expr *e)
{
	enum action_kind kind = e->ident->builtin == BA_COMMIT ? ACT_COMMIT : ACT_DISCARD;
	uint32_t active = ir_block(l->f, "is active"), mine = ir_block(l->f, "finish");
	uint32_t end = ir_block(l->f, "finished"), at, w, old, key;
	struct ir_val id = id_of(l, e), next;
	struct cache c = cache_save(l);

	at = word_of(l, id);
	w = ir_ld(l->f, IK_SCALAR, 8, ir_r(at), 0);
	ir_br(l->f, IC_TEST, ir_r(w), ir_i(1), active, end);
	ir_at(l->f, active);
	next = ir_r(ir_copy(l->f, IK_SCALAR, ir_op2(l->f, IR_ADD, ir_r(w), ir_i(1))));
	old = ir_cmpxchg(l->f, 8, ir_r(at), 0, ir_r(w), next);
	ir_br(l->f, IC_EQ, ir_r(old), ir_r(w), mine, end);
	ir_at(l->f, mine);
	key = spec_key(l, id, w);
	finish_record(l, kind, key, end);
	ir_jmp(l->f, end);
	cache_restore(l, c);
	ir_at(l->f, end);
}
