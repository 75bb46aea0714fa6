// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See elf_plt.h. A machine is a row: how its stubs begin and which relocations
// fill slots.

#include "daemon/sym/elf_plt.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

// The address of the slot that a stub's jump reads, or 0. There are n bytes at p,
// which is at address at; got is that of the global offset table.
typedef uint64_t slot_of(const uint8_t *p, size_t n, uint64_t at, uint64_t got);

struct machine {
	uint16_t number;
	slot_of *slot;
	uint32_t jump, data;	// types of relocations
};

struct slot {
	uint64_t address;
	uint32_t symbol;
};

struct slots {
	struct slot *v;
	uint32_t n;
};

static uint32_t word(const uint8_t *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

// ---- stubs -----------------------------------------------------------------

// [endbr] [bnd] jmp: where its opcode is.
static size_t skip_prefixes(const uint8_t *p, size_t n)
{
	size_t i = 0;

	if (n >= 4 && p[0] == 0xf3 && p[1] == 0x0f && p[2] == 0x1e && (p[3] & 0xfe) == 0xfa)
		i = 4;
	if (i < n && p[i] == 0xf2)
		i++;
	return i;
}

static uint64_t slot_x86_64(const uint8_t *p, size_t n, uint64_t at, uint64_t got)
{
	size_t i = skip_prefixes(p, n);

	(void)got;
	if (i + 6 > n || p[i] != 0xff || p[i + 1] != 0x25)
		return 0;
	return at + i + 6 + (uint64_t)(int64_t)(int32_t)word(p + i + 2);
}

static uint64_t slot_i386(const uint8_t *p, size_t n, uint64_t at, uint64_t got)
{
	size_t i = skip_prefixes(p, n);

	(void)at;
	if (i + 6 > n || p[i] != 0xff)
		return 0;
	if (p[i + 1] == 0x25)
		return word(p + i + 2);
	return p[i + 1] == 0xa3 ? (uint32_t)(got + word(p + i + 2)) : 0;
}

// [bti c] adrp x16, page; ldr x17, [x16, n]
static uint64_t slot_aarch64(const uint8_t *p, size_t n, uint64_t at, uint64_t got)
{
	size_t i = n >= 4 && word(p) == 0xd503245f ? 4 : 0;
	uint32_t adrp, ldr;
	int64_t pages;

	(void)got;
	if (i + 8 > n)
		return 0;
	adrp = word(p + i);
	ldr = word(p + i + 4);
	if ((adrp & 0x9f00001f) != 0x90000010 || (ldr & 0xffc003ff) != 0xf9400211)
		return 0;
	pages = (int64_t)((uint64_t)(adrp >> 5 & 0x7ffff) << 45) >> 43 | (adrp >> 29 & 3);
	return ((at + i) & ~UINT64_C(4095)) + (uint64_t)pages * 4096 + (ldr >> 10 & 0xfff) * 8;
}

static const struct machine machines[] = {
	{ EM_X86_64, slot_x86_64, R_X86_64_JUMP_SLOT, R_X86_64_GLOB_DAT },
	{ EM_386, slot_i386, R_386_JMP_SLOT, R_386_GLOB_DAT },
	{ EM_AARCH64, slot_aarch64, R_AARCH64_JUMP_SLOT, R_AARCH64_GLOB_DAT },
};

static const struct machine *machine_of(const struct elf *e)
{
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		if (machines[i].number == e->machine)
			return &machines[i];
	}
	return NULL;
}

// ---- slots -----------------------------------------------------------------

// Offset, type and symbol of a relocation, with or without an addend.
static uint32_t read_relocation(const struct elf *e, const char *p, struct slot *s)
{
	Elf64_Rel wide;
	Elf32_Rel narrow;

	if (e->wide) {
		memcpy(&wide, p, sizeof wide);
		*s = (struct slot){ wide.r_offset, (uint32_t)ELF64_R_SYM(wide.r_info) };
		return (uint32_t)ELF64_R_TYPE(wide.r_info);
	}
	memcpy(&narrow, p, sizeof narrow);
	*s = (struct slot){ narrow.r_offset, ELF32_R_SYM(narrow.r_info) };
	return ELF32_R_TYPE(narrow.r_info);
}

static size_t relocation_size(const struct elf *e, const struct elf_section *s)
{
	if (s->type == SHT_RELA)
		return e->wide ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
	return s->type != SHT_REL ? 0 : e->wide ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
}

static int add_slots(const struct elf *e, const struct machine *m, const struct elf_section *s,
	uint64_t max, struct slots *out)
{
	size_t each = s ? relocation_size(e, s) : 0;
	char *bytes = NULL;
	struct slot *v;
	size_t n;

	if (!each || elf_load(e, s, max, &bytes) < 0)
		return 0;
	n = (size_t)s->size / each;
	v = reallocarray(out->v, out->n + n + 1, sizeof *v);
	if (v)
		out->v = v;
	for (size_t i = 0; v && i < n; i++) {
		uint32_t type = read_relocation(e, bytes + i * each, &v[out->n]);

		if ((type == m->jump || type == m->data) && v[out->n].symbol)
			out->n++;
	}
	free(bytes);
	return v ? 0 : -ENOMEM;
}

static int compare(const void *pa, const void *pb)
{
	const struct slot *a = pa, *b = pb;

	return a->address < b->address ? -1 : a->address > b->address;
}

// ---- both ------------------------------------------------------------------

static size_t stub_size(const struct elf_section *s)
{
	return s->entsize == 8 || s->entsize == 24 || s->entsize == 32 ? (size_t)s->entsize : 16;
}

static int add_stubs(const struct elf *e, const struct machine *m, const struct elf_section *s,
	uint64_t max, const struct slots *slots, struct elf_stub **stubs, uint32_t *n)
{
	const struct elf_section *got = elf_section(e, ".got.plt");
	char *bytes = NULL;
	struct elf_stub *v;
	size_t each, count;

	if (!s || elf_load(e, s, max, &bytes) < 0)
		return 0;
	each = stub_size(s);
	count = (size_t)s->size / each;
	v = reallocarray(*stubs, *n + count + 1, sizeof *v);
	if (v)
		*stubs = v;
	for (size_t i = 0; v && i < count; i++) {
		struct slot key = { 0 }, *found;

		key.address = m->slot((const uint8_t *)bytes + i * each, each, s->addr + i * each,
			got ? got->addr : 0);
		found = key.address ? bsearch(&key, slots->v, slots->n, sizeof key, compare) : NULL;
		if (found)
			v[(*n)++] = (struct elf_stub){ s->addr + i * each, each, found->symbol };
	}
	free(bytes);
	return v ? 0 : -ENOMEM;
}

int elf_read_stubs(const struct elf *e, uint64_t max_bytes, struct elf_stub **stubs, uint32_t *n)
{
	static const char *const fills[] = { ".rela.plt", ".rel.plt", ".rela.dyn", ".rel.dyn" };
	static const char *const jumps[] = { ".plt", ".plt.sec", ".plt.got" };
	const struct machine *m = machine_of(e);
	struct slots slots = { 0 };
	int r = 0;

	*stubs = NULL;
	*n = 0;
	if (!m)
		return 0;
	for (size_t i = 0; r == 0 && i < sizeof fills / sizeof *fills; i++)
		r = add_slots(e, m, elf_section(e, fills[i]), max_bytes, &slots);
	if (slots.n)
		qsort(slots.v, slots.n, sizeof *slots.v, compare);
	for (size_t i = 0; r == 0 && slots.n && i < sizeof jumps / sizeof *jumps; i++)
		r = add_stubs(e, m, elf_section(e, jumps[i]), max_bytes, &slots, stubs, n);
	free(slots.v);
	if (r < 0) {
		free(*stubs);
		*stubs = NULL;
		*n = 0;
	}
	return r;
}
