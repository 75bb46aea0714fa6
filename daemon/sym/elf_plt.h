// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The stubs through which a file calls functions of others. They have no symbols:
// which function a stub is for is told by the slot that its jump reads, and by the
// relocation that fills that slot.

#include <stdint.h>

#include "daemon/sym/elf.h"

// A stub: where it is, how large, and the number in .dynsym of its function.
struct elf_stub {
	uint64_t address, size;
	uint32_t symbol;
};

// The stubs, malloc'ed, *n of them: those that this machine's table of stub forms
// knows. 0 or -ENOMEM.
int elf_read_stubs(const struct elf *e, uint64_t max_bytes, struct elf_stub **stubs, uint32_t *n);
