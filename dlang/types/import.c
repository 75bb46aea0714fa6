// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Kernel BTF to types. A type is imported when somebody asks for its id, and
// brings along what it is derived from (pointers, arrays, parameters), but not
// the members of structs and enums: those are "pending" until type_resolve().
// So asking for struct task_struct does not import the kernel.
//
// References in BTF are untrusted: a type under construction is remembered as
// the error type, which turns any cycle into poison, and depth is bounded.

#include <linux/btf.h>
#include <string.h>

#include "dlang/syntax/ast.h"
#include "dlang/types/btf.h"
#include "dlang/types/container.h"

// One record on its way to becoming a type.
struct record {
	uint32_t id;
	const struct btf_type *bt;
	unsigned depth;		// of derivations that led here
};

static struct type *import(struct types *t, uint32_t id, unsigned depth);

// How DWARF producers spell the base types, by our spelling.
static const struct {
	const char *dwarf, *ours;
} spellings[] = {
	{ "short int", "short" }, { "short unsigned int", "unsigned short" },
	{ "long int", "long" }, { "long unsigned int", "unsigned long" },
	{ "long long int", "long long" }, { "long long unsigned int", "unsigned long long" },
	{ "__int128 unsigned", "unsigned __int128" }, { "bool", "_Bool" },
};

static const char *base_spelling(const char *name)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		if (strcmp(spellings[i].dwarf, name) == 0)
			return spellings[i].ours;
	return name;
}

static const char *name_of(struct types *t, const struct record *r)
{
	const char *s = modules_string(t->modules, r->id, r->bt->name_off);

	return *s ? intern_str(t->interns, s) : NULL;
}

static struct type *import_ref(struct types *t, const struct record *r, uint32_t to)
{
	return import(t, modules_reference(t->modules, r->id, to), r->depth + 1);
}

// Kernel base types become D's own where size and sign agree, so that they
// compare and print alike.
static struct type *canonical(struct types *t, struct type *ty)
{
	struct type *ours;
	const char *name = intern_str(t->interns, ty->name ? base_spelling(ty->name) : "");

	ours = tmap_get(&t->base, tmap_key(name), 0);
	if (ours && ours->kind == ty->kind && ours->size == ty->size
	    && (ours->is_signed == ty->is_signed || ours->is_char || ours->is_bool
		|| ours->kind == TY_FLOAT))
		return ours;
	return ty;
}

static struct type *import_int(struct types *t, const struct record *r)
{
	uint32_t encoding = BTF_INT_ENCODING(*(const uint32_t *)(r->bt + 1));
	struct type *ty = type_new(t, TY_INT);

	if (r->bt->size == 0 || r->bt->size > 16)
		return type_error(t);
	ty->name = name_of(t, r);
	ty->size = r->bt->size;
	ty->is_signed = encoding & BTF_INT_SIGNED;
	ty->is_bool = encoding & BTF_INT_BOOL;
	ty->complete = true;
	return canonical(t, ty);
}

static struct type *import_float(struct types *t, const struct record *r)
{
	struct type *ty = type_new(t, TY_FLOAT);

	ty->name = name_of(t, r);
	ty->size = r->bt->size;
	ty->complete = true;
	return canonical(t, ty);
}

static bool tagged_user(struct types *t, uint32_t id)
{
	const struct btf_type *bt = modules_type(t->modules, id);

	return bt && BTF_INFO_KIND(bt->info) == BTF_KIND_TYPE_TAG
	       && strcmp(modules_string(t->modules, id, bt->name_off), "user") == 0;
}

static struct type *import_ptr(struct types *t, const struct record *r)
{
	struct type *base = import_ref(t, r, r->bt->type);

	return tagged_user(t, modules_reference(t->modules, r->id, r->bt->type)) ? type_ptr_userland(t, base) : type_ptr(t, base);
}

static struct type *import_array(struct types *t, const struct record *r)
{
	const struct btf_array *array = (const struct btf_array *)(r->bt + 1);

	return type_array(t, import_ref(t, r, array->type), array->nelems);
}

// Structs, unions and enums: only what the record itself says.
static struct type *import_pending(struct types *t, enum type_kind kind, const struct record *r)
{
	struct type *ty = type_new(t, kind);

	ty->name = name_of(t, r);
	ty->size = r->bt->size;
	ty->btf_id = r->id;
	ty->of_module = r->id > btf_count(t->btf);
	ty->btf_pending = true;
	return ty;
}

static struct type *import_struct(struct types *t, const struct record *r)
{
	return import_pending(t, TY_STRUCT, r);
}

static struct type *import_union(struct types *t, const struct record *r)
{
	return import_pending(t, TY_UNION, r);
}

static struct type *import_enum(struct types *t, const struct record *r)
{
	struct type *ty = import_pending(t, TY_ENUM, r);

	if (r->bt->size != 1 && r->bt->size != 2 && r->bt->size != 4 && r->bt->size != 8)
		return type_error(t);
	ty->is_signed = BTF_INFO_KFLAG(r->bt->info);
	return ty;
}

// A forward declaration stands for the definition, if there is one.
static struct type *import_fwd(struct types *t, const struct record *r)
{
	bool is_union = BTF_INFO_KFLAG(r->bt->info);
	uint32_t def = type_number(t, modules_string(t->modules, r->id, r->bt->name_off),
				   is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT);
	struct type *ty;

	if (def && def != r->id
	    && BTF_INFO_KIND(modules_type(t->modules, def)->info) != BTF_KIND_FWD)
		return import(t, def, r->depth + 1);
	ty = type_new(t, is_union ? TY_UNION : TY_STRUCT);
	ty->name = name_of(t, r);
	return ty;
}

static struct type *import_typedef(struct types *t, const struct record *r)
{
	struct type *ty = type_new(t, TY_TYPEDEF);

	ty->name = name_of(t, r);
	ty->base = import_ref(t, r, r->bt->type);
	ty->size = ty->base->size;
	ty->complete = true;
	return ty;
}

// CONST, VOLATILE, RESTRICT, and the tags, which add nothing.
static struct type *import_modifier(struct types *t, const struct record *r)
{
	static const uint32_t quals[NR_BTF_KINDS] = {
		[BTF_KIND_CONST] = TSF_CONST,
		[BTF_KIND_VOLATILE] = TSF_VOLATILE,
		[BTF_KIND_RESTRICT] = TSF_RESTRICT,
	};

	return type_qualified(t, import_ref(t, r, r->bt->type), quals[BTF_INFO_KIND(r->bt->info)]);
}

static struct type *import_proto(struct types *t, const struct record *r)
{
	const struct btf_param *p = (const struct btf_param *)(r->bt + 1);
	struct type *ty = type_new(t, TY_FUNC);
	uint32_t n = BTF_INFO_VLEN(r->bt->info);

	ty->base = import_ref(t, r, r->bt->type);
	if (n && p[n - 1].name_off == 0 && p[n - 1].type == 0) {
		ty->varargs = true;
		n--;
	}
	for (uint32_t i = 0; i < n; i++)
		vec_push(t->arena, &ty->params, import_ref(t, r, p[i].type));
	ty->complete = true;
	return ty;
}

static struct type *import_base_of(struct types *t, const struct record *r)
{
	return import_ref(t, r, r->bt->type);
}

typedef struct type *(*importer)(struct types *, const struct record *);

// Kinds without a row (DATASEC) are not types.
static const importer importers[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = import_int,
	[BTF_KIND_FLOAT] = import_float,
	[BTF_KIND_PTR] = import_ptr,
	[BTF_KIND_ARRAY] = import_array,
	[BTF_KIND_STRUCT] = import_struct,
	[BTF_KIND_UNION] = import_union,
	[BTF_KIND_ENUM] = import_enum,
	[BTF_KIND_ENUM64] = import_enum,
	[BTF_KIND_FWD] = import_fwd,
	[BTF_KIND_TYPEDEF] = import_typedef,
	[BTF_KIND_VOLATILE] = import_modifier,
	[BTF_KIND_CONST] = import_modifier,
	[BTF_KIND_RESTRICT] = import_modifier,
	[BTF_KIND_TYPE_TAG] = import_modifier,
	[BTF_KIND_DECL_TAG] = import_base_of,
	[BTF_KIND_FUNC] = import_base_of,
	[BTF_KIND_VAR] = import_base_of,
	[BTF_KIND_FUNC_PROTO] = import_proto,
};

static struct type *import(struct types *t, uint32_t id, unsigned depth)
{
	const struct btf_type *bt;
	struct type *ty;

	if (id == 0)
		return type_of_kind(t, TY_VOID);
	ty = tmap_get(&t->ids, id, 0);
	bt = modules_type(t->modules, id);
	if (ty || !bt || depth > WALK_DEPTH || !importers[BTF_INFO_KIND(bt->info)])
		return ty ? ty : type_error(t);
	tmap_put(&t->ids, id, 0, type_error(t));
	ty = importers[BTF_INFO_KIND(bt->info)](t, &(struct record){ id, bt, depth });
	tmap_put(&t->ids, id, 0, ty);
	return ty;
}

// The type of a function or variable is given for FUNC and VAR. Ids that are
// no type, or whose derivation is corrupt, give the error type.
struct type *type_from_btf(struct types *t, uint32_t id)
{
	return t->btf ? import(t, id, 0) : type_error(t);
}

struct type *type_from_btf_tag(struct types *t, enum type_kind kind, const char *name)
{
	uint32_t want = kind == TY_STRUCT  ? BTF_KIND_STRUCT
			: kind == TY_UNION ? BTF_KIND_UNION
					   : BTF_KIND_ENUM;
	uint32_t id = type_number(t, name, want);

	return id ? type_from_btf(t, id) : NULL;
}

// What a module adds comes after what the kernel has, unless the module is named.
uint32_t type_number(struct types *t, const char *name, uint32_t btf_kind)
{
	const char *mark = strrchr(name, '`'), *bare = type_unscoped(name);
	uint32_t id, fwd;

	if (!t->btf)
		return 0;
	id = mark > name ? modules_find(t->modules, name, (size_t)(mark - name), bare, btf_kind) : 0;
	if (id)
		return id;
	fwd = btf_find(t->btf, bare, btf_kind);
	if (fwd && BTF_INFO_KIND(btf_type_by_id(t->btf, fwd)->info) != BTF_KIND_FWD)
		return fwd;
	id = mark ? 0 : modules_find(t->modules, NULL, 0, bare, btf_kind);
	return id ? id : fwd;
}

// Is the variable one of those that each CPU has a copy of?
static bool is_percpu(const struct btf *b, uint32_t var)
{
	const struct btf_type *section = btf_type_by_id(b, btf_find(b, ".data..percpu", BTF_KIND_DATASEC));
	const struct btf_var_secinfo *v = section ? (const struct btf_var_secinfo *)(section + 1) : NULL;

	for (uint32_t i = 0; v && i < BTF_INFO_VLEN(section->info); i++)
		if (v[i].type == var)
			return true;
	return false;
}

struct type *type_find_symbol(struct types *t, const char *name, bool *percpu)
{
	uint32_t var = t->btf ? btf_find(t->btf, name, BTF_KIND_VAR) : 0;
	uint32_t id = t->btf && !var ? btf_find(t->btf, name, BTF_KIND_FUNC) : var;

	*percpu = var && is_percpu(t->btf, var);
	return id ? type_from_btf(t, id) : NULL;
}

// ---- members ---------------------------------------------------------------

// The position of a bit-field is a bit number in the struct. Loads want a
// storage unit: as large as the declared type, aligned to its size if the field
// then fits, and inside the struct where possible.
static void place_bits(struct type_member *m, const struct type *sou, uint32_t bit, uint64_t unit)
{
	uint64_t off = bit / 8 / unit * unit;

	if (bit + m->bit_size > (off + unit) * 8)
		off = bit / 8;
	if (off + unit > sou->size && sou->size >= unit)
		off = sou->size - unit;
	if (bit < off * 8 || bit + m->bit_size > (off + unit) * 8)
		off = bit / 8;
	m->offset = (uint32_t)off;
	m->bit_off = (uint8_t)(bit - off * 8);
}

// Old BTF (no kind_flag) hides the width of a bit-field in an INT of its own.
static uint32_t old_bits(struct types *t, uint32_t id, uint32_t *bit)
{
	const struct btf_type *bt = NULL;
	uint32_t info;

	for (unsigned i = 0; i < WALK_DEPTH; i++) {
		bt = modules_type(t->modules, id);
		if (!bt || BTF_INFO_KIND(bt->info) < BTF_KIND_TYPEDEF
		    || BTF_INFO_KIND(bt->info) > BTF_KIND_RESTRICT)
			break;
		id = modules_reference(t->modules, id, bt->type);
	}
	if (!bt || BTF_INFO_KIND(bt->info) != BTF_KIND_INT)
		return 0;
	info = *(const uint32_t *)(bt + 1);
	if (BTF_INT_OFFSET(info) == 0 && BTF_INT_BITS(info) == bt->size * 8 && *bit % 8 == 0)
		return 0;
	*bit += BTF_INT_OFFSET(info);
	return BTF_INT_BITS(info);
}

static struct type_member import_member(struct types *t, const struct type *sou,
					const struct btf_type *bt, uint32_t i)
{
	const struct btf_member *bm = (const struct btf_member *)(bt + 1) + i;
	const char *name = modules_string(t->modules, sou->btf_id, bm->name_off);
	uint32_t bit = bm->offset, bits, id = modules_reference(t->modules, sou->btf_id, bm->type);
	struct type_member m = { .type = type_from_btf(t, id) };
	uint64_t unit = type_sizeof(t, m.type, t->strsize);

	m.name = *name ? intern_str(t->interns, name) : NULL;
	if (BTF_INFO_KFLAG(bt->info)) {
		bits = BTF_MEMBER_BITFIELD_SIZE(bm->offset);
		bit = BTF_MEMBER_BIT_OFFSET(bm->offset);
	} else {
		bits = old_bits(t, id, &bit);
	}
	m.offset = bit / 8;
	if (bits == 0)
		return m;
	if (!type_is_int(t, m.type) || unit > 8 || bits > unit * 8) {
		m.type = type_error(t);
		return m;
	}
	m.bit_size = (uint8_t)bits;
	place_bits(&m, sou, bit, unit);
	if (m.bit_off + bits > unit * 8)
		m.type = type_error(t);		// packed across its unit: no single load gets it
	return m;
}

static void import_enumerators(struct types *t, struct type *ty, const struct btf_type *bt)
{
	bool wide = BTF_INFO_KIND(bt->info) == BTF_KIND_ENUM64;

	for (uint32_t i = 0; i < BTF_INFO_VLEN(bt->info); i++) {
		uint32_t name_off = wide ? ((const struct btf_enum64 *)(bt + 1))[i].name_off
					 : ((const struct btf_enum *)(bt + 1))[i].name_off;
		const char *name = intern_str(t->interns, modules_string(t->modules, ty->btf_id, name_off));

		vec_push(t->arena, &ty->enumerators,
			 (struct type_enumerator){ name, btf_enum_value(bt, i) });
	}
}

void type_import_members(struct types *t, struct type *ty)
{
	const struct btf_type *bt = modules_type(t->modules, ty->btf_id);

	ty->btf_pending = false;
	ty->complete = true;
	if (ty->kind == TY_ENUM) {
		import_enumerators(t, ty, bt);
		return;
	}
	for (uint32_t i = 0; i < BTF_INFO_VLEN(bt->info); i++)
		vec_push(t->arena, &ty->members, import_member(t, ty, bt, i));
}
