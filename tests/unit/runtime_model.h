// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The D run-time library once more, in plain C, byte by byte: what the BPF
// functions are compared with. A string is size bytes, with or without a NUL.

#include <stdint.h>

struct model_call {
	uint32_t size;		// strsize
	uint8_t *dst;
	const uint8_t *s, *t;	// the strings read, in order
	int64_t n[4];		// the numbers, in order
};

// A row per function of dlang/runtime/runtime.def.
struct model {
	const char *name, *args;
	int64_t (*run)(const struct model_call *c);
};

extern const struct model runtime_models[];
extern const uint32_t runtime_model_count;
