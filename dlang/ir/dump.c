// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The IR as text: one operation a line, registers as v1 (scalar) or p1
// (pointer), immediates in decimal. The golden tests compare it.

#include "dlang/ir/ir.h"

#include <inttypes.h>

#include "dlang/ir/fold.h"

static void put_reg(const struct ir_fn *f, uint32_t reg, struct sbuf *out)
{
	bool pointer = reg < f->regs.n && f->regs.v[reg].kind == IK_POINTER;

	sbuf_printf(out, "%c%" PRIu32, pointer ? 'p' : 'v', reg);
}

static void put_val(const struct ir_fn *f, struct ir_val v, struct sbuf *out)
{
	if (v.kind == IV_REG)
		put_reg(f, v.reg, out);
	else
		sbuf_printf(out, "%" PRId64, v.imm);
}

static void put_off(int32_t off, struct sbuf *out)
{
	if (off)
		sbuf_printf(out, "%+" PRId32, off);
}

static void put_list(const struct ir_fn *f, const struct ir_val *v, uint32_t n, struct sbuf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			sbuf_puts(out, ", ");
		put_val(f, v[i], out);
	}
}

// Operands as they come: a, b, c.
static void put_operands(const struct ir_fn *f, const struct ir_insn *in, struct sbuf *out)
{
	const struct ir_val *v[] = { &in->a, &in->b, &in->c };

	for (int i = 0; i < 3 && v[i]->kind != IV_NONE; i++) {
		sbuf_puts(out, i ? ", " : " ");
		put_val(f, *v[i], out);
	}
}

// [base+off] and what is stored there.
static void put_memory(const struct ir_fn *f, const struct ir_insn *in, struct sbuf *out)
{
	sbuf_puts(out, " [");
	put_val(f, in->a, out);
	put_off(in->off, out);
	sbuf_putc(out, ']');
	if (in->b.kind != IV_NONE) {
		sbuf_puts(out, ", ");
		put_val(f, in->b, out);
	}
	if (in->c.kind != IV_NONE) {
		sbuf_puts(out, ", ");
		put_val(f, in->c, out);
	}
}

static void put_id(const struct ir_insn *in, struct sbuf *out)
{
	sbuf_printf(out, " %" PRIu32, in->id);
	put_off(in->off, out);
}

static void put_rest(const struct ir_fn *f, const struct ir_insn *in, struct sbuf *out)
{
	switch (in->op) {
	case IR_LD: case IR_ST: case IR_AADD: case IR_AOR: case IR_AAND: case IR_FADD:
	case IR_FOR: case IR_FAND: case IR_XCHG: case IR_CMPXCHG:
		put_memory(f, in, out);
		return;
	case IR_SLOT: case IR_ARG: case IR_MAPFD: case IR_MAPVAL:
		put_id(in, out);
		return;
	case IR_CALL: case IR_CALLRT:
		sbuf_printf(out, " %" PRIu32 "(", in->id);
		put_list(f, in->args, in->nargs, out);
		sbuf_putc(out, ')');
		return;
	case IR_JMP:
		sbuf_printf(out, " b%" PRIu32, in->t);
		return;
	case IR_BR:
		sbuf_printf(out, ".%s", ir_cond_text[in->cond]);
		put_operands(f, in, out);
		sbuf_printf(out, " ? b%" PRIu32 " : b%" PRIu32, in->t, in->f);
		return;
	case IR_SET:
		sbuf_printf(out, ".%s", ir_cond_text[in->cond]);
		put_operands(f, in, out);
		return;
	default:
		put_operands(f, in, out);
	}
}

static void put_insn(const struct ir_fn *f, const struct ir_insn *in, struct sbuf *out)
{
	sbuf_putc(out, '\t');
	if (in->dst) {
		put_reg(f, in->dst, out);
		sbuf_puts(out, " = ");
	}
	sbuf_puts(out, ir_op_text[in->op]);
	if (in->size)
		sbuf_printf(out, "%u", in->size);
	put_rest(f, in, out);
	sbuf_putc(out, '\n');
}

static void put_block(const struct ir_fn *f, uint32_t n, struct sbuf *out)
{
	const struct ir_block *b = &f->blocks.v[n];

	sbuf_printf(out, "b%" PRIu32 ":", n);
	if (b->label)
		sbuf_printf(out, " %s", b->label);
	sbuf_puts(out, b->cold ? " (cold)\n" : "\n");
	for (uint32_t i = 0; i < b->insns.n; i++)
		put_insn(f, &b->insns.v[i], out);
}

void ir_dump(const struct ir_fn *f, struct sbuf *out)
{
	sbuf_printf(out, "fn %s, %" PRIu32 " args\n", f->name, f->nargslots);
	for (uint32_t i = 0; i < f->slots.n; i++)
		sbuf_printf(out, "slot %" PRIu32 ": %" PRIu32 "\n", i, f->slots.v[i].size);
	for (uint32_t i = 0; i < f->blocks.n; i++)
		put_block(f, i, out);
}
