// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// measure [-l getppid|read|function] [-n CALLS] [-r ROUNDS] [-c CPU] NAME=COMMAND ...
// What tracers cost the traced: the CPU time of a call in a loop pinned to one
// CPU, with and without each of the commands running on the other CPUs.
//
// A round runs each command in turn: calls untraced, the command started, its
// line "ready" awaited, calls traced, SIGINT, its end awaited, calls untraced
// again. The cost is traced minus the mean of the two; what is printed is
// "NAME MEDIAN LOW HIGH" over the rounds, in ns, and "untraced NS" first.
// A command that does not get ready in 20 s prints "NAME -". What it is about may be
// this process, its $PPID: -l function calls measured(). "measure wait" only waits.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_VARIANTS = 16, MAX_ROUNDS = 64, PARTS = 25 };

struct variant {
	char *name, *command;
	double added[MAX_ROUNDS];
	int n;
	bool failed;
};

static long nr = SYS_getppid;
static bool own;		// function
static int calls = 200000, rounds = 7, cpu = 1;
static double untraced[MAX_ROUNDS * MAX_VARIANTS * 2];
static int nuntraced;

// As compilers begin a function; no compiler makes more of it, or less.
#if defined(__x86_64__)
__asm__(".pushsection .text\n.type measured,@function\nmeasured:\n"
	"	endbr64\n	push %rbp\n	mov %rsp,%rbp\n	lea 1(%rdi),%rax\n	pop %rbp\n	ret\n"
	".size measured,.-measured\n.popsection");
#else
__asm__(".pushsection .text\n.type measured,%function\nmeasured:\n	add x0, x0, 1\n	ret\n"
	".size measured,.-measured\n.popsection");
#endif
long measured(long n);

static uint64_t now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static void pin(int to, bool all_but)
{
	cpu_set_t set;
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	CPU_ZERO(&set);
	for (int i = 0; i < n; i++) {
		if ((i == to) != all_but || n == 1)
			CPU_SET(i, &set);
	}
	sched_setaffinity(0, sizeof set, &set);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

// The median over parts of the loop, against what happens to the CPU meanwhile.
static double run_calls(void)
{
	double part[PARTS];

	for (int k = 0; k < PARTS; k++) {
		uint64_t start = now(CLOCK_THREAD_CPUTIME_ID);

		for (int i = 0; i < calls / PARTS && own; i++)
			measured(i);
		for (int i = 0; i < calls / PARTS && !own; i++)
			syscall(nr, -1, NULL, 0);
		part[k] = (double)(now(CLOCK_THREAD_CPUTIME_ID) - start) / (calls / PARTS);
	}
	qsort(part, PARTS, sizeof *part, by_value);
	return part[PARTS / 2];
}

static double run_untraced(void)
{
	double ns = run_calls();

	untraced[nuntraced++] = ns;
	return ns;
}

// Starts sh -c COMMAND in a process group of its own; its output comes from *out.
static pid_t start(const char *command, int *out)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) || (pid = fork()) < 0)
		exit(EXIT_FAILURE);
	if (!pid) {
		setpgid(0, 0);
		pin(cpu, true);
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	*out = fds[0];
	fcntl(*out, F_SETFL, O_NONBLOCK);
	return pid;
}

// Reads until "ready" appears; false at the end of the output or after 20 s.
static bool await_ready(int out)
{
	uint64_t end = now(CLOCK_MONOTONIC) + 20000000000ull;
	char seen[4096] = "";
	size_t n = 0;

	while (now(CLOCK_MONOTONIC) < end && n < sizeof seen - 1) {
		struct pollfd p = { .fd = out, .events = POLLIN };
		ssize_t r;

		poll(&p, 1, 100);
		r = read(out, seen + n, sizeof seen - 1 - n);
		if (!r)
			return false;
		if (r < 0)
			continue;
		n += (size_t)r;
		seen[n] = '\0';
		if (strstr(seen, "ready"))
			return true;
	}
	return false;
}

static void stop(pid_t pid, int out)
{
	char sink[4096];
	int status, waited = 0;

	kill(-pid, SIGINT);
	while (waitpid(pid, &status, WNOHANG) == 0 && waited++ < 6000) {
		while (read(out, sink, sizeof sink) > 0)
			;
		sleep_ms(10);
	}
	kill(-pid, SIGKILL);
	close(out);
}

static void run_variant(struct variant *v)
{
	double before = run_untraced(), traced, after;
	pid_t pid;
	int out;

	if (v->failed)
		return;
	pid = start(v->command, &out);
	v->failed = !await_ready(out);
	sleep_ms(300);
	traced = run_calls();
	stop(pid, out);
	sleep_ms(100);
	after = run_untraced();
	if (!v->failed)
		v->added[v->n++] = traced - (before + after) / 2;
}

static void print(struct variant *v)
{
	if (!v->n || v->failed) {
		printf("%s -\n", v->name);
		return;
	}
	qsort(v->added, (size_t)v->n, sizeof *v->added, by_value);
	printf("%s %.1f %.1f %.1f\n", v->name, v->added[v->n / 2], v->added[0], v->added[v->n - 1]);
}

int main(int argc, char **argv)
{
	static struct variant variants[MAX_VARIANTS];
	int n = 0, opt;

	while ((opt = getopt(argc, argv, "l:n:r:c:")) != -1) {
		switch (opt) {
		case 'l':
			nr = strcmp(optarg, "read") ? SYS_getppid : SYS_read;
			own = strcmp(optarg, "function") == 0;
			break;
		case 'n': calls = atoi(optarg); break;
		case 'r': rounds = atoi(optarg) < MAX_ROUNDS ? atoi(optarg) : MAX_ROUNDS; break;
		case 'c': cpu = atoi(optarg); break;
		default: return EXIT_FAILURE;
		}
	}
	if (optind < argc && strcmp(argv[optind], "wait") == 0)
		return pause();
	for (; optind < argc && n < MAX_VARIANTS; optind++) {
		char *equals = strchr(argv[optind], '=');

		if (!equals)
			return EXIT_FAILURE;
		*equals = '\0';
		variants[n++] = (struct variant){ .name = argv[optind], .command = equals + 1 };
	}
	pin(cpu, false);
	run_calls();
	for (int r = 0; r < rounds; r++) {
		for (int i = 0; i < n; i++)
			run_variant(&variants[(i + r) % n]);
	}
	qsort(untraced, (size_t)nuntraced, sizeof *untraced, by_value);
	printf("untraced %.1f\n", nuntraced ? untraced[nuntraced / 2] : run_calls());
	for (int i = 0; i < n; i++)
		print(&variants[i]);
	return 0;
}
