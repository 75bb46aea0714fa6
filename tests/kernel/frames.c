// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// frames COUNT: for each line on stdin makes COUNT system calls
// getppid from a function that is three calls below main(), with frame pointers, and says
// where it came from: "pid PID" first, "return ADDRESS" for each of the three
// innermost calls, the last one first. It then blocks in read() of stdin.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __clang__
#define FRAME __attribute__((noinline, disable_tail_calls))
#else
#define FRAME __attribute__((noinline, noclone, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls")))
#endif

static void *returns[3];

// A system call from here, without a function of libc in between.
static inline long call_getppid(void)
{
#if defined(__x86_64__)
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "0"(SYS_getppid) : "rcx", "r11", "memory");
	return r;
#elif defined(__aarch64__)
	register long nr __asm__("x8") = SYS_getppid;
	register long r __asm__("x0");

	__asm__ volatile("svc 0" : "=r"(r) : "r"(nr) : "memory");
	return r;
#endif
}

FRAME static long third(long count)
{
	long r = 0;

	returns[0] = __builtin_return_address(0);
	for (long i = 0; i < count; i++)
		r += call_getppid();
	return r;
}

FRAME static long second(long count)
{
	returns[1] = __builtin_return_address(0);
	return third(count) + 1;
}

FRAME static long first(long count)
{
	returns[2] = __builtin_return_address(0);
	return second(count) + 1;
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 1;
	char c;

	printf("pid %d\n", getpid());
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) == 1) {
		if (c != '\n')
			continue;
		if (first(count) < 0)
			return 1;
		for (int i = 0; i < 3; i++)
			printf("return 0x%lx\n", (unsigned long)(uintptr_t)returns[i]);
		fflush(stdout);
	}
	return 0;
}
