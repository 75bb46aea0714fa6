// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The functions of an ELF file, by address: each once, with all its names.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/sym/symtab_elf.h"

struct function {
	uint64_t address, offset;	// offset: in the file
	uint64_t size;			// of its bytes that are in the file; 0: not known
	uint64_t room;			// bytes from offset to the end of its segment
	bool resolver;			// of an indirect function
	uint32_t first, n;		// its names in symbols.list, the best first
};

struct functions {
	struct elf_symbols symbols;
	struct function *v;
	size_t n;
	bool whole;			// there is a table of all symbols
};

// debug (NULL: none) belongs to e. 0 or -ENOMEM; functions_deinit() in any case.
int functions_read(struct functions *f, const struct elf *e, const struct elf *debug);
void functions_deinit(struct functions *f);

// The one that an address is in, or NULL.
const struct function *functions_around(const struct functions *f, uint64_t address);

// A name in its place, with a NUL behind, without its version; false: it does not fit, or
// is none that can be shown.
bool function_name(const struct functions *f, uint32_t symbol, char *to, size_t size);
