// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What uregs[] reads: by index, the registers of a process as the kernel saved
// them. The indices are those of R_ constants in dlang/lib/regs.ARCH.d.

#include <stdint.h>

struct ureg {
	const char *sou, *path;		// a member of struct pt_regs or task_struct
	uint32_t skip;			// bytes behind it
};

// NULL: this machine has no register of that index.
const struct ureg *ureg_find(int64_t index);
