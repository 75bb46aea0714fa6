// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Expressions. Binary operators are read by climbing a table of precedences;
// chains of one level are loops, so only true nesting recurses.

#include "dlang/syntax/parse_impl.h"

#include <string.h>

struct operator {
	uint8_t level;			// 0: no binary operator; higher binds tighter
	uint8_t op;
};

static const struct operator binary[T_NTOKENS] = {
	[T_MUL] = { 11, OP_MUL }, [T_DIV] = { 11, OP_DIV }, [T_MOD] = { 11, OP_MOD },
	[T_ADD] = { 10, OP_ADD }, [T_SUB] = { 10, OP_SUB },
	[T_SHL] = { 9, OP_SHL }, [T_SHR] = { 9, OP_SHR },
	[T_LT] = { 8, OP_LT }, [T_LE] = { 8, OP_LE }, [T_GT] = { 8, OP_GT }, [T_GE] = { 8, OP_GE },
	[T_EQ] = { 7, OP_EQ }, [T_NE] = { 7, OP_NE },
	[T_AND] = { 6, OP_AND },
	[T_XOR] = { 5, OP_XOR },
	[T_OR] = { 4, OP_OR },
	[T_LAND] = { 3, OP_LAND },
	[T_LXOR] = { 2, OP_LXOR },
	[T_LOR] = { 1, OP_LOR },
};

static const struct { bool is; uint8_t op; } assign[T_NTOKENS] = {
	[T_ASSIGN] = { true, OP_NONE },
	[T_ADD_ASSIGN] = { true, OP_ADD }, [T_SUB_ASSIGN] = { true, OP_SUB },
	[T_MUL_ASSIGN] = { true, OP_MUL }, [T_DIV_ASSIGN] = { true, OP_DIV },
	[T_MOD_ASSIGN] = { true, OP_MOD }, [T_AND_ASSIGN] = { true, OP_AND },
	[T_XOR_ASSIGN] = { true, OP_XOR }, [T_OR_ASSIGN] = { true, OP_OR },
	[T_SHL_ASSIGN] = { true, OP_SHL }, [T_SHR_ASSIGN] = { true, OP_SHR },
};

static const uint8_t prefix[T_NTOKENS] = {
	[T_ADD] = OP_PLUS, [T_SUB] = OP_NEG, [T_NOT] = OP_NOT, [T_BNOT] = OP_BNOT,
	[T_MUL] = OP_DEREF, [T_AND] = OP_ADDR, [T_INC] = OP_INC, [T_DEC] = OP_DEC,
};

static struct expr *parse_unary(struct parser *p);
static struct expr *nested(struct parser *p, struct expr *(*parse_it)(struct parser *));

// ---- nodes -----------------------------------------------------------------

static struct expr *new_expr(struct parser *p, enum expr_kind kind, struct span at)
{
	struct expr *e = ARENA_NEW(p->arena, struct expr);

	e->kind = kind;
	e->span = at;
	e->height = 1;
	return e;
}

// A node that is there in place of what could not be parsed.
static struct expr *error_expr(struct parser *p)
{
	return new_expr(p, EX_ERROR, p->held.span);
}

static void over(struct parser *p, struct expr *e, const struct expr *child)
{
	if (!child || child->height < e->height)
		return;
	e->height = child->height + 1;
	if (e->height <= PARSE_HEIGHT)
		return;
	fail(p, e->span, D_SYNTAX, "nested too deeply: an expression of more than %d levels",
	     PARSE_HEIGHT);
	p->stopped = true;
}

// Gives e its operands and its extent: from the first one to here.
static struct expr *finish(struct parser *p, struct expr *e, struct expr *a, struct expr *b)
{
	e->a = a;
	e->b = b;
	e->span = span_join(e->span, p->prev);
	over(p, e, a);
	over(p, e, b);
	return e;
}

static struct expr *finish_args(struct parser *p, struct expr *e, struct expr *a)
{
	for (uint32_t i = 0; i < e->args.n; i++)
		over(p, e, e->args.v[i]);
	return finish(p, e, a, NULL);
}

// An assignment makes a global of a name that was none: later it is no type.
static void note_assigned(struct parser *p, const struct expr *e)
{
	if (e->kind == EX_INDEX)
		e = e->a;
	if (e->kind == EX_NAME && e->scope == SC_GLOBAL && !strchr(e->name, '`'))
		names_set(p, e->name, NAME_GLOBAL);
}

// ---- primaries -------------------------------------------------------------

// constant: integer | string
static struct expr *parse_constant(struct parser *p)
{
	struct expr *e = new_expr(p, p->tok.kind == T_TEXT ? EX_STRING : EX_INT, p->tok.span);

	e->value = p->tok.value;
	e->int_kind = p->tok.int_kind;
	e->str = p->tok.str;
	e->len = p->tok.len;
	advance(p);
	return e;
}

// name: identifier | aggregation
static struct expr *parse_name(struct parser *p)
{
	struct expr *e = new_expr(p, p->tok.kind == T_AGG ? EX_AGG : EX_NAME, p->tok.span);

	e->name = p->tok.name;
	if (e->name[strlen(e->name) - 1] == '`')
		fail(p, p->tok.span, D_SYNTAX, "expected a symbol after the backquote of '%s'", e->name);
	advance(p);
	return e;
}

static void advance_to_member(struct parser *p)
{
	enum lex_mode mode = p->mode;

	p->mode = LEX_MEMBER;
	advance(p);
	p->mode = mode;
}

// scoped: ( "self" | "this" ) "->" identifier
static struct expr *parse_scoped(struct parser *p)
{
	struct expr *e = new_expr(p, EX_NAME, p->tok.span);
	const char *word = tok_text(p->tok.kind);

	e->scope = p->tok.kind == T_SELF ? SC_SELF : SC_THIS;
	e->name = p->tok.name;
	advance(p);
	if (p->tok.kind != T_ARROW) {
		fail_expected(p, arena_printf(p->arena, "'->' after '%s'", word));
		return error_expr(p);
	}
	advance_to_member(p);
	e->name = p->tok.name;
	if (p->tok.kind != T_IDENT) {
		fail(p, p->tok.span, D_OP_IDENT, "expected the name of a variable after '%s->', found %s",
		     word, token_describe(p->arena, &p->tok));
		return error_expr(p);
	}
	advance(p);
	return finish(p, e, NULL, NULL);
}

// offsetof: "offsetof" "(" typename "," identifier ")"
static struct expr *parse_offsetof(struct parser *p)
{
	struct expr *e = new_expr(p, EX_OFFSETOF, p->tok.span);
	struct span open;

	advance(p);
	open = p->tok.span;
	expect(p, T_LPAREN, NULL);
	e->tname = parse_typename(p);
	if (p->tok.kind == T_COMMA)
		advance_to_member(p);
	else
		fail_expected(p, "',' and the name of a member");
	e->name = expect_name(p, "the name of a member");
	expect_close(p, T_RPAREN, open);
	return finish(p, e, NULL, NULL);
}

// xlate: "xlate" "<" typename ">" "(" expression ")"
static struct expr *parse_xlate(struct parser *p)
{
	struct expr *e = new_expr(p, EX_XLATE, p->tok.span), *a;
	struct span open;

	advance(p);
	expect(p, T_LT, "'<' and a type");
	e->tname = parse_typename(p);
	expect(p, T_GT, "'>' after the type");
	open = p->tok.span;
	expect(p, T_LPAREN, NULL);
	a = parse_expr(p);
	expect_close(p, T_RPAREN, open);
	return finish(p, e, a, NULL);
}

static struct expr *no_primary(struct parser *p)
{
	if (tok_starts_type(p->tok.kind))
		fail(p, p->tok.span, D_SYNTAX, "expected an expression, found the type '%s'",
		     tok_text(p->tok.kind));
	else
		fail_expected(p, "an expression");
	return error_expr(p);
}

// primary: constant | name | scoped | offsetof | xlate
static struct expr *parse_primary(struct parser *p)
{
	switch (p->tok.kind) {
	case T_INTEGER:
	case T_TEXT: return parse_constant(p);
	case T_IDENT:
	case T_AGG: return parse_name(p);
	case T_SELF:
	case T_THIS: return parse_scoped(p);
	case T_OFFSETOF: return parse_offsetof(p);
	case T_XLATE: return parse_xlate(p);
	default: return no_primary(p);
	}
}

// ---- postfix ---------------------------------------------------------------

// args: [ assignment { "," assignment } ] close
static void parse_args(struct parser *p, struct expr *e, enum tok close)
{
	struct span open = p->tok.span;

	advance(p);
	if (p->tok.kind == close && close == T_RPAREN) {
		advance(p);
		return;
	}
	do
		vec_push(p->arena, &e->args, parse_assign(p));
	while (accept(p, T_COMMA));
	expect_close(p, close, open);
}

// member: ( "." | "->" ) identifier
static struct expr *parse_member(struct parser *p, struct expr *a)
{
	struct expr *e = new_expr(p, EX_MEMBER, a->span);

	e->arrow = p->tok.kind == T_ARROW;
	advance_to_member(p);
	e->name = p->tok.name;
	if (p->tok.kind != T_IDENT)
		fail(p, p->tok.span, D_OP_IDENT, "expected the name of a member after '%s', found %s",
		     e->arrow ? "->" : ".", token_describe(p->arena, &p->tok));
	advance(p);
	return poisoned(p) && !e->name ? error_expr(p) : finish(p, e, a, NULL);
}

// postfix: primary { "(" args ")" | "[" args "]" | member | "++" | "--" }
static struct expr *parse_postfix(struct parser *p, struct expr *a)
{
	struct expr *e;

	for (;;) {
		switch (p->tok.kind) {
		case T_LPAREN:
		case T_LBRACKET:
			e = new_expr(p, p->tok.kind == T_LPAREN ? EX_CALL : EX_INDEX, a->span);
			parse_args(p, e, p->tok.kind == T_LPAREN ? T_RPAREN : T_RBRACKET);
			a = finish_args(p, e, a);
			break;
		case T_DOT:
		case T_ARROW:
			a = parse_member(p, a);
			break;
		case T_INC:
		case T_DEC:
			e = new_expr(p, EX_POSTFIX, a->span);
			e->op = prefix[p->tok.kind];
			advance(p);
			note_assigned(p, a);
			a = finish(p, e, a, NULL);
			break;
		default:
			return a;
		}
	}
}

// ---- parentheses: casts, sizeof, grouping ----------------------------------

static bool starts_operand(enum tok kind)
{
	return kind == T_IDENT || kind == T_INTEGER || kind == T_TEXT || kind == T_SELF
		|| kind == T_THIS;
}

// After "(" and a name that is no known type: "*)" or ") operand" can follow a
// type only; later passes say that it is not known.
static bool used_as_type(const struct parser *p)
{
	struct lexer ahead = p->lx;
	struct token t;
	bool star = false;

	ahead.quiet = true;
	for (t = lex_next(&ahead, LEX_EXPR); t.kind == T_MUL; t = lex_next(&ahead, LEX_EXPR))
		star = true;
	if (t.kind != T_RPAREN)
		return false;
	return star || starts_operand(lex_next(&ahead, LEX_EXPR).kind);
}

// After "(" and the name of a type: what follows decides whether it is meant.
static bool followed_like_type(struct parser *p)
{
	struct token next = peek(p);

	switch (next.kind) {
	case T_RPAREN:
	case T_MUL:
	case T_CONST:
	case T_VOLATILE:
	case T_RESTRICT:
	case T_USERLAND:
		return true;
	case T_LPAREN:
		return p->lx.text[next.span.end] == '*';
	default:
		return false;
	}
}

static bool paren_holds_type(struct parser *p)
{
	size_t n;

	if (tok_starts_type(p->tok.kind))
		return true;
	if (p->tok.kind != T_IDENT)
		return false;
	n = strlen(p->tok.name);
	if ((n > 7 && strcmp(p->tok.name + n - 7, "`struct") == 0)
	    || (n > 6 && strcmp(p->tok.name + n - 6, "`union") == 0)
	    || (n > 5 && strcmp(p->tok.name + n - 5, "`enum") == 0))
		return true;
	if (is_type_name(p, p->tok.name))
		return followed_like_type(p);
	return used_as_type(p);
}

// After "(": expression ")", then what may follow a primary
static struct expr *parse_group(struct parser *p, struct span open)
{
	struct expr *e = parse_expr(p);

	expect_close(p, T_RPAREN, open);
	e->paren = true;
	e->span = span_join(open, p->prev);
	return parse_postfix(p, e);
}

// paren: "(" typename ")" unary | "(" expression ")" { postfix }
static struct expr *parse_paren(struct parser *p)
{
	struct span open = p->tok.span;
	struct expr *e;

	advance(p);
	if (!paren_holds_type(p))
		return parse_group(p, open);
	e = new_expr(p, EX_CAST, open);
	e->tname = parse_typename(p);
	expect_close(p, T_RPAREN, open);
	return finish(p, e, parse_unary(p), NULL);
}

// sizeof: "sizeof" ( "(" typename ")" | unary )
static struct expr *parse_sizeof(struct parser *p)
{
	struct expr *e = new_expr(p, EX_SIZEOF, p->tok.span);
	struct span open;

	advance(p);
	open = p->tok.span;
	if (p->tok.kind != T_LPAREN)
		return finish(p, e, parse_unary(p), NULL);
	advance(p);
	if (!paren_holds_type(p))
		return finish(p, e, parse_group(p, open), NULL);
	e->tname = parse_typename(p);
	expect_close(p, T_RPAREN, open);
	return finish(p, e, NULL, NULL);
}

// stringof: "stringof" unary
static struct expr *parse_stringof(struct parser *p)
{
	struct expr *e = new_expr(p, EX_STRINGOF, p->tok.span);

	advance(p);
	return finish(p, e, parse_unary(p), NULL);
}

// prefix-op unary
static struct expr *parse_prefix(struct parser *p)
{
	struct expr *e = new_expr(p, EX_UNARY, p->tok.span), *a;

	e->op = prefix[p->tok.kind];
	advance(p);
	a = parse_unary(p);
	if (e->op == OP_INC || e->op == OP_DEC)
		note_assigned(p, a);
	return finish(p, e, a, NULL);
}

// unary: prefix-op unary | sizeof | stringof | paren | postfix
static struct expr *parse_operand(struct parser *p)
{
	if (prefix[p->tok.kind])
		return parse_prefix(p);
	switch (p->tok.kind) {
	case T_SIZEOF: return parse_sizeof(p);
	case T_STRINGOF: return parse_stringof(p);
	case T_LPAREN: return parse_paren(p);
	default: return parse_postfix(p, parse_primary(p));
	}
}

static struct expr *parse_unary(struct parser *p)
{
	return nested(p, parse_operand);
}

// ---- operators -------------------------------------------------------------

// binary: unary { operator binary }, the operators being of the level or tighter
static struct expr *parse_binary(struct parser *p, uint8_t level)
{
	struct expr *a = parse_unary(p), *e;

	while (binary[p->tok.kind].level >= level) {
		struct operator o = binary[p->tok.kind];

		e = new_expr(p, EX_BINARY, a->span);
		e->op = (enum op)o.op;
		advance(p);
		a = finish(p, e, a, parse_binary(p, o.level + 1));
	}
	return a;
}

// The nodes of a ladder are made from the top; their extents and heights are
// known from the bottom.
static void finish_ladder(struct parser *p, struct expr **rungs, uint32_t n)
{
	while (n--) {
		struct expr *e = rungs[n];

		e->span = span_join(e->span, e->c->span);
		over(p, e, e->a);
		over(p, e, e->b);
		over(p, e, e->c);
	}
}

// conditional: binary [ "?" expression ":" conditional ], the last one in a loop
static struct expr *parse_cond(struct parser *p)
{
	VEC(struct expr *) rungs = { 0 };
	struct expr *top = NULL, **link = &top, *e;

	for (*link = parse_binary(p, 1); p->tok.kind == T_QUESTION; *link = parse_binary(p, 1)) {
		e = new_expr(p, EX_COND, (*link)->span);
		e->a = *link;
		advance(p);
		e->b = nested(p, parse_expr);
		expect(p, T_COLON, "':' of the conditional expression");
		vec_push(p->arena, &rungs, e);
		*link = e;
		link = &e->c;
	}
	finish_ladder(p, rungs.v, rungs.n);
	return top;
}

// One level deeper than what surrounds it.
static struct expr *nested(struct parser *p, struct expr *(*parse_it)(struct parser *))
{
	struct expr *e = enter(p) ? parse_it(p) : error_expr(p);

	leave(p);
	return e;
}

// assignment: conditional [ assign-op assignment ]
struct expr *parse_assign(struct parser *p)
{
	struct expr *a = parse_cond(p), *e;

	if (!assign[p->tok.kind].is)
		return a;
	e = new_expr(p, EX_ASSIGN, a->span);
	e->op = (enum op)assign[p->tok.kind].op;
	advance(p);
	note_assigned(p, a);
	return finish(p, e, a, nested(p, parse_assign));
}

// expression: assignment { "," assignment }
struct expr *parse_expr(struct parser *p)
{
	struct expr *a = parse_assign(p), *e;

	while (p->tok.kind == T_COMMA) {
		e = new_expr(p, EX_COMMA, a->span);
		advance(p);
		a = finish(p, e, a, parse_assign(p));
	}
	return a;
}

// constant-expression: conditional
struct expr *parse_const(struct parser *p)
{
	return parse_cond(p);
}
