// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The names that this unit declared or assigned, in a hash table of interned
// addresses. Whether a name is a type is asked here first, then of the caller.

#include "dlang/syntax/parse_impl.h"

#define FIRST_SLOTS 64

static struct name_slot *probe(const struct names *t, const char *name)
{
	uint64_t hash = (uint64_t)(uintptr_t)name * 0x9e3779b97f4a7c15u;

	for (uint32_t i = (uint32_t)(hash >> 32) & t->mask;; i = (i + 1) & t->mask) {
		if (!t->slots[i].name || t->slots[i].name == name)
			return &t->slots[i];
	}
}

static void grow(struct parser *p)
{
	struct names old = p->names;
	uint32_t n = old.slots ? (old.mask + 1) * 2 : FIRST_SLOTS;

	p->names.mask = n - 1;
	p->names.slots = arena_alloc(p->arena, n * sizeof *p->names.slots);
	for (uint32_t i = 0; old.slots && i <= old.mask; i++) {
		if (old.slots[i].name)
			*probe(&p->names, old.slots[i].name) = old.slots[i];
	}
}

enum name_kind names_get(const struct parser *p, const char *name)
{
	return p->names.slots ? probe(&p->names, name)->kind : NAME_UNKNOWN;
}

enum name_kind names_set(struct parser *p, const char *name, enum name_kind kind)
{
	struct name_slot *slot;
	enum name_kind before;

	if (!p->names.slots || p->names.count > p->names.mask / 2)
		grow(p);
	slot = probe(&p->names, name);
	before = slot->kind;
	p->names.count += !slot->name;
	*slot = (struct name_slot){ .name = name, .kind = kind };
	return before;
}

bool is_type_name(const struct parser *p, const char *name)
{
	enum name_kind kind = names_get(p, name);

	if (kind != NAME_UNKNOWN)
		return kind == NAME_TYPE;
	return p->ctx->is_type && p->ctx->is_type(p->ctx->type_ctx, name);
}
