// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a process was called with: read from its own memory, which can be seen
// from a thread of it only, and where the pages are present.

#include "dlang/runtime/rt.bpf.h"

// The memory of a task's process, 0 if it is not the memory at hand.
INLINE u64 memory(const struct dt_members *k, s64 task, s64 current)
{
	u64 mm = word_at((u64)task + k->at[MEMBER_TASK_MM]);

	return mm && mm == word_at((u64)current + k->at[MEMBER_TASK_MM]) ? mm : 0;
}

// dst = [comm].
INLINE s64 bracketed(struct dt_str *dst, u64 comm)
{
	u64 size = strsize(), n = size - 1;

	dst->b[0] = '[';
	read_kernel(dst->b + 1, n > 16 ? 16 : (u32)n, comm);	// 16 with the NUL
	dst->b[n] = 0;
	n = length(dst, size);
	if (n > size - 2)
		n = size - 2;
	dst->b[n] = ']';
	dst->b[n + 1] = 0;
	return 0;
}

// dst = the arguments of a task's process, with blanks between them; its name in
// brackets when they cannot be read.
GLOBAL s64 dt_task_args(struct dt_str *dst, const struct dt_members *k, s64 task, s64 current)
{
	u64 size = strsize(), mm, from, n, end = 0;

	if (!dst || !k)
		return -1;
	HIDE(dst);
	mm = memory(k, task, current);
	from = mm ? word_at(mm + k->at[MEMBER_MM_ARGS]) : 0;
	n = mm ? word_at(mm + k->at[MEMBER_MM_ARGS_END]) - from : 0;
	if (n > size - 1)
		n = size - 1;
	n &= 4095;
	if (n > size - 1 || !n || read_user(dst, (u32)n, from))
		return bracketed(dst, (u64)task + k->at[MEMBER_TASK_COMM]);
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), w = load(dst, p), z = zeros(w);

		if (i >= n)
			break;
		if (z != HIGHS)
			end = forget(p + last(z ^ HIGHS) + 1, w);
		store(dst, p, w | z >> 2);
	}
	HIDE(end);
	if (end > n)
		end = n;
	HIDE(end);
	if (end < size)
		dst->b[end] = 0;
	return end ? 0 : bracketed(dst, (u64)task + k->at[MEMBER_TASK_COMM]);
}

// How many arguments, from where the first stack began; 0: it cannot be read.
GLOBAL s64 dt_task_argc(const struct dt_members *k, s64 task, s64 current)
{
	u64 mm;
	u32 n = 0;

	if (!k)
		return 0;
	mm = memory(k, task, current);
	if (!mm || read_user(&n, 4, word_at(mm + k->at[MEMBER_MM_STACK])))
		return 0;
	return n;
}
