// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Comparison of strings. execname against a literal, and a probe's name against
// a literal, are decided without touching a string; everything else calls the
// run-time library.

#include "dlang/lower/expr.h"

#include <string.h>

static bool is_equality(enum op op)
{
	return op == OP_EQ || op == OP_NE;
}

static bool short_literal(const struct expr *e)
{
	return e->kind == EX_STRING && strlen(e->str) < 16;
}

// comm is 16 bytes: the literal's bytes and its NUL must agree, what follows is ignored.
static struct ir_val compare_execname(struct lower *l, enum op op, const char *s)
{
	uint32_t n = (uint32_t)strlen(s) + 1;
	struct ir_val diff = ir_i(0);

	for (uint32_t i = 0; i < n; i += 8) {
		uint32_t len = n - i < 8 ? n - i : 8;
		uint64_t want = 0;
		struct ir_val w = execname_word(l, i);

		memcpy(&want, s + i, len);
		if (len < 8)
			w = ir_op2(l->f, IR_AND, w, ir_i((int64_t)((1ull << (8 * len)) - 1)));
		w = ir_op2(l->f, IR_XOR, w, ir_i((int64_t)want));
		diff = i ? ir_op2(l->f, IR_OR, diff, w) : w;
	}
	return ir_set(l->f, op == OP_EQ ? IC_EQ : IC_NE, diff, ir_i(0));
}

static struct ir_val compare_field(struct lower *l, enum op op, enum builtin b, const char *s)
{
	const char *fixed = fixed_field(l, b);
	uint64_t *hit;

	if (fixed)
		return ir_i((strcmp(fixed, s) == 0) == (op == OP_EQ));
	hit = arena_alloc(l->a, l->probes.v[0]->nsel * sizeof *hit);
	for (uint32_t i = 0; i < l->probes.n; i++)
		hit[row_of(l->probes.v[i])] =
			(strcmp(probe_field(l->probes.v[i], b), s) == 0) == (op == OP_EQ);
	return selector_table(l, hit, l->probes.v[0]->nsel, 1);
}

static struct ir_val compare_general(struct lower *l, enum op op, const struct expr *a,
				     const struct expr *b)
{
	static const uint8_t cond[] = {
		[OP_LT] = IC_SLT, [OP_LE] = IC_SLE, [OP_GT] = IC_SGT, [OP_GE] = IC_SGE,
		[OP_EQ] = IC_EQ, [OP_NE] = IC_NE,
	};
	struct ir_val args[2], r;

	args[0] = str_addr(l, a).v;
	args[1] = str_addr(l, b).v;
	r = ir_r(ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_strcmp"), args, 2));
	r = ir_ext(l->f, IR_SX, 4, r);
	return ir_set(l->f, (enum ir_cond)cond[op], r, ir_i(0));
}

struct ir_val str_compare(struct lower *l, enum op op, const struct expr *a, const struct expr *b,
			  struct span where)
{
	(void)where;
	if (is_equality(op) && (a->kind == EX_INT || b->kind == EX_INT)) {	// NULL
		struct rv s = str_addr(l, a->kind == EX_INT ? b : a);

		return ir_set(l->f, op == OP_EQ ? IC_EQ : IC_NE, str_word(l, s), ir_i(STR_NULL));
	}
	if (is_equality(op)) {
		const struct expr *x = a->kind == EX_STRING ? b : a, *y = x == a ? b : a;

		if (builtin_of(x) == BV_EXECNAME && short_literal(y))
			return compare_execname(l, op, y->str);
		if (is_probe_field(builtin_of(x)) && y->kind == EX_STRING)
			return compare_field(l, op, builtin_of(x), y->str);
	}
	return compare_general(l, op, a, b);
}

// ---- what needs scratch memory ------------------------------------------------------

static bool compare_is_free(const struct expr *e)
{
	const struct expr *x = e->a->kind == EX_STRING ? e->b : e->a, *y = x == e->a ? e->b : e->a;

	return is_equality(e->op) &&
	       ((builtin_of(x) == BV_EXECNAME && short_literal(y)) ||
		(is_probe_field(builtin_of(x)) && y->kind == EX_STRING));
}

static bool args_need_scratch(struct lower *l, const struct expr *e)
{
	for (uint32_t i = 0; i < e->args.n; i++)
		if (expr_needs_scratch(l, e->args.v[i]))
			return true;
	return false;
}

static bool string_in_memory(struct lower *l, const struct expr *e)
{
	return !string_type(l, e->type) || e->kind == EX_STRING || builtin_of(e) != BI_NONE;
}

// Keys that do not fit in registers are built in scratch memory.
bool key_needs_scratch(struct lower *l, const struct expr *e)
{
	uint32_t words = 0;

	for (uint32_t i = 0; i < e->args.n; i++) {
		const struct type *t = type_resolve(l->types, e->args.v[i]->type);

		if (t->kind == TY_STACK || t->kind == TY_USTACK || args_need_scratch(l, e->args.v[i]))
			return true;
		if (!string_in_memory(l, e->args.v[i]) || sou_type(l, e->args.v[i]->type))
			return true;
		words += string_type(l, e->args.v[i]->type) ? string_size(l, e->args.v[i]) / 8 : 1;
	}
	if (e->a->kind == EX_AGG && e->a->ident) {
		const struct agg_layout *al = &l->aggs[e->a->ident->number];

		words = al->table ? al->table->key_size / 8 : 0;
		for (uint32_t i = 0; i < al->keys.n; i++)
			if (al->keys.v[i].kind == VK_STRING && al->keys.v[i].size > 16)
				return true;
	} else {
		for (uint32_t i = 0; i < e->args.n; i++)
			if (string_type(l, e->args.v[i]->type))
				return true;
	}
	return words > 8;
}

static bool is_action(const struct expr *e)
{
	return e->kind == EX_CALL && e->ident && e->ident->kind == ID_ACTION;
}

// Recorded strings are evaluated into the record: only their operands matter.
static bool action_needs_scratch(struct lower *l, const struct expr *e)
{
	for (uint32_t i = 0; i < e->args.n; i++) {
		const struct expr *a = e->args.v[i];

		if (a->kind == EX_CALL && a->ident && string_type(l, a->type)) {
			if (args_need_scratch(l, a) || subr_needs_scratch(a->ident->builtin))
				return true;
		} else if (string_type(l, a->type) && (a->kind == EX_STRINGOF || a->kind == EX_NAME)) {
			if (a->a && expr_needs_scratch(l, a->a))
				return true;
		} else if (expr_needs_scratch(l, a)) {
			return true;
		}
	}
	return false;
}

bool expr_needs_scratch(struct lower *l, const struct expr *e)
{
	if (!e)
		return false;
	if (is_action(e))
		return action_needs_scratch(l, e);
	if (sou_root(l, e))
		return sou_needs_scratch(l, e);
	if (sou_needs_scratch(l, e))
		return true;
	if (e->kind == EX_INDEX && (e->ident || e->a->kind == EX_AGG) && key_needs_scratch(l, e))
		return true;
	if (e->kind == EX_BINARY && e->op >= OP_LT && e->op <= OP_NE &&
	    (string_type(l, e->a->type) || string_type(l, e->b->type))) {
		return !compare_is_free(e);
	}
	if (string_type(l, e->type) && !string_in_memory(l, e))
		return true;
	if (builtin_of(e) == BV_STACKDEPTH || builtin_of(e) == BV_USTACKDEPTH)
		return true;
	if (e->kind == EX_CALL && e->ident && subr_needs_scratch(e->ident->builtin))
		return true;
	if (e->kind == EX_ASSIGN && (string_type(l, e->b->type) || string_type(l, e->a->type)))
		return true;
	return expr_needs_scratch(l, e->a) || expr_needs_scratch(l, e->b) ||
	       expr_needs_scratch(l, e->c) || args_need_scratch(l, e);
}
