// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where the instructions of a function begin, and on which of them the kernel takes a
// uprobe. A uprobe elsewhere would change the program, so what cannot be told is no place.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct insn_reader;

enum insn_mark {
	INSN_UNKNOWN,		// not reached: something before it cannot be decoded
	INSN_INSIDE,
	INSN_START,
	INSN_REFUSED,		// a start; the kernel refuses a uprobe there
};

// Of an ELF machine, in its 64-bit form. 0, -ENOTSUP: not known here, -ENOMEM.
int insn_reader_new(struct insn_reader **rp, uint16_t machine);
struct insn_reader *insn_reader_free(struct insn_reader *r);

// Fills in a mark (enum insn_mark) for each of n bytes of a function, from its first on.
// The last instruction must end within them.
void insn_mark(const struct insn_reader *r, const uint8_t *code, size_t n, uint8_t *marks);

// How far behind its first byte the entry of a function is traced better: behind an
// instruction without effect that the kernel would have to execute out of line, if it
// emulates the next (kernel-facts §6: 740 against 10,500 ns).
uint32_t insn_entry(const struct insn_reader *r, const uint8_t *code, size_t n);
