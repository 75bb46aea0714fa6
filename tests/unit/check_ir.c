// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Builder, verifier and optimiser of the IR, by their dumps and complaints.

#include <check.h>
#include <string.h>

#include "dlang/ir/ir.h"
#include "tests/unit/suite.h"

struct fn {
	struct arena *arena;
	struct ir_fn f;
};

static struct fn fn;

static void setup(void)
{
	fn.arena = arena_new(0, NULL, NULL);
	ir_init(&fn.f, fn.arena, "f");
	fn.f.nargslots = 4;
}

static void teardown(void)
{
	fn.arena = arena_free(fn.arena);
}

static const char *dump(void)
{
	struct sbuf b;

	sbuf_init(&b, fn.arena);
	ir_dump(&fn.f, &b);
	return b.s;
}

static struct ir_val arg(uint32_t n)
{
	return ir_r(ir_arg(&fn.f, IK_SCALAR, n));
}

static struct ir_val out(void)
{
	return ir_r(ir_mapval(&fn.f, 0, 0));
}

static void ck_dump(const char *expected)
{
	const char *wrong = ir_verify(&fn.f);

	ck_assert_msg(!wrong, "%s", wrong);
	ck_assert_str_eq(dump(), expected);
}

static void ck_wrong(const char *part)
{
	const char *wrong = ir_verify(&fn.f);

	ck_assert_msg(wrong && strstr(wrong, part), "expected %s, got %s", part, wrong ? wrong : "-");
}

START_TEST(builder_folds)
{
	struct ir_fn *f = &fn.f;
	struct ir_val a = arg(0);

	ck_assert_int_eq(ir_op2(f, IR_ADD, ir_i(2), ir_i(3)).imm, 5);
	ck_assert_int_eq(ir_op2(f, IR_ASHR, ir_i(-8), ir_i(1)).imm, -4);
	ck_assert_int_eq(ir_op2(f, IR_SHL, ir_i(1), ir_i(65)).imm, 2);
	ck_assert_int_eq(ir_ext(f, IR_SX, 1, ir_i(0x80)).imm, -128);
	ck_assert_int_eq(ir_ext(f, IR_BSWAP, 2, ir_i(0x1234)).imm, 0x3412);
	ck_assert_int_eq(ir_set(f, IC_SLT, ir_i(-1), ir_i(0)).imm, 1);
	ck_assert_int_eq(ir_set(f, IC_ULT, ir_i(-1), ir_i(0)).imm, 0);
	ck_assert_uint_eq(ir_op2(f, IR_OR, ir_i(0), a).reg, a.reg);
	ck_assert_int_eq(ir_op2(f, IR_MUL, a, ir_i(0)).kind, IV_IMM);
	ck_assert_int_eq(ir_op2(f, IR_UDIV, ir_i(1), ir_i(0)).kind, IV_REG);
	ck_assert_uint_eq(f->blocks.v[0].insns.n, 2);
}
END_TEST

START_TEST(dump_names_everything)
{
	struct ir_fn *f = &fn.f;
	uint32_t slot = ir_slot(f, 12), cold = ir_cold_block(f, "fault"), on = ir_block(f, NULL);
	struct ir_val p = ir_r(ir_slotaddr(f, slot, 8)), a = arg(1);

	ir_st(f, 8, p, -8, ir_i(7));
	ir_cmpxchg(f, 8, p, 0, a, ir_i(1));
	ir_callrt(f, IK_SCALAR, 3, (struct ir_val[]){ p, a }, 2);
	ir_br(f, IC_TEST, a, ir_i(4), cold, on);
	ir_at(f, cold);
	ir_jmp(f, on);
	ir_at(f, on);
	ir_ret(f);
	ck_dump("fn f, 4 args\n"
		"slot 0: 16\n"
		"b0: entry\n"
		"\tp1 = slot 0+8\n"
		"\tv2 = arg 1\n"
		"\tst8 [p1-8], 7\n"
		"\tv3 = cmpxchg8 [p1], v2, 1\n"
		"\tv4 = callrt 3(p1, v2)\n"
		"\tbr.test v2, 4 ? b1 : b2\n"
		"b1: fault (cold)\n"
		"\tjmp b2\n"
		"b2:\n"
		"\tret\n");
}
END_TEST

START_TEST(verifier_wants_terminators)
{
	arg(0);
	ck_wrong("no jump at the end");
}
END_TEST

START_TEST(verifier_wants_assignment_on_every_path)
{
	struct ir_fn *f = &fn.f;
	uint32_t v = ir_reg(f, IK_SCALAR), yes = ir_block(f, "yes"), on = ir_block(f, "on");

	ir_br(f, IC_EQ, arg(0), ir_i(0), yes, on);
	ir_at(f, yes);
	ir_mov(f, v, ir_i(1));
	ir_jmp(f, on);
	ir_at(f, on);
	ir_st(f, 8, out(), 0, ir_r(v));
	ir_ret(f);
	ck_wrong("may be read before it is written");
}
END_TEST

START_TEST(verifier_keeps_pointers_apart)
{
	struct ir_fn *f = &fn.f;
	struct ir_val p = out();

	static const enum irop bad[] = { IR_MUL, IR_AND, IR_SHL, IR_XOR, IR_NEG };
	enum irop op = bad[_i];

	f->blocks.v[0].insns.n = 1;
	ir_op2(f, op, p, op == IR_NEG ? (struct ir_val){ 0 } : arg(0));
	ir_ret(f);
	ck_wrong("is not allowed here");
}
END_TEST

START_TEST(verifier_allows_only_null_tests)
{
	struct ir_fn *f = &fn.f;

	ir_set(f, IC_EQ, out(), ir_i(0));
	ck_assert_ptr_nonnull(ir_verify(f));	// not terminated
	ir_set(f, IC_ULT, out(), ir_i(0));
	ir_ret(f);
	ck_wrong("compared with something else than 0");
}
END_TEST

START_TEST(verifier_wants_sizes)
{
	ir_atomic(&fn.f, IR_AADD, 2, out(), 0, ir_i(1));
	ir_ret(&fn.f);
	ck_wrong("size 2");
}
END_TEST

START_TEST(optimiser_fuses_conditions)
{
	struct ir_fn *f = &fn.f;
	uint32_t yes = ir_block(f, "yes"), on = ir_block(f, "on");
	struct ir_val a = arg(0), b = arg(1), c = ir_set(f, IC_ULT, a, b);

	ir_br(f, IC_EQ, c, ir_i(0), on, yes);
	ir_at(f, yes);
	ir_st(f, 8, out(), 0, ir_i(1));
	ir_jmp(f, on);
	ir_at(f, on);
	ir_ret(f);
	ir_optimise(f);
	ck_dump("fn f, 4 args\n"
		"b0: entry\n"
		"\tv1 = arg 0\n"
		"\tv2 = arg 1\n"
		"\tbr.ult v1, v2 ? b1 : b2\n"
		"b1: yes\n"
		"\tp4 = mapval 0\n"
		"\tst8 [p4], 1\n"
		"\tjmp b2\n"
		"b2: on\n"
		"\tret\n");
}
END_TEST

START_TEST(optimiser_cleans_up)
{
	struct ir_fn *f = &fn.f;
	uint32_t v = ir_reg(f, IK_SCALAR), on = ir_block(f, "on");
	struct ir_val p = ir_r(ir_ptr_add(f, out(), ir_i(16)));

	ir_mov(f, v, ir_op2(f, IR_ADD, arg(0), ir_i(1)));
	ir_op2(f, IR_MUL, arg(2), ir_i(3));
	ir_st(f, 2, p, 8, ir_ext(f, IR_ZX, 4, ir_r(v)));
	ir_atomic(f, IR_FADD, 8, p, 0, ir_i(1));
	ir_jmp(f, on);
	ir_at(f, on);
	ir_ret(f);
	ir_optimise(f);
	ck_dump("fn f, 4 args\n"
		"b0: entry\n"
		"\tp2 = mapval 0\n"
		"\tv4 = arg 0\n"
		"\tv5 = add v4, 1\n"
		"\tst2 [p2+24], v5\n"
		"\taadd8 [p2+16], 1\n"
		"\tret\n");
}
END_TEST

START_TEST(optimiser_keeps_masks)
{
	struct ir_fn *f = &fn.f;
	struct ir_val i = arg(0);

	for (int k = 0; k < 2; k++) {
		struct ir_val m = ir_op2(f, IR_AND, i, ir_i(15));

		ir_st(f, 1, ir_r(ir_ptr_add(f, out(), m)), 0, ir_i(1));
	}
	ir_ret(f);
	ir_optimise(f);
	ck_assert_ptr_nonnull(strstr(strstr(dump(), "and v1, 15") + 1, "and v1, 15"));
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("ir");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, builder_folds);
	tcase_add_test(c, dump_names_everything);
	tcase_add_test(c, verifier_wants_terminators);
	tcase_add_test(c, verifier_wants_assignment_on_every_path);
	tcase_add_loop_test(c, verifier_keeps_pointers_apart, 0, 5);
	tcase_add_test(c, verifier_allows_only_null_tests);
	tcase_add_test(c, verifier_wants_sizes);
	tcase_add_test(c, optimiser_fuses_conditions);
	tcase_add_test(c, optimiser_cleans_up);
	tcase_add_test(c, optimiser_keeps_masks);
	return suite_run("ir", c);
}
