// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A map from a pair of numbers to a pointer, in an arena. Types are remembered
// under (BTF id, 0), (name, kind), (element type, count)... Only grows.

#include <stdint.h>

#include "dlang/base/arena.h"

struct tmap_entry {
	uint64_t a, b;
	void *value;		// NULL: free slot
};

struct tmap {
	struct arena *arena;
	struct tmap_entry *slots;
	uint32_t n, cap;	// cap: 0 or a power of two
};

void tmap_init(struct tmap *m, struct arena *a);
void *tmap_get(const struct tmap *m, uint64_t a, uint64_t b);	// NULL: absent
void tmap_put(struct tmap *m, uint64_t a, uint64_t b, void *value);

static inline uint64_t tmap_key(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}
