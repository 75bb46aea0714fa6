// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Sameness of types. Base types are the same if they hold the same values,
// derived types if they are derived alike; structs, unions and enums have an
// identity of their own. Qualifiers and typedef names do not count.

#include "dlang/types/container.h"

static bool same(struct types *t, struct type *a, struct type *b, unsigned *steps);

// Kernel BTF may hold the same struct twice; a forward tag stands for any
// struct of that tag.
static bool same_tag(const struct type *a, const struct type *b)
{
	if (!a->name || a->name != b->name)
		return false;
	return (a->btf_id && b->btf_id) || (!a->complete && !a->btf_pending)
	       || (!b->complete && !b->btf_pending);
}

static bool same_int(const struct type *a, const struct type *b)
{
	return a->size == b->size && a->is_signed == b->is_signed && a->is_bool == b->is_bool
	       && a->is_char == b->is_char;
}

static bool same_params(struct types *t, struct type *a, struct type *b, unsigned *steps)
{
	if (a->params.n != b->params.n || a->varargs != b->varargs)
		return false;
	for (uint32_t i = 0; i < a->params.n; i++)
		if (!same(t, a->params.v[i], b->params.v[i], steps))
			return false;
	return same(t, a->base, b->base, steps);
}

static bool same(struct types *t, struct type *a, struct type *b, unsigned *steps)
{
	a = type_strip(t, a);
	b = type_strip(t, b);
	if (a == b)
		return true;
	if (a->kind != b->kind || *steps == 0)
		return false;
	--*steps;
	switch (a->kind) {
	case TY_INT:
		return same_int(a, b);
	case TY_FLOAT:
		return a->size == b->size;
	case TY_PTR:
		return same(t, a->base, b->base, steps);
	case TY_ARRAY:
		return a->nelems == b->nelems && same(t, a->base, b->base, steps);
	case TY_STRUCT:
	case TY_UNION:
	case TY_ENUM:
		return same_tag(a, b);
	case TY_FUNC:
	case TY_ASSOC:
		return same_params(t, a, b, steps);
	default:
		return true;		// one of a kind
	}
}

bool type_same(struct types *t, struct type *a, struct type *b)
{
	unsigned steps = WALK_STEPS;

	return same(t, a, b, &steps);
}
