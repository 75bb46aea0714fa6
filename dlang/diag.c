// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The list of diagnostics, the names of their tags, and the search for the
// name that was probably meant.

#include "dlang/diag.h"

#include <stdarg.h>
#include <string.h>

static const char *const tag_names[D_NTAGS] = {
#define ERRTAG(tag) [tag] = #tag,
#include "dlang/errtags.def"
#undef ERRTAG
};

// max: how many diagnostics are kept; 0: all.
void diags_init(struct diags *d, struct arena *a, uint32_t max)
{
	*d = (struct diags){ .arena = a, .max = max };
}

void diag_error(struct diags *d, struct span s, enum errtag tag, const char *fmt, ...)
{
	struct diag new = { .span = s, .tag = tag };
	va_list ap;

	if (d->max && d->list.n >= d->max) {
		d->dropped++;
		return;
	}
	va_start(ap, fmt);
	new.text = arena_vprintf(d->arena, fmt, ap);
	va_end(ap);
	vec_push(d->arena, &d->list, new);
}

void diag_hint(struct diags *d, const char *fmt, ...)
{
	va_list ap;

	if (d->dropped || !d->list.n)
		return;			// the newest was not kept
	va_start(ap, fmt);
	vec_last(&d->list).hint = arena_vprintf(d->arena, fmt, ap);
	va_end(ap);
}

bool diag_any(const struct diags *d)
{
	return d->list.n || d->dropped;
}

const char *errtag_name(enum errtag tag)
{
	return (unsigned)tag < D_NTAGS ? tag_names[tag] : "D_UNKNOWN";
}

// ---- the nearest name ------------------------------------------------------

#define NAME_MAX_LEN 64

void nearest_init(struct nearest *n, const char *name)
{
	*n = (struct nearest){ .name = name, .cost = (uint32_t)strlen(name) / 3 + 1 };
}

static uint32_t min3(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t m = a < b ? a : b;

	return m < c ? m : c;
}

// Edits that turn a into b: a byte added, dropped or changed, or two neighbours
// swapped. Row i of the matrix has the costs for the first i bytes of a; three
// rows are alive.
static uint32_t edits(const char *a, size_t alen, const char *b, size_t blen)
{
	uint32_t rows[3][NAME_MAX_LEN + 1];

	for (uint32_t j = 0; j <= blen; j++)
		rows[0][j] = j;
	for (uint32_t i = 1; i <= alen; i++) {
		uint32_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *swap = rows[(i + 1) % 3];

		row[0] = i;
		for (uint32_t j = 1; j <= blen; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
			    && swap[j - 2] + 1 < row[j])
				row[j] = swap[j - 2] + 1;
		}
	}
	return rows[alen % 3][blen];
}

// Ties go to the candidate that came first; the name itself is no suggestion.
void nearest_try(struct nearest *n, const char *candidate)
{
	size_t a = strlen(n->name), b = strlen(candidate);
	uint32_t cost;

	if (a > NAME_MAX_LEN || b > NAME_MAX_LEN || (a > b ? a - b : b - a) >= n->cost)
		return;
	cost = edits(n->name, a, candidate, b);
	if (cost && cost < n->cost) {
		n->cost = cost;
		n->best = candidate;
	}
}
