// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Types of D: made from D declarations and, lazily, from kernel BTF. Interned
// where it matters (base types, pointers); compare with type_same(). Memory
// belongs to the arena of the container.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/intern.h"
#include "dlang/base/vec.h"

enum type_kind {
	TY_ERROR,		// poison: silences everything that touches it
	TY_VOID,
	TY_INT,			// size, is_signed, is_char, is_bool
	TY_FLOAT,
	TY_PTR,			// base
	TY_ARRAY,		// base, nelems
	TY_STRUCT, TY_UNION,	// name (tag, may be NULL), members, size, complete
	TY_ENUM,		// name, enumerators; behaves as int
	TY_TYPEDEF,		// name, base
	TY_FUNC,		// base = result, params
	TY_STRING,		// D's string; size is strsize, known at layout time
	TY_ASSOC,		// base = value, params = key tuple
	TY_STACK,		// result of stack()
	TY_USTACK,		// result of ustack(), jstack()
	TY_SYM,			// result of sym(), func(), mod() (kernel address)
	TY_USYM,		// result of usym(), ufunc(), umod(), uaddr()
	TY_DYN,			// any other dynamic value (untranslated, action result)
};

struct type_member {
	const char *name;		// NULL: anonymous struct/union or padding
	struct type *type;
	uint32_t offset;		// bytes
	uint8_t bit_off, bit_size;	// bit_size 0: not a bit-field; offset is then of the unit of type's size
};

struct type_enumerator {
	const char *name;
	int64_t value;
};

struct type {
	enum type_kind kind;
	bool is_signed, is_char, is_bool;
	bool complete;			// struct, union: members known
	bool defining;			// struct, union: between { and } of its D definition
	bool userland;			// pointer into user memory ([F/I] userland)
	uint32_t quals;			// TSF_CONST ... (kept for printing only)
	const char *name;
	struct type *base;
	uint64_t size;			// bytes; 0 for string, func, void
	uint64_t nelems;
	uint32_t align;			// struct, union of D, once complete: bytes
	VEC(struct type_member) members;
	VEC(struct type_enumerator) enumerators;
	VEC(struct type *) params;
	bool varargs;
	uint32_t btf_id;		// != 0: this very type in the BTF of the kernel or of a module
	bool of_module;			// of a module: the verifier does not know it by that number
	bool btf_pending;		// imported by name only; type_resolve() fills in members
};

struct btf;
struct modules;
struct types;

// btf may be NULL (no kernel types). parent: the zygote's warm container, read
// only, or NULL.
struct types *types_new(struct arena *a, struct interns *in, const struct btf *btf);
// From now on with the types of these modules, of the same kernel; NULL: none.
void types_set_modules(struct types *t, struct modules *modules);
// An empty container with the same kernel types, arena and names.
struct types *types_again(const struct types *t);
// From now on memory comes from this arena, names from these, which must stack on the old ones.
void types_move(struct types *t, struct arena *a, struct interns *in);

// Base types by their C spelling: "int", "unsigned long", "int64_t", "char",
// "string", "void", "pid_t" ... Never NULL for the implicit ones of §3.
struct type *type_base(struct types *t, const char *name);
struct type *type_error(struct types *t);
struct type *type_string(struct types *t);
struct type *type_ptr(struct types *t, struct type *base);
struct type *type_array(struct types *t, struct type *base, uint64_t n);
struct type *type_assoc(struct types *t, struct type *value, struct type **keys, uint32_t n);
struct type *type_of_kind(struct types *t, enum type_kind k);	// VOID STACK USTACK SYM USYM DYN
struct type *type_func(struct types *t, struct type *result, struct type **params, uint32_t n,
		       bool varargs);
// A pointer whose loads go to the memory of the traced process.
struct type *type_ptr_userland(struct types *t, struct type *base);
// The same type with TSF_CONST ... added for printing. Scalars are copied; any
// other type gets a nameless TY_TYPEDEF in front, which type_resolve() strips.
struct type *type_qualified(struct types *t, struct type *ty, uint32_t quals);

// Parses a C type written as text ("struct task_struct *", "char[16]"); used
// for tables (builtins, probe arguments). NULL: does not name a type.
struct type *type_parse(struct types *t, const char *text);

// Look-ups: D types first, then kernel BTF. NULL: unknown. name without the
// keyword. kind: TY_STRUCT, TY_UNION, TY_ENUM.
struct type *type_find_tag(struct types *t, enum type_kind kind, const char *name);
struct type *type_find_typedef(struct types *t, const char *name);
// An enumerator of any enum known so far (D first, then BTF): true and *value, *type.
bool type_find_enumerator(struct types *t, const char *name, int64_t *value, struct type **type);
struct type *type_from_btf(struct types *t, uint32_t id);
// A variable or function of the kernel; NULL: BTF does not describe it.
struct type *type_find_symbol(struct types *t, const char *name, bool *percpu);

// The name nearest to an unknown tag (kind as above) or typedef (TY_TYPEDEF),
// from D and kernel BTF; NULL if nothing is near.
const char *type_suggest(struct types *t, enum type_kind kind, const char *name);

// New D types; a tag already complete in D is the caller's to report.
struct type *type_new_tag(struct types *t, enum type_kind kind, const char *name);
void type_add_typedef(struct types *t, const char *name, struct type *base);
// Adds an enumerator to a D enum; it can be found from now on. name is interned.
void type_add_enumerator(struct types *t, struct type *enm, const char *name, int64_t value);
bool type_declared_enumerator(struct types *t, const char *name);	// in D
// Only what D declared, tag or typedef (TY_TYPEDEF): NULL if it comes from BTF or not at all.
struct type *type_find_declared(struct types *t, enum type_kind kind, const char *name);
// The size that string members of D structs get from now on (256 at first).
void types_set_strsize(struct types *t, uint32_t strsize);
// Lays out members added to a struct or union by the C rules of the target.
void type_complete(struct types *t, struct type *sou);

// Strips typedefs; completes pending BTF members and forward tags.
struct type *type_resolve(struct types *t, struct type *ty);
// Looks through anonymous members; *off gets the sum of offsets.
const struct type_member *type_member(struct types *t, struct type *sou, const char *name,
				      uint32_t *off);
bool type_same(struct types *t, struct type *a, struct type *b);
uint64_t type_sizeof(struct types *t, struct type *ty, uint32_t strsize);
uint64_t type_alignof(struct types *t, struct type *ty);
bool type_is_int(struct types *t, struct type *ty);		// INT or ENUM after resolve
bool type_is_scalar(struct types *t, struct type *ty);		// int or pointer
bool type_is_stringlike(struct types *t, struct type *ty);	// string, char *, char[]
// As it would be declared: "struct task_struct *". In the container's arena.
const char *type_name(struct types *t, struct type *ty);
