// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The registers of a process, see uregs.h. On x86-64 the first 19 are those of
// 32-bit programs under their old numbers, the others those of the amd64 ABI of
// DTrace; on arm64 they are x0 to x30, sp, pc and pstate. The last is the system call.

#include "dlang/types/uregs.h"

#include <stddef.h>

#define REGS(path) { "pt_regs", path, 0 }
#define THREAD(path) { "task_struct", "thread." path, 0 }

static const struct ureg registers[] = {
#if defined(__aarch64__)
#define X(n) [n] = { "pt_regs", "regs", 8 * (n) }
	X(0), X(1), X(2), X(3), X(4), X(5), X(6), X(7), X(8), X(9), X(10), X(11), X(12), X(13), X(14),
	X(15), X(16), X(17), X(18), X(19), X(20), X(21), X(22), X(23), X(24), X(25), X(26), X(27),
	X(28), X(29), X(30),
	[31] = REGS("sp"), [32] = REGS("pc"), [33] = REGS("pstate"), [34] = REGS("syscallno"),
#undef X
#else
	[0] = THREAD("gsindex"), [1] = THREAD("fsindex"), [2] = THREAD("es"), [3] = THREAD("ds"),
	[4] = REGS("di"), [5] = REGS("si"), [6] = REGS("bp"), [7] = REGS("sp"), [8] = REGS("bx"),
	[9] = REGS("dx"), [10] = REGS("cx"), [11] = REGS("ax"), [12] = THREAD("trap_nr"),
	[13] = THREAD("error_code"), [14] = REGS("ip"), [15] = REGS("cs"), [16] = REGS("flags"),
	[17] = REGS("sp"), [18] = REGS("ss"),
	[19] = REGS("r15"), [20] = REGS("r14"), [21] = REGS("r13"), [22] = REGS("r12"), [23] = REGS("r11"),
	[24] = REGS("r10"), [25] = REGS("r9"), [26] = REGS("r8"), [27] = REGS("di"), [28] = REGS("si"),
	[29] = REGS("bp"), [30] = REGS("bx"), [31] = REGS("dx"), [32] = REGS("cx"), [33] = REGS("ax"),
	[34] = THREAD("trap_nr"), [35] = THREAD("error_code"), [36] = REGS("ip"), [37] = REGS("cs"),
	[38] = REGS("flags"), [39] = REGS("sp"), [40] = REGS("ss"), [41] = THREAD("fsindex"),
	[42] = THREAD("gsindex"), [43] = THREAD("es"), [44] = THREAD("ds"), [45] = THREAD("fsbase"),
	[46] = THREAD("gsbase"), [47] = REGS("orig_ax"),
#endif
};

const struct ureg *ureg_find(int64_t index)
{
	if (index < 0 || (uint64_t)index >= sizeof registers / sizeof *registers)
		return NULL;
	return &registers[index];
}
