// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Functions to be traced. Waits for a line on its standard input if there is an argument
// "wait"; then works: 1000 calls of step(), one of ten(), 50 of twice() in a second thread,
// 20 of nested() by recursion, then of a child after fork() 10 of step(). Says on standard
// output what a tracer must have seen. With "text" it waits for a second line at the end.

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT static __attribute__((noinline, used))

KEPT long step(long n)
{
	__asm__ volatile("" : "+r"(n));
	return n + 1;
}

KEPT long ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j)
{
	__asm__ volatile("" : "+r"(a), "+r"(g));
	return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10;
}

KEPT int twice(int n)
{
	__asm__ volatile("" : "+r"(n));
	return n * 2;
}

KEPT long nested(long depth)
{
	long n = depth ? nested(depth - 1) : 0;

	__asm__ volatile("" : "+r"(n));
	return n + depth;
}

KEPT const char *greeting(const char *name)
{
	__asm__ volatile("" : "+r"(name));
	return name + 1;
}

static void *second_thread(void *arg)
{
	for (int i = 0; i < 50; i++)
		twice(-i);
	return arg;
}

static void work(void)
{
	pthread_t thread;
	char name[] = "xhello";		// in memory that has been touched
	long sum = 0;

	for (long i = 0; i < 1000; i++)
		sum += step(i);
	sum += ten(1, -2, 3, 4, 5, 6, 7, -8, 9, 0x7000000000000001);
	sum += nested(19);
	sum += *greeting(name);
	if (!pthread_create(&thread, NULL, second_thread, NULL))
		pthread_join(thread, NULL);
	printf("sum %ld\n", sum);
	fflush(stdout);
}

static void wait_for_line(void)
{
	char c;

	while (read(0, &c, 1) == 1 && c != '\n')
		;
}

int main(int argc, char **argv)
{
	pid_t child;

	if (argc > 1)
		wait_for_line();
	work();
	child = fork();
	if (child == 0) {
		for (long i = 0; i < 10; i++)
			step(100000 + i);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	if (argc > 1 && strcmp(argv[1], "text") == 0)
		wait_for_line();
	return 0;
}
