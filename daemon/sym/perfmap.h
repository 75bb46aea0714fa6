// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbols of a just-in-time compiler, as it writes them to /tmp/perf-PID.map:
// lines of an address, a size (both hexadecimal) and a name. Read as hostile bytes.

#include <stdbool.h>

struct elf_source;
struct symtab;
struct symtab_limits;

// Of a file over the limit the end is read, which is the newest. Of two symbols
// at one address the later stays. Lines that make no sense are left out. 0 with a
// table, -EIO or -ENOMEM.
int perfmap_read(struct symtab **tp, const struct elf_source *from,
	const struct symtab_limits *limits, bool *partial);
