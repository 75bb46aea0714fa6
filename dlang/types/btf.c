// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The index over a mapping of BTF. BTF is a header, a run of type records of
// varying length, and a heap of strings; types refer to each other by their
// number in the run. Three things are missing for quick use, and are built once:
//
//   - where each number starts                 (offs)
//   - which types have a given name            (names: chained hash of ids)
//   - which enum has an enumerator of a name   (enums: chained hash of records)
//
// All three are arrays of 32-bit numbers, allocated once and never written
// again, so that forked compile workers share them. Chains keep the build
// linear even if hostile BTF gives every type one name.
//
// Trust: btf_open() walks every record and proves that each lies within the
// section; from then on record tails may be read by vlen. References between
// types are not proven: whoever follows them must bound the walk.

#include "dlang/types/btf.h"

#include <errno.h>
#include <linux/btf.h>
#include <string.h>

enum {
	NAME_MAX_LEN = 512,		// longer names (no kernel has any) are not indexed
	ENUMERATORS_MAX = 1 << 22,
};

// A chained hash: head[hash & mask] and next[i] hold element number + 1; 0 ends.
struct chains {
	uint32_t *head, *next;
	uint32_t mask;
};

struct btf {
	const struct btf *base;		// what it continues, or NULL
	const uint8_t *types;
	uint32_t types_len;
	const char *strings;
	uint32_t strings_len;
	uint32_t count;			// ids 1..count
	uint32_t *offs;			// [id - 1] -> byte offset in types
	struct chains names;		// element: id - 1
	uint32_t nenums;
	uint32_t *enum_offs;		// byte offset in types of each enumerator record
	struct chains enums;		// element: index into enum_offs
};

// Bytes that follow struct btf_type, by kind: fixed + vlen * each.
static const struct {
	uint8_t fixed, each;
} tails[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = { 4, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64) },
};

// Kinds that are looked up by name.
static const bool is_named[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = true, [BTF_KIND_FLOAT] = true,
	[BTF_KIND_STRUCT] = true, [BTF_KIND_UNION] = true, [BTF_KIND_FWD] = true,
	[BTF_KIND_ENUM] = true, [BTF_KIND_ENUM64] = true,
	[BTF_KIND_TYPEDEF] = true, [BTF_KIND_FUNC] = true,
	[BTF_KIND_VAR] = true, [BTF_KIND_DATASEC] = true,
};

static const struct btf_type *at(const struct btf *b, uint32_t off)
{
	return (const struct btf_type *)(b->types + off);
}

static uint32_t kind_of(const struct btf_type *t)
{
	return BTF_INFO_KIND(t->info);
}

static bool is_enum(uint32_t kind)
{
	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

static size_t record_size(const struct btf_type *t)
{
	uint32_t kind = kind_of(t);

	return sizeof *t + tails[kind].fixed + (size_t)tails[kind].each * BTF_INFO_VLEN(t->info);
}

// FNV-1a; *len gets the length looked at, at most NAME_MAX_LEN.
static uint32_t hash_name(const char *s, uint32_t *len)
{
	uint32_t h = 2166136261u, n = 0;

	for (; n < NAME_MAX_LEN && s[n]; n++)
		h = (h ^ (uint8_t)s[n]) * 16777619u;
	*len = n;
	return h ^ h >> 15;
}

static void chains_init(struct chains *c, struct arena *a, uint32_t n)
{
	uint32_t size = 16;

	while (size < n)
		size *= 2;
	if (size > 16)
		size /= 2;
	c->mask = size - 1;
	c->head = arena_alloc(a, size * sizeof *c->head);
	c->next = arena_alloc(a, ((size_t)n + 1) * sizeof *c->next);
}

static void chains_add(struct chains *c, const char *name, uint32_t element)
{
	uint32_t len, h = hash_name(name, &len);

	if (len == 0 || len == NAME_MAX_LEN)
		return;
	c->next[element] = c->head[h & c->mask];
	c->head[h & c->mask] = element + 1;
}

static uint32_t chains_first(const struct chains *c, const char *name)
{
	uint32_t len, h = hash_name(name, &len);

	return len == 0 || len == NAME_MAX_LEN ? 0 : c->head[h & c->mask];
}

static const char *open_sections(struct btf *b, const uint8_t *data, size_t size)
{
	struct btf_header h;

	if (size < sizeof h || (uintptr_t)data % 4)
		return "too short for a BTF header, or not aligned";
	memcpy(&h, data, sizeof h);
	if (h.magic != BTF_MAGIC)
		return "not BTF of this machine's byte order";
	if (h.version != BTF_VERSION || h.hdr_len < sizeof h || h.hdr_len > size)
		return "unknown version of BTF";
	size -= h.hdr_len;
	if (h.type_off > size || h.type_len > size - h.type_off)
		return "type section lies outside the data";
	if (h.str_off > size || h.str_len > size - h.str_off)
		return "string section lies outside the data";
	if ((h.hdr_len + h.type_off) % 4)
		return "type section is not aligned";
	b->types = data + h.hdr_len + h.type_off;
	b->types_len = h.type_len;
	b->strings = (const char *)data + h.hdr_len + h.str_off;
	b->strings_len = h.str_len;
	if (b->base ? h.str_len && b->strings[h.str_len - 1] :
	    h.str_len == 0 || b->strings[0] || b->strings[h.str_len - 1])
		return "string section is not framed by NUL bytes";
	return NULL;
}

// Walks the records. With b->offs still NULL, only checks and counts.
static const char *walk(struct btf *b)
{
	uint32_t off = 0, n = 0;

	while (off < b->types_len) {
		const struct btf_type *t = at(b, off);
		uint32_t left = b->types_len - off, kind;

		if (left < sizeof *t)
			return "the last type record is cut short";
		kind = kind_of(t);
		if (kind == BTF_KIND_UNKN || kind > BTF_KIND_MAX)
			return "a type record of unknown kind";
		if (record_size(t) > left)
			return "a type record reaches beyond its section";
		if (b->offs)
			b->offs[n] = off;
		if (is_enum(kind))
			b->nenums += BTF_INFO_VLEN(t->info);
		n++;
		off += (uint32_t)record_size(t);
	}
	b->count = n;
	return b->nenums > ENUMERATORS_MAX ? "too many enumerators" : NULL;
}

// Elements are added last first, so that a chain yields the lowest id first.
static void index_names(struct btf *b, struct arena *a)
{
	chains_init(&b->names, a, b->count);
	for (uint32_t i = b->count; i-- > 0;) {
		const struct btf_type *t = at(b, b->offs[i]);

		if (is_named[kind_of(t)])
			chains_add(&b->names, btf_string(b, t->name_off), i);
	}
}

static void index_enumerators(struct btf *b, struct arena *a)
{
	uint32_t n = 0;

	chains_init(&b->enums, a, b->nenums);
	b->enum_offs = arena_alloc(a, ((size_t)b->nenums + 1) * sizeof *b->enum_offs);
	for (uint32_t i = 0; i < b->count; i++) {
		const struct btf_type *t = at(b, b->offs[i]);
		uint32_t vlen = BTF_INFO_VLEN(t->info);

		if (!is_enum(kind_of(t)))
			continue;
		for (uint32_t k = 0; k < vlen; k++)
			b->enum_offs[n++] = b->offs[i] + (uint32_t)sizeof *t
					    + k * tails[kind_of(t)].each;
	}
	while (n-- > 0) {
		uint32_t name_off;

		memcpy(&name_off, b->types + b->enum_offs[n], sizeof name_off);
		chains_add(&b->enums, btf_string(b, name_off), n);
	}
}

// Checks all records and builds the index. The index reads data in place.
int btf_open(struct arena *a, const void *data, size_t size, struct btf **out, const char **why)
{
	return btf_open_split(a, NULL, data, size, out, why);
}

int btf_open_split(struct arena *a, const struct btf *base, const void *data, size_t size, struct btf **out,
		   const char **why)
{
	struct btf probe = { .base = base }, *b;

	*out = NULL;
	*why = open_sections(&probe, data, size);
	if (!*why)
		*why = walk(&probe);
	if (*why)
		return -EINVAL;
	b = arena_dup(a, &probe, sizeof probe);
	b->offs = arena_alloc(a, ((size_t)b->count + 1) * sizeof *b->offs);
	b->nenums = 0;
	(void)walk(b);
	index_names(b, a);
	index_enumerators(b, a);
	*out = b;
	return 0;
}

// The number of types; ids are 1 to this number (0 is void).
uint32_t btf_count(const struct btf *b)
{
	return b->count;
}

const struct btf_type *btf_type_by_id(const struct btf *b, uint32_t id)
{
	return id == 0 || id > b->count ? NULL : at(b, b->offs[id - 1]);
}

const char *btf_string(const struct btf *b, uint32_t off)
{
	if (b->base && off < b->base->strings_len)
		return b->base->strings + off;
	if (b->base)
		off -= b->base->strings_len;
	return off < b->strings_len ? b->strings + off : "";
}

// The kind that a forward declaration stands for.
static uint32_t fwd_kind(const struct btf_type *t)
{
	if (kind_of(t) != BTF_KIND_FWD)
		return BTF_KIND_UNKN;
	return BTF_INFO_KFLAG(t->info) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
}

// The lowest id of that name and kind. For STRUCT and UNION a matching FWD is
// given only if there is no definition; for ENUM, an ENUM64 does as well.
uint32_t btf_find(const struct btf *b, const char *name, uint32_t kind)
{
	uint32_t fwd = 0;

	for (uint32_t i = chains_first(&b->names, name); i; i = b->names.next[i - 1]) {
		const struct btf_type *t = at(b, b->offs[i - 1]);
		bool same = kind_of(t) == kind || (kind == BTF_KIND_ENUM && is_enum(kind_of(t)));

		if (!same && (fwd || fwd_kind(t) != kind))
			continue;
		if (strcmp(btf_string(b, t->name_off), name) != 0)
			continue;
		if (same)
			return i;
		fwd = i;
	}
	return fwd;
}

// The lowest id above after that is of the kind; 0 at the end.
uint32_t btf_next(const struct btf *b, uint32_t after, uint32_t kind)
{
	for (uint32_t i = after; i < b->count; i++)
		if (kind_of(at(b, b->offs[i])) == kind)
			return i + 1;
	return 0;
}

// The id of the type whose record holds the byte offset.
static uint32_t id_at(const struct btf *b, uint32_t off)
{
	uint32_t lo = 0, hi = b->count;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (b->offs[mid] <= off)
			lo = mid;
		else
			hi = mid;
	}
	return lo + 1;
}

// The value of the enumerator with number i of an enum.
int64_t btf_enum_value(const struct btf_type *t, uint32_t i)
{
	if (kind_of(t) == BTF_KIND_ENUM64) {
		const struct btf_enum64 *e = (const struct btf_enum64 *)(t + 1) + i;

		return (int64_t)((uint64_t)e->val_hi32 << 32 | e->val_lo32);
	} else {
		const struct btf_enum *e = (const struct btf_enum *)(t + 1) + i;

		return BTF_INFO_KFLAG(t->info) ? e->val : (int64_t)(uint32_t)e->val;
	}
}

uint32_t btf_find_enumerator(const struct btf *b, const char *name, int64_t *value)
{
	for (uint32_t i = chains_first(&b->enums, name); i; i = b->enums.next[i - 1]) {
		uint32_t off = b->enum_offs[i - 1], name_off, id;
		const struct btf_type *t;

		memcpy(&name_off, b->types + off, sizeof name_off);
		if (strcmp(btf_string(b, name_off), name) != 0)
			continue;
		id = id_at(b, off);
		t = at(b, b->offs[id - 1]);
		*value = btf_enum_value(t, (off - b->offs[id - 1] - (uint32_t)sizeof *t)
						   / tails[kind_of(t)].each);
		return id;
	}
	return 0;
}
