// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where a program's own probe has its arguments: descriptions like "-4@%eax 8@-16(%rbp)",
// operands as the machine's assembler writes them.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/sym/places.h"

// The address, as linked, of a name that an operand has. False: not known.
typedef bool note_symbol_fn(void *arg, const char *name, uint64_t *address);

// Of a probe at pc in a file of an ELF machine. fixed: the file's addresses are those of the
// process. How many there are; what cannot be read is
// PLACE_ARG_NONE.
uint32_t note_args_parse(uint16_t machine, const char *text, uint64_t pc, bool fixed,
	note_symbol_fn *symbol, void *arg, struct place_arg args[PLACE_ARGS]);
