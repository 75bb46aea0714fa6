// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See symtab.h. After sorting by address, one sweep with a stack of the symbols
// that are still open gives each its parent: the symbol around it. A look-up
// starts at the last symbol that begins at or before an address, and goes to
// parents until one reaches far enough.

#include "daemon/sym/symtab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	NONE = UINT32_MAX,
	NEST_MAX = 64,		// parents that a look-up goes through
	COMPARED = 256,		// bytes of names that decide between equals
	UNDERSCORES = 3,	// more make no difference
};

struct entry {
	uint64_t address;
	uint32_t size;		// larger ones are cut
	uint32_t name;		// offset in names
	uint32_t parent;	// index or NONE
};

struct symtab {
	uint32_t n;
	size_t bytes;
	const char *names;
	struct entry v[];
};

static size_t name_len(const struct sym_raw *s, size_t max)
{
	size_t n = strnlen(s->name, max);
	const char *at = s->versioned && n ? memchr(s->name + 1, '@', n - 1) : NULL;

	return at ? (size_t)(at - s->name) : n;
}

static uint32_t plainness(const char *name)
{
	uint32_t n = 0;

	while (n < UNDERSCORES && name[n] == '_')
		n++;
	if (strncmp(name, "__GI_", 5) == 0)	// what glibc calls its own functions inside
		n = UNDERSCORES;
	return (uint32_t)(UNDERSCORES - n) << 1;
}

int sym_list_add(struct sym_list *l, struct sym_raw s)
{
	if (l->n >= l->max) {
		l->full = true;
		return 0;
	}
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 256;
		struct sym_raw *v = reallocarray(l->v, cap, sizeof *v);

		if (!v)
			return -ENOMEM;
		l->v = v;
		l->cap = cap;
	}
	s.rank |= plainness(s.name);
	l->v[l->n++] = s;
	return 0;
}

void sym_list_deinit(struct sym_list *l)
{
	free(l->v);
	*l = (struct sym_list){ 0 };
}

// By address; the better one first.
static int compare(const void *pa, const void *pb)
{
	const struct sym_raw *a = pa, *b = pb;
	size_t na, nb;
	int c;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	na = name_len(a, COMPARED);
	nb = name_len(b, COMPARED);
	if (na != nb)
		return na < nb ? -1 : 1;
	c = memcmp(a->name, b->name, na);
	if (c)
		return c;
	return a->size == b->size ? 0 : a->size > b->size ? -1 : 1;
}

// The best name of an address stays, and reaches as far as the longest.
static size_t drop_aliases(struct sym_raw *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!kept || v[i].address != v[kept - 1].address)
			v[kept++] = v[i];
		else if ((v[i].rank & v[kept - 1].rank & SYM_SIZED) && v[i].size > v[kept - 1].size)
			v[kept - 1].size = v[i].size;
	}
	return kept;
}

static uint32_t cut(uint64_t size)
{
	return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

static bool reaches(const struct entry *e, uint64_t address)
{
	return address - e->address < e->size;
}

// The innermost open symbol that reaches as far as address, while others are
// closed for good.
static uint32_t close_until(const struct symtab *t, uint32_t open, uint64_t address)
{
	while (open != NONE && !reaches(&t->v[open], address))
		open = t->v[open].parent;
	return open;
}

// The parents of open symbols are their stack.
static void place(struct symtab *t, const struct sym_raw *v, size_t n, char *names, size_t max_names)
{
	uint32_t open = NONE;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t size = v[i].size;
		size_t len = name_len(&v[i], SYMTAB_NAME_MAX);

		open = close_until(t, open, v[i].address);
		if (!(v[i].rank & SYM_SIZED)) {
			if (open != NONE)
				continue;
			if (i + 1 < n && v[i + 1].address - v[i].address < size)
				size = v[i + 1].address - v[i].address;
		}
		if (len + 1 > max_names - used)
			continue;
		memcpy(names + used, v[i].name, len);
		names[used + len] = 0;
		t->v[t->n] = (struct entry){ v[i].address, cut(size), (uint32_t)used, open };
		open = t->n++;
		used += len + 1;
	}
}

static size_t names_size(const struct sym_raw *v, size_t n, size_t max)
{
	size_t sum = 0;

	for (size_t i = 0; i < n && sum < max; i++)
		sum += name_len(&v[i], SYMTAB_NAME_MAX) + 1;
	return sum < max ? sum : max;
}

void sym_list_sort(struct sym_list *l)
{
	if (l->n > 1)
		qsort(l->v, l->n, sizeof *l->v, compare);
}

size_t sym_name_len(const struct sym_raw *s)
{
	return name_len(s, SYMTAB_NAME_MAX);
}

int symtab_build(struct symtab **tp, struct sym_list *l, size_t max_names)
{
	size_t n, names, bytes;
	struct symtab *t;

	sym_list_sort(l);
	n = drop_aliases(l->v, l->n);
	names = names_size(l->v, n, max_names < UINT32_MAX ? max_names : UINT32_MAX);
	bytes = sizeof *t + n * sizeof t->v[0] + names;
	t = malloc(bytes);
	if (!t)
		return -ENOMEM;
	*t = (struct symtab){ .bytes = bytes, .names = (char *)&t->v[n] };
	place(t, l->v, n, (char *)&t->v[n], names);
	*tp = t;
	return 0;
}

struct symtab *symtab_free(struct symtab *t)
{
	free(t);
	return NULL;
}

// The last that begins at or before an address, or NONE.
static uint32_t last_before(const struct symtab *t, uint64_t address)
{
	uint32_t lo = 0, hi = t->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].address <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? lo - 1 : NONE;
}

bool symtab_find(const struct symtab *t, uint64_t address, const char **name, uint64_t *offset)
{
	uint32_t i = t ? last_before(t, address) : NONE;

	for (int depth = 0; i != NONE && depth < NEST_MAX; depth++, i = t->v[i].parent) {
		if (reaches(&t->v[i], address)) {
			*name = t->names + t->v[i].name;
			*offset = address - t->v[i].address;
			return true;
		}
	}
	return false;
}

uint32_t symtab_count(const struct symtab *t)
{
	return t ? t->n : 0;
}

size_t symtab_bytes(const struct symtab *t)
{
	return t ? t->bytes : 0;
}
