// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Stacks. These functions are handed the program's context, which only the
// kernel's helper may look into: they are checked in each program that calls
// them, not by themselves. A buffer for n frames has n words, that of a kernel
// stack SPARE more, and all of it is zero before and zero behind the frames that
// were found. They return the number of frames.

#include "dlang/runtime/rt.bpf.h"

static u64 (*const get_func_ip)(void *ctx) = (void *)173;
static long (*const get_stack)(void *ctx, void *buf, u32 size, u64 flags) = (void *)67;

enum { MAX_FRAMES = 128, SPARE = 2 };

INLINE s64 frames_in(long bytes)
{
	return bytes > 0 ? bytes >> 3 : 0;
}

// The kernel stack from where the context says the kernel was: a clock's.
GLOBAL s64 dt_kstack(void *ctx, u64 *frames, u64 n)
{
	return frames_in(get_stack(ctx, frames, (u32)n * 8, 0));
}

INLINE u64 is_in(u64 address, u64 range)
{
	return (address - range & 0xffffffffffff) < range >> 48;
}

// Moves the frames one down, up to the zero behind them.
INLINE void shift(u64 *frames, u64 n)
{
	for (u64 i = 0; i < MAX_FRAMES && i < n; i++) {
		HIDE(i);
		frames[i] = frames[i + 1];
		if (!frames[i])
			break;
	}
}

// The kernel stack from a tracepoint on. It begins with this function, the program
// and bpf_trace_runN, which calls programs. The tracepoint calls that by a function
// of its own, if the compiler left it one, and when more than one program follows
// it by another one: each is a range, 48 bits of its address below 16 of its size,
// 0 for unknown.
GLOBAL s64 dt_tpstack(void *ctx, u64 *frames, u64 n, u64 one, u64 many)
{
	enum { SKIP = 3 };
	u64 got;

	got = (u64)frames_in(get_stack(ctx, frames, (u32)(n + SPARE) * 8, SKIP));
	for (u64 i = 0; i < SPARE; i++) {
		if (!is_in(frames[0], one) && !is_in(frames[0], many))
			break;
		shift(frames, n + SPARE - 1);
		got--;
	}
	frames[n] = frames[n + 1] = 0;
	return (s64)(got < n ? got : n);
}

// The kernel stack of a function: from its caller on. It begins with skip frames of what runs the program; then comes
// the function, close to its beginning, if the unwinder sees it.
GLOBAL s64 dt_fnstack(void *ctx, u64 *frames, u64 n, u64 skip)
{
	enum { ENTRY = 64 };
	u64 got = (u64)frames_in(get_stack(ctx, frames, (u32)(n + 1) * 8, skip));

	if (frames[0] - get_func_ip(ctx) < ENTRY) {
		shift(frames, n);
		got--;
	}
	frames[n] = 0;
	return (s64)(got < n ? got : n);
}
