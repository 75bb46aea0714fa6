// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The kernel's list of symbols, for programs that name one. A compact table
// without the names: a look-up scans it, which few compiles do.

#include <stdint.h>

struct arena;
struct symbol_source;

// Reads /proc/kallsyms once into a file in memory, which the caller closes (-1:
// it cannot be read), and its addresses into the source, which then tells them.
int symbols_read(struct arena *a, struct symbol_source *out);
