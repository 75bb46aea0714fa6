// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Operands of machine instructions, and their dump for debugging.

#include "dlang/bpf/mir.h"

#include <inttypes.h>

#include "dlang/ir/fold.h"

uint32_t mir_vreg(struct mir *m, enum ir_kind kind)
{
	vec_push(m->arena, &m->vregs, (struct mvreg){ .kind = kind });
	return m->vregs.n - 1;
}

static void put_vreg(uint32_t v, struct sbuf *out)
{
	if (v < VR_FIRST)
		sbuf_printf(out, " r%" PRIu32, v - VR_R0);
	else
		sbuf_printf(out, " v%" PRIu32, v - VR_FIRST);
}

static void put_recipe(const struct recipe *r, struct sbuf *out)
{
	static const char *const names[] = { "none", "imm", "frame", "arg", "mapfd", "mapval", "home" };

	sbuf_printf(out, " <%s", names[r->kind]);
	if (r->kind == RC_HOME)
		put_vreg(r->id, out);
	else
		sbuf_printf(out, " %" PRIu32 " %" PRId64, r->id, r->imm);
	sbuf_putc(out, '>');
}

static void dump_insn(const struct minsn *in, struct sbuf *out)
{
	static const char *const names[] = {
		"nop", "insn", "get", "put", "set", "call", "br", "jmp", "exit",
	};

	sbuf_printf(out, "\t%s", names[in->kind]);
	if (in->kind == M_INSN)
		sbuf_printf(out, " %02x", in->code);
	if (in->kind == M_SET || in->kind == M_BR)
		sbuf_printf(out, ".%s", ir_cond_text[in->cond]);
	if (in->d)
		put_vreg(in->d, out);
	if (in->s)
		put_vreg(in->s, out);
	if (in->x)
		put_vreg(in->x, out);
	if (in->kind == M_GET)
		put_recipe(&in->get, out);
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (in->args[i].vreg)
			put_vreg(in->args[i].vreg, out);
		else
			put_recipe(&in->args[i].get, out);
	}
	sbuf_printf(out, " off %" PRId32 " imm %" PRId32 "\n", in->off, in->imm);
}

void mir_dump(const struct mir *m, struct sbuf *out)
{
	uint32_t pos = 0;

	for (uint32_t b = 0; b < m->blocks.n; b++) {
		const struct mblock *mb = &m->blocks.v[b];

		sbuf_printf(out, "m%" PRIu32 " (b%" PRIu32 ", x%g) ->", b, mb->ir, (double)mb->freq);
		for (uint32_t i = 0; i < mb->nto; i++)
			sbuf_printf(out, " m%" PRIu32, mb->to[i]);
		sbuf_putc(out, '\n');
		for (uint32_t i = 0; i < mb->insns.n; i++, pos++) {
			sbuf_printf(out, "%" PRIu32, pos);
			dump_insn(&mb->insns.v[i], out);
		}
	}
}
