// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Random bodies, see bodies.h. What a register or a slot holds is known roughly, so
// that most instructions make sense; now and then that is ignored.

#include <linux/bpf.h>
#include <string.h>

#include "daemon/kernel/insn.h"
#include "tests/gen/bodies.h"
#include "tests/gen/gen.h"
#include "tests/unit/irtest.h"
#include "tests/unit/checker_bodies.h"

enum kind { NONE, NUMBER, SMALL, POINTER, MAYBE, CONTEXT };	// SMALL: below `room`; MAYBE: or NULL

struct holds {
	enum kind kind;
	uint32_t room;		// POINTER, MAYBE: bytes that follow; SMALL: its bound
};

enum { NREGS = 10, NSLOTS = 24, FIRST_SLOT = 4, KEY_SLOT = 3, COUNTER = BPF_REG_9 };

// Slot i is at r10 - 8 * (i + 1).
struct gen {
	uint64_t rng;
	bool kernel;
	struct bpf_insn *out;
	uint32_t n;
	struct holds regs[NREGS], slots[NSLOTS];
	uint32_t loops;
};

static uint32_t pick(struct gen *g, uint32_t n)
{
	return gen_pick(&g->rng, n);
}

static void put(struct gen *g, struct bpf_insn in)
{
	if (g->n < GEN_BODY_MAX)
		g->out[g->n++] = in;
}

static void put_wide(struct gen *g, uint8_t d, uint8_t src, int32_t low, int32_t high)
{
	put(g, insn_raw(BPF_LD | BPF_IMM | BPF_DW, d, src, 0, low));
	put(g, insn_raw(0, 0, 0, 0, high));
}

static int32_t some_imm(struct gen *g)
{
	static const int32_t edges[] = { 0, 1, -1, 7, 8, 63, 64, 255, 4095, 4096, 8191, 8192, INT32_MAX, INT32_MIN };

	return pick(g, 2) ? edges[pick(g, 14)] : (int32_t)pick(g, 512) - 128;
}

// A register that holds such a thing, or rarely any other; false: there is none.
static bool find(struct gen *g, enum kind kind, uint8_t *r)
{
	uint8_t first = (uint8_t)pick(g, NREGS);
	bool any = !pick(g, 200);

	for (uint8_t i = 0; i < NREGS; i++) {
		*r = (uint8_t)((first + i) % NREGS);
		if (any || g->regs[*r].kind == kind || (kind == NUMBER && g->regs[*r].kind == SMALL))
			return true;
	}
	return false;
}

// One that is written, too: not the counter of a loop.
static bool find_target(struct gen *g, enum kind kind, uint8_t *r)
{
	return find(g, kind, r) && *r != COUNTER;
}

static uint8_t target(struct gen *g)
{
	return (uint8_t)pick(g, NREGS - 1);	// not the counter of loops
}

static int16_t place(uint32_t slot)
{
	return (int16_t)(-8 * (int)(slot + 1));
}

static void set(struct gen *g, uint8_t r, enum kind kind, uint32_t room)
{
	g->regs[r] = (struct holds){ kind, room };
}

static void end_call(struct gen *g, enum kind kind, uint32_t room)
{
	for (uint8_t r = 1; r <= 5; r++)
		set(g, r, NONE, 0);
	set(g, BPF_REG_0, kind, room);
}

// ---- one thing each ------------------------------------------------------------

static void put_constant(struct gen *g)
{
	uint8_t d = target(g);

	if (pick(g, 4))
		put(g, insn_mov_imm(d, some_imm(g)));
	else
		put_wide(g, d, 0, some_imm(g), some_imm(g));
	set(g, d, NUMBER, 0);
}

static void put_move(struct gen *g)
{
	uint8_t d = target(g), s = (uint8_t)pick(g, NREGS);

	if (g->regs[s].kind == NONE && pick(g, 200))
		return;
	put(g, insn_mov(d, s));
	g->regs[d] = g->regs[s];
}

static void put_alu(struct gen *g)
{
	static const uint8_t ops[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND, BPF_LSH, BPF_RSH, BPF_MOD, BPF_XOR, BPF_ARSH, BPF_MOV,
	};
	uint8_t d, s, op = ops[pick(g, 12)], class = pick(g, 3) ? BPF_ALU64 : BPF_ALU;

	if (!find_target(g, NUMBER, &d) || !find(g, NUMBER, &s))
		return;
	if (pick(g, 2))
		put(g, insn_raw(class | op | BPF_X, d, s, 0, 0));
	else if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		put(g, insn_raw(class | op | BPF_K, d, 0, 0, (int32_t)pick(g, class == BPF_ALU ? 32 : 64)));
	else
		put(g, insn_raw(class | op | BPF_K, d, 0, 0, some_imm(g) | (op == BPF_DIV || op == BPF_MOD)));
	set(g, d, NUMBER, 0);
}

static void put_other_alu(struct gen *g)
{
	static const int32_t sizes[] = { 16, 32, 64 };
	uint8_t d;

	if (!find_target(g, NUMBER, &d))
		return;
	if (pick(g, 2))
		put(g, insn_raw(pick(g, 2) ? BPF_ALU | BPF_NEG : BPF_ALU64 | BPF_NEG, d, 0, 0, 0));
	else
		put(g, insn_raw(BPF_ALU | BPF_END | (pick(g, 2) ? BPF_TO_BE : BPF_TO_LE), d, 0, 0, sizes[pick(g, 3)]));
	set(g, d, NUMBER, 0);
}

// A number of a bound: by a mask, a remainder, or a shift, and a multiple of it.
static void put_bound(struct gen *g)
{
	uint8_t d, bits = (uint8_t)pick(g, 10);

	if (!find_target(g, NUMBER, &d))
		return;
	switch (pick(g, g->kernel ? 2 : 3)) {
	case 0: put(g, insn_alu_imm(BPF_AND, d, (1 << bits) - 1)); break;
	case 1: put(g, insn_alu_imm(BPF_RSH, d, 64 - (bits ? bits : 1))); break;
	case 2: put(g, insn_alu_imm(BPF_MOD, d, 1 << bits)); break;
	}
	set(g, d, SMALL, 2u << bits);
	if (!pick(g, 3)) {
		put(g, insn_alu_imm(BPF_LSH, d, 3));
		set(g, d, SMALL, 16u << bits);
	}
}

static void put_argument(struct gen *g)
{
	static const uint8_t sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW, BPF_DW, BPF_DW };
	uint8_t d = target(g), k = (uint8_t)pick(g, 6);

	put(g, insn_load(sizes[k], d, BPF_REG_10, pick(g, 2) ? BODY_ARG0 : BODY_ARG1));
	set(g, d, k ? NUMBER : SMALL, 256);
}

static void put_thread(struct gen *g)
{
	uint8_t d = target(g);

	put(g, insn_load(BPF_DW, d, BPF_REG_10, BODY_THREAD));
	set(g, d, MAYBE, checker_maps[BODY_SELF].value_size);
}

static void put_ctl(struct gen *g)
{
	uint32_t off = pick(g, 3) ? 8 * pick(g, BODY_CTL_SIZE / 8) : pick(g, BODY_CTL_SIZE);
	uint8_t d = target(g);

	put_wide(g, d, 2, BODY_CTL, (int32_t)off);
	set(g, d, POINTER, BODY_CTL_SIZE - off);
}

static void put_advance(struct gen *g)
{
	uint8_t d, s;
	uint32_t by;

	if (!find_target(g, POINTER, &d))
		return;
	by = g->regs[d].room ? pick(g, g->regs[d].room + 1) : 8;
	if (pick(g, 2)) {
		put(g, insn_alu_imm(BPF_ADD, d, (int32_t)by));
		g->regs[d].room -= by;
	} else if (pick(g, 16)) {
		if (!find(g, SMALL, &s) || (g->regs[s].room > g->regs[d].room && pick(g, 32)))
			return;
		put(g, insn_alu(BPF_ADD, d, s));
		g->regs[d].room = g->regs[d].room > g->regs[s].room ? g->regs[d].room - g->regs[s].room : 0;
	} else {
		put(g, insn_alu_imm(pick(g, 2) ? BPF_SUB : BPF_ADD, d, some_imm(g)));
	}
}

static int16_t offset_in(struct gen *g, uint32_t room)
{
	uint32_t span = room > 8 ? room - 7 : 1;

	if (!pick(g, 100))
		return (int16_t)some_imm(g);
	return (int16_t)(pick(g, 3) ? pick(g, span) & ~7u : pick(g, span));
}

static uint8_t some_size(struct gen *g)
{
	static const uint8_t sizes[] = { BPF_DW, BPF_DW, BPF_W, BPF_H, BPF_B };

	return sizes[pick(g, 5)];
}

static void put_access(struct gen *g)
{
	uint8_t p, s, d = target(g), size = some_size(g);
	int16_t off;

	if (!find(g, POINTER, &p) || !find(g, NUMBER, &s) || (g->regs[p].room < 8 && pick(g, 32)))
		return;
	off = offset_in(g, g->regs[p].room);
	switch (pick(g, 3)) {
	case 0:
		put(g, insn_load(size, d, p, off));
		set(g, d, size == BPF_B ? SMALL : NUMBER, 256);
		break;
	case 1:
		put(g, insn_raw(BPF_STX | BPF_MEM | size, p, s, off, 0));
		break;
	default:
		put(g, insn_raw(BPF_ST | BPF_MEM | size, p, 0, off, some_imm(g)));
	}
}

static void put_atomic(struct gen *g)
{
	static const int32_t ops[] = {
		BPF_ADD, BPF_OR, BPF_AND, BPF_XOR, BPF_ADD | BPF_FETCH, BPF_OR | BPF_FETCH, BPF_XCHG, BPF_CMPXCHG,
	};
	uint8_t p, s;

	if (!find(g, POINTER, &p) || !find_target(g, NUMBER, &s) || (g->regs[p].room < 8 && pick(g, 32)))
		return;
	if (g->regs[BPF_REG_0].kind != NUMBER && pick(g, 100))
		return;
	put(g, insn_raw(BPF_STX | BPF_ATOMIC | (pick(g, 4) ? BPF_DW : BPF_W), p, s,
		offset_in(g, g->regs[p].room) & (pick(g, 16) ? ~7 : ~0), ops[pick(g, 8)]));
	g->regs[s].kind = g->regs[s].kind == SMALL ? NUMBER : g->regs[s].kind;
}

// A slot is for numbers or for pointers, most of the time.
static void put_spill(struct gen *g)
{
	uint32_t half = (NSLOTS - FIRST_SLOT) / 2, i = FIRST_SLOT + pick(g, half);
	bool pointer = pick(g, 2);
	uint8_t s;

	if (!find(g, pointer ? pick(g, 3) ? POINTER : MAYBE : NUMBER, &s))
		return;
	i += pointer && pick(g, 100) ? half : 0;
	put(g, insn_store(BPF_REG_10, place(i), s));
	g->slots[i] = g->regs[s];
}

static void put_store(struct gen *g)
{
	uint32_t i = FIRST_SLOT + pick(g, (NSLOTS - FIRST_SLOT) / 2);
	uint8_t size = some_size(g);

	put(g, insn_raw(BPF_ST | BPF_MEM | size, BPF_REG_10, 0, place(i), some_imm(g)));
	if (size == BPF_DW)
		g->slots[i] = (struct holds){ NUMBER, 0 };
}

static void put_fill(struct gen *g)
{
	uint32_t i = FIRST_SLOT + pick(g, NSLOTS - FIRST_SLOT);
	uint8_t d = target(g);

	if (!g->slots[i].kind && pick(g, 100))
		return;
	put(g, insn_load(pick(g, 40) ? BPF_DW : some_size(g), d, BPF_REG_10, place(i)));
	g->regs[d] = g->slots[i];
	if (g->regs[d].kind == SMALL)
		g->regs[d].kind = NUMBER;
}

static void put_frame(struct gen *g, uint8_t r, uint32_t slot)
{
	put(g, insn_mov(r, BPF_REG_10));
	put(g, insn_alu_imm(BPF_ADD, r, place(slot)));
}

static void put_key(struct gen *g, uint32_t size)
{
	put(g, insn_raw(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, place(KEY_SLOT), (int32_t)pick(g, 3)));
	if (size > 8 && pick(g, 16)) {
		put(g, insn_raw(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, place(KEY_SLOT + 1), (int32_t)pick(g, 3)));
		g->slots[KEY_SLOT + 1] = (struct holds){ NUMBER, 0 };
	}
	put_frame(g, BPF_REG_2, size > 8 ? KEY_SLOT + 1 : KEY_SLOT);
}

static void put_lookup(struct gen *g)
{
	static const uint8_t maps[] = { BODY_SEG, BODY_HASH, BODY_WIDE_HASH };
	uint8_t map = maps[pick(g, 3)];

	put_key(g, checker_maps[map].key_size);
	put_wide(g, BPF_REG_1, 1, map, 0);
	put(g, insn_call(BPF_FUNC_map_lookup_elem));
	end_call(g, MAYBE, checker_maps[map].value_size);
}

static void put_update(struct gen *g)
{
	uint8_t map = pick(g, 2) ? BODY_HASH : BODY_WIDE_HASH;
	bool update = pick(g, 3);

	put_key(g, checker_maps[map].key_size);
	put_wide(g, BPF_REG_1, 1, map, 0);
	if (update) {
		put_wide(g, BPF_REG_3, 2, BODY_CTL, (int32_t)pick(g, BODY_CTL_SIZE));
		put(g, insn_mov_imm(BPF_REG_4, (int32_t)pick(g, 3)));
	}
	put(g, insn_call(update ? BPF_FUNC_map_update_elem : BPF_FUNC_map_delete_elem));
	end_call(g, NUMBER, 0);
}

static void put_simple_call(struct gen *g)
{
	static const int32_t calls[] = { BPF_FUNC_ktime_get_ns, BPF_FUNC_get_prandom_u32, BPF_FUNC_get_smp_processor_id };

	put(g, insn_call(calls[pick(g, 3)]));
	end_call(g, NUMBER, 0);
}

static void put_bell(struct gen *g)
{
	put_key(g, 8);
	put_wide(g, BPF_REG_1, 1, BODY_BELL, 0);
	put(g, insn_mov_imm(BPF_REG_3, pick(g, 8) ? 8 : some_imm(g)));
	put(g, insn_mov_imm(BPF_REG_4, 1));
	put(g, insn_call(BPF_FUNC_ringbuf_output));
	end_call(g, NUMBER, 0);
}

// The target of a read: the stack or a map.
static void put_room(struct gen *g, uint8_t r, uint32_t *size)
{
	uint32_t off = pick(g, BODY_CTL_SIZE);

	*size = 1 + pick(g, 32);
	if (pick(g, 2)) {
		put_frame(g, r, FIRST_SLOT + 3 + pick(g, 6));
		return;
	}
	put_wide(g, r, 2, BODY_CTL, (int32_t)off);
	*size = *size > BODY_CTL_SIZE - off && pick(g, 8) ? BODY_CTL_SIZE - off : *size;
}

static void put_read(struct gen *g)
{
	static const int32_t calls[] = {
		BPF_FUNC_probe_read_user, BPF_FUNC_probe_read_user_str, BPF_FUNC_probe_read_kernel, BPF_FUNC_probe_read_kernel_str,
	};
	uint32_t k = pick(g, 4), size;

	put_room(g, BPF_REG_1, &size);
	put(g, insn_mov_imm(BPF_REG_2, pick(g, 12) ? (int32_t)size : some_imm(g)));
	if (!pick(g, 4)) {
		put(g, insn_load(BPF_DW, BPF_REG_2, BPF_REG_10, BODY_ARG0));
		put(g, insn_alu_imm(BPF_AND, BPF_REG_2, 15));
	}
	if (k < 2 || !pick(g, 32))
		put(g, insn_load(BPF_DW, BPF_REG_3, BPF_REG_10, BODY_ARG1));
	else
		put_room(g, BPF_REG_3, &size);
	put(g, insn_call(calls[k]));
	end_call(g, NUMBER, 0);
}

static void put_string(struct gen *g, uint8_t r)
{
	uint8_t p;

	if (pick(g, 4) || !find(g, POINTER, &p))
		put_wide(g, r, 2, BODY_CTL, (int32_t)pick(g, BODY_CTL_SIZE - BODY_STRSIZE + (pick(g, 16) ? 1 : 64)));
	else
		put(g, insn_mov(r, p));
}

static void put_function(struct gen *g)
{
	bool join = pick(g, 2);

	for (uint8_t r = 1; r <= (join ? 3 : 1); r++)
		put_string(g, r);
	put(g, insn_raw(BPF_JMP | BPF_CALL, 0, 1, 0, join ? BODY_STRJOIN : BODY_STRLEN));
	end_call(g, NUMBER, 0);
}

static void put_ustack(struct gen *g)
{
	uint32_t off = 8 * pick(g, BODY_CTL_SIZE / 8 - 100);
	uint8_t c;

	if (!find(g, CONTEXT, &c))
		return;
	put(g, insn_mov(BPF_REG_1, c));
	put_wide(g, BPF_REG_2, 2, BODY_CTL, (int32_t)off);
	put(g, insn_mov_imm(BPF_REG_3, (int32_t)pick(g, 130)));
	put(g, insn_raw(BPF_JMP | BPF_CALL, 0, 1, 0, BODY_USTACK));
	end_call(g, NUMBER, 0);
}

// ---- what takes others in -----------------------------------------------------------

static void put_some(struct gen *g, uint32_t n, uint32_t depth);

static void patch(struct gen *g, uint32_t jump)
{
	if (jump < g->n && g->n < GEN_BODY_MAX)
		g->out[jump].off = (int16_t)(g->n - jump - 1);
}

// What both ways leave.
static void meet(struct holds *a, const struct holds *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (a[i].kind != b[i].kind)
			a[i].kind = NONE;
		if (a[i].room > b[i].room)
			a[i].room = b[i].room;
	}
}

static void put_branch(struct gen *g, uint32_t depth)
{
	static const uint8_t ops[] = { BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE, BPF_JSGT, BPF_JSLT, BPF_JSET };
	uint8_t r, s, op = ops[pick(g, 9)];
	struct gen before = *g;
	uint32_t jump = g->n;

	if (!find(g, NUMBER, &r) || !find(g, NUMBER, &s))
		return;
	if (pick(g, 2))
		put(g, insn_jump_imm(op, r, some_imm(g), 0));
	else
		put(g, insn_raw((uint8_t)((pick(g, 4) ? BPF_JMP : BPF_JMP32) | op | BPF_X), r, s, 0, 0));
	put_some(g, 1 + pick(g, 4), depth + 1);
	patch(g, jump);
	meet(g->regs, before.regs, NREGS);
	meet(g->slots, before.slots, NSLOTS);
}

static void put_null_test(struct gen *g, uint32_t depth)
{
	uint8_t r;
	struct gen before = *g;
	uint32_t jump = g->n;

	if (!find(g, MAYBE, &r))
		return;
	put(g, insn_jump_imm(BPF_JEQ, r, 0, 0));
	g->regs[r].kind = g->regs[r].kind == MAYBE ? POINTER : g->regs[r].kind;
	put_some(g, 2 + pick(g, 6), depth + 1);
	patch(g, jump);
	meet(g->regs, before.regs, NREGS);
	meet(g->slots, before.slots, NSLOTS);
}

static void put_loop(struct gen *g, uint32_t depth)
{
	uint32_t head;
	struct gen before;

	// Without CAP_PERFMON the verifier follows wrong guesses, too, of which there is no last turn.
	if (g->loops || (g->kernel && pick(g, 200)))
		return;
	put(g, insn_mov_imm(COUNTER, 0));
	set(g, COUNTER, NUMBER, 0);
	g->loops++;
	head = g->n;
	before = *g;
	put_some(g, 1 + pick(g, 6), depth + 1);
	put(g, insn_alu_imm(BPF_ADD, COUNTER, 1));
	put(g, insn_jump_imm(BPF_JLT, COUNTER, (int32_t)pick(g, 5), (int16_t)(head - g->n - 1)));
	meet(g->regs, before.regs, NREGS);
	g->loops--;
}

typedef void put_fn(struct gen *g);

static void put_one(struct gen *g)
{
	static put_fn *const all[] = {
		put_constant, put_move, put_alu, put_alu, put_other_alu, put_bound, put_bound, put_argument, put_argument,
		put_thread, put_ctl, put_ctl, put_advance, put_advance, put_access, put_access, put_access, put_atomic,
		put_spill, put_spill, put_store, put_fill, put_fill, put_lookup, put_update, put_simple_call, put_bell,
		put_function, put_read, put_ustack,
	};

	all[pick(g, NELEMS(all) - (g->kernel ? 2 : 0))](g);
}

static void put_some(struct gen *g, uint32_t n, uint32_t depth)
{
	while (n--) {
		uint32_t k = depth < 4 ? pick(g, 12) : 12;

		if (k == 0)
			put_branch(g, depth);
		else if (k <= 2)
			put_null_test(g, depth);
		else if (k == 3)
			put_loop(g, depth);
		else
			put_one(g);
	}
}

// Most often one that keeps its form.
void gen_bend(uint64_t *rng, struct bpf_insn *insns, uint32_t n)
{
	struct bpf_insn *in = &insns[gen_pick(rng, n)];
	bool by_register = BPF_SRC(in->code) == BPF_X || BPF_CLASS(in->code) == BPF_STX || BPF_CLASS(in->code) == BPF_LDX;

	switch (gen_pick(rng, 16)) {
	case 0: in->code ^= (uint8_t)(1u << gen_pick(rng, 8)); break;
	case 1: in->src_reg = gen_pick(rng, 11) & 15; break;
	case 2: in->off = (int16_t)(8 * ((int)gen_pick(rng, 64) - 32)); break;
	case 3: in->imm = (int32_t)((uint32_t)in->imm + gen_pick(rng, 17) - 8); break;
	case 4:
	case 5: *in = insns[gen_pick(rng, n)]; break;
	case 6:
	case 7: in->dst_reg = gen_pick(rng, 11) & 15; break;
	case 8:
	case 9:
	case 10: in->off = (int16_t)(in->off ? in->off + (int)gen_pick(rng, 17) - 8 : 0); break;
	default:
		if (by_register)
			in->src_reg = gen_pick(rng, 11) & 15;
		else if (in->imm)
			in->imm ^= (int32_t)(1u << (gen_pick(rng, 4) ? gen_pick(rng, 13) : gen_pick(rng, 32)));
	}
}

uint32_t gen_body(uint64_t seed, bool kernel, struct bpf_insn *out)
{
	struct gen g = { .rng = seed, .kernel = kernel, .out = out };
	uint32_t bends;

	g.rng = irgen_random(&g.rng);	// neighbours have nothing in common
	g.regs[BPF_REG_1].kind = CONTEXT;
	if (pick(&g, 2)) {
		put(&g, insn_mov(BPF_REG_6, BPF_REG_1));
		g.regs[BPF_REG_6].kind = CONTEXT;
	}
	for (uint32_t i = pick(&g, 8); i; i--)
		put_store(&g);
	put_some(&g, 1 + pick(&g, 24), 0);
	if (g.n > GEN_BODY_MAX - 2)
		g.n = GEN_BODY_MAX - 2;
	bends = pick(&g, 2) ? 1 + pick(&g, 3) : 0;
	put(&g, insn_mov_imm(BPF_REG_0, 0));
	put(&g, insn_exit());
	while (bends--)
		gen_bend(&g.rng, out, g.n);
	return g.n;
}
