// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The parser: one source in, one unit out. It decides by grammar alone, and
// asks its caller only whether a name is a type.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/arena.h"
#include "dlang/base/intern.h"
#include "dlang/diag.h"
#include "dlang/syntax/ast.h"
#include "dlang/syntax/macros.h"
#include "dlang/syntax/source.h"

// Where the text comes from decides what its probe descriptions may look like.
enum program_kind {
	PROGRAM_FILE,			// -s, a library: a description needs a body
	PROGRAM_NAME,			// -n: [[[p:]m:]f:]name
	PROGRAM_FUNCTION,		// -f: [[p:]m:]function
	PROGRAM_MODULE,			// -m: [p:]module
	PROGRAM_PROVIDER,		// -P: provider
	PROGRAM_ID,			// -i: a probe id
};

struct parse_ctx {
	struct arena *arena;
	struct interns *interns;
	struct diags *diags;
	struct sources *sources;
	uint32_t source;		// index of the text to parse
	enum program_kind kind;
	bool library;			// it may declare names that begin with a backquote
	bool pspec;			// ambiguous text is a probe description (-xpspec)
	bool bindings;			// a provider file: bind and alias may stand in it
	bool interface;			// only provider definitions count: "# words" is a comment
	uint32_t program;		// goes into each clause
	struct macros *macros;		// NULL: none are defined

	// Whether an interned name, maybe module-scoped, is a type outside of this
	// unit and not a global of an earlier one. NULL: no name is.
	bool (*is_type)(void *ctx, const char *name);
	void *type_ctx;
};

// The unit holds whatever could be understood, with EX_ERROR in place of what
// could not; ask the diagnostics whether it may be used. An empty unit is no
// error here.
//
// Promises to later passes: expr.height is at most PARSE_HEIGHT, statements,
// declarators and struct bodies nest at most PARSE_DEPTH deep; members and
// declarators written in one declaration share one typespec; a function's
// (void) is an empty list of parameters.
struct unit *parse(struct parse_ctx *ctx);

// A text that is one type name, like those in tables of built-ins: "struct
// task_struct *". NULL if it is not, which is reported.
struct typename *parse_type(struct parse_ctx *ctx);

#define PARSE_DEPTH 256
#define PARSE_HEIGHT 2048
