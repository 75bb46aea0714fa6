// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Random bodies of confined programs, in the session of tests/unit/checker_bodies.h and
// the same for the same seed; and a machine that runs one with its eyes open.

#include <stdbool.h>
#include <stdint.h>

struct bpf_insn;

enum { GEN_BODY_MAX = 512 };

// Bodies of what programs do, most with some things bent. kernel: only with what a
// program without CAP_PERFMON may do. Their number of instructions, at most GEN_BODY_MAX.
uint32_t gen_body(uint64_t seed, bool kernel, struct bpf_insn *out);

// Bends one field of one instruction.
void gen_bend(uint64_t *rng, struct bpf_insn *insns, uint32_t n);

// Runs a body with random arguments, results and memory, for some thousand
// instructions at most. NULL, or what it did that no confined program may, with the
// instruction in *at.
const char *run_body(const struct bpf_insn *insns, uint32_t n, uint64_t seed, uint32_t *at);
