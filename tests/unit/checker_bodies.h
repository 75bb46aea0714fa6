// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Bodies of confined programs by hand, good ones and attacks, and the session that
// they are in. They name maps and run-time functions in the instructions themselves:
// a 64-bit load with src 1 or 2 is of the map `imm`, a call with src 1 of the function `imm`.

#include <linux/bpf.h>

#include "daemon/policy/checker.h"

enum { BODY_MAX = 64, BODY_CTL_SIZE = 4096, BODY_SEG_SIZE = 8192, BODY_STRSIZE = 64 };
enum { BODY_CTL, BODY_SEG, BODY_BELL, BODY_HASH, BODY_SELF, BODY_WIDE_HASH, BODY_NMAPS };
enum {
	BODY_STRLEN, BODY_STRJOIN, BODY_USTACK, BODY_KSTACK, BODY_WALK, BODY_GETF, BODY_LLQUANT, BODY_NFUNCTIONS
};

// Slots 0 and 1 are numbers, slot 2 is the thread's value.
enum { BODY_ARG0 = -8, BODY_ARG1 = -16, BODY_THREAD = -24, BODY_NSLOTS = 3 };

struct checker_body {
	const char *name;
	const char *refusal;		// a part of it; NULL: it passes
	struct bpf_insn insns[BODY_MAX];
	uint32_t n;
};

extern const struct checker_body checker_bodies[];
extern const uint32_t checker_nbodies;

extern const struct check_map checker_maps[BODY_NMAPS];
extern const struct check_slot checker_slots[BODY_NSLOTS];
extern const char *const checker_functions[BODY_NFUNCTIONS];

// A request for the instructions, whose relocations are put in relocs (room for n).
struct check_request checker_request(const struct bpf_insn *insns, uint32_t n, struct bpf_reloc *relocs);
