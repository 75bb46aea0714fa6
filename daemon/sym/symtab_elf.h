// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbols of an ELF file: .symtab, .dynsym, those packed in .gnu_debugdata,
// those of its debug file, and the stubs of the procedure linkage table, which
// are called name@plt.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf;
struct symtab;

struct symtab_limits {
	uint32_t symbols;	// in a file
	uint64_t bytes;		// of one table or of its names, in the file
	uint64_t unpacked;	// of .gnu_debugdata
};

// debug (NULL: none) is the file that was split off, which the caller has checked
// to belong to it. Tables over the limits, or that make no sense, are left out;
// *partial tells whether some were. 0 with a table, which may be empty, or
// -ENOMEM.
int symtab_read(struct symtab **tp, const struct elf *e, const struct elf *debug,
	const struct symtab_limits *limits, bool *partial);

// Whether there is a table of all symbols, so that no debug file is needed.
bool symtab_is_whole(const struct elf *e);
