// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// self ARGUMENT...: makes itself a process with something to say about, waits for
// a line on stdin, prints what the system says of it, a line "NAME VALUE..." each,
// and calls getpgid(54321) for D to say the same. With registers it knows.

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MARK = 54321 };

extern char **environ;

static void *wait_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static void get_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave >= 0)
		ioctl(slave, TIOCSCTTY, 0);
}

static void spend(void)
{
	clock_t end = clock() + CLOCKS_PER_SEC / 10;

	while (clock() < end)
		;
}

// In a session of its own: the caller's process group has a leader already.
static void prepare(void)
{
	cpu_set_t one;
	pthread_t t;
	pid_t child;

	setsid();
	get_terminal();
	child = fork();
	if (!child) {
		spend();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof one, &one);
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
	setpriority(PRIO_PROCESS, 0, 5);
	for (int i = 0; i < 2; i++)
		pthread_create(&t, NULL, wait_for_ever, NULL);
	if (setgroups(0, NULL) < 0 || setresgid(11, 12, 13) < 0 || setresuid(21, 22, 23) < 0)
		perror("ids");
	prctl(PR_SET_NAME, "fifteen letters and more");
}

// The numbers of /proc/self/stat behind the name, from field 3 on.
static long stat_field(int n)
{
	char text[1024], *p;
	int fd = open("/proc/self/stat", O_RDONLY);
	ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	text[len > 0 ? len : 0] = 0;
	close(fd);
	p = strrchr(text, ')');
	for (int i = 2; p && i < n; i++)
		p = strchr(p + 1, ' ');
	return p ? atol(p + 1) : -1;
}

static void say_arguments(int argc, char **argv)
{
	char all[4096] = "", comm[16];

	for (int i = 0; i < argc; i++) {
		strcat(all, argv[i]);
		strcat(all, " ");
	}
	all[strlen(all) - 1] = 0;
	prctl(PR_GET_NAME, comm);
	printf("fname %s\n", comm);
	printf("psargs %.79s\n", all);
	printf("execargs %.255s\n", all);
	printf("args %d %lx %lx %d\n", argc, (unsigned long)(uintptr_t)argv, (unsigned long)(uintptr_t)environ,
	       sizeof(long) == 8 ? 2 : 1);
}

static void say_thread(void)
{
	long tty = stat_field(7);
	struct rusage children;
	struct timespec now;

	getrusage(RUSAGE_CHILDREN, &children);
	clock_gettime(CLOCK_BOOTTIME, &now);
	printf("thread %ld %d %d %ld %ld BATCH 0 %d\n", syscall(SYS_gettid), 3, getpriority(PRIO_PROCESS, 0) + 0,
	       stat_field(18), stat_field(39), SYS_getpgid);
	printf("tty %ld %ld\n", (tty >> 8) & 0xfff, (tty & 0xff) | ((tty >> 12) & 0xfff00));
	printf("start %ld\n", time(NULL) - now.tv_sec + stat_field(22) / sysconf(_SC_CLK_TCK));
	printf("ctime %ld\n", (children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000 +
	       (children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1000);
}

static void mark(void)
{
#ifdef __x86_64__
	printf("regs 1212121212121212 1313131313131313 1414141414141414 1515151515151515 808080808080808 "
	       "909090909090909 %x 22 33 %x 1\n", MARK, SYS_getpgid);
	fflush(stdout);
	{
		long r;
		register long r12 __asm__("r12") = 0x1212121212121212, r13 __asm__("r13") = 0x1313131313131313;
		register long r14 __asm__("r14") = 0x1414141414141414, r15 __asm__("r15") = 0x1515151515151515;
		register long r8 __asm__("r8") = 0x0808080808080808, r9 __asm__("r9") = 0x0909090909090909;

		__asm__ volatile("syscall" : "=a"(r) : "0"((long)SYS_getpgid), "D"((long)MARK), "S"(0x22L),
				 "d"(0x33L), "r"(r12), "r"(r13), "r"(r14), "r"(r15), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory");
	}
#else
	fflush(stdout);
	syscall(SYS_getpgid, MARK);
#endif
}

int main(int argc, char **argv)
{
	prepare();
	if (getchar() == EOF)
		return 1;
	printf("ids %d %d %d %d\n", getpid(), getppid(), getpgrp(), getsid(0));
	printf("users %d %d %d %d\n", getuid(), geteuid(), getgid(), getegid());
	say_arguments(argc, argv);
	say_thread();
	mark();
	fflush(stdout);
	_exit(0);
}
