// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A machine for bodies of confined programs, see bodies.h. Each register and each
// word of the stack knows whether it is a number or where it points to. What no
// confined program may do is said in its own words here, from what happens, and not
// from what could: it knows nothing of how the checker proves it.

#include <linux/bpf.h>
#include <string.h>

#include "dlang/base/vec.h"
#include "tests/gen/bodies.h"
#include "tests/gen/gen.h"
#include "tests/unit/checker_bodies.h"

enum { STEPS = 4000, STACK = 512, ELEMENTS = 3, FRAME_BYTES = 8 };

enum what { UNSET, NUMBER, POINTER, NULL_POINTER, MAP, CONTEXT };	// NULL_POINTER: a look-up without result

// Objects: the stack, the values of maps.
enum object { OBJ_STACK, OBJ_CTL, OBJ_SEG, OBJ_SELF, OBJ_HASH, OBJ_WIDE = OBJ_HASH + ELEMENTS, OBJ_N = OBJ_WIDE + ELEMENTS };

struct cell {
	enum what what;
	uint64_t n;		// the number, or the offset
	uint32_t object;	// or the map
};

struct machine {
	const struct bpf_insn *insns;
	uint32_t n, at;
	uint64_t rng;
	struct cell regs[11];
	uint8_t stack[STACK];
	bool written[STACK];
	struct cell spilled[STACK / 8];		// POINTER, NULL_POINTER, CONTEXT; else UNSET
	uint8_t maps[BODY_SEG_SIZE];		// what is in values does not matter: one for all
	const char *wrong;
};

static uint64_t size_of_object(uint32_t o)
{
	return o == OBJ_STACK ? STACK : o == OBJ_CTL ? BODY_CTL_SIZE : o == OBJ_SEG ? BODY_SEG_SIZE :
	       o == OBJ_SELF ? checker_maps[BODY_SELF].value_size :
	       o < OBJ_WIDE ? checker_maps[BODY_HASH].value_size : checker_maps[BODY_WIDE_HASH].value_size;
}

static void fail(struct machine *m, const char *wrong)
{
	if (!m->wrong)
		m->wrong = wrong;
}

static uint64_t some_number(struct machine *m)
{
	uint64_t x = (uint64_t)gen_pick(&m->rng, INT32_MAX) << 33 ^ gen_pick(&m->rng, INT32_MAX);

	return gen_pick(&m->rng, 2) ? x : x >> (gen_pick(&m->rng, 64));
}

static struct cell number(uint64_t n)
{
	return (struct cell){ NUMBER, n, 0 };
}

// ---- memory -----------------------------------------------------------------

// Where size bytes at the pointer are; false, and said, when they are not all there.
static bool reach(struct machine *m, const struct cell *p, int64_t off, uint64_t size)
{
	int64_t at = (int64_t)p->n + off;

	if (p->what == POINTER && at >= 0 && size <= size_of_object(p->object) &&
	    (uint64_t)at <= size_of_object(p->object) - size)
		return true;
	fail(m, p->what == POINTER ? "reaches beyond its object" : "follows what is no pointer");
	return false;
}

static bool holds_pointer(const struct machine *m, uint64_t at, uint64_t size)
{
	for (uint64_t i = at / 8; i * 8 < at + size; i++) {
		if (m->spilled[i].what)
			return true;
	}
	return false;
}

// Bytes are read as data.
static void read_bytes(struct machine *m, const struct cell *p, int64_t off, uint64_t size)
{
	uint64_t at = p->n + (uint64_t)off;

	if (!reach(m, p, off, size) || p->object != OBJ_STACK || !size)
		return;
	if (holds_pointer(m, at, size))
		fail(m, "reads a pointer as bytes");
	for (uint64_t i = at; i < at + size; i++) {
		if (!m->written[i])
			fail(m, "reads bytes of the stack that were never written");
	}
}

// Bytes get any values; of those beyond `sure` it is not certain.
static void write_bytes(struct machine *m, const struct cell *p, int64_t off, uint64_t size, uint64_t sure)
{
	uint64_t at = p->n + (uint64_t)off;

	if (!reach(m, p, off, size) || !size)
		return;
	for (uint64_t i = at; i < at + size; i++) {
		if (p->object != OBJ_STACK) {
			m->maps[i] = (uint8_t)gen_pick(&m->rng, 256);
			continue;
		}
		m->stack[i] = (uint8_t)gen_pick(&m->rng, 256);
		m->written[i] |= i < at + sure;
	}
	if (p->object == OBJ_STACK && holds_pointer(m, at, size))
		fail(m, "writes bytes over a pointer");
}

static void load(struct machine *m, const struct bpf_insn *in, uint32_t size)
{
	const struct cell base = m->regs[in->src_reg];
	struct cell *dst = &m->regs[in->dst_reg];
	uint64_t at = base.n + (uint64_t)(int64_t)in->off, n = 0;

	if (!reach(m, &base, in->off, size))
		return;
	if (base.object == OBJ_STACK && size == 8 && !(at & 7) && m->spilled[at / 8].what) {
		*dst = m->spilled[at / 8];
		return;
	}
	read_bytes(m, &base, in->off, size);
	memcpy(&n, base.object == OBJ_STACK ? m->stack + at : m->maps + at, size);
	*dst = number(n);
}

static void store(struct machine *m, const struct bpf_insn *in, uint32_t size, const struct cell *v)
{
	const struct cell *base = &m->regs[in->dst_reg];
	uint64_t at = base->n + (uint64_t)(int64_t)in->off;
	bool pointer = v->what == POINTER || v->what == NULL_POINTER || v->what == CONTEXT;

	if (!reach(m, base, in->off, size))
		return;
	if (base->object != OBJ_STACK) {
		if (v->what != NUMBER)
			fail(m, "stores what is no number in a map");
		memcpy(m->maps + at, &v->n, size);
		return;
	}
	if (v->what == UNSET || v->what == MAP || (pointer && (size < 8 || at & 7)))
		fail(m, "stores part of a pointer, or what is not set");
	if (size < 8 && holds_pointer(m, at, size))
		fail(m, "stores over a part of a pointer");
	memcpy(m->stack + at, &v->n, size);
	memset(m->written + at, true, size);
	m->spilled[at / 8] = pointer ? *v : (struct cell){ 0 };
}

static void atomic(struct machine *m, const struct bpf_insn *in, uint32_t size)
{
	const struct cell *base = &m->regs[in->dst_reg];
	uint64_t at = base->n + (uint64_t)(int64_t)in->off, old = 0, new;

	if (!reach(m, base, in->off, size))
		return;
	if (base->object == OBJ_STACK || at & (size - 1))
		fail(m, "an atomic operation on the stack, or on a place that is not aligned");
	if (m->regs[in->src_reg].what != NUMBER || (in->imm == BPF_CMPXCHG && m->regs[0].what != NUMBER))
		fail(m, "an atomic operation with a pointer");
	memcpy(&old, m->maps + at, size);
	new = some_number(m);
	memcpy(m->maps + at, &new, size);
	if (in->imm == BPF_CMPXCHG)
		m->regs[0] = number(old);
	else if (in->imm & BPF_FETCH)
		m->regs[in->src_reg] = number(old);
}

// ---- arithmetic -----------------------------------------------------------------

static uint64_t shifted(uint8_t op, bool narrow, uint64_t a, uint64_t by)
{
	by &= narrow ? 31 : 63;
	if (op == BPF_LSH)
		return a << by;
	if (op == BPF_RSH)
		return a >> by;
	return narrow ? (uint32_t)((int32_t)a >> by) : (uint64_t)((int64_t)a >> by);
}

static uint64_t swapped(const struct bpf_insn *in, uint64_t a)
{
	bool swap = BPF_SRC(in->code) == BPF_TO_BE;

	switch (in->imm) {
	case 16: return swap ? __builtin_bswap16((uint16_t)a) : (uint16_t)a;
	case 32: return swap ? __builtin_bswap32((uint32_t)a) : (uint32_t)a;
	}
	return swap ? __builtin_bswap64(a) : a;
}

static uint64_t compute(const struct bpf_insn *in, uint64_t a, uint64_t b)
{
	bool narrow = BPF_CLASS(in->code) == BPF_ALU;
	uint8_t op = BPF_OP(in->code);

	if (op == BPF_END)
		return swapped(in, a);
	if (narrow)
		a = (uint32_t)a, b = (uint32_t)b;
	switch (op) {
	case BPF_ADD: a += b; break;
	case BPF_SUB: a -= b; break;
	case BPF_MUL: a *= b; break;
	case BPF_DIV: a = b ? a / b : 0; break;
	case BPF_OR: a |= b; break;
	case BPF_AND: a &= b; break;
	case BPF_NEG: a = -a; break;
	case BPF_MOD: a = b ? a % b : a; break;
	case BPF_XOR: a ^= b; break;
	case BPF_MOV: a = b; break;
	default: a = shifted(op, narrow, a, b);
	}
	return narrow ? (uint32_t)a : a;
}

static void move_pointer(struct machine *m, const struct bpf_insn *in, struct cell p, uint64_t by)
{
	uint8_t op = BPF_OP(in->code);

	if (BPF_CLASS(in->code) != BPF_ALU64 || p.what != POINTER || (op != BPF_ADD && op != BPF_SUB)) {
		fail(m, "computes with a pointer");
		return;
	}
	p.n += op == BPF_SUB ? -by : by;
	if (p.n > size_of_object(p.object))
		fail(m, "moves a pointer out of its object");
	m->regs[in->dst_reg] = p;
}

static void alu(struct machine *m, const struct bpf_insn *in)
{
	struct cell *dst = &m->regs[in->dst_reg];
	struct cell src = BPF_SRC(in->code) == BPF_X ? m->regs[in->src_reg] : number((uint64_t)(int64_t)in->imm);
	uint8_t op = BPF_OP(in->code);

	if (op == BPF_END || op == BPF_NEG)
		src = number(0);
	if (src.what == UNSET || (op != BPF_MOV && dst->what == UNSET))
		fail(m, "reads a register that was not set");
	else if (op == BPF_MOV && BPF_CLASS(in->code) == BPF_ALU64)
		*dst = src;
	else if (op == BPF_MOV && src.what == NUMBER)
		*dst = number(compute(in, 0, src.n));
	else if (dst->what == NUMBER && src.what == NUMBER)
		*dst = number(compute(in, dst->n, src.n));
	else if (src.what == NUMBER)
		move_pointer(m, in, *dst, src.n);
	else if (dst->what == NUMBER && op == BPF_ADD)
		move_pointer(m, in, src, dst->n);
	else
		fail(m, "computes with pointers");
}

// ---- calls --------------------------------------------------------------------------

static struct cell *arg(struct machine *m, uint32_t i)
{
	return &m->regs[1 + i];
}

static void need_number(struct machine *m, uint32_t i)
{
	if (arg(m, i)->what != NUMBER)
		fail(m, "hands a pointer on as a number");
}

static uint32_t need_map(struct machine *m, uint32_t i, uint32_t kinds)
{
	const struct cell *c = arg(m, i);

	if (c->what == MAP && kinds >> checker_maps[c->object].kind & 1)
		return c->object;
	fail(m, "hands on what is no such map");
	return BODY_HASH;
}

static struct cell lookup(struct machine *m)
{
	uint32_t map = need_map(m, 0, 1 << CHECK_MAP_CELL | 1 << CHECK_MAP_ARRAY | 1 << CHECK_MAP_HASH);
	uint32_t first = map == BODY_HASH ? OBJ_HASH : OBJ_WIDE;

	read_bytes(m, arg(m, 1), 0, checker_maps[map].key_size);
	if (gen_pick(&m->rng, 3) == 0)
		return (struct cell){ NULL_POINTER, 0, 0 };
	if (map == BODY_CTL || map == BODY_SEG)
		return (struct cell){ POINTER, 0, map == BODY_CTL ? OBJ_CTL : OBJ_SEG };
	return (struct cell){ POINTER, 0, first + gen_pick(&m->rng, ELEMENTS) };
}

static struct cell update(struct machine *m, bool with_value)
{
	uint32_t map = need_map(m, 0, 1 << CHECK_MAP_HASH);

	read_bytes(m, arg(m, 1), 0, checker_maps[map].key_size);
	if (with_value) {
		read_bytes(m, arg(m, 2), 0, checker_maps[map].value_size);
		need_number(m, 3);
	}
	return number(some_number(m));
}

static struct cell output(struct machine *m)
{
	need_map(m, 0, 1 << CHECK_MAP_BELL);
	need_number(m, 2);
	need_number(m, 3);
	if (!m->wrong)
		read_bytes(m, arg(m, 1), 0, arg(m, 2)->n);
	return number(some_number(m));
}

// A string may end early, and what is behind its NUL stays.
static struct cell read_memory(struct machine *m, bool user, bool string)
{
	need_number(m, 1);
	if (user)
		need_number(m, 2);
	if (m->wrong)
		return number(0);
	if (!user)
		read_bytes(m, arg(m, 2), 0, arg(m, 1)->n);
	write_bytes(m, arg(m, 0), 0, arg(m, 1)->n, string ? gen_pick(&m->rng, 2) : arg(m, 1)->n);
	return number(some_number(m));
}

static struct cell run_function(struct machine *m, int32_t number_of)
{
	switch (number_of) {
	case BODY_STRJOIN:
		write_bytes(m, arg(m, 0), 0, BODY_STRSIZE, 0);
		read_bytes(m, arg(m, 1), 0, BODY_STRSIZE);
		read_bytes(m, arg(m, 2), 0, BODY_STRSIZE);
		return number(some_number(m));
	case BODY_STRLEN:
		read_bytes(m, arg(m, 0), 0, BODY_STRSIZE);
		return number(some_number(m));
	case BODY_USTACK:
		if (arg(m, 0)->what != CONTEXT)
			fail(m, "takes something else for the context");
		need_number(m, 2);
		if (!m->wrong)
			write_bytes(m, arg(m, 1), 0, FRAME_BYTES * arg(m, 2)->n, FRAME_BYTES * arg(m, 2)->n);
		return number(some_number(m));
	case BODY_LLQUANT:
		for (uint32_t i = 0; i < 4; i++)
			need_number(m, i);
		return number(some_number(m));
	}
	fail(m, "calls a function that is not for it");
	return number(0);
}

static struct cell run_helper(struct machine *m, int32_t helper)
{
	switch (helper) {
	case BPF_FUNC_map_lookup_elem: return lookup(m);
	case BPF_FUNC_map_update_elem: return update(m, true);
	case BPF_FUNC_map_delete_elem: return update(m, false);
	case BPF_FUNC_ktime_get_ns:
	case BPF_FUNC_get_prandom_u32:
	case BPF_FUNC_get_smp_processor_id: return number(some_number(m));
	case BPF_FUNC_probe_read_user: return read_memory(m, true, false);
	case BPF_FUNC_probe_read_user_str: return read_memory(m, true, true);
	case BPF_FUNC_probe_read_kernel: return read_memory(m, false, false);
	case BPF_FUNC_probe_read_kernel_str: return read_memory(m, false, true);
	case BPF_FUNC_ringbuf_output: return output(m);
	}
	fail(m, "calls a helper that is not for it");
	return number(0);
}

static void call(struct machine *m, const struct bpf_insn *in)
{
	struct cell r = in->src_reg ? run_function(m, in->imm) : run_helper(m, in->imm);

	for (uint32_t i = 1; i <= 5; i++)
		m->regs[i] = (struct cell){ 0 };
	m->regs[0] = r;
}

// ---- jumps ----------------------------------------------------------------------------

static bool holds(uint8_t op, uint64_t a, uint64_t b)
{
	switch (op) {
	case BPF_JEQ: return a == b;
	case BPF_JNE: return a != b;
	case BPF_JGT: return a > b;
	case BPF_JGE: return a >= b;
	case BPF_JLT: return a < b;
	case BPF_JLE: return a <= b;
	case BPF_JSGT: return (int64_t)a > (int64_t)b;
	case BPF_JSGE: return (int64_t)a >= (int64_t)b;
	case BPF_JSLT: return (int64_t)a < (int64_t)b;
	case BPF_JSLE: return (int64_t)a <= (int64_t)b;
	}
	return a & b;
}

static bool jumps(struct machine *m, const struct bpf_insn *in)
{
	const struct cell *a = &m->regs[in->dst_reg];
	struct cell b = BPF_SRC(in->code) == BPF_X ? m->regs[in->src_reg] : number((uint64_t)(int64_t)in->imm);
	bool narrow = BPF_CLASS(in->code) == BPF_JMP32;
	uint8_t op = BPF_OP(in->code);

	if ((a->what == POINTER || a->what == NULL_POINTER) && !narrow && BPF_SRC(in->code) == BPF_K && !in->imm &&
	    (op == BPF_JEQ || op == BPF_JNE) && !(a->what == POINTER && a->object == OBJ_STACK))
		return (a->what == NULL_POINTER) == (op == BPF_JEQ);
	if (a->what != NUMBER || b.what != NUMBER)
		fail(m, "compares a pointer, or what is not set");
	// Any way will do, as long as it is one that the numbers allow.
	return narrow ? holds(op, (uint64_t)(int64_t)(int32_t)a->n, (uint64_t)(int64_t)(int32_t)b.n) : holds(op, a->n, b.n);
}

static void wide(struct machine *m, const struct bpf_insn *in)
{
	struct cell *dst = &m->regs[in->dst_reg];

	if (!in->src_reg)
		*dst = number((uint32_t)in[0].imm | (uint64_t)(uint32_t)in[1].imm << 32);
	else if (in->src_reg == 1)
		*dst = (struct cell){ MAP, 0, (uint32_t)in->imm };
	else
		*dst = (struct cell){ POINTER, (uint32_t)in[1].imm, in->imm == BODY_CTL ? OBJ_CTL : OBJ_SEG };
	m->at++;
}

// False: it has ended.
static bool jump(struct machine *m, const struct bpf_insn *in)
{
	if (in->code == (BPF_JMP | BPF_EXIT)) {
		if (m->regs[0].what != NUMBER || m->regs[0].n)
			fail(m, "has another result than 0");
		return false;
	}
	if (in->code == (BPF_JMP | BPF_CALL))
		call(m, in);
	else if (in->code == (BPF_JMP | BPF_JA) || jumps(m, in))
		m->at = (uint32_t)((int64_t)m->at + in->off);
	return true;
}

static bool step(struct machine *m)
{
	static const uint8_t sizes[] = { 4, 2, 1, 8 };
	const struct bpf_insn *in = &m->insns[m->at];
	uint32_t size = sizes[BPF_SIZE(in->code) >> 3];
	struct cell imm = number((uint64_t)(int64_t)in->imm);

	switch (BPF_CLASS(in->code)) {
	case BPF_LD: wide(m, in); return true;
	case BPF_LDX: load(m, in, size); return true;
	case BPF_ST: store(m, in, size, &imm); return true;
	case BPF_STX:
		if (BPF_MODE(in->code) == BPF_ATOMIC)
			atomic(m, in, size);
		else
			store(m, in, size, &m->regs[in->src_reg]);
		return true;
	case BPF_JMP:
	case BPF_JMP32: return jump(m, in);
	}
	alu(m, in);
	return true;
}

static void start(struct machine *m)
{
	uint32_t first = STACK - 8 * BODY_NSLOTS;

	m->regs[1].what = CONTEXT;
	m->regs[10] = (struct cell){ POINTER, STACK, OBJ_STACK };
	for (uint32_t i = 0; i < BODY_NSLOTS - 1; i++) {
		uint64_t n = some_number(m);

		memcpy(m->stack + STACK - 8 * (i + 1), &n, 8);
	}
	memset(m->written + first, true, STACK - first);
	m->spilled[first / 8] = (struct cell){ gen_pick(&m->rng, 4) ? POINTER : NULL_POINTER, 0, OBJ_SELF };
	for (uint32_t i = 0; i < sizeof m->maps; i += 8)
		m->maps[i] = (uint8_t)gen_pick(&m->rng, 256);
}

const char *run_body(const struct bpf_insn *insns, uint32_t n, uint64_t seed, uint32_t *at)
{
	struct machine m = { .insns = insns, .n = n, .rng = seed };

	start(&m);
	for (uint32_t i = 0; i < STEPS && !m.wrong; i++, m.at++) {
		*at = m.at;
		if (m.at >= n)
			return "leaves the body";
		if (!step(&m))
			break;
	}
	return m.wrong;
}
