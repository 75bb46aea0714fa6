// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A growable array whose memory belongs to an arena.

#include <stdint.h>

#include "dlang/base/arena.h"

#define VEC(T) struct { T *v; uint32_t n, cap; }

// Makes room for one more element and returns nothing; v->n is not changed.
#define vec_grow(a, vec) \
	((vec)->v = vec_grow_raw((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v))

#define vec_push(a, vec, ...) \
	do { \
		if ((vec)->n == (vec)->cap) \
			vec_grow((a), (vec)); \
		(vec)->v[(vec)->n++] = __VA_ARGS__; \
	} while (0)

#define vec_last(vec) ((vec)->v[(vec)->n - 1])

void *vec_grow_raw(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t size);
