// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The body of a confined program, as it comes from a worker: any instructions, in the
// session of tests/unit/checker_bodies.h. The checker must end soon whatever they are,
// and what it lets pass must do nothing wrong when it runs. The mutator bends single
// instructions, or begins with a random body of what programs do.

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/policy/checker.h"
#include "tests/gen/bodies.h"
#include "tests/gen/gen.h"
#include "tests/unit/checker_bodies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

enum { MAX = 4096, RUNS = 4, SECONDS_MAX = 5 };	// some ms are meant: with sanitizers, on a busy machine

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bpf_insn insns[MAX];
	static struct bpf_reloc relocs[MAX];
	uint32_t n = (uint32_t)(size / sizeof *insns), at;
	struct check_request q;
	struct reason why;
	clock_t began = clock();
	int r;

	if (n > MAX)
		return 0;
	memcpy(insns, data, n * sizeof *insns);
	q = checker_request(insns, n, relocs);
	r = checker_body(&q, &why);
	if (clock() - began > SECONDS_MAX * CLOCKS_PER_SEC)
		abort();
	for (uint64_t i = 0; i < RUNS && !r; i++) {
		const char *wrong = run_body(insns, n, i, &at);

		if (!wrong)
			continue;
		fprintf(stderr, "instruction %u %s\n", at, wrong);
		abort();
	}
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct bpf_insn body[GEN_BODY_MAX];
	uint64_t rng = seed;
	uint32_t n = (uint32_t)(size / sizeof *body), k = gen_pick(&rng, 32);

	if (!k)
		return LLVMFuzzerMutate(data, size, max);
	if (k > 1 && n) {
		size = n * sizeof *body;
		memcpy(body, data, size > sizeof body ? sizeof body : size);
		for (k &= 3; k; k--)
			gen_bend(&rng, body, n > GEN_BODY_MAX ? GEN_BODY_MAX : n);
		memcpy(data, body, size > sizeof body ? sizeof body : size);
		return size;
	}
	size = gen_body(seed, false, body) * sizeof *body;
	size = size > max ? max / sizeof *body * sizeof *body : size;
	memcpy(data, body, size);
	return size;
}
