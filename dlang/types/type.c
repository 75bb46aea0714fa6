// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The container of types: base types by their C spelling, the typedefs that D
// always has, constructors, and look-up by name. A name is looked for among
// D's own types first and in kernel BTF second; what BTF gives is remembered by
// its id, so that each kernel type exists once.

#include "dlang/types/type.h"

#include <string.h>

#include "dlang/syntax/ast.h"
#include "dlang/types/btf.h"
#include "dlang/types/container.h"

#include <linux/btf.h>

enum { STRSIZE_DEFAULT = 256, PTR_SIZE = 8 };

// d-reference §3, LP64. char is signed on every target: D fixes it.
static const struct base {
	const char *name;
	enum type_kind kind;
	uint8_t size;
	bool is_signed, is_char, is_bool;
} bases[] = {
	{ "void", TY_VOID, 0, false, false, false },
	{ "string", TY_STRING, 0, false, false, false },
	{ "char", TY_INT, 1, true, true, false },
	{ "signed char", TY_INT, 1, true, true, false },
	{ "unsigned char", TY_INT, 1, false, false, false },
	{ "short", TY_INT, 2, true, false, false },
	{ "unsigned short", TY_INT, 2, false, false, false },
	{ "int", TY_INT, 4, true, false, false },
	{ "unsigned int", TY_INT, 4, false, false, false },
	{ "long", TY_INT, 8, true, false, false },
	{ "unsigned long", TY_INT, 8, false, false, false },
	{ "long long", TY_INT, 8, true, false, false },
	{ "unsigned long long", TY_INT, 8, false, false, false },
	{ "_Bool", TY_INT, 1, false, false, true },
	{ "__int128", TY_INT, 16, true, false, false },
	{ "unsigned __int128", TY_INT, 16, false, false, false },
	{ "float", TY_FLOAT, 4, true, false, false },
	{ "double", TY_FLOAT, 8, true, false, false },
	{ "long double", TY_FLOAT, 16, true, false, false },
};

// Typedefs that are there without a declaration, and win over the kernel's.
static const struct {
	const char *name, *base;
} implicit[] = {
	{ "int8_t", "signed char" }, { "uint8_t", "unsigned char" },
	{ "int16_t", "short" }, { "uint16_t", "unsigned short" },
	{ "int32_t", "int" }, { "uint32_t", "unsigned int" },
	{ "int64_t", "long" }, { "uint64_t", "unsigned long" },
	{ "intptr_t", "long" }, { "uintptr_t", "unsigned long" },
	{ "size_t", "unsigned long" }, { "ssize_t", "long" },
	{ "ptrdiff_t", "long" },
	{ "uchar_t", "unsigned char" }, { "ushort_t", "unsigned short" },
	{ "uint_t", "unsigned int" }, { "ulong_t", "unsigned long" },
	{ "u_longlong_t", "unsigned long long" },
	{ "id_t", "int" }, { "pid_t", "int" },
};

// Typedefs of C programs, for kernels without types.
static const struct {
	const char *name, *base;
} customary[] = {
	{ "bool", "_Bool" }, { "uint", "unsigned int" }, { "ulong", "unsigned long" },
	{ "off_t", "long" }, { "mode_t", "unsigned int" }, { "uid_t", "unsigned int" },
	{ "gid_t", "unsigned int" }, { "dev_t", "unsigned long" }, { "ino_t", "unsigned long" },
	{ "time_t", "long" }, { "clockid_t", "int" }, { "socklen_t", "unsigned int" },
};

// The kinds of which there is one type each.
static const struct {
	enum type_kind kind;
	const char *name;
	uint8_t size;
} singles[] = {
	{ TY_ERROR, "<error>", 0 },
	{ TY_STACK, "stack", 0 },
	{ TY_USTACK, "ustack", 0 },
	{ TY_SYM, "_symaddr", 8 },
	{ TY_USYM, "_usymaddr", 16 },
	{ TY_DYN, "<dynamic>", 0 },
};

#define NELEMS(table) (sizeof(table) / sizeof *(table))

struct type *type_new(struct types *t, enum type_kind kind)
{
	struct type *ty = ARENA_NEW(t->arena, struct type);

	ty->kind = kind;
	return ty;
}

static void add_base(struct types *t, const struct base *b)
{
	struct type *ty = type_new(t, b->kind);

	ty->name = intern_str(t->interns, b->name);
	ty->size = b->size;
	ty->is_signed = b->is_signed;
	ty->is_char = b->is_char;
	ty->is_bool = b->is_bool;
	ty->complete = b->kind != TY_VOID;
	tmap_put(&t->base, tmap_key(ty->name), 0, ty);
	if (b->kind == TY_VOID || b->kind == TY_STRING)
		t->kinds[b->kind] = ty;
}

static void add_implicit(struct types *t)
{
	for (size_t i = 0; i < NELEMS(bases); i++)
		add_base(t, &bases[i]);
	for (size_t i = 0; i < NELEMS(singles); i++) {
		struct type *ty = type_new(t, singles[i].kind);

		ty->name = singles[i].name;
		ty->size = singles[i].size;
		ty->complete = true;
		t->kinds[ty->kind] = ty;
	}
	for (size_t i = 0; i < NELEMS(implicit); i++)
		type_add_typedef(t, implicit[i].name, type_base(t, implicit[i].base));
	type_add_typedef(t, "_symaddr", t->kinds[TY_SYM]);
	type_add_typedef(t, "_usymaddr", t->kinds[TY_USYM]);
}

// The arena, the interned names and the BTF index must outlive the container.
struct types *types_new(struct arena *a, struct interns *in, const struct btf *btf)
{
	struct types *t = ARENA_NEW(a, struct types);

	t->arena = a;
	t->interns = in;
	t->btf = btf;
	t->modules = btf ? modules_new(a, btf) : NULL;
	t->strsize = STRSIZE_DEFAULT;
	tmap_init(&t->base, a);
	tmap_init(&t->tags, a);
	tmap_init(&t->typedefs, a);
	tmap_init(&t->enumerators, a);
	tmap_init(&t->ids, a);
	tmap_init(&t->ptrs, a);
	tmap_init(&t->arrays, a);
	add_implicit(t);
	return t;
}

struct types *types_again(const struct types *t)
{
	struct types *again = types_new(t->arena, t->interns, t->btf);

	types_set_modules(again, t->modules);
	return again;
}

void types_set_modules(struct types *t, struct modules *modules)
{
	if (modules)
		t->modules = modules;
}

void types_move(struct types *t, struct arena *a, struct interns *in)
{
	struct tmap *const maps[] = { &t->base, &t->tags, &t->typedefs, &t->enumerators, &t->ids,
				      &t->ptrs, &t->arrays };

	t->arena = a;
	t->interns = in;
	for (size_t i = 0; i < NELEMS(maps); i++)
		maps[i]->arena = a;
}

void types_set_strsize(struct types *t, uint32_t strsize)
{
	t->strsize = strsize;
}

struct type *type_base(struct types *t, const char *name)
{
	const char *key = intern_str(t->interns, name);
	struct type *ty = tmap_get(&t->base, tmap_key(key), 0);

	return ty ? ty : type_find_typedef(t, name);
}

struct type *type_error(struct types *t)
{
	return t->kinds[TY_ERROR];
}

struct type *type_string(struct types *t)
{
	return t->kinds[TY_STRING];
}

struct type *type_of_kind(struct types *t, enum type_kind k)
{
	return t->kinds[k] ? t->kinds[k] : type_error(t);
}

static struct type *pointer(struct types *t, struct type *base, bool userland)
{
	struct type *ty = tmap_get(&t->ptrs, tmap_key(base), userland);

	if (ty)
		return ty;
	ty = type_new(t, TY_PTR);
	ty->base = base;
	ty->size = PTR_SIZE;
	ty->complete = true;
	ty->userland = userland;
	tmap_put(&t->ptrs, tmap_key(base), userland, ty);
	return ty;
}

struct type *type_ptr(struct types *t, struct type *base)
{
	return pointer(t, base, false);
}

struct type *type_ptr_userland(struct types *t, struct type *base)
{
	return pointer(t, base, true);
}

// The error type if the size in bytes would not fit 63 bits.
struct type *type_array(struct types *t, struct type *base, uint64_t n)
{
	struct type *ty = tmap_get(&t->arrays, tmap_key(base), n);
	uint64_t size;

	if (ty)
		return ty;
	if (__builtin_mul_overflow(type_sizeof(t, base, t->strsize), n, &size) || size >> 62)
		return type_error(t);
	ty = type_new(t, TY_ARRAY);
	ty->base = base;
	ty->nelems = n;
	ty->size = size;
	ty->complete = true;
	tmap_put(&t->arrays, tmap_key(base), n, ty);
	return ty;
}

static struct type *with_params(struct types *t, struct type *ty, struct type **params, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		vec_push(t->arena, &ty->params, params[i]);
	ty->complete = true;
	return ty;
}

struct type *type_assoc(struct types *t, struct type *value, struct type **keys, uint32_t n)
{
	struct type *ty = type_new(t, TY_ASSOC);

	ty->base = value;
	return with_params(t, ty, keys, n);
}

struct type *type_func(struct types *t, struct type *result, struct type **params, uint32_t n,
		       bool varargs)
{
	struct type *ty = type_new(t, TY_FUNC);

	ty->base = result;
	ty->varargs = varargs;
	return with_params(t, ty, params, n);
}

struct type *type_qualified(struct types *t, struct type *ty, uint32_t quals)
{
	struct type *q;

	if ((ty->quals & quals) == quals || ty->kind == TY_ERROR)
		return ty;
	if (ty->kind <= TY_PTR || (ty->kind == TY_TYPEDEF && !ty->name)) {
		q = arena_dup(t->arena, ty, sizeof *ty);
	} else {
		q = type_new(t, TY_TYPEDEF);
		q->base = ty;
		q->size = ty->size;
		q->complete = true;
	}
	q->quals |= quals;
	return q;
}

const char *type_unscoped(const char *name)
{
	const char *mark = strrchr(name, '`');

	return mark ? mark + 1 : name;
}

static struct type *declared(const struct types *t, const struct tmap *m, const char *name,
			     enum type_kind kind)
{
	const char *key = intern_find(t->interns, name, strlen(name));

	return key ? tmap_get(m, tmap_key(key), kind) : NULL;
}

struct type *type_find_declared(struct types *t, enum type_kind kind, const char *name)
{
	return kind == TY_TYPEDEF ? declared(t, &t->typedefs, name, 0)
				  : declared(t, &t->tags, name, kind);
}

struct type *type_find_tag(struct types *t, enum type_kind kind, const char *name)
{
	struct type *ty = declared(t, &t->tags, name, kind);

	return ty ? ty : type_from_btf_tag(t, kind, name);
}

struct type *type_find_typedef(struct types *t, const char *name)
{
	struct type *ty = declared(t, &t->typedefs, name, 0);
	uint32_t id;

	if (ty)
		return ty;
	id = type_number(t, name, BTF_KIND_TYPEDEF);
	if (id)
		return type_from_btf(t, id);
	for (size_t i = 0; i < NELEMS(customary); i++)
		if (!strcmp(name, customary[i].name))
			return type_base(t, customary[i].base);
	return NULL;
}

bool type_find_enumerator(struct types *t, const char *name, int64_t *value, struct type **type)
{
	struct type *ty = declared(t, &t->enumerators, name, 0);
	uint32_t id;

	for (uint32_t i = 0; ty && i < ty->enumerators.n; i++) {
		if (strcmp(ty->enumerators.v[i].name, name) != 0)
			continue;
		*value = ty->enumerators.v[i].value;
		*type = ty;
		return true;
	}
	id = t->btf ? btf_find_enumerator(t->btf, type_unscoped(name), value) : 0;
	if (id)
		*type = type_from_btf(t, id);
	return id != 0;
}

// A struct, union or enum without members. If D already has an incomplete one
// of that tag, that one is given, so that earlier pointers see the definition.
// name NULL: anonymous.
struct type *type_new_tag(struct types *t, enum type_kind kind, const char *name)
{
	struct type *ty = name ? declared(t, &t->tags, name, kind) : NULL;

	if (ty && !ty->complete && !ty->btf_id)
		return ty;
	ty = type_new(t, kind);
	if (kind == TY_ENUM) {
		ty->size = 4;
		ty->is_signed = true;
	}
	if (name) {
		ty->name = intern_str(t->interns, name);
		tmap_put(&t->tags, tmap_key(ty->name), kind, ty);
	}
	return ty;
}

// Replaces an earlier typedef of that name; whether that is right, the caller knows.
void type_add_typedef(struct types *t, const char *name, struct type *base)
{
	struct type *ty = type_new(t, TY_TYPEDEF);

	ty->name = intern_str(t->interns, name);
	ty->base = base;
	ty->size = base->size;
	ty->complete = true;
	tmap_put(&t->typedefs, tmap_key(ty->name), 0, ty);
}

void type_add_enumerator(struct types *t, struct type *enm, const char *name, int64_t value)
{
	vec_push(t->arena, &enm->enumerators, (struct type_enumerator){ name, value });
	tmap_put(&t->enumerators, tmap_key(name), 0, enm);
}

bool type_declared_enumerator(struct types *t, const char *name)
{
	return declared(t, &t->enumerators, name, 0) != NULL;
}
