// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The D run-time library, as instructions: functions found by name in the BPF
// objects that were embedded at build time (dlang/runtime/objects.h). It is
// trusted code. What a runtime *.bpf.c may contain:
//   - functions in .text, static or not; names are unique over all objects
//   - calls among them, within an object or not (R_BPF_64_32, or already
//     resolved by the assembler)
//   - the immediate RUNTIME_STRSIZE, give or take 16, where the session's
//     strsize is meant
//   - 64-bit loads of symbols that no object defines (R_BPF_64_64): values that
//     the core has: a map (dt_map_NAME), or a number (dt_k_NAME)
// and nothing else: no maps of its own, no .rodata, no globals.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_insn;

enum { RUNTIME_STRSIZE = 0x57525a45 };

// A call at insn to the function of that number.
struct runtime_call {
	uint32_t insn, function;
};

// A 64-bit load at insn of a value that the core has.
struct runtime_ref {
	uint32_t insn;
	char *name;
};

struct runtime_function {
	char *name;
	const struct bpf_insn *insns;	// in the embedded object
	uint32_t n;
	struct runtime_call *calls;
	uint32_t ncalls;
	struct runtime_ref *refs;
	uint32_t nrefs;
};

// What a reference gets: the fd of a map, or a number.
struct runtime_value {
	const char *name;
	bool is_map;
	uint64_t value;
};

struct runtime {
	struct runtime_function *functions;
	uint32_t nfunctions;
};

// Reads the embedded objects: 0 or a negative errno (-EBADMSG: an object holds
// what it must not, which is a bug of the build; it is logged).
int runtime_open(struct runtime *rt);
void runtime_close(struct runtime *rt);

// The number of a function, or -ENOENT.
int runtime_find(const struct runtime *rt, const char *name);

// Whether it is for other run-time functions only, not for what a worker made.
bool runtime_is_private(const char *name);

// Whether a function, or one that it calls, has references.
bool runtime_needs_values(const struct runtime *rt, uint32_t function);

// Puts the values in a copy of a function's instructions. 0, or -ENOENT: one is
// not among them (logged).
int runtime_put_values(const struct runtime_function *f, struct bpf_insn *insns,
	const struct runtime_value *values, size_t n);
