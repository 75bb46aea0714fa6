// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// From IR to the body of a BPF program: selection, register allocation and
// emission. The body is what the core puts behind its guard (DESIGN §7):
//   on entry  r1 = the opaque context; argument slot i at r10 - 8*(i+1);
//             everything else is undefined.
//   on exit   r0 = 0; EXIT.
// Stack below the argument slots belongs to the body; r10 - 512 is the end.
// Masks bound indices, never compares; a stack slot holds one kind.

#include <stdint.h>

#include "dlang/ir/ir.h"

struct bpf_insn;

enum reloc_kind {
	RELOC_MAP_FD,		// imm = map index; the core fills in the fd
	RELOC_MAP_VALUE,	// the same; the second half's imm is the offset
	RELOC_RUNTIME,		// a BPF_PSEUDO_CALL; imm = run-time function number
};

struct bpf_reloc {
	uint32_t insn;
	enum reloc_kind kind;
	uint32_t index;
};

struct bpf_body {
	struct bpf_insn *insns;
	uint32_t n;
	VEC(struct bpf_reloc) relocs;
	struct span *spans;	// one per instruction
	uint32_t stack;		// bytes used, argument slots included
};

// 0; -E2BIG when the program needs more stack than there is or has branches
// too far apart, with *why (text in the arena).
int bpf_emit(struct ir_fn *f, struct bpf_body *out, const char **why);

// bpf/disasm.c: one line an instruction, as the kernel's verifier prints them.
void bpf_disasm(const struct bpf_insn *insns, uint32_t n, struct sbuf *out);
