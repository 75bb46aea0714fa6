// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The nearest known name for a misspelt type. Kernel BTF has some 10^5 names,
// so only those of about the same length and the same first letter are compared.

#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/diag.h"
#include "dlang/types/btf.h"
#include "dlang/types/container.h"

enum { LENGTH_SLACK = 2, NAME_MAX_LEN = 64 };

static void try(struct nearest *n, const char *name, size_t len)
{
	if (name[0] == n->name[0] && labs((long)strnlen(name, 2 * NAME_MAX_LEN) - (long)len)
					     <= LENGTH_SLACK)
		nearest_try(n, name);
}

static void try_declared(struct nearest *n, const struct tmap *m, uint64_t kind, size_t len)
{
	for (uint32_t i = 0; i < m->cap; i++)
		if (m->slots[i].value && m->slots[i].b == kind)
			try(n, ((struct type *)m->slots[i].value)->name, len);
}

static void try_btf(struct nearest *n, const struct btf *b, uint32_t kind, size_t len)
{
	for (uint32_t id = 0; (id = btf_next(b, id, kind)) != 0;)
		try(n, btf_string(b, btf_type_by_id(b, id)->name_off), len);
}

const char *type_suggest(struct types *t, enum type_kind kind, const char *name)
{
	static const uint32_t btf_kinds[TY_DYN + 1] = {
		[TY_STRUCT] = BTF_KIND_STRUCT, [TY_UNION] = BTF_KIND_UNION,
		[TY_ENUM] = BTF_KIND_ENUM, [TY_TYPEDEF] = BTF_KIND_TYPEDEF,
	};
	struct nearest n;
	size_t len;

	name = type_unscoped(name);
	len = strlen(name);
	if (len == 0 || len > NAME_MAX_LEN)
		return NULL;
	nearest_init(&n, name);
	if (kind == TY_TYPEDEF)
		try_declared(&n, &t->typedefs, 0, len);
	else
		try_declared(&n, &t->tags, kind, len);
	if (t->btf)
		try_btf(&n, t->btf, btf_kinds[kind], len);
	return n.best;
}
