// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Memory as the checker sees it, see checker_memory.h.

#include "daemon/policy/checker_memory.h"

#include <string.h>

enum { ROUNDS_MAX = 4, ALL_BYTES = 0xff };

int checker_refuse(struct checker *c, const char *rule)
{
	reason_set(c->why, "instruction %u: %s", c->at, rule);
	return CHECK_E_REFUSED;
}

static struct check_value of_size(uint32_t size)
{
	return checker_number(0, size < 8 ? (1ull << (8 * size)) - 1 : UINT64_MAX);
}

// ---- slots ------------------------------------------------------------------

// The slot may hold this as well from now on.
static int put_slot(struct checker *c, uint32_t i, const struct check_value *v)
{
	struct check_value *slot = &c->slots[i], add = *v;

	add.id = 0;
	if (slot->kind == CHECK_NONE) {
		*slot = add;
		c->changed = true;
		return 0;
	}
	if (!checker_join(slot, &add, c->rounds[i] > ROUNDS_MAX))
		return 0;
	if (slot->kind == CHECK_NONE)
		return checker_refuse(c, "a slot of the stack for different things");
	c->rounds[i] += c->last[i] != c->round;
	c->last[i] = c->round;
	c->changed = true;
	return 0;
}

static bool holds_pointer(const struct checker *c, uint32_t i)
{
	return c->slots[i].kind > CHECK_SCALAR;
}

// ---- loads and stores ----------------------------------------------------------

static int stack_place(struct checker *c, const struct check_value *base, int64_t off, uint32_t size,
	uint32_t *at)
{
	int64_t place = (int64_t)base->lo + off;

	if (place < 0 || place + size > CHECK_STACK_SIZE)
		return checker_refuse(c, "a place outside of the stack");
	if (place & (size - 1))
		return checker_refuse(c, "a place in the stack that is not aligned");
	*at = (uint32_t)place;
	return 0;
}

static uint8_t byte_bits(uint32_t at, uint32_t size)
{
	return (uint8_t)(((1u << size) - 1) << (at & 7));
}

static int load_stack(struct checker *c, const struct check_frame *f, const struct check_value *base,
	int16_t off, uint32_t size, struct check_value *out)
{
	uint32_t at, i;

	if (stack_place(c, base, off, size, &at))
		return CHECK_E_REFUSED;
	i = at / 8;
	if ((f->written[i] & byte_bits(at, size)) != byte_bits(at, size))
		return checker_refuse(c, "bytes of the stack that were never written are read");
	if (size < 8 && holds_pointer(c, i))
		return checker_refuse(c, "a part of a pointer is read");
	*out = size == 8 ? c->slots[i] : of_size(size);
	out->null &= !(f->full >> i & 1);
	out->id = out->kind == CHECK_VALUE ? f->ids[i] : 0;
	return 0;
}

static int store_stack(struct checker *c, struct check_frame *f, const struct check_value *base,
	int16_t off, uint32_t size, const struct check_value *v)
{
	struct check_value some = of_size(8);
	uint32_t at, i;

	if (stack_place(c, base, off, size, &at))
		return CHECK_E_REFUSED;
	if (v->kind == CHECK_NONE || v->kind == CHECK_MAP)
		return checker_refuse(c, "what was not set, or a map, is stored");
	if (v->kind != CHECK_SCALAR && size < 8)
		return checker_refuse(c, "a part of a pointer is stored");
	i = at / 8;
	f->written[i] |= byte_bits(at, size);
	f->ids[i] = v->id;
	f->full &= ~(1ull << i);
	f->full |= (uint64_t)(v->kind == CHECK_VALUE && !v->null) << i;
	return put_slot(c, i, size < 8 ? &some : v);
}

// From off bytes behind the pointer on.
static int inside_value(struct checker *c, const struct check_value *base, int64_t off, uint64_t size)
{
	if (base->null)
		return checker_refuse(c, "a pointer that may be NULL is followed");
	if ((int64_t)base->lo + off < 0 || size > base->hi || (int64_t)(base->hi - size) < off)
		return checker_refuse(c, "arithmetic does not keep the place inside of the map's value");
	return 0;
}

int checker_load(struct checker *c, const struct check_frame *f, const struct check_value *base, int16_t off,
	uint32_t size, struct check_value *out)
{
	switch (base->kind) {
	case CHECK_STACK:
		return load_stack(c, f, base, off, size, out);
	case CHECK_VALUE:
		*out = of_size(size);
		return inside_value(c, base, off, size);
	case CHECK_CONTEXT:
		return checker_refuse(c, "the context is read");
	}
	return checker_refuse(c, "what is no pointer is followed");
}

int checker_store(struct checker *c, struct check_frame *f, const struct check_value *base, int16_t off,
	uint32_t size, const struct check_value *v)
{
	switch (base->kind) {
	case CHECK_STACK:
		return store_stack(c, f, base, off, size, v);
	case CHECK_VALUE:
		if (v->kind != CHECK_SCALAR)
			return checker_refuse(c, "what is no number is stored in a map");
		return inside_value(c, base, off, size);
	case CHECK_CONTEXT:
		return checker_refuse(c, "the context is written");
	}
	return checker_refuse(c, "what is no pointer is followed");
}

// ---- helpers and functions -----------------------------------------------------

static int use_slot(struct checker *c, struct check_frame *f, uint32_t i, uint8_t bits, uint8_t filled,
	enum check_use use)
{
	struct check_value some = of_size(8);

	if (use != CHECK_FILL && (f->written[i] & bits) != bits)
		return checker_refuse(c, "bytes of the stack that were never written are handed on");
	if (holds_pointer(c, i))
		return checker_refuse(c, "a pointer in the stack is handed on as bytes");
	if (use == CHECK_READ)
		return 0;
	f->written[i] |= filled;
	f->ids[i] = 0;
	f->full &= ~(1ull << i);
	return put_slot(c, i, &some);
}

// The bits of slot i that are in the bytes from..end.
static uint8_t slot_bits(uint32_t i, uint64_t from, uint64_t end)
{
	uint64_t start = i * 8ull, bits = ALL_BYTES;

	if (end <= start || from >= start + 8)
		return 0;
	if (from > start)
		bits &= ALL_BYTES << (from - start);
	if (end < start + 8)
		bits &= ALL_BYTES >> (start + 8 - end);
	return (uint8_t)bits;
}

static int use_stack(struct checker *c, struct check_frame *f, uint64_t from, uint64_t least, uint64_t most,
	enum check_use use)
{
	uint64_t end = from + most;

	if (most > CHECK_STACK_SIZE - from)
		return checker_refuse(c, "more bytes are handed on than the stack has");
	for (uint32_t i = (uint32_t)(from / 8); i * 8ull < end; i++) {
		uint8_t filled = use == CHECK_FILL ? slot_bits(i, from, from + least) : 0;

		if (use_slot(c, f, i, slot_bits(i, from, end), filled, use))
			return CHECK_E_REFUSED;
	}
	return 0;
}

int checker_use(struct checker *c, struct check_frame *f, const struct check_value *base, uint64_t least,
	uint64_t most, enum check_use use)
{
	if (base->kind == CHECK_STACK)
		return use_stack(c, f, base->lo, least, most, use);
	if (base->kind == CHECK_VALUE)
		return inside_value(c, base, 0, most);
	return checker_refuse(c, "what is no pointer to own memory is handed on as one");
}

// ---- frames ------------------------------------------------------------------

void checker_not_null(struct check_frame *f, uint32_t id)
{
	for (uint32_t i = 0; i < CHECK_NREGS; i++) {
		if (f->regs[i].id == id)
			f->regs[i].null = false;
	}
	for (uint32_t i = 0; i < CHECK_NSLOTS; i++) {
		if (f->ids[i] == id)
			f->full |= 1ull << i;
	}
}

void checker_forget(struct check_frame *f, uint32_t id)
{
	for (uint32_t i = 0; i < CHECK_NREGS; i++) {
		if (f->regs[i].id == id)
			f->regs[i].id = 0;
	}
	for (uint32_t i = 0; i < CHECK_NSLOTS; i++) {
		if (f->ids[i] == id)
			f->ids[i] = 0;
	}
}

bool checker_meet(struct check_frame *into, const struct check_frame *from, bool widen)
{
	bool changed = into->full & ~from->full;

	into->full &= from->full;
	for (uint32_t i = 0; i < CHECK_NREGS; i++)
		changed |= checker_join(&into->regs[i], &from->regs[i], widen);
	if (memcmp(into->written, from->written, sizeof into->written)) {
		for (uint32_t i = 0; i < CHECK_NSLOTS; i++) {
			changed |= into->written[i] & ~from->written[i];
			into->written[i] &= from->written[i];
		}
	}
	if (memcmp(into->ids, from->ids, sizeof into->ids)) {
		for (uint32_t i = 0; i < CHECK_NSLOTS; i++) {
			bool same = into->ids[i] == from->ids[i];

			changed |= !same && into->ids[i];
			into->ids[i] = same ? into->ids[i] : 0;
		}
	}
	return changed;
}

void checker_argument(struct checker *c, struct check_frame *f, uint32_t number, uint32_t id)
{
	const struct check_slot *slot = &c->q->slots[number];
	uint32_t i = CHECK_NSLOTS - 1 - number;

	f->written[i] = ALL_BYTES;
	c->slots[i] = of_size(8);
	if (!slot->is_value)
		return;
	c->slots[i] = (struct check_value){
		.kind = CHECK_VALUE, .null = true, .zeros = 63, .hi = c->q->maps[slot->map].value_size,
	};
	f->ids[i] = id;
}
