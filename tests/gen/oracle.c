// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// oracle FIRST COUNT [SECONDS]: random bodies that the checker of confined programs lets
// pass, judged by others: each runs in a machine that sees what it does
// (support_bodyrun.c), and the kernel's verifier is asked, as by somebody who may not
// see pointers: a socket filter, by a thread with CAP_BPF and nothing else. It lets
// through what is worse than a leak of a pointer in a few ways, but not that.
// Prints "wrong SEED ..." for each that is unsafe, the number of bodies, of those that
// passed, and of refusals by kind.

#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "daemon/kernel/insn.h"
#include "daemon/policy/checker.h"
#include "tests/gen/bodies.h"
#include "tests/unit/checker_bodies.h"

enum { PROLOGUE = 26, STRLEN_N = 4, LOG_SIZE = 1 << 20, RUNS = 4, THREAD = BODY_NMAPS, NMAPS };

// What the verifier does not take though no pointer leaks: the checker may.
static const struct excuse {
	const char *text, *why;
	bool divided;		// only of a body that divides
} excuses[] = {
	{ "infinite loop detected", "it does not end, as the processor may guess", false },
	{ "is too large. Processed", "it does not end", false },
	{ "jumps is too complex", "it does not end", false },
	{ "unreachable insn", "it is not reached", false },
	{ "combined stack size", "the stand-in of a function has its own frame", false },
	{ "from different maps, paths or scalars", "it wants one range on all paths, to mask it", false },
	{ "invalid read from stack R2 off=0 size=0", "nothing is read", false },
	{ "register with unbounded min value", "it keeps no range of quotients and remainders", true },
	{ "unbounded memory access", "it keeps no range of quotients and remainders", true },
	{ "min value is negative", "it keeps no range of quotients and remainders", true },
	{ "is not pointing to valid bpf_map", "there is no stand-in of the threads' storage itself", false },
	{ "goes out of range, prohibited for", "it keeps no range of quotients and remainders", true },
	{ "misaligned value access", "it keeps no range of quotients and remainders", true },
	{ "attempt to corrupt spilled pointer", "some kernels let nothing be written over a pointer", false },
	{ "REG INVARIANTS VIOLATION", "it loses the range of what is compared with itself", false },
};

static int maps[NMAPS];
static uint32_t excused[NELEMS(excuses)];
static char *verdict;		// the verifier's words

static bool reads_memory(int32_t helper)
{
	return helper == BPF_FUNC_probe_read_user || helper == BPF_FUNC_probe_read_user_str ||
		helper == BPF_FUNC_probe_read_kernel || helper == BPF_FUNC_probe_read_kernel_str;
}

static int only_bpf(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	data[CAP_BPF / 32].effective = data[CAP_BPF / 32].permitted = 1u << CAP_BPF % 32;
	return (int)syscall(SYS_capset, &header, data);
}

static bool make_maps(void)
{
	maps[BODY_CTL] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "ctl", 4, BODY_CTL_SIZE, 1, NULL);
	maps[BODY_SEG] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "seg", 4, BODY_SEG_SIZE, 2, NULL);
	maps[BODY_BELL] = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "bell", 0, 0, 4096, NULL);
	maps[BODY_HASH] = bpf_map_create(BPF_MAP_TYPE_HASH, "hash", 8, 16, 8, NULL);
	maps[BODY_SELF] = -1;
	maps[BODY_WIDE_HASH] = bpf_map_create(BPF_MAP_TYPE_HASH, "wide", 16, 8, 8, NULL);
	maps[THREAD] = bpf_map_create(BPF_MAP_TYPE_HASH, "thread", 4, checker_maps[BODY_SELF].value_size, 8, NULL);
	for (int i = 0; i < NMAPS; i++) {
		if (maps[i] < 0 && i != BODY_SELF)
			return false;
	}
	return true;
}

static struct bpf_insn *put_map(struct bpf_insn *p, uint8_t d, int fd)
{
	*p++ = insn_raw(BPF_LD | BPF_IMM | BPF_DW, d, BPF_PSEUDO_MAP_FD, 0, fd);
	*p++ = insn_raw(0, 0, 0, 0, 0);
	return p;
}

static struct bpf_insn *put_call(struct bpf_insn *p, const struct bpf_insn *insns, uint32_t function)
{
	for (uint8_t r = 1; r <= 3; r++)
		p = insn_map_value(p, r, maps[BODY_CTL], 64 * r);
	*p = insn_raw(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, (int32_t)(function - (uint32_t)(p - insns) - 1));
	return p + 1;
}

// What the guard leaves: two numbers and the value of the thread, or NULL. Each stand-in
// is called, as the verifier wants.
static struct bpf_insn *put_prologue(struct bpf_insn *p, uint32_t n)
{
	const struct bpf_insn *insns = p;

	*p++ = insn_mov(BPF_REG_6, BPF_REG_1);
	p = put_call(p, insns, PROLOGUE + n);
	p = put_call(p, insns, PROLOGUE + n + STRLEN_N);
	*p++ = insn_call(BPF_FUNC_ktime_get_ns);
	*p++ = insn_store(BPF_REG_10, BODY_ARG0, BPF_REG_0);
	*p++ = insn_call(BPF_FUNC_ktime_get_ns);
	*p++ = insn_store(BPF_REG_10, BODY_ARG1, BPF_REG_0);
	p = put_map(p, BPF_REG_1, maps[THREAD]);
	p = insn_map_value(p, BPF_REG_2, maps[BODY_CTL], 0);
	*p++ = insn_call(BPF_FUNC_map_lookup_elem);
	*p++ = insn_store(BPF_REG_10, BODY_THREAD, BPF_REG_0);
	*p++ = insn_mov(BPF_REG_1, BPF_REG_6);
	return p;
}

// Stands in for a run-time function: touches both ends of the strings in r1 to r[n].
static struct bpf_insn *put_stand_in(struct bpf_insn *p, uint8_t n, bool writes)
{
	for (uint8_t r = 1; r <= n; r++) {
		for (int end = 0; end < 2; end++) {
			int16_t off = end ? BODY_STRSIZE - 1 : 0;

			if (writes && r == 1)
				*p++ = insn_raw(BPF_ST | BPF_MEM | BPF_B, r, 0, off, 0);
			else
				*p++ = insn_raw(BPF_LDX | BPF_MEM | BPF_B, BPF_REG_0, r, off, 0);
		}
	}
	*p++ = insn_call(BPF_FUNC_ktime_get_ns);
	*p++ = insn_exit();
	return p;
}

static void relocate(struct bpf_insn *insns, struct bpf_insn *in, uint32_t n)
{
	uint32_t function = PROLOGUE + n + (in->imm == BODY_STRLEN ? 0 : STRLEN_N);

	if (!in->src_reg)
		return;
	if (in->code == (BPF_JMP | BPF_CALL)) {
		in->imm = (int32_t)(function - (uint32_t)(in - insns) - 1);
	} else if (in->code == (BPF_LD | BPF_IMM | BPF_DW)) {
		in->src_reg = in->src_reg == 1 ? BPF_PSEUDO_MAP_FD : BPF_PSEUDO_MAP_VALUE;
		in->imm = maps[in->imm];
	}
}

static int load(const struct bpf_insn *body, uint32_t n, bool with_log)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_level = with_log, .log_buf = with_log ? verdict : NULL,
		.log_size = with_log ? LOG_SIZE : 0);
	struct bpf_insn insns[PROLOGUE + GEN_BODY_MAX + 32], *first = insns + PROLOGUE, *p;

	put_prologue(insns, n);
	memcpy(first, body, n * sizeof *first);
	p = put_stand_in(put_stand_in(first + n, 1, false), 3, true);
	for (uint32_t i = 0; i < n; i++) {
		relocate(insns, &first[i], n);
		i += first[i].code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	verdict[0] = 0;
	return bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "body", "GPL", insns, (size_t)(p - insns), &opts);
}

// ---- judging --------------------------------------------------------------------

// The verifier's sentence: the last line but its statistics.
static const char *sentence(void)
{
	char *end = strstr(verdict, "\nprocessed "), *line;

	if (!end)
		return strerror(errno);
	*end = 0;
	line = strrchr(verdict, '\n');
	return line ? line + 1 : verdict;
}

static bool divides(const struct bpf_insn *body, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint8_t class = BPF_CLASS(body[i].code), op = BPF_OP(body[i].code);

		if ((class == BPF_ALU || class == BPF_ALU64) && (op == BPF_DIV || op == BPF_MOD))
			return true;
	}
	return false;
}

static bool is_excused(const struct bpf_insn *body, uint32_t n)
{
	for (size_t i = 0; i < NELEMS(excuses); i++) {
		if (!strstr(verdict, excuses[i].text) || (excuses[i].divided && !divides(body, n)))
			continue;
		excused[i]++;
		return true;
	}
	return false;
}

static bool ask_kernel(uint64_t seed, const struct bpf_insn *body, uint32_t n)
{
	int fd = load(body, n, false);

	if (fd < 0)
		fd = load(body, n, true);
	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (is_excused(body, n))
		return true;
	printf("wrong %" PRIu64 " refused: %s\n", seed, sentence());
	return false;
}

static bool run(uint64_t seed, const struct bpf_insn *body, uint32_t n)
{
	const char *wrong;
	uint32_t at;

	for (uint32_t i = 0; i < RUNS; i++) {
		wrong = run_body(body, n, seed * RUNS + i, &at);
		if (!wrong)
			continue;
		printf("wrong %" PRIu64 " instruction %u: %s\n", seed, at, wrong);
		return false;
	}
	return true;
}

// What the kernel can be asked about comes from every other seed.
static bool judge(uint64_t seed, uint64_t *passed, uint64_t *asked)
{
	struct bpf_insn body[GEN_BODY_MAX];
	struct bpf_reloc relocs[GEN_BODY_MAX];
	bool kernel = seed & 1, good;
	uint32_t n = gen_body(seed, kernel, body);
	struct check_request q = checker_request(body, n, relocs);
	struct reason why;

	q.process = !kernel;
	if (checker_body(&q, &why))
		return true;
	++*passed;
	good = run(seed, body, n);
	for (uint32_t i = 0; i < q.nrelocs; i++)
		kernel &= q.relocs[i].kind != RELOC_RUNTIME || q.relocs[i].index <= BODY_STRJOIN;
	for (uint32_t i = 0; i < n; i++)
		kernel &= body[i].code != (BPF_JMP | BPF_CALL) || body[i].src_reg || !reads_memory(body[i].imm);
	*asked += kernel;
	return (!kernel || ask_kernel(seed, body, n)) && good;
}

int main(int argc, char **argv)
{
	uint64_t first, count, seconds, passed = 0, asked = 0, seed;
	time_t end;
	bool good = true;

	if (argc < 3 || !make_maps() || only_bpf()) {
		fprintf(stderr, "oracle FIRST COUNT [SECONDS], as root\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	verdict = malloc(LOG_SIZE);
	if (!verdict)
		return 2;
	first = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	seconds = argc > 3 ? strtoull(argv[3], NULL, 10) : UINT32_MAX;
	end = time(NULL) + (time_t)seconds;
	for (seed = first; seed < first + count && time(NULL) < end; seed++)
		good &= judge(seed, &passed, &asked);
	printf("bodies %" PRIu64 " passed %" PRIu64 " asked %" PRIu64 "\n", seed - first, passed, asked);
	for (size_t i = 0; i < NELEMS(excuses); i++)
		printf("refused %u \"%s\": %s\n", excused[i], excuses[i].text, excuses[i].why);
	free(verdict);
	return !good;
}
