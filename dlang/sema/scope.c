// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Names. Globals (with builtins, functions and inlines), thread-locals,
// clause-locals and aggregations are four name spaces in one hash table, keyed
// by the space and the address of the interned name.

#include "dlang/sema/check.h"
#include "dlang/sema/stated.h"
#include "dlang/versions.h"

#include <string.h>

enum space { SP_AGG = SC_THIS + 1 };

struct slot {
	unsigned space;
	const char *name;
	struct ident *ident;
};

struct names {
	struct slot *slots;		// open addressing
	uint32_t used, size;		// size: a power of two
	VEC(struct ident *) order;	// all, as they came
};

struct builtin_row {
	const char *name;
	enum ident_kind kind;
	enum builtin builtin;
	int func;			// ID_AGGFN: enum agg_func
};

static const struct builtin_row rows[] = {
#define VAR(id, name, type) { name, ID_BUILTIN, BV_##id, 0 },
#define SUBR(id, name, proto) { name, ID_SUBR, BS_##id, 0 },
#define ACTION(id, name, proto) { name, ID_ACTION, BA_##id, 0 },
#define AGGFN(id, name, func) { name, ID_AGGFN, BG_##id, func },
#define ABSENT(kind, name, why)
#include "dlang/builtins.def"
#undef VAR
#undef SUBR
#undef ACTION
#undef AGGFN
#undef ABSENT
};

static const struct absent absent_rows[] = {
#define VAR(id, name, type)
#define SUBR(id, name, proto)
#define ACTION(id, name, proto)
#define AGGFN(id, name, func)
#define ABSENT(kind, name, why) { name, #kind, why },
#include "dlang/builtins.def"
#undef VAR
#undef SUBR
#undef ACTION
#undef AGGFN
#undef ABSENT
};

#define NROWS(t) (sizeof(t) / sizeof *(t))

static uint32_t hash(unsigned space, const char *name)
{
	uint64_t h = ((uintptr_t)name >> 3) * 0x9e3779b97f4a7c15ull + space * 0x85ebca6bull;

	return (uint32_t)(h >> 32);
}

// The slot of the name, or the empty one where it belongs.
static struct slot *probe_slot(struct names *n, unsigned space, const char *name)
{
	uint32_t mask = n->size - 1, i = hash(space, name) & mask;

	while (n->slots[i].name && (n->slots[i].name != name || n->slots[i].space != space))
		i = (i + 1) & mask;
	return &n->slots[i];
}

static void grow(struct sema *s, struct names *n)
{
	struct slot *old = n->slots;
	uint32_t size = n->size;

	n->size = size ? size * 2 : 512;
	n->slots = arena_alloc(s->arena, n->size * sizeof *n->slots);
	for (uint32_t i = 0; i < size; i++)
		if (old[i].name)
			*probe_slot(n, old[i].space, old[i].name) = old[i];
}

static void enter(struct sema *s, unsigned space, struct ident *id)
{
	struct names *n = s->names;
	struct slot *slot;

	if ((n->used + 1) * 2 > n->size)
		grow(s, n);
	slot = probe_slot(n, space, id->name);
	if (!slot->name)
		n->used++;
	*slot = (struct slot){ .space = space, .name = id->name, .ident = id };
	vec_push(s->arena, &n->order, id);
}

static struct ident *lookup(struct sema *s, unsigned space, const char *name)
{
	return probe_slot(s->names, space, name)->ident;
}

static struct ident *new_ident(struct sema *s, enum ident_kind kind, const char *name,
			       struct span at)
{
	struct ident *id = ARENA_NEW(s->arena, struct ident);

	id->kind = kind;
	id->name = name;
	id->span = at;
	id->in_library = s->in_library;
	return id;
}

static void enter_builtin(struct sema *s, const struct builtin_row *row, const char *name,
			  uint32_t number)
{
	struct ident *id = new_ident(s, row->kind, intern_str(s->env->interns, name),
				     (struct span){ 0 });

	id->builtin = row->builtin;
	id->since = version_of_name(row->name);
	id->func = row->func;
	id->number = number;
	enter(s, SC_GLOBAL, id);
}

// A table with everything that D names itself.
struct names *names_new(struct sema *s)
{
	struct names *n = ARENA_NEW(s->arena, struct names);
	char arg[] = "arg0";

	s->names = n;
	grow(s, n);
	for (size_t i = 0; i < NROWS(rows); i++) {
		if (rows[i].builtin != BV_ARG) {
			enter_builtin(s, &rows[i], rows[i].name, 0);
			continue;
		}
		for (uint32_t digit = 0; digit < 10; digit++) {
			arg[3] = (char)('0' + digit);
			enter_builtin(s, &rows[i], arg, digit);
		}
	}
	return n;
}

// The order is shared: what is appended to one copy is not seen by the other.
struct names *names_copy(struct arena *a, const struct names *n)
{
	struct names *c = arena_dup(a, n, sizeof *n);

	c->slots = arena_dup(a, n->slots, n->size * sizeof *n->slots);
	c->order.cap = c->order.n;
	return c;
}

struct ident *names_find(struct sema *s, enum scope scope, const char *name)
{
	struct ident *id;

	if (s->stable)
		is_private(s, scope, &name);
	id = lookup(s, scope, name);
	return id && id->since <= s->version ? id : NULL;
}

struct ident *names_find_agg(struct sema *s, const char *name)
{
	return lookup(s, SP_AGG, name);
}

struct ident *names_add_var(struct sema *s, enum scope scope, const char *name, struct type *type,
			    struct span at)
{
	struct ident *id;

	if (s->stable)
		is_private(s, scope, &name);
	id = new_ident(s, ID_VAR, name, at);

	id->scope = scope;
	id->type = type;
	if (scope == SC_GLOBAL) {
		id->number = s->out->globals.n;
		vec_push(s->arena, &s->out->globals, id);
	} else if (scope == SC_SELF) {
		id->number = s->out->selfs.n;
		vec_push(s->arena, &s->out->selfs, id);
	} else {
		id->number = s->out->locals.n;
		vec_push(s->arena, &s->out->locals, id);
	}
	enter(s, scope, id);
	attach_pragmas(s, id);
	return id;
}

struct ident *names_add_agg(struct sema *s, const char *name, struct span at)
{
	struct ident *id = new_ident(s, ID_AGG, name, at);

	id->type = type_of_kind(s->types, TY_DYN);
	id->number = s->out->aggs.n;
	vec_push(s->arena, &s->out->aggs, id);
	enter(s, SP_AGG, id);
	attach_pragmas(s, id);
	return id;
}

struct ident *names_add(struct sema *s, enum ident_kind kind, const char *name, struct type *type,
			struct span at)
{
	struct ident *id = new_ident(s, kind, name, at);

	id->type = type;
	enter(s, SC_GLOBAL, id);
	attach_pragmas(s, id);
	return id;
}

const struct absent *names_absent(const char *name)
{
	for (size_t i = 0; i < NROWS(absent_rows); i++)
		if (!strcmp(absent_rows[i].name, name))
			return &absent_rows[i];
	return NULL;
}

static bool in_class(const struct ident *id, enum name_class class)
{
	bool function = id->kind == ID_SUBR || id->kind == ID_ACTION || id->kind == ID_AGGFN;

	if (id->type && id->type->kind == TY_ERROR)
		return false;		// an unknown name that was reported
	switch (class) {
	case NAMES_VALUES: return id->kind != ID_AGG && !function && id->scope == SC_GLOBAL;
	case NAMES_FUNCTIONS: return function;
	case NAMES_SELF: return id->kind == ID_VAR && id->scope == SC_SELF;
	case NAMES_THIS: return id->kind == ID_VAR && id->scope == SC_THIS;
	case NAMES_AGGS: return id->kind == ID_AGG;
	}
	return false;
}

// Feeds every known name of one class to the search for the nearest.
void names_nearest(struct sema *s, enum name_class class, struct nearest *n)
{
	for (uint32_t i = 0; i < s->names->order.n; i++)
		if (in_class(s->names->order.v[i], class))
			nearest_try(n, s->names->order.v[i]->name);
}

const char *ident_kind_text(const struct ident *id)
{
	static const char *const texts[] = {
		[ID_VAR] = "variable", [ID_BUILTIN] = "built-in variable", [ID_SUBR] = "subroutine",
		[ID_ACTION] = "action", [ID_AGGFN] = "aggregating function",
		[ID_AGG] = "aggregation", [ID_INLINE] = "inline", [ID_EXTERN] = "kernel symbol",
		[ID_LET] = "parameter",
	};

	return texts[id->kind];
}
