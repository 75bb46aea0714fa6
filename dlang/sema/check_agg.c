// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Aggregations, d-reference §9: "@name[keys] = func(args)". The first use fixes
// the function and the keys; integer keys grow to the widest one used.

#include "dlang/sema/check.h"

bool is_agg_target(const struct expr *e)
{
	while (e->kind == EX_INDEX)
		e = e->a;
	return e->kind == EX_AGG;
}

// An aggregation that is not assigned: its value has no type in D.
void check_agg_name(struct sema *s, struct expr *e)
{
	const struct expr *name = e->kind == EX_AGG ? e : e->a;

	if (name->kind != EX_AGG) {
		sema_fail(s, e, D_AGG_MDIM, "an aggregation has one list of keys");
		sema_hint(s, "write @name[a, b], not @name[a][b]");
		return;
	}
	e->ident = names_find_agg(s, name->name);
	e->type = type_of_kind(s->types, TY_DYN);
	if (e != name)
		e->a->type = e->type;
	for (uint32_t i = 0; i < e->args.n; i++)
		check_expr(s, e->args.v[i]);
}

// ---- keys ------------------------------------------------------------------

static bool check_key(struct sema *s, struct expr *e, struct expr *key)
{
	bool location = is_location(s, key);

	if (location)
		check_location(s, key);
	else
		check_expr(s, key);
	if (is_error(key)) {
		poison(s, e);
		return false;
	}
	if (location || is_key(s, key))
		return true;
	sema_fail(s, e, D_KEY_TYPE, "%s cannot be the key of an aggregation", tname(s, key));
	sema_hint(s, "keys are integers, pointers, strings and structs");
	return false;
}

// Checks the keys for themselves. False: reported, e poisoned.
static bool check_keys(struct sema *s, struct expr *e, struct expr *target)
{
	if (target->args.n > MAX_KEYS) {
		sema_fail(s, e, D_PROTO_LEN, "an aggregation has at most %d keys", MAX_KEYS);
		return false;
	}
	for (uint32_t i = 0; i < target->args.n; i++)
		if (!check_key(s, e, target->args.v[i]))
			return false;
	return true;
}

static bool match_key(struct sema *s, struct expr *e, struct ident *agg, struct expr **key, uint32_t i)
{
	struct type **want = &agg->keys.v[i];

	if (!passable(s, *want, *key)) {
		sema_fail(s, e, D_PROTO_ARG, "key %u of @%s is %s, not %s", i + 1, agg->name,
			  type_name(s->types, *want), tname(s, *key));
		sema_hint(s, "all uses of one aggregation have keys of the same types");
		return false;
	}
	if (is_int(s, *key) && type_is_int(s->types, *want) &&
	    resolved(s, *key)->size > type_resolve(s->types, *want)->size)
		*want = (*key)->type;
	*key = passed(s, *want, *key);
	return true;
}

// The keys against those of earlier uses; the first use sets them.
static bool match_keys(struct sema *s, struct expr *e, struct ident *agg, struct expr *target)
{
	if (!agg->has_func)
		for (uint32_t i = 0; i < target->args.n; i++)
			vec_push(s->arena, &agg->keys, value_type(s, target->args.v[i]));
	if (agg->keys.n != target->args.n) {
		sema_fail(s, e, D_PROTO_LEN, "@%s has %u key%s, not %u", agg->name, agg->keys.n,
			  agg->keys.n == 1 ? "" : "s", target->args.n);
		sema_hint(s, "all uses of one aggregation have the same keys");
		return false;
	}
	for (uint32_t i = 0; i < target->args.n; i++)
		if (!match_key(s, e, agg, &target->args.v[i], i))
			return false;
	return true;
}

// ---- functions -------------------------------------------------------------

static const struct {
	uint8_t min, max;
} arg_counts[] = {
	[AGG_COUNT] = { 0, 0 }, [AGG_SUM] = { 1, 1 }, [AGG_AVG] = { 1, 1 }, [AGG_MIN] = { 1, 1 },
	[AGG_MAX] = { 1, 1 }, [AGG_STDDEV] = { 1, 1 }, [AGG_QUANTIZE] = { 1, 2 },
	[AGG_LQUANTIZE] = { 3, 5 }, [AGG_LLQUANTIZE] = { 5, 6 },
};

// The aggregating function that is called, or NULL: reported.
static struct ident *function_of(struct sema *s, struct expr *e, const char *agg)
{
	const struct expr *call = e->b;
	struct ident *id = NULL;

	if (call->kind == EX_CALL && call->a->kind == EX_NAME) {
		id = names_find(s, call->a->scope, call->a->name);
		if (!id && call->a->scope == SC_GLOBAL) {
			check_expr(s, e->b);	// says what is unknown
			poison(s, e);
			return NULL;
		}
	}
	if (id && id->kind == ID_AGGFN)
		return id;
	if (call->kind == EX_ERROR) {
		poison(s, e);
		return NULL;
	}
	sema_fail(s, e, D_AGG_FUNC, "@%s can only be assigned the result of an aggregating function", agg);
	sema_hint(s, "write @%s = count() or sum(x), avg, min, max, stddev, quantize, lquantize, "
		     "llquantize", agg);
	return NULL;
}

static bool check_arg_count(struct sema *s, struct expr *e, const struct ident *fn)
{
	uint32_t n = e->b->args.n, min = arg_counts[fn->func].min, max = arg_counts[fn->func].max;

	if (n >= min && n <= max)
		return true;
	if (min == max)
		sema_fail(s, e, D_PROTO_LEN, "%s() takes %u argument%s, not %u", fn->name, min,
			  min == 1 ? "" : "s", n);
	else
		sema_fail(s, e, D_PROTO_LEN, "%s() takes %u to %u arguments, not %u", fn->name, min, max, n);
	return false;
}

static bool check_args(struct sema *s, struct expr *e, const struct ident *fn)
{
	struct expr *call = e->b;

	if (!check_arg_count(s, e, fn))
		return false;
	for (uint32_t i = 0; i < call->args.n; i++) {
		check_expr(s, call->args.v[i]);
		if (is_error(call->args.v[i])) {
			poison(s, e);
			return false;
		}
	}
	if (call->args.n && !is_scalar(s, call->args.v[0])) {
		sema_fail(s, e, D_AGG_SCALAR, "%s() takes an integer, not %s", fn->name,
			  tname(s, call->args.v[0]));
		return false;
	}
	return true;
}

static bool match_function(struct sema *s, struct expr *e, struct ident *agg, const struct ident *fn)
{
	static const char *const names[] = {
		[AGG_COUNT] = "count", [AGG_SUM] = "sum", [AGG_AVG] = "avg", [AGG_MIN] = "min",
		[AGG_MAX] = "max", [AGG_STDDEV] = "stddev", [AGG_QUANTIZE] = "quantize",
		[AGG_LQUANTIZE] = "lquantize", [AGG_LLQUANTIZE] = "llquantize",
	};

	if (!agg->has_func || agg->func == fn->func)
		return true;
	sema_fail(s, e, D_AGG_REDEF, "@%s aggregates by %s(), not %s()", agg->name, names[agg->func],
		  fn->name);
	sema_hint(s, "give each function an aggregation of its own");
	return false;
}

static bool statement_level(struct sema *s, struct expr *e)
{
	if (e->op != OP_NONE) {
		sema_fail(s, e, D_OP_LVAL, "an aggregation cannot be the left side of %s=", op_words(e->op));
		sema_hint(s, "write @name = sum(x) to add");
		return false;
	}
	if (s->stmt_expr == e)
		return true;
	sema_fail(s, e, D_OP_DYN, "aggregating is a statement of its own, not part of an expression");
	return false;
}

static struct ident *find_or_add(struct sema *s, const struct expr *name)
{
	struct ident *agg = names_find_agg(s, name->name);

	return agg ? agg : names_add_agg(s, name->name, name->span);
}

static void annotate(struct expr *e, struct ident *agg, struct ident *fn)
{
	struct expr *target = e->a, *call = e->b;

	e->ident = target->ident = agg;
	e->type = target->type = agg->type;
	if (target->kind == EX_INDEX) {
		target->a->ident = agg;
		target->a->type = agg->type;
	}
	call->ident = call->a->ident = fn;
	call->type = call->a->type = agg->type;
}

void check_agg_assign(struct sema *s, struct expr *e)
{
	struct expr *name = e->a->kind == EX_AGG ? e->a : e->a->a;
	struct ident *agg, *fn;

	if (name->kind != EX_AGG) {
		check_agg_name(s, e->a);
		poison(s, e);
		return;
	}
	if (!statement_level(s, e))
		return;
	agg = find_or_add(s, name);	// first, so that its later uses are not reported too
	fn = function_of(s, e, name->name);
	if (!fn || !check_keys(s, e, e->a) || !check_args(s, e, fn))
		return;
	if (!match_function(s, e, agg, fn) || !match_keys(s, e, agg, e->a))
		return;
	annotate(e, agg, fn);
	if (!agg->has_func)
		agg->func = fn->func;
	check_quantize_args(s, agg, e->b);
	agg->has_func = true;
	if (e->b->kind == EX_ERROR)
		poison(s, e);
}

struct ident *agg_argument(struct sema *s, struct expr *arg, enum errtag not_agg, enum errtag unknown)
{
	struct ident *agg;
	struct nearest n;

	if (arg->kind != EX_AGG) {
		if (arg->kind == EX_INDEX && is_agg_target(arg))
			sema_fail(s, arg, not_agg, "an aggregation is named without its keys here");
		else
			sema_fail(s, arg, not_agg, "an aggregation is needed here");
		sema_hint(s, "write @name");
		return NULL;
	}
	agg = names_find_agg(s, arg->name);
	if (!agg) {
		nearest_init(&n, arg->name);
		names_nearest(s, NAMES_AGGS, &n);
		sema_fail(s, arg, unknown, "@%s has not been assigned so far", arg->name);
		if (n.best)
			sema_hint(s, "did you mean '@%s'?", n.best);
		return NULL;
	}
	if (!agg->has_func) {	// what assigns it was reported
		poison(s, arg);
		return NULL;
	}
	arg->ident = agg;
	arg->type = agg->type;
	return agg;
}
