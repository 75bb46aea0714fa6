// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Diagnostics: what the compiler has to say about a program. Each has a span,
// a stable tag and one sentence, and may have a hint. Passes add to the list
// and go on with a poisoned node; the caller asks afterwards whether any came.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/arena.h"
#include "dlang/base/vec.h"

enum errtag {
#define ERRTAG(tag) tag,
#include "dlang/errtags.def"
#undef ERRTAG
	D_NTAGS
};

// A range of bytes of one source: [begin, end).
struct span {
	uint32_t source;
	uint32_t begin, end;
};

struct diag {
	struct span span;
	enum errtag tag;
	const char *text;	// one sentence, no full stop, no newline
	const char *hint;	// NULL, or "did you mean ...?"
};

struct diags {
	struct arena *arena;
	VEC(struct diag) list;
	uint32_t max;		// further ones are counted, not kept
	uint32_t dropped;
};

void diags_init(struct diags *d, struct arena *a, uint32_t max);
void diag_error(struct diags *d, struct span s, enum errtag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
// Attaches a hint to the newest diagnostic.
void diag_hint(struct diags *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool diag_any(const struct diags *d);
const char *errtag_name(enum errtag tag);

// The candidate nearest to name (edit distance, a swap of neighbours counting
// once; at most a third of it changed), or NULL. Feed candidates one at a time.
struct nearest {
	const char *name, *best;
	uint32_t cost;
};
void nearest_init(struct nearest *n, const char *name);
void nearest_try(struct nearest *n, const char *candidate);
