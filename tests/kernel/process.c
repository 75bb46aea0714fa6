// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// process OPERATION...: exact numbers of forks, threads, execs, signals and faults. An operation is NAME[,NUMBER[,ARGUMENT]],
// see the table. Prints "pid PID", waits for a line on stdin, does them between two getrusage(), prints "switches V I" (voluntary
// and involuntary ones, between these two), and exits with status 0.

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void reap(pid_t child)
{
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

static void op_fork(int n, const char *status)
{
	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(atoi(status));
		reap(child);
	}
}

static __attribute__((noinline)) pid_t vfork_exiting(int status)
{
	pid_t child = vfork();

	if (child == 0)
		_exit(status);
	return child;
}

static void op_vfork(int n, const char *status)
{
	for (int i = 0; i < n; i++)
		reap(vfork_exiting(atoi(status)));
}

static void *idle(void *tid)
{
	*(pid_t *)tid = (pid_t)syscall(SYS_gettid);
	return NULL;
}

static void op_thread(int n, const char *arg)
{
	(void)arg;
	for (int i = 0; i < n; i++) {
		pthread_t t;
		pid_t tid;

		if (pthread_create(&t, NULL, idle, &tid) == 0)
			pthread_join(t, NULL);
		while (syscall(SYS_tgkill, getpid(), tid, 0) == 0)	// joined before the kernel is done with it
			sched_yield();
	}
}

static void op_exec(int n, const char *path)
{
	char *argv[] = { (char *)path, NULL };

	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0) {
			execv(path, argv);
			_exit(0);
		}
		reap(child);
	}
}

static void handler(int sig)
{
	(void)sig;
}

static void op_handle(int n, const char *sig)
{
	signal(atoi(sig), handler);
	for (int i = 0; i < n; i++)
		raise(atoi(sig));
	signal(atoi(sig), SIG_DFL);
}

static void op_ignore(int n, const char *sig)
{
	signal(atoi(sig), SIG_IGN);
	for (int i = 0; i < n; i++)
		kill(getpid(), atoi(sig));
	signal(atoi(sig), SIG_DFL);
}

// Sent n times while it is blocked, then taken by sigtimedwait().
static void op_wait(int n, const char *sig)
{
	sigset_t set, old;
	struct timespec now = { 0, 0 };

	sigemptyset(&set);
	sigaddset(&set, atoi(sig));
	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 0; i < n; i++)
		kill(getpid(), atoi(sig));
	while (sigtimedwait(&set, NULL, &now) > 0)
		;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

// Children that a signal kills.
static void op_die(int n, const char *sig)
{
	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0) {
			signal(atoi(sig), SIG_DFL);
			kill(getpid(), atoi(sig));
			_exit(0);
		}
		reap(child);
	}
}

// Children that die of what they do.
static void do_fault(const char *how)
{
	volatile int zero = 0, one = 1;
	volatile char *page;

	if (strcmp(how, "unmapped") == 0) {
		page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		munmap((void *)page, 4096);
		*page = 1;
	} else if (strcmp(how, "readonly") == 0) {
		page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		*page = 1;
	} else if (strcmp(how, "divide") == 0) {
		one = one / zero;
	} else if (strcmp(how, "illegal") == 0) {
		__builtin_trap();
	}
}

static void op_fault(int n, const char *how)
{
	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0) {
			do_fault(how);
			_exit(0);
		}
		reap(child);
	}
}

// A child dumps core in the working directory.
static void op_dump(int n, const char *sig)
{
	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0) {
			struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

			setrlimit(RLIMIT_CORE, &all);
			signal(atoi(sig), SIG_DFL);
			kill(getpid(), atoi(sig));
			_exit(0);
		}
		reap(child);
	}
}

static void op_sleep(int n, const char *ms)
{
	struct timespec t = { 0, atol(ms) * 1000000 };

	for (int i = 0; i < n; i++)
		syscall(SYS_nanosleep, &t, NULL);
}

static void op_spin(int n, const char *arg)
{
	struct timespec t;
	long end;

	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec * 1000 + t.tv_nsec / 1000000 + n;
	while (t.tv_sec * 1000 + t.tv_nsec / 1000000 < end)
		clock_gettime(CLOCK_MONOTONIC, &t);
}

// n blocks of 4096 bytes past the page cache.
static void direct(int n, const char *path, int flags)
{
	int fd = open(path, flags | O_DIRECT, 0600);
	void *block = NULL;

	if (fd < 0 || posix_memalign(&block, 4096, 4096)) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	memset(block, 1, 4096);
	for (int i = 0; i < n; i++)
		if ((flags == O_RDONLY ? pread(fd, block, 4096, i * 4096L) : pwrite(fd, block, 4096, i * 4096L)) != 4096)
			exit(EXIT_FAILURE);
	close(fd);
	free(block);
}

static void op_dread(int n, const char *path)
{
	direct(n, path, O_RDONLY);
}

static void op_dwrite(int n, const char *path)
{
	direct(n, path, O_WRONLY | O_CREAT);
}

static void op_yield(int n, const char *arg)
{
	(void)arg;
	for (int i = 0; i < n; i++)
		sched_yield();
}

static void op_nice(int n, const char *arg)
{
	(void)arg;
	for (int i = 0; i < n; i++)
		setpriority(PRIO_PROCESS, 0, i + 1);
}

static const struct {
	const char *name;
	void (*run)(int n, const char *arg);
} ops[] = {
	{ "fork", op_fork }, { "vfork", op_vfork }, { "thread", op_thread }, { "exec", op_exec },
	{ "handle", op_handle }, { "ignore", op_ignore }, { "wait", op_wait }, { "die", op_die },
	{ "fault", op_fault }, { "dump", op_dump }, { "sleep", op_sleep }, { "yield", op_yield },
	{ "nice", op_nice }, { "spin", op_spin }, { "dread", op_dread }, { "dwrite", op_dwrite },
};

static int run(char *text)
{
	char *name = strsep(&text, ","), *n = strsep(&text, ",");

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (strcmp(ops[i].name, name))
			continue;
		ops[i].run(n ? atoi(n) : 1, text ? text : "0");
		return 0;
	}
	fprintf(stderr, "process: no operation %s\n", name);
	return -1;
}

int main(int argc, char **argv)
{
	struct rusage before, after;
	char c = 0;

	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	while (c != '\n')
		if (read(STDIN_FILENO, &c, 1) != 1)
			return EXIT_FAILURE;
	getrusage(RUSAGE_THREAD, &before);
	for (int i = 1; i < argc; i++)
		if (run(argv[i]) < 0)
			return EXIT_FAILURE;
	getrusage(RUSAGE_THREAD, &after);
	printf("switches %ld %ld\n", after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw);
	fflush(stdout);
	syscall(SYS_exit_group, 0);
	return 0;
}
