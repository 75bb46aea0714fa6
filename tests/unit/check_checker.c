// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The checker of confined programs: what it lets pass and what it refuses, and why;
// that its ranges hold all that the processor can compute; that no body takes it long.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/kernel/insn.h"
#include "daemon/policy/checker.h"
#include "daemon/policy/checker_value.h"
#include "tests/gen/bodies.h"
#include "tests/unit/checker_bodies.h"
#include "tests/unit/suite.h"

static int run(const struct bpf_insn *insns, uint32_t n, struct reason *why)
{
	struct bpf_reloc *relocs = calloc(n, sizeof *relocs);
	struct check_request q = checker_request(insns, n, relocs);
	int r = checker_body(&q, why);

	free(relocs);
	return r;
}

START_TEST(bodies)
{
	const struct checker_body *b = &checker_bodies[_i];
	struct reason why = { "" };
	int r = run(b->insns, b->n, &why);

	if (!b->refusal)
		ck_assert_msg(!r, "%s: refused: %s", b->name, why.text);
	else
		ck_assert_msg(r == CHECK_E_REFUSED && strstr(why.text, b->refusal), "%s: \"%s\", but it says \"%s\"",
			b->name, b->refusal, why.text);
}
END_TEST

START_TEST(no_process)
{
	static const char *const names[] = { "02 copyin and a masked index", "03 ustack", "34 probe_read_user of any address" };
	struct bpf_reloc relocs[BODY_MAX];
	uint32_t found = 0;

	for (uint32_t i = 0; i < checker_nbodies; i++) {
		const struct checker_body *b = &checker_bodies[i];
		struct check_request q = checker_request(b->insns, b->n, relocs);
		struct reason why = { "" };
		bool named = false;

		for (size_t k = 0; k < NELEMS(names); k++)
			named |= !strcmp(b->name, names[k]);
		if (b->refusal)
			continue;
		q.process = false;
		ck_assert_int_eq(checker_body(&q, &why), named ? CHECK_E_REFUSED : 0);
		ck_assert_int_eq(named, !!strstr(why.text, "where no process is"));
		found += named;
	}
	ck_assert_uint_eq(found, NELEMS(names));
}
END_TEST

// That the machine which judges random bodies sees what is wrong with these.
START_TEST(machine)
{
	static const char *const names[] = {
		"10 ctx", "11 r10", "12 a map", "13 ctx", "14 a bit", "15 the stack", "16 the stack", "17 bytes", "18 a pointer",
		"19 a pointer", "23 probe_read_kernel", "33 beyond", "35 a pointer", "40 a pointer", "NULL is followed",
		"a user's string leaves", "the stack as it was, copied",
	};

	for (size_t k = 0; k < NELEMS(names); k++) {
		const char *wrong = NULL;
		uint32_t at, found = 0;

		for (uint32_t i = 0; i < checker_nbodies; i++) {
			const struct checker_body *b = &checker_bodies[i];

			if (strncmp(b->name, names[k], strlen(names[k])))
				continue;
			for (uint64_t seed = 1; seed < 64 && !wrong; seed++)
				wrong = run_body(b->insns, b->n, seed, &at);
			found++;
		}
		ck_assert_msg(found == 1 && wrong, "%s: %u, %s", names[k], found, wrong ? wrong : "nothing wrong");
	}
	for (uint32_t i = 0; i < checker_nbodies; i++) {
		const struct checker_body *b = &checker_bodies[i];
		uint32_t at;

		for (uint64_t seed = 0; seed < 64 && !b->refusal; seed++)
			ck_assert_msg(!run_body(b->insns, b->n, seed, &at), "%s at %u", b->name, at);
	}
}
END_TEST

// Random ones; many more in tests/kernel/checker.sh and tests/fuzz/fuzz_checker.c.
START_TEST(random_bodies)
{
	struct bpf_insn body[GEN_BODY_MAX];
	uint32_t passed = 0, at;

	for (uint64_t seed = 0; seed < 10000; seed++) {
		uint32_t n = gen_body(seed, false, body);
		struct reason why;
		const char *wrong;

		if (run(body, n, &why))
			continue;
		passed++;
		wrong = run_body(body, n, seed, &at);
		ck_assert_msg(!wrong, "seed %lu, instruction %u: %s", seed, at, wrong);
	}
	ck_assert_uint_gt(passed, 2000);
}
END_TEST

// The sentence begins with the instruction.
START_TEST(names_instruction)
{
	const struct bpf_insn body[] = {
		insn_mov_imm(BPF_REG_0, 0), insn_mov_imm(BPF_REG_1, 0), insn_load(BPF_DW, BPF_REG_2, BPF_REG_1, 0), insn_exit(),
	};
	struct reason why = { "" };

	ck_assert_int_eq(run(body, 4, &why), CHECK_E_REFUSED);
	ck_assert_str_eq(why.text, "instruction 2: what is no pointer is followed");
}
END_TEST

START_TEST(bad_requests)
{
	const struct bpf_insn body[] = { insn_mov_imm(BPF_REG_0, 0), insn_exit() };
	const struct check_slot no_map = { true, BODY_NMAPS }, hash = { true, BODY_HASH };
	const struct bpf_reloc reloc = { 0, RELOC_MAP_FD, 0 }, late = { 2, RELOC_RUNTIME, 0 };
	struct bpf_reloc none[2];
	struct check_request q = checker_request(body, 2, none), bad;
	struct reason why;

	ck_assert_int_eq(checker_body(&q, &why), 0);
	bad = q, bad.n = 0;
	ck_assert_int_eq(checker_body(&bad, &why), CHECK_E_REFUSED);
	bad = q, bad.slots = &no_map, bad.nslots = 1;
	ck_assert_int_eq(checker_body(&bad, &why), CHECK_E_REFUSED);
	bad.slots = &hash;
	ck_assert_int_eq(checker_body(&bad, &why), CHECK_E_REFUSED);
	bad = q, bad.relocs = &reloc, bad.nrelocs = 1;
	ck_assert_int_eq(checker_body(&bad, &why), CHECK_E_REFUSED);
	bad.relocs = &late;
	ck_assert_int_eq(checker_body(&bad, &why), CHECK_E_REFUSED);
}
END_TEST

// A constant that the core replaces is no bound.
START_TEST(placeholder)
{
	const struct bpf_insn body[] = {
		insn_raw(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, 0, 0, 8), insn_raw(0, 0, 0, 0, 1), insn_alu_imm(BPF_RSH, BPF_REG_1, 32),
		insn_raw(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_2, 2, 0, BODY_CTL), insn_raw(0, 0, 0, 0, 0),
		insn_alu(BPF_ADD, BPF_REG_2, BPF_REG_1), insn_mov_imm(BPF_REG_0, 0), insn_exit(),
	};
	struct bpf_reloc relocs[8];
	struct check_request q = checker_request(body, 8, relocs);
	struct reason why = { "" };

	ck_assert_int_eq(checker_body(&q, &why), 0);
	q.placeholder = 1ull << 32 | 8;
	ck_assert_int_eq(checker_body(&q, &why), CHECK_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(why.text, "does not bound"));
}
END_TEST

// ---- ranges ------------------------------------------------------------------

static uint64_t some_number(void)
{
	uint64_t x = (uint64_t)mrand48() << 32 ^ (uint64_t)(uint32_t)mrand48();

	switch (lrand48() & 3) {
	case 0: return x >> (lrand48() & 63);
	case 1: return (x & 15) << (lrand48() & 63);
	case 2: return x & 63;
	}
	return -(x >> (lrand48() & 63));
}

static struct check_value some_range(uint64_t *inside)
{
	uint64_t lo = some_number(), hi = lrand48() & 3 ? some_number() : lo, t;

	if (lo > hi)
		t = lo, lo = hi, hi = t;
	*inside = hi - lo == UINT64_MAX ? lo : lo + some_number() % (hi - lo + 1);
	return checker_number(lo, hi);
}

static uint64_t shift_right(uint64_t a, uint64_t by, int bits)
{
	return bits == 32 ? (uint32_t)((int32_t)a >> by) : (uint64_t)((int64_t)a >> by);
}

// As the instruction set defines it.
static uint64_t compute(uint8_t op, bool narrow, uint64_t a, uint64_t b)
{
	uint64_t bits = narrow ? 32 : 64, r = 0;

	if (narrow)
		a = (uint32_t)a, b = (uint32_t)b;
	switch (op) {
	case BPF_ADD: r = a + b; break;
	case BPF_SUB: r = a - b; break;
	case BPF_MUL: r = a * b; break;
	case BPF_DIV: r = b ? a / b : 0; break;
	case BPF_OR: r = a | b; break;
	case BPF_AND: r = a & b; break;
	case BPF_LSH: r = a << (b & (bits - 1)); break;
	case BPF_RSH: r = a >> (b & (bits - 1)); break;
	case BPF_NEG: r = -a; break;
	case BPF_MOD: r = b ? a % b : a; break;
	case BPF_XOR: r = a ^ b; break;
	case BPF_ARSH: r = shift_right(a, b & (bits - 1), (int)bits); break;
	}
	return narrow ? (uint32_t)r : r;
}

START_TEST(ranges)
{
	static const uint8_t ops[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND, BPF_LSH, BPF_RSH, BPF_NEG, BPF_MOD, BPF_XOR, BPF_ARSH,
	};
	uint32_t bounded = 0;

	srand48(_i);
	for (int i = 0; i < 200000; i++) {
		uint8_t op = ops[(size_t)lrand48() % NELEMS(ops)];
		bool narrow = lrand48() & 1;
		uint64_t a, b, r;
		struct check_value x = some_range(&a), y = some_range(&b), z = checker_alu(op, narrow, x, y);

		r = compute(op, narrow, a, b);
		ck_assert_msg(z.kind == CHECK_SCALAR && r >= z.lo && r <= z.hi, "op %#x %d: %#lx, %#lx", op, narrow, a, b);
		ck_assert_msg(!(r & ((1ull << z.zeros) - 1)), "op %#x %d: %#lx, %#lx: %d zeros", op, narrow, a, b, z.zeros);
		bounded += z.hi - z.lo < UINT32_MAX;
	}
	ck_assert_uint_gt(bounded, 50000);
}
END_TEST

START_TEST(joins)
{
	srand48(_i);
	for (int i = 0; i < 100000; i++) {
		uint64_t a, b;
		struct check_value x = some_range(&a), y = some_range(&b);
		bool widen = lrand48() & 1;

		checker_join(&x, &y, widen);
		ck_assert(a >= x.lo && a <= x.hi && b >= x.lo && b <= x.hi);
		ck_assert(!((a | b) & ((1ull << x.zeros) - 1)));
		ck_assert(!checker_join(&x, &y, widen));
	}
}
END_TEST

// ---- large bodies -----------------------------------------------------------------

static struct bpf_insn *make_large(void)
{
	struct bpf_insn *p = calloc(CHECK_MAX_INSNS + 1, sizeof *p);

	ck_assert_ptr_nonnull(p);
	for (uint32_t i = 0; i <= CHECK_MAX_INSNS; i++)
		p[i] = insn_mov_imm(BPF_REG_0, 0);
	return p;
}

static int run_large(struct bpf_insn *large, uint32_t n, struct reason *why)
{
	large[n - 1] = insn_exit();
	return run(large, n, why);
}

START_TEST(sizes)
{
	CLEANUP(freep) struct bpf_insn *large = make_large();
	struct reason why = { "" };

	ck_assert_int_eq(run_large(large, CHECK_MAX_INSNS, &why), 0);
	ck_assert_int_eq(run_large(large, CHECK_MAX_INSNS + 1, &why), CHECK_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(why.text, "too many"));
}
END_TEST

START_TEST(branches)
{
	CLEANUP(freep) struct bpf_insn *large = make_large();
	struct reason why = { "" };

	for (uint32_t i = 0; i < CHECK_MAX_INSNS - 2; i += 2)
		large[i + 1] = insn_jump_imm(BPF_JEQ, BPF_REG_0, 5, 0);
	ck_assert_int_eq(run_large(large, 2 * CHECK_MAX_BLOCKS - 1, &why), 0);
	large[2 * CHECK_MAX_BLOCKS - 2] = insn_mov_imm(BPF_REG_0, 0);
	ck_assert_int_eq(run_large(large, 2 * CHECK_MAX_BLOCKS + 2, &why), CHECK_E_REFUSED);
	ck_assert_ptr_nonnull(strstr(why.text, "too many branches"));
}
END_TEST

// Loops in loops, each of which takes something away in each turn: it ends in any case.
START_TEST(entangled)
{
	CLEANUP(freep) struct bpf_insn *large = make_large();
	struct reason why = { "" };
	uint32_t n = 8192;

	for (uint32_t i = 0; i < n; i += 4) {
		large[i] = insn_mov((uint8_t)((i >> 2) % 10), (uint8_t)((i >> 2) * 7 % 10));
		large[i + 1] = insn_alu_imm(BPF_RSH, (uint8_t)((i >> 2) * 3 % 10), 1);
		large[i + 2] = insn_jump_imm(BPF_JEQ, BPF_REG_0, 5, (int16_t)(n - i - 8));
		large[i + 3] = insn_jump_imm(BPF_JEQ, BPF_REG_0, 5, (int16_t)-(i + 4));
	}
	for (uint8_t i = 0; i < 10; i++)
		large[i] = insn_mov_imm(i, -1);
	large[n - 2] = insn_mov_imm(BPF_REG_0, 0);
	ck_assert_int_eq(run_large(large, n, &why), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("checker");

	tcase_add_loop_test(t, bodies, 0, (int)checker_nbodies);
	tcase_add_test(t, no_process);
	tcase_add_test(t, machine);
	tcase_add_test(t, random_bodies);
	tcase_add_test(t, names_instruction);
	tcase_add_test(t, bad_requests);
	tcase_add_test(t, placeholder);
	tcase_add_loop_test(t, ranges, 0, 4);
	tcase_add_loop_test(t, joins, 0, 2);
	tcase_add_test(t, sizes);
	tcase_add_test(t, branches);
	tcase_add_test(t, entangled);
	return suite_run("checker", t);
}
