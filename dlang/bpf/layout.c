// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The order of blocks: reverse postorder, so that a block follows one of its
// predecessors and a loop stays in one piece, with cold blocks behind the
// others. How often a block runs is guessed from how many loops it is in.

#include <stdlib.h>
#include <string.h>

#include "dlang/bpf/mir.h"
#include "dlang/ir/flow.h"

struct edge {
	uint32_t from, to;
};

struct walk {
	struct ir_fn *f;
	uint32_t *post, npost;		// blocks in postorder
	uint32_t *stack;		// the path from the entry
	uint8_t *next;			// successors already taken
	uint8_t *state;			// 0 new, 1 on the path, 2 done
	uint32_t *depth;		// by block: loops around it
	VEC(struct edge) back;		// edges to a block on the path: loops
};

// The i-th successor to walk into. What is walked into last is laid out first:
// the deeper loop, then the warm one, then the true one.
static uint32_t successor(const struct walk *w, uint32_t b, uint32_t i)
{
	uint32_t to[2], n = ir_successors(&w->f->blocks.v[b], to), first = 1;

	if (n < 2)
		return to[0];
	if (w->depth[to[0]] != w->depth[to[1]])
		first = w->depth[to[1]] < w->depth[to[0]];
	else if (w->f->blocks.v[to[0]].cold != w->f->blocks.v[to[1]].cold)
		first = w->f->blocks.v[to[1]].cold;
	return to[i ? !first : first];
}

static void walk(struct walk *w)
{
	uint32_t nb = w->f->blocks.n, top = 0, to[2];

	memset(w->state, 0, nb);
	memset(w->next, 0, nb);
	w->npost = w->back.n = 0;
	w->stack[top++] = 0;
	w->state[0] = 1;
	while (top) {
		uint32_t b = w->stack[top - 1], t;

		if (w->next[b] == ir_successors(&w->f->blocks.v[b], to)) {
			w->post[w->npost++] = b;
			w->state[b] = 2;
			top--;
			continue;
		}
		t = successor(w, b, w->next[b]++);
		if (w->state[t] == 1) {
			vec_push(w->f->arena, &w->back, (struct edge){ b, t });
		} else if (!w->state[t]) {
			w->state[t] = 1;
			w->stack[top++] = t;
		}
	}
}

struct preds {
	uint32_t *first, *list;		// of block b: list[first[b]] .. list[first[b + 1])
};

static void find_preds(struct walk *w, struct preds *p)
{
	uint32_t nb = w->f->blocks.n, to[2];
	uint32_t *at = arena_alloc(w->f->arena, (nb + 1) * sizeof *at);

	p->first = arena_alloc(w->f->arena, (nb + 2) * sizeof *p->first);
	for (uint32_t i = 0; i < w->npost; i++) {
		uint32_t n = ir_successors(&w->f->blocks.v[w->post[i]], to);

		for (uint32_t k = 0; k < n; k++)
			p->first[to[k] + 1]++;
	}
	for (uint32_t b = 0; b < nb; b++)
		p->first[b + 1] += p->first[b];
	p->list = arena_alloc(w->f->arena, (p->first[nb] + 1) * sizeof *p->list);
	memcpy(at, p->first, nb * sizeof *at);
	for (uint32_t i = 0; i < w->npost; i++) {
		uint32_t n = ir_successors(&w->f->blocks.v[w->post[i]], to);

		for (uint32_t k = 0; k < n; k++)
			p->list[at[to[k]]++] = w->post[i];
	}
}

// Marks the natural loop of the back edge from -> header.
static void mark_loop(struct walk *w, const struct preds *p, uint32_t from, uint32_t header,
		      uint32_t *mark, uint32_t number)
{
	uint32_t top = 0;

	if (mark[header] != number) {
		mark[header] = number;
		w->depth[header]++;
	}
	if (mark[from] == number)
		return;
	mark[from] = number;
	w->depth[from]++;
	w->stack[top++] = from;
	while (top) {
		uint32_t b = w->stack[--top];

		for (uint32_t i = p->first[b]; i < p->first[b + 1]; i++) {
			uint32_t q = p->list[i];

			if (mark[q] == number)
				continue;
			mark[q] = number;
			w->depth[q]++;
			w->stack[top++] = q;
		}
	}
}

static int by_header(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return x->to < y->to ? -1 : x->to > y->to;
}

static void find_loops(struct walk *w)
{
	uint32_t *mark = arena_alloc(w->f->arena, w->f->blocks.n * sizeof *mark);
	struct preds p;

	if (!w->back.n)
		return;
	find_preds(w, &p);
	qsort(w->back.v, w->back.n, sizeof *w->back.v, by_header);
	for (uint32_t i = 0; i < w->back.n; i++) {
		uint32_t header = w->back.v[i].to;

		// Loops with one header are one loop: its number is the header's.
		mark_loop(w, &p, w->back.v[i].from, header, mark, header + 1);
	}
}

static float frequency(const struct walk *w, uint32_t b)
{
	static const float by_depth[] = { 1, 8, 64, 512 };
	uint32_t d = w->depth[b] < 3 ? w->depth[b] : 3;

	return w->f->blocks.v[b].cold ? by_depth[d] / 32 : by_depth[d];
}

// Requires verified IR.
void bpf_layout(struct ir_fn *f, struct layout *l)
{
	uint32_t nb = f->blocks.n;
	struct walk w = {
		.f = f,
		.post = arena_alloc(f->arena, nb * sizeof *w.post),
		.stack = arena_alloc(f->arena, (nb + 1) * sizeof *w.stack),
		.next = arena_alloc(f->arena, nb), .state = arena_alloc(f->arena, nb),
		.depth = arena_alloc(f->arena, nb * sizeof *w.depth),
	};

	walk(&w);
	find_loops(&w);
	walk(&w);
	l->n = 0;
	l->order = arena_alloc(f->arena, nb * sizeof *l->order);
	l->freq = arena_alloc(f->arena, nb * sizeof *l->freq);
	for (int cold = 0; cold < 2; cold++) {
		for (uint32_t i = w.npost; i-- > 0;) {
			uint32_t b = w.post[i];

			// The entry comes first, whatever it is.
			if ((b && f->blocks.v[b].cold) == cold)
				l->order[l->n++] = b;
		}
	}
	for (uint32_t i = 0; i < l->n; i++)
		l->freq[l->order[i]] = frequency(&w, l->order[i]);
}
