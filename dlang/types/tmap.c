// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Open addressing with linear probing, at most two thirds full. Outgrown slot
// arrays stay in the arena until it goes.

#include "dlang/types/tmap.h"

void tmap_init(struct tmap *m, struct arena *a)
{
	*m = (struct tmap){ .arena = a };
}

static uint32_t mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ (b * 0x9e3779b97f4a7c15u)) * 0xff51afd7ed558ccdu;

	return (uint32_t)(h >> 32 ^ h >> 11);
}

// The slot of the key, or the free slot where it would go. cap is not 0.
static struct tmap_entry *slot_of(const struct tmap *m, uint64_t a, uint64_t b)
{
	uint32_t i = mix(a, b);

	for (;; i++) {
		struct tmap_entry *e = &m->slots[i & (m->cap - 1)];

		if (!e->value || (e->a == a && e->b == b))
			return e;
	}
}

static void grow(struct tmap *m)
{
	struct tmap old = *m;

	m->cap = old.cap ? old.cap * 2 : 64;
	m->slots = arena_alloc(m->arena, m->cap * sizeof *m->slots);
	for (uint32_t i = 0; i < old.cap; i++)
		if (old.slots[i].value)
			*slot_of(m, old.slots[i].a, old.slots[i].b) = old.slots[i];
}

void *tmap_get(const struct tmap *m, uint64_t a, uint64_t b)
{
	return m->cap ? slot_of(m, a, b)->value : NULL;
}

// Adds or replaces. value is not NULL.
void tmap_put(struct tmap *m, uint64_t a, uint64_t b, void *value)
{
	struct tmap_entry *e;

	if ((m->n + 1) * 3 > m->cap * 2)
		grow(m);
	e = slot_of(m, a, b);
	if (!e->value)
		m->n++;
	*e = (struct tmap_entry){ a, b, value };
}
