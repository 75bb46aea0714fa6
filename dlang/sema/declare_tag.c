// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Definitions of structs, unions and enums, and references to their tags. A tag
// without a definition anywhere becomes an incomplete type, which pointers may
// point to; the kernel's definition is taken over when a member is asked for.

#include <limits.h>
#include <string.h>

#include "dlang/sema/declare.h"

enum { SIZE_MAX_SOU = INT32_MAX };

static enum type_kind tag_kind(const struct typespec *spec)
{
	return spec->kind == TS_STRUCT ? TY_STRUCT : spec->kind == TS_UNION ? TY_UNION : TY_ENUM;
}

// ---- bit-fields ------------------------------------------------------------

// The width in *bits, which is left alone if the member is no bit-field.
static bool bitfield(struct declare_ctx *dc, const struct member *m, struct type *ty, uint8_t *bits)
{
	struct type *base = type_resolve(dc->types, ty);
	int64_t n;

	if (!m->bits)
		return true;
	if ((base->kind != TY_INT && base->kind != TY_ENUM) || base->size > 8) {
		diag_error(dc->diags, m->span, D_DECL_BFTYPE,
			   "a bit-field must be of an integer type, not %s",
			   type_name(dc->types, ty));
		return false;
	}
	if (!declare_constant(dc, m->bits, &n, D_DECL_BFCONST, "the size of a bit-field"))
		return false;
	if (n <= 0) {
		diag_error(dc->diags, m->bits->span, D_DECL_BFCONST,
			   "the size of a bit-field must be positive");
		return false;
	}
	if (n > (base->is_bool ? 1 : (int64_t)base->size * 8)) {
		diag_error(dc->diags, m->bits->span, D_DECL_BFSIZE,
			   "the bit-field is wider than its type %s", type_name(dc->types, ty));
		return false;
	}
	*bits = (uint8_t)n;
	return true;
}

// ---- members ---------------------------------------------------------------

// Unnamed members are bit-field padding, or structs and unions whose members
// count as the outer one's.
static bool check_unnamed(struct declare_ctx *dc, const struct member *m, struct type *ty)
{
	enum type_kind kind = type_resolve(dc->types, ty)->kind;
	bool bare = !m->decl || m->decl->kind == DC_NAME;

	if (m->bits || ((kind == TY_STRUCT || kind == TY_UNION) && bare))
		return true;
	diag_error(dc->diags, m->span, D_DECL_MNAME, "a member needs a name");
	return false;
}

static bool is_taken(const struct type *sou, const char *name)
{
	for (uint32_t i = 0; i < sou->members.n; i++)
		if (sou->members.v[i].name == name)
			return true;
	return false;
}

static bool check_member(struct declare_ctx *dc, const struct type *sou, const struct member *m,
			 const struct type_member *tm, bool last)
{
	struct type *ty = type_resolve(dc->types, tm->type);

	if (ty->kind == TY_ERROR)
		return false;
	if (m->spec->storage != ST_NONE)
		diag_error(dc->diags, m->span, D_DECL_BADCLASS, "a member has no storage class");
	else if (ty->kind == TY_ARRAY && ty->nelems == 0 && !last)
		diag_error(dc->diags, m->span, D_DECL_ARRNULL, "the array needs a size");
	else if (tm->name && is_taken(sou, tm->name))
		diag_error(dc->diags, m->span, D_UNKNOWN, "there already is a member %s", tm->name);
	else
		return (tm->name || check_unnamed(dc, m, tm->type))
		       && declare_check_object(dc, tm->type, m->span);
	return false;
}

static bool add_member(struct declare_ctx *dc, struct type *sou, const struct member *m,
		       struct type *base, bool last)
{
	struct type_member tm = { 0 };

	tm.type = declare_declarator(dc, base, m->decl, &tm.name);
	if (!check_member(dc, sou, m, &tm, last) || !bitfield(dc, m, tm.type, &tm.bit_size))
		return false;
	vec_push(dc->arena, &sou->members, tm);
	return true;
}

// Members written in one declaration share its specifiers, which may define a
// type and so are looked at once. After an error the members that are good stay,
// so that uses of them do not bring errors of their own.
static void define_sou(struct declare_ctx *dc, struct type *sou, const struct typespec *spec)
{
	const struct typespec *shared = NULL;
	struct type *base = NULL;

	sou->defining = true;
	for (uint32_t i = 0; i < spec->members.n; i++) {
		const struct member *m = &spec->members.v[i];

		if (m->spec != shared)
			base = declare_specifiers(dc, m->spec);
		shared = m->spec;
		add_member(dc, sou, m, base, i + 1 == spec->members.n);
	}
	type_complete(dc->types, sou);
	if (sou->size > SIZE_MAX_SOU)
		diag_error(dc->diags, spec->span, D_DECL_ARRBIG, "the struct is too large");
}

// ---- enums -----------------------------------------------------------------

static bool next_value(struct declare_ctx *dc, const struct enumerator *e, int64_t *value)
{
	if (e->value) {
		if (!declare_constant(dc, e->value, value, D_DECL_ENCONST,
				      "the value of an enumerator"))
			return false;
	} else {
		++*value;
	}
	if (*value >= INT_MIN && *value <= INT_MAX)
		return true;
	diag_error(dc->diags, e->span, D_DECL_ENOFLOW, "enumerator %s does not fit an int", e->name);
	return false;
}

static void define_enum(struct declare_ctx *dc, struct type *enm, const struct typespec *spec)
{
	int64_t value = -1;

	for (uint32_t i = 0; i < spec->enumerators.n; i++) {
		const struct enumerator *e = &spec->enumerators.v[i];

		if (strchr(e->name, '`'))
			diag_error(dc->diags, e->span, D_DECL_SCOPE,
				   "a declared name cannot have a module in front");
		else if (type_declared_enumerator(dc->types, e->name) && !dc->header)
			diag_error(dc->diags, e->span, D_DECL_IDRED, "enumerator %s is already declared",
				   e->name);
		else if (!next_value(dc, e, &value))
			break;
		else if (!type_declared_enumerator(dc->types, e->name))
			type_add_enumerator(dc->types, enm, e->name, value);
	}
	enm->complete = true;
}

// ---- tags ------------------------------------------------------------------

static struct type *define(struct declare_ctx *dc, const struct typespec *spec)
{
	enum type_kind kind = tag_kind(spec);
	struct type *old = spec->name ? type_find_declared(dc->types, kind, spec->name) : NULL;
	struct type *ty;

	if (spec->name && strchr(spec->name, '`')) {
		diag_error(dc->diags, spec->span, D_DECL_SCOPE,
			   "a declared name cannot have a module in front");
		return type_error(dc->types);
	}
	if (old && dc->header && !old->btf_id && old->complete)
		return old;
	if (old && !old->btf_id && (old->complete || old->defining)) {
		diag_error(dc->diags, spec->span, D_DECL_TYPERED, "%s is already defined",
			   type_name(dc->types, old));
		return type_error(dc->types);
	}
	ty = type_new_tag(dc->types, kind, spec->name);
	if (kind == TY_ENUM)
		define_enum(dc, ty, spec);
	else
		define_sou(dc, ty, spec);
	return ty;
}

struct type *declare_tag(struct declare_ctx *dc, const struct typespec *spec)
{
	enum type_kind kind = tag_kind(spec);
	struct type *ty;

	if (spec->defined)
		return define(dc, spec);
	if (!spec->name) {
		diag_error(dc->diags, spec->span, D_DECL_IDENT, "a tag or a definition is missing");
		return type_error(dc->types);
	}
	ty = type_find_tag(dc->types, kind, spec->name);
	if (ty)
		return ty;
	if (kind != TY_ENUM && !strchr(spec->name, '`'))
		return type_new_tag(dc->types, kind, spec->name);
	diag_error(dc->diags, spec->span, D_UNKNOWN, "unknown type %s %s",
		   kind == TY_ENUM ? "enum" : kind == TY_STRUCT ? "struct" : "union", spec->name);
	declare_hint(dc, kind, spec->name);
	return type_error(dc->types);
}
