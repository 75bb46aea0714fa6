// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "providers/shared/btf_args.h"

#include <linux/btf.h>
#include <stddef.h>

#include "dlang/types/btf.h"

enum { DEPTH = 32 };	// BTF is not trusted to be free of loops

const struct btf_type *btf_resolve(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type_by_id(b, id);

	for (int i = 0; t && i < DEPTH; i++) {
		switch (BTF_INFO_KIND(t->info)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			t = btf_type_by_id(b, t->type);
			break;
		default:
			return t;
		}
	}
	return NULL;
}

bool btf_is_kind(const struct btf_type *t, uint32_t kind)
{
	return t && BTF_INFO_KIND(t->info) == kind;
}

bool btf_is_kernel_pointer(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_resolve(b, id), *target;

	if (!btf_is_kind(t, BTF_KIND_PTR) || btf_is_kind(btf_type_by_id(b, t->type), BTF_KIND_TYPE_TAG))
		return false;
	target = btf_resolve(b, t->type);
	return btf_is_kind(target, BTF_KIND_STRUCT) || btf_is_kind(target, BTF_KIND_UNION);
}
