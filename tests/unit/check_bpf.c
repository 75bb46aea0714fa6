// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The back end: random functions run on the IR machine, on the BPF machine and
// in the kernel, with equal results; code size and speed of chosen shapes.

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "dlang/bpf/emit.h"
#include "dlang/bpf/insn.h"
#include "tests/unit/irtest.h"
#include "tests/unit/suite.h"

// ---- random functions ------------------------------------------------------

struct sample {
	struct arena *arena;
	struct ir_fn f;
	struct world before, expected;
	struct bpf_body body;
};

static void fill_world(struct world *w, uint64_t rng)
{
	memset(w, 0, sizeof *w);
	w->ctx = 1;
	for (int i = 0; i < WORLD_ARGS; i++)
		w->args[i] = irgen_random(&rng) >> irgen_random(&rng) % 64;
}

// Makes, runs and compiles a function. False: it needs more stack than there is.
static bool make_sample(struct sample *s, const struct irgen *g, bool optimise)
{
	const char *wrong, *why = NULL;
	int r;

	memset(s, 0, sizeof *s);
	s->arena = arena_new(0, NULL, NULL);
	irgen_make(g, &s->f, s->arena);
	wrong = ir_verify(&s->f);
	ck_assert_msg(!wrong, "seed %lu: %s", (unsigned long)g->seed, wrong);
	fill_world(&s->before, g->seed);
	s->expected = s->before;
	wrong = irexec_ir(&s->f, &s->expected);
	ck_assert_msg(!wrong, "seed %lu: %s", (unsigned long)g->seed, wrong);
	if (optimise) {
		ir_optimise(&s->f);
		wrong = ir_verify(&s->f);
		ck_assert_msg(!wrong, "seed %lu, optimised: %s", (unsigned long)g->seed, wrong);
	}
	r = bpf_emit(&s->f, &s->body, &why);
	ck_assert_msg(!r || strstr(why, "stack"), "seed %lu: %s", (unsigned long)g->seed, why);
	return r == 0;
}

static void compare(const struct sample *s, const struct world *got, uint64_t seed, const char *on)
{
	for (uint32_t i = 0; i < WORLD_MAP; i += 8) {
		uint64_t a, b;

		memcpy(&a, s->expected.map + i, 8);
		memcpy(&b, got->map + i, 8);
		ck_assert_msg(a == b, "seed %lu on %s: at %u expected %lx, got %lx",
			      (unsigned long)seed, on, i, (unsigned long)a, (unsigned long)b);
	}
}

static struct irgen random_spec(uint64_t seed, bool small)
{
	uint64_t rng = ~seed;

	return (struct irgen){
		.seed = seed,
		.size = 5 + (uint32_t)(irgen_random(&rng) % (small ? 40 : 70)),
		.vars = 2 + (uint32_t)(irgen_random(&rng) % 26),
		.loops = irgen_random(&rng) % 3 ? small ? 3 : 16 : 0,
		.calls = irgen_random(&rng) % 4 != 0,
	};
}

START_TEST(random_on_machine)
{
	uint32_t no_stack = 0;

	for (uint64_t seed = 0; seed < 20000; seed++) {
		struct irgen g = random_spec(seed, false);
		struct sample s;
		struct world w;

		if (make_sample(&s, &g, seed % 4 != 0)) {
			const char *wrong;

			w = s.before;
			wrong = irexec_bpf(&s.body, s.f.nargslots, &w);
			ck_assert_msg(!wrong, "seed %lu: %s", (unsigned long)seed, wrong);
			compare(&s, &w, seed, "the BPF machine");
		} else {
			no_stack++;
		}
		arena_free(s.arena);
	}
	ck_assert_uint_lt(no_stack, 400);	// of 20,000: those with many values that call the library
}
END_TEST

// ---- the same in the kernel ------------------------------------------------

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof *attr);
}

static int make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = WORLD_MAP, .max_entries = 1,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr);
}

static void map_write(int map, const void *value)
{
	uint32_t key = 0;
	union bpf_attr attr = {
		.map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)value,
	};

	ck_assert_int_eq(sys_bpf(BPF_MAP_UPDATE_ELEM, &attr), 0);
}

static void map_read(int map, void *value)
{
	uint32_t key = 0;
	union bpf_attr attr = {
		.map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)value,
	};

	ck_assert_int_eq(sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr), 0);
}

// run_time() of irexec.c. They leave garbage in r1-r5, as they may.
static const struct bpf_insn functions[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 0, .src_reg = 1 },
	{ .code = BPF_ALU64 | BPF_MUL | BPF_K, .dst_reg = 0, .imm = 3 },
	{ .code = BPF_ALU64 | BPF_XOR | BPF_X, .dst_reg = 2, .src_reg = 3 },
	{ .code = BPF_ALU64 | BPF_ADD | BPF_X, .dst_reg = 0, .src_reg = 2 },
	{ .code = BPF_ALU64 | BPF_SUB | BPF_X, .dst_reg = 0, .src_reg = 4 },
	{ .code = BPF_ALU64 | BPF_LSH | BPF_K, .dst_reg = 5, .imm = 1 },
	{ .code = BPF_ALU64 | BPF_ADD | BPF_X, .dst_reg = 0, .src_reg = 5 },
	{ .code = BPF_JMP | BPF_EXIT },
	{ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 0, .src_reg = 1 },
	{ .code = BPF_ALU64 | BPF_ADD | BPF_X, .dst_reg = 0, .src_reg = 2 },
	{ .code = BPF_JMP | BPF_EXIT },
};

enum { NFUNCTIONS = sizeof functions / sizeof *functions };
static const uint32_t function_at[] = { 0, 8 };

// Guard, body, and the run-time functions that it uses.
static uint32_t link_program(const struct sample *s, int map, struct bpf_insn *out)
{
	const struct bpf_body *b = &s->body;
	uint32_t n = 0, body, used = 0;

	for (uint32_t i = 0; i < WORLD_ARGS; i++) {
		out[n++] = insn_ld_imm64(2, 0, (uint32_t)s->before.args[i]);
		out[n++] = insn_make(0, 0, 0, 0, (int32_t)(s->before.args[i] >> 32));
		out[n++] = insn_store(8, REG_FP, -8 * (int32_t)(i + 1), 2);
	}
	body = n;
	memcpy(out + n, b->insns, b->n * sizeof *out);
	n += b->n;
	for (uint32_t i = 0; i < b->relocs.n; i++)
		used |= b->relocs.v[i].kind == RELOC_RUNTIME ? 1u << b->relocs.v[i].index : 0;
	for (uint32_t i = 0; i < b->relocs.n; i++) {
		const struct bpf_reloc *r = &b->relocs.v[i];
		struct bpf_insn *in = &out[body + r->insn];

		if (r->kind != RELOC_RUNTIME)
			in->imm = map;
		else
			in->imm = (int32_t)(n + (r->index && (used & 1) ? 8 : 0) - (body + r->insn) - 1);
	}
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t end = i ? NFUNCTIONS : function_at[1];

		if (!(used >> i & 1))
			continue;
		memcpy(out + n, functions + function_at[i], (end - function_at[i]) * sizeof *out);
		n += end - function_at[i];
	}
	return n;
}

static int load_program(const struct bpf_insn *insns, uint32_t n, char *log, uint32_t log_size)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT, .insns = (uintptr_t)insns, .insn_cnt = n,
		.license = (uintptr_t)"GPL", .log_level = log ? 2 : 0, .log_buf = (uintptr_t)log,
		.log_size = log_size,
	};

	return sys_bpf(BPF_PROG_LOAD, &attr);
}

static void print_refusal(const struct sample *s, const struct bpf_insn *insns, uint32_t n)
{
	uint32_t size = 16 << 20;
	char *log = calloc(1, size);
	size_t len;
	struct sbuf dump;

	sbuf_init(&dump, s->arena);
	ir_dump(&s->f, &dump);
	bpf_disasm(insns, n, &dump);
	load_program(insns, n, log, size);
	len = strlen(log);
	fprintf(stderr, "%s\n%s\n", dump.s, log + (len > 4000 ? len - 4000 : 0));
	free(log);
}

static void run_in_kernel(struct sample *s, uint64_t seed, int map)
{
	struct bpf_insn insns[20000];
	uint32_t n;
	union bpf_attr run;
	struct world got;
	int fd;

	if (s->body.n > 19000)
		return;
	n = link_program(s, map, insns);
	fd = load_program(insns, n, NULL, 0);
	if (fd < 0) {
		int error = errno;

		print_refusal(s, insns, n);
		ck_abort_msg("seed %lu: refused: %s", (unsigned long)seed, strerror(error));
	}
	map_write(map, s->before.map);
	memset(&run, 0, sizeof run);
	run.test.prog_fd = (uint32_t)fd;
	ck_assert_msg(!sys_bpf(BPF_PROG_TEST_RUN, &run), "run: %s", strerror(errno));
	close(fd);
	memset(&got, 0, sizeof got);
	map_read(map, got.map);
	compare(s, &got, seed, "the kernel");
}

START_TEST(random_in_kernel)
{
	int map = make_map();

	if (map < 0) {
		fprintf(stderr, "check_bpf: skipped in the kernel: %s\n", strerror(errno));
		return;
	}
	for (uint64_t seed = 0; seed < 2000; seed++) {
		struct irgen g = random_spec(seed + 1000000, true);
		struct sample s;

		if (make_sample(&s, &g, seed % 4 != 0))
			run_in_kernel(&s, seed, map);
		arena_free(s.arena);
	}
	close(map);
}
END_TEST

// ---- chosen shapes ---------------------------------------------------------

struct fn {
	struct arena *arena;
	struct ir_fn f;
	struct bpf_body body;
	struct sbuf text;
};

static void begin(struct fn *x)
{
	memset(x, 0, sizeof *x);
	x->arena = arena_new(0, NULL, NULL);
	ir_init(&x->f, x->arena, "f");
	x->f.nargslots = WORLD_ARGS;
}

static const char *finish(struct fn *x)
{
	const char *why = NULL, *wrong = ir_verify(&x->f);

	ck_assert_msg(!wrong, "%s", wrong);
	ir_optimise(&x->f);
	wrong = ir_verify(&x->f);
	ck_assert_msg(!wrong, "%s", wrong);
	ck_assert_msg(!bpf_emit(&x->f, &x->body, &why), "%s", why);
	sbuf_init(&x->text, x->arena);
	bpf_disasm(x->body.insns, x->body.n, &x->text);
	return x->text.s;
}

START_TEST(two_addresses_need_no_moves)
{
	struct fn x;
	struct ir_val v;

	begin(&x);
	v = ir_op2(&x.f, IR_ADD, ir_r(ir_arg(&x.f, IK_SCALAR, 0)), ir_i(5));
	v = ir_op2(&x.f, IR_XOR, v, ir_r(ir_arg(&x.f, IK_SCALAR, 1)));
	ir_st(&x.f, 8, ir_r(ir_mapval(&x.f, 0, 16)), 8, v);
	ir_ret(&x.f);
	ck_assert_str_eq(finish(&x),
		"0: (79) r1 = *(u64 *)(r10 -8)\n"
		"1: (07) r1 += 5\n"
		"2: (79) r2 = *(u64 *)(r10 -16)\n"
		"3: (af) r1 ^= r2\n"
		"4: (18) r2 = map[0]+16\n"
		"6: (7b) *(u64 *)(r2 +8) = r1\n"
		"7: (b7) r0 = 0\n"
		"8: (95) exit\n");
	arena_free(x.arena);
}
END_TEST

START_TEST(arguments_are_made_in_place)
{
	struct fn x;
	struct ir_val args[2], v;
	uint32_t slot, p;

	begin(&x);
	slot = ir_slot(&x.f, 4);
	v = ir_r(ir_call(&x.f, IK_SCALAR, 8, NULL, 0));
	args[0] = ir_r(ir_mapfd(&x.f, 1));
	args[1] = ir_r(ir_slotaddr(&x.f, slot, 0));
	ir_st(&x.f, 4, args[1], 0, v);
	p = ir_call(&x.f, IK_POINTER, 1, args, 2);
	ir_st(&x.f, 8, ir_r(ir_mapval(&x.f, 0, 0)), 0, ir_set(&x.f, IC_NE, ir_r(p), ir_i(0)));
	ir_ret(&x.f);
	finish(&x);
	// call, st, 2 for map, 2 for slot, call, set 3, mapval 2, st, exit 2
	ck_assert_msg(x.body.n == 15, "%u instructions:\n%s", x.body.n, x.text.s);
	arena_free(x.arena);
}
END_TEST

START_TEST(scalars_and_pointers_share_no_home)
{
	struct fn x;
	struct ir_val v[12], p[3];
	uint8_t kinds[65] = { 0 };		// by slot: 1 scalar, 2 pointer
	uint8_t now = 0;

	begin(&x);
	for (int i = 0; i < 3; i++)
		p[i] = ir_r(ir_call(&x.f, IK_POINTER, 1, (struct ir_val[]){
			ir_r(ir_mapfd(&x.f, 0)), ir_r(ir_mapfd(&x.f, 1)) }, 2));
	for (int i = 0; i < 12; i++)
		v[i] = ir_r(ir_call(&x.f, IK_SCALAR, 5, NULL, 0));
	for (int i = 0; i < 12; i++)
		ir_st(&x.f, 8, p[i % 3], 8 * i, v[i]);
	ir_ret(&x.f);
	finish(&x);
	ck_assert_uint_gt(x.body.stack, WORLD_ARGS * 8);
	// What is stored comes from the last call here: helper 1 gives pointers.
	for (uint32_t i = 0; i < x.body.n; i++) {
		const struct bpf_insn *in = &x.body.insns[i];

		if (in->code == (BPF_JMP | BPF_CALL))
			now = in->imm == 1 ? 2 : 1;
		if (in->code == (BPF_STX | BPF_MEM | BPF_DW) && in->dst_reg == REG_FP)
			kinds[-in->off / 8] |= now;
	}
	for (int i = 0; i < 65; i++)
		ck_assert_msg(kinds[i] != 3, "home -%d shared:\n%s", i * 8, x.text.s);
	arena_free(x.arena);
}
END_TEST

START_TEST(stack_is_bounded)
{
	struct fn x;
	const char *why = NULL;

	begin(&x);
	ir_st(&x.f, 8, ir_r(ir_slotaddr(&x.f, ir_slot(&x.f, 456), 0)), 0, ir_i(1));
	ir_ret(&x.f);
	ck_assert_int_eq(bpf_emit(&x.f, &x.body, &why), -E2BIG);
	ck_assert_ptr_nonnull(strstr(why, "520 bytes"));
	arena_free(x.arena);
}
END_TEST

// A look-up in a table of two-word keys, as lowering would write it. clang -O2
// -mcpu=v3 makes 76 instructions of the same C.
static void table_update(struct ir_fn *f)
{
	uint32_t miss = ir_cold_block(f, "miss"), area = ir_block(f, "area");
	uint32_t head = ir_block(f, "head"), body = ir_block(f, "body"), full = ir_cold_block(f, "full");
	uint32_t free = ir_block(f, "free"), claim = ir_block(f, "claim"), lost = ir_block(f, "lost");
	uint32_t check = ir_block(f, "check"), check2 = ir_block(f, "check2"), hit = ir_block(f, "hit");
	uint32_t check3 = ir_block(f, "check3"), next = ir_block(f, "next"), slot = ir_slot(f, 4);
	struct ir_val ts, a, key0, key1, h, tag, step, hv, i, e, idx, st, old;

	ts = ir_r(ir_call(f, IK_SCALAR, 5, NULL, 0));
	ir_st(f, 4, ir_r(ir_slotaddr(f, slot, 0)), 0, ir_r(ir_call(f, IK_SCALAR, 8, NULL, 0)));
	a = ir_r(ir_call(f, IK_POINTER, 1, (struct ir_val[]){ ir_r(ir_mapfd(f, 0)),
		ir_r(ir_slotaddr(f, slot, 0)) }, 2));
	ir_br(f, IC_EQ, a, ir_i(0), miss, area);
	ir_at(f, miss);
	ir_ret(f);
	ir_at(f, area);
	key0 = ir_op2(f, IR_LSHR, ir_r(ir_call(f, IK_SCALAR, 14, NULL, 0)), ir_i(32));
	key1 = ir_r(ir_ld(f, IK_SCALAR, 8, ir_r(ir_ctx(f)), 8));
	h = ir_op2(f, IR_MUL, key0, ir_i((int64_t)0x9e3779b97f4a7c15u));
	h = ir_op2(f, IR_MUL, ir_op2(f, IR_XOR, h, key1), ir_i((int64_t)0xbf58476d1ce4e5b9u));
	h = ir_op2(f, IR_XOR, h, ir_op2(f, IR_LSHR, h, ir_i(32)));
	tag = ir_op2(f, IR_OR, h, ir_i(3));
	step = ir_op2(f, IR_OR, ir_op2(f, IR_LSHR, h, ir_i(40)), ir_i(1));
	hv = ir_r(ir_copy(f, IK_SCALAR, h));
	i = ir_r(ir_copy(f, IK_SCALAR, ir_i(0)));
	ir_jmp(f, head);
	ir_at(f, head);
	ir_br(f, IC_ULT, i, ir_i(16), body, full);
	ir_at(f, body);
	idx = ir_op2(f, IR_MUL, ir_op2(f, IR_AND, hv, ir_i(4095)), ir_i(40));
	e = ir_r(ir_ptr_add(f, ir_r(ir_ptr_add(f, a, ir_i(0x2000))), idx));
	st = ir_r(ir_copy(f, IK_SCALAR, ir_r(ir_ld(f, IK_SCALAR, 8, e, 0))));
	ir_br(f, IC_EQ, st, ir_i(0), free, check);
	ir_at(f, free);
	old = ir_r(ir_cmpxchg(f, 8, e, 0, ir_i(0), ir_i(1)));
	ir_br(f, IC_EQ, old, ir_i(0), claim, lost);
	ir_at(f, claim);
	ir_st(f, 8, e, 8, key0);
	ir_st(f, 8, e, 16, key1);
	ir_atomic(f, IR_XCHG, 8, e, 0, tag);
	ir_jmp(f, hit);
	ir_at(f, lost);
	ir_mov(f, st.reg, ir_r(ir_ld(f, IK_SCALAR, 8, e, 0)));
	ir_jmp(f, check);
	ir_at(f, check);
	ir_br(f, IC_EQ, st, tag, check2, next);
	ir_at(f, check2);
	ir_br(f, IC_EQ, ir_r(ir_ld(f, IK_SCALAR, 8, e, 8)), key0, check3, next);
	ir_at(f, check3);
	ir_br(f, IC_EQ, ir_r(ir_ld(f, IK_SCALAR, 8, e, 16)), key1, hit, next);
	ir_at(f, hit);
	ir_atomic(f, IR_AADD, 8, e, 24, ir_i(1));
	ir_atomic(f, IR_AADD, 8, e, 32, ts);
	ir_ret(f);
	ir_at(f, next);
	ir_mov(f, hv.reg, ir_op2(f, IR_ADD, hv, step));
	ir_mov(f, i.reg, ir_op2(f, IR_ADD, i, ir_i(1)));
	ir_jmp(f, head);
	ir_at(f, full);
	ir_atomic(f, IR_AADD, 8, a, 0x80, ir_i(1));
	ir_ret(f);
}

START_TEST(nearly_as_short_as_clang)
{
	struct fn x;

	begin(&x);
	table_update(&x.f);
	finish(&x);
	if (getenv("CHECK_BPF_PRINT"))
		puts(x.text.s);
	printf("check_bpf: table update in %u instructions, clang 76\n", x.body.n);
	ck_assert_uint_le(x.body.n, 76 * 13 / 10);
	arena_free(x.arena);
}
END_TEST

// ---- speed -----------------------------------------------------------------

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// The best of several compilations of functions of about this size.
static double compile_time(uint32_t size, uint32_t *insns)
{
	double best = 1;

	for (int i = 0; i < 20; i++) {
		struct irgen g = { .seed = 7, .size = size, .vars = 12, .loops = 4, .calls = true };
		struct sample s = { .arena = arena_new(0, NULL, NULL) };
		const char *why;
		double t;

		irgen_make(&g, &s.f, s.arena);
		t = seconds();
		ir_optimise(&s.f);
		ck_assert_int_eq(bpf_emit(&s.f, &s.body, &why), 0);
		t = seconds() - t;
		best = t < best ? t : best;
		*insns = s.body.n;
		arena_free(s.arena);
	}
	return best;
}

START_TEST(compiles_fast)
{
	uint32_t n;
	double t = compile_time(60, &n);

	printf("check_bpf: %u instructions in %.3f ms", n, t * 1e3);
	ck_assert_double_lt(t / n, 20e-6);
	t = compile_time(1500, &n);
	printf(", %u in %.2f ms\n", n, t * 1e3);
	ck_assert_double_lt(t / n, 30e-6);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("bpf");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, two_addresses_need_no_moves);
	tcase_add_test(c, arguments_are_made_in_place);
	tcase_add_test(c, scalars_and_pointers_share_no_home);
	tcase_add_test(c, stack_is_bounded);
	tcase_add_test(c, nearly_as_short_as_clang);
	tcase_add_test(c, random_on_machine);
	tcase_add_test(c, random_in_kernel);
	tcase_add_test(c, compiles_fast);
	return suite_run("bpf", c);
}
