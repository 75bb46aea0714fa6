// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Arbitrary bytes as an ELF file, and as the debug file of another one: read all
// that is read of it, and look up addresses in it. And as a perf map.

#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/perfmap.h"
#include "daemon/sym/symtab.h"
#include "daemon/sym/symtab_elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct symtab_limits limits = { 1 << 16, 1 << 20, 1 << 20 };

static void look_up(const struct elf *e, const struct symtab *t)
{
	const char *name;
	uint64_t address, offset;

	for (uint64_t at = 0; at < e->from.size; at += e->from.size / 64 + 1) {
		if (elf_address(e, at, &address) && symtab_find(t, address, &name, &offset) &&
			strlen(name) > SYMTAB_NAME_MAX)
			abort();
	}
}

static void read_all(const struct elf *e, const struct elf *debug)
{
	struct elf_build_id id;
	struct symtab *t = NULL;
	char name[256];
	uint32_t crc;
	bool partial;

	elf_read_build_id(e, &id);
	(void)elf_read_debuglink(e, name, &crc);
	if (symtab_read(&t, e, debug, &limits, &partial) == 0)
		look_up(e, t);
	symtab_free(t);
}

static void read_as_map(const struct elf_source *from)
{
	struct symtab *t = NULL;
	const char *name;
	uint64_t offset;
	bool partial;

	if (perfmap_read(&t, from, &limits, &partial) == 0) {
		for (uint64_t at = 0; at < 0x10000; at += 0x100)
			(void)symtab_find(t, at, &name, &offset);
	}
	symtab_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);	// its end is guarded
	struct elf_source from;
	struct elf e;

	memcpy(copy, data, size);
	from = elf_from_memory(copy, size);
	if (elf_open(&e, &from) == 0) {
		read_all(&e, NULL);
		read_all(&e, &e);
	} else {
		read_as_map(&from);
	}
	elf_close(&e);
	free(copy);
	return 0;
}
