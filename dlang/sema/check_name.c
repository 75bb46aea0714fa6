// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Names in expressions and what may stand before [ ]: variables, builtins,
// enumerators, inlines, associative arrays, args[]; and the declaration of
// variables by assignment.

#include "dlang/sema/check.h"
#include "dlang/types/uregs.h"

#include <string.h>

static const char *const builtin_types[BI_COUNT] = {
#define VAR(id, name, type) [BV_##id] = type,
#define SUBR(id, name, proto)
#define ACTION(id, name, proto)
#define AGGFN(id, name, func)
#define ABSENT(kind, name, why)
#include "dlang/builtins.def"
#undef VAR
#undef SUBR
#undef ACTION
#undef AGGFN
#undef ABSENT
};

static const char *scope_text(enum scope scope)
{
	static const char *const texts[] = {
		[SC_GLOBAL] = "", [SC_SELF] = "self->", [SC_THIS] = "this->",
	};

	return texts[scope];
}

static void use_variable(struct sema *s, struct expr *e, struct ident *id)
{
	if (type_resolve(s->types, id->type)->kind == TY_ASSOC) {
		sema_fail(s, e, D_IDENT_BADREF, "%s%s is an associative array and needs a key",
			  scope_text(e->scope), e->name);
		sema_hint(s, "write %s%s[...]", scope_text(e->scope), e->name);
		return;
	}
	e->ident = id;
	e->type = id->type;
	e->is_lvalue = true;
}

static void refuse_arg(struct sema *s, struct expr *e, uint32_t n)
{
	const struct probe *p = s->probe;

	sema_fail(s, e, D_ARGS_TYPE, "argument %u of %s:%s:%s:%s is %s", n, p->prov, p->mod, p->func, p->name,
		  p->args[n].refusal);
}

static void use_builtin(struct sema *s, struct expr *e, struct ident *id)
{
	if (id->builtin == BV_ARGS || id->builtin == BV_UREGS) {
		sema_fail(s, e, D_IDENT_BADREF, "%s is an array and needs an index", e->name);
		sema_hint(s, id->builtin == BV_ARGS ? "write args[0] for the first argument" :
			  "write uregs[R_PC] for the program counter");
		return;
	}
	if (id->builtin == BV_ARG && s->in_clause && s->refused_args >> id->number & 1) {
		refuse_arg(s, e, id->number);
		return;
	}
	if (id->builtin == BV_ARG && s->site) {
		bound_arg(s, e, id->number);
		return;
	}
	if (!id->type)
		id->type = type_parse(s->types, builtin_types[id->builtin]);
	if (!id->type) {
		sema_fail(s, e, D_TYPE_ERR, "%s has the type %s, which this kernel does not describe",
			  e->name, builtin_types[id->builtin]);
		return;
	}
	e->ident = id;
	e->type = id->type;
}

void use_inline(struct sema *s, struct expr *e, struct ident *id)
{
	if (id->inline_def->decl && id->keys.n) {
		sema_fail(s, e, D_IDENT_BADREF, "the inline %s needs its arguments", e->name);
		sema_hint(s, "write %s[...]", e->name);
		return;
	}
	expand_inline(s, e, id);
}

static void refuse_kind(struct sema *s, struct expr *e, struct ident *id)
{
	sema_fail(s, e, D_IDENT_BADREF, "%s is a%s %s, not a variable", e->name,
		  strchr("aeio", *ident_kind_text(id)) ? "n" : "", ident_kind_text(id));
	sema_hint(s, "call it: %s(...)", e->name);
}

static bool use_enumerator(struct sema *s, struct expr *e)
{
	struct type *type;
	int64_t value;

	if (!type_find_enumerator(s->types, e->name, &value, &type))
		return false;
	make_const(e, type, (uint64_t)value);
	return true;
}

// A name that was reported is not reported again.
static void silence(struct sema *s, enum scope scope, const char *name, struct span at)
{
	names_add_var(s, scope, name, type_error(s->types), at);
}

static void undefined_global(struct sema *s, struct expr *e)
{
	struct nearest n;

	nearest_init(&n, e->name);
	names_nearest(s, NAMES_VALUES, &n);
	sema_fail(s, e, D_IDENT_UNDEF, "unknown identifier '%s'", e->name);
	if (n.best)
		sema_hint_name(s, &n);
	else
		sema_hint(s, "a variable exists once something was assigned to it above");
	silence(s, SC_GLOBAL, e->name, e->span);
}

// Also reports a thread- or clause-local that nothing was assigned to.
static void check_scoped(struct sema *s, struct expr *e)
{
	struct ident *id = names_find(s, e->scope, e->name);
	const char *prefix = scope_text(e->scope);
	struct nearest n;

	if (id) {
		use_variable(s, e, id);
		return;
	}
	nearest_init(&n, e->name);
	names_nearest(s, e->scope == SC_SELF ? NAMES_SELF : NAMES_THIS, &n);
	sema_fail(s, e, D_VAR_UNDEF, "%s%s has not been declared or assigned so far", prefix, e->name);
	if (n.best)
		sema_hint(s, "did you mean '%s%s'?", prefix, n.best);
	else
		sema_hint(s, "declare it at the top, or put the clause that assigns it first");
	silence(s, e->scope, e->name, e->span);
}

void check_name(struct sema *s, struct expr *e)
{
	struct ident *id;

	if (e->scope != SC_GLOBAL) {
		check_scoped(s, e);
		return;
	}
	if (strchr(e->name, '`')) {
		check_symbol(s, e);
		return;
	}
	id = names_find(s, SC_GLOBAL, e->name);
	if (!id) {
		if (!use_enumerator(s, e))
			undefined_global(s, e);
		return;
	}
	switch (id->kind) {
	case ID_VAR: use_variable(s, e, id); break;
	case ID_BUILTIN: use_builtin(s, e, id); break;
	case ID_INLINE: use_inline(s, e, id); break;
	case ID_EXTERN: check_symbol(s, e); break;
	default: refuse_kind(s, e, id); break;
	}
}

// ---- a[...] ----------------------------------------------------------------

static bool check_all(struct sema *s, struct expr *e)
{
	bool ok = true;

	for (uint32_t i = 0; i < e->args.n; i++) {
		if (is_location(s, e->args.v[i]))
			check_location(s, e->args.v[i]);
		else
			check_expr(s, e->args.v[i]);
		ok = ok && !is_error(e->args.v[i]);
	}
	if (!ok)
		poison(s, e);
	return ok;
}

// The key type of an array that the program did not declare grows with its uses.
static void widen_key(struct sema *s, struct ident *id, uint32_t i, const struct expr *key)
{
	struct type *old = type_resolve(s->types, id->type), *want = old->params.v[i];
	const struct type *r = type_resolve(s->types, want);
	struct type **keys;

	if (id->declared || !type_is_int(s->types, want) || !is_int(s, key) ||
	    resolved(s, key)->size <= r->size)
		return;
	keys = arena_dup(s->arena, old->params.v, old->params.n * sizeof *keys);
	keys[i] = key->type;
	id->type = type_assoc(s->types, old->base, keys, old->params.n);
}

static void check_assoc(struct sema *s, struct expr *e, struct ident *id)
{
	struct type *ty = type_resolve(s->types, id->type);

	if (!check_all(s, e))
		return;
	if (e->args.n != ty->params.n) {
		sema_fail(s, e, D_PROTO_LEN, "%s%s[] has %u key%s, not %u", scope_text(id->scope),
			  id->name, ty->params.n, ty->params.n == 1 ? "" : "s", e->args.n);
		return;
	}
	for (uint32_t i = 0; i < e->args.n; i++) {
		struct expr *key = e->args.v[i];

		if (!passable(s, ty->params.v[i], key)) {
			sema_fail(s, e, D_PROTO_ARG, "key %u of %s%s[] is %s, not %s", i + 1,
				  scope_text(id->scope), id->name,
				  type_name(s->types, ty->params.v[i]), tname(s, key));
			return;
		}
		widen_key(s, id, i, key);
		ty = type_resolve(s->types, id->type);
		e->args.v[i] = passed(s, ty->params.v[i], key);
	}
	e->a->ident = e->ident = id;
	e->a->type = id->type;
	e->type = ty->base;
	e->is_lvalue = true;
}

static struct type *arg_type(struct sema *s, const struct probe_arg *arg)
{
	if (arg->btf_type)
		return type_from_btf(s->types, arg->btf_type);
	return type_parse(s->types, arg->ctype ? arg->ctype : "int64_t");
}

// The provider declares that the argument is seen through a translator.
void translate_arg(struct sema *s, struct expr *e, const char *to)
{
	struct type *dst = type_parse(s->types, to);
	struct expr *input = arena_dup(s->arena, e, sizeof *e);

	if (!dst || dst->kind == TY_ERROR)
		sema_fail(s, e, D_ARGS_TYPE, "the type %s of this argument is not known here", to);
	else if (!translate(s, e, dst, input))
		sema_fail(s, e, D_ARGS_XLATOR, "there is no translator from %s to %s, the type of this argument",
			  tname(s, input), to);
}

// args[] has the arguments whose types are known; the others are argN alone.
static uint32_t typed_args(const struct probe *p)
{
	uint32_t n = 0;

	while (n < p->nargs && (p->args[n].btf_type || p->args[n].ctype || p->args[n].xlate))
		n++;
	return n;
}

// args[n], of the probe that represents the clause's group of descriptions.
static void type_arg(struct sema *s, struct expr *e, uint64_t n)
{
	const struct probe *p = s->probe;
	uint32_t known = p ? typed_args(p) : 0;

	if (!p) {			// no probe is there to say the type
		poison(s, e);
		return;
	}
	if (n >= known) {
		sema_fail(s, e, D_ARGS_IDX, "%s:%s:%s:%s has %u typed argument%s, so there is no args[%lld]",
			  p->prov, p->mod, p->func, p->name, known, known == 1 ? "" : "s",
			  (long long)n);
		sema_hint(s, "dtrace -lv shows the arguments of a probe");
		return;
	}
	if (p->args[n].refusal) {
		refuse_arg(s, e, (uint32_t)n);
		return;
	}
	if (s->site) {
		bound_args(s, e, (uint32_t)n);
		return;
	}
	e->type = e->a->type = arg_type(s, &p->args[n]);
	if (!e->type || e->type->kind == TY_ERROR)
		sema_fail(s, e, D_ARGS_TYPE, "the type of args[%llu] of %s:%s:%s:%s is not known here",
			  (unsigned long long)n, p->prov, p->mod, p->func, p->name);
	else if (p->args[n].xlate)
		translate_arg(s, e, p->args[n].xlate);
}

static void check_args(struct sema *s, struct expr *e, struct ident *id)
{
	if (!check_all(s, e))
		return;
	if (!s->in_clause) {
		sema_fail(s, e, D_ARGS_NONE, "args[] has no meaning outside a clause");
	} else if (e->args.n != 1) {
		sema_fail(s, e, D_PROTO_LEN, "args[] takes one index, not %u", e->args.n);
	} else if (!e->args.v[0]->is_const) {
		sema_fail(s, e, D_PROTO_ARG, "the index of args[] must be a constant");
		sema_hint(s, "each argument has its own type, so that it must be known which one is meant");
	} else if (s->probes_differ) {
		sema_fail(s, e, D_ARGS_MULTI, "the probes of this description differ in the types of their "
			  "arguments, so that args[] has no type");
		sema_hint(s, "use arg0 ... arg9, or name the probes more closely");
	} else {
		e->a->ident = e->ident = id;
		type_arg(s, e, e->args.v[0]->value);
	}
}

// uregs[R_PC]: which register it is must be known.
static void check_uregs(struct sema *s, struct expr *e, struct ident *id)
{
	if (!check_all(s, e))
		return;
	if (e->args.n != 1) {
		sema_fail(s, e, D_PROTO_LEN, "uregs[] takes one index, not %u", e->args.n);
	} else if (!e->args.v[0]->is_const || !ureg_find((int64_t)e->args.v[0]->value)) {
		sema_fail(s, e, D_REGS_IDX, "the index of uregs[] must be a constant that names a register of this machine");
		sema_hint(s, "R_PC, R_SP, R_FP and the other R_ constants are such");
	} else {
		e->a->ident = e->ident = id;
		e->type = e->a->type = type_base(s->types, "uint64_t");
	}
}

// The name before [ when it is not simply a value: handled here, and true.
static bool check_named_index(struct sema *s, struct expr *e)
{
	struct ident *id = names_find(s, e->a->scope, e->a->name);

	if (!id)
		id = alias_with_arguments(s, e->a->name);
	if (!id)
		return false;
	if (id->kind == ID_VAR && type_resolve(s->types, id->type)->kind == TY_ASSOC)
		check_assoc(s, e, id);
	else if (id->builtin == BV_ARGS)
		check_args(s, e, id);
	else if (id->builtin == BV_UREGS)
		check_uregs(s, e, id);
	else if (id->kind == ID_INLINE && id->keys.n)
		expand_inline(s, e, id);
	else
		return false;
	return true;
}

static void refuse_index(struct sema *s, struct expr *e)
{
	if (e->a->kind == EX_NAME)
		sema_fail(s, e, D_IDENT_BADREF, "%s%s has the type %s and is not an array", scope_text(e->a->scope),
			  e->a->name, tname(s, e->a));
	else
		sema_fail(s, e, D_DEREF_NONPTR, "a value of type %s cannot be indexed", tname(s, e->a));
}

static void check_bounds(struct sema *s, struct expr *e)
{
	const struct type *ty = resolved(s, e->a);
	const struct expr *i = e->args.v[0];

	if (ty->kind != TY_ARRAY || !i->is_const || !lives_in_variable(s, e->a))
		return;
	if (i->value >= ty->nelems)
		sema_fail(s, e, D_ARR_BOUNDS, "index %lld is outside %s, which has %llu elements",
			  (long long)i->value, e->a->name ? e->a->name : tname(s, e->a),
			  (unsigned long long)ty->nelems);
}

// a[i] on pointers, arrays and strings.
static void check_subscript(struct sema *s, struct expr *e)
{
	struct type *to;

	if (e->args.n != 1 || !is_int(s, e->args.v[0])) {
		sema_fail(s, e, D_ARR_BADREF, "%s is indexed by one integer", tname(s, e->a));
		return;
	}
	if (is_string(s, e->a)) {
		e->type = type_base(s->types, "char");
		return;
	}
	to = pointee(s, e->a);
	if (!to) {
		refuse_index(s, e);
	} else if (to->kind == TY_VOID || to->kind == TY_FUNC) {
		sema_fail(s, e, D_OP_VFPTR, "%s cannot be indexed, as what it points to has no size",
			  tname(s, e->a));
		sema_hint(s, "cast it to a pointer of the type that lies there");
	} else {
		e->type = resolved(s, e->a)->base;
		e->is_lvalue = true;
		check_bounds(s, e);
	}
}

void check_index(struct sema *s, struct expr *e)
{
	if (e->a->kind == EX_AGG || (e->a->kind == EX_INDEX && e->a->a->kind == EX_AGG)) {
		check_agg_name(s, e);
		return;
	}
	if (e->a->kind == EX_NAME && check_named_index(s, e))
		return;
	check_expr(s, e->a);
	if (is_error(e->a)) {
		check_all(s, e);
		poison(s, e);
	} else if (is_dynamic(s, e->a) || (!is_pointer(s, e->a) && !is_string(s, e->a))) {
		refuse_index(s, e);
	} else if (check_all(s, e)) {
		check_subscript(s, e);
	}
}

// ---- declaration by assignment ---------------------------------------------

static bool is_new(struct sema *s, const struct expr *e)
{
	if (e->kind != EX_NAME || names_find(s, e->scope, e->name))
		return false;
	return e->scope != SC_GLOBAL || !strchr(e->name, '`');
}

static void declare_assoc(struct sema *s, struct expr *target, struct type *value)
{
	struct expr *name = target->a;
	VEC(struct type *) keys = { 0 };

	if (name->scope == SC_THIS) {
		sema_fail(s, target, D_ARR_LOCAL, "this->%s cannot be an associative array", name->name);
		sema_hint(s, "use self->%s[...] or a global one", name->name);
		return;
	}
	if (!check_all(s, target))
		return;
	if (target->args.n > MAX_KEYS) {
		sema_fail(s, target, D_PROTO_LEN, "an associative array has at most %d keys", MAX_KEYS);
		return;
	}
	for (uint32_t i = 0; i < target->args.n; i++) {
		struct expr *key = target->args.v[i];
		struct type *ty = value_type(s, key);

		if (!is_key(s, key)) {
			sema_fail(s, target, D_KEY_TYPE, "%s cannot be the key of an array",
				  tname(s, key));
			sema_hint(s, "keys are integers, pointers, strings and structs");
			return;
		}
		vec_push(s->arena, &keys, ty);
	}
	names_add_var(s, name->scope, name->name, type_assoc(s->types, value, keys.v, keys.n),
		      name->span);
}

void declare_target(struct sema *s, struct expr *target, const struct expr *value)
{
	struct type *ty = value ? value_type(s, value) : type_base(s->types, "int64_t");

	if (is_new(s, target))
		names_add_var(s, target->scope, target->name, ty, target->span);
	else if (target->kind == EX_INDEX && is_new(s, target->a))
		declare_assoc(s, target, ty);
}
