// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// trigger OPERATION...: makes exact numbers of known system calls. An operation
// is NAME[,NUMBER[,ARGUMENT]], see the table. The program waits for a line on
// stdin, does them, writes "calls NR COUNT" for each number it has called since
// then (these writes and the exit included), and "pid PID" first of all.
// From the line on it makes no call that it does not count.

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_NR = 1024, UNKNOWN_NR = 1000 };

static uint64_t counts[MAX_NR];
static char buffer[1 << 16];

static long call6(long nr, long a, long b, long c, long d, long e, long f)
{
	counts[nr]++;
	return syscall(nr, a, b, c, d, e, f);
}

static long call3(long nr, long a, long b, long c)
{
	return call6(nr, a, b, c, 0, 0, 0);
}

static long address(const void *p)
{
	return (long)(intptr_t)p;
}

// Six arguments with every byte in use.
static void op_getppid(const char *arg)
{
	(void)arg;
	call6(SYS_getppid, 0x1111111111111111, -2, 0x7fffffffffffffff, 0x123456789abcdef0, 5, 6);
}

static void op_read(const char *arg)
{
	static int fd = -1;

	if (fd < 0)
		fd = (int)call3(SYS_openat, AT_FDCWD, address("/dev/zero"), O_RDONLY);
	call3(SYS_read, fd, address(buffer), atol(arg));
}

static void op_write(const char *arg)
{
	static int fd = -1;

	if (fd < 0)
		fd = (int)call3(SYS_openat, AT_FDCWD, address("/dev/null"), O_WRONLY);
	call3(SYS_write, fd, address(arg), (long)strlen(arg));
}

// Leaves no descriptor behind.
static void op_openat(const char *arg)
{
	long fd = call3(SYS_openat, AT_FDCWD, address(arg), O_RDONLY);

	if (fd >= 0)
		call3(SYS_close, fd, 0, 0);
}

static void op_open(const char *arg)
{
#ifdef SYS_open
	long fd = call3(SYS_open, address(arg), O_RDONLY, 0);

	if (fd >= 0)
		call3(SYS_close, fd, 0, 0);
#else
	op_openat(arg);
#endif
}

// EBADF
static void op_close(const char *arg)
{
	call3(SYS_close, atol(arg), 0, 0);
}

// EFAULT, and nothing for copyin() to read
static void op_badwrite(const char *arg)
{
	call3(SYS_write, 1, strtol(arg, NULL, 0), 5);
}

// A result that needs 64 bits.
static void op_lseek(const char *arg)
{
	long fd = call3(SYS_openat, AT_FDCWD, address("/proc/self/exe"), O_RDONLY);

	call3(SYS_lseek, fd, strtol(arg, NULL, 0), SEEK_SET);
	call3(SYS_close, fd, 0, 0);
}

// ENOSYS
static void op_unknown(const char *arg)
{
	(void)arg;
	call3(UNKNOWN_NR, 1, 2, 3);
}

// By the 32-bit gate, so that the number means another call: 64 is getppid there. Not counted.
static void op_int80(const char *arg)
{
#ifdef __x86_64__
	long result;

	(void)arg;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(64L) : "memory", "r8", "r9", "r10", "r11");
#else
	(void)arg;
#endif
}

static void *thread_calls(void *arg)
{
	for (long n = *(const long *)arg; n > 0; n--)
		syscall(SYS_gettid);
	return NULL;
}

// Four threads at once; what the C library does for them is not counted, gettid is.
static void op_threads(const char *arg)
{
	pthread_t threads[4];
	long n = atol(arg);

	for (int i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, thread_calls, &n) != 0)
			_exit(EXIT_FAILURE);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	counts[SYS_gettid] += 4 * (uint64_t)n;
}

// A child that exits with a status; neither is counted.
static void op_fork(const char *arg)
{
	int status = atoi(arg);
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child == 0)
		syscall(SYS_exit_group, status);
	syscall(SYS_wait4, child, &status, 0, NULL);
}

// A child that executes the program; not counted.
static void op_exec(const char *arg)
{
	char *argv[] = { (char *)(intptr_t)arg, NULL };
	int status;
	pid_t child = fork();

	if (child == 0) {
		execv(arg, argv);
		_exit(EXIT_FAILURE);
	}
	waitpid(child, &status, 0);
}

// A message is sent and received.
static void op_message(const char *arg)
{
	struct { long type; char text[32]; } m = { 1, "message" };
	long queue = call3(SYS_msgget, IPC_PRIVATE, 0600, 0);

	(void)arg;
	call6(SYS_msgsnd, queue, address(&m), sizeof m.text, 0, 0, 0);
	call6(SYS_msgrcv, queue, address(&m), sizeof m.text, 0, 0, 0);
	call3(SYS_msgctl, queue, IPC_RMID, 0);
}

// Up and down.
static void op_semaphore(const char *arg)
{
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };
	long set = call3(SYS_semget, IPC_PRIVATE, 1, 0600);

	(void)arg;
	call3(SYS_semop, set, address(&up), 1);
	call6(SYS_semtimedop, set, address(&down), 1, 0, 0, 0);
	call3(SYS_semctl, set, 0, IPC_RMID);
}

static void op_stat(const char *arg)
{
	static char st[512];

	call6(SYS_newfstatat, AT_FDCWD, address(arg), address(st), 0, 0, 0);
}

// How much there is to read, the last byte, and three pages mapped.
static void op_look(const char *arg)
{
	static int n;
	long fd = call3(SYS_openat, AT_FDCWD, address(arg), O_RDONLY);

	call3(SYS_ioctl, fd, FIONREAD, address(&n));
	call3(SYS_lseek, fd, 99, SEEK_SET);
	call6(SYS_mmap, 0, 3 * 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	call3(SYS_close, fd, 0, 0);
}

static void op_sleep(const char *arg)
{
	struct timespec t = { 0, atol(arg) * 1000000 };

	call3(SYS_nanosleep, address(&t), 0, 0);
}

// Milliseconds of CPU time in user mode; the clock is read without a system call. Between two readings next to each other
// the program has been on the CPU, if they are not far apart (an emulated machine takes its time for each).
static void op_spin(const char *arg)
{
	int64_t left = atol(arg) * 1000000, last = 0, now;
	struct timespec t;

	while (left > 0) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		now = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
		if (last && now - last < 1000000)
			left -= now - last;
		last = now;
	}
}

static const struct operation {
	const char *name;
	void (*run)(const char *arg);
	const char *arg;	// by default
} operations[] = {
	{ "getppid", op_getppid, "" },
	{ "read", op_read, "1" },
	{ "write", op_write, "hello" },
	{ "openat", op_openat, "/dev/null" },
	{ "open", op_open, "/dev/null" },
	{ "close", op_close, "-1" },
	{ "badwrite", op_badwrite, "0x10" },
	{ "lseek", op_lseek, "0x123456789ab" },
	{ "unknown", op_unknown, "" },
	{ "int80", op_int80, "" },
	{ "threads", op_threads, "1" },
	{ "fork", op_fork, "0" },
	{ "exec", op_exec, "/bin/true" },
	{ "message", op_message, "" },
	{ "semaphore", op_semaphore, "" },
	{ "stat", op_stat, "/dev/null" },
	{ "look", op_look, "/proc/self/exe" },
	{ "sleep", op_sleep, "10" },
	{ "spin", op_spin, "10" },
};

// "NAME,NUMBER,ARGUMENT"
static int run(char *text)
{
	const char *name = strtok(text, ","), *number = strtok(NULL, ","), *arg = strtok(NULL, "");
	const struct operation *op;

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		op = &operations[i];
		if (!name || strcmp(op->name, name) != 0)
			continue;
		for (long n = number ? atol(number) : 1; n > 0; n--)
			op->run(arg ? arg : op->arg);
		return 0;
	}
	return -EINVAL;
}

static void report(void)
{
	size_t n = 0;

	counts[SYS_write]++;
	counts[SYS_exit_group]++;
	for (int nr = 0; nr < MAX_NR; nr++)
		if (counts[nr])
			n += (size_t)snprintf(buffer + n, sizeof(buffer) - n, "calls %d %llu\n", nr,
					      (unsigned long long)counts[nr]);
	if (syscall(SYS_write, 1, buffer, n) != (long)n)
		_exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	char c = 0;

	printf("pid %d\n", (int)getpid());
	fflush(stdout);
	while (c != '\n')
		if (syscall(SYS_read, 0, &c, 1) != 1)
			return EXIT_FAILURE;
	for (int i = 1; i < argc; i++)
		if (run(argv[i]) < 0)
			return EXIT_FAILURE;
	report();
	syscall(SYS_exit_group, 0);
	return 0;
}
