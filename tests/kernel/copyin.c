// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// copyin STRSIZE: strings and bytes of all lengths around strsize, in the middle
// of memory and against its end, and addresses where nothing is. For each it
// prints what D must say of it and calls getpgid(54321, ADDRESS, LENGTH), the
// kernel ignoring the last two. Starts on a line from stdin.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MARK = 54321, ROOM = 1 << 16 };

static char *memory;		// ROOM bytes, and then nothing
static long strsize;

// Bytes that can be read from s on.
static long left(const char *s)
{
	return s < memory || s >= memory + ROOM ? 0 : memory + ROOM - s;
}

// What copyinstr(s, max) gives; NULL: a fault.
static const char *model(const char *s, long max, char *out)
{
	long cap = max + 1 < strsize ? max + 1 : strsize, n = 0;

	while (n < cap - 1 && n < left(s) && s[n]) {
		out[n] = s[n];
		n++;
	}
	out[n] = 0;
	return n < left(s) ? out : NULL;	// the byte behind what fits is read, too
}

static void say(const char *s, long max)
{
	static char all[ROOM], some[ROOM];
	const char *whole = model(s, strsize, all), *part = model(s, max, some);

	if (whole)
		printf("all %zu <%s>\n", strlen(whole), whole);
	else
		printf("fault %lx\n", (unsigned long)(uintptr_t)s);
	if (part)
		printf("max %ld %zu <%s>\n", max, strlen(part), part);
	else
		printf("fault %lx\n", (unsigned long)(uintptr_t)s);
	fflush(stdout);
	syscall(SYS_getpgid, MARK, s, max);
}

int main(int argc, char **argv)
{
	static const long around[] = { -2, -1, 0, 1, 2 };
	char *end;

	strsize = argc > 1 ? atol(argv[1]) : 256;
	memory = mmap(NULL, ROOM + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || munmap(memory + ROOM, 4096) < 0 || getchar() == EOF)
		return 1;
	end = memory + ROOM;
	for (int i = 0; i < ROOM; i++)
		memory[i] = (char)('a' + i % 26);
	for (int i = 0; i < 5; i++) {		// unterminated but for the end of memory
		say(end - (strsize + around[i]), strsize + around[i]);
		say(end - (strsize + around[i]), 5);
	}
	say(end - 1, 1);
	say(end - 1, 0);
	say(end - 3, 3);
	say(end - 3, 2);
	say(end, 1);
	say((char *)8, 4);
	say(memory + 4090, 20);			// over the end of a page
	end[-1] = 0;
	for (long n = 0; n < 4; n++)
		say(end - 1 - n, n);
	for (int i = 0; i < 5; i++)
		for (long max = strsize - 2; max < strsize + 2; max++)
			say(end - 1 - (strsize + around[i]), max);
	return 0;
}
