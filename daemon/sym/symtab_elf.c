// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See symtab_elf.h. The names stay where they were loaded until the table is
// built, which takes its own copies.

#include "daemon/sym/symtab_elf.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/elf_plt.h"
#include "daemon/sym/elf_xz.h"
#include "daemon/sym/symtab.h"

enum { STUB_NAMES_MAX = 1 << 22 };

// One table of symbols with its names.
struct table {
	const struct elf *elf;
	char *bytes;			// freed when it was read
	const char *names;
	size_t n, each, names_size;
};

struct symbol {
	const char *name;
	uint64_t value, size;
	uint8_t type, bind;
	uint16_t section;
};

static void keep(struct elf_symbols *r, char *bytes)
{
	r->loaded[r->nloaded++] = bytes;
}

// 0, 1: left out, -ENOMEM.
static int load(struct elf_symbols *r, const struct elf *e, const struct elf_section *s, char **bytes)
{
	int x = r->nloaded == ELF_SYMBOLS_LOADED ? -EFBIG : elf_load(e, s, r->limits->bytes, bytes);

	if (x < 0 && x != -ENODATA)
		r->partial = true;
	return x == -ENOMEM ? x : x < 0;
}

// ---- a table ---------------------------------------------------------------

static const struct elf_section *find_table(const struct elf *e, uint32_t type)
{
	for (uint32_t i = 0; i < e->nsections; i++) {
		if (e->sections[i].type == type)
			return &e->sections[i];
	}
	return NULL;
}

// 0, 1: there is none, -ENOMEM.
static int open_table(struct elf_symbols *r, const struct elf *e, uint32_t type, struct table *t)
{
	const struct elf_section *s = find_table(e, type);
	const struct elf_section *names = s ? elf_section_at(e, s->link) : NULL;
	char *loaded = NULL;
	int x;

	*t = (struct table){ .elf = e };
	if (!names || names->type != SHT_STRTAB)
		return 1;
	t->each = e->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	x = load(r, e, names, &loaded);
	if (x)
		return x;
	keep(r, loaded);
	x = load(r, e, s, &t->bytes);
	if (x)
		return x;
	t->names = loaded;
	t->names_size = (size_t)names->size;
	t->n = (size_t)s->size / t->each;
	return 0;
}

static bool read_symbol(const struct table *t, size_t i, struct symbol *s)
{
	const char *p = t->bytes + i * t->each;
	uint32_t name;
	Elf64_Sym wide;
	Elf32_Sym narrow;

	if (t->elf->wide) {
		memcpy(&wide, p, sizeof wide);
		name = wide.st_name;
		*s = (struct symbol){ NULL, wide.st_value, wide.st_size, ELF64_ST_TYPE(wide.st_info),
			ELF64_ST_BIND(wide.st_info), wide.st_shndx };
	} else {
		memcpy(&narrow, p, sizeof narrow);
		name = narrow.st_name;
		*s = (struct symbol){ NULL, narrow.st_value, narrow.st_size,
			ELF32_ST_TYPE(narrow.st_info), ELF32_ST_BIND(narrow.st_info),
			narrow.st_shndx };
	}
	if (name >= t->names_size)
		return false;
	s->name = t->names + name;
	return *s->name;
}

// Marks of the assembler for what follows: code or data.
static bool is_mapping_mark(const char *name)
{
	return name[0] == '$' && name[1] && strchr("adtx", name[1]) && (!name[2] || name[2] == '.');
}

// How far a symbol can reach when its size is not known; 0: it is none that an
// address could be in.
static uint64_t room(const struct elf *e, const struct symbol *s)
{
	const struct elf_section *in = elf_section_at(e, s->section);
	bool label = s->type == STT_NOTYPE;

	if (s->type != STT_FUNC && s->type != STT_GNU_IFUNC && s->type != STT_OBJECT && !label)
		return 0;
	if (s->section == SHN_UNDEF || (label && is_mapping_mark(s->name)))
		return 0;
	if (s->section >= SHN_LORESERVE)
		return s->section == SHN_XINDEX && !label ? s->size : 0;
	if (!in || !(in->flags & SHF_ALLOC) || (label && !(in->flags & SHF_EXECINSTR)))
		return 0;
	return s->value - in->addr < in->size ? in->size - (s->value - in->addr) : 0;
}

static uint32_t rank_of(const struct symbol *s)
{
	return (s->type == STT_NOTYPE ? 0 : SYM_TYPED) | (s->size ? SYM_SIZED : 0) |
		(s->bind == STB_LOCAL ? 0 : SYM_EXPORTED) | (s->bind == STB_WEAK ? 0 : SYM_STRONG);
}

static enum sym_code code_of(const struct symbol *s)
{
	return s->type == STT_FUNC ? SYM_FUNCTION : s->type == STT_GNU_IFUNC ? SYM_RESOLVER :
		SYM_NO_FUNCTION;
}

static int add_table(struct elf_symbols *r, const struct elf *e, uint32_t type)
{
	struct table t;
	struct symbol s;
	int x = open_table(r, e, type, &t);

	for (size_t i = 1; x == 0 && i < t.n; i++) {
		uint64_t reach;

		if (!read_symbol(&t, i, &s))
			continue;
		reach = room(e, &s);
		if (reach)
			x = sym_list_add(&r->list, (struct sym_raw){
				s.value, s.size ? s.size : reach, s.name, rank_of(&s), true, code_of(&s) });
	}
	free(t.bytes);
	return x < 0 ? x : 0;
}

// ---- what is packed and what is not there ----------------------------------

static int add_packed(struct elf_symbols *r, const struct elf *e)
{
	const struct elf_section *s = elf_section(e, ".gnu_debugdata");
	char *packed = NULL, *bytes = NULL;
	struct elf_source from;
	struct elf inner;
	size_t size = 0;
	int x = s ? load(r, e, s, &packed) : 1;

	if (x)
		return x < 0 ? x : 0;
	x = elf_unpack_xz(packed, (size_t)s->size, r->limits->unpacked, &bytes, &size);
	free(packed);
	if (x < 0) {
		r->partial = true;
		return x == -ENOMEM ? x : 0;
	}
	from = elf_from_memory(bytes, size);
	x = elf_open(&inner, &from);
	if (x == 0)
		x = add_table(r, &inner, SHT_SYMTAB);
	elf_close(&inner);
	free(bytes);
	return x == -ENOMEM ? x : 0;
}

static int name_stubs(struct elf_symbols *r, const struct table *t, const struct elf_stub *stubs, uint32_t n)
{
	static const char suffix[] = "@plt";
	char *text = malloc(STUB_NAMES_MAX);
	size_t used = 0;
	int x = 0;

	if (!text)
		return -ENOMEM;
	for (uint32_t i = 0; x == 0 && i < n; i++) {
		struct symbol s;
		size_t len;

		if (stubs[i].symbol >= t->n || !read_symbol(t, stubs[i].symbol, &s))
			continue;
		len = strnlen(s.name, SYMTAB_NAME_MAX - sizeof suffix);
		if (used + len + sizeof suffix > STUB_NAMES_MAX)
			break;
		memcpy(text + used, s.name, len);
		memcpy(text + used + len, suffix, sizeof suffix);
		x = sym_list_add(&r->list, (struct sym_raw){ stubs[i].address, stubs[i].size,
			text + used, SYM_SIZED, false, SYM_NO_FUNCTION });
		used += len + sizeof suffix;
	}
	keep(r, text);
	return x;
}

static int add_stubs(struct elf_symbols *r, const struct elf *e)
{
	struct elf_stub *stubs = NULL;
	struct table t = { 0 };
	uint32_t n;
	int x = elf_read_stubs(e, r->limits->bytes, &stubs, &n);

	if (x == 0 && n)
		x = open_table(r, e, SHT_DYNSYM, &t);
	if (x == 0 && n)
		x = name_stubs(r, &t, stubs, n);
	free(t.bytes);
	free(stubs);
	return x < 0 ? x : 0;
}

// ---- all -------------------------------------------------------------------

bool symtab_is_whole(const struct elf *e)
{
	return find_table(e, SHT_SYMTAB);
}

static int add_all(struct elf_symbols *r, const struct elf *e, const struct elf *debug)
{
	bool whole = symtab_is_whole(e) || (debug && symtab_is_whole(debug));
	int x = add_table(r, e, SHT_SYMTAB);

	if (x == 0 && debug)
		x = add_table(r, debug, SHT_SYMTAB);
	if (x == 0)
		x = add_table(r, e, SHT_DYNSYM);
	if (x == 0 && !whole)
		x = add_packed(r, e);
	return x < 0 ? x : add_stubs(r, e);
}

int elf_symbols_read(struct elf_symbols *s, const struct elf *e, const struct elf *debug,
	const struct symtab_limits *limits)
{
	int x;

	*s = (struct elf_symbols){ .limits = limits, .list.max = limits->symbols };
	x = add_all(s, e, debug);
	s->partial |= s->list.full;
	return x;
}

void elf_symbols_deinit(struct elf_symbols *s)
{
	sym_list_deinit(&s->list);
	for (int i = 0; i < s->nloaded; i++)
		free(s->loaded[i]);
	s->nloaded = 0;
}

int symtab_read(struct symtab **tp, const struct elf *e, const struct elf *debug,
	const struct symtab_limits *limits, bool *partial)
{
	struct elf_symbols s;
	int x = elf_symbols_read(&s, e, debug, limits);

	if (x == 0)
		x = symtab_build(tp, &s.list, (size_t)limits->bytes);
	*partial = s.partial;
	elf_symbols_deinit(&s);
	return x;
}
