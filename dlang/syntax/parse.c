// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The parser's frame: the token window, errors and recovery, and the loop over
// the items of a unit.

#include "dlang/syntax/parse_impl.h"

#include <stdarg.h>
#include <string.h>

// ---- the token window ------------------------------------------------------

void advance(struct parser *p)
{
	if (poisoned(p))
		return;
	p->prev = p->tok.span;
	p->tok = lex_next(&p->lx, p->mode);
	if (p->tok.kind == T_BAD) {	// the lexer has said why
		p->held = p->tok;
		p->tok.kind = T_POISON;
	}
}

bool accept(struct parser *p, enum tok kind)
{
	if (p->tok.kind != kind)
		return false;
	advance(p);
	return true;
}

struct token peek(struct parser *p)
{
	struct lexer ahead = p->lx;

	ahead.quiet = true;
	return lex_next(&ahead, LEX_EXPR);
}

void relex(struct parser *p, enum lex_mode mode)
{
	struct span prev = p->prev;

	p->mode = mode;
	p->lx.at = p->tok.span.begin;
	p->lx.fresh = p->tok.first;
	advance(p);
	p->prev = prev;
}

// ---- errors ----------------------------------------------------------------

static bool silent(const struct parser *p)
{
	return poisoned(p) || p->stopped || p->lx.muted;
}

static void vreport(struct parser *p, struct span at, enum errtag tag, const char *fmt, va_list ap)
{
	diag_error(p->ctx->diags, at, tag, "%s", arena_vprintf(p->arena, fmt, ap));
}

static void poison(struct parser *p)
{
	if (poisoned(p))
		return;
	p->held = p->tok;
	p->tok.kind = T_POISON;
}

bool report(struct parser *p, struct span at, enum errtag tag, const char *fmt, ...)
{
	va_list ap;

	if (silent(p))
		return false;
	va_start(ap, fmt);
	vreport(p, at, tag, fmt, ap);
	va_end(ap);
	return true;
}

bool fail(struct parser *p, struct span at, enum errtag tag, const char *fmt, ...)
{
	bool said = !silent(p);
	va_list ap;

	if (said) {
		va_start(ap, fmt);
		vreport(p, at, tag, fmt, ap);
		va_end(ap);
	}
	poison(p);
	return said;
}

bool fail_expected(struct parser *p, const char *what)
{
	bool said = fail(p, p->tok.span, D_SYNTAX, "expected %s, found %s", what,
			 token_describe(p->arena, &p->tok));

	if (said && tok_is_keyword(p->held.kind))
		diag_hint(p->ctx->diags, "'%s' is a reserved word", tok_text(p->held.kind));
	return said;
}

bool expect(struct parser *p, enum tok kind, const char *what)
{
	if (accept(p, kind))
		return true;
	fail_expected(p, what ? what : arena_printf(p->arena, "'%s'", tok_text(kind)));
	return false;
}

static uint32_t line_of(const struct parser *p, struct span s)
{
	struct position pos;

	span_position(p->ctx->sources, s, &pos);
	return pos.line;
}

bool expect_close(struct parser *p, enum tok kind, struct span open)
{
	const char *text = tok_text(kind);
	char opener = p->lx.text[open.begin];

	if (accept(p, kind))
		return true;
	if (p->tok.kind == T_EOF)
		fail(p, open, D_SYNTAX, "this '%c' is not closed before the end of the program", opener);
	else if (poisoned(p) || line_of(p, open) == line_of(p, p->tok.span))
		fail(p, p->tok.span, D_SYNTAX, "expected '%s' to close '%c', found %s", text, opener,
		     token_describe(p->arena, &p->tok));
	else
		fail(p, p->tok.span, D_SYNTAX, "expected '%s' to close '%c' of line %u, found %s", text,
		     opener, line_of(p, open), token_describe(p->arena, &p->tok));
	return false;
}

const char *expect_name(struct parser *p, const char *what)
{
	const char *name = p->tok.name;

	return expect(p, T_IDENT, what) ? name : NULL;
}

bool enter(struct parser *p)
{
	if (++p->depth <= PARSE_DEPTH)
		return !poisoned(p);
	fail(p, p->tok.span, D_SYNTAX, "nested too deeply: more than %d levels", PARSE_DEPTH);
	p->stopped = true;
	return false;
}

void leave(struct parser *p)
{
	p->depth--;
}

// Without its ";" an item ends where the next line begins.
void end_item(struct parser *p)
{
	struct span end = { p->prev.source, p->prev.end, p->prev.end };

	p->mode = LEX_OUTER;
	if (accept(p, T_SEMI))
		return;
	if (!p->tok.first || poisoned(p)) {
		fail_expected(p, "';'");
		return;
	}
	report(p, end, D_SYNTAX, "expected ';' after this");
	relex(p, LEX_OUTER);
}

// ---- recovery --------------------------------------------------------------

bool is_special_probe(const char *s, uint32_t n)
{
	return (n == 5 && memcmp(s, "BEGIN", 5) == 0) || (n == 3 && memcmp(s, "END", 3) == 0)
		|| (n == 5 && memcmp(s, "ERROR", 5) == 0);
}

static bool has_double_colon(const char *s, uint32_t n)
{
	for (uint32_t i = 0; i + 1 < n; i++) {
		if (s[i] == ':' && s[i + 1] == ':')
			return true;
	}
	return false;
}

// A line that begins like "syscall::read:entry /" or "END {" begins a clause,
// whatever is still open before it.
bool at_clause_start(const struct parser *p)
{
	const struct token *t = poisoned(p) ? &p->held : &p->tok;
	const char *s = p->lx.text + t->span.begin;
	struct lexer ahead = p->lx;
	uint32_t n = 0;
	char next;

	if (!t->first || t->kind == T_EOF)
		return false;
	while (lex_is_pdesc_byte(s[n]))
		n++;
	if (!is_special_probe(s, n) && !has_double_colon(s, n))
		return false;
	ahead.at = t->span.begin + n;
	next = lex_peek_byte(&ahead);
	return next == '{' || next == '/' || next == ',';
}

static bool skip_begin(struct parser *p)
{
	if (!poisoned(p))
		return false;
	p->tok = p->held;
	p->mode = LEX_EXPR;
	p->lx.muted = true;
	p->lx.predicate = false;
	return true;
}

static void skip_end(struct parser *p)
{
	p->lx.muted = false;
}

// One token further, T_BAD ones included.
static void skip_token(struct parser *p)
{
	p->prev = p->tok.span;
	p->tok = lex_next(&p->lx, p->mode);
}

// The change of nesting by a token, for one pair of brackets.
static int nesting(enum tok kind, enum tok open, enum tok close)
{
	return (kind == open) - (kind == close);
}

// Outside of braces: a ";", or a "}" that no "else" follows.
static bool ends_statement(struct parser *p, int parens)
{
	if (p->tok.kind == T_RBRACE)
		return peek(p).kind != T_ELSE;
	return p->tok.kind == T_SEMI && parens == 0;
}

static void recover_in_list(struct parser *p)
{
	int braces = 0, parens = 0;

	if (p->stopped || at_clause_start(p) || !skip_begin(p))
		return;
	for (; p->tok.kind != T_EOF; skip_token(p)) {
		if (p->tok.kind == T_RBRACE && braces == 0)
			break;
		braces += nesting(p->tok.kind, T_LBRACE, T_RBRACE);
		parens += nesting(p->tok.kind, T_LPAREN, T_RPAREN);
		if (parens < 0)
			parens = 0;
		if (at_clause_start(p))
			break;
		if (braces == 0 && ends_statement(p, parens)) {
			skip_token(p);
			break;
		}
	}
	skip_end(p);
	if (p->tok.kind == T_EOF || at_clause_start(p))
		poison(p);		// nothing more for this list
	else if (p->tok.kind == T_BAD)
		relex(p, p->mode);	// to say why, and skip it next time
}

bool more_in_list(struct parser *p)
{
	recover_in_list(p);
	return p->tok.kind != T_RBRACE && p->tok.kind != T_EOF && !poisoned(p);
}

// From poison to the next item.
static void recover_item(struct parser *p)
{
	int braces = 0;

	if (!skip_begin(p))
		return;
	for (; p->tok.kind != T_EOF && !at_clause_start(p); skip_token(p)) {
		braces += nesting(p->tok.kind, T_LBRACE, T_RBRACE);
		if (braces <= 0 && (p->tok.kind == T_SEMI || p->tok.kind == T_RBRACE)) {
			skip_token(p);
			if (p->prev.end > p->prev.begin && p->tok.kind == T_SEMI
			    && p->lx.text[p->prev.begin] == '}')
				skip_token(p);
			break;
		}
	}
	skip_end(p);
	if (p->tok.kind != T_EOF)
		relex(p, LEX_OUTER);
}

// ---- units -----------------------------------------------------------------

static void stray_item(struct parser *p)
{
	if (p->tok.kind == T_RBRACE)
		fail(p, p->tok.span, D_SYNTAX, "this '}' closes nothing");
	else if (p->tok.kind == T_SEMI)
		fail(p, p->tok.span, D_SYNTAX, "expected a probe description or a declaration, found ';'");
	else if (p->tok.kind == T_LBRACE)
		fail(p, p->tok.span, D_SYNTAX, "expected a probe description before '{'");
	else
		fail_expected(p, "a probe description or a declaration");
}

// item: header-item | clause | declaration | inline | translator | provider | binding
static void parse_item(struct parser *p)
{
	if (parse_header_item(p))
		return;
	if (p->tok.kind == T_PDESC) {
		if (p->ctx->bindings && parse_binding(p))
			return;
		if (begins_declaration(p))
			parse_declaration(p);
		else
			parse_clause(p);
		return;
	}
	if (!tok_is_keyword(p->tok.kind)) {
		stray_item(p);
		return;
	}
	p->mode = LEX_EXPR;
	switch (p->tok.kind) {
	case T_INLINE: parse_inline(p); break;
	case T_TRANSLATOR: parse_translator(p); break;
	case T_PROVIDER: parse_provider(p); break;
	default: parse_declaration(p); break;
	}
}

static void parser_init(struct parser *p, struct parse_ctx *ctx, enum lex_mode mode)
{
	*p = (struct parser){ .ctx = ctx, .arena = ctx->arena, .mode = mode };
	p->unit = ARENA_NEW(ctx->arena, struct unit);
	lex_init(&p->lx, ctx->sources, ctx->source);
	p->lx.hash_comments = ctx->interface;
	p->lx.arena = ctx->arena;
	p->lx.interns = ctx->interns;
	p->lx.diags = ctx->diags;
	p->lx.macros = ctx->macros;
	p->lx.keeps_target = ctx->bindings;
	p->lx.unit = p->unit;
	advance(p);
}

// unit: { item }
struct unit *parse(struct parse_ctx *ctx)
{
	struct parser p;

	parser_init(&p, ctx, LEX_OUTER);
	if (poisoned(&p))
		recover_item(&p);
	p.unit->bindings = ctx->bindings;
	while (p.tok.kind != T_EOF && !p.stopped && !ctx->diags->dropped) {
		p.depth = 0;
		p.mode = LEX_OUTER;
		parse_item(&p);
		if (poisoned(&p) && !p.stopped)
			recover_item(&p);
	}
	return p.unit;
}

struct typename *parse_type(struct parse_ctx *ctx)
{
	struct parser p;
	struct typename *t;

	parser_init(&p, ctx, LEX_EXPR);
	t = parse_typename(&p);
	if (p.tok.kind != T_EOF)
		fail_expected(&p, "the end of the type");
	return poisoned(&p) ? NULL : t;
}
