// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Constructors of BPF instructions. Named after what the instruction does;
// registers are 0 to 10.

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

enum { REG_FP = 10 };

static inline struct bpf_insn insn_make(uint8_t code, uint32_t dst, uint32_t src, int32_t off,
					int32_t imm)
{
	return (struct bpf_insn){
		.code = code, .dst_reg = dst & 15, .src_reg = src & 15, .off = (int16_t)off, .imm = imm,
	};
}

static inline struct bpf_insn insn_mov(uint32_t dst, uint32_t src)
{
	return insn_make(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static inline struct bpf_insn insn_mov_imm(uint32_t dst, int32_t imm)
{
	return insn_make(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

// Zero-extends.
static inline struct bpf_insn insn_mov32_imm(uint32_t dst, int32_t imm)
{
	return insn_make(BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

static inline struct bpf_insn insn_add_imm(uint32_t dst, int32_t imm)
{
	return insn_make(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm);
}

// The BPF_SIZE bits of 1, 2, 4 or 8 bytes.
static inline uint8_t insn_size(uint8_t bytes)
{
	return bytes == 1 ? BPF_B : bytes == 2 ? BPF_H : bytes == 4 ? BPF_W : BPF_DW;
}

static inline struct bpf_insn insn_load(uint8_t bytes, uint32_t dst, uint32_t base, int32_t off)
{
	return insn_make(BPF_LDX | BPF_MEM | insn_size(bytes), dst, base, off, 0);
}

static inline struct bpf_insn insn_store(uint8_t bytes, uint32_t base, int32_t off, uint32_t src)
{
	return insn_make(BPF_STX | BPF_MEM | insn_size(bytes), base, src, off, 0);
}

// The first half of the two-slot load; the second is insn_make(0, 0, 0, 0, high).
static inline struct bpf_insn insn_ld_imm64(uint32_t dst, uint32_t pseudo, uint32_t low)
{
	return insn_make(BPF_LD | BPF_DW | BPF_IMM, dst, pseudo, 0, (int32_t)low);
}

static inline struct bpf_insn insn_jump(int32_t off)
{
	return insn_make(BPF_JMP | BPF_JA, 0, 0, off, 0);
}

static inline struct bpf_insn insn_call(uint32_t pseudo, int32_t id)
{
	return insn_make(BPF_JMP | BPF_CALL, 0, pseudo, 0, id);
}

static inline struct bpf_insn insn_exit(void)
{
	return insn_make(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static inline bool insn_is_ld_imm64(const struct bpf_insn *in)
{
	return in->code == (BPF_LD | BPF_DW | BPF_IMM);
}
