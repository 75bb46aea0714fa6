// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the files of the parser share: a window of one token on the lexer, and
// the discipline of errors. After an error the current token is T_POISON: it
// matches nothing, advancing keeps it, further errors are dropped, so every
// parsing function falls through and returns. Whoever owns a list of things
// (statements, members, items) then recovers and goes on with the next one.

#include "dlang/syntax/lex.h"
#include "dlang/syntax/parse.h"

// What this unit made of a name so far.
enum name_kind { NAME_UNKNOWN, NAME_GLOBAL, NAME_TYPE };

struct name_slot {
	const char *name;
	enum name_kind kind;
};

struct names {
	struct name_slot *slots;
	uint32_t mask, count;
};

struct parser {
	struct parse_ctx *ctx;
	struct arena *arena;
	struct lexer lx;
	enum lex_mode mode;
	struct token tok;
	struct token held;		// what T_POISON stands for
	struct span prev;		// the token before tok
	struct names names;
	struct unit *unit;
	uint32_t depth;
	bool stopped;			// too deep: the rest is not looked at
};

// ---- parse.c: tokens, errors -----------------------------------------------

void advance(struct parser *p);
bool accept(struct parser *p, enum tok kind);
// fail() poisons; report() does not. Both say whether something was reported.
bool fail(struct parser *p, struct span at, enum errtag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool report(struct parser *p, struct span at, enum errtag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
// "expected WHAT, found TOKEN"
bool fail_expected(struct parser *p, const char *what);
bool expect(struct parser *p, enum tok kind, const char *what);
// The bracket that closes the one at open.
bool expect_close(struct parser *p, enum tok kind, struct span open);
// An identifier, advanced past; NULL (reported) if there is none.
const char *expect_name(struct parser *p, const char *what);
// The ";" of a declaration or other item, after which file level goes on.
void end_item(struct parser *p);
struct token peek(struct parser *p);
bool enter(struct parser *p);
void leave(struct parser *p);
static inline bool poisoned(const struct parser *p)
{
	return p->tok.kind == T_POISON;
}

// Reads the current token again, in another mode.
void relex(struct parser *p, enum lex_mode mode);
// Whether a list in braces goes on, after recovery from what was wrong with its
// last element: past the next ";", or up to the "}" of this list.
bool more_in_list(struct parser *p);
bool at_clause_start(const struct parser *p);
// BEGIN, END or ERROR.
bool is_special_probe(const char *s, uint32_t n);

// ---- names.c ---------------------------------------------------------------

enum name_kind names_get(const struct parser *p, const char *name);
// Returns what the name was before.
enum name_kind names_set(struct parser *p, const char *name, enum name_kind kind);
bool is_type_name(const struct parser *p, const char *name);

// ---- parse_expr.c ----------------------------------------------------------

struct expr *parse_expr(struct parser *p);		// with commas
struct expr *parse_assign(struct parser *p);		// without
struct expr *parse_const(struct parser *p);		// without assignment

// ---- parse_decl.c, parse_spec.c --------------------------------------------

enum spec_place { SPEC_DECL, SPEC_PARAM, SPEC_MEMBER, SPEC_TYPENAME };
enum decl_form { DECL_NAMED, DECL_ABSTRACT, DECL_EITHER };

struct typespec *parse_specifiers(struct parser *p, enum spec_place place);
struct declarator *parse_declarator(struct parser *p, enum decl_form form);
struct typename *parse_typename(struct parser *p);
// Up to the closing parenthesis, which is consumed; open is the opening one.
void parse_params(struct parser *p, struct declarator *d, enum tok close, struct span open);
void parse_declaration(struct parser *p);
bool tok_starts_type(enum tok kind);
// The name under the derivations of a declarator.
struct declarator *declarator_name(struct declarator *d);
void check_declared_name(struct parser *p, const char *name, struct span at);

// ---- parse_item.c, parse_clause.c ------------------------------------------

void parse_inline(struct parser *p);
void parse_translator(struct parser *p);
void parse_provider(struct parser *p);
void parse_clause(struct parser *p);
struct expr *parse_predicate(struct parser *p);		// at its opening slash
// Whether the description or type name at hand begins a declaration.
bool begins_declaration(struct parser *p);
void parse_pdesc(struct parser *p, struct pdesc *d);

// ---- parse_header.c --------------------------------------------------------

// Passes over what is at hand if it comes from a header of the system and is no type.
bool parse_header_item(struct parser *p);

// ---- parse_bind.c ----------------------------------------------------------

// A bind or alias, if the word at hand begins one.
bool parse_binding(struct parser *p);

#define ADD_ITEM(p, at, ...) \
	vec_push((p)->arena, &(p)->unit->items, \
		 (struct item){ .span = span_join((at), (p)->prev), __VA_ARGS__ })
