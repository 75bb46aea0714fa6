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
// and nothing else: no maps, no .rodata, no globals.

#include <stddef.h>
#include <stdint.h>

struct bpf_insn;

enum { RUNTIME_STRSIZE = 0x57525a45 };

// A call at insn to the function of that number.
struct runtime_call {
	uint32_t insn, function;
};

struct runtime_function {
	char *name;
	const struct bpf_insn *insns;	// in the embedded object
	uint32_t n;
	struct runtime_call *calls;
	uint32_t ncalls;
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
