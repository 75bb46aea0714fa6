// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The lexer of D. What a byte means depends on where it stands, so the parser
// names a mode with each token it asks for: at file level a run of letters,
// globs and colons is one probe description, elsewhere the same bytes are C.
// Macros are replaced here, comments and control lines never reach the parser.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/arena.h"
#include "dlang/base/intern.h"
#include "dlang/diag.h"
#include "dlang/syntax/ast.h"
#include "dlang/syntax/macros.h"
#include "dlang/syntax/source.h"

enum tok {
	T_EOF,
	T_BAD,				// something reported already
	T_POISON,			// the parser's: until it has recovered
	T_PRED_END,			// the "/" that closes a predicate
	T_PDESC,			// outer mode: a probe description, or a type name
	T_IDENT,			// name; may hold backquotes
	T_AGG,				// @name: name is "_" for a bare @
	T_INTEGER,			// value, int_kind
	T_TEXT,				// a string constant: str, len
#define PUNCT(tok, text) tok,
#define KEYWORD(tok, text, outer) tok,
#include "dlang/syntax/token.def"
#undef PUNCT
#undef KEYWORD
	T_NTOKENS
};

enum lex_mode { LEX_OUTER, LEX_EXPR, LEX_MEMBER };

struct token {
	enum tok kind;
	bool first;			// nothing but blanks before it on its line
	bool is_macro;			// stands for a macro
	enum int_kind int_kind;
	struct span span;
	uint64_t value;
	const char *name;		// T_IDENT, T_AGG and keywords; interned
	const char *str;		// T_TEXT; T_PDESC: as written
	uint32_t len;
};

// The parser copies a lexer to look ahead: with quiet set, the copy reports
// nothing and leaves the unit, the line table and the macros alone.
struct lexer {
	struct arena *arena;
	struct interns *interns;
	struct diags *diags;
	struct sources *sources;
	struct macros *macros;		// NULL: none are defined
	struct unit *unit;		// where pragmas go
	bool keeps_target;		// $target in a description stays
	uint32_t source;
	const char *text;
	uint32_t len, at;
	bool fresh;			// nothing but blanks so far on this line
	bool predicate;			// a "/" may close the predicate
	bool condition;			// which is a binding's: arguments may follow
	bool quiet;
	bool muted;			// the parser recovers: nothing is reported
	bool slashes;			// a // comment was reported
	bool unclosed;			// the text ended within a comment
	bool header;			// a line marker says: a header of the system
	bool hash_comments;		// "# words" is no control line
};

void lex_init(struct lexer *lx, struct sources *set, uint32_t source);
struct token lex_next(struct lexer *lx, enum lex_mode mode);

// Skips blanks and comments; returns the byte that follows, 0 at the end.
char lex_peek_byte(struct lexer *lx);

// "';'", "identifier 'x'", "the end of the program": for messages.
const char *token_describe(struct arena *a, const struct token *t);
// Whether the byte can be part of a probe description.
bool lex_is_pdesc_byte(char c);
// The fixed text of a token, NULL when it has none.
const char *tok_text(enum tok kind);
bool tok_is_keyword(enum tok kind);
enum tok keyword_find(const char *s, uint32_t len, bool outer);

// A probe description with its macros replaced; NULL (reported) when one is
// not defined.
const char *lex_expand(struct lexer *lx, const struct token *t);
