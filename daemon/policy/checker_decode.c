// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Which instructions there are, see checker_decode.h: those of the instruction
// set's third version, as they run on every kernel that we support.

#include "daemon/policy/checker_decode.h"

#include <linux/bpf.h>

// Fields that an instruction uses; the others are zero.
enum {
	DST = 1, SRC = 2, OFF = 4, IMM = 8,
	WRITES = 16,		// dst is written
	JUMPS = 32,
	KNOWN = 64,
};

#define ALU_OP(op)                                                         \
	[BPF_ALU64 | (op) | BPF_K] = KNOWN | DST | IMM | WRITES,           \
	[BPF_ALU64 | (op) | BPF_X] = KNOWN | DST | SRC | WRITES,           \
	[BPF_ALU | (op) | BPF_K] = KNOWN | DST | IMM | WRITES,             \
	[BPF_ALU | (op) | BPF_X] = KNOWN | DST | SRC | WRITES

#define JUMP_OP(op)                                                        \
	[BPF_JMP | (op) | BPF_K] = KNOWN | DST | OFF | IMM | JUMPS,        \
	[BPF_JMP | (op) | BPF_X] = KNOWN | DST | SRC | OFF | JUMPS,        \
	[BPF_JMP32 | (op) | BPF_K] = KNOWN | DST | OFF | IMM | JUMPS,      \
	[BPF_JMP32 | (op) | BPF_X] = KNOWN | DST | SRC | OFF | JUMPS

#define MEMORY_OP(size)                                                    \
	[BPF_LDX | BPF_MEM | (size)] = KNOWN | DST | SRC | OFF | WRITES,   \
	[BPF_STX | BPF_MEM | (size)] = KNOWN | DST | SRC | OFF,            \
	[BPF_ST | BPF_MEM | (size)] = KNOWN | DST | OFF | IMM

static const uint8_t forms[256] = {
	ALU_OP(BPF_ADD), ALU_OP(BPF_SUB), ALU_OP(BPF_MUL), ALU_OP(BPF_DIV), ALU_OP(BPF_OR), ALU_OP(BPF_AND),
	ALU_OP(BPF_LSH), ALU_OP(BPF_RSH), ALU_OP(BPF_MOD), ALU_OP(BPF_XOR), ALU_OP(BPF_MOV), ALU_OP(BPF_ARSH),
	[BPF_ALU64 | BPF_NEG] = KNOWN | DST | WRITES,
	[BPF_ALU | BPF_NEG] = KNOWN | DST | WRITES,
	[BPF_ALU | BPF_END | BPF_TO_LE] = KNOWN | DST | IMM | WRITES,
	[BPF_ALU | BPF_END | BPF_TO_BE] = KNOWN | DST | IMM | WRITES,
	MEMORY_OP(BPF_B), MEMORY_OP(BPF_H), MEMORY_OP(BPF_W), MEMORY_OP(BPF_DW),
	[BPF_STX | BPF_ATOMIC | BPF_W] = KNOWN | DST | SRC | OFF | IMM,
	[BPF_STX | BPF_ATOMIC | BPF_DW] = KNOWN | DST | SRC | OFF | IMM,
	[BPF_LD | BPF_IMM | BPF_DW] = KNOWN | DST | IMM | WRITES,
	[BPF_JMP | BPF_JA] = KNOWN | OFF | JUMPS,
	JUMP_OP(BPF_JEQ), JUMP_OP(BPF_JNE), JUMP_OP(BPF_JGT), JUMP_OP(BPF_JGE), JUMP_OP(BPF_JLT), JUMP_OP(BPF_JLE),
	JUMP_OP(BPF_JSGT), JUMP_OP(BPF_JSGE), JUMP_OP(BPF_JSLT), JUMP_OP(BPF_JSLE), JUMP_OP(BPF_JSET),
	[BPF_JMP | BPF_CALL] = KNOWN | IMM,
	[BPF_JMP | BPF_EXIT] = KNOWN,
};

static bool is_wide(const struct bpf_insn *in)
{
	return in->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static int check_fields(struct checker *c, const struct bpf_insn *in, bool relocated)
{
	uint8_t form = forms[in->code];

	if (!(form & KNOWN))
		return checker_refuse(c, "an instruction that no program of ours has");
	if (relocated)		// src and imm are the core's to fill in
		form |= SRC | IMM;
	if (in->dst_reg > BPF_REG_10 || (in->src_reg > BPF_REG_10 && !relocated))
		return checker_refuse(c, "a register that there is not");
	if ((!(form & DST) && in->dst_reg) || (!(form & SRC) && in->src_reg) || (!(form & OFF) && in->off) ||
	    (!(form & IMM) && in->imm))
		return checker_refuse(c, "a field that the instruction does not use is not zero");
	if (form & WRITES && in->dst_reg == BPF_REG_10)
		return checker_refuse(c, "the frame pointer is written");
	return 0;
}

static int check_immediate(struct checker *c, const struct bpf_insn *in)
{
	uint8_t class = BPF_CLASS(in->code), op = BPF_OP(in->code);
	bool alu = class == BPF_ALU || class == BPF_ALU64;
	int32_t bits = class == BPF_ALU ? 32 : 64;

	if (alu && op == BPF_END)
		return in->imm == 16 || in->imm == 32 || in->imm == 64 ? 0 : checker_refuse(c, "a swap of unknown size");
	if (!alu || BPF_SRC(in->code) == BPF_X)
		return 0;
	if ((op == BPF_DIV || op == BPF_MOD) && !in->imm)
		return checker_refuse(c, "a division by zero");
	if ((op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH) && (in->imm < 0 || in->imm >= bits))
		return checker_refuse(c, "a shift by more bits than there are");
	return 0;
}

static int check_map_reloc(struct checker *c, const struct bpf_reloc *r)
{
	const struct check_map *map = r->index < c->q->nmaps ? &c->q->maps[r->index] : NULL;
	uint32_t offset = (uint32_t)c->q->insns[r->insn + 1].imm;

	if (!map)
		return checker_refuse(c, "a map that the session does not have");
	if (r->kind == RELOC_MAP_FD && offset)
		return checker_refuse(c, "a place in a map without its value");
	if (r->kind == RELOC_MAP_VALUE && (map->kind != CHECK_MAP_CELL || offset >= map->value_size))
		return checker_refuse(c, "a place outside of the map's value");
	return 0;
}

static int check_reloc(struct checker *c, const struct bpf_insn *in, const struct bpf_reloc *r)
{
	if (r->kind == RELOC_MAP_FD || r->kind == RELOC_MAP_VALUE)
		return is_wide(in) ? check_map_reloc(c, r) : checker_refuse(c, "a map where none can be");
	if (r->kind != RELOC_RUNTIME || in->code != (BPF_JMP | BPF_CALL))
		return checker_refuse(c, "a relocation that fits no instruction");
	return r->index < c->q->nfunctions ? 0 : checker_refuse(c, "a run-time function without a name");
}

static int decode_wide(struct checker *c, struct check_insn *out)
{
	const struct bpf_insn *next = &c->q->insns[c->at + 1];

	if (c->at + 1 == c->q->n || next->code || next->dst_reg || next->src_reg || next->off)
		return checker_refuse(c, "half a 64-bit load");
	out[c->at + 1].flags |= CHECK_SECOND;
	return 0;
}

static int decode_jump(struct checker *c, const struct bpf_insn *in, struct check_insn *out)
{
	int64_t target = (int64_t)c->at + 1 + in->off;

	if (target < 0 || target >= c->q->n)
		return checker_refuse(c, "a jump out of the body");
	out->target = (uint32_t)target;
	out->flags |= CHECK_BRANCHES;
	if (in->code == (BPF_JMP | BPF_JA))
		out->flags |= CHECK_ENDS;
	return 0;
}

static int decode_one(struct checker *c, struct check_insn *out, const struct bpf_reloc *reloc)
{
	const struct bpf_insn *in = &c->q->insns[c->at];
	struct check_insn *o = &out[c->at];

	o->reloc = reloc;
	if (check_fields(c, in, reloc) || check_immediate(c, in))
		return CHECK_E_REFUSED;
	if (is_wide(in) && decode_wide(c, out))
		return CHECK_E_REFUSED;
	if (reloc && check_reloc(c, in, reloc))
		return CHECK_E_REFUSED;
	if (in->code == (BPF_JMP | BPF_EXIT))
		o->flags |= CHECK_ENDS;
	return forms[in->code] & JUMPS ? decode_jump(c, in, o) : 0;
}

static int mark_leaders(struct checker *c, struct check_insn *out)
{
	out[0].flags |= CHECK_LEADER;
	for (c->at = 0; c->at < c->q->n; c->at++) {
		struct check_insn *o = &out[c->at];

		if (o->flags & CHECK_SECOND)
			continue;
		if (o->flags & CHECK_BRANCHES) {
			if (out[o->target].flags & CHECK_SECOND)
				return checker_refuse(c, "a jump into a 64-bit load");
			out[o->target].flags |= CHECK_LEADER;
		}
		if (o->flags & (CHECK_BRANCHES | CHECK_ENDS) && c->at + 1 < c->q->n)
			o[1].flags |= CHECK_LEADER;
	}
	return 0;
}

static bool may_end_here(const struct check_insn *out, uint32_t last)
{
	return out[last].flags & CHECK_ENDS && !(out[last].flags & CHECK_SECOND);
}

int checker_decode(struct checker *c, struct check_insn *out)
{
	const struct check_request *q = c->q;
	uint32_t next = 0;

	for (c->at = 0; c->at < q->n; c->at++) {
		const struct bpf_reloc *r = next < q->nrelocs && q->relocs[next].insn == c->at ? &q->relocs[next] : NULL;

		next += r != NULL;
		if (decode_one(c, out, r))
			return CHECK_E_REFUSED;
		if (is_wide(&q->insns[c->at]))
			c->at++;
	}
	c->at = q->n - 1;
	if (next != q->nrelocs)
		return checker_refuse(c, "a relocation inside of an instruction, or in no order");
	if (!may_end_here(out, c->at))
		return checker_refuse(c, "the body ends without an exit");
	return mark_leaders(c, out);
}
