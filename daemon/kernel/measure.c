// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Measuring, see measure.h.

#include "daemon/kernel/measure.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "daemon/util.h"

static bool is_always_on(void)
{
	CLEANUP(fclosep) FILE *f = fopen("/proc/sys/kernel/bpf_stats_enabled", "re");

	return f && getc(f) == '1';
}

int measure_start(int *fd)
{
	int r = bpf_enable_stats(BPF_STATS_RUN_TIME), error = errno;

	*fd = r < 0 ? -1 : r;
	return r >= 0 || is_always_on() ? 0 : -error;
}
