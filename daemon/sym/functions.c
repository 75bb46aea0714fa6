// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/functions.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"

static const struct symtab_limits limits = {
	.symbols = 1 << 20, .bytes = 64 << 20, .unpacked = 64 << 20,
};

static size_t same_address(const struct sym_list *l, size_t from)
{
	size_t i = from + 1;

	while (i < l->n && l->v[i].address == l->v[from].address)
		i++;
	return i - from;
}

// Of one address: a function if one of its names is one. Others than functions go behind.
static bool collect(struct function *f, struct sym_list *l, size_t from, size_t n)
{
	uint32_t kept = 0;

	*f = (struct function){ .address = l->v[from].address, .first = (uint32_t)from };
	for (size_t i = from; i < from + n; i++) {
		const struct sym_raw s = l->v[i];

		if (s.code == SYM_NO_FUNCTION)
			continue;
		if ((s.rank & SYM_SIZED) && s.size > f->size)
			f->size = s.size;
		f->resolver |= s.code == SYM_RESOLVER;
		l->v[from + kept++] = s;
	}
	f->n = kept;
	return kept;
}

// Where it is in the file, if that is code.
static bool locate(struct function *f, const struct elf *e)
{
	if (!elf_code_offset(e, f->address, &f->offset, &f->room))
		return false;
	if (f->size > f->room)
		f->size = f->room;
	return true;
}

int functions_read(struct functions *f, const struct elf *e, const struct elf *debug)
{
	struct sym_list *l = &f->symbols.list;
	int r;

	*f = (struct functions){ .whole = symtab_is_whole(e) || (debug && symtab_is_whole(debug)) };
	r = elf_symbols_read(&f->symbols, e, debug, &limits);
	if (r < 0)
		return r;
	sym_list_sort(l);
	f->v = calloc(l->n + 1, sizeof *f->v);
	if (!f->v)
		return -ENOMEM;
	for (size_t i = 0, n; i < l->n; i += n) {
		n = same_address(l, i);
		f->n += collect(&f->v[f->n], l, i, n) && locate(&f->v[f->n], e);
	}
	return 0;
}

void functions_deinit(struct functions *f)
{
	elf_symbols_deinit(&f->symbols);
	free(f->v);
	f->v = NULL;
}

const struct function *functions_around(const struct functions *f, uint64_t address)
{
	size_t lo = 0, hi = f->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->v[mid].address <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && address - f->v[lo - 1].address < f->v[lo - 1].size ? &f->v[lo - 1] : NULL;
}

bool function_name(const struct functions *f, uint32_t symbol, char *to, size_t size)
{
	const struct sym_raw *s = &f->symbols.list.v[symbol];
	size_t n = sym_name_len(s);

	if (!n || n >= size)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s->name[i] <= ' ' || s->name[i] == 0x7f)
			return false;
	}
	memcpy(to, s->name, n);
	to[n] = 0;
	return true;
}
