// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Translators: how the members of an output type are computed from an input.
// xlate <T>(e) and xlate <T *>(e) have no representation: they stay EX_XLATE
// until a member is read, which becomes a copy of the member's expression with
// the parameter replaced. An input that is used more than once and is not just
// a name is evaluated once, by EX_LET. What is still EX_XLATE at the end of a
// clause was used as a whole, which nothing can do.

#include "dlang/sema/check.h"
#include "dlang/sema/let.h"
#include "dlang/sema/stated.h"

#include <string.h>

struct xlator {
	struct type *out, *in;
	const struct translator *def;
	bool in_library;
	bool wrong;			// which was reported
	uint32_t since;			// as an ident's
};

// ---- definitions -----------------------------------------------------------

static const struct xlator_member *find_member(const struct xlator *x, const char *name)
{
	for (uint32_t i = 0; i < x->def->members.n; i++)
		if (x->def->members.v[i].name == name)
			return &x->def->members.v[i];
	return NULL;
}

// The unchecked value with its parameter replaced; NULL: it expands to too much.
static struct expr *bound_body(struct sema *s, const struct xlator *x, const struct expr *value,
			       struct expr *input)
{
	struct expr *body = clone_expr(s, value);
	struct binding b = { .name = x->def->param, .value = input };

	substitute(s, body, &b, 1);
	return s->expanded > MAX_EXPANSION ? NULL : body;
}

static bool fits(struct sema *s, struct type *to, const struct expr *e)
{
	const struct type *r = type_resolve(s->types, to);

	if (r->kind != TY_ARRAY)
		return assignable(s, to, e);
	if (type_is_stringlike(s->types, to) && is_stringlike(s, e))
		return true;
	return type_same(s->types, to, e->type);
}

static void check_translation(struct sema *s, const struct xlator *x, uint32_t i)
{
	const struct xlator_member *m = &x->def->members.v[i];
	struct expr input = { .kind = EX_NAME, .name = "parameter", .type = x->in, .is_lvalue = true };
	const struct type_member *tm;
	struct survey survey = { 0 };
	struct expr *body;
	uint32_t off;

	tm = type_member(s->types, x->out, m->name, &off);
	if (!tm) {
		sema_fail_at(s, m->span, D_XLATE_MEMB, "%s has no member '%s'", type_name(s->types, x->out),
			     m->name);
		return;
	}
	if (find_member(x, m->name) != m) {
		sema_fail_at(s, m->span, D_XLATE_REDECL, "the member %s is translated twice", m->name);
		return;
	}
	survey_expr(s, m->value, &survey);
	if (survey.too_deep) {
		sema_fail_at(s, m->span, D_SYNTAX, "the expression nests too deeply");
		return;
	}
	body = bound_body(s, x, m->value, &input);
	if (!body) {
		sema_fail_at(s, m->span, D_SYNTAX, "the translation of %s expands to too much", m->name);
		return;
	}
	check_expr(s, body);
	if (!is_error(body) && !fits(s, tm->type, body))
		sema_fail_at(s, m->span, D_XLATE_INCOMPAT, "the member %s is %s, which %s does not fit",
			     m->name, type_name(s->types, tm->type), tname(s, body));
}

static struct xlator *find_exact(struct sema *s, struct type *out, struct type *in)
{
	for (uint32_t i = 0; i < s->xlators.n; i++) {
		struct xlator *x = s->xlators.v[i];

		if (x->since <= s->version && type_same(s->types, x->out, out) && type_same(s->types, x->in, in))
			return x;
	}
	return NULL;
}

// The (in, out) pairs of a program are unique. A translator knows those before it.
void check_translator(struct sema *s, const struct item *it)
{
	const struct translator *def = it->translator;
	struct xlator *x = ARENA_NEW(s->arena, struct xlator);
	const struct type *r;
	uint32_t before;

	x->def = def;
	x->in_library = s->in_library;
	x->since = s->translator_since;
	x->out = sema_typename(s, def->out);
	x->in = sema_typename(s, def->in);
	r = type_resolve(s->types, x->out);
	if (r->kind == TY_ERROR || type_resolve(s->types, x->in)->kind == TY_ERROR)
		return;
	if (!type_is_sou(r) || !r->complete) {
		sema_fail_at(s, def->out->span, D_XLATE_SOU, "a translator makes a defined struct or union, not %s",
			     type_name(s->types, x->out));
		return;
	}
	if (type_resolve(s->types, x->in)->kind == TY_VOID) {
		sema_fail_at(s, def->in->span, D_DECL_VOIDOBJ, "there is nothing to translate in void");
		return;
	}
	if (find_exact(s, x->out, x->in)) {
		sema_fail_at(s, it->span, D_XLATE_REDECL, "there is a translator from %s to %s already",
			     type_name(s->types, x->in), type_name(s->types, x->out));
		return;
	}
	before = s->diags->list.n + s->diags->dropped;
	for (uint32_t i = 0; i < def->members.n; i++)
		check_translation(s, x, i);
	x->wrong = s->diags->list.n + s->diags->dropped != before;
	vec_push(s->arena, &s->xlators, x);
}

// ---- xlate -----------------------------------------------------------------

static struct xlator *find_fuzzy(struct sema *s, struct type *out, const struct expr *e)
{
	for (uint32_t i = 0; i < s->xlators.n; i++) {
		struct xlator *x = s->xlators.v[i];

		if (x->since <= s->version && type_same(s->types, x->out, out) && passable(s, x->in, e))
			return x;
	}
	return NULL;
}

// Makes e the translation of the checked input to dst, a struct or a pointer to
// one. False: there is no such translator, nothing was reported.
bool translate(struct sema *s, struct expr *e, struct type *dst, struct expr *input)
{
	struct type *r = type_resolve(s->types, dst);
	struct type *out = r->kind == TY_PTR ? type_resolve(s->types, r->base) : r;
	struct xlator *x = find_exact(s, out, input->type);

	if (!x)
		x = find_fuzzy(s, out, input);
	if (!x)
		return false;
	if (type_is_scalar(s->types, x->in) && !type_same(s->types, x->in, input->type))
		input = make_cast(s, x->in, input);
	e->kind = EX_XLATE;
	e->xlator = x;
	e->a = input;
	e->type = dst;
	e->ident = NULL;
	e->args.n = 0;
	e->is_const = e->is_lvalue = false;
	return true;
}

static void hint_inputs(struct sema *s, struct type *out)
{
	for (uint32_t i = 0; i < s->xlators.n; i++) {
		if (!type_same(s->types, s->xlators.v[i]->out, out))
			continue;
		sema_hint(s, "there is one from %s", type_name(s->types, s->xlators.v[i]->in));
		return;
	}
}

void check_xlate(struct sema *s, struct expr *e)
{
	struct type *dst = sema_typename(s, e->tname), *r = type_resolve(s->types, dst);
	struct type *out = r->kind == TY_PTR ? type_resolve(s->types, r->base) : r;

	check_expr(s, e->a);
	if (is_error(e->a) || out->kind == TY_ERROR) {
		poison(s, e);
	} else if (!type_is_sou(out)) {
		sema_fail(s, e, D_XLATE_SOU, "xlate makes a struct, a union or a pointer to one, not %s",
			  type_name(s->types, dst));
	} else if (is_dynamic(s, e->a) || !translate(s, e, dst, e->a)) {
		sema_fail(s, e, D_XLATE_NONE, "there is no translator from %s to %s", tname(s, e->a),
			  type_name(s->types, out));
		hint_inputs(s, out);
	}
}

// ---- members ---------------------------------------------------------------

// The EX_XLATE that the value is, below the inputs it binds; NULL: none.
struct expr *translated(const struct expr *e)
{
	while (e->kind == EX_LET)
		e = e->b;
	return e->kind == EX_XLATE && e->xlator ? (struct expr *)e : NULL;
}

static struct expr *checked(struct sema *s, const struct xlator *x, struct expr *body, struct type *type,
			    struct span at)
{
	uint32_t version = s->version;

	relocate(body, at);
	if (x->in_library)
		s->version = UINT32_MAX;	// it was written for its own
	check_expr(s, body);
	s->version = version;
	return as_declared(s, type, body);
}

// The checked value of a member of a translation; NULL: it expands to too much.
static struct expr *member_value(struct sema *s, const struct expr *xl, const struct xlator_member *m,
				 struct type *type)
{
	const struct xlator *x = xl->xlator;
	struct expr *body;
	struct ident *id;

	if (is_cheap(xl->a) || count_uses(m->value, x->def->param) <= 1) {
		body = bound_body(s, x, m->value, xl->a);
		return body ? checked(s, x, body, type, xl->span) : NULL;
	}
	id = new_let(s, x->def->param, x->in);
	body = bound_body(s, x, m->value, let_name(s, id, xl->span));
	body = body ? checked(s, x, body, type, xl->span) : NULL;
	return !body || is_error(body) || body->is_const ? body : bind_let(s, id, xl->a, body);
}

// The chain of bindings above the EX_XLATE, around the value instead.
static struct expr *rebind(struct sema *s, const struct expr *e, struct expr *value)
{
	struct expr *let;

	if (e->kind != EX_LET || is_error(value) || value->is_const)
		return value;
	let = arena_dup(s->arena, e, sizeof *e);
	let->b = rebind(s, e->b, value);
	let->type = let->b->type;
	return let;
}

// e is a member (of type) of e->a, which is translated.
void translate_member(struct sema *s, struct expr *e, struct type *type)
{
	struct expr *xl = translated(e->a), *value;
	const struct xlator_member *m = find_member(xl->xlator, e->name);
	struct attributes input = expr_attributes(s, xl->a), usual = ATTRIBUTES(STABLE, STABLE, COMMON);
	struct span at = e->span;

	if (xl->xlator->wrong) {
		poison(s, e);
		return;
	}
	if (!m) {
		sema_fail(s, e, D_XLATE_NOCONV, "the translator from %s to %s does not define '%s'",
			  type_name(s->types, xl->xlator->in), type_name(s->types, xl->xlator->out), e->name);
		return;
	}
	value = s->expanded > MAX_EXPANSION ? NULL : member_value(s, xl, m, type);
	if (!value) {
		sema_fail(s, e, D_SYNTAX, "the translation of %s expands to too much", e->name);
		return;
	}
	*e = *rebind(s, e->a, value);
	e->span = at;
	e->is_lvalue = false;
	set_attributes(s, e, attributes_min(input, usual));
}

// ---- what is left ----------------------------------------------------------

static void refuse_whole(struct sema *s, struct expr *e)
{
	if (!e || e->kind == EX_ERROR || e->kind == EX_INT)
		return;
	if (e->kind == EX_XLATE) {
		sema_fail(s, e, D_CG_DYN, "a translated %s has no representation of its own", tname(s, e));
		sema_hint(s, "read one of its members");
		return;
	}
	refuse_whole(s, e->a);
	refuse_whole(s, e->b);
	refuse_whole(s, e->c);
	for (uint32_t i = 0; i < e->args.n; i++)
		refuse_whole(s, e->args.v[i]);
}

static void refuse_in_body(struct sema *s, struct stmt *const *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		refuse_whole(s, v[i]->expr);
		refuse_in_body(s, v[i]->then_body.v, v[i]->then_body.n);
		refuse_in_body(s, v[i]->else_body.v, v[i]->else_body.n);
	}
}

// Reports the translations of a checked clause that were not expanded.
void check_translated(struct sema *s, struct clause *c)
{
	if (!s->xlators.n)
		return;
	refuse_whole(s, c->pred);
	refuse_in_body(s, c->body.v, c->body.n);
}
