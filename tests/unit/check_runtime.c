// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The run-time library in the kernel, against its model: each function is
// linked as a global function behind a small driver program, which is run on
// all boundary cases and some thousands of random ones. Needs CAP_BPF; without
// it there is nothing to run.

#include <bpf/bpf.h>
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/kernel/runtime.h"
#include "daemon/kernel/runtime_btf.h"
#include "tests/unit/runtime_model.h"
#include "tests/unit/suite.h"

// The driver's map: result, numbers, then the strings.
enum { RESULT = 0, NUMBERS = 8, STRINGS = 64, SLOT = 8192, MAP_SIZE = 4 * SLOT, CODE_MAX = 16384 };

static const uint32_t sizes[] = { 16, 64, 256, 1024 };

struct rig {
	struct runtime rt;
	uint32_t *placed;
	struct bpf_insn *code;
	uint32_t n, verified;
	int map, prog;
	uint8_t *memory;
};

static const struct model *model_of(const char *name)
{
	for (uint32_t i = 0; i < runtime_model_count; i++) {
		if (!strcmp(runtime_models[i].name, name))
			return &runtime_models[i];
	}
	ck_abort_msg("no model of %s", name);
}

// ---- linking ---------------------------------------------------------------

static void place(struct rig *r, uint32_t number, uint32_t strsize)
{
	const struct runtime_function *f = &r->rt.functions[number];
	uint32_t at = r->n;

	if (r->placed[number])
		return;
	ck_assert_uint_le(r->n + f->n, CODE_MAX);
	memcpy(r->code + at, f->insns, f->n * sizeof *f->insns);
	for (uint32_t i = at; i < at + f->n; i++) {
		if (r->code[i].imm == RUNTIME_STRSIZE)
			r->code[i].imm = (int32_t)strsize;
	}
	r->n += f->n;
	r->placed[number] = at + 1;
	for (uint32_t i = 0; i < f->ncalls; i++) {
		uint32_t call = at + f->calls[i].insn;

		place(r, f->calls[i].function, strsize);
		r->code[call].imm =
			(int32_t)(r->placed[f->calls[i].function] - 1) - (int32_t)call - 1;
	}
}

// Loads each argument from the map, calls, stores the result.
static void drive(struct rig *r, const struct model *m, uint32_t strsize)
{
	struct bpf_insn *p = r->code;
	uint32_t strings = 0, numbers = 0, call;
	uint8_t reg = BPF_REG_1;

	p = insn_map_value(p, BPF_REG_6, r->map, 0);
	for (const char *a = m->args; *a; a++, reg++) {
		if (*a == 'd' || *a == 's')
			p = insn_map_value(p, reg, r->map, (int)(STRINGS + SLOT * strings++));
		else
			*p++ = insn_load(BPF_DW, reg, BPF_REG_6, (int16_t)(NUMBERS + 8 * numbers++));
	}
	call = (uint32_t)(p - r->code);
	*p++ = insn_raw(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0);
	*p++ = insn_store(BPF_REG_6, RESULT, BPF_REG_0);
	*p++ = insn_mov_imm(BPF_REG_0, 0);
	*p++ = insn_exit();
	r->n = (uint32_t)(p - r->code);
	r->code[call].imm = (int32_t)(r->n - call - 1);
	place(r, (uint32_t)runtime_find(&r->rt, m->name), strsize);
}

static void rig_load(struct rig *r, const struct model *m, uint32_t strsize)
{
	enum { LOG = 1 << 24 };
	char *log = calloc(LOG, 1), *processed;
	struct runtime_btf btf;

	drive(r, m, strsize);
	ck_assert_int_eq(runtime_btf_open(&btf, &r->rt, r->placed, strsize), 0);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_btf_fd = (uint32_t)btf.fd, .func_info = btf.funcs,
		.func_info_cnt = btf.n, .func_info_rec_size = sizeof *btf.funcs,
		.log_level = 4, .log_buf = log, .log_size = LOG);
	r->prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "check_runtime", "Dual BSD/GPL", r->code,
		r->n, &opts);
	if (r->prog < 0 && strlen(log) > 3000)
		memmove(log, log + strlen(log) - 3000, 3001);
	ck_assert_msg(r->prog >= 0, "%s, strsize %u: %s\n%s", m->name, strsize, strerror(errno), log);
	processed = strstr(log, "processed ");
	r->verified = processed ? (uint32_t)atoi(processed + 10) : 0;
	runtime_btf_close(&btf);
	free(log);
}

static struct rig rig_open(const struct model *m, uint32_t strsize)
{
	struct rig r = { .map = map_open_shared("check_runtime", MAP_SIZE, 1) };

	ck_assert_int_ge(r.map, 0);
	r.memory = mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, r.map, 0);
	ck_assert_ptr_ne(r.memory, MAP_FAILED);
	ck_assert_int_eq(runtime_open(&r.rt), 0);
	r.placed = calloc(r.rt.nfunctions, sizeof *r.placed);
	r.code = calloc(CODE_MAX, sizeof *r.code);
	rig_load(&r, m, strsize);
	return r;
}

static void rig_close(struct rig *r)
{
	close(r->prog);
	close(r->map);
	munmap(r->memory, MAP_SIZE);
	runtime_close(&r->rt);
	free(r->placed);
	free(r->code);
}

// ---- one case --------------------------------------------------------------

struct input {
	uint8_t s[SLOT], t[SLOT];
	int64_t n[4];
};

static void describe(const struct model *m, const struct input *in, uint32_t size, char *out, size_t cap)
{
	snprintf(out, cap, "%s, strsize %u, s \"%.*s\", t \"%.*s\", numbers %" PRId64 " %" PRId64
		" %" PRId64 " %" PRId64, m->name, size, (int)size, in->s, (int)size, in->t, in->n[0],
		in->n[1], in->n[2], in->n[3]);
}

static void run_case(struct rig *r, const struct model *m, const struct input *in, uint32_t size)
{
	static uint8_t expected[SLOT];
	static char what[4 * SLOT];
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct model_call c = { .size = size, .dst = expected, .s = in->s, .t = in->t };
	int writes = m->args[0] == 'd';
	uint8_t *dst = r->memory + STRINGS, *read = dst + (writes ? SLOT : 0);
	int64_t want, got;

	memcpy(c.n, in->n, sizeof c.n);
	memset(expected, 0x5a, sizeof expected);
	want = m->run(&c);
	memset(dst, 0x5a, size);
	memcpy(read, in->s, size);
	memcpy(read + SLOT, in->t, size);
	memcpy(r->memory + NUMBERS, in->n, sizeof in->n);
	ck_assert_int_eq(bpf_prog_test_run_opts(r->prog, &opts), 0);
	memcpy(&got, r->memory + RESULT, sizeof got);
	if (got == want && (!writes || want < 0 || !strncmp((char *)dst, (char *)expected, size)))
		return;
	describe(m, in, size, what, sizeof what);
	ck_abort_msg("%s:\n  %" PRId64 " \"%.*s\", not %" PRId64 " \"%.*s\"", what, got, (int)size,
		writes ? (char *)dst : "", want, (int)size, writes ? (char *)expected : "");
}

// ---- inputs ----------------------------------------------------------------

static uint64_t state = 88172645463325252ull;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int64_t pick(const int64_t *v, size_t n)
{
	return v[rnd() % n];
}

// len characters of an alphabet, then a NUL and old bytes, as a variable has.
static void fill(uint8_t *s, uint32_t size, uint32_t len, const char *alphabet)
{
	size_t n = strlen(alphabet);

	for (uint32_t i = 0; i < size; i++)
		s[i] = (uint8_t)alphabet[rnd() % n];
	if (len < size)
		s[len] = '\0';
	if (rnd() % 4 == 0 && len + 1 < size)
		memset(s + len + 1, rnd() % 2 ? 0 : '/', size - len - 1);
}

static uint32_t random_length(uint32_t size)
{
	switch (rnd() % 8) {
	case 0: return 0;
	case 1: return size - 1;
	case 2: return size;
	case 3: return size - 1 - (uint32_t)(rnd() % 9);
	case 4: return (uint32_t)(rnd() % (size + 1));
	default: return (uint32_t)(rnd() % (size < 24 ? size : 24));
	}
}

static const char *const alphabets[] = {
	"a", "ab", "abc", "/", "/a", "/a.", "/..a", " -+0x19afZ", "abcdefghijklmnopqrstuvwxyz", "AZaz@[`{\xc1\xe1\x80\xff",
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/._-",
};

// A part of s, so that searches and comparisons meet something.
static void part_of(struct input *in, uint32_t size)
{
	uint32_t len = (uint32_t)strnlen((char *)in->s, size);
	uint32_t from = len ? (uint32_t)(rnd() % len) : 0;
	uint32_t n = len - from ? 1 + (uint32_t)(rnd() % (len - from)) : 0;

	if (rnd() % 2 && n > 12)
		n = 1 + (uint32_t)(rnd() % 12);
	memmove(in->t, in->s + from, n);
	if (n < size)
		in->t[n] = '\0';
	if (rnd() % 4 == 0 && n)
		in->t[n - 1] ^= 1;
}

static int64_t random_number(uint32_t size)
{
	const int64_t edges[] = { 0, 1, -1, 7, 8, 9, -8, size, -(int64_t)size, size - 1, size + 1, INT64_MAX,
		INT64_MIN, INT64_MIN + 1, INT32_MAX, INT32_MIN, 4096, -4096, UINT32_MAX };

	switch (rnd() % 4) {
	case 0: return pick(edges, sizeof edges / sizeof *edges);
	case 1: return (int64_t)(rnd() >> (rnd() % 64));
	default: return (int64_t)(rnd() % (2 * size)) - (int64_t)size / 2;
	}
}

// Numbers in the range of their C type, as the compiler passes them.
static void random_numbers(struct input *in, const char *args, uint32_t size)
{
	uint32_t k = 0;

	for (; *args; args++) {
		if (*args == 'd' || *args == 's')
			continue;
		in->n[k] = random_number(size);
		if (*args == 'i')
			in->n[k] = (int32_t)in->n[k];
		if (*args == 'u')
			in->n[k] = (uint32_t)in->n[k];
		k++;
	}
}

static void valid_llquant(struct input *in)
{
	static const uint32_t rows[][4] = {	// factor low high nsteps
		{ 10, 0, 6, 20 }, { 10, 3, 9, 10 }, { 10, 0, 18, 100 }, { 2, 0, 61, 2 }, { 2, 4, 20, 16 },
		{ 16, 0, 14, 256 }, { 3, 1, 30, 9 }, { 10, 0, 0, 10 }, { 100, 2, 5, 1000 }, { 7, 0, 20, 49 },
	};
	const uint32_t *row = rows[rnd() % (sizeof rows / sizeof *rows)];
	uint64_t power = 1;

	for (uint64_t m = rnd() % (row[2] + 2); m; m--)
		power *= row[0];
	in->n[0] = rnd() % 2 ? (int64_t)(power + rnd() % 3 - 1) : (int64_t)(rnd() >> (rnd() % 64));
	in->n[1] = row[0];
	in->n[2] = row[1] | row[2] << 16;
	in->n[3] = row[3];
}

// Within its contract: t fits in s at all places of the range, and is not empty
// for dt_match8.
static void valid_match(struct input *in, uint32_t size, bool one)
{
	uint64_t s = strnlen((char *)in->s, size), t = strnlen((char *)in->t, size), lo, hi;

	if (!s || !t || t > s) {
		memcpy(in->s, "ab", 3);
		memcpy(in->t, "b", 2);
		s = 2;
		t = 1;
	}
	hi = rnd() % (s - t + 1);
	lo = rnd() % (hi + 1);
	in->n[0] = one ? (int64_t)(lo + rnd() % (hi - lo + 3)) - 1 : (int64_t)(rnd() % size);
	in->n[1] = (int64_t)(lo | hi << 32 | (rnd() % 2) << 63);
}

// A random JSON value behind what is in s.
static void json_text(char *s, size_t cap, int depth)
{
	static const char *const plain[] = { "1", "-2.5e+3", "true", "false", "null", "\"\"", "\"a\"",
		"\"x\\\"y\"", "\"]}\"", "0", "{}", "[]", "nil", "\"a.b\"" };
	size_t n = strlen(s), count = rnd() % 4;
	bool array = rnd() % 2;

	if (n + 40 > cap)
		return;
	if (depth == 0 || rnd() % 3 == 0) {
		strcpy(s + n, plain[rnd() % (sizeof plain / sizeof *plain)]);
		return;
	}
	strcat(s, array ? "[" : "{");
	for (size_t i = 0; i < count; i++) {
		n = strlen(s);
		if (n + 40 > cap)
			break;
		sprintf(s + n, "%s%s", i ? "," : "", rnd() % 3 ? "" : " ");
		if (!array)
			sprintf(s + strlen(s), "\"%c%s\"%s:", (int)('a' + rnd() % 3), rnd() % 4 ? "" : "b",
				rnd() % 3 ? "" : " ");
		json_text(s, cap, depth - 1);
	}
	strcat(s, array ? "]" : "}");
}

static void valid_json(struct input *in, uint32_t size)
{
	static const char *const parts[] = { "a", "b", "c", "ab", "[0]", "[1]", "[2]", ".a", ".b", "[1].c", "x" };
	char s[SLOT] = "", t[64] = "";

	if (size > 100)
		in->t[100] = '\0';
	if (rnd() % 8 == 0)
		return;
	while (!*s || (*s != '{' && *s != '[')) {
		*s = '\0';
		json_text(s, size + 40 < SLOT ? size + 40 : SLOT, 4);
	}
	for (uint64_t k = rnd() % 4; k; k--)
		strcat(t, parts[rnd() % (sizeof parts / sizeof *parts)]);
	strncpy((char *)in->s, s, size);
	strncpy((char *)in->t, t, size);
}

static void valid_address(struct input *in)
{
	for (int i = 0; i < 8; i++) {
		if (rnd() % 2)
			((uint16_t *)in->n)[i] = rnd() % 8 ? 0 : 0xffff;
	}
	in->n[3] = rnd() % 2 ? 6 : 20;
}

// Arguments that a function would not get from the compiler are made valid.
static void make_valid(const struct model *m, struct input *in, uint32_t size)
{
	if (!strcmp(m->name, "dt_llquant"))
		valid_llquant(in);
	if (!strncmp(m->name, "dt_match", 8))
		valid_match(in, size, !m->name[8]);
	if (!strcmp(m->name, "dt_json"))
		valid_json(in, size);
	if (!strcmp(m->name, "dt_inet6") || !strcmp(m->name, "dt_link"))
		valid_address(in);
	if (!strcmp(m->name, "dt_strtoll"))
		in->n[0] = 2 + (int64_t)(rnd() % 35);
	if (!strcmp(m->name, "dt_strtok"))
		in->n[0] = (int64_t)(rnd() % (strnlen((char *)in->s, size) + 2)) - 1;
}

static void random_input(const struct model *m, struct input *in, uint32_t size)
{
	const char *alphabet = alphabets[rnd() % (sizeof alphabets / sizeof *alphabets)];

	fill(in->s, size, random_length(size), alphabet);
	fill(in->t, size, random_length(size), alphabet);
	if (rnd() % 2)
		part_of(in, size);
	else if (rnd() % 4 == 0)
		memcpy(in->t, in->s, size);
	random_numbers(in, m->args, size);
	make_valid(m, in, size);
	if (!strcmp(m->name, "dt_lltostr") && rnd() % 8)
		in->n[1] = 2 + (int64_t)(rnd() % 35);
	if (strstr(m->name, "chr") && rnd() % 4)
		in->n[0] = in->s[rnd() % size];
	if (strstr(m->name, "index") && rnd() % 4)
		in->n[0] = (int64_t)(rnd() % 40) - 4;
}

// Every length of s with a short and an equal t, every number near the edges.
static void boundary_cases(struct rig *r, const struct model *m, uint32_t size)
{
	static struct input in;

	for (size_t a = 0; a < sizeof alphabets / sizeof *alphabets; a++) {
		for (uint32_t len = 0; len <= size; len += len >= 40 && len + 20 < size ? 7 : 1) {
			fill(in.s, size, len, alphabets[a]);
			memcpy(in.t, in.s, size);
			random_numbers(&in, m->args, size);
			make_valid(m, &in, size);
			run_case(r, m, &in, size);
			part_of(&in, size);
			make_valid(m, &in, size);
			run_case(r, m, &in, size);
			fill(in.t, size, size - len, alphabets[a]);
			make_valid(m, &in, size);
			run_case(r, m, &in, size);
		}
	}
}

static void lltostr_cases(struct rig *r, const struct model *m, uint32_t size)
{
	static const int64_t numbers[] = { 0, 1, -1, 7, 8, 9, 10, 15, 16, 35, 36, 99, 100, INT64_MAX,
		INT64_MIN, INT64_MIN + 1, INT32_MIN, 1000000000000000000 };
	static struct input in;

	for (int base = -1; base <= 38; base++) {
		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
			in.n[0] = numbers[i];
			in.n[1] = base;
			run_case(r, m, &in, size);
		}
	}
}

// ---- tests -----------------------------------------------------------------

static void check_function(const char *name)
{
	const struct model *m = model_of(name);
	static struct input in;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint32_t size = sizes[i];
		struct rig r = rig_open(m, size);

		boundary_cases(&r, m, size);
		if (!strcmp(name, "dt_lltostr"))
			lltostr_cases(&r, m, size);
		for (int k = 0; k < 3000; k++) {
			random_input(m, &in, size);
			run_case(&r, m, &in, size);
		}
		rig_close(&r);
	}
}

#define RUNTIME_INNER(name, args)
#define RUNTIME(name, args) \
	START_TEST(test_##name) { check_function(#name); } END_TEST
#include "dlang/runtime/runtime.def"
#undef RUNTIME

// What a load costs: few enough instructions to verify at the default size, and
// a load at all with the largest; sizes that are no multiple of 8 too.
START_TEST(test_verified)
{
	static const uint32_t all[] = { 16, 17, 100, 256, 1001, 4096 };

	for (uint32_t k = 0; k < runtime_model_count; k++) {
		for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
			struct rig r = rig_open(&runtime_models[k], all[i]);

			if (all[i] == 256 || all[i] == 4096)
				printf("%s: strsize %u: %u verified\n", runtime_models[k].name, all[i], r.verified);
			if (all[i] == 256)
				ck_assert_uint_le(r.verified, strcmp(runtime_models[k].name, "dt_json") ? 20000 : 50000);
			rig_close(&r);
		}
	}
}
END_TEST

START_TEST(test_odd_sizes)
{
	static const uint32_t odd[] = { 17, 23, 100, 255 };
	static struct input in;

	for (uint32_t k = 0; k < runtime_model_count; k++) {
		for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
			struct rig r = rig_open(&runtime_models[k], odd[i]);

			boundary_cases(&r, &runtime_models[k], odd[i]);
			for (int n = 0; n < 500; n++) {
				random_input(&runtime_models[k], &in, odd[i]);
				run_case(&r, &runtime_models[k], &in, odd[i]);
			}
			rig_close(&r);
		}
	}
}
END_TEST

// A function without a signature is a mistake of the build, not a program that
// the kernel refuses.
START_TEST(test_unknown)
{
	struct runtime_function f = { .name = "dt_nothing" };
	struct runtime rt = { .functions = &f, .nfunctions = 1 };
	struct runtime_btf btf;
	uint32_t placed = 0;

	ck_assert_int_eq(runtime_btf_open(&btf, &rt, &placed, 256), 0);
	ck_assert_uint_eq(btf.n, 1);
	runtime_btf_close(&btf);
	placed = 8;
	ck_assert_int_eq(runtime_btf_open(&btf, &rt, &placed, 256), -EBADMSG);
	ck_assert_int_eq(btf.fd, -1);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("runtime");
	int map = map_open_shared("check_runtime", 4096, 1);

	tcase_set_timeout(t, 120);
	if (map < 0) {
		printf("no BPF here: %s\n", strerror(-map));
		return suite_run("runtime", t);
	}
	close(map);
#define RUNTIME_INNER(name, args)
#define RUNTIME(name, args) tcase_add_test(t, test_##name);
#include "dlang/runtime/runtime.def"
#undef RUNTIME
	tcase_add_test(t, test_odd_sizes);
	tcase_add_test(t, test_verified);
	tcase_add_test(t, test_unknown);
	return suite_run("runtime", t);
}
