// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// One instruction, see checker_step.h.

#include "daemon/policy/checker_step.h"

#include <linux/bpf.h>

#include "daemon/policy/checker_call.h"

enum { REACH = 1 << 30 };	// of one addition to a pointer

static const struct bpf_insn *insn_of(const struct checker *c)
{
	return &c->q->insns[c->at];
}

static uint32_t size_of(const struct bpf_insn *in)
{
	static const uint8_t sizes[] = {
		[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8,
	};

	return sizes[BPF_SIZE(in->code) >> 3];
}

// The second operand: a register or the immediate, which is extended by its sign.
static struct check_value operand(const struct bpf_insn *in, const struct check_frame *f)
{
	uint64_t imm = (uint64_t)(int64_t)in->imm;

	return BPF_SRC(in->code) == BPF_X ? f->regs[in->src_reg] : checker_number(imm, imm);
}

// ---- arithmetic -----------------------------------------------------------------

// The distance, as what is to be added: whether arithmetic bounds it.
static bool signed_range(const struct check_value *distance, bool minus, int64_t *lo, int64_t *hi)
{
	int64_t a = (int64_t)distance->lo, b = (int64_t)distance->hi;

	if (a > b || a < -REACH || b > REACH)
		return false;
	*lo = minus ? -b : a;
	*hi = minus ? -a : b;
	return true;
}

static int move_pointer(struct checker *c, struct check_value pointer, const struct check_value *distance,
	bool minus, struct check_value *out)
{
	int64_t lo, hi, front, behind;

	if (pointer.null)
		return checker_refuse(c, "a pointer that may be NULL is moved");
	if (!signed_range(distance, minus, &lo, &hi))
		return checker_refuse(c, "a pointer is moved by a number that arithmetic does not bound");
	if (pointer.kind == CHECK_STACK && lo != hi)
		return checker_refuse(c, "a place in the stack that is not constant");
	front = (int64_t)pointer.lo + lo;
	// At least one byte of the value is behind, at least none of the stack.
	behind = pointer.kind == CHECK_STACK ? CHECK_STACK_SIZE - front : (int64_t)pointer.hi - hi - 1;
	if (front < 0 || behind < 0)
		return checker_refuse(c, "a pointer leaves what it points into");
	pointer.lo = (uint64_t)front;
	pointer.hi = pointer.kind == CHECK_STACK ? pointer.lo : (uint64_t)behind + 1;
	if (distance->zeros < pointer.zeros)
		pointer.zeros = distance->zeros;
	pointer.id = 0;
	*out = pointer;
	return 0;
}

static bool is_memory(const struct check_value *v)
{
	return v->kind == CHECK_STACK || v->kind == CHECK_VALUE;
}

// Addition and subtraction of 64 bits, where one side is a pointer.
static int step_pointer(struct checker *c, const struct bpf_insn *in, struct check_value *dst,
	const struct check_value *src)
{
	uint8_t op = BPF_OP(in->code);

	if (BPF_CLASS(in->code) == BPF_ALU64 && (op == BPF_ADD || op == BPF_SUB)) {
		if (is_memory(dst) && src->kind == CHECK_SCALAR)
			return move_pointer(c, *dst, src, op == BPF_SUB, dst);
		if (is_memory(src) && dst->kind == CHECK_SCALAR && op == BPF_ADD)
			return move_pointer(c, *src, dst, false, dst);
	}
	return checker_refuse(c, "arithmetic with a pointer");
}

static int step_move(struct checker *c, const struct bpf_insn *in, struct check_frame *f)
{
	struct check_value v = operand(in, f);

	if (v.kind == CHECK_NONE)
		return checker_refuse(c, "a register that was not set on all paths is read");
	if (BPF_CLASS(in->code) == BPF_ALU) {
		if (v.kind != CHECK_SCALAR)
			return checker_refuse(c, "half of a pointer is copied");
		v = checker_alu(BPF_ADD, true, v, checker_number(0, 0));
	}
	f->regs[in->dst_reg] = v;
	return 0;
}

static struct check_value swapped(const struct bpf_insn *in)
{
	return checker_number(0, in->imm == 64 ? UINT64_MAX : (1ull << in->imm) - 1);
}

static int step_alu(struct checker *c, const struct bpf_insn *in, struct check_frame *f)
{
	struct check_value *dst = &f->regs[in->dst_reg], src = operand(in, f);
	uint8_t op = BPF_OP(in->code);

	if (op == BPF_MOV)
		return step_move(c, in, f);
	if (op == BPF_END || op == BPF_NEG)
		src = checker_number(0, 0);
	if (dst->kind == CHECK_NONE || src.kind == CHECK_NONE)
		return checker_refuse(c, "a register that was not set on all paths is read");
	if (dst->kind != CHECK_SCALAR || src.kind != CHECK_SCALAR)
		return step_pointer(c, in, dst, &src);
	*dst = op == BPF_END ? swapped(in) : checker_alu(op, BPF_CLASS(in->code) == BPF_ALU, *dst, src);
	return 0;
}

// ---- memory -----------------------------------------------------------------------

static int step_constant(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	const struct bpf_insn *in = insn_of(c);
	struct check_value *dst = &f->regs[in->dst_reg];
	uint64_t upper = (uint32_t)in[1].imm, n = upper << 32 | (uint32_t)in->imm;

	if (!insn->reloc) {
		*dst = n && n == c->q->placeholder ? checker_number(0, UINT64_MAX) : checker_number(n, n);
		return 0;
	}
	if (insn->reloc->kind == RELOC_MAP_FD) {
		*dst = (struct check_value){ .kind = CHECK_MAP, .map = insn->reloc->index };
		return 0;
	}
	*dst = checker_number(upper, upper);	// for the zeros
	dst->kind = CHECK_VALUE;
	dst->hi = c->q->maps[insn->reloc->index].value_size - upper;
	return 0;
}

static int step_load(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	const struct bpf_insn *in = insn_of(c);
	struct check_value base = f->regs[in->src_reg];

	(void)insn;
	return checker_load(c, f, &base, in->off, size_of(in), &f->regs[in->dst_reg]);
}

static int step_store(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	const struct bpf_insn *in = insn_of(c);
	uint64_t imm = (uint64_t)(int64_t)in->imm;
	struct check_value v = BPF_CLASS(in->code) == BPF_ST ? checker_number(imm, imm) : f->regs[in->src_reg];

	(void)insn;
	return checker_store(c, f, &f->regs[in->dst_reg], in->off, size_of(in), &v);
}

// One that the processor would split over two cache lines may end the kernel.
static bool is_aligned(const struct check_value *base, int16_t off, uint32_t size)
{
	return !(off & (int32_t)(size - 1)) && 1ull << base->zeros >= size;
}

static bool is_known_atomic(int32_t op)
{
	switch (op & ~BPF_FETCH) {
	case BPF_ADD:
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		return true;
	}
	return op == BPF_XCHG || op == BPF_CMPXCHG;
}

static int step_atomic(struct checker *c, struct check_frame *f)
{
	const struct bpf_insn *in = insn_of(c);
	const struct check_value *base = &f->regs[in->dst_reg];
	struct check_value *src = &f->regs[in->src_reg], old;
	uint32_t size = size_of(in);

	if (!is_known_atomic(in->imm))
		return checker_refuse(c, "an atomic operation that no program of ours has");
	if (base->kind != CHECK_VALUE)
		return checker_refuse(c, "an atomic operation on other memory than a map's");
	if (!is_aligned(base, in->off, size))
		return checker_refuse(c, "an atomic operation on a place that is not aligned");
	if (src->kind != CHECK_SCALAR || (in->imm == BPF_CMPXCHG && f->regs[BPF_REG_0].kind != CHECK_SCALAR))
		return checker_refuse(c, "an atomic operation with what is no number");
	if (checker_load(c, f, base, in->off, size, &old))
		return CHECK_E_REFUSED;
	if (in->imm == BPF_CMPXCHG)
		f->regs[BPF_REG_0] = old;
	else if (in->imm & BPF_FETCH)
		*src = old;
	return 0;
}

static int step_stx(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	return BPF_MODE(insn_of(c)->code) == BPF_ATOMIC ? step_atomic(c, f) : step_store(c, insn, f);
}

// ---- jumps and calls ----------------------------------------------------------------

static int step_end(struct checker *c, const struct check_frame *f)
{
	const struct check_value *r0 = &f->regs[BPF_REG_0];

	if (r0->kind != CHECK_SCALAR || r0->lo || r0->hi)
		return checker_refuse(c, "the result is not 0");
	return 0;
}

bool checker_tests_null(const struct bpf_insn *in, const struct check_frame *f, uint32_t *id, bool *when_taken)
{
	const struct check_value *v = &f->regs[in->dst_reg];
	uint8_t op = BPF_OP(in->code);

	if (BPF_CLASS(in->code) != BPF_JMP || BPF_SRC(in->code) != BPF_K || in->imm ||
	    (op != BPF_JEQ && op != BPF_JNE) || v->kind != CHECK_VALUE)
		return false;
	*id = v->id;
	*when_taken = op == BPF_JNE;
	return true;
}

static int step_jump(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	const struct bpf_insn *in = insn_of(c);
	struct check_value src = operand(in, f);
	bool taken;
	uint32_t id;

	if (in->code == (BPF_JMP | BPF_JA))
		return 0;
	if (in->code == (BPF_JMP | BPF_EXIT))
		return step_end(c, f);
	if (in->code == (BPF_JMP | BPF_CALL))
		return insn->reloc ? checker_function(c, f, c->q->functions[insn->reloc->index]) :
				     checker_helper(c, f, in->imm);
	if (f->regs[in->dst_reg].kind == CHECK_NONE || src.kind == CHECK_NONE)
		return checker_refuse(c, "a register that was not set on all paths is read");
	if (checker_tests_null(in, f, &id, &taken))
		return 0;
	if (f->regs[in->dst_reg].kind != CHECK_SCALAR || src.kind != CHECK_SCALAR)
		return checker_refuse(c, "a pointer is compared");
	return 0;
}

static int step_arithmetic(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	(void)insn;
	return step_alu(c, insn_of(c), f);
}

int checker_step(struct checker *c, const struct check_insn *insn, struct check_frame *f)
{
	static int (*const by_class[])(struct checker *, const struct check_insn *, struct check_frame *) = {
		[BPF_LD] = step_constant, [BPF_LDX] = step_load, [BPF_ST] = step_store, [BPF_STX] = step_stx,
		[BPF_ALU] = step_arithmetic, [BPF_JMP] = step_jump, [BPF_JMP32] = step_jump,
		[BPF_ALU64] = step_arithmetic,
	};

	return by_class[BPF_CLASS(insn_of(c)->code)](c, insn, f);
}
