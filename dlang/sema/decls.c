// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Declarations of variables and inlines. Type syntax is declare.c's; here is
// decided what the declared names stand for, and inlines are expanded.

#include "dlang/sema/check.h"
#include "dlang/sema/let.h"
#include "dlang/sema/stated.h"
#include "dlang/sema/declare.h"

#include <string.h>

// For sizes of arrays and bit-fields, and values of enumerators.
static bool const_eval(void *ctx, struct expr *e, int64_t *value)
{
	struct sema *s = ctx;

	check_expr(s, e);
	if (!e->is_const)
		return false;
	*value = (int64_t)e->value;
	return true;
}

static bool known_as(struct sema *s, struct ident *id, enum ident_kind kind, struct type *type,
		     struct span at)
{
	if (id->kind == kind && type_same(s->types, id->type, type))
		return true;
	if (id->kind == ID_VAR || id->kind == ID_EXTERN || id->kind == ID_INLINE)
		sema_fail_at(s, at, D_DECL_IDRED, "%s is already a%s %s of type %s", id->name,
			     id->kind == ID_INLINE ? "n" : "", ident_kind_text(id),
			     type_name(s->types, id->type));
	else
		sema_fail_at(s, at, D_DECL_IDRED, "%s is a%s %s and cannot be declared again", id->name,
			     strchr("aeio", *ident_kind_text(id)) ? "n" : "", ident_kind_text(id));
	sema_hint(s, "use another name");
	return true;
}

static bool storable(struct sema *s, struct type *type, struct span at)
{
	struct type *r = type_resolve(s->types, type);

	if (r->kind == TY_ASSOC)
		r = type_resolve(s->types, r->base);
	if (r->kind == TY_FLOAT) {
		sema_fail_at(s, at, D_VAR_UNSUP, "a variable cannot have the floating-point type %s",
			     type_name(s->types, type));
		return false;
	}
	if (type_sizeof(s->types, r, s->options->strsize) <= MAX_VAR_SIZE)
		return true;
	sema_fail_at(s, at, D_VAR_UNSUP, "a variable of type %s would be larger than %d bytes",
		     type_name(s->types, type), MAX_VAR_SIZE);
	return false;
}

static void declare_object(void *ctx, enum storage storage, const char *name, struct type *type,
			   struct span at)
{
	struct sema *s = ctx;
	enum scope scope = storage == ST_SELF ? SC_SELF : storage == ST_THIS ? SC_THIS : SC_GLOBAL;
	bool external = storage == ST_EXTERN || type_resolve(s->types, type)->kind == TY_FUNC;
	struct ident *id = names_find(s, scope, name);

	if (id && known_as(s, id, external ? ID_EXTERN : ID_VAR, type, at))
		return;
	if (external) {
		names_add(s, ID_EXTERN, name, type, at);
	} else if (storable(s, type, at)) {
		id = names_add_var(s, scope, name, type, at);
		id->declared = true;
	}
}

struct declare_ctx sema_declare_ctx(struct sema *s)
{
	return (struct declare_ctx){
		.arena = s->arena, .types = s->types, .diags = s->diags, .ctx = s,
		.const_eval = const_eval, .object = declare_object,
	};
}

// Once per type name, as clauses are checked more than once and it may define a tag.
struct type *sema_typename(struct sema *s, struct typename *tn)
{
	struct declare_ctx dc = sema_declare_ctx(s);

	if (!tn->type)
		tn->type = declare_typename(&dc, tn);
	return tn->type;
}

void check_decl(struct sema *s, const struct item *it)
{
	struct declare_ctx dc = sema_declare_ctx(s);

	dc.header = it->decl->header;
	declare_decl(&dc, it->decl);
}

// ---- inlines ---------------------------------------------------------------

static const struct declarator *tuple_of(const struct declarator *d)
{
	while (d && d->kind != DC_TUPLE)
		d = d->inner;
	return d;
}

static const char *param_name(const struct param *p)
{
	const struct declarator *d = p->decl;

	while (d && d->kind != DC_NAME)
		d = d->inner;
	return d ? d->name : NULL;
}

// Names for the arguments of an inline that are used more than once and not just names: in their place in args, with the
// values in values; others are NULL there.
static void name_arguments(struct sema *s, const struct ident *id, struct expr **args, struct expr **values)
{
	const struct inline_def *def = id->inline_def;
	const struct declarator *tuple = tuple_of(def->decl);

	for (uint32_t i = 0; i < id->keys.n; i++) {
		const char *param = param_name(&tuple->params.v[i]);
		struct expr *v = args[i];

		values[i] = NULL;
		if (v->is_const || is_cheap(v) || translated(v) || !is_scalar(s, v) ||
		    count_uses(def->body, param) <= 1 || !always_uses(def->body, param))
			continue;
		values[i] = v;
		args[i] = let_name(s, new_let(s, param, v->type), v->span);
	}
}

// The body with its parameters replaced. Incomplete, and of no use, once the
// expansions of the run exceed MAX_EXPANSION.
static struct expr *instantiate(struct sema *s, const struct inline_def *def, struct expr **values)
{
	const struct declarator *tuple = tuple_of(def->decl);
	struct expr *body = clone_expr(s, def->body);
	VEC(struct binding) b = { 0 };

	for (uint32_t i = 0; tuple && i < tuple->params.n; i++)
		vec_push(s->arena, &b, (struct binding){ .name = param_name(&tuple->params.v[i]),
							 .value = values[i] });
	if (b.n)
		substitute(s, body, b.v, b.n);
	return body;
}

// The checked body as a value of the declared type.
struct expr *as_declared(struct sema *s, struct type *type, struct expr *body)
{
	if (is_error(body) || translated(body))
		return body;
	if (type_resolve(s->types, type)->kind == TY_STRING)
		return to_string(s, body);
	if (type_is_scalar(s->types, type) && !type_same(s->types, type, body->type))
		return make_cast(s, type, body);
	return body;
}

// Values of the right types that stand for the arguments while the body is
// checked for the first time.
static struct expr **stand_ins(struct sema *s, const struct ident *id)
{
	struct expr **v = arena_alloc(s->arena, id->keys.n * sizeof *v + 1);

	for (uint32_t i = 0; i < id->keys.n; i++) {
		v[i] = ARENA_NEW(s->arena, struct expr);
		v[i]->kind = EX_NAME;
		v[i]->name = "parameter";
		v[i]->type = id->keys.v[i];
	}
	return v;
}

static bool check_params(struct sema *s, const struct inline_def *def, struct span at)
{
	const struct declarator *tuple = tuple_of(def->decl);

	for (uint32_t i = 0; tuple && i < tuple->params.n; i++) {
		const char *name = param_name(&tuple->params.v[i]);

		if (!name) {
			sema_fail_at(s, at, D_DECL_PROTO_NAME, "parameter %u of the inline has no name", i + 1);
			return false;
		}
		for (uint32_t j = 0; j < i; j++) {
			if (param_name(&tuple->params.v[j]) != name)
				continue;
			sema_fail_at(s, at, D_DECL_PROTO_FORM, "two parameters are called %s", name);
			return false;
		}
	}
	return true;
}

// The declared type and parameters in a nameless ident; NULL: reported.
static struct ident *declare_inline(struct sema *s, const struct inline_def *def, struct span at,
				    const char **name)
{
	struct declare_ctx dc = sema_declare_ctx(s);
	struct ident *id = ARENA_NEW(s->arena, struct ident);
	struct type *base = declare_specifiers(&dc, def->spec), *r;

	id->type = declare_declarator(&dc, base, def->decl, name);
	r = type_resolve(s->types, id->type);
	if (!*name) {
		sema_fail_at(s, at, D_DECL_USELESS, "the inline has no name");
		return NULL;
	}
	if (r->kind == TY_ERROR || !check_params(s, def, at))
		return NULL;
	if (r->kind == TY_ASSOC) {
		for (uint32_t i = 0; i < r->params.n; i++)
			vec_push(s->arena, &id->keys, r->params.v[i]);
		id->type = r->base;
	}
	return declare_check_object(&dc, id->type, at) ? id : NULL;
}

static bool check_inline_body(struct sema *s, const struct ident *id, struct inline_def *def,
			      const char *name)
{
	bool exhausted = s->expanded > MAX_EXPANSION;	// which was told
	struct survey survey = { 0 };
	struct expr *body;

	if (*name == '`')	// what an alias needs of the kernel may be missing: when it is used
		return true;
	survey_expr(s, def->body, &survey);
	body = instantiate(s, def, stand_ins(s, id));
	if (survey.too_deep || s->expanded > MAX_EXPANSION) {
		if (!exhausted)
			sema_fail_at(s, def->body->span, D_SYNTAX, "the inline %s is too large", name);
		return false;
	}
	check_expr(s, body);
	if (is_error(body))
		return false;
	if (assignable(s, id->type, body))
		return true;
	sema_fail_at(s, def->body->span, D_OP_INCOMPAT, "the inline %s has the type %s, but its value is %s",
		     name, type_name(s->types, id->type), tname(s, body));
	return false;
}

void check_inline(struct sema *s, const struct item *it)
{
	struct inline_def *def = it->inline_def;
	const char *name;
	struct ident *sig = declare_inline(s, def, it->span, &name), *id;

	if (!name)
		return;
	id = names_find(s, SC_GLOBAL, name);
	if (id) {
		if (id->kind != ID_VAR || type_resolve(s->types, id->type)->kind != TY_ERROR)
			known_as(s, id, ID_AGG, type_error(s->types), it->span);
		return;
	}
	if (sig && !check_inline_body(s, sig, def, name))
		sig = NULL;
	id = names_add(s, ID_INLINE, name, sig ? sig->type : type_error(s->types), it->span);
	id->inline_def = def;
	for (uint32_t i = 0; sig && i < sig->keys.n; i++)
		vec_push(s->arena, &id->keys, sig->keys.v[i]);
}

// ---- expansion -------------------------------------------------------------

static bool check_arguments(struct sema *s, struct expr *e, struct ident *id)
{
	if (e->kind != EX_INDEX)
		return true;
	if (e->args.n != id->keys.n) {
		sema_fail(s, e, D_PROTO_LEN, "the inline %s[] takes %u argument%s, not %u", id->name,
			  id->keys.n, id->keys.n == 1 ? "" : "s", e->args.n);
		return false;
	}
	for (uint32_t i = 0; i < e->args.n; i++) {
		struct expr *arg = e->args.v[i];

		check_expr(s, arg);
		if (is_error(arg)) {
			poison(s, e);
			return false;
		}
		if (!passable(s, id->keys.v[i], arg)) {
			sema_fail(s, e, D_PROTO_ARG, "argument %u of the inline %s[] must be %s, not %s", i + 1,
				  id->name, type_name(s->types, id->keys.v[i]), tname(s, arg));
			return false;
		}
		e->args.v[i] = as_declared(s, id->keys.v[i], arg);
	}
	return true;
}

// Replaces the node (a name, or a name with arguments) by the inline's value.
// Inlines only use what was there before them, so that this comes to an end.
void expand_inline(struct sema *s, struct expr *e, struct ident *id)
{
	uint32_t version = s->version;
	struct span at = e->span;
	struct survey survey = { 0 };
	struct expr *body, **values;

	if (type_resolve(s->types, id->type)->kind == TY_ERROR || s->expanded > MAX_EXPANSION) {
		poison(s, e);
		return;
	}
	if (!check_arguments(s, e, id))
		return;
	values = arena_alloc(s->arena, e->args.n * sizeof *values + 1);
	if (e->kind == EX_INDEX)
		name_arguments(s, id, e->args.v, values);
	body = instantiate(s, id->inline_def, e->args.v);
	if (s->expanded <= MAX_EXPANSION)
		survey_expr(s, body, &survey);
	if (survey.too_deep || s->expanded > MAX_EXPANSION) {
		sema_fail(s, e, D_SYNTAX, "the inline %s expands to too much", id->name);
		return;
	}
	relocate(body, at);
	if (id->in_library)
		s->version = UINT32_MAX;	// it was written for its own
	check_expr(s, body);
	s->version = version;
	body = as_declared(s, id->type, body);
	for (uint32_t i = 0; e->kind == EX_INDEX && i < id->keys.n; i++)
		if (values[i] && !is_error(body) && !body->is_const)
			body = bind_let(s, e->args.v[i]->ident, values[i], body);
	*e = *body;
	e->span = at;
	e->is_lvalue = false;
	if (id->has_attributes)
		set_attributes(s, e, id->attributes);
}
