// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A declaration is read in two halves, as in C: the specifiers give a base
// type, and each declarator derives its own type from it, one pointer, array,
// tuple or function at a time, from the head of the chain to the name. Once
// something was reported the type is the error type, and stays it through all
// further derivations.

#include "dlang/sema/declare.h"

#include <string.h>

#include "dlang/types/words.h"

enum {
	QUALIFIERS = TSF_CONST | TSF_VOLATILE | TSF_RESTRICT | TSF_USERLAND,
	SIGNS = TSF_SIGNED | TSF_UNSIGNED,
	LENGTHS = TSF_SHORT | TSF_LONG | TSF_LONGLONG,
	OBJECT_MAX = INT32_MAX,		// bytes of one array
};

static bool is_error(const struct type *ty)
{
	return ty->kind == TY_ERROR;
}

// What an object, a member or a key cannot be.
static bool is_dynamic(enum type_kind kind)
{
	return kind == TY_ASSOC || kind == TY_FUNC || kind == TY_STACK || kind == TY_USTACK
	       || kind == TY_DYN;
}

static bool has_size(struct declare_ctx *dc, struct type *ty)
{
	ty = type_resolve(dc->types, ty);
	while (ty->kind == TY_ARRAY)
		ty = type_resolve(dc->types, ty->base);
	return (ty->kind != TY_STRUCT && ty->kind != TY_UNION) || ty->complete;
}

bool declare_constant(struct declare_ctx *dc, struct expr *e, int64_t *value, enum errtag tag,
		      const char *what)
{
	uint32_t before = dc->diags->list.n + dc->diags->dropped;

	if (dc->const_eval(dc->ctx, e, value))
		return true;
	if (dc->diags->list.n + dc->diags->dropped == before)
		diag_error(dc->diags, e->span, tag, "%s must be a constant integer", what);
	return false;
}

// ---- hints -----------------------------------------------------------------

static const char *const keywords[TY_DYN + 1] = {
	[TY_STRUCT] = "struct ", [TY_UNION] = "union ", [TY_ENUM] = "enum ", [TY_TYPEDEF] = "",
};

static bool known(struct declare_ctx *dc, enum type_kind kind, const char *name)
{
	struct type *ty = kind == TY_TYPEDEF ? type_find_typedef(dc->types, name)
					     : type_find_tag(dc->types, kind, name);

	return ty && (kind == TY_TYPEDEF || has_size(dc, ty));
}

// First the very name under another keyword, then the nearest name under this
// one, then, for a bare name, the nearest tag.
void declare_hint(struct declare_ctx *dc, enum type_kind kind, const char *name)
{
	static const enum type_kind kinds[] = { TY_STRUCT, TY_TYPEDEF, TY_UNION, TY_ENUM };
	const char *best;

	if (strchr(name, '`')) {
		diag_hint(dc->diags, "the types of modules are known that were loaded when the daemon started; "
				     "ls /sys/kernel/btf lists them");
		return;
	}
	for (unsigned i = 0; i < 4; i++) {
		if (kinds[i] != kind && known(dc, kinds[i], name)) {
			diag_hint(dc->diags, "did you mean %s%s?", keywords[kinds[i]], name);
			return;
		}
	}
	best = type_suggest(dc->types, kind, name);
	if (!best && kind == TY_TYPEDEF) {
		kind = TY_STRUCT;
		best = type_suggest(dc->types, kind, name);
	}
	if (best)
		diag_hint(dc->diags, "did you mean %s%s?", keywords[kind], best);
}

// ---- specifiers ------------------------------------------------------------

// Why the words of a specifier do not make a type. The first row that fits counts.
static const struct complaint {
	uint32_t kinds;			// 1 << TS_*
	uint32_t flags;			// any of these
	enum errtag tag;
	const char *text;
} complaints[] = {
	{ 1 << TS_CHAR, LENGTHS, D_DECL_CHARATTR, "char cannot be short or long" },
	{ 1 << TS_VOID, SIGNS | LENGTHS, D_DECL_VOIDATTR, "void takes no other specifiers" },
	{ ~(1u << TS_NONE | 1 << TS_INT | 1 << TS_CHAR), SIGNS, D_DECL_SIGNINT,
	  "signed and unsigned go with integers only" },
	{ ~(1u << TS_NONE | 1 << TS_INT | 1 << TS_DOUBLE), LENGTHS, D_DECL_LONGINT,
	  "short and long go with arithmetic types only" },
	{ ~0u, SIGNS | LENGTHS, D_DECL_COMBO, "these specifiers contradict each other" },
	{ ~0u, 0, D_DECL_IDENT, "a type is missing" },
};

static struct type *complain(struct declare_ctx *dc, const struct typespec *spec)
{
	const struct complaint *c = complaints;

	while (!(c->kinds >> spec->kind & 1) || (c->flags && !(spec->flags & c->flags)))
		c++;
	diag_error(dc->diags, spec->span, c->tag, "%s", c->text);
	return type_error(dc->types);
}

static struct type *named(struct declare_ctx *dc, const struct typespec *spec)
{
	struct type *ty = type_find_typedef(dc->types, spec->name);

	if (ty)
		return ty;
	diag_error(dc->diags, spec->span, D_UNKNOWN, "unknown type %s", spec->name);
	declare_hint(dc, TY_TYPEDEF, spec->name);
	return type_error(dc->types);
}

struct type *declare_specifiers(struct declare_ctx *dc, const struct typespec *spec)
{
	bool tag = spec->kind == TS_STRUCT || spec->kind == TS_UNION || spec->kind == TS_ENUM;
	struct type *ty;

	if (tag || spec->kind == TS_NAME) {
		if (spec->flags & (SIGNS | LENGTHS))
			return complain(dc, spec);
		ty = tag ? declare_tag(dc, spec) : named(dc, spec);
	} else {
		ty = type_from_words(dc->types, spec->kind, spec->flags);
		if (!ty)
			return complain(dc, spec);
	}
	return type_qualified(dc->types, ty, spec->flags & QUALIFIERS);
}

// ---- derivations -----------------------------------------------------------

struct derivation {
	struct declare_ctx *dc;
	const struct declarator *decl;
	bool userland;			// the specifiers said userland
};

static struct type *refuse(struct declare_ctx *dc, struct span span, enum errtag tag,
			   const char *text)
{
	diag_error(dc->diags, span, tag, "%s", text);
	return type_error(dc->types);
}

bool declare_check_object(struct declare_ctx *dc, struct type *type, struct span span)
{
	struct type *ty = type_resolve(dc->types, type);

	if (is_error(ty))
		return false;
	if (ty->kind == TY_VOID) {
		refuse(dc, span, D_DECL_VOIDOBJ, "an object cannot be of type void");
		return false;
	}
	if (is_dynamic(ty->kind)) {
		diag_error(dc->diags, span, D_DECL_DYNOBJ, "type %s cannot be part of another",
			   type_name(dc->types, type));
		return false;
	}
	if (has_size(dc, ty))
		return true;
	diag_error(dc->diags, span, D_DECL_INCOMPLETE, "%s has no definition",
		   type_name(dc->types, type));
	if (ty->name && !ty->defining)
		declare_hint(dc, ty->kind, ty->name);
	return false;
}

static struct type *derive_pointer(const struct derivation *d, struct type *ty)
{
	struct types *t = d->dc->types;

	if (type_resolve(t, ty)->kind == TY_ASSOC)
		return refuse(d->dc, d->decl->span, D_DECL_DYNOBJ,
			      "there are no pointers to associative arrays");
	ty = d->userland || (d->decl->quals & TSF_USERLAND) ? type_ptr_userland(t, ty)
							     : type_ptr(t, ty);
	return type_qualified(t, ty, d->decl->quals & QUALIFIERS);
}

static struct type *derive_array(const struct derivation *d, struct type *ty)
{
	struct declare_ctx *dc = d->dc;
	uint64_t each;
	int64_t n = 0;

	if (!declare_check_object(dc, ty, d->decl->span))
		return type_error(dc->types);
	if (!d->decl->size)
		return type_array(dc->types, ty, 0);	// ARRNULL unless the user allows it
	if (!declare_constant(dc, d->decl->size, &n, D_DECL_ARRSUB, "the size of an array"))
		return type_error(dc->types);
	if (n <= 0)
		return refuse(dc, d->decl->size->span, D_DECL_ARRSUB,
			      "the size of an array must be positive");
	each = type_sizeof(dc->types, ty, 1);
	if (n > OBJECT_MAX || (each && (uint64_t)n > OBJECT_MAX / each))
		return refuse(dc, d->decl->size->span, D_DECL_ARRBIG, "the array is too large");
	return type_array(dc->types, ty, (uint64_t)n);
}

static struct type *derive_tuple(const struct derivation *d, struct type *ty)
{
	struct declare_ctx *dc = d->dc;
	uint32_t n = d->decl->params.n;
	struct type **keys = declare_params(dc, d->decl->params.v, &n, d->decl->varargs, 0,
					    d->decl->span);

	if (!keys || !declare_check_object(dc, ty, d->decl->span))
		return type_error(dc->types);
	return type_assoc(dc->types, ty, keys, n);
}

static struct type *derive_function(const struct derivation *d, struct type *ty)
{
	struct declare_ctx *dc = d->dc;
	uint32_t n = d->decl->params.n;
	struct type **params = declare_params(dc, d->decl->params.v, &n, d->decl->varargs,
					      DP_VARARGS | DP_VOID | DP_DECAY, d->decl->span);
	enum type_kind result = type_resolve(dc->types, ty)->kind;

	if (!params)
		return type_error(dc->types);
	if (result == TY_FUNC || result == TY_ARRAY || result == TY_ASSOC)
		return refuse(dc, d->decl->span, D_DECL_DYNOBJ,
			      "a function cannot return an array or a function");
	return type_func(dc->types, ty, params, n, d->decl->varargs);
}

// An array without a size, anywhere but outermost.
static bool lacks_size(struct declare_ctx *dc, const struct declarator *decl)
{
	if (decl->kind != DC_ARRAY || decl->size || !decl->inner || decl->inner->kind == DC_NAME)
		return false;
	refuse(dc, decl->span, D_DECL_ARRNULL, "the array needs a size or a list of key types");
	return true;
}

struct type *declare_declarator(struct declare_ctx *dc, struct type *base,
				const struct declarator *decl, const char **name)
{
	static struct type *(*const derive[])(const struct derivation *, struct type *) = {
		[DC_PTR] = derive_pointer, [DC_ARRAY] = derive_array,
		[DC_TUPLE] = derive_tuple, [DC_FUNC] = derive_function,
	};
	bool userland = base->quals & TSF_USERLAND;

	if (name)
		*name = NULL;
	for (; decl && decl->kind != DC_NAME; decl = decl->inner) {
		struct derivation d = { dc, decl, userland };

		if (lacks_size(dc, decl))
			base = type_error(dc->types);
		else if (!is_error(base))
			base = derive[decl->kind](&d, base);
	}
	if (decl && decl->name && *decl->name != '`' && strchr(decl->name, '`'))	// `name: a library's
		return refuse(dc, decl->span, D_DECL_SCOPE,
			      "a declared name cannot have a module in front");
	if (decl && name)
		*name = decl->name;
	return base;
}

static bool is_unsized(struct declare_ctx *dc, struct type *ty)
{
	ty = type_resolve(dc->types, ty);
	return ty->kind == TY_ARRAY && ty->nelems == 0;
}

struct type *declare_typename(struct declare_ctx *dc, const struct typename *tn)
{
	struct type *ty = declare_specifiers(dc, tn->spec);

	ty = declare_declarator(dc, ty, tn->decl, NULL);
	if (tn->decl && is_unsized(dc, ty))
		return refuse(dc, tn->span, D_DECL_ARRNULL, "the array needs a size");
	return ty;
}

// ---- parameters ------------------------------------------------------------

static bool check_param(struct declare_ctx *dc, struct type *ty, const char *name, uint32_t flags,
			bool sole, struct span span)
{
	enum type_kind kind = type_resolve(dc->types, ty)->kind;

	if (kind == TY_ERROR)
		return false;
	if (kind == TY_VOID && !sole)
		diag_error(dc->diags, span, D_DECL_PROTO_VOID, "void must be the only parameter");
	else if (kind == TY_VOID && name)
		diag_error(dc->diags, span, D_DECL_PROTO_NAME, "a void parameter has no name");
	else if ((kind == TY_VOID && !(flags & DP_VOID)) || kind == TY_ARRAY
		 || is_dynamic(kind))
		diag_error(dc->diags, span, D_DECL_PROTO_TYPE, "type %s is not allowed here",
			   type_name(dc->types, ty));
	else if (kind != TY_VOID && (flags & DP_NAMED) && !name)
		diag_error(dc->diags, span, D_DECL_PROTO_NAME, "a parameter needs a name");
	else
		return true;
	return false;
}

static struct type *decay(struct types *t, struct type *ty)
{
	struct type *r = type_resolve(t, ty);

	if (r->kind == TY_ARRAY)
		return type_ptr(t, r->base);
	return r->kind == TY_FUNC ? type_ptr(t, ty) : ty;
}

static struct type *declare_param(struct declare_ctx *dc, const struct param *p, uint32_t flags,
				  bool sole)
{
	const char *name;
	struct type *ty;

	if (p->spec->storage != ST_NONE && p->spec->storage != ST_REGISTER)
		return refuse(dc, p->span, D_DECL_PARMCLASS,
			      "a parameter takes no storage class but register");
	ty = declare_declarator(dc, declare_specifiers(dc, p->spec), p->decl, &name);
	if (flags & DP_DECAY)
		ty = decay(dc->types, ty);
	return check_param(dc, ty, name, flags, sole, p->span) ? ty : NULL;
}

// NULL after an error; *n is the number of params, then that of types.
struct type **declare_params(struct declare_ctx *dc, const struct param *params, uint32_t *n,
			     bool varargs, uint32_t flags, struct span span)
{
	struct type **types = arena_alloc(dc->arena, (*n + 1) * sizeof *types);
	bool good = !varargs || (flags & DP_VARARGS);

	if (!good)
		diag_error(dc->diags, span, D_DECL_PROTO_VARARGS,
			   "a varying number of parameters is not allowed here");
	for (uint32_t i = 0; i < *n; i++) {
		types[i] = declare_param(dc, &params[i], flags, *n == 1 && !varargs);
		good = good && types[i] && !is_error(types[i]);
	}
	if (good && *n == 1 && type_resolve(dc->types, types[0])->kind == TY_VOID)
		*n = 0;
	return good ? types : NULL;
}

// ---- declarations ----------------------------------------------------------

bool declare_typedef(struct declare_ctx *dc, const char *name, struct type *type, struct span span)
{
	struct type *old = type_find_declared(dc->types, TY_TYPEDEF, name);

	if (old && (dc->header || type_same(dc->types, old, type)))
		return true;
	if (!old) {
		type_add_typedef(dc->types, name, type);
		return true;
	}
	diag_error(dc->diags, span, D_DECL_TYPERED, "typedef %s is already %s", name,
		   type_name(dc->types, old->base));
	return false;
}

// void, and structs without a definition, are fine for typedefs and functions.
static bool check_declared(struct declare_ctx *dc, const struct typespec *spec, struct type *ty,
			   const char *name, struct span span)
{
	enum type_kind kind = type_resolve(dc->types, ty)->kind;
	enum storage s = spec->storage;

	if (kind == TY_ERROR)
		return false;
	if (!name)
		refuse(dc, span, D_DECL_USELESS, "the declaration declares nothing");
	else if (s == ST_AUTO || s == ST_REGISTER || s == ST_STATIC)
		refuse(dc, span, D_DECL_BADCLASS, "D has no such storage class");
	else if (is_unsized(dc, ty))
		refuse(dc, span, D_DECL_ARRNULL, "the array needs a size or a list of key types");
	else if (kind == TY_ASSOC && s == ST_THIS)
		refuse(dc, span, D_DECL_LOCASSC, "a clause-local cannot be an associative array");
	else if (kind == TY_ASSOC && s == ST_TYPEDEF)
		refuse(dc, span, D_DECL_DYNOBJ, "an associative array is no type");
	else if (s == ST_TYPEDEF || kind == TY_FUNC || kind == TY_ASSOC)
		return true;
	else
		return declare_check_object(dc, ty, span);
	return false;
}

static void declare_one(struct declare_ctx *dc, const struct typespec *spec, struct type *base,
			const struct declarator *decl)
{
	const char *name;
	struct type *ty = declare_declarator(dc, base, decl, &name);

	if (!check_declared(dc, spec, ty, name, decl->span))
		return;
	if (spec->storage == ST_TYPEDEF)
		declare_typedef(dc, name, ty, decl->span);
	else if (dc->object)
		dc->object(dc->ctx, spec->storage, name, ty, decl->span);
}

void declare_decl(struct declare_ctx *dc, const struct decl *decl)
{
	const struct typespec *spec = decl->spec;
	struct type *base = declare_specifiers(dc, spec);
	bool tag = (spec->kind == TS_STRUCT || spec->kind == TS_UNION) && spec->name;

	for (uint32_t i = 0; i < decl->declarators.n; i++)
		declare_one(dc, spec, base, decl->declarators.v[i]);
	if (decl->declarators.n || is_error(base))
		return;
	if (spec->storage != ST_NONE || !(tag || (spec->kind == TS_ENUM && spec->defined)))
		refuse(dc, spec->span, D_DECL_USELESS, "the declaration declares nothing");
}
