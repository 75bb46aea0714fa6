// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What the preprocessor took from the system's headers. D is after their types.
// Their functions cannot be called, are sometimes defined there, and often have
// names that mean something else in D (strchr, raise, trunc); so everything but
// typedefs and tags is passed over.

#include "dlang/syntax/parse_impl.h"

// "struct x {" and "struct x;", but not "struct x *f(void);"
static bool is_tag(const struct parser *p)
{
	struct lexer ahead = p->lx;
	struct token t;

	if (p->tok.kind != T_STRUCT && p->tok.kind != T_UNION && p->tok.kind != T_ENUM)
		return false;
	ahead.quiet = true;
	t = lex_next(&ahead, LEX_EXPR);
	if (t.kind == T_IDENT)
		t = lex_next(&ahead, LEX_EXPR);
	return t.kind == T_LBRACE || t.kind == T_SEMI;
}

// Up to the ";" or "}" that ends the item; false at the end of the text.
static bool skip_to_end(struct parser *p)
{
	int braces = 0;

	for (; p->tok.kind != T_EOF; p->tok = lex_next(&p->lx, LEX_EXPR)) {
		braces += (p->tok.kind == T_LBRACE) - (p->tok.kind == T_RBRACE);
		if (braces <= 0 && (p->tok.kind == T_SEMI || p->tok.kind == T_RBRACE))
			return true;
	}
	return false;
}

bool parse_header_item(struct parser *p)
{
	bool more;

	if (!p->lx.header || p->tok.kind == T_TYPEDEF || is_tag(p))
		return false;
	p->lx.muted = true;
	more = skip_to_end(p);
	p->lx.muted = false;
	p->mode = LEX_OUTER;
	if (more)
		advance(p);
	return true;
}
