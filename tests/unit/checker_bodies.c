// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See checker_bodies.h. The numbers in names are those of the programs that were tried
// against kernels when the checker was designed.

#include "tests/unit/checker_bodies.h"

#define R(n) BPF_REG_##n
#define RAW(code, dst, src, off, imm) { (code), (dst), (src), (off), (imm) }
#define MOV(d, s) RAW(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOVI(d, i) RAW(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define OP(op, d, s) RAW(BPF_ALU64 | (op) | BPF_X, d, s, 0, 0)
#define OPI(op, d, i) RAW(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define OP32(op, d, s) RAW(BPF_ALU | (op) | BPF_X, d, s, 0, 0)
#define OP32I(op, d, i) RAW(BPF_ALU | (op) | BPF_K, d, 0, 0, i)
#define LDX(size, d, s, off) RAW(BPF_LDX | BPF_MEM | (size), d, s, off, 0)
#define STX(size, d, off, s) RAW(BPF_STX | BPF_MEM | (size), d, s, off, 0)
#define STI(size, d, off, i) RAW(BPF_ST | BPF_MEM | (size), d, 0, off, i)
#define ATOMIC(size, d, off, s, op) RAW(BPF_STX | BPF_ATOMIC | (size), d, s, off, op)
#define JMP(op, d, i, off) RAW(BPF_JMP | (op) | BPF_K, d, 0, off, i)
#define JMPX(op, d, s, off) RAW(BPF_JMP | (op) | BPF_X, d, s, off, 0)
#define JMP32(op, d, i, off) RAW(BPF_JMP32 | (op) | BPF_K, d, 0, off, i)
#define JA(off) RAW(BPF_JMP | BPF_JA, 0, 0, off, 0)
#define CALL(id) RAW(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define RUN(fn) RAW(BPF_JMP | BPF_CALL, 0, 1, 0, fn)
#define EXIT RAW(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define WIDE(d, src, lo, hi) RAW(BPF_LD | BPF_IMM | BPF_DW, d, src, 0, lo), RAW(0, 0, 0, 0, hi)
#define MAPFD(d, map) WIDE(d, 1, map, 0)
#define MAPVAL(d, map, off) WIDE(d, 2, map, off)
#define END MOVI(R(0), 0), EXIT

// r0 = the session's memory on this CPU; 8 instructions, r10-32 is used.
#define AREA                                                                                       \
	CALL(8), STX(BPF_W, R(10), -32, R(0)), MAPFD(R(1), BODY_SEG), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -32), \
		CALL(1)
// r0 = the element of the hash for the number in r10-40, or NULL; 5 instructions.
#define ELEMENT MAPFD(R(1), BODY_HASH), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40), CALL(1)
#define KEY STI(BPF_DW, R(10), -40, 1)

#define BODY(name, refusal, ...)                                                                   \
	{ name, refusal, { __VA_ARGS__ }, sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn) }
#define GOOD(name, ...) BODY(name, NULL, __VA_ARGS__)

static const char not_pointer[] = "no pointer is followed", unset[] = "not set on all paths";
static const char bounds[] = "arithmetic does not keep", compared[] = "a pointer is compared";
static const char computed[] = "arithmetic with a pointer", never[] = "never written";
static const char helper[] = "a helper that is not", stored[] = "what is no number is stored in a map";
static const char unknown[] = "no program of ours has", slot[] = "for different things", left[] = "a pointer leaves";
static const char unbounded[] = "a number that arithmetic does not bound", result[] = "the result is not 0";
static const char number[] = "an argument that is no number", maybe[] = "may be NULL";
static const char function[] = "a function that is not", part[] = "a part of a pointer", field[] = "does not use";

const struct checker_body checker_bodies[] = {
	// ---- what programs of ours do --------------------------------------------------
	GOOD("00 count and argument", AREA, JMP(BPF_JEQ, R(0), 0, 5), MOVI(R(1), 1),
		ATOMIC(BPF_DW, R(0), 64, R(1), BPF_ADD), LDX(BPF_DW, R(1), R(10), BODY_ARG0),
		STX(BPF_DW, R(0), 72, R(1)), MOVI(R(2), 0), END),
	GOOD("01 hash", KEY, ELEMENT, JMP(BPF_JNE, R(0), 0, 13), MAPFD(R(1), BODY_HASH), MOV(R(2), R(10)),
		OPI(BPF_ADD, R(2), -40), MAPVAL(R(3), BODY_CTL, 1024), MOVI(R(4), 1), CALL(2), ELEMENT,
		JMP(BPF_JEQ, R(0), 0, 2), MOVI(R(1), 1), ATOMIC(BPF_DW, R(0), 8, R(1), BPF_ADD), END),
	GOOD("02 copyin and a masked index", LDX(BPF_DW, R(3), R(10), BODY_ARG0), MOV(R(1), R(10)),
		OPI(BPF_ADD, R(1), -64), MOVI(R(2), 16), CALL(112), MAPVAL(R(7), BODY_CTL, 0),
		LDX(BPF_DW, R(8), R(10), -64), OPI(BPF_AND, R(8), 511), OPI(BPF_LSH, R(8), 3), OP(BPF_ADD, R(7), R(8)),
		LDX(BPF_DW, R(1), R(7), 0), END),
	GOOD("03 ustack", MOV(R(6), R(1)), AREA, JMP(BPF_JEQ, R(0), 0, 5), MOV(R(2), R(0)), OPI(BPF_ADD, R(2), 256),
		MOV(R(1), R(6)), MOVI(R(3), 126), RUN(BODY_USTACK), END),
	GOOD("a loop that probes a table", AREA, JMP(BPF_JEQ, R(0), 0, 12), MOVI(R(3), 0), MOVI(R(4), 0),
		MOV(R(5), R(3)), OPI(BPF_AND, R(5), 127), OPI(BPF_MUL, R(5), 24), MOV(R(6), R(0)),
		OP(BPF_ADD, R(6), R(5)), LDX(BPF_DW, R(7), R(6), 4096), JMP(BPF_JEQ, R(7), 0, 3), OPI(BPF_ADD, R(3), 77),
		OPI(BPF_ADD, R(4), 1), JMP(BPF_JLT, R(4), 16, -10), END),
	GOOD("a pointer that was spilled before its test", KEY, ELEMENT, MOV(R(6), R(0)), STX(BPF_DW, R(10), -48, R(6)),
		JMP(BPF_JEQ, R(6), 0, 3), LDX(BPF_DW, R(7), R(10), -48), LDX(BPF_DW, R(1), R(7), 8),
		MOVI(R(1), 0), END),
	GOOD("the value of the thread", LDX(BPF_DW, R(6), R(10), BODY_THREAD), JMP(BPF_JEQ, R(6), 0, 2),
		LDX(BPF_DW, R(1), R(6), 24), STI(BPF_DW, R(6), 0, 5), END),
	GOOD("NULL or an element, then the element of another map", KEY, ELEMENT, MOV(R(6), R(0)),
		JMP(BPF_JNE, R(6), 0, 7), AREA, MOV(R(6), R(0)), JMP(BPF_JEQ, R(6), 0, 2), MOVI(R(1), 1),
		ATOMIC(BPF_DW, R(6), 8, R(1), BPF_ADD), END),
	GOOD("strings", MAPVAL(R(1), BODY_CTL, 0), MAPVAL(R(2), BODY_CTL, 64), MAPVAL(R(3), BODY_CTL, 128),
		RUN(BODY_STRJOIN), MAPVAL(R(1), BODY_CTL, 4032), RUN(BODY_STRLEN), END),
	GOOD("a copy of its own memory", KEY, MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -56), MOVI(R(2), 8), MOV(R(3), R(10)),
		OPI(BPF_ADD, R(3), -40), CALL(113), LDX(BPF_DW, R(1), R(10), -56), END),
	GOOD("the bell", KEY, MAPFD(R(1), BODY_BELL), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40), MOVI(R(3), 8), MOVI(R(4), 2),
		CALL(130), END),
	GOOD("a spilled index that is masked", AREA, JMP(BPF_JEQ, R(0), 0, 6), LDX(BPF_DW, R(1), R(10), BODY_ARG1),
		OPI(BPF_AND, R(1), 0xff8), STX(BPF_DW, R(10), -48, R(1)), LDX(BPF_DW, R(2), R(10), -48),
		OP(BPF_ADD, R(0), R(2)), LDX(BPF_DW, R(1), R(0), 0), END),
	GOOD("NULL in a slot of pointers", STI(BPF_DW, R(10), -48, 0), KEY, ELEMENT, STX(BPF_DW, R(10), -48, R(0)),
		LDX(BPF_DW, R(6), R(10), -48), JMP(BPF_JEQ, R(6), 0, 1), LDX(BPF_DW, R(1), R(6), 0), END),

	// ---- the programs of the design ---------------------------------------------------
	BODY("10 ctx[0] to a map", "the context is read", LDX(BPF_DW, R(2), R(1), 0), MAPVAL(R(3), BODY_CTL, 0),
		STX(BPF_DW, R(3), 0, R(2)), END),
	BODY("11 r10 to a map", stored, MAPVAL(R(3), BODY_CTL, 0), STX(BPF_DW, R(3), 0, R(10)), END),
	BODY("12 a map's address to a map", stored, MAPVAL(R(3), BODY_CTL, 0), STX(BPF_DW, R(3), 0, R(3)), END),
	BODY("13 ctx xor", computed, MOV(R(3), R(1)), OPI(BPF_XOR, R(3), 1), END),
	BODY("14 a bit of a pointer by comparison", compared, MAPVAL(R(3), BODY_CTL, 0), MOV(R(4), R(10)),
		MOVI(R(5), 1), OPI(BPF_LSH, R(5), 20), JMPX(BPF_JGT, R(4), R(5), 1), STI(BPF_DW, R(3), 0, 1), END),
	BODY("15 the stack as it was, to a map", never, MAPVAL(R(3), BODY_CTL, 0), LDX(BPF_DW, R(2), R(10), -504),
		STX(BPF_DW, R(3), 0, R(2)), END),
	BODY("16 the stack as it was, as a key", never, MAPFD(R(1), BODY_WIDE_HASH), MOV(R(2), R(10)),
		OPI(BPF_ADD, R(2), -304), MAPVAL(R(3), BODY_CTL, 0), MOVI(R(4), 0), CALL(2), END),
	BODY("17 bytes of a spilled pointer", part, STX(BPF_DW, R(10), -48, R(10)), LDX(BPF_W, R(1), R(10), -48), END),
	BODY("18 a pointer as a hash's value", "handed on as bytes", KEY, STX(BPF_DW, R(10), -80, R(10)),
		STI(BPF_DW, R(10), -72, 0), MAPFD(R(1), BODY_HASH), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40), MOV(R(3), R(10)),
		OPI(BPF_ADD, R(3), -80), MOVI(R(4), 0), CALL(2), END),
	BODY("19 a pointer in an atomic addition", "with what is no number", MAPVAL(R(3), BODY_CTL, 0),
		ATOMIC(BPF_DW, R(3), 0, R(10), BPF_ADD), END),
	BODY("20 Spectre 1: bounded by a comparison", unbounded, LDX(BPF_DW, R(4), R(10), BODY_ARG0),
		MAPVAL(R(3), BODY_CTL, 0), JMP(BPF_JGT, R(4), 4000, 3), OP(BPF_ADD, R(3), R(4)), LDX(BPF_B, R(5), R(3), 0),
		MOVI(R(5), 0), END),
	BODY("21 get_stack", helper, MAPVAL(R(2), BODY_CTL, 0), MOVI(R(3), 64), MOVI(R(4), 0x100), CALL(67), END),
	BODY("22 get_stack, jumped to", helper, MAPVAL(R(2), BODY_CTL, 0), MOVI(R(3), 64), MOVI(R(4), 0), JA(1),
		MOVI(R(4), 0x100), CALL(67), END),
	BODY("23 probe_read_kernel", "no pointer to own memory", MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 8),
		LDX(BPF_DW, R(3), R(10), BODY_ARG0), CALL(113), END),
	BODY("24 get_current_task", helper, CALL(35), END),
	BODY("25 a typed load", helper, CALL(158), LDX(BPF_DW, R(1), R(0), 64), END),
	BODY("26 a variable of the kernel's", field, WIDE(R(1), 3, 1, 0), END),
	BODY("27 a map of somebody else's", "does not have", MAPFD(R(1), BODY_NMAPS), END),
	BODY("28 a jump back into the guard", "out of the body", MOVI(R(0), 0), JA(-8), EXIT),
	BODY("29 a jump to the guard's end", "out of the body", MOVI(R(0), 0), JA(40), EXIT),
	BODY("30 writes the context", "the context is written", STI(BPF_DW, R(1), 128, 0), END),
	BODY("31 write_user", helper, MOVI(R(1), 0), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -8), MOVI(R(3), 8), CALL(36), END),
	BODY("32 send_signal", helper, MOVI(R(1), 9), CALL(109), END),
	BODY("33 beyond the value", bounds, MAPVAL(R(3), BODY_CTL, 4088), LDX(BPF_DW, R(1), R(3), 8), END),
	GOOD("34 probe_read_user of any address", MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 8), WIDE(R(3), 0, 0, -1), CALL(112),
		END),
	BODY("35 a pointer as a number", number, MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 8), MOV(R(3), R(10)), CALL(112), END),
	BODY("36 a typed load of the context", "the context is read", LDX(BPF_DW, R(2), R(1), 0), LDX(BPF_DW, R(2), R(2), 8),
		END),
	BODY("37 addr_space_cast", field, MOVI(R(1), 0), RAW(BPF_ALU64 | BPF_MOV | BPF_X, R(2), R(1), 1, 1), END),
	BODY("38 a slot of two kinds", slot, LDX(BPF_DW, R(1), R(10), BODY_ARG0), STX(BPF_DW, R(10), -48, R(1)),
		STX(BPF_DW, R(10), -48, R(10)), LDX(BPF_DW, R(2), R(10), -48), END),
	GOOD("39 a loop without end, which the kernel refuses", MOVI(R(1), 0), OPI(BPF_ADD, R(1), 1),
		JMP(BPF_JNE, R(1), 5, -2), END),
	BODY("40 a pointer as the result", result, MOV(R(0), R(10)), EXIT),
	BODY("41 tail call", helper, MAPFD(R(2), BODY_CTL), MOVI(R(3), 0), CALL(12), END),
	BODY("42 perf_event_output", helper, MAPFD(R(2), BODY_CTL), MOVI(R(3), 0), MOV(R(4), R(10)), OPI(BPF_ADD, R(4), -8),
		MOVI(R(5), 8), CALL(25), END),
	BODY("43 an element's address to a map", stored, KEY, ELEMENT, MAPVAL(R(3), BODY_CTL, 0), JMP(BPF_JEQ, R(0), 0, 1),
		STX(BPF_DW, R(3), 0, R(0)), END),

	// ---- instructions ------------------------------------------------------------------
	BODY("no end", "without an exit", MOVI(R(0), 0)),
	BODY("an end that is jumped over", "without an exit", MOVI(R(0), 0), EXIT, MOVI(R(0), 0)),
	BODY("half a wide load", "half a 64-bit load", MOVI(R(0), 0), EXIT, RAW(BPF_LD | BPF_IMM | BPF_DW, 1, 0, 0, 0)),
	BODY("a jump into a wide load", "into a 64-bit load", JA(1), WIDE(R(1), 0, 0, 0), END),
	BODY("a wide load that is an exit", "half a 64-bit load", RAW(BPF_LD | BPF_IMM | BPF_DW, 1, 0, 0, 0), EXIT, END),
	BODY("ld_abs", unknown, MOV(R(6), R(1)), RAW(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, 0), END),
	BODY("ld_ind", unknown, MOV(R(6), R(1)), RAW(BPF_LD | BPF_IND | BPF_W, 0, 0, 0, 0), END),
	BODY("may_goto", unknown, RAW(BPF_JMP | 0xe0, 0, 0, -1, 0), END),
	BODY("gotol", unknown, RAW(BPF_JMP32 | BPF_JA, 0, 0, 0, 0), END),
	BODY("callx", unknown, MOVI(R(1), 0), RAW(BPF_JMP | BPF_CALL | BPF_X, 1, 0, 0, 0), END),
	BODY("a kernel function", field, RAW(BPF_JMP | BPF_CALL, 0, 2, 0, 1), END),
	BODY("a sign-extending load", unknown, RAW(BPF_LDX | 0x80 | BPF_W, R(1), R(10), BODY_ARG0, 0), END),
	BODY("a sign-extending move", field, MOVI(R(1), 0), RAW(BPF_ALU64 | BPF_MOV | BPF_X, R(2), R(1), 8, 0), END),
	BODY("a signed division", field, MOVI(R(1), 8), RAW(BPF_ALU64 | BPF_DIV | BPF_K, R(1), 0, 1, 2), END),
	BODY("a swap of 64 bits' class", unknown, MOVI(R(1), 8), RAW(BPF_ALU64 | BPF_END, R(1), 0, 0, 64), END),
	BODY("a swap of a pointer", computed, MOV(R(1), R(10)), RAW(BPF_ALU | BPF_END | BPF_TO_BE, R(1), 0, 0, 64), END),
	BODY("a swap of 24 bits", "unknown size", MOVI(R(1), 8), RAW(BPF_ALU | BPF_END | BPF_TO_BE, R(1), 0, 0, 24), END),
	BODY("a division by zero", "by zero", MOVI(R(1), 8), OPI(BPF_DIV, R(1), 0), END),
	BODY("a shift by 64", "more bits than there are", MOVI(R(1), 8), OPI(BPF_LSH, R(1), 64), END),
	BODY("a shift of 32 bits by 32", "more bits than there are", MOVI(R(1), 8), OP32I(BPF_LSH, R(1), 32), END),
	BODY("r10 written", "frame pointer", MOVI(R(10), 0), END),
	BODY("r10 loaded", "frame pointer", LDX(BPF_DW, R(10), R(10), BODY_ARG0), END),
	BODY("register 11", "there is not", RAW(BPF_ALU64 | BPF_MOV | BPF_K, 11, 0, 0, 0), END),
	BODY("a field that is not zero", field, RAW(BPF_ALU64 | BPF_MOV | BPF_K, 1, 3, 0, 0), END),
	BODY("exit with a field", field, MOVI(R(0), 0), RAW(BPF_JMP | BPF_EXIT, 0, 0, 0, 1)),
	BODY("load acquire", unknown, MAPVAL(R(1), BODY_CTL, 0), ATOMIC(BPF_DW, R(1), 0, R(10), 0x100), END),
	BODY("store release of a pointer", unknown, MAPVAL(R(1), BODY_CTL, 0), ATOMIC(BPF_DW, R(1), 0, R(10), 0x110), END),
	BODY("a place outside of a map's value", "outside of the map", MAPVAL(R(1), BODY_CTL, 4096), END),
	BODY("the value of a hash by address", "outside of the map", MAPVAL(R(1), BODY_HASH, 0), END),
	BODY("the value of an array of many by address", "outside of the map", MAPVAL(R(1), BODY_SEG, 0), END),
	BODY("a map and an offset", "without its value", WIDE(R(1), 1, BODY_CTL, 8), END),
	BODY("a function without a name", "without a name", RUN(BODY_NFUNCTIONS), END),

	// ---- registers ------------------------------------------------------------------------
	BODY("a register of the guard's", unset, MOV(R(1), R(3)), END),
	BODY("r0 of the guard's", result, EXIT),
	BODY("a register that a call forgot", unset, MOVI(R(3), 0), CALL(5), MOV(R(1), R(3)), END),
	BODY("a register that was set on one path", unset, LDX(BPF_DW, R(1), R(10), BODY_ARG0), JMP(BPF_JEQ, R(1), 0, 1),
		MOVI(R(2), 1), MOV(R(3), R(2)), END),
	BODY("a number or a pointer", not_pointer, LDX(BPF_DW, R(1), R(10), BODY_ARG0), MOV(R(2), R(10)),
		JMP(BPF_JEQ, R(1), 0, 1), LDX(BPF_DW, R(2), R(10), BODY_ARG1), LDX(BPF_DW, R(3), R(2), -8), END),
	BODY("half of a pointer", "half of a pointer", RAW(BPF_ALU | BPF_MOV | BPF_X, R(1), R(10), 0, 0), END),
	BODY("a pointer cut by an addition", computed, MAPVAL(R(1), BODY_CTL, 0), OP32I(BPF_ADD, R(1), 0), END),
	BODY("a pointer minus a pointer", computed, MAPVAL(R(1), BODY_CTL, 0), MOV(R(2), R(1)), OP(BPF_SUB, R(2), R(1)),
		END),
	BODY("a number minus a pointer", computed, MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 0), OP(BPF_SUB, R(2), R(1)), END),
	BODY("a pointer plus a pointer", computed, MOV(R(1), R(10)), OP(BPF_ADD, R(1), R(10)), END),
	BODY("a pointer masked", computed, MAPVAL(R(1), BODY_CTL, 0), OPI(BPF_AND, R(1), -8), END),
	BODY("a pointer negated", computed, MOV(R(1), R(10)), RAW(BPF_ALU64 | BPF_NEG, R(1), 0, 0, 0), END),
	BODY("the map itself moved", computed, MAPFD(R(1), BODY_CTL), OPI(BPF_ADD, R(1), 8), END),
	BODY("the map itself read", not_pointer, MAPFD(R(1), BODY_CTL), LDX(BPF_DW, R(2), R(1), 0), END),
	BODY("the map itself spilled", "or a map, is stored", MAPFD(R(1), BODY_CTL), STX(BPF_DW, R(10), -48, R(1)), END),
	BODY("the context moved", computed, OPI(BPF_ADD, R(1), 8), END),
	BODY("two pointers compared", compared, MOV(R(1), R(10)), JMPX(BPF_JEQ, R(1), R(10), 0), END),
	BODY("a pointer compared with NULL in 32 bits", compared, KEY, ELEMENT, JMP32(BPF_JEQ, R(0), 0, 0), END),
	BODY("a pointer's order to NULL", compared, KEY, ELEMENT, JMP(BPF_JSGT, R(0), 0, 0), END),
	BODY("a pointer compared with 1", compared, KEY, ELEMENT, JMP(BPF_JEQ, R(0), 1, 0), END),
	BODY("the context compared with NULL", compared, JMP(BPF_JEQ, R(1), 0, 0), END),

	// ---- bounds ------------------------------------------------------------------------------
	BODY("an index that wraps by a shift", unbounded, LDX(BPF_DW, R(4), R(10), BODY_ARG0), OPI(BPF_AND, R(4), 255),
		OPI(BPF_LSH, R(4), 60), MAPVAL(R(3), BODY_CTL, 0), OP(BPF_ADD, R(3), R(4)), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("a shift by a number of any size", unbounded, LDX(BPF_DW, R(4), R(10), BODY_ARG0), MOVI(R(5), 4),
		OP(BPF_LSH, R(5), R(4)), MAPVAL(R(3), BODY_CTL, 0), OP(BPF_ADD, R(3), R(5)), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("a remainder by a number that may be zero", unbounded, LDX(BPF_DW, R(4), R(10), BODY_ARG0),
		LDX(BPF_DW, R(5), R(10), BODY_ARG1), OPI(BPF_AND, R(5), 255), OP(BPF_MOD, R(4), R(5)),
		MAPVAL(R(3), BODY_CTL, 0), OP(BPF_ADD, R(3), R(4)), LDX(BPF_B, R(5), R(3), 0), END),
	GOOD("a remainder", LDX(BPF_DW, R(4), R(10), BODY_ARG0), OPI(BPF_MOD, R(4), 4096), MAPVAL(R(3), BODY_CTL, 0),
		OP(BPF_ADD, R(3), R(4)), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("a remainder, one byte too far", bounds, LDX(BPF_DW, R(4), R(10), BODY_ARG0), OPI(BPF_MOD, R(4), 4096),
		MAPVAL(R(3), BODY_CTL, 0), OP(BPF_ADD, R(3), R(4)), LDX(BPF_H, R(5), R(3), 0), END),
	GOOD("an index below zero", LDX(BPF_DW, R(4), R(10), BODY_ARG0), OPI(BPF_AND, R(4), 7), OPI(BPF_SUB, R(4), 8),
		MAPVAL(R(3), BODY_CTL, 8), OP(BPF_ADD, R(3), R(4)), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("an index below zero, too far", left, LDX(BPF_DW, R(4), R(10), BODY_ARG0), OPI(BPF_AND, R(4), 7),
		OPI(BPF_SUB, R(4), 8), MAPVAL(R(3), BODY_CTL, 7), OP(BPF_ADD, R(3), R(4)), END),
	GOOD("a byte is its own bound", LDX(BPF_B, R(4), R(10), BODY_ARG0), MAPVAL(R(3), BODY_CTL, 0), OP(BPF_ADD, R(3), R(4)),
		LDX(BPF_B, R(5), R(3), 0), END),
	BODY("an index of 32 bits", unbounded, LDX(BPF_W, R(4), R(10), BODY_ARG0), MAPVAL(R(3), BODY_CTL, 0),
		OP(BPF_ADD, R(3), R(4)), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("a pointer that goes out and back", left, MAPVAL(R(3), BODY_CTL, 0), OPI(BPF_ADD, R(3), 8192),
		OPI(BPF_SUB, R(3), 8192), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("in front of the value", left, MAPVAL(R(3), BODY_CTL, 0), OPI(BPF_SUB, R(3), 8), LDX(BPF_B, R(5), R(3), 0), END),
	BODY("in front of the value, by the offset", bounds, MAPVAL(R(3), BODY_CTL, 0), LDX(BPF_B, R(5), R(3), -1), END),
	BODY("below the stack", "outside of the stack", STI(BPF_DW, R(10), -520, 0), END),
	BODY("above the stack", "outside of the stack", LDX(BPF_DW, R(1), R(10), 0), END),
	BODY("a place in the stack by a number", "not constant", LDX(BPF_DW, R(4), R(10), BODY_ARG0), OPI(BPF_AND, R(4), 8),
		MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -16), OP(BPF_ADD, R(1), R(4)), END),
	BODY("a place in the stack that is not aligned", "not aligned", LDX(BPF_DW, R(1), R(10), -12), END),
	BODY("the index grows in a loop", unbounded, MAPVAL(R(3), BODY_CTL, 0), MOVI(R(4), 0), MOV(R(5), R(3)),
		OP(BPF_ADD, R(5), R(4)), LDX(BPF_B, R(6), R(5), 0), OPI(BPF_ADD, R(4), 1), JMP(BPF_JLT, R(4), 16, -5), END),
	BODY("a pointer moves in a loop", bounds, MAPVAL(R(3), BODY_CTL, 0), MOVI(R(4), 0), LDX(BPF_B, R(6), R(3), 0),
		OPI(BPF_ADD, R(3), 8), OPI(BPF_ADD, R(4), 1), JMP(BPF_JLT, R(4), 16, -4), END),
	GOOD("the index of a loop, masked", MAPVAL(R(3), BODY_CTL, 0), MOVI(R(4), 0), MOV(R(5), R(4)), OPI(BPF_AND, R(5), 15),
		OP(BPF_ADD, R(5), R(3)), LDX(BPF_B, R(6), R(5), 0), OPI(BPF_ADD, R(4), 1), JMP(BPF_JLT, R(4), 16, -6), END),
	GOOD("a number in the stack is halved in a loop", WIDE(R(1), 0, 0, INT32_MIN), STX(BPF_DW, R(10), -48, R(1)), MOVI(R(6), 0),
		LDX(BPF_DW, R(1), R(10), -48), OPI(BPF_RSH, R(1), 1), STX(BPF_DW, R(10), -48, R(1)), OPI(BPF_ADD, R(6), 1),
		JMP(BPF_JLT, R(6), 16, -5), END),
	BODY("NULL is followed", maybe, KEY, ELEMENT, LDX(BPF_DW, R(1), R(0), 0), END),
	BODY("NULL is moved, then tested", maybe, KEY, ELEMENT, OPI(BPF_ADD, R(0), 8), JMP(BPF_JEQ, R(0), 0, 1),
		LDX(BPF_DW, R(1), R(0), 0), END),
	BODY("another look-up than the one tested", maybe, KEY, ELEMENT, MOV(R(6), R(0)), ELEMENT, JMP(BPF_JEQ, R(0), 0, 1),
		LDX(BPF_DW, R(1), R(6), 0), END),
	BODY("the same look-up, a turn before", maybe, MOVI(R(7), 0), LDX(BPF_DW, R(6), R(10), BODY_THREAD), KEY, ELEMENT, JMP(BPF_JEQ, R(7), 0, 4),
		JMP(BPF_JEQ, R(0), 0, 1), LDX(BPF_DW, R(1), R(6), 0), MOVI(R(1), 0), JA(3), MOV(R(6), R(0)), MOVI(R(7), 1),
		JA(-14), END),
	BODY("an element where the area is meant", bounds, KEY, ELEMENT, JMP(BPF_JEQ, R(0), 0, 1), LDX(BPF_DW, R(1), R(0), 16),
		END),
	BODY("the smaller of two maps", bounds, KEY, ELEMENT, MOV(R(6), R(0)), JMP(BPF_JNE, R(6), 0, 7), AREA,
		MOV(R(6), R(0)), JMP(BPF_JEQ, R(6), 0, 1), LDX(BPF_DW, R(1), R(6), 16), END),
	BODY("the thread's value, not tested", maybe, LDX(BPF_DW, R(6), R(10), BODY_THREAD), LDX(BPF_DW, R(1), R(6), 0), END),
	BODY("beyond the thread's value", bounds, LDX(BPF_DW, R(6), R(10), BODY_THREAD), JMP(BPF_JEQ, R(6), 0, 1),
		LDX(BPF_DW, R(1), R(6), 32), END),
	BODY("the thread's value as a number", part, LDX(BPF_W, R(6), R(10), BODY_THREAD), END),

	// ---- the stack --------------------------------------------------------------------------------
	BODY("a part that was not written", never, STI(BPF_W, R(10), -48, 0), LDX(BPF_DW, R(1), R(10), -48), END),
	BODY("written on one path", never, LDX(BPF_DW, R(1), R(10), BODY_ARG0), JMP(BPF_JEQ, R(1), 0, 1),
		STI(BPF_DW, R(10), -48, 0), LDX(BPF_DW, R(1), R(10), -48), END),
	BODY("a part of a pointer overwritten", slot, STX(BPF_DW, R(10), -48, R(10)), STI(BPF_B, R(10), -48, 0), END),
	BODY("half a pointer stored", part, MAPVAL(R(1), BODY_CTL, 0), STX(BPF_W, R(10), -48, R(1)), END),
	BODY("Spectre 4: two places of a map in a slot", bounds, MAPVAL(R(1), BODY_CTL, 4088), STX(BPF_DW, R(10), -48, R(1)),
		MAPVAL(R(1), BODY_CTL, 0), STX(BPF_DW, R(10), -48, R(1)), LDX(BPF_DW, R(2), R(10), -48),
		LDX(BPF_DW, R(3), R(2), 8), END),
	BODY("Spectre 4: an index before and after its mask", unbounded, LDX(BPF_DW, R(4), R(10), BODY_ARG0),
		STX(BPF_DW, R(10), -48, R(4)), OPI(BPF_AND, R(4), 255), STX(BPF_DW, R(10), -48, R(4)),
		LDX(BPF_DW, R(5), R(10), -48), MAPVAL(R(3), BODY_CTL, 0), OP(BPF_ADD, R(3), R(5)), LDX(BPF_B, R(1), R(3), 0), END),
	BODY("the context and a pointer in a slot", slot, STX(BPF_DW, R(10), -48, R(1)), STX(BPF_DW, R(10), -48, R(10)), END),
	BODY("a slot of two kinds over a back edge", slot, MOVI(R(6), 0), MOV(R(7), R(10)), STX(BPF_DW, R(10), -48, R(6)),
		LDX(BPF_DW, R(2), R(10), -48), JMP(BPF_JNE, R(6), 0, 3), STX(BPF_DW, R(10), -48, R(7)), MOVI(R(6), 1), JA(-6), END),
	BODY("a slot that is a number only at first", part, MOVI(R(6), 0), STI(BPF_DW, R(10), -48, 0),
		LDX(BPF_W, R(2), R(10), -48), MAPVAL(R(7), BODY_CTL, 0), STX(BPF_DW, R(10), -48, R(7)), OPI(BPF_ADD, R(6), 1),
		JMP(BPF_JLT, R(6), 4, -6), END),
	BODY("a user's string leaves the stack behind it", never, MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -96), MOVI(R(2), 64),
		LDX(BPF_DW, R(3), R(10), BODY_ARG0), CALL(114), LDX(BPF_DW, R(1), R(10), -48), END),
	BODY("a read of a size that is not known", never, MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -96),
		LDX(BPF_DW, R(2), R(10), BODY_ARG0), OPI(BPF_AND, R(2), 63), LDX(BPF_DW, R(3), R(10), BODY_ARG0), CALL(112),
		LDX(BPF_DW, R(1), R(10), -48), END),
	BODY("a read of more than the stack", "more bytes", MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -16), MOVI(R(2), 17),
		LDX(BPF_DW, R(3), R(10), BODY_ARG0), CALL(112), END),
	BODY("a read of a size below zero", "more bytes", MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -16), MOVI(R(2), -8),
		LDX(BPF_DW, R(3), R(10), BODY_ARG0), CALL(112), END),
	BODY("a read over a spilled pointer", "handed on as bytes", STX(BPF_DW, R(10), -48, R(10)), MOV(R(1), R(10)),
		OPI(BPF_ADD, R(1), -56), MOVI(R(2), 16), LDX(BPF_DW, R(3), R(10), BODY_ARG0), CALL(112), END),
	BODY("a key over a spilled pointer", "handed on as bytes", STX(BPF_DW, R(10), -48, R(10)), KEY,
		MAPFD(R(1), BODY_WIDE_HASH), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -48), CALL(1), END),

	// ---- calls ----------------------------------------------------------------------------------------
	BODY("a key that is too short", never, KEY, MAPFD(R(1), BODY_WIDE_HASH), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -48),
		CALL(1), END),
	BODY("a value that is too short", bounds, KEY, MAPFD(R(1), BODY_HASH), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40),
		MAPVAL(R(3), BODY_CTL, 4088), MOVI(R(4), 0), CALL(2), END),
	BODY("an update of an array", "no such map", KEY, MAPFD(R(1), BODY_SEG), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40),
		MAPVAL(R(3), BODY_CTL, 0), MOVI(R(4), 0), CALL(2), END),
	BODY("a look-up in the ring", "no such map", KEY, MAPFD(R(1), BODY_BELL), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40),
		CALL(1), END),
	BODY("a look-up in the threads' storage", "no such map", KEY, MAPFD(R(1), BODY_SELF), MOV(R(2), R(10)),
		OPI(BPF_ADD, R(2), -40), CALL(1), END),
	BODY("a map's value as a map", "no such map", KEY, MAPVAL(R(1), BODY_CTL, 0), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -40),
		CALL(1), END),
	BODY("more to the ring than there is", "more bytes", MAPFD(R(1), BODY_BELL), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -8),
		MOVI(R(3), 16), MOVI(R(4), 0), CALL(130), END),
	BODY("the stack as it was, to the ring", never, MAPFD(R(1), BODY_BELL), MOV(R(2), R(10)), OPI(BPF_ADD, R(2), -64),
		MOVI(R(3), 64), MOVI(R(4), 0), CALL(130), END),
	BODY("own memory, beyond its end", bounds, MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 64), MAPVAL(R(3), BODY_CTL, 4040),
		CALL(113), END),
	BODY("a spilled pointer read as own memory", "handed on as bytes", STX(BPF_DW, R(10), -48, R(10)),
		MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 8), MOV(R(3), R(10)), OPI(BPF_ADD, R(3), -48), CALL(113), END),
	BODY("a string of the stack as it was", never, MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 64), MOV(R(3), R(10)),
		OPI(BPF_ADD, R(3), -96), CALL(115), END),
	BODY("the stack as it was, copied onto itself", never, MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -80), MOVI(R(2), 8),
		MOV(R(3), R(10)), OPI(BPF_ADD, R(3), -80), CALL(113), LDX(BPF_DW, R(1), R(10), -80), END),
	BODY("the context as own memory", "no pointer to own memory", MOV(R(3), R(1)), MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 8),
		CALL(113), END),
	BODY("a string beyond the value", bounds, MAPVAL(R(1), BODY_CTL, 4040), RUN(BODY_STRLEN), END),
	BODY("a string beyond an element", bounds, KEY, ELEMENT, JMP(BPF_JEQ, R(0), 0, 2), MOV(R(1), R(0)), RUN(BODY_STRLEN),
		END),
	BODY("a string that is NULL", maybe, KEY, ELEMENT, MOV(R(1), R(0)), RUN(BODY_STRLEN), END),
	BODY("a string at an address", "no pointer to own memory", LDX(BPF_DW, R(1), R(10), BODY_ARG0), RUN(BODY_STRLEN), END),
	BODY("a string in the stack as it was", never, MOV(R(1), R(10)), OPI(BPF_ADD, R(1), -128), RUN(BODY_STRLEN), END),
	BODY("a string that is the context", "no pointer to own memory", RUN(BODY_STRLEN), END),
	BODY("a pointer as a function's number", number, MOV(R(1), R(10)), MOVI(R(2), 0), MOVI(R(3), 0), MOVI(R(4), 0),
		RUN(BODY_LLQUANT), END),
	BODY("a function's result as a pointer", not_pointer, MAPVAL(R(1), BODY_CTL, 0), RUN(BODY_STRLEN),
		LDX(BPF_DW, R(1), R(0), 0), END),
	BODY("the kernel's stack", function, MAPVAL(R(2), BODY_CTL, 0), MOVI(R(3), 8), RUN(BODY_KSTACK), END),
	BODY("a private function", function, MAPVAL(R(1), BODY_CTL, 0), RUN(BODY_WALK), END),
	BODY("a function that reads the kernel", function, MAPVAL(R(1), BODY_CTL, 0), MOVI(R(2), 0), MOVI(R(3), 0),
		RUN(BODY_GETF), END),
	BODY("frames beyond the value", bounds, MAPVAL(R(2), BODY_CTL, 4000), MOVI(R(3), 13), RUN(BODY_USTACK), END),
	BODY("frames, as many as an argument says", "number of frames", MAPVAL(R(2), BODY_CTL, 0),
		LDX(BPF_DW, R(3), R(10), BODY_ARG0), RUN(BODY_USTACK), END),
	BODY("frames over a spilled pointer", "handed on as bytes", STX(BPF_DW, R(10), -48, R(10)), MOV(R(2), R(10)),
		OPI(BPF_ADD, R(2), -56), MOVI(R(3), 2), RUN(BODY_USTACK), END),
	BODY("not the context", "not the context", MAPVAL(R(2), BODY_CTL, 0), MOVI(R(3), 1), MOV(R(1), R(10)), RUN(BODY_USTACK),
		END),

	// ---- atomic operations -----------------------------------------------------------------------
	BODY("an atomic operation on the stack", "other memory", STI(BPF_DW, R(10), -48, 0), MOVI(R(1), 1),
		ATOMIC(BPF_DW, R(10), -48, R(1), BPF_ADD), END),
	BODY("an atomic operation that is not aligned", "not aligned", MAPVAL(R(3), BODY_CTL, 60), MOVI(R(1), 1),
		ATOMIC(BPF_DW, R(3), 0, R(1), BPF_ADD), END),
	BODY("an atomic operation at any byte", "not aligned", LDX(BPF_B, R(4), R(10), BODY_ARG0), MAPVAL(R(3), BODY_CTL, 0),
		OP(BPF_ADD, R(3), R(4)), MOVI(R(1), 1), ATOMIC(BPF_DW, R(3), 0, R(1), BPF_ADD), END),
	BODY("a pointer compared and exchanged", "with what is no number", MAPVAL(R(3), BODY_CTL, 0), MOV(R(0), R(10)),
		MOVI(R(1), 0), ATOMIC(BPF_DW, R(3), 0, R(1), BPF_CMPXCHG), END),
	BODY("a pointer exchanged", "with what is no number", MAPVAL(R(3), BODY_CTL, 0), ATOMIC(BPF_DW, R(3), 0, R(3), BPF_XCHG),
		END),
	BODY("an exchange beyond the value", bounds, MAPVAL(R(3), BODY_CTL, 4088), MOVI(R(1), 0),
		ATOMIC(BPF_DW, R(3), 8, R(1), BPF_XCHG), END),
	BODY("what was exchanged is no bound", unbounded, MAPVAL(R(3), BODY_CTL, 0), MOVI(R(1), 8),
		ATOMIC(BPF_DW, R(3), 0, R(1), BPF_ADD | BPF_FETCH), OP(BPF_ADD, R(3), R(1)), LDX(BPF_B, R(1), R(3), 0), END),
	BODY("an atomic operation that is none", unknown, MAPVAL(R(3), BODY_CTL, 0), MOVI(R(1), 8),
		ATOMIC(BPF_DW, R(3), 0, R(1), BPF_MUL), END),
};

const uint32_t checker_nbodies = sizeof checker_bodies / sizeof *checker_bodies;

const struct check_map checker_maps[BODY_NMAPS] = {
	[BODY_CTL] = { CHECK_MAP_CELL, 4, BODY_CTL_SIZE }, [BODY_SEG] = { CHECK_MAP_ARRAY, 4, BODY_SEG_SIZE },
	[BODY_BELL] = { CHECK_MAP_BELL, 0, 0 }, [BODY_HASH] = { CHECK_MAP_HASH, 8, 16 },
	[BODY_SELF] = { CHECK_MAP_TASK, 4, 32 }, [BODY_WIDE_HASH] = { CHECK_MAP_HASH, 16, 8 },
};

const struct check_slot checker_slots[BODY_NSLOTS] = { [2] = { true, BODY_SELF } };

const char *const checker_functions[BODY_NFUNCTIONS] = {
	[BODY_STRLEN] = "dt_strlen", [BODY_STRJOIN] = "dt_strjoin", [BODY_USTACK] = "dt_ustack",
	[BODY_KSTACK] = "dt_kstack", [BODY_WALK] = "dt_unwind_walk", [BODY_GETF] = "dt_getf", [BODY_LLQUANT] = "dt_llquant",
};

struct check_request checker_request(const struct bpf_insn *insns, uint32_t n, struct bpf_reloc *relocs)
{
	struct check_request q = {
		.insns = insns, .n = n, .relocs = relocs, .maps = checker_maps, .nmaps = BODY_NMAPS, .slots = checker_slots,
		.nslots = BODY_NSLOTS, .functions = checker_functions, .nfunctions = BODY_NFUNCTIONS,
		.strsize = BODY_STRSIZE, .process = true,
	};

	for (uint32_t i = 0; i < n; i++) {
		bool wide = insns[i].code == (BPF_LD | BPF_IMM | BPF_DW), call = insns[i].code == (BPF_JMP | BPF_CALL);

		if (wide && (insns[i].src_reg == 1 || insns[i].src_reg == 2))
			relocs[q.nrelocs++] = (struct bpf_reloc){
				i, insns[i].src_reg == 1 ? RELOC_MAP_FD : RELOC_MAP_VALUE, (uint32_t)insns[i].imm,
			};
		else if (call && insns[i].src_reg == 1)
			relocs[q.nrelocs++] = (struct bpf_reloc){ i, RELOC_RUNTIME, (uint32_t)insns[i].imm };
		i += wide;
	}
	return q;
}
