// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// threads OPERATION,NUMBER: what the scheduler does to real-time threads that are bound to CPUs, where nothing else can come
// between. Prints "pid PID", waits for a line on stdin, calls getppid(1), does it, calls getppid(0) and prints what is
// known: "NAME VALUE" a line.
//
//	wake	the main thread (CPU 0) wakes a thread of priority 3 that sleeps on CPU 1, where one of priority 2 runs, NUMBER times
//	yield	a thread of priority 40 that is alone yields NUMBER times
//	inherit	a thread of priority 3 waits for a futex that one of priority 2 holds, NUMBER times
//	barrier	the main thread (CPU 0) interrupts CPU 1, where another thread of it runs, NUMBER times
//	spin	a thread of priority 40 computes for NUMBER ms on CPU 1
//	fight	the main thread (CPU 0) and another (CPU 1) contend for locks for NUMBER ms
//	policy	the main thread makes itself FIFO 7, RR 8, changes that to 9, and goes back

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SLEEPER = 3, RUNNER = 2, ALONE = 40 };

static int count, event;
static atomic_int runs, wakes, stop, go, holding;
static atomic_uint lock;
static atomic_int sleeper_tid, runner_tid;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

static pid_t self(void)
{
	return (pid_t)syscall(SYS_gettid);
}

static void bind_to(int cpu, int priority)
{
	struct sched_param p = { .sched_priority = priority };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	must(sched_setaffinity(0, sizeof set, &set) == 0, "sched_setaffinity");
	must(!priority || sched_setscheduler(0, SCHED_FIFO, &p) == 0, "sched_setscheduler");
}

// Until the thread has moved on from what it has said so far.
static void wait_more(atomic_int *what)
{
	int was = atomic_load(what);

	while (atomic_load(what) == was)
		;
}

static void *run_sleeper(void *arg)
{
	uint64_t n;

	bind_to(1, SLEEPER);
	atomic_store(&sleeper_tid, self());
	while (read(event, &n, sizeof n) == sizeof n && !atomic_load(&stop))
		atomic_fetch_add(&wakes, 1);
	return arg;
}

static void *run_runner(void *arg)
{
	bind_to(1, RUNNER);
	atomic_store(&runner_tid, self());
	while (!atomic_load(&stop))
		atomic_fetch_add(&runs, 1);
	return arg;
}

static pthread_t start(void *(*run)(void *arg))
{
	pthread_t t;

	must(pthread_create(&t, NULL, run, NULL) == 0, "thread");
	return t;
}

static void wake(void)
{
	uint64_t one = 1;

	atomic_store(&stop, 1);
	must(write(event, &one, sizeof one) == sizeof one, "write");
}

// The runner moves on only while the sleeper sleeps.
static void op_wake(void)
{
	pthread_t sleeper, runner;
	uint64_t one = 1;

	event = eventfd(0, EFD_CLOEXEC);
	bind_to(0, 0);
	sleeper = start(run_sleeper);
	while (!atomic_load(&sleeper_tid))
		sched_yield();
	runner = start(run_runner);
	wait_more(&runs);
	syscall(SYS_getppid, 1);
	for (int i = 0; i < count; i++) {
		must(write(event, &one, sizeof one) == sizeof one, "write");
		while (atomic_load(&wakes) <= i)
			;
		wait_more(&runs);
	}
	syscall(SYS_getppid, 0);
	wake();
	pthread_join(sleeper, NULL);
	pthread_join(runner, NULL);
	printf("sleeper %d\nrunner %d\n", atomic_load(&sleeper_tid), atomic_load(&runner_tid));
}

static void op_yield(void)
{
	bind_to(1, ALONE);
	syscall(SYS_getppid, 1);
	for (int i = 0; i < count; i++)
		sched_yield();
	syscall(SYS_getppid, 0);
}

// ---- priority inheritance --------------------------------------------------

static void *run_holder(void *arg)
{
	bind_to(1, RUNNER);
	atomic_store(&runner_tid, self());
	while (!atomic_load(&go))
		;
	for (int i = 0; i < count; i++) {
		must(syscall(SYS_futex, &lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0, "futex");
		atomic_store(&holding, 1);
		while (!(atomic_load(&lock) & FUTEX_WAITERS))
			;
		atomic_store(&holding, 0);
		must(syscall(SYS_futex, &lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0, "futex");
		while (atomic_load(&wakes) <= i)
			;
	}
	return arg;
}

static void op_inherit(void)
{
	pthread_t holder = start(run_holder);

	while (!atomic_load(&runner_tid))
		sched_yield();
	bind_to(0, SLEEPER);
	syscall(SYS_getppid, 1);
	atomic_store(&go, 1);
	for (int i = 0; i < count; i++) {
		while (!atomic_load(&holding))
			;
		must(syscall(SYS_futex, &lock, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0, "futex");
		must(syscall(SYS_futex, &lock, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0) == 0, "futex");
		atomic_fetch_add(&wakes, 1);
	}
	pthread_join(holder, NULL);
	syscall(SYS_getppid, 0);
	printf("holder %d\n", atomic_load(&runner_tid));
}

// ---- others ----------------------------------------------------------------

static void op_barrier(void)
{
	pthread_t runner;

	must(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0, "membarrier");
	bind_to(0, 0);
	runner = start(run_runner);
	wait_more(&runs);
	syscall(SYS_getppid, 1);
	for (int i = 0; i < count; i++)
		must(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0, "membarrier");
	syscall(SYS_getppid, 0);
	atomic_store(&stop, 1);
	pthread_join(runner, NULL);
}

// Two threads at a lock: who writes to an event takes its spinlock, who joins a process group writes to the list of
// tasks, who sends a group a signal reads it.
static void *run_writer(void *arg)
{
	uint64_t one = 1;

	bind_to(1, RUNNER);
	while (!atomic_load(&stop)) {
		syscall(SYS_setpgid, 0, 0);
		syscall(SYS_write, event, &one, sizeof one);
	}
	return arg;
}

static void op_fight(void)
{
	pthread_t writer;
	uint64_t one = 1;
	struct timespec t;
	int64_t begin = 0, at = 0;

	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	syscall(SYS_setpgid, 0, 0);
	writer = start(run_writer);
	bind_to(0, RUNNER);
	syscall(SYS_getppid, 1);
	do {
		for (int i = 0; i < 1000; i++) {
			syscall(SYS_kill, 0, 0);
			syscall(SYS_write, event, &one, sizeof one);
		}
		clock_gettime(CLOCK_MONOTONIC, &t);
		at = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
		begin = begin ? begin : at;
	} while (at < begin + count * 1000000LL);
	syscall(SYS_getppid, 0);
	atomic_store(&stop, 1);
	pthread_join(writer, NULL);
	clock_gettime(CLOCK_MONOTONIC, &t);
	printf("time %lld\n", (long long)((int64_t)t.tv_sec * 1000000000 + t.tv_nsec - begin));
}

struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static void op_spin(void)
{
	struct timespec t;
	int64_t end = 0, at;

	bind_to(1, ALONE);
	syscall(SYS_getppid, 1);
	do {
		clock_gettime(CLOCK_MONOTONIC, &t);
		at = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
		end = end ? end : at + count;
	} while (at < end);
	syscall(SYS_getppid, 0);
}

static void op_policy(void)
{
	struct sched_param seven = { 7 }, nine = { 9 };
	struct attr eight = { .size = sizeof eight, .policy = SCHED_RR, .priority = 8 };
	struct attr back = { .size = sizeof back, .policy = SCHED_OTHER, .nice = 5 };

	syscall(SYS_getppid, 1);
	must(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &seven) == 0, "sched_setscheduler");
	must(syscall(SYS_sched_setattr, 0, &eight, 0) == 0, "sched_setattr");
	must(syscall(SYS_sched_setparam, 0, &nine) == 0, "sched_setparam");
	must(syscall(SYS_sched_setattr, 0, &back, 0) == 0, "sched_setattr");
	syscall(SYS_getppid, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} ops[] = {
	{ "wake", op_wake }, { "yield", op_yield }, { "inherit", op_inherit }, { "barrier", op_barrier },
	{ "policy", op_policy }, { "spin", op_spin }, { "fight", op_fight },
};

int main(int argc, char **argv)
{
	const char *number = argc > 1 ? strchr(argv[1], ',') : NULL;
	char c;

	if (!number)
		return EXIT_FAILURE;
	count = atoi(number + 1);
	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	if (read(STDIN_FILENO, &c, 1) != 1)
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (strncmp(argv[1], ops[i].name, (size_t)(number - argv[1])) == 0)
			ops[i].run();
	fflush(stdout);
	syscall(SYS_exit_group, 0);
	return 0;
}
