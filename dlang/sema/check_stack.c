// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stacks and symbols, d-reference §7: stack(), ustack(), jstack(), sym(), mod(),
// usym() and their like. They are statements, values that printf() prints, and
// keys of aggregations, and nothing else.

#include "dlang/sema/check.h"

#include <string.h>

// What the arguments of a stack may be.
struct stack_rule {
	uint8_t max;
	enum errtag count, frames, strsize;
};

static const struct stack_rule stack_rules[BI_COUNT] = {
	[BA_STACK] = { 1, D_STACK_PROTO, D_STACK_SIZE, D_UNKNOWN },
	[BA_USTACK] = { 2, D_USTACK_PROTO, D_USTACK_FRAMES, D_USTACK_STRSIZE },
	[BA_JSTACK] = { 2, D_USTACK_PROTO, D_USTACK_FRAMES, D_USTACK_STRSIZE },
};

static bool is_constant(struct sema *s, const struct expr *e, int64_t least)
{
	return e->is_const && is_int(s, e) && (int64_t)e->value >= least &&
	       (int64_t)e->value <= INT32_MAX;
}

static void check_stack(struct sema *s, struct expr *call)
{
	const struct stack_rule *r = &stack_rules[call->ident->builtin];
	struct expr *const *arg = call->args.v;

	call->type = type_of_kind(s->types, call->ident->builtin == BA_STACK ? TY_STACK : TY_USTACK);
	if (call->args.n > r->max) {
		sema_fail(s, call, r->count, "%s() takes at most %u argument%s, not %u", call->a->name,
			  r->max, r->max == 1 ? "" : "s", call->args.n);
		return;
	}
	for (uint32_t i = 0; i < call->args.n; i++) {
		check_expr(s, arg[i]);
		if (is_error(arg[i])) {
			poison(s, call);
			return;
		}
	}
	if (call->args.n && !is_constant(s, arg[0], 1))
		sema_fail(s, call, r->frames, "the number of frames of %s() must be a constant above 0",
			  call->a->name);
	else if (call->args.n > 1 && !is_constant(s, arg[1], 0))
		sema_fail(s, call, r->strsize, "the size of strings of %s() must be a constant",
			  call->a->name);
}

static void check_address(struct sema *s, struct expr *call)
{
	enum builtin b = call->ident->builtin;
	struct expr *arg = call->args.n == 1 ? call->args.v[0] : NULL;

	call->type = type_of_kind(s->types, b == BA_SYM || b == BA_FUNC || b == BA_MOD ? TY_SYM : TY_USYM);
	if (!arg) {
		sema_fail(s, call, D_PROTO_LEN, "%s() takes 1 argument, an address, not %u", call->a->name,
			  call->args.n);
		return;
	}
	check_expr(s, arg);
	if (is_error(arg))
		poison(s, call);
	else if (!is_scalar(s, arg) && !is_pointer(s, arg))
		sema_fail(s, call, D_PROTO_ARG, "argument 1 of %s() must be an address, not %s",
			  call->a->name, tname(s, arg));
}

static void (*const checkers[BI_COUNT])(struct sema *s, struct expr *call) = {
	[BA_STACK] = check_stack, [BA_USTACK] = check_stack, [BA_JSTACK] = check_stack,
	[BA_SYM] = check_address, [BA_FUNC] = check_address, [BA_MOD] = check_address,
	[BA_USYM] = check_address, [BA_UFUNC] = check_address, [BA_UADDR] = check_address,
	[BA_UMOD] = check_address,
};

bool is_location(struct sema *s, const struct expr *e)
{
	return is_action(s, e) && checkers[names_find(s, SC_GLOBAL, e->a->name)->builtin];
}

void check_location(struct sema *s, struct expr *call)
{
	if (!call->ident)
		call->ident = call->a->ident = names_find(s, SC_GLOBAL, call->a->name);
	call->a->type = type_base(s->types, "void");
	checkers[call->ident->builtin](s, call);
}
