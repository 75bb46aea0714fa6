// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A vreg that is written in several places may hold values that never meet;
// each of them can have a register of its own. A piece is what one write (or
// the entry into a block) gives; pieces that reach the same block entry are
// united; each class of pieces becomes a vreg.

#include <string.h>

#include "dlang/bpf/mir.h"
#include "dlang/ir/flow.h"

struct webs {
	struct mir *m;
	const struct liveness *l;
	uint32_t nv;			// vregs there were; pieces are numbered from here
	uint32_t *now;			// by vreg: its piece here
	VEC(uint32_t) parent;		// by piece: union-find
	VEC(uint32_t) owner;		// by piece: the vreg
	uint32_t *in_at, *out_at;	// by block: where its lists begin in `lists`
	VEC(uint32_t) lists;		// pieces of the live-in and live-out vregs, in order
};

static bool splits(const struct webs *w, uint32_t v)
{
	return v >= VR_FIRST && v < w->nv && !w->m->vregs.v[v].stack;
}

static uint32_t new_piece(struct webs *w, uint32_t v)
{
	uint32_t p = w->parent.n;

	vec_push(w->m->scratch, &w->parent, p);
	vec_push(w->m->scratch, &w->owner, v);
	w->now[v] = p;
	return p;
}

static uint32_t find(struct webs *w, uint32_t p)
{
	while (w->parent.v[p] != p) {
		w->parent.v[p] = w->parent.v[w->parent.v[p]];
		p = w->parent.v[p];
	}
	return p;
}

// The earlier piece stands for both, so that numbering is stable.
static void unite(struct webs *w, uint32_t p, uint32_t q)
{
	p = find(w, p);
	q = find(w, q);
	if (p < q)
		w->parent.v[q] = p;
	else
		w->parent.v[p] = q;
}

static void walk_insn(struct webs *w, struct minsn *in)
{
	static const uint16_t uses[] = { R_DUSE, R_SUSE, R_XUSE }, defs[] = { R_DDEF, R_SDEF, 0 };
	uint32_t *operand[] = { &in->d, &in->s, &in->x }, old[] = { in->d, in->s, in->x };

	for (int k = 0; k < 3; k++) {
		if ((in->roles & uses[k]) && splits(w, old[k]))
			*operand[k] = w->nv + w->now[old[k]];
	}
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (splits(w, in->args[i].vreg))
			in->args[i].vreg = w->nv + w->now[in->args[i].vreg];
	}
	for (int k = 0; k < 3; k++) {
		if ((in->roles & defs[k]) && !(in->roles & uses[k]) && splits(w, old[k]))
			*operand[k] = w->nv + new_piece(w, old[k]);
	}
}

// Calls for each vreg of a live set that may be split.
#define EACH_LIVE(w, set, v) \
	for (uint32_t w_ = 0; w_ < (w)->l->words; w_++) \
		for (uint64_t bits_ = (set)[w_], v; bits_ && \
		     (v = (w)->l->global_vreg[w_ * 64 + (uint32_t)__builtin_ctzll(bits_)], true); \
		     bits_ &= bits_ - 1) \
			if (splits((w), (uint32_t)v))

static void walk_block(struct webs *w, uint32_t b)
{
	const uint64_t *in = w->l->in + (size_t)b * w->l->words;
	const uint64_t *out = w->l->out + (size_t)b * w->l->words;
	struct mblock *mb = &w->m->blocks.v[b];

	w->in_at[b] = w->lists.n;
	EACH_LIVE(w, in, v)
		vec_push(w->m->scratch, &w->lists, new_piece(w, (uint32_t)v));
	for (uint32_t i = 0; i < mb->insns.n; i++)
		walk_insn(w, &mb->insns.v[i]);
	w->out_at[b] = w->lists.n;
	EACH_LIVE(w, out, v)
		vec_push(w->m->scratch, &w->lists, w->now[v]);
}

// Both lists are in the order of the vregs' bits; what goes in came out.
static void unite_edge(struct webs *w, uint32_t from, uint32_t to)
{
	const uint64_t *in = w->l->in + (size_t)to * w->l->words;
	uint32_t i = w->in_at[to], o = w->out_at[from];

	EACH_LIVE(w, in, v) {
		while (w->owner.v[w->lists.v[o]] != v)
			o++;
		unite(w, w->lists.v[i++], w->lists.v[o]);
	}
}

// The first class of a vreg keeps its number.
static uint32_t *number_classes(struct webs *w)
{
	uint32_t *name = arena_alloc(w->m->scratch, (w->parent.n + 1) * sizeof *name);
	bool *taken = arena_alloc(w->m->scratch, w->nv);

	for (uint32_t p = 0; p < w->parent.n; p++) {
		uint32_t v = w->owner.v[p];

		if (find(w, p) != p) {
			name[p] = name[find(w, p)];
		} else if (!taken[v]) {
			taken[v] = true;
			name[p] = v;
		} else {
			struct mvreg copy = w->m->vregs.v[v];

			vec_push(w->m->arena, &w->m->vregs, copy);
			name[p] = w->m->vregs.n - 1;
		}
	}
	return name;
}

static void rename_insn(struct minsn *in, uint32_t nv, const uint32_t *name)
{
	uint32_t *operand[] = { &in->d, &in->s, &in->x };

	for (int k = 0; k < 3; k++) {
		if (*operand[k] >= nv)
			*operand[k] = name[*operand[k] - nv];
	}
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (in->args[i].vreg >= nv)
			in->args[i].vreg = name[in->args[i].vreg - nv];
	}
}

// Requires bpf_flow() of the code as it is, and makes it void.
void bpf_webs(struct mir *m, const struct liveness *l)
{
	struct webs w = { .m = m, .l = l, .nv = m->vregs.n };
	uint32_t *name;

	w.now = arena_alloc(m->scratch, w.nv * sizeof *w.now);
	w.in_at = arena_alloc(m->scratch, m->blocks.n * sizeof *w.in_at);
	w.out_at = arena_alloc(m->scratch, m->blocks.n * sizeof *w.out_at);
	for (uint32_t b = 0; b < m->blocks.n; b++)
		walk_block(&w, b);
	for (uint32_t b = 0; b < m->blocks.n; b++) {
		for (uint32_t k = 0; k < m->blocks.v[b].nto; k++)
			unite_edge(&w, b, m->blocks.v[b].to[k]);
	}
	name = number_classes(&w);
	for (uint32_t b = 0; b < m->blocks.n; b++) {
		for (uint32_t i = 0; i < m->blocks.v[b].insns.n; i++)
			rename_insn(&m->blocks.v[b].insns.v[i], w.nv, name);
	}
}
