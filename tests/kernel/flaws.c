// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// flaws N [PROGRAM ARGUMENT...]: waits for a line on stdin; then calls getppid() N
// times each where its stack is whole, where a caller has no unwind table but a frame
// pointer, and where it has neither. Executes a program in the end, if one is given.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int by_pointer(void);
int by_nothing(void);

// Without the call frame information that a compiler would write.
#ifdef __x86_64__
__asm__(".text\n"
	".p2align 8\n"
	"by_pointer:\n"
	"	push %rbp\n"
	"	mov %rsp, %rbp\n"
	"	call getppid@PLT\n"
	"	pop %rbp\n"
	"	ret\n"
	".p2align 8\n"
	"by_nothing:\n"
	"	push %rbp\n"
	"	mov $1, %ebp\n"
	"	call getppid@PLT\n"
	"	pop %rbp\n"
	"	ret\n"
	".p2align 8\n");
#else
int by_pointer(void)
{
	return getppid();
}

int by_nothing(void)
{
	return getppid();
}
#endif

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0, sum = 0;
	char line[16];

	if (!fgets(line, sizeof line, stdin))
		return EXIT_FAILURE;
	for (int i = 0; i < n; i++)
		sum += getppid() + by_pointer() + by_nothing();
	if (argc > 2)
		execv(argv[2], argv + 2);
	return sum == 0;
}
