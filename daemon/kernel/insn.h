// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Single BPF instructions, for the code that the core writes itself.

#include <linux/bpf.h>
#include <stdint.h>

static inline struct bpf_insn insn_raw(
	uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	return (struct bpf_insn){
		.code = code, .dst_reg = dst & 15, .src_reg = src & 15, .off = off, .imm = imm
	};
}

static inline struct bpf_insn insn_mov(uint8_t dst, uint8_t src)
{
	return insn_raw(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static inline struct bpf_insn insn_mov_imm(uint8_t dst, int32_t imm)
{
	return insn_raw(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

static inline struct bpf_insn insn_alu_imm(uint8_t op, uint8_t dst, int32_t imm)
{
	return insn_raw(BPF_ALU64 | op | BPF_K, dst, 0, 0, imm);
}

static inline struct bpf_insn insn_alu(uint8_t op, uint8_t dst, uint8_t src)
{
	return insn_raw(BPF_ALU64 | op | BPF_X, dst, src, 0, 0);
}

// size is BPF_W or BPF_DW.
static inline struct bpf_insn insn_load(uint8_t size, uint8_t dst, uint8_t src, int16_t off)
{
	return insn_raw(BPF_LDX | size | BPF_MEM, dst, src, off, 0);
}

static inline struct bpf_insn insn_store(uint8_t dst, int16_t off, uint8_t src)
{
	return insn_raw(BPF_STX | BPF_DW | BPF_MEM, dst, src, off, 0);
}

static inline struct bpf_insn insn_atomic_add(uint8_t dst, int16_t off, uint8_t src)
{
	return insn_raw(BPF_STX | BPF_DW | BPF_ATOMIC, dst, src, off, BPF_ADD);
}

static inline struct bpf_insn insn_jump(int16_t off)
{
	return insn_raw(BPF_JMP | BPF_JA, 0, 0, off, 0);
}

// op is BPF_JEQ, BPF_JGT ...
static inline struct bpf_insn insn_jump_imm(uint8_t op, uint8_t dst, int32_t imm, int16_t off)
{
	return insn_raw(BPF_JMP | op | BPF_K, dst, 0, off, imm);
}

static inline struct bpf_insn insn_jump_reg(uint8_t op, uint8_t dst, uint8_t src, int16_t off)
{
	return insn_raw(BPF_JMP | op | BPF_X, dst, src, off, 0);
}

static inline struct bpf_insn insn_call(int32_t helper)
{
	return insn_raw(BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

static inline struct bpf_insn insn_exit(void)
{
	return insn_raw(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

// The address of a byte in a single-element array; two instructions.
static inline struct bpf_insn *insn_map_value(
	struct bpf_insn *p, uint8_t dst, int32_t fd, int32_t offset)
{
	*p++ = insn_raw(BPF_LD | BPF_DW | BPF_IMM, dst, BPF_PSEUDO_MAP_VALUE, 0, fd);
	*p++ = insn_raw(0, 0, 0, 0, offset);
	return p;
}
