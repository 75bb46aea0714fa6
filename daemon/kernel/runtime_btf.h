// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The types of a program with run-time functions. With them the kernel takes
// the functions as global ones: it verifies each on its own, for any string of
// strsize bytes, instead of again in every call.

#include <stdint.h>

#include "daemon/kernel/runtime.h"

struct bpf_func_info;

struct runtime_btf {
	int fd;				// of the loaded BTF, -1: none
	struct bpf_func_info *funcs;	// the program itself and its functions, in order of place
	uint32_t n;
};

// placed[i] is 1 + the instruction at which function i of the library starts, 0
// when the program does not have it; the program itself starts at 0. 0, or a
// negative errno; -EBADMSG: a function that dlang/runtime/runtime.def lacks.
int runtime_btf_open(
	struct runtime_btf *b, const struct runtime *rt, const uint32_t *placed, uint32_t strsize);
void runtime_btf_close(struct runtime_btf *b);
