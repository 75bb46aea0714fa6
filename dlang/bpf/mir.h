// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The machine form between selection and emission: BPF instructions in blocks
// of the final order, on virtual registers. Register allocation never changes
// the meaning of an instruction; it adds GET and PUT around it.
//
// A value that is not in a register has a recipe: how to get it into one. A
// constant, an address or an argument slot is made again; anything else is
// loaded from its home, a stack slot of its own (a vreg with `stack` set, so
// that one liveness analysis serves registers and homes).

#include "dlang/bpf/emit.h"
#include "dlang/ir/ir.h"

// Numbers of virtual registers: 1..10 are r0..r9 themselves, 11 is r10.
enum { VR_NONE = 0, VR_R0 = 1, VR_R1 = 2, VR_FP = 11, VR_FIRST = 12, NREGS = 10 };

enum recipe_kind { RC_NONE, RC_IMM, RC_FRAME, RC_ARG, RC_MAPFD, RC_MAPVAL, RC_HOME };

struct recipe {
	enum recipe_kind kind;
	uint32_t id;			// argument, map or home
	int64_t imm;			// constant, offset from r10 or in the map
};

enum mkind {
	M_NOP,
	M_INSN,			// one BPF instruction: code d, s, off, imm
	M_GET,			// d = recipe
	M_PUT,			// home x = s
	M_SET,			// d = s cond x ? 1 : 0
	M_CALL,			// r0 = helper or run-time function imm (args)
	M_BR,			// s cond x ? to[0] : to[1] of the block
	M_JMP,			// to[0]
	M_EXIT,			// r0 = 0, leave
};

// What an instruction does with its operands.
enum {
	R_DDEF = 1, R_DUSE = 2, R_SUSE = 4, R_SDEF = 8, R_XUSE = 16,
	R_R0USE = 32, R_R0DEF = 64,
	R_PURE = 128,			// removable when what it defines is dead
	R_EARLY = 256,			// d is written before the operands are read
};

struct marg {
	uint32_t vreg;			// 0: by the recipe
	struct recipe get;
};

// 64 bytes: most of a large compile's time goes by over arrays of these.
struct minsn {
	enum mkind kind : 8;
	enum ir_cond cond : 8;
	uint8_t code;			// BPF opcode; CALL: BPF_PSEUDO_CALL or 0
	uint8_t nargs;
	uint16_t roles;
	uint32_t d, s, x;		// x = 0 in SET and BR: imm
	int32_t off;
	int32_t imm;
	struct span span;
	struct recipe get;
	struct marg *args;
};

struct mblock {
	VEC(struct minsn) insns;
	uint32_t to[2], nto;
	uint32_t ir;			// the IR block it came from
	float freq;
	bool cold;
};

struct mvreg {
	enum ir_kind kind;
	bool context;			// the context, which nothing but calls can use
	bool stack;			// a home
	uint8_t level;			// how often it was split, see spill.c
	uint32_t home;			// the vreg that is its home, 0: none yet
	struct recipe remat;		// RC_NONE: only its home knows it
};

struct mir {
	struct arena *arena;
	struct ir_fn *f;
	VEC(struct mblock) blocks;
	VEC(struct mvreg) vregs;
	int32_t *slot_off;		// of IR slots, from r10
	uint32_t frame;			// bytes of arguments and IR slots
	const char *wrong;
	struct arena *scratch;		// of register allocation: empty again with each analysis
};

// A range of positions [start, end). Instruction i reads at 2i, writes at 2i+1.
struct range {
	uint32_t start, end;
	uint32_t next;			// in the pool, 0: last
};

// Where each vreg lives, how much it is used, and the points it is copied to.
struct interval {
	uint32_t first;			// range
	uint32_t size;			// positions covered
	uint32_t block;			// the only block it lives in, or UINT32_MAX
	float writes, reads, gets;	// how often; its own PUTs and GETs apart
	float stretches;		// stretches between calls that begin by needing it
	bool crosses;			// lives across a call
};

struct hint {
	uint32_t other;			// vreg (or fixed register) it is copied from or to
	float freq;
	uint32_t next;
};

struct liveness {
	VEC(struct range) pool;		// [0] unused
	VEC(struct hint) hints;		// [0] unused
	struct interval *iv;		// by vreg
	uint32_t *hint;			// by vreg: first hint
	uint32_t npos;
	VEC(uint32_t) calls;		// positions at which r0-r5 are lost
	uint32_t words;			// of a set of global vregs
	uint64_t *in, *out;		// per block
	uint32_t *global;		// by vreg: its number among globals + 1, or 0
	uint32_t *global_vreg;		// and back
	uint32_t nglobals;
};

// The vregs an instruction reads or writes, homes included; at most 8.
static inline uint32_t mir_uses(const struct minsn *in, uint32_t out[8])
{
	uint32_t n = 0;

	if (in->roles & R_DUSE)
		out[n++] = in->d;
	if (in->roles & R_SUSE)
		out[n++] = in->s;
	if (in->roles & R_XUSE)
		out[n++] = in->x;
	if (in->roles & R_R0USE)
		out[n++] = VR_R0;
	if (in->kind == M_GET && in->get.kind == RC_HOME)
		out[n++] = in->get.id;
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (in->args[i].vreg)
			out[n++] = in->args[i].vreg;
		else if (in->args[i].get.kind == RC_HOME)
			out[n++] = in->args[i].get.id;
	}
	return n;
}

static inline uint32_t mir_defs(const struct minsn *in, uint32_t out[2])
{
	uint32_t n = 0;

	if (in->roles & R_DDEF)
		out[n++] = in->d;
	if (in->roles & R_SDEF)
		out[n++] = in->s;
	if (in->roles & R_R0DEF)
		out[n++] = VR_R0;
	if (in->kind == M_PUT)
		out[n++] = in->x;
	return n;
}

uint32_t mir_vreg(struct mir *m, enum ir_kind kind);
void mir_dump(const struct mir *m, struct sbuf *out);

// layout.c: the order of reachable blocks (IR numbers) and how often each runs.
struct layout {
	uint32_t *order, n;
	float *freq;			// by IR block
};
void bpf_layout(struct ir_fn *f, struct layout *l);

// select.c: machine instructions for the IR.
void bpf_select(struct mir *m, const struct layout *l);
// live.c: the sets of vregs that live at block boundaries; no intervals.
void bpf_flow(struct mir *m, struct liveness *l);
// webs.c: unrelated values of one vreg become several vregs.
void bpf_webs(struct mir *m, const struct liveness *l);
// live.c: liveness and intervals; turns dead pure instructions into NOPs.
void bpf_live(struct mir *m, struct liveness *l);
// spill.c: rewrites the code so that these vregs live more in memory.
void bpf_spill(struct mir *m, const struct liveness *l, const uint32_t *v, uint32_t n);
// regalloc.c: the register (0..9) of every vreg; sets *frame to the bytes used
// and home offsets in reg[] for homes (negative). NULL and m->wrong: impossible.
int32_t *bpf_regalloc(struct mir *m, uint32_t *frame);
