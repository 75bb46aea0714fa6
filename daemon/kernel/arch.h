// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where a machine keeps what the guard reads of struct pt_regs.

#include <asm/ptrace.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>

// SYSCALL leaves the return address in rcx, int 0x80 does not: a 64-bit program's
// call by the 32-bit gate shows. Not on processors with FRED, which spare rcx.
static inline bool arch_marks_syscalls(void)
{
	unsigned int a, b, c, d;

	return !__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & 1u << 17);
}

enum {
	ARCH_REGS_RETURN = offsetof(struct pt_regs, rcx),
	// Calls that leave with other registers than they came with.
	ARCH_NR_EXECVE = 59, ARCH_NR_EXECVEAT = 322,
	ARCH_REGS_SIZE = sizeof(struct pt_regs),
	ARCH_PERF_ADDR = sizeof(struct pt_regs) + 8,	// of struct bpf_perf_event_data
	ARCH_REGS_PC = offsetof(struct pt_regs, rip),
	ARCH_REGS_NR = offsetof(struct pt_regs, orig_rax),	// of the system call
	// (regs[MODE] & USER_MASK) == USER_VALUE: user mode was interrupted.
	ARCH_REGS_MODE = offsetof(struct pt_regs, cs),
	ARCH_USER_MASK = 3, ARCH_USER_VALUE = 3,
	// (regs[MODE] & ABI_MASK) == ABI_NATIVE: a 64-bit caller (__USER_CS). Read with
	// 2 bytes: newer kernels have a union there whose first member is that wide.
	ARCH_MODE_LOAD = BPF_H, ARCH_ABI_MASK = 0xffff, ARCH_ABI_NATIVE = 0x33,
	// Numbers from here on belong to another ABI (x32).
	ARCH_NR_LIMIT = 0x40000000,
	ARCH_REGS_SP = offsetof(struct pt_regs, rsp),
	ARCH_REGS_RESULT = offsetof(struct pt_regs, rax),	// of a function
	ARCH_PARAM_REGS = 6,		// its first parameters are in registers
	ARCH_PARAM_STACK = 8,		// the next at this distance above sp when it is entered
};

static inline int16_t arch_param_reg(unsigned int i)
{
	static const int16_t regs[ARCH_PARAM_REGS] = {
		offsetof(struct pt_regs, rdi), offsetof(struct pt_regs, rsi), offsetof(struct pt_regs, rdx),
		offsetof(struct pt_regs, rcx), offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
	};

	return regs[i];
}
#elif defined(__aarch64__)
static inline bool arch_marks_syscalls(void)
{
	return false;		// one gate for each ABI
}

enum {
	ARCH_REGS_RETURN = 0, ARCH_NR_EXECVE = 221, ARCH_NR_EXECVEAT = 281,
	ARCH_REGS_SIZE = sizeof(struct user_pt_regs),
	ARCH_PERF_ADDR = sizeof(struct user_pt_regs) + 8,
	ARCH_REGS_PC = offsetof(struct user_pt_regs, pc),
	// The kernel's pt_regs goes on with orig_x0 and syscallno.
	ARCH_REGS_NR = sizeof(struct user_pt_regs) + 8,
	ARCH_REGS_MODE = offsetof(struct user_pt_regs, pstate),
	ARCH_USER_MASK = 0xc, ARCH_USER_VALUE = 0,
	ARCH_MODE_LOAD = BPF_DW, ARCH_ABI_MASK = 0x10, ARCH_ABI_NATIVE = 0,
	ARCH_NR_LIMIT = 0x40000000,
	ARCH_REGS_SP = offsetof(struct user_pt_regs, sp),
	ARCH_REGS_RESULT = 0, ARCH_PARAM_REGS = 8, ARCH_PARAM_STACK = 0,
};

static inline int16_t arch_param_reg(unsigned int i)
{
	return (int16_t)(8 * i);
}
#else
#error "the guard does not know this machine's pt_regs"
#endif
