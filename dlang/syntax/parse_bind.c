// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What only provider files have: bindings of stable probes, and aliases.

#include "dlang/syntax/ast_bind.h"
#include "dlang/syntax/parse_impl.h"

#include <string.h>

static bool at_word(const struct parser *p, const char *word)
{
	return p->tok.kind == T_PDESC && p->tok.len == strlen(word) &&
	       !memcmp(p->tok.str, word, p->tok.len);
}

// descriptions: description { "," description }
static struct pdesc next_description(struct parser *p, const char *what)
{
	struct pdesc d = { 0 };

	if (p->tok.kind == T_PDESC)
		parse_pdesc(p, &d);
	else
		fail_expected(p, what);
	return d;
}

static const char *next_text(struct parser *p, const char *what)
{
	const char *text = p->tok.str;

	return expect(p, T_TEXT, what) ? text : NULL;
}

// "current" "(" expression ")"
static void parse_current(struct parser *p, struct bind_alt *b)
{
	struct span open;

	advance(p);
	open = p->tok.span;
	p->mode = LEX_EXPR;
	expect(p, T_LPAREN, "'(' and the thread that the probe is about");
	b->current = parse_assign(p);
	p->mode = LEX_OUTER;
	expect_close(p, T_RPAREN, open);
}

// arguments: "(" [ expression { "," expression } ] ")"
static void parse_arguments(struct parser *p, struct bind_alt *b)
{
	struct span open = p->tok.span;

	b->has_args = true;
	p->mode = LEX_EXPR;
	advance(p);
	while (p->tok.kind != T_RPAREN && !poisoned(p)) {
		vec_push(p->arena, &b->args, parse_assign(p));
		if (!accept(p, T_COMMA))
			break;
	}
	p->mode = LEX_OUTER;
	expect_close(p, T_RPAREN, open);
}

// facts: { "process" | "approximate" text | "current" "(" expression ")" | "with" description }
static void parse_facts(struct parser *p, struct bind_alt *b)
{
	for (;;) {
		if (at_word(p, "process")) {
			b->process = true;
			advance(p);
		} else if (at_word(p, "approximate")) {
			advance(p);
			b->approximate = next_text(p, "a string that says what is not exact");
		} else if (at_word(p, "with")) {
			advance(p);
			b->with = next_description(p, "the probe that there must be as well");
		} else if (at_word(p, "current")) {
			parse_current(p, b);
		} else {
			return;
		}
	}
}

// alternative: facts descriptions [ "/" condition "/" ] [ arguments ]
static void parse_alternative(struct parser *p, struct bind_def *def)
{
	struct bind_alt b = { .span = p->tok.span };

	parse_facts(p, &b);
	do
		vec_push(p->arena, &b.hooks, next_description(p, "the probe that it is bound to"));
	while (accept(p, T_COMMA));
	if (p->tok.kind == T_DIV) {
		p->lx.condition = true;
		b.cond = parse_predicate(p);
		p->lx.condition = false;
	}
	if (p->tok.kind == T_LPAREN)
		parse_arguments(p, &b);
	b.span = span_join(b.span, p->prev);
	if (!poisoned(p))
		vec_push(p->arena, &def->alts, b);
}

// bind: "bind" description "=" ( "none" text | alternative { "|" alternative } ) ";"
static void parse_bind(struct parser *p)
{
	struct span begin = p->tok.span;
	struct bind_def *def = ARENA_NEW(p->arena, struct bind_def);

	advance(p);
	def->probe = next_description(p, "the probe that is bound");
	expect(p, T_ASSIGN, "'=' and what the probe is bound to");
	if (at_word(p, "none")) {
		advance(p);
		def->none = next_text(p, "a string that says why it cannot fire");
	} else {
		do
			parse_alternative(p, def);
		while (accept(p, T_OR));
	}
	end_item(p);
	if (!poisoned(p))
		ADD_ITEM(p, begin, .kind = IT_BIND, .bind = def);
}

// alias: "alias" descriptions "=" description ";"
static void parse_alias(struct parser *p)
{
	struct span begin = p->tok.span;
	struct alias_def *def = ARENA_NEW(p->arena, struct alias_def);

	advance(p);
	do
		vec_push(p->arena, &def->names, next_description(p, "the name of an alias"));
	while (accept(p, T_COMMA));
	expect(p, T_ASSIGN, "'=' and the probe that is meant");
	def->probe = next_description(p, "the probe that is meant");
	end_item(p);
	if (!poisoned(p))
		ADD_ITEM(p, begin, .kind = IT_ALIAS, .alias = def);
}

bool parse_binding(struct parser *p)
{
	if (at_word(p, "bind"))
		parse_bind(p);
	else if (at_word(p, "alias"))
		parse_alias(p);
	else
		return false;
	return true;
}
