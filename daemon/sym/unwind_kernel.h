// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where the walk of user stacks finds things in the running kernel, by its BTF.

#include <stdint.h>

enum unwind_number {
	UNWIND_K_TASK_MM, UNWIND_K_MM_ROOT, UNWIND_K_MM_VDSO, UNWIND_K_MM_START_STACK, UNWIND_K_VMA_START, UNWIND_K_VMA_END,
	UNWIND_K_VMA_PGOFF, UNWIND_K_VMA_FILE, UNWIND_K_FILE_INODE, UNWIND_K_INODE_NUMBER,
	UNWIND_K_INODE_SUPER, UNWIND_K_SUPER_DEVICE, UNWIND_K_FILE_MODE, UNWIND_K_BACKING_DENTRY,
	UNWIND_K_DENTRY_INODE, UNWIND_K_MODE_BACKING, UNWIND_K_PAGE_SHIFT, UNWIND_K_USABLE,
	UNWIND_K_N
};

// The name that the run-time library has for it.
const char *unwind_number_name(enum unwind_number i);

// Always fills in all; when something is not as the walk knows it, all are 0,
// UNWIND_K_USABLE too, and *missing names it. It is NULL otherwise.
void unwind_numbers(uint64_t numbers[UNWIND_K_N], const char **missing);
