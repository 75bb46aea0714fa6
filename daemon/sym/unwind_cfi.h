// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Call frame information (.eh_frame, as in the LSB and the psABI of x86-64) read
// as hostile bytes: entries, and the programs in them that make rules. Pure.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dlang/runtime/unwind.h"

// Bytes that are left, and whether more were asked for.
struct cfi_reader {
	const uint8_t *p, *end;
	bool bad;
};

uint64_t cfi_fixed(struct cfi_reader *r, size_t n);	// little-endian, n <= 8
uint64_t cfi_uleb(struct cfi_reader *r);
int64_t cfi_sleb(struct cfi_reader *r);

// A pointer in an encoding of DW_EH_PE_*; address is that of r->p. Other bases
// than the pointer's own place are taken as 0.
uint64_t cfi_pointer(struct cfi_reader *r, uint8_t encoding, uint64_t address);

// Where a register of the caller is.
struct cfi_register {
	enum { CFI_SAME, CFI_AT_CFA, CFI_EXPRESSION, CFI_UNDEFINED, CFI_OTHER } kind;
	int64_t offset;			// AT_CFA
	const uint8_t *expression;	// EXPRESSION: its value is an address
	size_t size;
};

struct cfi_state {
	uint64_t cfa_register;
	int64_t cfa_offset;
	const uint8_t *expression;	// of the CFA, NULL: register and offset
	size_t size;
	struct cfi_register fp, ra;
};

struct cfi_cie {
	size_t at;			// in the section
	uint64_t code_align;
	int64_t data_align;
	uint64_t ra;
	uint8_t encoding;		// of addresses
	bool augmented, signal;
	struct cfi_state initial;
};

// Reads a CIE behind its length and id. False: nothing that can be used.
bool cfi_read_cie(struct cfi_reader *r, struct cfi_cie *cie);

// Called for each row of a program. False: enough.
typedef bool cfi_row_fn(void *arg, uint64_t pc, const struct unwind_rule *rule);

// Runs the program of an FDE for pc; address is that of r->p. False: it cannot be
// understood; the rows before that are right, the last one is UNWIND_UNSUPPORTED.
bool cfi_run(struct cfi_reader *r, const struct cfi_cie *cie, uint64_t pc, uint64_t address,
	cfi_row_fn *row, void *arg);
