// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The tree that the parser makes and sema annotates in place. All memory
// belongs to the compile's arena; names are interned. Fields under "sema" are
// zero until sema ran.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/vec.h"
#include "dlang/diag.h"
#include "dlang/syntax/op.h"

struct type;
struct ident;
struct xlator;
struct expr;
struct stmt;

// ---- type syntax -----------------------------------------------------------

enum typespec_kind {
	TS_NONE,		// no specifier written (implicit int is an error: D_DECL_IDENT)
	TS_VOID, TS_CHAR, TS_INT, TS_FLOAT, TS_DOUBLE, TS_BOOL, TS_STRING,
	TS_STRUCT, TS_UNION, TS_ENUM,
	TS_NAME,		// a typedef name, maybe module-scoped: mod`name
};

enum typespec_flag {
	TSF_SIGNED = 1, TSF_UNSIGNED = 2, TSF_SHORT = 4, TSF_LONG = 8, TSF_LONGLONG = 16,
	TSF_CONST = 32, TSF_VOLATILE = 64, TSF_RESTRICT = 128, TSF_USERLAND = 256,
};

enum storage {
	ST_NONE, ST_EXTERN, ST_TYPEDEF, ST_SELF, ST_THIS, ST_AUTO, ST_REGISTER, ST_STATIC,
};

struct member {
	struct typespec *spec;
	struct declarator *decl;	// NULL: unnamed bit-field or anonymous struct
	struct expr *bits;		// NULL: not a bit-field
	struct span span;
};

struct enumerator {
	const char *name;
	struct expr *value;		// NULL: previous + 1
	struct span span;
};

struct typespec {
	enum typespec_kind kind;
	uint32_t flags;			// TSF_*
	enum storage storage;
	const char *name;		// tag or typedef name, maybe mod`name; NULL: anonymous
	bool defined;			// a { ... } body follows the tag
	VEC(struct member) members;
	VEC(struct enumerator) enumerators;
	struct span span;
};

struct param {
	struct typespec *spec;
	struct declarator *decl;
	struct span span;
};

enum declarator_kind { DC_NAME, DC_PTR, DC_ARRAY, DC_TUPLE, DC_FUNC };

// A declarator read inside out: "*a[3]" is ARRAY(3) of PTR of NAME... chained by
// inner, the outermost derivation (applied last to the base type) being the
// innermost node: follow inner from the head to DC_NAME, applying each
// derivation to the type so far.
struct declarator {
	enum declarator_kind kind;
	struct declarator *inner;
	const char *name;		// DC_NAME; NULL: abstract
	struct expr *size;		// DC_ARRAY; NULL: []
	VEC(struct param) params;	// DC_TUPLE (associative), DC_FUNC
	bool varargs;
	uint32_t quals;			// DC_PTR: TSF_CONST ...
	struct span span;
};

struct typename {
	struct typespec *spec;
	struct declarator *decl;	// abstract; NULL: none
	struct span span;
	struct type *type;		// sema: what it names
};

// ---- expressions -----------------------------------------------------------

enum expr_kind {
	EX_ERROR,		// poisoned: something was reported, say no more
	EX_INT,			// value, int_kind
	EX_STRING,		// str, len
	EX_NAME,		// scope, name (may hold backquotes: mod`sym)
	EX_AGG,			// name (without @; "_" for bare @)
	EX_UNARY,		// op, a
	EX_POSTFIX,		// op OP_INC/OP_DEC, a
	EX_BINARY,		// op, a, b
	EX_COND,		// a ? b : c
	EX_ASSIGN,		// op (OP_NONE for =), a, b
	EX_COMMA,		// a, b
	EX_CALL,		// a (callee, EX_NAME when well formed), args
	EX_INDEX,		// a [ args ]
	EX_MEMBER,		// a . name or a -> name (arrow)
	EX_CAST,		// (tname) a
	EX_SIZEOF,		// tname or a
	EX_STRINGOF,		// a
	EX_OFFSETOF,		// tname, name
	EX_XLATE,		// xlate <tname> (a)
	EX_LET,			// sema: b, in which ident stands for the value of a
};

enum scope { SC_GLOBAL, SC_SELF, SC_THIS };

// The literal's C type, by d-reference §1.
enum int_kind { IK_INT, IK_UINT, IK_LONG, IK_ULONG, IK_LLONG, IK_ULLONG };

struct expr {
	enum expr_kind kind;
	enum op op;
	struct span span;
	uint64_t value;
	enum int_kind int_kind;
	const char *str;		// EX_STRING: bytes, NUL-terminated
	uint32_t len;
	const char *name;
	enum scope scope;
	bool arrow;
	bool paren;			// was written in parentheses
	uint16_t height;		// of the tree below: the parser bounds recursion over it
	struct typename *tname;
	struct expr *a, *b, *c;
	VEC(struct expr *) args;

	// sema
	struct type *type;		// never NULL after sema; the error type if poisoned
	const struct xlator *xlator;	// EX_XLATE
	struct ident *ident;		// EX_NAME, EX_AGG, EX_CALL (callee), EX_INDEX of a D array
	bool is_const;			// value holds the folded integer (kind is then EX_INT)
	bool is_lvalue;
	uint32_t member_off;		// EX_MEMBER: byte offset; bit-fields: of the storage unit
	uint8_t bit_off, bit_size;	// EX_MEMBER of a bit-field: bit_size != 0
	const struct attributes *attributes;	// stability of the whole, where it is not that of its parts; or NULL
};

// ---- statements and clauses ------------------------------------------------

enum stmt_kind { STM_EXPR, STM_IF };

struct stmt {
	enum stmt_kind kind;
	struct span span;
	struct expr *expr;		// the expression, or the condition
	VEC(struct stmt *) then_body, else_body;
};

// A probe description as written, macros expanded.
struct pdesc {
	const char *text;
	const char *field[4];		// provider module function name; NULL: matches anything
	uint32_t id;			// != 0: given as a probe id
	struct span span;
};

struct clause {
	VEC(struct pdesc) pdescs;
	struct expr *pred;		// NULL: none
	bool has_body;			// braces were written
	VEC(struct stmt *) body;
	struct span span;
	uint32_t program;		// index of the request's program text
};

// ---- other top-level items -------------------------------------------------

enum item_kind {
	IT_CLAUSE, IT_DECL, IT_INLINE, IT_TRANSLATOR, IT_PROVIDER, IT_OPTION, IT_PRAGMA,
	IT_BIND, IT_ALIAS,	// of provider files only
};

struct decl {
	struct typespec *spec;
	VEC(struct declarator *) declarators;	// empty: only a tag is declared
	bool header;			// from a header of the system
};

struct inline_def {
	struct typespec *spec;
	struct declarator *decl;	// DC_TUPLE head when it has parameters
	struct expr *body;
};

struct xlator_member {
	const char *name;
	struct expr *value;
	struct span span;
};

struct translator {
	struct typename *out, *in;
	const char *param;
	VEC(struct xlator_member) members;
};

struct provider_probe {
	const char *name;
	VEC(struct param) in, out;
	bool has_out;
	struct span span;
};

struct provider_def {
	const char *name;
	VEC(struct provider_probe) probes;
};

struct option_pragma {		// #pragma D option name[=value]
	const char *name, *value;	// value NULL: none
};

// #pragma D attributes|binding|depends_on: words as written
struct pragma {
	VEC(const char *) words;
};

struct item {
	enum item_kind kind;
	struct span span;
	union {
		struct clause *clause;
		struct decl *decl;
		struct inline_def *inline_def;
		struct translator *translator;
		struct provider_def *provider;
		struct option_pragma *option;
		struct pragma *pragma;
		struct bind_def *bind;
		struct alias_def *alias;
	};
};

struct unit {
	bool bindings, per_process;	// a provider file; that names $target, and is read for each process
	VEC(struct item) items;
};
