// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The data flow of a body, see checker.h: what is known at the start of each
// block, made weaker until it holds on all ways there. Blocks are looked at in an
// order in which most come before what follows them; again when what is known of
// their start, or of a slot of the stack, became weaker.

#include "daemon/policy/checker.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "daemon/policy/checker_step.h"

// A unit is about one instruction; to bring two frames together is about EDGE.
enum { TURNS_MAX = 4, EDGE = 10, UNITS_EACH = 64, UNITS_BASE = 16 * 1024 };

struct block {
	uint32_t first;
	uint16_t turns;		// how often it became dirty
	uint32_t place;		// in the order
	bool reached, dirty;
	bool head;		// of a loop: whatever changes in each turn is widened here, and only here
	struct check_frame frame;
};

struct flow {
	struct checker c;
	struct check_insn *insns;
	struct block *blocks;
	uint32_t nblocks;
	uint32_t *block_of;	// by instruction, of leaders
	uint32_t *order, norder;
	uint64_t units;		// that are left
};

static void flow_deinit(struct flow *w)
{
	free(w->insns);
	free(w->blocks);
	free(w->block_of);
	free(w->order);
}

static int find_blocks(struct flow *w)
{
	uint32_t n = w->c.q->n;

	for (uint32_t i = 0; i < n; i++)
		w->nblocks += !!(w->insns[i].flags & CHECK_LEADER);
	if (w->nblocks > CHECK_MAX_BLOCKS)
		return checker_refuse(&w->c, "the body has too many branches");
	w->blocks = calloc(w->nblocks, sizeof *w->blocks);
	w->block_of = calloc(n, sizeof *w->block_of);
	w->order = calloc(w->nblocks, sizeof *w->order);
	if (!w->blocks || !w->block_of || !w->order)
		return -ENOMEM;
	for (uint32_t i = 0, b = 0; i < n; i++) {
		if (!(w->insns[i].flags & CHECK_LEADER))
			continue;
		w->blocks[b].first = i;
		w->block_of[i] = b++;
	}
	return 0;
}

static uint32_t block_end(const struct flow *w, uint32_t b)
{
	return b + 1 < w->nblocks ? w->blocks[b + 1].first : w->c.q->n;
}

// The last instruction of a block: never the second half of another.
static uint32_t block_last(const struct flow *w, uint32_t b)
{
	uint32_t last = block_end(w, b) - 1;

	return w->insns[last].flags & CHECK_SECOND ? last - 1 : last;
}

// The blocks that follow; their number.
static uint32_t successors(const struct flow *w, uint32_t b, uint32_t out[2])
{
	const struct check_insn *last = &w->insns[block_last(w, b)];
	uint32_t n = 0;

	if (!(last->flags & CHECK_ENDS))
		out[n++] = b + 1;
	if (last->flags & CHECK_BRANCHES)
		out[n++] = w->block_of[last->target];
	return n;
}

// Reverse postorder, without recursion: an entry of the stack is a block and how many
// of its successors were seen.
static int find_order(struct flow *w)
{
	CLEANUP(freep) uint32_t *stack = calloc(w->nblocks, 2 * sizeof *stack);
	uint32_t depth = 1, next[2], n;

	if (!stack)
		return -ENOMEM;
	w->blocks[0].reached = true;
	while (depth) {
		uint32_t *top = &stack[2 * (depth - 1)];

		n = successors(w, top[0], next);
		if (top[1] == n) {
			w->blocks[top[0]].place = w->nblocks - ++w->norder;
			w->order[w->blocks[top[0]].place] = top[0];
			depth--;
			continue;
		}
		n = next[top[1]++];
		if (w->blocks[n].reached)
			continue;
		w->blocks[n].reached = true;
		stack[2 * depth] = n;
		stack[2 * depth++ + 1] = 0;
	}
	return 0;
}

static void mark_heads(struct flow *w)
{
	for (uint32_t i = w->nblocks - w->norder; i < w->nblocks; i++) {
		uint32_t next[2], n = successors(w, w->order[i], next);

		while (n--)
			w->blocks[next[n]].head |= w->blocks[next[n]].place <= i;
	}
}

static int spend(struct flow *w, uint32_t units)
{
	if (w->units < units)
		return checker_refuse(&w->c, "the body is too entangled to be checked");
	w->units -= units;
	return 0;
}

static int flow_to(struct flow *w, uint32_t b, const struct check_frame *f)
{
	struct block *to = &w->blocks[b];

	if (spend(w, EDGE))
		return CHECK_E_REFUSED;
	if (!to->turns)
		to->frame = *f;
	else if (!checker_meet(&to->frame, f, to->head && to->turns > TURNS_MAX))
		return 0;
	to->turns += !to->dirty && to->turns <= TURNS_MAX;
	to->dirty = true;
	return 0;
}

// Both ways of a comparison with NULL know something different.
static int flow_by_null(struct flow *w, uint32_t b, struct check_frame *f, uint32_t id, bool when_taken)
{
	const struct bpf_insn *in = &w->c.q->insns[block_last(w, b)];
	uint32_t next[2] = { 0 };

	successors(w, b, next);
	if (flow_to(w, next[!when_taken], f))
		return CHECK_E_REFUSED;
	f->regs[in->dst_reg].null = false;
	if (id)
		checker_not_null(f, id);
	return flow_to(w, next[when_taken], f);
}

static int flow_on(struct flow *w, uint32_t b, struct check_frame *f)
{
	uint32_t next[2], n = successors(w, b, next), id;
	bool taken;

	if (n == 2 && checker_tests_null(&w->c.q->insns[block_last(w, b)], f, &id, &taken))
		return flow_by_null(w, b, f, id, taken);
	for (uint32_t i = 0; i < n; i++) {
		if (flow_to(w, next[i], f))
			return CHECK_E_REFUSED;
	}
	return 0;
}

static int run_block(struct flow *w, uint32_t b)
{
	struct check_frame f = w->blocks[b].frame;
	uint32_t end = block_end(w, b);

	w->blocks[b].dirty = false;
	w->c.at = w->blocks[b].first;
	if (spend(w, end - w->c.at))
		return CHECK_E_REFUSED;
	for (; w->c.at < end; w->c.at++) {
		if (w->insns[w->c.at].flags & CHECK_SECOND)
			continue;
		if (checker_step(&w->c, &w->insns[w->c.at], &f))
			return CHECK_E_REFUSED;
	}
	w->c.at = block_last(w, b);
	return flow_on(w, b, &f);
}

// All blocks that have to be looked at, once: whether there were any.
static int sweep(struct flow *w, bool *any)
{
	*any = false;
	for (uint32_t i = w->nblocks - w->norder; i < w->nblocks; i++) {
		if (!w->blocks[w->order[i]].dirty)
			continue;
		*any = true;
		if (run_block(w, w->order[i]))
			return CHECK_E_REFUSED;
	}
	return 0;
}

static int run(struct flow *w)
{
	bool any = true;

	while (any) {
		if (sweep(w, &any))
			return CHECK_E_REFUSED;
		if (any || !w->c.changed)
			continue;
		// What was loaded from slots may be more now.
		w->c.changed = false;
		w->c.round++;
		any = true;
		for (uint32_t i = 0; i < w->nblocks; i++)
			w->blocks[i].dirty = w->blocks[i].turns > 0;
	}
	return 0;
}

static void enter(struct flow *w)
{
	struct check_frame *f = &w->blocks[0].frame;

	for (uint32_t i = 0; i < w->c.q->nslots; i++)
		checker_argument(&w->c, f, i, w->c.q->n + 1 + i);
	f->regs[BPF_REG_1].kind = CHECK_CONTEXT;
	f->regs[BPF_REG_10] = (struct check_value){
		.kind = CHECK_STACK, .lo = CHECK_STACK_SIZE, .hi = CHECK_STACK_SIZE,
	};
	w->blocks[0].turns = 1;
	w->blocks[0].dirty = true;
}

static bool has_good_slots(const struct check_request *q)
{
	for (uint32_t i = 0; i < q->nslots; i++) {
		const struct check_slot *slot = &q->slots[i];

		if (slot->is_value && (slot->map >= q->nmaps || q->maps[slot->map].kind != CHECK_MAP_TASK))
			return false;
	}
	return q->nslots <= CHECK_MAX_SLOTS;
}

int checker_body(const struct check_request *q, struct reason *why)
{
	CLEANUP(flow_deinit) struct flow w = { .c = { .q = q, .why = why, .round = 1 } };
	int r;

	if (!q->n || q->n > CHECK_MAX_INSNS)
		return checker_refuse(&w.c, "the body has no instructions, or too many");
	if (!has_good_slots(q))
		return checker_refuse(&w.c, "an argument slot of a map that holds no thread's value");
	w.units = UNITS_BASE + (uint64_t)UNITS_EACH * q->n;
	w.insns = calloc(q->n, sizeof *w.insns);
	if (!w.insns)
		return -ENOMEM;
	r = checker_decode(&w.c, w.insns);
	if (!r)
		r = find_blocks(&w);
	if (!r)
		r = find_order(&w);
	if (r)
		return r;
	mark_heads(&w);
	enter(&w);
	return run(&w);
}
