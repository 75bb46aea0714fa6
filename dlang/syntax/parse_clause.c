// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Clauses and statements.

#include "dlang/syntax/parse_impl.h"

typedef VEC(struct stmt *) stmts;

// The lists of a statement and of a clause have types of their own; all are
// read into one of these and copied.
#define GIVE(to, list) ((to)->v = (list).v, (to)->n = (list).n, (to)->cap = (list).cap)

static void parse_list(struct parser *p, stmts *list, enum lex_mode after);

// ---- statements ------------------------------------------------------------

struct refusal {
	enum tok tok;
	const char *text, *hint;
};

static const char no_loops[] = "a clause runs once each time its probe fires; a probe like tick-1s"
	" repeats, and a few steps can be written out";

static const struct refusal refusals[] = {
	{ T_FOR, "D has no loops", no_loops },
	{ T_WHILE, "D has no loops", no_loops },
	{ T_DO, "D has no loops", no_loops },
	{ T_SWITCH, "D has no switch statement", "use if and else, or the ?: operator" },
	{ T_CASE, "D has no switch statement", "use if and else, or the ?: operator" },
	{ T_GOTO, "D has no goto", NULL },
	{ T_RETURN, "D has no return statement", "a predicate or an if decides what runs" },
	{ T_BREAK, "D has no loops to leave", NULL },
	{ T_CONTINUE, "D has no loops", NULL },
	{ T_ELSE, "this 'else' belongs to no 'if'", NULL },
	{ T_LBRACE, "a block can only follow 'if' or 'else'", NULL },
};

// True, and reported, when the statement begins with what D does not have.
static bool refuse(struct parser *p)
{
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		const struct refusal *r = &refusals[i];

		if (r->tok != p->tok.kind)
			continue;
		if (fail(p, p->tok.span, D_SYNTAX, "%s", r->text) && r->hint)
			diag_hint(p->ctx->diags, "%s", r->hint);
		return true;
	}
	if (!tok_starts_type(p->tok.kind))
		return false;
	if (fail(p, p->tok.span, D_SYNTAX, "a declaration cannot stand inside a clause"))
		diag_hint(p->ctx->diags, "declare it before the clause, or just assign:"
			  " this->name = value");
	return true;
}

static struct stmt *new_stmt(struct parser *p, enum stmt_kind kind)
{
	struct stmt *s = ARENA_NEW(p->arena, struct stmt);

	s->kind = kind;
	s->span = p->tok.span;
	return s;
}

static bool starts_statement(enum tok kind)
{
	return kind == T_IDENT || kind == T_AGG || kind == T_SELF || kind == T_THIS || kind == T_IF
		|| kind == T_INC || kind == T_DEC || kind == T_INTEGER || kind == T_TEXT;
}

// The ";" may be absent before "}" and after a block. Where it is forgotten at
// the end of a line, that is said and nothing is skipped.
static void end_statement(struct parser *p)
{
	struct span end = { p->prev.source, p->prev.end, p->prev.end };

	if (p->tok.kind == T_RBRACE || accept(p, T_SEMI) || at_clause_start(p))
		return;
	if (p->tok.first && starts_statement(p->tok.kind))
		report(p, end, D_SYNTAX, "expected ';' after this statement");
	else if (p->tok.kind != T_EOF)
		fail_expected(p, "';' or '}' after the statement");
}

static void parse_statement(struct parser *p, stmts *list);

// branch: "{" statements "}" | statement
static void parse_branch(struct parser *p, stmts *list)
{
	if (p->tok.kind == T_LBRACE)
		parse_list(p, list, LEX_EXPR);
	else if (!accept(p, T_SEMI))
		parse_statement(p, list);
}

// if: "if" "(" expression ")" branch [ "else" branch ]
static struct stmt *parse_if(struct parser *p)
{
	struct stmt *s = new_stmt(p, STM_IF);
	stmts then_body = { 0 }, else_body = { 0 };
	struct span open;

	advance(p);
	open = p->tok.span;
	expect(p, T_LPAREN, "'(' and a condition");
	s->expr = parse_expr(p);
	expect_close(p, T_RPAREN, open);
	parse_branch(p, &then_body);
	if (accept(p, T_ELSE))
		parse_branch(p, &else_body);
	GIVE(&s->then_body, then_body);
	GIVE(&s->else_body, else_body);
	s->span = span_join(s->span, p->prev);
	return s;
}

// statement: if | expression ( ";" | before "}" )
static void parse_statement(struct parser *p, stmts *list)
{
	struct stmt *s;

	if (enter(p) && !refuse(p)) {
		if (p->tok.kind == T_IF) {
			s = parse_if(p);
		} else {
			s = new_stmt(p, STM_EXPR);
			s->expr = parse_expr(p);
			s->span = s->expr->span;
			end_statement(p);
		}
		vec_push(p->arena, list, s);
	}
	leave(p);
}

// statements: "{" { statement | ";" } "}", what follows being read in mode after
static void parse_list(struct parser *p, stmts *list, enum lex_mode after)
{
	struct span open = p->tok.span;

	p->mode = LEX_EXPR;
	advance(p);
	while (more_in_list(p) && !at_clause_start(p)) {
		if (!accept(p, T_SEMI))
			parse_statement(p, list);
	}
	p->mode = after;
	expect_close(p, T_RBRACE, open);
}

// ---- clauses ---------------------------------------------------------------

// predicate: "/" expression "/"
struct expr *parse_predicate(struct parser *p)
{
	struct span open = p->tok.span;
	struct expr *pred;

	p->mode = LEX_EXPR;
	p->lx.predicate = true;
	advance(p);
	pred = parse_expr(p);
	p->lx.predicate = false;
	p->mode = LEX_OUTER;
	if (p->tok.kind == T_EOF)
		fail(p, open, D_SYNTAX, "this predicate is not closed before the end of the program");
	if (p->tok.kind == T_LBRACE) {
		if (fail(p, p->tok.span, D_SYNTAX, "expected '/' to close the predicate, found '{'"))
			diag_hint(p->ctx->diags, "a predicate stands between two slashes");
	}
	expect(p, T_PRED_END, "'/' to close the predicate");
	return pred;
}

// body: statements
static void parse_body(struct parser *p, struct clause *c)
{
	stmts list = { 0 };

	c->has_body = true;
	parse_list(p, &list, LEX_OUTER);
	GIVE(&c->body, list);
}

// What follows the descriptions is neither a predicate nor a body.
static void no_body(struct parser *p, const struct clause *c)
{
	bool bare_is_legal = p->ctx->kind != PROGRAM_FILE && !c->pred;

	if (bare_is_legal && p->tok.kind == T_EOF)
		return;
	if (c->pred) {
		fail_expected(p, "'{' and actions after the predicate");
		return;
	}
	if (p->tok.kind == T_EOF) {
		fail(p, c->span, D_SYNTAX,
		     "expected a predicate or '{' after the probe description, found the end of the program");
		return;
	}
	if (!fail_expected(p, "a predicate or '{' after the probe description"))
		return;
	if (p->held.kind == T_PDESC && p->held.first)
		diag_hint(p->ctx->diags, "probe descriptions are separated by commas");
	else if (p->held.kind == T_PDESC)
		diag_hint(p->ctx->diags, "a probe description holds no blanks");
}

// clause: description { "," description } [ predicate ] [ body ]
void parse_clause(struct parser *p)
{
	struct clause *c = ARENA_NEW(p->arena, struct clause);
	struct pdesc d;

	c->span = p->tok.span;
	c->program = p->ctx->program;
	do {
		if (p->tok.kind != T_PDESC) {
			fail_expected(p, "a probe description");
			break;
		}
		parse_pdesc(p, &d);
		vec_push(p->arena, &c->pdescs, d);
	} while (accept(p, T_COMMA));
	if (p->tok.kind == T_DIV)
		c->pred = parse_predicate(p);
	if (p->tok.kind == T_LBRACE)
		parse_body(p, c);
	else
		no_body(p, c);
	c->span = span_join(c->span, p->prev);
	ADD_ITEM(p, c->span, .kind = IT_CLAUSE, .clause = c);
}
