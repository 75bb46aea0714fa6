// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Inlines, translators and providers.

#include "dlang/syntax/parse_impl.h"

#include <string.h>

#define PROVIDER_NAME_MAX 53		// with a process id behind it: less than 64
#define PROBE_NAME_MAX 63

// ---- inline ----------------------------------------------------------------

static const char *param_name(const struct param *param)
{
	return param->decl ? declarator_name(param->decl)->name : NULL;
}

static void check_inline_params(struct parser *p, const struct declarator *d)
{
	for (uint32_t i = 0; i < d->params.n; i++) {
		const char *name = param_name(&d->params.v[i]);

		if (!name)
			report(p, d->params.v[i].span, D_DECL_PROTO_NAME,
			       "a parameter of an inline needs a name");
		for (uint32_t j = 0; name && j < i; j++) {
			if (param_name(&d->params.v[j]) == name) {
				report(p, d->params.v[i].span, D_DECL_PROTO_FORM,
				       "the parameter '%s' is repeated", name);
				break;
			}
		}
	}
}

// The body sees its parameters as variables, even where they hide a type.
static struct expr *parse_inline_body(struct parser *p, const struct declarator *d)
{
	enum name_kind *hidden = arena_alloc(p->arena, d->params.n * sizeof *hidden);
	struct expr *body;

	for (uint32_t i = 0; i < d->params.n; i++) {
		const char *name = param_name(&d->params.v[i]);

		hidden[i] = name ? names_set(p, name, NAME_GLOBAL) : NAME_UNKNOWN;
	}
	body = parse_assign(p);
	for (uint32_t i = d->params.n; i--;) {
		const char *name = param_name(&d->params.v[i]);

		if (name)
			names_set(p, name, hidden[i]);
	}
	return body;
}

// inline: "inline" specifiers declarator "=" assignment ";"
void parse_inline(struct parser *p)
{
	struct span begin = p->tok.span;
	struct inline_def *def = ARENA_NEW(p->arena, struct inline_def);

	advance(p);
	def->spec = parse_specifiers(p, SPEC_DECL);
	if (def->spec->storage != ST_NONE)
		report(p, def->spec->span, D_DECL_BADCLASS, "an inline has no storage class");
	if (p->tok.kind == T_ASSIGN || p->tok.kind == T_SEMI)
		fail(p, span_join(begin, p->prev), D_DECL_USELESS, "this inline has no name");
	def->decl = parse_declarator(p, DECL_NAMED);
	if (def->decl->kind == DC_TUPLE)
		check_inline_params(p, def->decl);
	expect(p, T_ASSIGN, "'=' and the value of the inline");
	def->body = parse_inline_body(p, def->decl);
	end_item(p);
	if (poisoned(p))
		return;
	names_set(p, declarator_name(def->decl)->name, NAME_GLOBAL);
	ADD_ITEM(p, begin, .kind = IT_INLINE, .inline_def = def);
}

// ---- translator ------------------------------------------------------------

// input: specifiers declarator; the name goes, the rest is a type name
static void parse_input(struct parser *p, struct translator *x)
{
	struct declarator *d, *name;

	x->in = ARENA_NEW(p->arena, struct typename);
	x->in->span = p->tok.span;
	x->in->spec = parse_specifiers(p, SPEC_PARAM);
	d = parse_declarator(p, DECL_NAMED);
	name = declarator_name(d);
	x->param = name->name;
	name->name = NULL;
	x->in->decl = d->kind == DC_NAME ? NULL : d;
	x->in->span = span_join(x->in->span, p->prev);
}

// translation: identifier "=" assignment ";"
static void parse_translation(struct parser *p, struct translator *x)
{
	struct xlator_member m = { .span = p->tok.span };

	m.name = expect_name(p, "the name of a member");
	expect(p, T_ASSIGN, NULL);
	m.value = parse_assign(p);
	m.span = span_join(m.span, p->prev);
	expect(p, T_SEMI, "';' after the translation");
	if (!poisoned(p))
		vec_push(p->arena, &x->members, m);
}

// translator: "translator" typename "<" input ">" "{" { translation } "}" ";"
void parse_translator(struct parser *p)
{
	struct span begin = p->tok.span, open;
	struct translator *x = ARENA_NEW(p->arena, struct translator);
	enum name_kind hidden = NAME_UNKNOWN;

	advance(p);
	x->out = parse_typename(p);
	expect(p, T_LT, "'<' and the type that is translated");
	parse_input(p, x);
	expect(p, T_GT, NULL);
	open = p->tok.span;
	expect(p, T_LBRACE, NULL);
	if (poisoned(p))
		return;
	hidden = names_set(p, x->param, NAME_GLOBAL);
	while (more_in_list(p))
		parse_translation(p, x);
	names_set(p, x->param, hidden);
	expect_close(p, T_RBRACE, open);
	end_item(p);
	ADD_ITEM(p, begin, .kind = IT_TRANSLATOR, .translator = x);
}

// ---- provider --------------------------------------------------------------

static void check_provider_name(struct parser *p, const char *name, struct span at, bool is_probe)
{
	size_t n = strlen(name);

	if (strchr(name, '`'))
		report(p, at, D_PROV_BADNAME, "'%s' cannot contain the scoping operator", name);
	else if (n > (is_probe ? PROBE_NAME_MAX : PROVIDER_NAME_MAX))
		report(p, at, D_PROV_BADNAME, "the name is longer than %d bytes",
		       is_probe ? PROBE_NAME_MAX : PROVIDER_NAME_MAX);
	else if (!is_probe && name[n - 1] >= '0' && name[n - 1] <= '9')
		report(p, at, D_PROV_BADNAME, "the name of a provider cannot end in a digit");
}

// signature: "(" parameters ")"
static bool parse_signature(struct parser *p, struct declarator *d)
{
	struct span open = p->tok.span;

	*d = (struct declarator){ .kind = DC_FUNC, .span = open };
	if (!expect(p, T_LPAREN, "'(' and the probe's arguments"))
		return false;
	parse_params(p, d, T_RPAREN, open);
	if (d->varargs)
		report(p, open, D_DECL_PROTO_VARARGS, "a probe has a fixed number of arguments");
	return true;
}

// probe: "probe" identifier signature [ ":" signature ] ";"
static void parse_probe(struct parser *p, struct provider_def *def)
{
	struct provider_probe probe = { .span = p->tok.span };
	struct declarator in, out = { 0 };
	struct span at;

	expect(p, T_PROBE, "'probe'");
	at = p->tok.span;
	probe.name = expect_name(p, "the name of the probe");
	if (probe.name)
		check_provider_name(p, probe.name, at, true);
	parse_signature(p, &in);
	if (accept(p, T_COLON))
		probe.has_out = parse_signature(p, &out);
	probe.span = span_join(probe.span, p->prev);
	expect(p, T_SEMI, "';' after the probe");
	if (poisoned(p))
		return;
	memcpy(&probe.in, &in.params, sizeof probe.in);
	memcpy(&probe.out, &out.params, sizeof probe.out);
	vec_push(p->arena, &def->probes, probe);
}

// provider: "provider" identifier "{" { probe } "}" ";"
void parse_provider(struct parser *p)
{
	struct span begin = p->tok.span, at, open;
	struct provider_def *def = ARENA_NEW(p->arena, struct provider_def);

	advance(p);
	at = p->tok.span;
	def->name = expect_name(p, "the name of the provider");
	if (def->name)
		check_provider_name(p, def->name, at, false);
	open = p->tok.span;
	if (!expect(p, T_LBRACE, NULL))
		return;
	while (more_in_list(p))
		parse_probe(p, def);
	expect_close(p, T_RBRACE, open);
	end_item(p);
	if (!poisoned(p))
		ADD_ITEM(p, begin, .kind = IT_PROVIDER, .provider = def);
}
