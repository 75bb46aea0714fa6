// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Baseline: the same by user stack and process.

#define STACK_FLAGS BPF_F_USER_STACK
#include "tests/bench/kstack.bpf.c"
