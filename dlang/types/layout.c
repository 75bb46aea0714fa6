// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Sizes, alignments and offsets. Structs declared in D are laid out as the
// target's C compiler would (SysV x86-64; AArch64 differs only in unnamed
// bit-fields); structs from BTF come with offsets. Also the look-up of members,
// which goes through anonymous structs and unions.

#include <linux/btf.h>
#include <string.h>

#include "dlang/types/btf.h"
#include "dlang/types/container.h"

#ifdef __aarch64__
enum { UNNAMED_BITS_ALIGN = 1 };
#else
enum { UNNAMED_BITS_ALIGN = 0 };
#endif

static bool is_sou(const struct type *ty)
{
	return ty->kind == TY_STRUCT || ty->kind == TY_UNION;
}

struct type *type_strip(struct types *t, struct type *ty)
{
	(void)t;
	while (ty->kind == TY_TYPEDEF)
		ty = ty->base;
	return ty;
}

// A forward tag takes over the definition that the kernel has.
static void complete_forward(struct types *t, struct type *ty)
{
	uint32_t want = ty->kind == TY_STRUCT ? BTF_KIND_STRUCT : BTF_KIND_UNION;
	uint32_t id = type_number(t, ty->name, want);
	const struct btf_type *bt = modules_type(t->modules, id);

	if (!bt || BTF_INFO_KIND(bt->info) != want)
		return;
	ty->btf_id = id;
	ty->of_module = id > btf_count(t->btf);
	ty->size = bt->size;
	ty->btf_pending = true;
}

struct type *type_resolve(struct types *t, struct type *ty)
{
	ty = type_strip(t, ty);
	if (is_sou(ty) && !ty->complete && !ty->btf_pending && !ty->defining && ty->name && t->btf)
		complete_forward(t, ty);
	if (ty->btf_pending)
		type_import_members(t, ty);
	return ty;
}

uint64_t type_sizeof(struct types *t, struct type *ty, uint32_t strsize)
{
	uint64_t n = 1, size;

	ty = type_strip(t, ty);
	while (ty->kind == TY_ARRAY) {
		if (__builtin_mul_overflow(n, ty->nelems, &n))
			return 0;
		ty = type_strip(t, ty->base);
	}
	size = ty->kind == TY_STRING ? strsize : ty->size;
	if (is_sou(ty) && !ty->complete && !ty->btf_pending)
		size = type_resolve(t, ty)->size;
	return __builtin_mul_overflow(n, size, &size) ? 0 : size;
}

// ---- alignment -------------------------------------------------------------

static uint64_t align_of(struct types *t, struct type *ty, unsigned depth, unsigned *steps);

static uint64_t align_of_members(struct types *t, struct type *ty, unsigned depth, unsigned *steps)
{
	uint64_t align = 1;

	ty = type_resolve(t, ty);
	for (uint32_t i = 0; i < ty->members.n && *steps; i++) {
		const struct type_member *m = &ty->members.v[i];
		uint64_t one = align_of(t, m->type, depth + 1, steps);

		if (m->bit_size && !m->name && !UNNAMED_BITS_ALIGN)
			continue;
		if (one > align)
			align = one;
	}
	while (ty->size % align)	// packed
		align /= 2;
	return align;
}

// steps bounds the walk: BTF may nest structs in themselves.
static uint64_t align_of(struct types *t, struct type *ty, unsigned depth, unsigned *steps)
{
	if (*steps)
		--*steps;
	ty = type_strip(t, ty);
	for (unsigned i = 0; ty->kind == TY_ARRAY && i < WALK_DEPTH; i++)
		ty = type_strip(t, ty->base);
	if (is_sou(ty) && ty->align)
		return ty->align;
	if (is_sou(ty))
		return depth < WALK_DEPTH && *steps ? align_of_members(t, ty, depth, steps) : 8;
	if (ty->kind == TY_INT || ty->kind == TY_FLOAT || ty->kind == TY_ENUM
	    || ty->kind == TY_PTR)
		return ty->size && (ty->size & (ty->size - 1)) == 0 ? ty->size : 1;
	return ty->kind == TY_SYM || ty->kind == TY_USYM ? 8 : 1;
}

uint64_t type_alignof(struct types *t, struct type *ty)
{
	unsigned steps = WALK_STEPS;

	return align_of(t, ty, 0, &steps);
}

// ---- laying out ------------------------------------------------------------

static uint64_t round_up(uint64_t n, uint64_t align)
{
	return (n + align - 1) / align * align;
}

// A bit-field goes right after what precedes it, unless it would then cross a
// boundary of its declared type.
static uint64_t place_bitfield(struct types *t, struct type_member *m, uint64_t bit)
{
	uint64_t unit = type_sizeof(t, m->type, t->strsize) * 8;

	if (bit / unit != (bit + m->bit_size - 1) / unit)
		bit = round_up(bit, unit);
	m->offset = (uint32_t)(bit / unit * unit / 8);
	m->bit_off = (uint8_t)(bit - m->offset * 8ull);
	return bit + m->bit_size;
}

static uint64_t place_member(struct types *t, struct type_member *m, uint64_t bit)
{
	uint64_t off = round_up(round_up(bit, 8) / 8, type_alignof(t, m->type));

	if (m->bit_size)
		return place_bitfield(t, m, bit);
	m->offset = (uint32_t)off;
	return (off + type_sizeof(t, m->type, t->strsize)) * 8;
}

// Gives every member its offset, and the struct or union its size. Bit-fields
// arrive with bit_size set; they are narrower than their type, which is an int.
void type_complete(struct types *t, struct type *sou)
{
	uint64_t bit = 0, end = 0, align = 1;

	for (uint32_t i = 0; i < sou->members.n; i++) {
		struct type_member *m = &sou->members.v[i];
		uint64_t one = type_alignof(t, m->type);

		bit = place_member(t, m, sou->kind == TY_UNION ? 0 : bit);
		if (bit > end)
			end = bit;
		if ((m->name || !m->bit_size || UNNAMED_BITS_ALIGN) && one > align)
			align = one;
	}
	sou->size = round_up(round_up(end, 8) / 8, align);
	sou->align = (uint32_t)align;
	sou->complete = true;
	sou->defining = false;
}

// ---- members by name -------------------------------------------------------

static const struct type_member *find_member(struct types *t, struct type *sou, const char *name,
					     uint32_t *off, unsigned depth, unsigned *steps)
{
	const struct type_member *found = NULL;

	sou = type_resolve(t, sou);
	if (!is_sou(sou) || depth > WALK_DEPTH)
		return NULL;
	for (uint32_t i = 0; i < sou->members.n && *steps && !found; i++) {
		const struct type_member *m = &sou->members.v[i];

		--*steps;
		if (m->name == name)
			found = m;
		else if (!m->name && !m->bit_size)
			found = find_member(t, m->type, name, off, depth + 1, steps);
		if (found)
			*off += m->offset;
	}
	return found;
}

// NULL if there is no such member, or if sou is no struct or union at all. A
// bit-field's *off is that of its storage unit.
const struct type_member *type_member(struct types *t, struct type *sou, const char *name,
				      uint32_t *off)
{
	unsigned steps = WALK_STEPS;

	*off = 0;
	return find_member(t, sou, intern_str(t->interns, name), off, 0, &steps);
}

// ---- questions -------------------------------------------------------------

bool type_is_int(struct types *t, struct type *ty)
{
	ty = type_strip(t, ty);
	return ty->kind == TY_INT || ty->kind == TY_ENUM;
}

bool type_is_scalar(struct types *t, struct type *ty)
{
	return type_is_int(t, ty) || type_strip(t, ty)->kind == TY_PTR;
}

bool type_is_stringlike(struct types *t, struct type *ty)
{
	ty = type_strip(t, ty);
	if (ty->kind == TY_STRING)
		return true;
	if (ty->kind != TY_PTR && ty->kind != TY_ARRAY)
		return false;
	ty = type_strip(t, ty->base);
	return ty->kind == TY_INT && ty->is_char;
}
