// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Declarators and declarations. A declarator is read from the name outwards
// and chained from the base type inwards, as ast.h describes.

#include "dlang/syntax/parse_impl.h"

#include <string.h>

static struct declarator *new_declarator(struct parser *p, enum declarator_kind kind)
{
	struct declarator *d = ARENA_NEW(p->arena, struct declarator);

	d->kind = kind;
	d->span = p->tok.span;
	return d;
}

struct declarator *declarator_name(struct declarator *d)
{
	while (d->kind != DC_NAME)
		d = d->inner;
	return d;
}

// ---- parameters ------------------------------------------------------------

static const char *param_name(const struct param *param)
{
	return param->decl ? declarator_name(param->decl)->name : NULL;
}

static bool is_void(const struct param *param)
{
	return param->spec->kind == TS_VOID && (!param->decl || param->decl->kind == DC_NAME);
}

// (void) says that there are none; otherwise void is no parameter.
static void check_void(struct parser *p, struct declarator *d)
{
	for (uint32_t i = 0; i < d->params.n; i++) {
		const struct param *param = &d->params.v[i];

		if (!is_void(param))
			continue;
		if (d->params.n > 1 || d->varargs)
			report(p, param->span, D_DECL_PROTO_VOID, "void must be the only parameter");
		else if (param_name(param))
			report(p, param->span, D_DECL_PROTO_NAME, "a void parameter cannot have a name");
		else if (d->kind == DC_FUNC)
			d->params.n = 0;
	}
}

// parameter: specifiers [ declarator ]
static void parse_param(struct parser *p, struct declarator *d)
{
	struct param param = { .span = p->tok.span };

	param.spec = parse_specifiers(p, SPEC_PARAM);
	param.decl = parse_declarator(p, DECL_EITHER);
	if (param.decl->kind == DC_NAME && !param.decl->name)
		param.decl = NULL;
	param.span = span_join(param.span, p->prev);
	if (!poisoned(p))
		vec_push(p->arena, &d->params, param);
}

// parameters: [ parameter { "," parameter } [ "," "..." ] | "..." ] close
void parse_params(struct parser *p, struct declarator *d, enum tok close, struct span open)
{
	if (accept(p, close))
		return;
	if (enter(p)) {
		do {
			if (p->tok.kind == T_ELLIPSIS) {
				if (d->kind == DC_TUPLE)
					report(p, p->tok.span, D_DECL_PROTO_VARARGS,
					       "'...' is for functions only");
				d->varargs = true;
				advance(p);
				break;
			}
			parse_param(p, d);
		} while (accept(p, T_COMMA));
	}
	leave(p);
	expect_close(p, close, open);
	check_void(p, d);
}

// ---- declarators -----------------------------------------------------------

// Whether "[" is followed by key types rather than a size.
static bool tuple_follows(struct parser *p)
{
	enum tok next;

	if (tok_starts_type(p->tok.kind))
		return true;
	if (p->tok.kind != T_IDENT)
		return false;
	next = peek(p).kind;
	return is_type_name(p, p->tok.name) || next == T_COMMA || next == T_IDENT;
}

// subscript: "[" [ constant | parameters ] "]"
static struct declarator *parse_subscript(struct parser *p)
{
	struct declarator *d = new_declarator(p, DC_ARRAY);
	struct span open = p->tok.span;

	advance(p);
	if (tuple_follows(p)) {
		d->kind = DC_TUPLE;
		parse_params(p, d, T_RBRACKET, open);
	} else {
		if (p->tok.kind != T_RBRACKET)
			d->size = parse_const(p);
		expect_close(p, T_RBRACKET, open);
	}
	d->span = span_join(open, p->prev);
	return d;
}

// function: "(" parameters ")"
static struct declarator *parse_function(struct parser *p)
{
	struct declarator *d = new_declarator(p, DC_FUNC);
	struct span open = p->tok.span;

	advance(p);
	parse_params(p, d, T_RPAREN, open);
	d->span = span_join(open, p->prev);
	return d;
}

// Whether "(" groups a declarator rather than opens parameters, which matters
// where a name may be absent.
static bool group_follows(struct parser *p, enum decl_form form)
{
	struct token next = peek(p);

	if (form == DECL_NAMED)
		return true;
	if (next.kind == T_MUL || next.kind == T_LPAREN || next.kind == T_LBRACKET)
		return true;
	return form == DECL_EITHER && next.kind == T_IDENT && !is_type_name(p, next.name);
}

// direct: ( identifier | "(" declarator ")" | ) { subscript | function }
static struct declarator *parse_direct(struct parser *p, enum decl_form form, uint32_t n)
{
	struct declarator *d, *outer;
	struct span open = p->tok.span;

	if (p->tok.kind == T_IDENT && form != DECL_ABSTRACT) {
		d = new_declarator(p, DC_NAME);
		d->name = p->tok.name;
		check_declared_name(p, d->name, d->span);
		advance(p);
	} else if (p->tok.kind == T_LPAREN && group_follows(p, form)) {
		advance(p);
		d = parse_declarator(p, form);
		expect_close(p, T_RPAREN, open);
	} else {
		d = new_declarator(p, DC_NAME);
		d->span.end = d->span.begin;
		if (form == DECL_NAMED)
			fail_expected(p, "the name that is declared");
	}
	while (p->tok.kind == T_LBRACKET || p->tok.kind == T_LPAREN) {
		outer = p->tok.kind == T_LBRACKET ? parse_subscript(p) : parse_function(p);
		outer->inner = d;
		d = outer;
		if (++n > PARSE_DEPTH)
			fail(p, d->span, D_SYNTAX, "nested too deeply: more than %d derivations",
			     PARSE_DEPTH);
	}
	return d;
}

// pointers: { "*" { qualifier } }; returns where the next node is to be linked
static struct declarator **parse_pointers(struct parser *p, struct declarator **link, uint32_t *n)
{
	static const struct { enum tok tok; uint32_t flag; } quals[] = {
		{ T_CONST, TSF_CONST }, { T_VOLATILE, TSF_VOLATILE },
		{ T_RESTRICT, TSF_RESTRICT }, { T_USERLAND, TSF_USERLAND },
	};

	while (p->tok.kind == T_MUL && ++*n <= PARSE_DEPTH) {
		struct declarator *d = new_declarator(p, DC_PTR);

		advance(p);
		for (size_t i = 0; i < sizeof quals / sizeof quals[0]; i++) {
			if (p->tok.kind != quals[i].tok)
				continue;
			d->quals |= quals[i].flag;
			advance(p);
			i = (size_t)-1;
		}
		*link = d;
		link = &d->inner;
	}
	return link;
}

// declarator: pointers direct
struct declarator *parse_declarator(struct parser *p, enum decl_form form)
{
	struct declarator *head = NULL, **link;
	uint32_t n = 0;

	if (!enter(p)) {
		leave(p);
		return new_declarator(p, DC_NAME);
	}
	link = parse_pointers(p, &head, &n);
	if (n > PARSE_DEPTH)
		fail(p, p->tok.span, D_SYNTAX, "nested too deeply: more than %d derivations",
		     PARSE_DEPTH);
	*link = parse_direct(p, form, n);
	leave(p);
	return head;
}

// typename: specifiers [ abstract-declarator ]
struct typename *parse_typename(struct parser *p)
{
	struct typename *t = ARENA_NEW(p->arena, struct typename);

	t->span = p->tok.span;
	t->spec = parse_specifiers(p, SPEC_TYPENAME);
	if (p->tok.kind == T_MUL || p->tok.kind == T_LPAREN || p->tok.kind == T_LBRACKET)
		t->decl = parse_declarator(p, DECL_ABSTRACT);
	t->span = span_join(t->span, p->prev);
	return t;
}

// ---- declarations ----------------------------------------------------------

// Typedefs and globals count from here on in this unit.
static void note_declared(struct parser *p, const struct typespec *ts, struct declarator *d)
{
	const char *name = declarator_name(d)->name;

	if (!name)
		return;
	if (ts->storage == ST_TYPEDEF)
		names_set(p, name, NAME_TYPE);
	else if (ts->storage == ST_NONE || ts->storage == ST_EXTERN)
		names_set(p, name, NAME_GLOBAL);
}

static bool declares_tag(const struct typespec *ts)
{
	if (ts->storage != ST_NONE || ts->kind < TS_STRUCT || ts->kind > TS_ENUM)
		return false;
	return ts->name || ts->kind == TS_ENUM;
}

static void check_after_declarator(struct parser *p)
{
	if (p->tok.kind == T_ASSIGN) {
		if (fail(p, p->tok.span, D_SYNTAX, "a declaration cannot give a value"))
			diag_hint(p->ctx->diags, "assign it in a BEGIN clause, or write 'inline' first"
				  " if the value never changes");
	} else if (p->tok.kind == T_LBRACE) {
		if (fail(p, p->tok.span, D_SYNTAX, "expected ';' after the declaration, found '{'"))
			diag_hint(p->ctx->diags, "D has no user-defined functions; a clause begins with"
				  " a probe description");
	}
}

// "int* {" was meant as a description.
static void hint_description(struct parser *p, const struct decl *decl, const struct declarator *d)
{
	if (p->held.kind == T_LBRACE && d->kind == DC_PTR && !decl->declarators.n && !p->stopped)
		diag_hint(p->ctx->diags, "this reads as a pointer type; a probe description has a colon,"
			  " as in :::name*");
}

// declaration: specifiers [ declarator { "," declarator } ] ";"
void parse_declaration(struct parser *p)
{
	struct span begin = p->tok.span;
	struct decl *decl = ARENA_NEW(p->arena, struct decl);
	struct declarator *d;

	decl->header = p->lx.header;
	decl->spec = parse_specifiers(p, SPEC_DECL);
	if (p->tok.kind == T_SEMI) {
		if (!declares_tag(decl->spec))
			report(p, decl->spec->span, D_DECL_USELESS, "this declares nothing");
	} else {
		do {
			d = parse_declarator(p, DECL_NAMED);
			if (poisoned(p)) {
				hint_description(p, decl, d);
				return;
			}
			note_declared(p, decl->spec, d);
			vec_push(p->arena, &decl->declarators, d);
		} while (accept(p, T_COMMA));
	}
	check_after_declarator(p);
	end_item(p);
	ADD_ITEM(p, begin, .kind = IT_DECL, .decl = decl);
}
