// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Operators that name types: casts, sizeof, offsetof, stringof.

#include "dlang/sema/check.h"

static void check_stringof_operand(struct sema *s, struct expr *e)
{
	if (is_string(s, e->a)) {
		*e = *e->a;
		return;
	}
	if (!is_scalar(s, e->a) && !is_stringlike(s, e->a)) {
		sema_fail(s, e, D_STRINGOF_TYPE, "stringof() needs an address or an array of char, not %s",
			  tname(s, e->a));
		return;
	}
	if (is_zero(e->a)) {
		*e = *to_string(s, e->a);	// NULL, as in an assignment of 0
		return;
	}
	e->kind = EX_STRINGOF;
	e->type = type_string(s->types);
}

void check_stringof(struct sema *s, struct expr *e)
{
	check_expr(s, e->a);
	if (is_error(e->a))
		poison(s, e);
	else
		check_stringof_operand(s, e);
}

static bool castable(struct sema *s, struct type *to, const struct expr *e)
{
	const struct type *from = resolved(s, e);

	if (to->kind == TY_VOID)
		return true;
	if (to->kind == TY_PTR)
		return type_is_scalar(s->types, e->type) || from->kind == TY_ARRAY;
	if (type_is_int(s->types, to))
		return type_is_scalar(s->types, e->type) || from->kind == TY_ARRAY;
	return false;
}

// Scripts cast strings of psinfo_t, which were arrays of char once. (char *)s is s; as an
// integer, a string is 0 when it is NULL, and 1.
static bool cast_string(struct sema *s, struct expr *e, struct type *to)
{
	const struct type *r = type_resolve(s->types, to);

	if (!is_string(s, e->a))
		return false;
	if (r->kind == TY_PTR && type_is_int(s->types, r->base) && type_resolve(s->types, r->base)->size == 1) {
		*e = *e->a;
		return true;
	}
	if (!type_is_int(s->types, to))
		return false;
	e->kind = EX_BINARY;
	e->op = OP_NE;
	e->b = ARENA_NEW(s->arena, struct expr);
	e->b->span = e->span;
	make_const(e->b, type_base(s->types, "int"), 0);
	check_binary_types(s, e);
	return true;
}

void check_cast(struct sema *s, struct expr *e)
{
	struct type *to = sema_typename(s, e->tname), *r = type_resolve(s->types, to);

	check_expr(s, e->a);
	if (is_error(e->a) || r->kind == TY_ERROR) {
		poison(s, e);
	} else if (r->kind == TY_STRING) {
		if (is_scalar(s, e->a) || is_stringlike(s, e->a))
			check_stringof_operand(s, e);
		else
			sema_fail(s, e, D_CAST_INVAL, "%s cannot be cast to string", tname(s, e->a));
	} else if (cast_string(s, e, to)) {
		return;
	} else if (!castable(s, r, e->a)) {
		sema_fail(s, e, D_CAST_INVAL, "%s cannot be cast to %s", tname(s, e->a),
			  type_name(s->types, to));
		sema_hint(s, "casts are between integers and pointers, and to string or void");
	} else {
		e->type = to;
		fold(s, e);
	}
}

void check_sizeof(struct sema *s, struct expr *e)
{
	struct type *ty, *r;
	uint64_t size;

	if (e->tname) {
		ty = sema_typename(s, e->tname);
	} else {
		check_expr(s, e->a);
		ty = e->a->type;
		if (e->a->kind == EX_MEMBER && e->a->bit_size) {
			sema_fail(s, e, D_SIZEOF_BITFIELD, "a bit-field has no size in bytes");
			return;
		}
	}
	r = type_resolve(s->types, ty);
	if (r->kind == TY_ERROR) {
		poison(s, e);
		return;
	}
	size = type_sizeof(s->types, r, s->options->strsize);
	if (!size && !(type_is_sou(r) && r->complete) && r->kind != TY_ARRAY) {
		sema_fail(s, e, D_SIZEOF_TYPE, "%s has no known size", type_name(s->types, ty));
		return;
	}
	make_const(e, type_base(s->types, "size_t"), size);
	e->a = NULL;			// which is not evaluated
}

void check_offsetof(struct sema *s, struct expr *e)
{
	struct type *ty = sema_typename(s, e->tname), *r = type_resolve(s->types, ty);
	const struct type_member *m;
	uint32_t off = 0;

	if (r->kind == TY_ERROR) {
		poison(s, e);
		return;
	}
	if (!type_is_sou(r) || !r->complete) {
		sema_fail(s, e, D_OFFSETOF_TYPE, "offsetof() needs a defined struct or union, not %s",
			  type_name(s->types, ty));
		return;
	}
	m = type_member(s->types, r, e->name, &off);
	if (!m)
		sema_fail(s, e, D_TYPE_MEMBER, "%s has no member '%s'", type_name(s->types, ty), e->name);
	else if (m->bit_size)
		sema_fail(s, e, D_OFFSETOF_BITFIELD, "%s.%s is a bit-field and has no offset in bytes",
			  type_name(s->types, ty), e->name);
	else
		make_const(e, type_base(s->types, "size_t"), off);
}
