// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The IR: three-address operations on virtual registers, in basic blocks. Not
// SSA: a register may be assigned in several places. All values are 64 bits.
// One ir_fn is one BPF program (all clauses on one kernel hook, merged).
// dlang/README.md is its reference; ir_dump() prints what the golden tests
// compare; ir_verify() states what every producer must keep.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/sbuf.h"
#include "dlang/base/vec.h"
#include "dlang/diag.h"

enum irop {
#define IROP(name, text, flags) IR_##name,
#include "dlang/ir/ops.def"
#undef IROP
	IR_NOPS
};

enum { IRF_DEF = 1, IRF_EFFECT = 2, IRF_LOAD = 4, IRF_TERM = 8, IRF_COMM = 16, IRF_CALL = 32 };

enum ir_cond { IC_EQ, IC_NE, IC_ULT, IC_ULE, IC_UGT, IC_UGE, IC_SLT, IC_SLE, IC_SGT, IC_SGE, IC_TEST };

// What a register holds: pointers may be spilled only whole and never share a
// stack slot with scalars (the checker's rule, DESIGN §7).
enum ir_kind { IK_SCALAR, IK_POINTER };

enum ir_val_kind { IV_NONE, IV_REG, IV_IMM };

struct ir_val {
	enum ir_val_kind kind;
	uint32_t reg;
	int64_t imm;
};

struct ir_insn {
	enum irop op : 8;
	enum ir_cond cond : 8;		// SET, BR
	uint8_t size;			// LD ST atomics SX ZX BSWAP: 1 2 4 8
	uint8_t nargs;			// CALL, CALLRT
	uint32_t dst;			// register; 0: none (a call whose result is unused)
	struct ir_val a, b, c;
	int32_t off;
	uint32_t id;			// slot, argument, map, helper or run-time function
	uint32_t t, f;			// block numbers
	struct ir_val *args;		// nargs of them
	struct span span;
};

struct ir_block {
	VEC(struct ir_insn) insns;	// the last one is a terminator
	const char *label;		// for the dump; may be NULL
	bool cold;			// laid out behind the others
};

struct ir_reg {
	enum ir_kind kind;
};

struct ir_slot {
	uint32_t size;			// bytes, rounded up to 8
};

struct ir_fn {
	struct arena *arena;
	const char *name;
	uint32_t nargslots;		// argument slots laid out by the guard
	VEC(struct ir_reg) regs;	// regs.v[0] is unused: 0 means none
	VEC(struct ir_slot) slots;
	VEC(struct ir_block) blocks;	// block 0 is the entry
	uint32_t cur;			// block that the builder appends to
	struct span span;		// given to every instruction appended
};

// ---- builder (ir/build.c) --------------------------------------------------

void ir_init(struct ir_fn *f, struct arena *a, const char *name);
uint32_t ir_reg(struct ir_fn *f, enum ir_kind k);
uint32_t ir_slot(struct ir_fn *f, uint32_t size);
uint32_t ir_block(struct ir_fn *f, const char *label);		// does not switch to it
uint32_t ir_cold_block(struct ir_fn *f, const char *label);
void ir_at(struct ir_fn *f, uint32_t block);			// append there from now on
bool ir_terminated(const struct ir_fn *f);			// the current block has its terminator

struct ir_val ir_r(uint32_t reg);
struct ir_val ir_i(int64_t imm);

// Those that return a register make a new one. Folds constants where both
// operands are immediate, and x+0, x*1, x&-1 and the like.
struct ir_val ir_op2(struct ir_fn *f, enum irop op, struct ir_val a, struct ir_val b);
struct ir_val ir_ext(struct ir_fn *f, enum irop op, uint8_t size, struct ir_val a);
struct ir_val ir_set(struct ir_fn *f, enum ir_cond c, struct ir_val a, struct ir_val b);
uint32_t ir_ld(struct ir_fn *f, enum ir_kind k, uint8_t size, struct ir_val base, int32_t off);
void ir_st(struct ir_fn *f, uint8_t size, struct ir_val base, int32_t off, struct ir_val v);
void ir_mov(struct ir_fn *f, uint32_t dst, struct ir_val a);
uint32_t ir_copy(struct ir_fn *f, enum ir_kind k, struct ir_val a);
uint32_t ir_ptr_add(struct ir_fn *f, struct ir_val p, struct ir_val off);
// AADD AOR AAND: returns 0. FADD FOR FAND XCHG: the old value.
uint32_t ir_atomic(struct ir_fn *f, enum irop op, uint8_t size, struct ir_val base, int32_t off,
		   struct ir_val v);
uint32_t ir_cmpxchg(struct ir_fn *f, uint8_t size, struct ir_val base, int32_t off,
		    struct ir_val expected, struct ir_val desired);
uint32_t ir_slotaddr(struct ir_fn *f, uint32_t slot, int32_t off);
uint32_t ir_arg(struct ir_fn *f, enum ir_kind k, uint32_t n);
uint32_t ir_ctx(struct ir_fn *f);
uint32_t ir_mapfd(struct ir_fn *f, uint32_t map);
uint32_t ir_mapval(struct ir_fn *f, uint32_t map, int32_t off);
uint32_t ir_call(struct ir_fn *f, enum ir_kind k, uint32_t helper, const struct ir_val *args,
		 uint32_t n);
uint32_t ir_callrt(struct ir_fn *f, enum ir_kind k, uint32_t fn, const struct ir_val *args,
		   uint32_t n);
void ir_jmp(struct ir_fn *f, uint32_t t);
void ir_br(struct ir_fn *f, enum ir_cond c, struct ir_val a, struct ir_val b, uint32_t t,
	   uint32_t no);
void ir_ret(struct ir_fn *f);

// ---- passes ----------------------------------------------------------------

// NULL, or what is wrong (text in the arena): unterminated blocks, use of a
// register never assigned on some path, bad sizes, pointer kinds in arithmetic.
const char *ir_verify(struct ir_fn *f);
void ir_dump(const struct ir_fn *f, struct sbuf *out);
// Copy propagation, constant folding, fusion of SET with BR, dead code, jump
// threading; keeps memory order and every effect.
void ir_optimise(struct ir_fn *f);

extern const char *const ir_op_text[IR_NOPS];
extern const uint8_t ir_op_flags[IR_NOPS];
