// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The kernel's list of symbols, for programs that name one. A compact table
// without the names: a look-up scans it, which few compiles do.

#include <stdint.h>

struct arena;
struct symbol_source;

// A name of the kernel itself, and where it is; 0: several symbols have the name, or none.
struct symbol_place {
	const char *name;
	uint64_t address;
};

// Reads /proc/kallsyms once into a file in memory, which the caller closes (-1:
// it cannot be read), and its addresses into the source, which then tells them.
int symbols_read(struct arena *a, struct symbol_source *out);

// Fills in the addresses of many names, by one look at the list. The source is that of symbols_read().
void symbols_place(const struct symbol_source *s, struct arena *a, struct symbol_place *v, uint32_t n);
