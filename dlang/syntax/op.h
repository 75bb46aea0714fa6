// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Operators of D. Compound assignments use the operator they apply.

enum op {
	OP_NONE,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
	OP_AND, OP_OR, OP_XOR, OP_SHL, OP_SHR,
	OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE,
	OP_LAND, OP_LOR, OP_LXOR,
	OP_NOT, OP_BNOT, OP_NEG, OP_PLUS,
	OP_DEREF, OP_ADDR,
	OP_INC, OP_DEC,			// prefix under EX_UNARY
};

// As written in D; prefix and binary operators alike.
const char *op_text(enum op op);
