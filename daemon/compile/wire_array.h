// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Helpers for filling in protobuf messages from vectors, in an arena.

#include "dlang/base/arena.h"

// A new message of type T, initialised by init.
#define WIRE_NEW(a, T, init) \
	({ \
		T *wire_new_ = ARENA_NEW(a, T); \
		init(wire_new_); \
		wire_new_; \
	})

// Sets the repeated field m->field to one message per element of the vector:
// field[i] = convert(a, &vec.v[i]).
#define WIRE_EACH(a, m, field, vec, convert) \
	do { \
		(m)->n_##field = (vec).n; \
		(m)->field = arena_alloc(a, (vec).n * sizeof *(m)->field + 1); \
		for (uint32_t wire_i_ = 0; wire_i_ < (vec).n; wire_i_++) \
			(m)->field[wire_i_] = convert(a, &(vec).v[wire_i_]); \
	} while (0)

// The same for numbers, which are the vector's memory.
#define WIRE_NUMBERS(m, field, vec) \
	do { \
		(m)->n_##field = (vec).n; \
		(m)->field = (vec).v; \
	} while (0)

// protobuf strings are never NULL, and never written.
static inline char *wire_string(const char *s)
{
	return (char *)(s ? s : "");
}
