// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Waiting. Loops of global functions that call each other: the verifier looks
// at each once, so that the whole may turn more often than it would follow.

#include "dlang/runtime/rt.bpf.h"

enum { TURNS = 1024 };

static u64 (*const now)(void) = (u64 (*)(void))5;	// bpf_ktime_get_ns

// Whether it is later than end, looking for some 20 us.
GLOBAL s64 dt_chill_short(s64 end)
{
	for (u64 i = 0; i < TURNS; i++)
		if ((s64)now() >= end)
			return 1;
	return 0;
}

GLOBAL s64 dt_chill_long(s64 end)
{
	for (u64 i = 0; i < TURNS; i++)
		if (dt_chill_short(end))
			return 1;
	return 0;
}

// Spins for ns nanoseconds, at most about half a minute.
GLOBAL s64 dt_chill(s64 ns)
{
	s64 end = (s64)now() + ns;

	for (u64 i = 0; i < TURNS; i++)
		if (dt_chill_long(end))
			return 0;
	return 1;
}
