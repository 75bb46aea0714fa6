// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Key tuples. Up to eight words of scalars and short strings stay in registers;
// longer keys are built in scratch memory, strings padded with zeros so that
// equal keys are equal bytes.

#include "dlang/lower/expr.h"

#include <string.h>

static bool in_registers(struct lower *l, struct expr *const *parts, uint32_t n,
			 const struct value_desc *d, uint32_t size)
{
	if (size > STACK_KEY_MAX)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (d[i].kind == VK_BYTES || d[i].kind == VK_STACK || d[i].kind == VK_USTACK)
			return false;
		if (d[i].kind != VK_STRING)
			continue;
		if (d[i].size > 16)
			return false;
		if (parts[i]->kind != EX_STRING && builtin_of(parts[i]) != BV_EXECNAME)
			return false;
	}
	(void)l;
	return true;
}

static void literal_words(struct key *k, uint32_t at, const char *s, uint32_t size)
{
	for (uint32_t i = 0; i < size; i += 8) {
		uint64_t w = 0;
		size_t n = strlen(s);

		if (i < n)
			memcpy(&w, s + i, n - i < 8 ? n - i : 8);
		k->words[(at + i) / 8] = ir_i((int64_t)w);
	}
}

static void execname_words(struct lower *l, struct key *k, uint32_t at, uint32_t size)
{
	for (uint32_t i = 0; i < size; i += 8)
		k->words[(at + i) / 8] = execname_word(l, i);
}

static struct ir_val scalar_part(struct lower *l, const struct expr *e, const struct value_desc *d)
{
	if (d->kind != VK_INT && d->kind != VK_STRING)
		return probe_id(l);
	return narrow(l, lower_int(l, e), e->type);
}

static void register_part(struct lower *l, struct key *k, const struct expr *e,
			  const struct value_desc *d)
{
	uint32_t n;

	if (tells_location(e))
		location_words(l, e, &k->words[d->offset / 8], &n);
	else if (d->kind != VK_STRING)
		k->words[d->offset / 8] = scalar_part(l, e, d);
	else if (e->kind == EX_STRING)
		literal_words(k, d->offset, e->str, d->size);
	else
		execname_words(l, k, d->offset, d->size);
}

// A struct; the last word is padded with zeros.
static void bytes_part(struct lower *l, struct key *k, const struct expr *e,
		       const struct value_desc *d, int32_t off)
{
	if (d->size % 8)
		ir_st(l->f, 8, k->mem.v, off + (int32_t)(d->size & ~7u), ir_i(0));
	sou_into(l, e, k->mem, off, d->size);
}

static void memory_part(struct lower *l, struct key *k, const struct expr *e,
			const struct value_desc *d)
{
	int32_t off = k->off + (int32_t)d->offset;

	if (d->kind == VK_STRING)
		str_into(l, e, k->mem, off, d->size, true);
	else if (tells_location(e))
		location_into(l, e, d, k->mem, off);
	else if (d->kind == VK_BYTES)
		bytes_part(l, k, e, d, off);
	else
		ir_st(l->f, 8, k->mem.v, off, scalar_part(l, e, d));
}

struct key key_build(struct lower *l, struct expr *const *parts, uint32_t n,
		     const struct value_desc *descs, uint32_t size)
{
	struct key k = { .size = size };

	if (in_registers(l, parts, n, descs, size)) {
		k.nwords = size / 8;
		for (uint32_t i = 0; i < n; i++)
			register_part(l, &k, parts[i], &descs[i]);
		return k;
	}
	k.mem = scratch_at(l, scratch_alloc(l, size), size);
	for (uint32_t i = 0; i < n; i++)
		memory_part(l, &k, parts[i], &descs[i]);
	return k;
}

struct ir_val key_word(struct lower *l, const struct key *k, uint32_t i)
{
	if (k->nwords)
		return k->words[i];
	return ir_r(ir_ld(l->f, IK_SCALAR, 8, k->mem.v, k->off + (int32_t)(8 * i)));
}

struct ir_val key_slot(struct lower *l)
{
	if (l->key_slot == UINT32_MAX)
		l->key_slot = ir_slot(l->f, STACK_KEY_MAX);
	return ir_r(ir_slotaddr(l->f, l->key_slot, 0));
}

struct rv key_memory(struct lower *l, struct key *k)
{
	if (!k->nwords)
		return (struct rv){ .v = k->off ? ir_r(ir_ptr_add(l->f, k->mem.v, ir_i(k->off))) : k->mem.v,
				    .kind = IK_POINTER };
	for (uint32_t i = 0; i < k->nwords; i++)
		ir_st(l->f, 8, key_slot(l), (int32_t)(8 * i), k->words[i]);
	return (struct rv){ .v = key_slot(l), .kind = IK_POINTER };
}
