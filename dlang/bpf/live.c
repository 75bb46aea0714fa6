// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Liveness and live intervals. Only vregs that are read in a block before they
// are written there can live across blocks; only those have a bit in the sets
// of the data flow. The intervals then come from one backward scan per block,
// which also finds instructions whose result nobody reads.
//
// The same scan counts what a life in memory would cost: a store for each write,
// a load for each read or for each stretch of code between calls that reads.

#include <string.h>

#include "dlang/bpf/insn.h"
#include "dlang/bpf/mir.h"
#include "dlang/ir/flow.h"

// ---- which vregs live across blocks ----------------------------------------

static void add_global(struct liveness *l, uint32_t v)
{
	if (v < VR_FIRST || l->global[v])
		return;
	l->global_vreg[l->nglobals] = v;
	l->global[v] = ++l->nglobals;
}

// What a block reads before it writes it, and what it writes.
struct touched {
	uint32_t block, vreg;
};

struct touches {
	VEC(struct touched) reads, writes;
};

static void find_globals(struct mir *m, struct liveness *l, struct touches *t)
{
	uint32_t nv = m->vregs.n, v[8];
	uint32_t *defined = arena_alloc(m->scratch, nv * sizeof *defined);	// in block + 1

	l->global = arena_alloc(m->scratch, nv * sizeof *l->global);
	l->global_vreg = arena_alloc(m->scratch, nv * sizeof *l->global_vreg);
	for (uint32_t b = 0; b < m->blocks.n; b++) {
		struct mblock *mb = &m->blocks.v[b];

		for (uint32_t i = 0; i < mb->insns.n; i++) {
			struct minsn *in = &mb->insns.v[i];
			uint32_t n = mir_uses(in, v);

			for (uint32_t k = 0; k < n; k++) {
				if (defined[v[k]] == b + 1)
					continue;
				add_global(l, v[k]);
				vec_push(m->scratch, &t->reads, (struct touched){ b, v[k] });
			}
			n = mir_defs(in, v);
			for (uint32_t k = 0; k < n; k++) {
				if (defined[v[k]] != b + 1)
					vec_push(m->scratch, &t->writes, (struct touched){ b, v[k] });
				defined[v[k]] = b + 1;
			}
		}
	}
}

// ---- data flow -------------------------------------------------------------

static void add_touched(const struct liveness *l, const struct touched *v, uint32_t n, uint64_t *sets)
{
	for (uint32_t i = 0; i < n; i++)
		if (l->global[v[i].vreg])
			bit_add(sets + (size_t)v[i].block * l->words, l->global[v[i].vreg] - 1);
}

static bool flow_block(const struct mir *m, struct liveness *l, uint32_t b, const uint64_t *kill)
{
	const struct mblock *mb = &m->blocks.v[b];
	uint64_t *out = l->out + (size_t)b * l->words, *in = l->in + (size_t)b * l->words;
	bool changed = false;

	for (uint32_t k = 0; k < mb->nto; k++) {
		const uint64_t *from = l->in + (size_t)mb->to[k] * l->words;

		for (uint32_t w = 0; w < l->words; w++)
			out[w] |= from[w];
	}
	for (uint32_t w = 0; w < l->words; w++) {
		uint64_t now = in[w] | (out[w] & ~kill[w]);

		changed |= now != in[w];
		in[w] = now;
	}
	return changed;
}

// The live sets at block ends. `in` starts as gen and grows.
void bpf_flow(struct mir *m, struct liveness *l)
{
	uint32_t nb = m->blocks.n;
	struct touches t = { 0 };
	uint64_t *kill;
	bool changed = true;

	*l = (struct liveness){ .npos = 0 };
	find_globals(m, l, &t);
	l->words = l->nglobals / 64 + 1;
	l->in = arena_alloc(m->scratch, (size_t)nb * l->words * 8);
	l->out = arena_alloc(m->scratch, (size_t)nb * l->words * 8);
	kill = arena_alloc(m->scratch, (size_t)nb * l->words * 8);
	add_touched(l, t.reads.v, t.reads.n, l->in);
	add_touched(l, t.writes.v, t.writes.n, kill);
	while (changed) {
		changed = false;
		for (uint32_t b = nb; b-- > 0;)
			changed |= flow_block(m, l, b, kill + (size_t)b * l->words);
	}
}

// ---- intervals -------------------------------------------------------------

struct scan {
	struct mir *m;
	struct liveness *l;
	uint32_t block, segment;	// segment: counts calls and blocks
	float freq;
	uint32_t *open;			// by vreg: end of the range being built, 0: dead here
	uint32_t *read_in;		// by vreg: last segment that reads it
};

static void add_range(struct scan *s, uint32_t v, uint32_t start, uint32_t end)
{
	struct liveness *l = s->l;
	struct interval *iv = &l->iv[v];
	struct range *head = &l->pool.v[iv->first];

	iv->size += end - start;
	if (!iv->first)
		iv->block = s->block;
	else if (iv->block != s->block)
		iv->block = UINT32_MAX;
	if (iv->first && head->start <= end) {
		head->start = start;
		return;
	}
	vec_push(s->m->scratch, &l->pool, (struct range){ start, end, iv->first });
	iv->first = l->pool.n - 1;
}

// get: the write is a fetch from home, which says nothing about need.
static void scan_def(struct scan *s, uint32_t v, uint32_t pos, bool get)
{
	struct interval *iv = &s->l->iv[v];

	add_range(s, v, pos, s->open[v] ? s->open[v] : (pos | 1) + 1);
	s->open[v] = 0;
	if (get) {
		iv->gets += s->freq;
		return;
	}
	iv->writes += s->freq;
	if (s->read_in[v] == s->segment)
		iv->stretches -= s->freq;	// this write gives what is read below
	s->read_in[v] = 0;
}

static void scan_use(struct scan *s, uint32_t v, uint32_t pos, bool own_put)
{
	struct interval *iv = &s->l->iv[v];

	if (!s->open[v])
		s->open[v] = pos + 1;
	if (own_put)
		return;
	iv->reads += s->freq;
	if (s->read_in[v] != s->segment)
		iv->stretches += s->freq;
	s->read_in[v] = s->segment;
}

static void add_hint(struct scan *s, uint32_t v, uint32_t other)
{
	struct liveness *l = s->l;

	vec_push(s->m->scratch, &l->hints, (struct hint){ other, s->freq, l->hint[v] });
	l->hint[v] = l->hints.n - 1;
}

static void add_hints(struct scan *s, const struct minsn *in)
{
	if (in->kind == M_INSN && in->code == (BPF_ALU64 | BPF_MOV | BPF_X)) {
		add_hint(s, in->d, in->s);
		add_hint(s, in->s, in->d);
	}
	for (uint32_t i = 0; i < in->nargs; i++) {
		if (in->args[i].vreg)
			add_hint(s, in->args[i].vreg, VR_R1 + i);
	}
}

static void scan_insn(struct scan *s, struct minsn *in, uint32_t index)
{
	uint32_t v[8], n = mir_defs(in, v), pos = 2 * index;
	bool dead = (in->roles & R_PURE) || in->kind == M_PUT;

	for (uint32_t k = 0; k < n; k++)
		dead = dead && !s->open[v[k]] && v[k] >= VR_FIRST;
	if (dead || in->kind == M_NOP) {
		*in = (struct minsn){ .kind = M_NOP };
		return;
	}
	for (uint32_t k = 0; k < n; k++)
		scan_def(s, v[k], in->roles & R_EARLY ? pos : pos + 1, in->kind == M_GET);
	if (in->kind == M_CALL) {
		vec_push(s->m->scratch, &s->l->calls, pos + 1);
		s->segment++;
	}
	n = mir_uses(in, v);
	for (uint32_t k = 0; k < n; k++)
		scan_use(s, v[k], pos, in->kind == M_PUT);
	add_hints(s, in);
}

// Live-out vregs are open to the block's end; what is still open at its
// beginning lived in.
static void scan_block(struct scan *s, uint32_t b, uint32_t first)
{
	struct liveness *l = s->l;
	struct mblock *mb = &s->m->blocks.v[b];
	uint32_t end = 2 * (first + mb->insns.n);
	const uint64_t *out = l->out + (size_t)b * l->words, *in = l->in + (size_t)b * l->words;

	s->block = b;
	s->segment++;
	s->freq = mb->freq;
	for (uint32_t w = 0; w < l->words; w++) {
		for (uint64_t bits = out[w]; bits; bits &= bits - 1)
			s->open[l->global_vreg[w * 64 + (uint32_t)__builtin_ctzll(bits)]] = end;
	}
	for (uint32_t i = mb->insns.n; i-- > 0;)
		scan_insn(s, &mb->insns.v[i], first + i);
	for (uint32_t w = 0; w < l->words; w++) {
		for (uint64_t bits = in[w]; bits; bits &= bits - 1) {
			uint32_t v = l->global_vreg[w * 64 + (uint32_t)__builtin_ctzll(bits)];

			if (s->open[v])
				add_range(s, v, 2 * first, s->open[v]);
			s->open[v] = 0;
		}
	}
}

// How many calls come before each instruction.
static const uint32_t *count_calls(const struct mir *m, uint32_t ninsns)
{
	uint32_t *before = arena_alloc(m->scratch, (ninsns + 1) * sizeof *before), n = 0;

	for (uint32_t b = 0; b < m->blocks.n; b++)
		for (uint32_t i = 0; i < m->blocks.v[b].insns.n; i++, n++)
			before[n + 1] = before[n] + (m->blocks.v[b].insns.v[i].kind == M_CALL);
	return before;
}

// Does a call lie inside one of its ranges? They are at odd positions, behind the reads.
static bool crosses_call(const struct liveness *l, const struct interval *iv, const uint32_t *calls_before)
{
	for (uint32_t r = iv->first; r; r = l->pool.v[r].next)
		if (calls_before[l->pool.v[r].start / 2] != calls_before[l->pool.v[r].end / 2])
			return true;
	return false;
}

// Requires blocks in their final order; positions count all instructions.
void bpf_live(struct mir *m, struct liveness *l)
{
	uint32_t nv = m->vregs.n, n = 0;
	struct scan s = { .m = m, .l = l };
	const uint32_t *calls_before;

	bpf_flow(m, l);
	l->iv = arena_alloc(m->scratch, nv * sizeof *l->iv);
	l->hint = arena_alloc(m->scratch, nv * sizeof *l->hint);
	vec_push(m->scratch, &l->pool, (struct range){ 0, 0, 0 });
	vec_push(m->scratch, &l->hints, (struct hint){ 0, 0, 0 });
	s.open = arena_alloc(m->scratch, nv * sizeof *s.open);
	s.read_in = arena_alloc(m->scratch, nv * sizeof *s.read_in);
	for (uint32_t b = 0; b < m->blocks.n; b++)
		n += m->blocks.v[b].insns.n;
	l->npos = 2 * n;
	for (uint32_t b = m->blocks.n; b-- > 0;) {
		n -= m->blocks.v[b].insns.n;
		scan_block(&s, b, n);
	}
	calls_before = count_calls(m, l->npos / 2);
	for (uint32_t v = VR_FIRST; v < nv; v++)
		l->iv[v].crosses = crosses_call(l, &l->iv[v], calls_before);
}
