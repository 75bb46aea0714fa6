// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Growth of vectors by doubling: in place, if nothing was allocated behind them;
// else the old memory stays in the arena, which is cheaper than keeping free lists.

#include "dlang/base/vec.h"

#include <string.h>

#define FIRST_CAP 4

void *vec_grow_raw(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t bigger = *cap ? *cap * 2 : FIRST_CAP;
	void *p;

	if (bigger <= *cap)
		return arena_alloc(a, SIZE_MAX);	// 2^31 elements: out of budget
	if (*cap && arena_extend(a, v, (size_t)*cap * size, (size_t)bigger * size)) {
		*cap = bigger;
		return v;
	}
	p = arena_alloc(a, (size_t)bigger * size);
	if (n)
		memcpy(p, v, (size_t)n * size);
	*cap = bigger;
	return p;
}
