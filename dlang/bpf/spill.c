// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Splitting: makes a vreg that got no register need one for less of its life.
// A vreg goes through up to three steps, each a smaller demand than the last:
//
//   1  CALLS   it is fetched again behind each call that it lived across, so
//              that it needs no register there
//   2  STRETCH one new vreg per stretch of a block between calls
//   3  SINGLE  one new vreg per instruction; these always find a register
//
// A write is followed by a PUT to the vreg's home, unless it can be made again
// from its recipe. PUTs and GETs that turn out useless die in the next round's
// liveness, so nothing here looks for them.

#include <string.h>

#include "dlang/bpf/insn.h"
#include "dlang/bpf/mir.h"
#include "dlang/bpf/spill.h"

struct spiller {
	struct mir *m;
	const struct liveness *l;
	bool *chosen;			// by vreg
	uint32_t nchosen;		// vregs there were
	uint32_t *cursor;		// by vreg: the range that is being walked over
	uint32_t *now;			// by vreg: its stand-in in this stretch
	uint32_t *since;		// by vreg: stretch of `now`
	uint32_t stretch;
	struct mblock *b;
	VEC(uint32_t) across;		// vregs of step CALLS
	VEC(struct minsn) out;
};

static void put_insn(struct spiller *s, struct minsn in)
{
	vec_push(s->m->arena, &s->out, in);
}

// How a chosen vreg's value is got when it is in no register.
static struct recipe recipe_of(const struct mir *m, uint32_t v)
{
	const struct mvreg *vr = &m->vregs.v[v];

	if (vr->remat.kind)
		return vr->remat;
	return (struct recipe){ RC_HOME, vr->home, 0 };
}

static void put_get(struct spiller *s, uint32_t v, uint32_t d, struct span span)
{
	put_insn(s, (struct minsn){
		.kind = M_GET, .d = d, .roles = R_DDEF | R_PURE, .get = recipe_of(s->m, v), .span = span,
	});
}

static void put_put(struct spiller *s, uint32_t v, uint32_t from, struct span span)
{
	const struct mvreg *vr = &s->m->vregs.v[v];

	if (vr->remat.kind)
		return;
	put_insn(s, (struct minsn){
		.kind = M_PUT, .x = vr->home, .s = from, .roles = R_SUSE, .span = span,
	});
}

// Chosen for a new vreg in place of the old one?
static bool renamed(const struct spiller *s, uint32_t v)
{
	return v < s->nchosen && s->chosen[v] && s->m->vregs.v[v].level > SPLIT_CALLS;
}

static uint32_t stand_in(struct spiller *s, uint32_t v, bool fetch, struct span span)
{
	struct mvreg copy = s->m->vregs.v[v];

	if (s->since[v] == s->stretch && s->now[v])
		return s->now[v];
	vec_push(s->m->arena, &s->m->vregs, copy);
	s->now[v] = s->m->vregs.n - 1;
	s->since[v] = s->stretch;
	if (fetch)
		put_get(s, v, s->now[v], span);
	return s->now[v];
}

// Single-instruction vregs are forgotten behind it.
static void forget_single(struct spiller *s, uint32_t v)
{
	if (s->m->vregs.v[v].level == SPLIT_SINGLE)
		s->now[v] = 0;
}

static void rename_args(struct spiller *s, struct minsn *in)
{
	for (uint32_t i = 0; i < in->nargs; i++) {
		struct marg *a = &in->args[i];

		if (!a->vreg || !renamed(s, a->vreg))
			continue;
		if (s->since[a->vreg] == s->stretch && s->now[a->vreg] &&
		    !s->m->vregs.v[a->vreg].remat.kind) {
			a->vreg = s->now[a->vreg];
			continue;
		}
		a->get = recipe_of(s->m, a->vreg);
		a->vreg = 0;
	}
}

// Moves between a vreg and its own home, left by an earlier step, are made anew.
static bool is_own_transfer(const struct spiller *s, const struct minsn *in)
{
	if (in->kind == M_GET && renamed(s, in->d)) {
		const struct mvreg *vr = &s->m->vregs.v[in->d];

		return vr->remat.kind || (in->get.kind == RC_HOME && in->get.id == vr->home);
	}
	return in->kind == M_PUT && renamed(s, in->s) && in->x == s->m->vregs.v[in->s].home;
}

static void rename_insn(struct spiller *s, struct minsn in)
{
	uint32_t *operand[] = { &in.d, &in.s, &in.x };
	static const uint16_t uses[] = { R_DUSE, R_SUSE, R_XUSE }, defs[] = { R_DDEF, R_SDEF, 0 };
	uint32_t old[3] = { in.d, in.s, in.x };

	if (is_own_transfer(s, &in))
		return;
	if (in.kind == M_INSN && in.code == (BPF_ALU64 | BPF_MOV | BPF_X) && renamed(s, in.s) &&
	    !(s->since[in.s] == s->stretch && s->now[in.s]) && !renamed(s, in.d)) {
		put_get(s, in.s, in.d, in.span);
		return;
	}
	rename_args(s, &in);
	for (int k = 0; k < 3; k++) {
		if ((in.roles & uses[k]) && renamed(s, old[k]))
			*operand[k] = stand_in(s, old[k], true, in.span);
	}
	for (int k = 0; k < 3; k++) {
		if ((in.roles & defs[k]) && renamed(s, old[k]))
			*operand[k] = stand_in(s, old[k], false, in.span);
	}
	put_insn(s, in);
	for (int k = 0; k < 3; k++) {
		if ((in.roles & defs[k]) && renamed(s, old[k]))
			put_put(s, old[k], *operand[k], in.span);
	}
	for (int k = 0; k < 3; k++) {
		if ((in.roles & (uses[k] | defs[k])) && renamed(s, old[k]))
			forget_single(s, old[k]);
	}
}

// Is v live at pos? Asked with growing positions.
static bool live_at(struct spiller *s, uint32_t v, uint32_t pos)
{
	const struct range *pool = s->l->pool.v;

	while (s->cursor[v] && pool[s->cursor[v]].end <= pos)
		s->cursor[v] = pool[s->cursor[v]].next;
	return s->cursor[v] && pool[s->cursor[v]].start <= pos;
}

// Step CALLS: puts behind writes, gets behind calls.
static void fetch_behind_call(struct spiller *s, uint32_t pos, struct span span)
{
	for (uint32_t i = 0; i < s->across.n; i++) {
		if (live_at(s, s->across.v[i], pos))
			put_get(s, s->across.v[i], s->across.v[i], span);
	}
}

static void put_behind_write(struct spiller *s, const struct minsn *in)
{
	uint32_t v[2], n = mir_defs(in, v);

	for (uint32_t k = 0; k < n; k++) {
		if (in->kind != M_PUT && v[k] < s->nchosen && s->chosen[v[k]] &&
		    s->m->vregs.v[v[k]].level == SPLIT_CALLS)
			put_put(s, v[k], v[k], in->span);
	}
}

// Does it name a chosen vreg, or call while one might live?
static bool concerned(const struct spiller *s, const struct mblock *b)
{
	uint32_t v[8];

	for (uint32_t i = 0; i < b->insns.n; i++) {
		const struct minsn *in = &b->insns.v[i];

		if (in->kind == M_CALL && s->across.n)
			return true;
		for (uint32_t k = mir_uses(in, v); k-- > 0;)
			if (v[k] < s->nchosen && s->chosen[v[k]])
				return true;
		for (uint32_t k = mir_defs(in, v); k-- > 0;)
			if (v[k] < s->nchosen && s->chosen[v[k]])
				return true;
	}
	return false;
}

static void rewrite_block(struct spiller *s, struct mblock *b, uint32_t first)
{
	struct minsn *old = b->insns.v;
	uint32_t n = b->insns.n;

	if (!concerned(s, b))
		return;
	s->b = b;
	s->stretch++;
	s->out.n = 0;
	s->out.cap = n + n / 4 + 4;
	s->out.v = arena_alloc(s->m->arena, s->out.cap * sizeof *s->out.v);
	for (uint32_t i = 0; i < n; i++) {
		if (old[i].kind == M_NOP)
			continue;
		rename_insn(s, old[i]);
		put_behind_write(s, &old[i]);
		if (old[i].kind == M_CALL) {
			s->stretch++;
			fetch_behind_call(s, 2 * (first + i) + 1, old[i].span);
		}
	}
	b->insns.v = s->out.v;
	b->insns.n = s->out.n;
	b->insns.cap = s->out.cap;
}

// The next step for a vreg, and a home if it needs one.
static void choose(struct spiller *s, uint32_t v)
{
	struct mvreg *vr = &s->m->vregs.v[v];
	const struct interval *iv = &s->l->iv[v];

	s->chosen[v] = true;
	vr->level++;
	if (vr->level == SPLIT_CALLS && !iv->crosses)
		vr->level++;
	if (vr->level == SPLIT_CALLS) {
		vec_push(s->m->scratch, &s->across, v);
		s->cursor[v] = iv->first;
	}
	if (!vr->home && !vr->remat.kind) {
		uint32_t home = mir_vreg(s->m, vr->kind);

		s->m->vregs.v[home].stack = true;
		s->m->vregs.v[home].context = s->m->vregs.v[v].context;
		s->m->vregs.v[v].home = home;
	}
}

// Takes vregs that got no register; requires the liveness of the code as it is.
void bpf_spill(struct mir *m, const struct liveness *l, const uint32_t *v, uint32_t n)
{
	uint32_t nv = m->vregs.n, first = 0;
	struct spiller s = { .m = m, .l = l, .nchosen = nv };

	s.chosen = arena_alloc(m->scratch, nv * sizeof *s.chosen);
	s.cursor = arena_alloc(m->scratch, nv * sizeof *s.cursor);
	s.now = arena_alloc(m->scratch, nv * sizeof *s.now);
	s.since = arena_alloc(m->scratch, nv * sizeof *s.since);
	for (uint32_t i = 0; i < n; i++)
		choose(&s, v[i]);
	for (uint32_t b = 0; b < m->blocks.n; b++) {
		uint32_t count = m->blocks.v[b].insns.n;

		rewrite_block(&s, &m->blocks.v[b], first);
		first += count;
	}
}
