// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A hash table of strings with linear probing, a power of two in size and at
// most three quarters full. Tables stack: a lookup goes through the parents
// first, so that a name which a warm table knows keeps that table's address;
// only the topmost table is written.

#include "dlang/base/intern.h"

#include <stdint.h>
#include <string.h>

#define FIRST_SLOTS 256

struct slot {
	const char *s;			// NULL: free
	size_t n;
	uint32_t hash;
};

struct interns {
	struct arena *arena;
	const struct interns *parent;
	struct slot *slots;
	uint32_t mask, count;
};

struct interns *interns_new(struct arena *a, const struct interns *parent)
{
	struct interns *t = ARENA_NEW(a, struct interns);

	t->arena = a;
	t->parent = parent;
	t->mask = FIRST_SLOTS - 1;
	t->slots = arena_alloc(a, FIRST_SLOTS * sizeof *t->slots);
	return t;
}

// FNV-1a, with a final mix because the low bits choose the slot.
static uint32_t hash_bytes(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ^ h >> 15;
}

// The slot that holds the text, or the free one where it belongs.
static struct slot *probe(const struct interns *t, const char *s, size_t n, uint32_t hash)
{
	for (uint32_t i = hash & t->mask;; i = (i + 1) & t->mask) {
		struct slot *p = &t->slots[i];

		if (!p->s || (p->hash == hash && p->n == n && memcmp(p->s, s, n) == 0))
			return p;
	}
}

static void grow(struct interns *t)
{
	struct slot *old = t->slots;
	uint32_t n = t->mask + 1;

	t->mask = n * 2 - 1;
	t->slots = arena_alloc(t->arena, (size_t)n * 2 * sizeof *t->slots);
	for (uint32_t i = 0; i < n; i++) {
		if (old[i].s)
			*probe(t, old[i].s, old[i].n, old[i].hash) = old[i];
	}
}

static const char *find(const struct interns *t, const char *s, size_t n, uint32_t hash)
{
	for (; t; t = t->parent) {
		const struct slot *p = probe(t, s, n, hash);

		if (p->s)
			return p->s;
	}
	return NULL;
}

const char *intern(struct interns *t, const char *s, size_t n)
{
	uint32_t hash = hash_bytes(s, n);
	const char *known = find(t, s, n, hash);
	struct slot *p;

	if (known)
		return known;
	if (t->count >= (t->mask + 1) / 4 * 3)
		grow(t);
	p = probe(t, s, n, hash);
	*p = (struct slot){ .s = arena_strndup(t->arena, s, n), .n = n, .hash = hash };
	t->count++;
	return p->s;
}

const char *intern_str(struct interns *t, const char *s)
{
	return intern(t, s, strlen(s));
}

const char *intern_find(const struct interns *t, const char *s, size_t n)
{
	return find(t, s, n, hash_bytes(s, n));
}
