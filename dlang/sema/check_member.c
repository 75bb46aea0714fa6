// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// a.m and a->m, on types declared in D and on those of the kernel alike.

#include "dlang/sema/check.h"

// The struct or union whose member is meant, or NULL: reported.
static struct type *container(struct sema *s, struct expr *e)
{
	struct type *ty = resolved(s, e->a);

	if (e->arrow) {
		ty = pointee(s, e->a);
		if (!ty) {
			sema_fail(s, e, D_OP_PTR, "-> needs a pointer on its left, not %s", tname(s, e->a));
			if (type_is_sou(resolved(s, e->a)))
				sema_hint(s, "write .%s", e->name);
			return NULL;
		}
	}
	if (type_is_sou(ty))
		return ty;
	sema_fail(s, e, D_OP_SOU, "%s needs a struct or union, not %s", e->arrow ? "->" : ".",
		  type_name(s->types, ty));
	if (!e->arrow && ty->kind == TY_PTR)
		sema_hint(s, "write ->%s", e->name);
	return NULL;
}

static void try_members(struct sema *s, struct type *sou, struct nearest *n, int depth)
{
	for (uint32_t i = 0; i < sou->members.n; i++) {
		const struct type_member *m = &sou->members.v[i];
		struct type *ty;

		if (m->name) {
			nearest_try(n, m->name);
			continue;
		}
		ty = type_resolve(s->types, m->type);
		if (depth < 8 && type_is_sou(ty))
			try_members(s, ty, n, depth + 1);
	}
}

static void unknown_member(struct sema *s, struct expr *e, struct type *sou)
{
	struct nearest n;

	nearest_init(&n, e->name);
	try_members(s, sou, &n, 0);
	sema_fail(s, e, D_TYPE_MEMBER, "%s has no member '%s'", type_name(s->types, sou), e->name);
	sema_hint_name(s, &n);
}

void check_member(struct sema *s, struct expr *e)
{
	const struct type_member *m;
	struct type *sou;
	uint32_t off = 0;

	check_expr(s, e->a);
	if (is_error(e->a)) {
		poison(s, e);
		return;
	}
	sou = container(s, e);
	if (!sou)
		return;
	if (!sou->complete) {
		sema_fail(s, e, D_OP_INCOMPLETE, "%s is declared, but not defined here",
			  type_name(s->types, sou));
		return;
	}
	m = type_member(s->types, sou, e->name, &off);
	if (!m) {
		unknown_member(s, e, sou);
		return;
	}
	if (translated(e->a)) {
		translate_member(s, e, m->type);
		return;
	}
	e->type = m->type;
	e->member_off = off;
	e->bit_off = m->bit_off;
	e->bit_size = m->bit_size;
	e->is_lvalue = true;
}
