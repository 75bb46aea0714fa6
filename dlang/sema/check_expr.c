// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The visitor of expressions: one checking function per kind of node. Each
// checks its operands, then gives the node its type.

#include "dlang/sema/check.h"

typedef void (*check_fn)(struct sema *s, struct expr *e);

static void check_error(struct sema *s, struct expr *e)
{
	poison(s, e);
}

static void check_int(struct sema *s, struct expr *e)
{
	static const char *const names[] = {
		[IK_INT] = "int", [IK_UINT] = "unsigned int", [IK_LONG] = "long",
		[IK_ULONG] = "unsigned long", [IK_LLONG] = "long long",
		[IK_ULLONG] = "unsigned long long",
	};

	make_const(e, type_base(s->types, names[e->int_kind]), e->value);
}

static void check_string(struct sema *s, struct expr *e)
{
	e->type = type_string(s->types);
}

static const check_fn checkers[] = {
	[EX_ERROR] = check_error,
	[EX_INT] = check_int,
	[EX_STRING] = check_string,
	[EX_NAME] = check_name,
	[EX_AGG] = check_agg_name,
	[EX_UNARY] = check_operator,
	[EX_POSTFIX] = check_step,
	[EX_BINARY] = check_operator,
	[EX_COND] = check_operator,
	[EX_ASSIGN] = check_assign,
	[EX_COMMA] = check_operator,
	[EX_CALL] = check_call,
	[EX_INDEX] = check_index,
	[EX_MEMBER] = check_member,
	[EX_CAST] = check_cast,
	[EX_SIZEOF] = check_sizeof,
	[EX_STRINGOF] = check_stringof,
	[EX_OFFSETOF] = check_offsetof,
	[EX_XLATE] = check_xlate,
};

// Nodes that were checked before (arguments of inlines) are left alone.
void check_expr(struct sema *s, struct expr *e)
{
	if (e->type)
		return;
	if (s->depth >= 2 * MAX_EXPR_DEPTH) {
		sema_fail(s, e, D_SYNTAX, "the expression nests too deeply");
		return;
	}
	s->depth++;
	checkers[e->kind](s, e);
	s->depth--;
}
