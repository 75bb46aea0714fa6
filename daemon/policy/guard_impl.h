// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Private to the files that write a guard: what is written so far, and the
// registers they agree on. r6 holds the context, r7 the guard's words, r8 the
// thread if that is looked at; slots are filled through r2, r3 and r4.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/insn.h"
#include "daemon/policy/guard.h"

enum { CTX = BPF_REG_6, WORDS = BPF_REG_7, TASK = BPF_REG_8, A = BPF_REG_2, B = BPF_REG_3, C = BPF_REG_4 };

// The ways out of the guard's checks other than on to the slots.
enum guard_exit {
	EXIT_LEAVE,
	EXIT_COMPAT,	// leave, counted
	EXIT_MASK,	// into the body, which learns nothing of the thread
	EXIT_N
};

struct writer {
	struct bpf_insn *insns;
	uint32_t n;
	const struct guard_request *q;
	enum hook_kind hook;
	uint32_t slot;		// the one that is filled
	const struct place_arg *args;
	uint32_t nargs;
	// Jumps whose distance is not known yet.
	struct { uint32_t at; enum guard_exit to; } pending[32];
	uint32_t npending;
};

static inline void put(struct writer *w, struct bpf_insn insn)
{
	w->insns[w->n++] = insn;
}

static inline void put_exit(struct writer *w, struct bpf_insn jump, enum guard_exit to)
{
	w->pending[w->npending].at = w->n;
	w->pending[w->npending++].to = to;
	put(w, jump);
}

static inline void put_constant(struct writer *w, uint8_t reg, uint64_t n)
{
	put(w, insn_raw(BPF_LD | BPF_DW | BPF_IMM, reg, 0, 0, (int32_t)(uint32_t)n));
	put(w, insn_raw(0, 0, 0, 0, (int32_t)(uint32_t)(n >> 32)));
}

static inline int16_t slot_offset(uint32_t slot)
{
	return (int16_t)(-8 * (int)(slot + 1));
}

static inline void store_slot(struct writer *w, uint32_t slot, uint8_t reg)
{
	put(w, insn_store(BPF_REG_10, slot_offset(slot), reg));
}

// ---- guard_user.c: guards of programs that are confined ----------------------

// Leaves, or masks, unless the thread is the user's.
void guard_put_visibility(struct writer *w);
// To A: of an ARG_CURRENT, an ARG_SELF.
void guard_fill_current(struct writer *w, const struct slot_source *s);
void guard_fill_self(struct writer *w, const struct slot_source *s);
// What EXIT_MASK goes to: fills all slots.
void guard_put_mask(struct writer *w);
// Nothing of the guard is in the registers that the body begins with.
void guard_put_clearing(struct writer *w);
