// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Actions, d-reference §7 and §9.4: one checking function each. They are called
// at statement level, with arguments that nobody checked so far.

#include "dlang/sema/check.h"

#include <string.h>

static void check_plain(struct sema *s, struct expr *call)
{
	for (uint32_t i = 0; i < call->args.n; i++)
		check_expr(s, call->args.v[i]);
	proto_check(s, call, proto_of(s, call->ident->builtin));
}

static void refuse_trace(struct sema *s, struct expr *call, enum errtag tag, const char *what)
{
	if (call->ident->builtin == BA_PRINT && tag == D_TRACE_VOID)
		tag = D_PRINT_VOID;
	else if (call->ident->builtin == BA_PRINT && tag == D_TRACE_DYN)
		tag = D_PRINT_DYN;
	else if (call->ident->builtin == BA_PRINT && tag == D_TRACE_AGG)
		tag = D_PRINT_AGG;
	sema_fail(s, call, tag, "%s() cannot record %s", call->a->name, what);
	if (tag == D_TRACE_AGG || tag == D_PRINT_AGG)
		sema_hint(s, "printa() prints an aggregation");
}

static void check_traced_type(struct sema *s, struct expr *call)
{
	const struct expr *arg = call->args.v[0];
	const struct type *ty = resolved(s, arg);

	if (ty->kind == TY_VOID)
		refuse_trace(s, call, D_TRACE_VOID, "a value of type void");
	else if (is_dynamic(s, arg))
		refuse_trace(s, call, D_TRACE_DYN, "a value without a representation");
	else if (ty->kind == TY_FUNC || ty->kind == TY_ASSOC)
		refuse_trace(s, call, D_PROTO_ARG, tname(s, arg));
	else if (ty->kind != TY_STRING && !type_sizeof(s->types, arg->type, s->options->strsize))
		refuse_trace(s, call, D_OP_INCOMPLETE, "a value of a type that is not defined here");
}

static void check_trace(struct sema *s, struct expr *call)
{
	struct expr *arg = call->args.n == 1 ? call->args.v[0] : NULL;

	if (!arg) {
		proto_check(s, call, proto_of(s, call->ident->builtin));
	} else if (is_agg_target(arg)) {
		refuse_trace(s, call, D_TRACE_AGG, "an aggregation");
	} else if (is_location(s, arg)) {
		refuse_trace(s, call, D_TRACE_DYN, "a stack or symbol");
		sema_hint(s, "%s() is a statement of its own", arg->a->name);
	} else if (is_action(s, arg)) {
		refuse_trace(s, call, D_TRACE_VOID, "an action, which has no value");
	} else {
		check_expr(s, arg);
		if (is_error(arg))
			poison(s, call);
		else
			check_traced_type(s, call);
	}
}

// ---- actions on aggregations -----------------------------------------------

struct agg_action {
	uint8_t min, max;		// arguments
	enum errtag count, not_agg, unknown, scalar;
	const char *usage;
};

static const struct agg_action agg_actions[BI_COUNT] = {
	[BA_CLEAR] = { 1, 1, D_CLEAR_PROTO, D_CLEAR_AGGARG, D_CLEAR_AGGBAD, D_UNKNOWN, "clear(@name)" },
	[BA_TRUNC] = { 1, 2, D_TRUNC_PROTO, D_TRUNC_AGGARG, D_TRUNC_AGGBAD, D_TRUNC_SCALAR,
		       "trunc(@name) or trunc(@name, n)" },
	[BA_NORMALIZE] = { 2, 2, D_NORMALIZE_PROTO, D_NORMALIZE_AGGARG, D_NORMALIZE_AGGBAD,
			   D_NORMALIZE_SCALAR, "normalize(@name, factor)" },
	[BA_DENORMALIZE] = { 1, 1, D_NORMALIZE_PROTO, D_NORMALIZE_AGGARG, D_NORMALIZE_AGGBAD, D_UNKNOWN,
			     "denormalize(@name)" },
};

static void check_number(struct sema *s, struct expr *call, const struct agg_action *a)
{
	struct expr *n = call->args.v[1];

	check_expr(s, n);
	if (is_error(n)) {
		poison(s, call);
	} else if (!is_int(s, n)) {
		sema_fail(s, call, a->scalar, "the second argument of %s() must be an integer, not %s",
			  call->a->name, tname(s, n));
	} else if (call->ident->builtin == BA_NORMALIZE && is_zero(n)) {
		sema_fail(s, call, a->scalar, "an aggregation cannot be normalized by 0");
	}
}

static void check_agg_action(struct sema *s, struct expr *call)
{
	const struct agg_action *a = &agg_actions[call->ident->builtin];

	if (call->args.n < a->min || call->args.n > a->max) {
		sema_fail(s, call, a->count, "%s() takes other arguments", call->a->name);
		sema_hint(s, "write %s", a->usage);
		return;
	}
	if (!agg_argument(s, call->args.v[0], a->not_agg, a->unknown))
		poison(s, call);
	else if (call->args.n > 1)
		check_number(s, call, a);
}

// tracemem(address, constant size[, size to show])
static void check_tracemem(struct sema *s, struct expr *call)
{
	struct expr *const *arg = call->args.v;
	bool bad = false;

	if (call->args.n < 2) {
		sema_fail(s, call, D_PROTO_LEN, "tracemem() takes an address and a size");
		return;
	}
	for (uint32_t i = 0; i < call->args.n; i++) {
		check_expr(s, arg[i]);
		bad |= is_error(arg[i]);
	}
	if (bad) {
		poison(s, call);
	} else if (call->args.n > 3) {
		sema_fail(s, call, D_TRACEMEM_ARGS, "tracemem() takes no more than three arguments");
	} else if (!is_scalar(s, arg[0]) && resolved(s, arg[0])->kind != TY_ARRAY) {
		sema_fail(s, call, D_TRACEMEM_ADDR, "the address of tracemem() must be a pointer or an "
			  "integer, not %s", tname(s, arg[0]));
	} else if (!arg[1]->is_const || !is_int(s, arg[1]) || (int64_t)arg[1]->value < 1 ||
		   arg[1]->value > MAX_VAR_SIZE) {
		sema_fail(s, call, D_TRACEMEM_SIZE, "the size of tracemem() must be a constant from 1 to %d",
			  MAX_VAR_SIZE);
	} else if (call->args.n > 2 && !is_scalar(s, arg[2])) {
		sema_fail(s, call, D_TRACEMEM_DYNSIZE, "the third argument of tracemem() must be an integer, "
			  "not %s", tname(s, arg[2]));
	}
}

// "" goes back to the first output, "." is reserved.
static void check_freopen(struct sema *s, struct expr *call)
{
	const struct expr *name = call->args.n ? call->args.v[0] : NULL;
	bool back = name && name->kind == EX_STRING && !*name->str;

	if (name && name->kind == EX_STRING && !strcmp(name->str, "."))
		sema_fail(s, call, D_FREOPEN_INVALID, "\".\" is no file that freopen() can write to");
	else if (!back || call->args.n > 1)
		check_printf(s, call);
	else
		check_expr(s, call->args.v[0]);
}

static void (*const checkers[BI_COUNT])(struct sema *s, struct expr *call) = {
	[BA_TRACE] = check_trace,
	[BA_PRINTF] = check_printf,
	[BA_PRINTA] = check_printa,
	[BA_EXIT] = check_plain,
	[BA_CLEAR] = check_agg_action,
	[BA_TRUNC] = check_agg_action,
	[BA_NORMALIZE] = check_agg_action,
	[BA_DENORMALIZE] = check_agg_action,
	[BA_PRINT] = check_trace,
	[BA_TRACEMEM] = check_tracemem,
	[BA_SYSTEM] = check_printf,
	[BA_FREOPEN] = check_freopen,
	[BA_FTRUNCATE] = check_plain,
	[BA_SETOPT] = check_plain,
	[BA_SPECULATE] = check_plain,
	[BA_COMMIT] = check_plain,
	[BA_DISCARD] = check_plain,
	[BA_RAISE] = check_plain,
	[BA_STOP] = check_plain,
	[BA_CHILL] = check_plain,
	[BA_BREAKPOINT] = check_plain,
	[BA_PANIC] = check_plain,
	[BA_STACK] = check_location,
	[BA_USTACK] = check_location,
	[BA_JSTACK] = check_location,
	[BA_SYM] = check_location,
	[BA_FUNC] = check_location,
	[BA_MOD] = check_location,
	[BA_USYM] = check_location,
	[BA_UFUNC] = check_location,
	[BA_UADDR] = check_location,
	[BA_UMOD] = check_location,
};

// Requires call->ident, the action.
void check_action(struct sema *s, struct expr *call)
{
	checkers[call->ident->builtin](s, call);
}
