// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// generate program SEED: a random program, on stdout.
// generate values SEED PROGRAM EXPECTED: one with what it must print, into two files.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/gen.h"

static int write_file(const char *path, const struct sbuf *b)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(b->s, 1, b->n, f) != b->n) {
		perror(path);
		return 1;
	}
	return fclose(f) != 0;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(256u << 20, NULL, NULL);
	struct sbuf program, expected;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	sbuf_init(&program, a);
	sbuf_init(&expected, a);
	if (argc == 3 && !strcmp(argv[1], "program")) {
		gen_program(seed, &program);
		fwrite(program.s, 1, program.n, stdout);
		return 0;
	}
	if (argc == 5 && !strcmp(argv[1], "values")) {
		gen_values(seed, &program, &expected);
		return write_file(argv[3], &program) || write_file(argv[4], &expected);
	}
	fprintf(stderr, "usage: generate program SEED, or generate values SEED PROGRAM EXPECTED\n");
	return 2;
}
