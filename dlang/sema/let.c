// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// When a value is worth a name, and giving it one; see let.h.

#include "dlang/sema/let.h"

bool is_cheap(const struct expr *e)
{
	while (e->kind == EX_CAST)
		e = e->a;
	return e->kind == EX_INT || e->kind == EX_NAME ||
	       (e->kind == EX_INDEX && e->ident && e->ident->builtin == BV_ARGS);
}

uint32_t count_uses(const struct expr *e, const char *param)
{
	uint32_t n = 0;

	if (!e)
		return 0;
	if (e->kind == EX_NAME && e->scope == SC_GLOBAL && e->name == param)
		return 1;
	for (uint32_t i = 0; i < e->args.n; i++)
		n += count_uses(e->args.v[i], param);
	return n + count_uses(e->a, param) + count_uses(e->b, param) + count_uses(e->c, param);
}

// What stands in arguments of others may be used there or not.
bool always_uses(const struct expr *e, const char *param)
{
	if (!e)
		return false;
	if (e->kind == EX_NAME && e->scope == SC_GLOBAL && e->name == param)
		return true;
	if (e->kind == EX_COND)
		return always_uses(e->a, param) || (always_uses(e->b, param) && always_uses(e->c, param));
	if (e->kind == EX_BINARY && (e->op == OP_LAND || e->op == OP_LOR))
		return always_uses(e->a, param);
	return e->kind != EX_CALL && (always_uses(e->a, param) || always_uses(e->b, param));
}

struct expr *let_name(struct sema *s, struct ident *id, struct span at)
{
	struct expr *e = ARENA_NEW(s->arena, struct expr);

	e->kind = EX_NAME;
	e->span = at;
	e->name = id->name;
	e->ident = id;
	e->type = id->type;
	e->is_lvalue = true;
	return e;
}

struct ident *new_let(struct sema *s, const char *name, struct type *type)
{
	struct ident *id = ARENA_NEW(s->arena, struct ident);

	id->kind = ID_LET;
	id->name = name;
	id->type = type;
	id->number = s->nlets++;
	return id;
}

struct expr *bind_let(struct sema *s, struct ident *id, struct expr *value, struct expr *body)
{
	struct expr *e = ARENA_NEW(s->arena, struct expr);

	*e = (struct expr){ .kind = EX_LET, .span = value->span, .a = value, .b = body, .ident = id, .type = body->type };
	return e;
}
