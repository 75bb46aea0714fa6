// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Constant evaluation. Everything wraps modulo 2^64 and shifts take the low six
// bits of their count, which is what BPF does.

#include "dlang/ir/fold.h"

const char *const ir_cond_text[IC_TEST + 1] = {
	[IC_EQ] = "eq", [IC_NE] = "ne", [IC_ULT] = "ult", [IC_ULE] = "ule",
	[IC_UGT] = "ugt", [IC_UGE] = "uge", [IC_SLT] = "slt", [IC_SLE] = "sle",
	[IC_SGT] = "sgt", [IC_SGE] = "sge", [IC_TEST] = "test",
};

bool ir_eval2(enum irop op, uint64_t a, uint64_t b, uint64_t *out)
{
	switch (op) {
	case IR_MOV: *out = a; return true;
	case IR_ADD: *out = a + b; return true;
	case IR_SUB: *out = a - b; return true;
	case IR_MUL: *out = a * b; return true;
	case IR_UDIV: *out = b ? a / b : 0; return b != 0;
	case IR_UMOD: *out = b ? a % b : a; return b != 0;
	case IR_AND: *out = a & b; return true;
	case IR_OR: *out = a | b; return true;
	case IR_XOR: *out = a ^ b; return true;
	case IR_SHL: *out = a << (b & 63); return true;
	case IR_LSHR: *out = a >> (b & 63); return true;
	case IR_ASHR: *out = (uint64_t)((int64_t)a >> (b & 63)); return true;
	case IR_NEG: *out = -a; return true;
	default: return false;
	}
}

static uint64_t swap_bytes(uint64_t a, uint8_t size)
{
	switch (size) {
	case 2: return __builtin_bswap16((uint16_t)a);
	case 4: return __builtin_bswap32((uint32_t)a);
	case 8: return __builtin_bswap64(a);
	default: return a & 0xff;
	}
}

uint64_t ir_eval_ext(enum irop op, uint8_t size, uint64_t a)
{
	uint32_t shift = 64 - 8u * size;

	if (op == IR_BSWAP)
		return swap_bytes(a, size);
	if (op == IR_SX)
		return (uint64_t)((int64_t)(a << shift) >> shift);
	return a << shift >> shift;
}

bool ir_eval_cond(enum ir_cond c, uint64_t a, uint64_t b)
{
	int64_t sa = (int64_t)a, sb = (int64_t)b;

	switch (c) {
	case IC_EQ: return a == b;
	case IC_NE: return a != b;
	case IC_ULT: return a < b;
	case IC_ULE: return a <= b;
	case IC_UGT: return a > b;
	case IC_UGE: return a >= b;
	case IC_SLT: return sa < sb;
	case IC_SLE: return sa <= sb;
	case IC_SGT: return sa > sb;
	case IC_SGE: return sa >= sb;
	case IC_TEST: return (a & b) != 0;
	}
	return false;
}

bool ir_cond_not(enum ir_cond c, enum ir_cond *out)
{
	static const enum ir_cond opposite[] = {
		[IC_EQ] = IC_NE, [IC_NE] = IC_EQ,
		[IC_ULT] = IC_UGE, [IC_UGE] = IC_ULT, [IC_ULE] = IC_UGT, [IC_UGT] = IC_ULE,
		[IC_SLT] = IC_SGE, [IC_SGE] = IC_SLT, [IC_SLE] = IC_SGT, [IC_SGT] = IC_SLE,
	};

	if (c == IC_TEST)
		return false;
	*out = opposite[c];
	return true;
}

enum ir_cond ir_cond_swap(enum ir_cond c)
{
	static const enum ir_cond mirrored[] = {
		[IC_EQ] = IC_EQ, [IC_NE] = IC_NE, [IC_TEST] = IC_TEST,
		[IC_ULT] = IC_UGT, [IC_UGT] = IC_ULT, [IC_ULE] = IC_UGE, [IC_UGE] = IC_ULE,
		[IC_SLT] = IC_SGT, [IC_SGT] = IC_SLT, [IC_SLE] = IC_SGE, [IC_SGE] = IC_SLE,
	};

	return mirrored[c];
}

enum { SAME = 1, ZERO };		// what x op b is: x, or 0

// Rules x op imm -> x or 0.
static const struct rule {
	enum irop op;
	int64_t imm;
	int result;
} rules[] = {
	{ IR_ADD, 0, SAME }, { IR_SUB, 0, SAME },
	{ IR_MUL, 1, SAME }, { IR_MUL, 0, ZERO },
	{ IR_UDIV, 1, SAME }, { IR_UMOD, 1, ZERO },
	{ IR_AND, -1, SAME }, { IR_AND, 0, ZERO },
	{ IR_OR, 0, SAME }, { IR_XOR, 0, SAME },
	{ IR_SHL, 0, SAME }, { IR_LSHR, 0, SAME }, { IR_ASHR, 0, SAME },
};

bool ir_simplify2(enum irop op, struct ir_val a, struct ir_val b, struct ir_val *out)
{
	uint64_t r;

	if (a.kind == IV_IMM && b.kind == IV_IMM) {
		if (!ir_eval2(op, (uint64_t)a.imm, (uint64_t)b.imm, &r))
			return false;
		*out = ir_i((int64_t)r);
		return true;
	}
	if (a.kind == IV_IMM && (ir_op_flags[op] & IRF_COMM)) {
		struct ir_val t = a;

		a = b;
		b = t;
	}
	if (a.kind != IV_REG || b.kind != IV_IMM)
		return false;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (rules[i].op != op || rules[i].imm != b.imm)
			continue;
		*out = rules[i].result == SAME ? a : ir_i(0);
		return true;
	}
	return false;
}
