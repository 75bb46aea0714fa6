// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Walks over structures of the kernel: ancestors of a process, directories of a
// path. Where members are is told by the compiler, which has the kernel's BTF.

#include "dlang/runtime/rt.bpf.h"

// 1 if the process is the one of a task or an ancestor of it, else 0.
GLOBAL s64 dt_progenyof(s64 of, int pid, u32 parent_off, u32 pid_off)
{
	u64 task = (u64)of;

	for (int i = 0; i < 256; i++) {
		u64 up;
		int id = 0;

		if (read_kernel(&id, 4, task + pid_off))
			return 0;
		if (id == pid)
			return 1;
		up = word_at(task + parent_off);
		if (!up || up == task)
			return 0;
		task = up;
	}
	return 0;
}

// The file behind a descriptor of a task's process; 0: there is none.
GLOBAL s64 dt_getf(const struct dt_members *k, s64 task, s64 fd)
{
	u64 table, files;
	u32 max = 0;

	if (!k)
		return 0;
	files = word_at((u64)task + k->at[MEMBER_TASK_FILES]);
	table = files ? word_at(files + k->at[MEMBER_FILES_FDT]) : 0;
	if (!table || read_kernel(&max, 4, table + k->at[MEMBER_FDT_MAX]) || (u64)fd >= max)
		return 0;
	return (s64)word_at(word_at(table + k->at[MEMBER_FDT_FD]) + (u64)fd * 8);
}
