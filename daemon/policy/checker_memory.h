// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The checker's view of a moment of the program, and memory in it: the stack and
// values of maps.
//
// A processor may load from a slot of the stack before an older store to it is
// done, and go on with what was there (Spectre 4). So a slot holds whatever any store
// of the whole program puts there; only that its bytes were written, and which
// pointer is not NULL, is followed from instruction to instruction.

#include "daemon/policy/checker.h"
#include "daemon/policy/checker_value.h"

enum { CHECK_NREGS = 11, CHECK_NSLOTS = CHECK_STACK_SIZE / 8 };

struct check_frame {
	struct check_value regs[CHECK_NREGS];
	uint32_t ids[CHECK_NSLOTS];		// of the pointers in slots
	uint64_t full;				// slots whose pointer is not NULL
	uint8_t written[CHECK_NSLOTS];		// a bit per byte
};

struct checker {
	const struct check_request *q;
	struct reason *why;
	uint32_t at;				// the instruction
	struct check_value slots[CHECK_NSLOTS];
	uint32_t round, last[CHECK_NSLOTS];	// of the program; in which the slot changed
	uint32_t rounds[CHECK_NSLOTS];		// how many those were
	bool changed;				// a slot did, in this round
};

// What helpers and run-time functions do with memory.
enum check_use {
	CHECK_READ,
	CHECK_WRITE,		// some of it: the rest stays
	CHECK_FILL,		// all of it
};

// All return 0, or CHECK_E_REFUSED with why set.
int checker_refuse(struct checker *c, const char *rule);
int checker_load(struct checker *c, const struct check_frame *f, const struct check_value *base, int16_t off,
	uint32_t size, struct check_value *out);
int checker_store(struct checker *c, struct check_frame *f, const struct check_value *base, int16_t off,
	uint32_t size, const struct check_value *v);

// least to most bytes from the pointer on.
int checker_use(struct checker *c, struct check_frame *f, const struct check_value *base, uint64_t least,
	uint64_t most, enum check_use use);

// The pointers with this id are not NULL.
void checker_not_null(struct check_frame *f, uint32_t id);

// No pointer has this id any more.
void checker_forget(struct check_frame *f, uint32_t id);

// What is known where both come together, in *into: whether it changed.
bool checker_meet(struct check_frame *into, const struct check_frame *from, bool widen);

// An argument slot, before the first instruction; id is nobody else's.
void checker_argument(struct checker *c, struct check_frame *f, uint32_t number, uint32_t id);
