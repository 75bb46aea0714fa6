// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Which values go where: classes of types, the ranks of integers, and what may
// be assigned, passed and compared (d-reference §4.2).

#include "dlang/sema/check.h"

struct type *resolved(struct sema *s, const struct expr *e)
{
	return type_resolve(s->types, e->type);
}

bool is_error(const struct expr *e)
{
	return e->kind == EX_ERROR || e->type->kind == TY_ERROR;
}

bool is_int(struct sema *s, const struct expr *e)
{
	return type_is_int(s->types, e->type);
}

bool is_pointer(struct sema *s, const struct expr *e)
{
	enum type_kind k = resolved(s, e)->kind;

	return k == TY_PTR || k == TY_ARRAY;
}

bool is_scalar(struct sema *s, const struct expr *e)
{
	return type_is_scalar(s->types, e->type);
}

bool is_string(struct sema *s, const struct expr *e)
{
	return resolved(s, e)->kind == TY_STRING;
}

bool is_stringlike(struct sema *s, const struct expr *e)
{
	return type_is_stringlike(s->types, e->type);
}

bool is_dynamic(struct sema *s, const struct expr *e)
{
	enum type_kind k = resolved(s, e)->kind;

	return k >= TY_STACK || translated(e);
}

bool is_action(struct sema *s, const struct expr *e)
{
	const struct ident *id;

	if (e->kind != EX_CALL || !e->a || e->a->kind != EX_NAME || e->a->scope != SC_GLOBAL)
		return false;
	id = names_find(s, SC_GLOBAL, e->a->name);
	return id && id->kind == ID_ACTION;
}

bool is_zero(const struct expr *e)
{
	return e->kind == EX_INT && e->value == 0;
}

bool type_is_sou(const struct type *ty)
{
	return ty->kind == TY_STRUCT || ty->kind == TY_UNION;
}

struct type *pointee(struct sema *s, const struct expr *e)
{
	struct type *ty = resolved(s, e);

	if (ty->kind != TY_PTR && ty->kind != TY_ARRAY)
		return NULL;
	return type_resolve(s->types, ty->base);
}

// An enum counts as int.
static struct type *arith_type(struct sema *s, const struct expr *e)
{
	return resolved(s, e)->kind == TY_ENUM ? type_base(s->types, "int") : e->type;
}

struct type *rank(struct sema *s, const struct expr *a, const struct expr *b)
{
	struct type *ta = arith_type(s, a), *tb = arith_type(s, b);
	const struct type *ra = type_resolve(s->types, ta), *rb = type_resolve(s->types, tb);

	if (ra->size != rb->size)
		return ra->size > rb->size ? ta : tb;
	return !rb->is_signed && ra->is_signed ? tb : ta;
}

static bool is_null(struct sema *s, const struct expr *e)
{
	if (e->kind == EX_CAST && is_pointer(s, e))
		return is_zero(e->a);
	return is_zero(e);
}

// Two pointers (or a pointer and the constant 0) that may be mixed: void * and
// 0 go with everything.
bool pointers_agree(struct sema *s, const struct expr *a, const struct expr *b)
{
	const struct type *pa = pointee(s, a), *pb = pointee(s, b);

	if (!pa && !pb)
		return false;
	if (!pa || !pb)
		return is_zero(pa ? b : a);
	if (pa->kind == TY_VOID || pb->kind == TY_VOID || is_null(s, a) || is_null(s, b))
		return true;
	return type_same(s->types, pointee(s, a), pointee(s, b));
}

// Scalars, strings (and what becomes one), structs of a size that keys may have.
bool is_key(struct sema *s, const struct expr *e)
{
	uint64_t size = type_sizeof(s->types, e->type, s->options->strsize);

	if (is_dynamic(s, e))
		return false;
	if (type_is_sou(resolved(s, e)))
		return size && size <= MAX_KEY_STRUCT;
	return is_scalar(s, e) || type_resolve(s->types, value_type(s, e))->kind == TY_STRING;
}

// A node that stands for a value of some type, for the tests above.
static struct expr value_of(struct type *ty)
{
	return (struct expr){ .kind = EX_NAME, .type = ty };
}

bool assignable(struct sema *s, struct type *to, const struct expr *e)
{
	struct expr target = value_of(to);
	const struct type *rt = type_resolve(s->types, to), *re = resolved(s, e);

	if (rt->kind == TY_ERROR || is_error(e))
		return true;
	if (type_is_int(s->types, to))
		return is_int(s, e);
	if (rt->kind == TY_STRING)
		return is_stringlike(s, e) || is_zero(e);
	if (rt->kind == TY_PTR)
		return pointers_agree(s, &target, e);
	if (type_is_sou(rt))
		return re->kind == rt->kind && type_same(s->types, to, e->type);
	return rt->kind >= TY_STACK && rt->kind != TY_DYN && rt->kind == re->kind;
}

// uintptr_t takes pointers as well: copyin((uintptr_t)p, n) is a nuisance.
bool passable(struct sema *s, struct type *to, const struct expr *e)
{
	const struct type *rt = type_resolve(s->types, to);

	if (type_is_int(s->types, to) && rt->size == 8 && is_pointer(s, e))
		return true;
	return assignable(s, to, e);
}

static struct expr *wrap(struct sema *s, enum expr_kind kind, struct type *to, struct expr *e)
{
	struct expr *w = ARENA_NEW(s->arena, struct expr);

	w->kind = kind;
	w->span = e->span;
	w->a = e;
	w->type = to;
	return w;
}

struct expr *make_cast(struct sema *s, struct type *to, struct expr *e)
{
	struct expr *w = wrap(s, EX_CAST, to, e);

	fold(s, w);
	return w;
}

struct expr *to_string(struct sema *s, struct expr *e)
{
	if (is_error(e) || is_string(s, e))
		return e;
	if (is_zero(e)) {
		e->kind = EX_INT;	// NULL
		e->type = type_string(s->types);
		return e;
	}
	return wrap(s, EX_STRINGOF, type_string(s->types), e);
}

// Whether a value of e's type in a register may not be one of the type: it is wider, has
// another sign, or was computed and not cut.
static bool narrows(struct sema *s, struct type *to, const struct expr *e)
{
	const struct type *rt = type_resolve(s->types, to), *re = resolved(s, e);
	bool computed = e->kind == EX_INT || e->kind == EX_BINARY || e->kind == EX_UNARY || e->kind == EX_COND ||
			e->kind == EX_COMMA;

	if (!type_is_int(s->types, to) || !is_int(s, e) || rt->size >= 8)
		return false;
	return rt->size < re->size || computed || (rt->is_signed != re->is_signed && (rt->size == re->size || re->is_signed));
}

struct expr *passed(struct sema *s, struct type *to, struct expr *e)
{
	if (is_error(e))
		return e;
	if (type_resolve(s->types, to)->kind == TY_STRING)
		return to_string(s, e);
	return narrows(s, to, e) ? make_cast(s, to, e) : e;
}

// Arrays of char become strings, other arrays stay what they are (and may be refused).
struct type *value_type(struct sema *s, const struct expr *e)
{
	if (resolved(s, e)->kind == TY_ARRAY && is_stringlike(s, e))
		return type_string(s->types);
	return e->type;
}
