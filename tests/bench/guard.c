// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// guard [CALLS] [ROUNDS]: what the guards of programs cost a system call, over an
// empty program on the same tracepoint: root's, and a user's on a process that it
// lets through and on one that it does not. Prints "NAME MEDIAN LOW HIGH", in ns,
// over the rounds, each of which has every program in turn; "empty" is over none.

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/clock.h"
#include "daemon/kernel/fields.h"
#include "daemon/kernel/insn.h"
#include "daemon/kernel/maps.h"
#include "daemon/policy/guard.h"

enum { USER = 4321, MAX_ROUNDS = 101, PARTS = 20 };
enum variant { NONE, EMPTY, ROOT, PASS, REJECT, VARIANTS };

static const char *const names[VARIANTS] = { "none", "empty", "root", "user-pass", "user-reject" };
static struct kernel_fields fields;
static int map, calls = 200000;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void open_guard_map(void)
{
	struct jiffies_clock clock;
	uint64_t lease = 0, *words;
	const char *missing;

	if (kernel_fields_read(&fields, &missing) < 0)
		die(missing);
	map = map_open_shared("guard", GUARD_MAP_SIZE, 1);
	words = mmap(NULL, GUARD_MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	if (map < 0 || words == MAP_FAILED || jiffies_clock_open(&clock) < 0 ||
		jiffies_clock_after(&clock, 600000, &lease) < 0)
		die("guard");
	words[GUARD_ENABLED / 8] = 1;
	words[GUARD_LEASE / 8] = lease;
	jiffies_clock_close(&clock);
}

static int load(enum variant which)
{
	struct guard_identity who = {
		.fields = &fields, .class = PROBE_CLASS_USER, .uid = which == PASS ? USER : USER + 1, .gid = USER,
	};
	struct guard_request q = {
		.hook = HOOK_TP_BTF, .nctx = 2, .map = map, .btf_id = fields.tracepoints[TRACE_SYS_ENTER], .self = -1,
		.identity = which == ROOT ? NULL : &who,
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_RAW_TP, .attach_btf_id = q.btf_id);
	struct bpf_insn insns[GUARD_MAX_INSNS + 2];
	int n = which == EMPTY ? 0 : guard_generate(&q, insns), prog;

	insns[n++] = insn_mov_imm(BPF_REG_0, 0);
	insns[n++] = insn_exit();
	prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "bench", "Dual BSD/GPL", insns, (size_t)n, &opts);
	if (prog < 0)
		die("load");
	return prog;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

// The least of the parts: what disturbs only adds.
static double measure(void)
{
	double least = 1e9;

	for (int p = 0; p < PARTS; p++) {
		uint64_t from = now();
		double ns;

		for (int i = 0; i < calls / PARTS; i++)
			syscall(SYS_getppid);
		ns = (double)(now() - from) / (calls / PARTS);
		least = ns < least ? ns : least;
	}
	return least;
}

// A process of the user's that measures each time it is asked.
static void serve(int in, int out)
{
	char go;

	if (setresgid(USER, USER, USER) || setresuid(USER, USER, USER) || prctl(PR_SET_DUMPABLE, 1))
		die("user");
	while (read(in, &go, 1) == 1) {
		double ns = measure();

		if (write(out, &ns, sizeof ns) != sizeof ns)
			break;
	}
	_exit(0);
}

static double ask(int out, int in)
{
	double ns = 0;

	if (write(out, "g", 1) != 1 || read(in, &ns, sizeof ns) != sizeof ns)
		die("measuring");
	return ns;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	static double cost[VARIANTS][MAX_ROUNDS];
	int progs[VARIANTS], to[2], from[2], rounds = argc > 2 ? atoi(argv[2]) : 15;
	const struct probe_hook hook = { .kind = HOOK_TP_BTF };

	calls = argc > 1 ? atoi(argv[1]) : calls;
	if (rounds < 1 || rounds > MAX_ROUNDS || calls < PARTS || pipe(to) || pipe(from))
		return 2;
	open_guard_map();
	for (int v = EMPTY; v < VARIANTS; v++)
		progs[v] = load((enum variant)v);
	if (!fork()) {
		close(to[1]);
		serve(to[0], from[1]);
	}
	close(from[1]);
	for (int r = 0; r < rounds; r++) {
		for (int v = NONE; v < VARIANTS; v++) {
			struct attachment at = { 0 };

			if (v != NONE && attachment_open(&at, &hook, progs[v]) < 0)
				die("attach");
			cost[v][r] = ask(to[1], from[0]);
			if (v != NONE)
				attachment_close(&at);
		}
		for (int v = VARIANTS - 1; v > NONE; v--)
			cost[v][r] -= cost[v == EMPTY ? NONE : EMPTY][r];
	}
	for (int v = NONE; v < VARIANTS; v++) {
		qsort(cost[v], (size_t)rounds, sizeof cost[v][0], by_size);
		printf("%s %.1f %.1f %.1f\n", names[v], cost[v][rounds / 2], cost[v][0], cost[v][rounds - 1]);
	}
	close(to[1]);
	wait(NULL);
	return 0;
}
