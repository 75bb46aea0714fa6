// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The checker: whether the body of a confined program (its class is below
// `kernel`) keeps to its confinement. A body comes from a worker that may be
// hostile; the kernel's verifier, asked by a privileged daemon, lets pointers
// leak in a dozen ways. So its data flow is followed here, over all paths, and
// what is not proven is refused:
//
//   1 the context is opaque: nothing but an argument of run-time functions
//   2 argument slots are numbers, or the value of a map, or NULL
//   3 known instructions; jumps stay in the body; maps of this session only
//   4 no map of the guard's
//   5 pointers are copied, moved, dereferenced, tested for NULL and spilled
//     whole; they are not stored to maps, compared, computed with, returned
//   6 no byte of the stack is read before it was written; what a slot holds is
//     what any store of the program left there, in whatever order
//   7 bounds come from arithmetic, never from branches; a pointer stays in its value
//   8 the helpers and run-time functions of the tables in checker_call.c
//   9 run-time functions get numbers and pointers to as many bytes as they may use
//  10 r0 is 0 at the end
//
// Loops are followed up to a fixpoint: what changes in each turn is unbounded.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/util.h"
#include "dlang/bpf/emit.h"

struct bpf_insn;

enum {
	CHECK_MAX_INSNS = 64 * 1024,
	CHECK_MAX_BLOCKS = 16 * 1024,
	CHECK_MAX_SLOTS = 64,
};

// CHECK_MAP_CELL: an array of one element, of which addresses may be in the instructions.
enum check_map_kind { CHECK_MAP_CELL, CHECK_MAP_ARRAY, CHECK_MAP_BELL, CHECK_MAP_HASH, CHECK_MAP_TASK };

struct check_map {
	enum check_map_kind kind;
	uint32_t key_size, value_size;
};

// Slot i is at r10 - 8 * (i + 1).
struct check_slot {
	bool is_value;		// the address of a value of the map, or NULL; else a number
	uint32_t map;
};

struct check_request {
	const struct bpf_insn *insns;
	uint32_t n;
	const struct bpf_reloc *relocs;		// ascending
	uint32_t nrelocs;
	const struct check_map *maps;		// by the object's numbers
	uint32_t nmaps;
	const struct check_slot *slots;
	uint32_t nslots;
	const char *const *functions;		// names of run-time functions, by the object's numbers
	uint32_t nfunctions;
	uint32_t strsize;
	uint64_t placeholder;	// not 0: a constant of 64 bits that becomes another, nobody knows which
	bool process;		// fires in a process whose memory it may read
};

enum { CHECK_E_REFUSED = 1 };

// 0; CHECK_E_REFUSED with why set to the instruction and what is wrong with it;
// or -ENOMEM. Takes at most 16 MB for the time of the call, and time in proportion
// to the instructions: a body that needs more is refused.
int checker_body(const struct check_request *q, struct reason *why);
