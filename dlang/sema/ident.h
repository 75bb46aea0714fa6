// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What a name stands for. One record per thing; AST nodes point to it.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/attributes.h"
#include "dlang/base/vec.h"
#include "dlang/object.h"
#include "dlang/syntax/ast.h"

struct type;

// One value per row of builtins.def.
enum builtin {
	BI_NONE,
#define VAR(id, name, type) BV_##id,
#define SUBR(id, name, proto) BS_##id,
#define ACTION(id, name, proto) BA_##id,
#define AGGFN(id, name, func) BG_##id,
#define ABSENT(kind, name, why)
#include "dlang/builtins.def"
#undef VAR
#undef SUBR
#undef ACTION
#undef AGGFN
#undef ABSENT
	BI_COUNT
};

enum ident_kind {
	ID_VAR,		// a D variable: scope, type (TY_ASSOC for associative arrays)
	ID_BUILTIN,	// builtin (BV_*); number = the digit of argN
	ID_SUBR,	// BS_*
	ID_ACTION,	// BA_*
	ID_AGGFN,	// BG_*
	ID_AGG,		// an aggregation
	ID_INLINE,	// expanded by sema; never seen by lowering
	ID_EXTERN,	// a kernel symbol
	ID_LET,		// the value of an EX_LET; number counts them in the program
};

struct ident {
	enum ident_kind kind;
	enum builtin builtin;
	enum scope scope;
	const char *name;
	struct type *type;
	uint32_t number;		// dense within its class: (kind, scope)
	struct span span;		// where first seen
	bool declared;			// ID_VAR: by a declaration, not by an assignment
	bool in_library;		// defined by one
	uint32_t since;			// programs for older versions of D do not see it (versions.h)
	struct attributes attributes;	// stability, if it was stated or found out
	bool has_attributes;
	// ID_EXTERN
	uint64_t address;
	uint64_t percpu_offsets;	// != 0: what each CPU adds to the address
	// ID_AGG
	enum agg_func func;
	bool has_func;			// an aggregating assignment was seen
	VEC(struct type *) keys;	// the parameters of an ID_INLINE, too
	int64_t args[5];		// as in struct agg_desc
	uint32_t nlevels;		// buckets in all of the quantize family
	// ID_LET
	bool once;			// it is bound where it is needed first, and holds from there on
	// ID_INLINE
	struct inline_def *inline_def;
};

// What other systems have and Linux cannot: the row ABSENT of this name, or NULL.
struct absent {
	const char *name, *kind, *why;
};
const struct absent *names_absent(const char *name);	// scope.c
