// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Arbitrary bytes as BTF: index them, import every type, complete it, ask
// everything of it, and look everything up by name.

#include <stdlib.h>
#include <string.h>

#include "dlang/types/btf.h"
#include "dlang/types/type.h"

#include <linux/btf.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct types *t, struct type *ty)
{
	struct type *r = type_resolve(t, ty);
	uint32_t off;

	(void)type_name(t, ty);
	(void)type_sizeof(t, ty, 256);
	(void)type_alignof(t, ty);
	(void)type_is_stringlike(t, ty);
	(void)type_same(t, ty, type_ptr(t, ty)->base);
	(void)type_member(t, ty, "absent", &off);
	for (uint32_t i = 0; i < r->members.n && i < 4; i++) {
		if (r->members.v[i].name)
			(void)type_member(t, ty, r->members.v[i].name, &off);
		(void)type_same(t, ty, r->members.v[i].type);
	}
}

static void look_up(struct types *t, const struct btf *b, uint32_t id)
{
	const char *name = btf_string(b, btf_type_by_id(b, id)->name_off);
	struct type *ty;
	int64_t value;

	(void)type_find_typedef(t, name);
	for (int kind = TY_STRUCT; kind <= TY_ENUM; kind++)
		(void)type_find_tag(t, (enum type_kind)kind, name);
	(void)type_find_enumerator(t, name, &value, &ty);
	(void)btf_find(b, name, BTF_KIND_FUNC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0, NULL, NULL);
	uint8_t *copy = malloc(size ? size : 1);	// aligned, and its end is guarded
	struct types *t;
	struct btf *b;
	const char *why;

	memcpy(copy, data, size);
	if (btf_open(a, copy, size, &b, &why) == 0) {
		t = types_new(a, interns_new(a, NULL), b);
		for (uint32_t id = 0; id <= btf_count(b) + 1; id++)
			ask(t, type_from_btf(t, id));
		for (uint32_t id = 1; id <= btf_count(b); id++)
			look_up(t, b, id);
		(void)type_suggest(t, TY_STRUCT, "fieldz");
	}
	free(copy);
	arena_free(a);
	return 0;
}
