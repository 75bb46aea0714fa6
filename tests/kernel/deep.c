// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Threads that block in read(), each below another kind of frame. Every byte on
// stdin goes to all of them, so that each comes back to read() once; they end
// with it.

#include <alloca.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KINDS = 5 };

#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noinline, noclone))
#endif

static int pipes[KINDS][2];
static __thread int here;

static NOINLINE int block(void)
{
	char byte;
	int n = 0;

	while (read(here, &byte, 1) == 1)
		n++;
	return n;
}

static NOINLINE int recurse(int n)
{
	volatile char frame[96];

	frame[n] = (char)n;
	if (n == 0)
		return block();
	return recurse(n - 1) + frame[n];
}

static int compare(const void *a, const void *b)
{
	return block() - *(const int *)a + *(const int *)b;
}

static NOINLINE int by_library(void)
{
	int v[] = { 2, 1 };

	qsort(v, 2, sizeof *v, compare);
	return v[0];
}

static void on_signal(int number)
{
	(void)number;
	recurse(2);
}

static NOINLINE int by_signal(void)
{
	signal(SIGUSR1, on_signal);
	return raise(SIGUSR1) + 1;
}

static NOINLINE int by_alloca(size_t n)
{
	volatile char *p = alloca(n);

	p[n - 1] = 1;
	return recurse(3) + p[n - 1];
}

static NOINLINE int by_alignment(void)
{
	uint64_t words[8] __attribute__((aligned(64))) = { 0 };
	int r;

	__asm__ volatile("" : : "r"(words) : "memory");
	r = recurse(1);
	__asm__ volatile("" : : "r"(words) : "memory");
	return r + (int)words[0];
}

static void *run(void *arg)
{
	int kind = (int)(intptr_t)arg;
	volatile int sink = 0;

	here = pipes[kind][0];
	switch (kind) {
	case 0: sink += recurse(20); break;
	case 1: sink += by_library(); break;
	case 2: sink += by_signal(); break;
	case 3: sink += by_alloca(5000); break;
	case 4: sink += by_alignment(); break;
	}
	return (void *)(intptr_t)(sink != 0);
}

int main(void)
{
	pthread_t threads[KINDS];
	char byte;

	for (int i = 0; i < KINDS; i++) {
		if (pipe(pipes[i]) || pthread_create(&threads[i], NULL, run, (void *)(intptr_t)i))
			return 1;
	}
	while (read(0, &byte, 1) == 1) {
		for (int i = 0; i < KINDS; i++) {
			if (write(pipes[i][1], &byte, 1) != 1)
				return 1;
		}
	}
	for (int i = 0; i < KINDS; i++)
		close(pipes[i][1]);
	for (int i = 0; i < KINDS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
