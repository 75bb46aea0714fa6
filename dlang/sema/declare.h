// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Type syntax to types: specifiers, declarators, definitions of structs,
// unions and enums, and typedefs. What a declared object then is (a global, a
// thread-local, an extern) is the caller's business.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/syntax/ast.h"
#include "dlang/types/type.h"

struct declare_ctx {
	struct arena *arena;
	struct types *types;
	struct diags *diags;
	bool header;			// of the system: what D declared already stays as it is
	void *ctx;			// for the two callbacks
	// Folds an integer constant expression. false: it is none; if the callback
	// reported something itself, nothing is added to that.
	bool (*const_eval)(void *ctx, struct expr *e, int64_t *value);
	// One object (or function prototype) that a declaration declares. NULL: none wanted.
	void (*object)(void *ctx, enum storage storage, const char *name, struct type *type,
		       struct span span);
};

// All of these give the error type after having reported something; never NULL.
struct type *declare_specifiers(struct declare_ctx *dc, const struct typespec *spec);
// *name gets the declared name, or NULL for an abstract declarator. name may be NULL.
struct type *declare_declarator(struct declare_ctx *dc, struct type *base,
				const struct declarator *decl, const char **name);
struct type *declare_typename(struct declare_ctx *dc, const struct typename *tn);

// A declaration at file level: defines tags and typedefs, and calls object.
void declare_decl(struct declare_ctx *dc, const struct decl *decl);
// false, and TYPERED is reported: D already has a different typedef of that name.
bool declare_typedef(struct declare_ctx *dc, const char *name, struct type *type, struct span span);

// What a list of parameters may hold besides plain types.
enum declare_params_flag {
	DP_VARARGS = 1,			// "..."
	DP_VOID = 2,			// a sole "void"
	DP_NAMED = 4,			// every parameter needs a name
	DP_DECAY = 8,			// arrays and functions become pointers
};
// Types of the parameters, in the arena; *n is their number ("void": 0).
struct type **declare_params(struct declare_ctx *dc, const struct param *params, uint32_t *n,
			     bool varargs, uint32_t flags, struct span span);

// Whether an object of that type can exist: reports VOIDOBJ, INCOMPLETE, DYNOBJ.
bool declare_check_object(struct declare_ctx *dc, struct type *type, struct span span);
// Attaches "did you mean struct x?" to the newest diagnostic, if there is such an x.
void declare_hint(struct declare_ctx *dc, enum type_kind kind, const char *name);

// Defines or refers to the tag of a STRUCT, UNION or ENUM specifier (declare_tag.c).
struct type *declare_tag(struct declare_ctx *dc, const struct typespec *spec);
// const_eval, and tag with that sentence if it is no constant.
bool declare_constant(struct declare_ctx *dc, struct expr *e, int64_t *value, enum errtag tag,
		      const char *what);
