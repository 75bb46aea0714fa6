// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A program that is run for its output, within limits: it may read something endless
// or wait for somebody who never comes. It is in a process group of its own, which is
// gone afterwards; ^C ends it and us.

#include <stddef.h>

struct filter_limits {
	unsigned int wall_s, cpu_s;
	size_t memory;			// bytes
	size_t output;			// bytes
};

enum { FILTER_FAILED = 1, FILTER_TOO_LARGE, FILTER_TOO_LONG };

// argv ends with NULL; in is its standard input. 0 and its output, malloc'ed (one byte
// longer than *len); FILTER_...: it failed, perhaps by a limit of CPU time or memory,
// wrote too much, or took too long; or negative errno.
int filter_run(char **argv, int in, const struct filter_limits *limits, char **datap, size_t *len);
