// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbols of an ELF file: .symtab, .dynsym, those packed in .gnu_debugdata,
// those of its debug file, and the stubs of the procedure linkage table, which
// are called name@plt.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/sym/symtab.h"

struct elf;

struct symtab_limits {
	uint32_t symbols;	// in a file
	uint64_t bytes;		// of one table or of its names, in the file
	uint64_t unpacked;	// of .gnu_debugdata
};

enum { ELF_SYMBOLS_LOADED = 8 };

// All that is in them, with every name of an address.
struct elf_symbols {
	const struct symtab_limits *limits;
	struct sym_list list;		// names are in what was loaded
	char *loaded[ELF_SYMBOLS_LOADED];
	int nloaded;
	bool partial;			// some were left out
};

// debug (NULL: none) is the file that was split off, which the caller has checked
// to belong to it. Tables over the limits, or that make no sense, are left out. 0 or
// -ENOMEM; elf_symbols_deinit() in any case.
int elf_symbols_read(struct elf_symbols *s, const struct elf *e, const struct elf *debug,
	const struct symtab_limits *limits);
void elf_symbols_deinit(struct elf_symbols *s);

// The table of them, which may be empty; *partial tells whether some were left out. 0 or
// -ENOMEM.
int symtab_read(struct symtab **tp, const struct elf *e, const struct elf *debug,
	const struct symtab_limits *limits, bool *partial);

// Whether there is a table of all symbols, so that no debug file is needed.
bool symtab_is_whole(const struct elf *e);
