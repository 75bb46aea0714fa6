// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The inside of struct types: where each kind of type is remembered. For the
// files of dlang/types only.

#include "dlang/base/intern.h"
#include "dlang/types/modules.h"
#include "dlang/types/tmap.h"
#include "dlang/types/type.h"

struct types {
	struct arena *arena;
	struct interns *interns;
	const struct btf *btf;		// NULL: no kernel types
	struct modules *modules;	// those of its modules; set when btf is
	uint32_t strsize;

	struct tmap base;		// (interned C spelling, 0) -> INT, FLOAT, VOID, STRING
	struct tmap tags;		// (interned tag, kind) -> declared in D
	struct tmap typedefs;		// (interned name, 0) -> declared in D, or implicit
	struct tmap enumerators;	// (interned name, 0) -> enum type declared in D
	struct tmap ids;		// (BTF id, 0) -> imported
	struct tmap ptrs;		// (base, userland) -> PTR
	struct tmap arrays;		// (base, count) -> ARRAY
	struct type *kinds[TY_DYN + 1];
};

// Bounds for walks over types that come from untrusted BTF.
enum { WALK_DEPTH = 64, WALK_STEPS = 1 << 14 };

struct type *type_new(struct types *t, enum type_kind kind);

// typedefs and qualifiers off, nothing completed.
struct type *type_strip(struct types *t, struct type *ty);

// Fills in the members of a pending struct, union or enum.
void type_import_members(struct types *t, struct type *ty);

// The number of a type of the kernel or of a module, by "name" or "module`name"; 0: none.
uint32_t type_number(struct types *t, const char *name, uint32_t btf_kind);

// By keyword: the D type of that tag, or the kernel's. Both interned or not.
struct type *type_from_btf_tag(struct types *t, enum type_kind kind, const char *name);

// "vmlinux`foo" -> "foo".
const char *type_unscoped(const char *name);
