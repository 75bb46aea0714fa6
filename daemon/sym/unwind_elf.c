// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Where the call frame information of an ELF file is: its section, or, where
// sections were stripped, what PT_GNU_EH_FRAME points to.

#include <elf.h>
#include <errno.h>
#include <stdlib.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/unwind_build.h"
#include "daemon/sym/unwind_cfi.h"
#include "daemon/util.h"

enum { EH_FRAME_MAX = 256 << 20 };

static const struct elf_segment *segment_of(const struct elf *e, uint64_t address)
{
	for (uint32_t i = 0; i < e->nsegments; i++) {
		const struct elf_segment *s = &e->segments[i];

		if (s->type == PT_LOAD && address >= s->vaddr && address - s->vaddr < s->filesz)
			return s;
	}
	return NULL;
}

static bool find_by_section(const struct elf *e, struct elf_section *out)
{
	const struct elf_section *s = elf_section(e, ".eh_frame");

	if (!s || s->type == SHT_NOBITS || !s->size)
		return false;
	*out = *s;
	return true;
}

// The header: a version, three encodings, the pointer. What follows the entries in
// their segment is told by an entry of length 0.
static bool find_by_header(const struct elf *e, struct elf_section *out)
{
	uint8_t bytes[12];
	struct cfi_reader r = { bytes + 4, bytes + sizeof bytes, false };
	const struct elf_segment *s;
	uint64_t at;

	for (uint32_t i = 0; i < e->nsegments; i++) {
		s = &e->segments[i];
		if (s->type != PT_GNU_EH_FRAME || s->filesz < sizeof bytes ||
		    !e->from.read(&e->from, s->offset, bytes, sizeof bytes))
			continue;
		at = cfi_pointer(&r, bytes[1], s->vaddr + 4);
		s = r.bad ? NULL : segment_of(e, at);
		if (!s)
			return false;
		*out = (struct elf_section){
			.type = SHT_PROGBITS, .addr = at, .offset = s->offset + (at - s->vaddr),
			.size = s->filesz - (at - s->vaddr),
		};
		return true;
	}
	return false;
}

static void copy_segments(struct unwind_table *t, const struct elf *e)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->nsegments && n < UNWIND_SEGMENTS; i++) {
		const struct elf_segment *s = &e->segments[i];

		if (s->type == PT_LOAD && s->flags & PF_X)
			t->segments[n++] = (struct unwind_segment){
				.offset = s->offset, .size = s->filesz, .address = s->vaddr,
			};
	}
}

int unwind_build_elf(struct unwind_table *t, const struct elf *e)
{
	CLEANUP(freep) char *bytes = NULL;
	struct elf_section s;
	int r;

	*t = (struct unwind_table){ 0 };
	if (!e->wide || e->machine != EM_X86_64)
		return -ENOEXEC;
	if (!find_by_section(e, &s) && !find_by_header(e, &s))
		return -ENODATA;
	r = elf_load(e, &s, EH_FRAME_MAX, &bytes);
	if (r >= 0)
		r = unwind_build(t, (const uint8_t *)bytes, (size_t)s.size, s.addr);
	if (r >= 0)
		copy_segments(t, e);
	return r;
}
