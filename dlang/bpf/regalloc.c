// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Register allocation by priority, with eviction. Vregs that live in several
// blocks come first, the largest first; then the local ones in program order.
// Each takes the free register that saves most copies, else throws out lighter
// ones, else is split (spill.c) and everything starts again. Weight is what a
// life in memory would cost, per position covered.
//
// A register's occupation is one owner per position: an array for eviction and
// a bit set for quick tests. Fixed uses of r0-r5 (calls, cmpxchg, the context)
// are painted first and never move.

#include <string.h>

#include "dlang/bpf/insn.h"
#include "dlang/bpf/mir.h"
#include "dlang/bpf/spill.h"

// A call chain has 512 bytes of stack; the run-time library's deepest takes 128.
enum { MAX_STACK = 512, RUNTIME_STACK = 128, MAX_ROUNDS = 40, SCRATCH_PER_INSN = 512,
	SPLIT_AGAIN = 2000 };	// vregs: in large programs it gains less than it costs

struct alloc {
	struct mir *m;
	struct liveness l;
	int32_t *reg;			// by vreg; -1: none yet
	uint32_t *owner[NREGS];		// by position, 0: free
	uint64_t *busy[NREGS];
	uint64_t *key;			// by vreg: priority, and the vreg (queue_key)
	VEC(uint64_t) heap;		// of keys
	VEC(uint32_t) failed;
};

// ---- occupation ------------------------------------------------------------

// The bits of word w that lie in [start, end).
static uint64_t word_mask(uint32_t w, uint32_t start, uint32_t end)
{
	uint64_t mask = ~(uint64_t)0;

	if (start / 64 == w)
		mask &= ~(uint64_t)0 << (start % 64);
	if (end / 64 == w)
		mask &= ((uint64_t)1 << (end % 64)) - 1;
	return mask;
}

static bool range_free(const uint64_t *busy, const struct range *r)
{
	for (uint32_t w = r->start / 64; w <= r->end / 64; w++) {
		if (busy[w] & word_mask(w, r->start, r->end))
			return false;
	}
	return true;
}

static void range_paint(uint64_t *busy, const struct range *r, bool on)
{
	for (uint32_t w = r->start / 64; w <= r->end / 64; w++) {
		uint64_t mask = word_mask(w, r->start, r->end);

		busy[w] = on ? busy[w] | mask : busy[w] & ~mask;
	}
}

static bool fits_in(const struct liveness *l, const uint64_t *busy, uint32_t v)
{
	for (uint32_t r = l->iv[v].first; r; r = l->pool.v[r].next) {
		if (!range_free(busy, &l->pool.v[r]))
			return false;
	}
	return true;
}

// Gives register reg to v, or takes it away (who = 0).
static void paint(struct alloc *a, uint32_t v, uint32_t reg, uint32_t who)
{
	for (uint32_t r = a->l.iv[v].first; r; r = a->l.pool.v[r].next) {
		const struct range *g = &a->l.pool.v[r];

		range_paint(a->busy[reg], g, who != 0);
		for (uint32_t p = g->start; p < g->end; p++)
			a->owner[reg][p] = who;
	}
}

static void paint_fixed(struct alloc *a)
{
	for (uint32_t r = 0; r < NREGS; r++)
		paint(a, VR_R0 + r, r, VR_R0 + r);
	for (uint32_t i = 0; i < a->l.calls.n; i++) {
		uint32_t p = a->l.calls.v[i];
		struct range at = { p, p + 1, 0 };

		for (uint32_t r = 0; r <= 5; r++) {
			range_paint(a->busy[r], &at, true);
			a->owner[r][p] = VR_R0 + r;
		}
	}
}

// ---- the queue -------------------------------------------------------------

static void heap_push(struct alloc *a, uint32_t v)
{
	uint64_t key = a->key[v], *h;
	uint32_t i = a->heap.n;

	vec_push(a->m->scratch, &a->heap, key);
	h = a->heap.v;
	for (; i && key > h[(i - 1) / 2]; i = (i - 1) / 2)
		h[i] = h[(i - 1) / 2];
	h[i] = key;
}

static uint32_t heap_pop(struct alloc *a)
{
	uint32_t i = 0, c, n = --a->heap.n;
	uint64_t *h = a->heap.v, top = h[0], key = h[n];

	for (; (c = 2 * i + 1) < n; i = c) {
		c += c + 1 < n && h[c + 1] > h[c];
		if (key >= h[c])
			break;
		h[i] = h[c];
	}
	h[i] = key;
	return UINT32_MAX - (uint32_t)top;
}

// What lives in several blocks first, the largest before the others; then by
// where they begin. Lower numbers go first.
static uint64_t queue_key(const struct alloc *a, uint32_t v)
{
	const struct interval *iv = &a->l.iv[v];
	uint64_t priority = iv->block == UINT32_MAX ? ((uint64_t)1 << 31) + iv->size :
			    a->l.npos - a->l.pool.v[iv->first].start;

	return priority << 32 | (UINT32_MAX - v);
}

// ---- choosing a register ---------------------------------------------------

// What the next step of splitting adds to the code, by how often it runs.
static float split_cost(const struct interval *iv, const struct mvreg *vr)
{
	bool local = iv->block != UINT32_MAX && !iv->crosses;
	float writes = vr->remat.kind ? 0 : iv->writes;

	if (vr->level == SPLIT_NONE)
		return writes + (local ? iv->reads : iv->stretches) - iv->gets;
	if (vr->level == SPLIT_CALLS && !local)
		return iv->stretches - iv->gets;
	return iv->reads - iv->gets;
}

static float weight(const struct alloc *a, uint32_t v)
{
	const struct interval *iv = &a->l.iv[v];
	const struct mvreg *vr = &a->m->vregs.v[v];
	float cost;

	if (vr->level == SPLIT_SINGLE)
		return 1e30f;
	cost = split_cost(iv, vr);
	return (cost > 0 ? cost : 0) / (float)(iv->size + 8);
}

// What each register would save in copies.
static void score_hints(const struct alloc *a, uint32_t v, float score[NREGS], bool distant)
{
	for (uint32_t h = a->l.hint[v]; h; h = a->l.hints.v[h].next) {
		const struct hint *hint = &a->l.hints.v[h];

		if (hint->other >= VR_R0 && hint->other < VR_R0 + NREGS)
			score[hint->other - VR_R0] += distant ? hint->freq / 2 : hint->freq;
		else if (a->reg[hint->other] >= 0)
			score[a->reg[hint->other]] += distant ? hint->freq / 2 : hint->freq;
		else if (!distant)
			score_hints(a, hint->other, score, true);
	}
}

static const uint8_t preferred[NREGS] = { 1, 2, 3, 4, 5, 0, 6, 7, 8, 9 };

// The best free register, or -1.
static int32_t free_register(const struct alloc *a, uint32_t v)
{
	float score[NREGS] = { 0 };
	int32_t best = -1;

	score_hints(a, v, score, false);
	for (uint32_t i = 0; i < NREGS; i++) {
		uint32_t r = preferred[i];

		if ((best < 0 || score[r] > score[best]) && fits_in(&a->l, a->busy[r], v))
			best = (int32_t)r;
	}
	return best;
}

// The heaviest vreg in v's way in register r; 1e31 for what never moves. One that weighs limit or
// more will do.
static float obstacle(const struct alloc *a, uint32_t v, uint32_t r, float limit)
{
	float max = 0;
	uint32_t last = 0;

	for (uint32_t i = a->l.iv[v].first; i; i = a->l.pool.v[i].next) {
		const struct range *g = &a->l.pool.v[i];

		for (uint32_t p = g->start; p < g->end; p++) {
			uint32_t o = a->owner[r][p];
			float w;

			if (!o || o == last)
				continue;
			if (o < VR_FIRST)
				return 1e31f;
			last = o;
			w = weight(a, o);
			max = w > max ? w : max;
			if (max >= limit)
				return max;
		}
	}
	return max;
}

static void evict(struct alloc *a, uint32_t v, uint32_t r)
{
	for (uint32_t i = a->l.iv[v].first; i; i = a->l.pool.v[i].next) {
		struct range g = a->l.pool.v[i];

		for (uint32_t p = g.start; p < g.end; p++) {
			uint32_t o = a->owner[r][p];

			if (!o)
				continue;
			paint(a, o, r, 0);
			a->reg[o] = -1;
			heap_push(a, o);
		}
	}
}

static int32_t evict_for(struct alloc *a, uint32_t v)
{
	float own = weight(a, v), least = 1e31f;
	int32_t best = -1;

	for (uint32_t i = 0; i < NREGS; i++) {
		float w = obstacle(a, v, preferred[i], least < own ? least : own);

		if (w < least) {
			least = w;
			best = preferred[i];
		}
	}
	if (best < 0 || least >= own)
		return -1;
	evict(a, v, (uint32_t)best);
	return best;
}

// ---- rounds ----------------------------------------------------------------

static void prepare_round(struct alloc *a)
{
	struct mir *m = a->m;

	arena_reset(m->scratch);
	memset(&a->heap, 0, sizeof a->heap);
	memset(&a->failed, 0, sizeof a->failed);
	bpf_live(m, &a->l);
	a->reg = arena_alloc(m->scratch, m->vregs.n * sizeof *a->reg);
	a->key = arena_alloc(m->scratch, m->vregs.n * sizeof *a->key);
	memset(a->reg, 0xff, m->vregs.n * sizeof *a->reg);
	for (uint32_t r = 0; r < NREGS; r++) {
		a->owner[r] = arena_alloc(m->scratch, (a->l.npos + 1) * sizeof *a->owner[r]);
		a->busy[r] = arena_alloc(m->scratch, (a->l.npos / 64 + 1) * 8);
	}
	paint_fixed(a);
	for (uint32_t v = VR_FIRST; v < m->vregs.n; v++) {
		if (m->vregs.v[v].stack || !a->l.iv[v].first)
			continue;
		a->key[v] = queue_key(a, v);
		heap_push(a, v);
	}
}

static void run_round(struct alloc *a)
{
	while (a->heap.n) {
		uint32_t v = heap_pop(a);
		int32_t r = free_register(a, v);

		if (r < 0)
			r = evict_for(a, v);
		a->reg[v] = r;
		if (r < 0) {
			vec_push(a->m->scratch, &a->failed, v);
			if (a->m->vregs.v[v].level == SPLIT_SINGLE)
				a->m->wrong = "register allocation failed";
		} else {
			paint(a, v, (uint32_t)r, v);
		}
	}
}

// ---- recipes ---------------------------------------------------------------

struct vreg_use {
	uint32_t defs, uses, args;
	const struct minsn *def;
};

static void count_uses(const struct minsn *in, struct vreg_use *u)
{
	uint32_t v[8], n = mir_defs(in, v);

	for (uint32_t k = 0; k < n; k++) {
		u[v[k]].defs++;
		u[v[k]].def = in;
	}
	n = mir_uses(in, v);
	for (uint32_t k = 0; k < n; k++)
		u[v[k]].uses++;
	for (uint32_t k = 0; k < in->nargs; k++)
		u[in->args[k].vreg].args++;
}

// Arguments that can be made in place need no register: constants always,
// addresses if they serve nothing but calls.
static void fold_args(struct mir *m, struct minsn *in, const struct vreg_use *u)
{
	for (uint32_t i = 0; i < in->nargs; i++) {
		uint32_t v = in->args[i].vreg;
		struct recipe r = m->vregs.v[v].remat;

		if (!v || !r.kind)
			continue;
		if (u[v].uses != u[v].args && !(r.kind == RC_IMM && r.imm == (int32_t)r.imm))
			continue;
		in->args[i] = (struct marg){ 0, r };
	}
}

#define EACH_INSN(m, in) \
	for (uint32_t b_ = 0; b_ < (m)->blocks.n; b_++) \
		for (struct minsn *in = (m)->blocks.v[b_].insns.v, \
		     *end_ = in + (m)->blocks.v[b_].insns.n; in < end_; in++)

// Vregs written once, by a GET, need no home.
static void find_recipes(struct mir *m)
{
	struct vreg_use *u = arena_alloc(m->scratch, m->vregs.n * sizeof *u);

	EACH_INSN(m, in)
		count_uses(in, u);
	for (uint32_t v = VR_FIRST; v < m->vregs.n; v++) {
		if (u[v].defs == 1 && u[v].def->kind == M_GET)
			m->vregs.v[v].remat = u[v].def->get;
	}
	EACH_INSN(m, in)
		fold_args(m, in, u);
}

// ---- homes -----------------------------------------------------------------

// A place in the frame: a slot holds scalars, or one pointer, all the time. Only where the
// stack would not do do pointers share, which have less room behind them then for the daemon's
// checker: to it, any of them may be found in the slot (Spectre 4).
struct frame_slot {
	uint64_t *busy;
	const struct mvreg *first;
};

static bool may_share(const struct mvreg *a, const struct mvreg *b, bool pressed)
{
	return a->kind == b->kind && a->context == b->context && (a->kind == IK_SCALAR || pressed);
}

// Gives each home a slot of its kind, the first that is free all its life.
static void place_homes(struct alloc *a, uint32_t *frame, bool pressed)
{
	struct mir *m = a->m;
	VEC(struct frame_slot) slots = { 0 };

	for (uint32_t v = VR_FIRST; v < m->vregs.n; v++) {
		const struct mvreg *home = &m->vregs.v[v];
		uint32_t i = 0;

		if (!home->stack || !a->l.iv[v].first)
			continue;
		while (i < slots.n && (!may_share(slots.v[i].first, home, pressed) || !fits_in(&a->l, slots.v[i].busy, v)))
			i++;
		if (i == slots.n)
			vec_push(m->scratch, &slots, (struct frame_slot){
				arena_alloc(m->scratch, (a->l.npos / 64 + 1) * 8), home });
		for (uint32_t r = a->l.iv[v].first; r; r = a->l.pool.v[r].next)
			range_paint(slots.v[i].busy, &a->l.pool.v[r], true);
		a->reg[v] = -(int32_t)(m->frame + 8 * (i + 1));
	}
	*frame = m->frame + 8 * slots.n;
}

static void split_webs(struct alloc *a)
{
	arena_reset(a->m->scratch);
	bpf_flow(a->m, &a->l);
	bpf_webs(a->m, &a->l);
}

static uint32_t stack_room(const struct mir *m)
{
	for (uint32_t b = 0; b < m->blocks.n; b++)
		for (uint32_t i = 0; i < m->blocks.v[b].insns.n; i++) {
			const struct minsn *in = &m->blocks.v[b].insns.v[i];

			if (in->kind == M_CALL && in->code == BPF_PSEUDO_CALL)
				return MAX_STACK - RUNTIME_STACK;
		}
	return MAX_STACK;
}

static int32_t *allocate(struct mir *m, uint32_t *frame)
{
	struct alloc a = { .m = m };

	split_webs(&a);
	find_recipes(m);
	for (int round = 0; round < MAX_ROUNDS && !m->wrong; round++) {
		prepare_round(&a);
		run_round(&a);
		if (!a.failed.n) {
			place_homes(&a, frame, false);
			if (*frame > stack_room(m))
				place_homes(&a, frame, true);
			if (*frame > stack_room(m))
				m->wrong = arena_printf(m->arena, "%u bytes of stack are needed, "
					"there are %u", *frame, stack_room(m));
			return m->wrong ? NULL : arena_dup(m->arena, a.reg, m->vregs.n * sizeof *a.reg);
		}
		bpf_spill(m, &a.l, a.failed.v, a.failed.n);
		if (!round && m->vregs.n < SPLIT_AGAIN)
			split_webs(&a);
	}
	if (!m->wrong)
		m->wrong = "register allocation does not end";
	return NULL;
}

int32_t *bpf_regalloc(struct mir *m, uint32_t *frame)
{
	int32_t *reg;
	size_t n = 0;

	for (uint32_t b = 0; b < m->blocks.n; b++)
		n += m->blocks.v[b].insns.n;
	m->scratch = arena_beside(m->arena, n * SCRATCH_PER_INSN + 4096);
	reg = allocate(m, frame);
	m->scratch = arena_free(m->scratch);
	return reg;
}
