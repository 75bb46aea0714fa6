// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The unwind table of one ELF file: rows in order of address, and the rules that
// they name. Made by the symbol worker, in jail; checked by the core before it
// goes into maps that programs read.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dlang/runtime/unwind.h"

struct elf;

enum {
	UNWIND_FILE_ROWS = 1 << 22,	// of one file; the largest known has 1.2 million
	UNWIND_GAP = 16,		// code without a row, below which the last row goes on
};

struct unwind_row {
	uint32_t pc;	// from the table's base on
	uint32_t rule;	// a number of this table's
};

struct unwind_table {
	uint64_t base;			// as linked; at the start of a page
	struct unwind_row *rows;	// ascending, each unlike the one before
	struct unwind_rule *rules;
	uint32_t nrows, nrules;
	struct unwind_segment segments[UNWIND_SEGMENTS];	// size 0: none
	uint32_t unsupported;		// rows with UNWIND_UNSUPPORTED
	uint32_t skipped;		// FDEs that cannot be understood
};

// From the bytes of .eh_frame, which is linked at an address; segments stay
// empty. 0, or -ENODATA: it has no rows; -EFBIG: more than UNWIND_FILE_ROWS, or
// than 4 GB between the first and the last; -ENOMEM.
int unwind_build(struct unwind_table *t, const uint8_t *bytes, size_t n, uint64_t address);

// From a file. Also -ENOEXEC: not of this machine.
int unwind_build_elf(struct unwind_table *t, const struct elf *e);

void unwind_table_deinit(struct unwind_table *t);

// Whether a table keeps all that is promised above: for what comes from a worker.
bool unwind_table_check(const struct unwind_table *t);
