// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Addresses of networks and links as text: the bytes are read from wherever the
// pointer leads, the run-time library makes text of words.

#include "dlang/lower/expr.h"

enum { PROBE_READ_KERNEL = 113, INET = 2, INET6 = 10, ETHER = 1, INFINIBAND = 32 };

// n bytes behind a pointer, as 64-bit words.
static void read_words(struct lower *l, struct rv from, bool own, uint32_t n, struct ir_val *words,
		       struct span where)
{
	struct ir_val tmp = read_slot(l), r;

	for (uint32_t i = 0; i < n; i += 8)
		ir_st(l->f, 8, tmp, (int32_t)i, ir_i(0));
	r = own_read(l, PROBE_READ_KERNEL, tmp, ir_i(n), from, own);
	fault_if(l, IC_NE, r, ir_i(0), FLT_BADADDR, from.kind == IK_SCALAR ? from.v : ir_i(0), where);
	for (uint32_t i = 0; i < n; i += 8)
		words[i / 8] = ir_r(ir_ld(l->f, IK_SCALAR, 8, read_slot(l), (int32_t)i));
}

struct source {
	struct rv from;
	bool own;
	struct span where;
	struct ir_val dst;
};

static void inet4(struct lower *l, const struct source *s)
{
	struct ir_val args[2] = { s->dst };

	read_words(l, s->from, s->own, 4, args + 1, s->where);
	ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_inet_ntoa"), args, 2);
}

static void inet6(struct lower *l, const struct source *s)
{
	struct ir_val args[3] = { s->dst };

	read_words(l, s->from, s->own, 16, args + 1, s->where);
	ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_inet6"), args, 3);
}

static void link_bytes(struct lower *l, const struct source *s, uint32_t n)
{
	struct ir_val args[5] = { s->dst, ir_i(0), ir_i(0), ir_i(0), ir_i(n) };

	read_words(l, s->from, s->own, n, args + 1, s->where);
	ir_callrt(l->f, IK_SCALAR, runtime_fn(l, "dt_link"), args, 5);
}

static void ether(struct lower *l, const struct source *s)
{
	link_bytes(l, s, 6);
}

static void infiniband(struct lower *l, const struct source *s)
{
	link_bytes(l, s, 20);
}

typedef void (*text_fn)(struct lower *l, const struct source *s);

// One of two families, by a number; any other is an illegal operation.
static void by_family(struct lower *l, struct ir_val family, const struct source *s, const int64_t *ids,
		      const text_fn *fns)
{
	uint32_t first = ir_block(l->f, "first family"), other = ir_block(l->f, "other family");
	uint32_t end = ir_block(l->f, "address text");

	if (family.kind == IV_IMM)
		family = ir_r(ir_copy(l->f, IK_SCALAR, family));
	ir_br(l->f, IC_EQ, family, ir_i(ids[0]), first, other);
	ir_at(l->f, first);
	fns[0](l, s);
	ir_jmp(l->f, end);
	ir_at(l->f, other);
	fault_if(l, IC_NE, family, ir_i(ids[1]), FLT_ILLOP, ir_i(0), s->where);
	fns[1](l, s);
	ir_jmp(l->f, end);
	ir_at(l->f, end);
}

static struct source source_of(struct lower *l, const struct expr *p, struct ir_val dst)
{
	return (struct source){ .from = lower_expr(l, p), .own = own_pointer(l, p), .where = p->span,
				.dst = dst };
}

struct ir_val subr_inet(struct lower *l, const struct expr *e, struct ir_val dst)
{
	static const int64_t ids[] = { INET, INET6 };
	static const text_fn fns[] = { inet4, inet6 };
	struct ir_val family = ir_i(0);
	struct source s;

	if (e->ident->builtin == BS_INET_NTOP)
		family = lower_int(l, e->args.v[0]);
	s = source_of(l, vec_last(&e->args), dst);
	if (e->ident->builtin == BS_INET_NTOP)
		by_family(l, family, &s, ids, fns);
	else
		fns[e->ident->builtin == BS_INET_NTOA6](l, &s);
	return ir_i(0);
}

struct ir_val subr_link(struct lower *l, const struct expr *e, struct ir_val dst)
{
	static const int64_t ids[] = { ETHER, INFINIBAND };
	static const text_fn fns[] = { ether, infiniband };
	struct ir_val type = lower_int(l, e->args.v[0]);
	struct source s = source_of(l, e->args.v[1], dst);

	by_family(l, type, &s, ids, fns);
	return ir_i(0);
}
