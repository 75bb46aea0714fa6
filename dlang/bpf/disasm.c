// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The disassembler: the kernel verifier's notation, so that its log and our
// dumps can be laid side by side.

#include <inttypes.h>

#include "dlang/bpf/emit.h"
#include "dlang/bpf/insn.h"

static const char *const alu_text[16] = {
	"+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>=", "end",
};

static const char *const jump_text[16] = {
	"goto", "==", ">", ">=", "&", "!=", "s>", "s>=", "call", "exit", "<", "<=", "s<", "s<=",
};

static const char *const size_text[4] = { "u32", "u16", "u8", "u64" };

static const char *size_of(uint8_t code)
{
	return size_text[BPF_SIZE(code) >> 3];
}

static const char *or_unknown(const char *s)
{
	return s ? s : "??";
}

static void put_alu(const struct bpf_insn *in, struct sbuf *out)
{
	char r = BPF_CLASS(in->code) == BPF_ALU64 ? 'r' : 'w';
	const char *op = or_unknown(alu_text[in->code >> 4]);

	if (BPF_OP(in->code) == BPF_END)
		sbuf_printf(out, "r%u = %s%d r%u", in->dst_reg,
			    BPF_SRC(in->code) == BPF_TO_BE ? "be" : "le", in->imm, in->dst_reg);
	else if (BPF_OP(in->code) == BPF_NEG)
		sbuf_printf(out, "%c%u = -%c%u", r, in->dst_reg, r, in->dst_reg);
	else if (BPF_SRC(in->code) == BPF_X)
		sbuf_printf(out, "%c%u %s %c%u", r, in->dst_reg, op, r, in->src_reg);
	else
		sbuf_printf(out, "%c%u %s %d", r, in->dst_reg, op, in->imm);
}

static void put_atomic(const struct bpf_insn *in, struct sbuf *out)
{
	char r = BPF_SIZE(in->code) == BPF_DW ? 'r' : 'w';
	const char *size = size_of(in->code), *op = or_unknown(alu_text[in->imm >> 4 & 15]);

	if (in->imm == BPF_CMPXCHG)
		sbuf_printf(out, "r0 = atomic_cmpxchg((%s *)(r%u %+d), r0, %c%u)", size, in->dst_reg,
			    in->off, r, in->src_reg);
	else if (in->imm == BPF_XCHG)
		sbuf_printf(out, "%c%u = atomic_xchg((%s *)(r%u %+d), %c%u)", r, in->src_reg, size,
			    in->dst_reg, in->off, r, in->src_reg);
	else if (in->imm & BPF_FETCH)
		sbuf_printf(out, "%c%u = atomic_fetch %s (%s *)(r%u %+d)", r, in->src_reg, op, size,
			    in->dst_reg, in->off);
	else
		sbuf_printf(out, "lock *(%s *)(r%u %+d) %s %c%u", size, in->dst_reg, in->off, op, r,
			    in->src_reg);
}

static void put_memory(const struct bpf_insn *in, struct sbuf *out)
{
	const char *size = size_of(in->code);

	if (BPF_CLASS(in->code) == BPF_LDX)
		sbuf_printf(out, "r%u = *(%s *)(r%u %+d)", in->dst_reg, size, in->src_reg, in->off);
	else if (BPF_CLASS(in->code) == BPF_ST)
		sbuf_printf(out, "*(%s *)(r%u %+d) = %d", size, in->dst_reg, in->off, in->imm);
	else if (BPF_MODE(in->code) == BPF_ATOMIC)
		put_atomic(in, out);
	else
		sbuf_printf(out, "*(%s *)(r%u %+d) = r%u", size, in->dst_reg, in->off, in->src_reg);
}

static void put_jump(const struct bpf_insn *in, struct sbuf *out)
{
	char r = BPF_CLASS(in->code) == BPF_JMP ? 'r' : 'w';
	const char *op = or_unknown(jump_text[in->code >> 4]);

	switch (BPF_OP(in->code)) {
	case BPF_EXIT: sbuf_puts(out, "exit"); return;
	case BPF_JA: sbuf_printf(out, "goto pc%+d", in->off); return;
	case BPF_CALL:
		sbuf_printf(out, in->src_reg == BPF_PSEUDO_CALL ? "call pc%+d" : "call #%d", in->imm);
		return;
	}
	if (BPF_SRC(in->code) == BPF_X)
		sbuf_printf(out, "if %c%u %s %c%u goto pc%+d", r, in->dst_reg, op, r, in->src_reg,
			    in->off);
	else
		sbuf_printf(out, "if %c%u %s 0x%x goto pc%+d", r, in->dst_reg, op, (uint32_t)in->imm,
			    in->off);
}

static void put_wide(const struct bpf_insn *in, struct sbuf *out)
{
	uint64_t v = (uint32_t)in[0].imm | (uint64_t)(uint32_t)in[1].imm << 32;

	if (in->src_reg == BPF_PSEUDO_MAP_FD)
		sbuf_printf(out, "r%u = map[%d]", in->dst_reg, in[0].imm);
	else if (in->src_reg == BPF_PSEUDO_MAP_VALUE)
		sbuf_printf(out, "r%u = map[%d]+%d", in->dst_reg, in[0].imm, in[1].imm);
	else
		sbuf_printf(out, "r%u = 0x%" PRIx64, in->dst_reg, v);
}

void bpf_disasm(const struct bpf_insn *insns, uint32_t n, struct sbuf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct bpf_insn *in = &insns[i];

		sbuf_printf(out, "%" PRIu32 ": (%02x) ", i, in->code);
		switch (BPF_CLASS(in->code)) {
		case BPF_ALU: case BPF_ALU64: put_alu(in, out); break;
		case BPF_JMP: case BPF_JMP32: put_jump(in, out); break;
		case BPF_LDX: case BPF_ST: case BPF_STX: put_memory(in, out); break;
		default:
			if (insn_is_ld_imm64(in) && i + 1 < n) {
				put_wide(in, out);
				i++;
			} else {
				sbuf_puts(out, "unknown");
			}
		}
		sbuf_putc(out, '\n');
	}
}
