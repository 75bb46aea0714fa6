// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The kernel's jiffies, as seen by programs: leases are written in them. They
// are read by running a two-instruction program.

#include <stdint.h>

struct jiffies_clock {
	int map, prog;
	uint64_t *word;		// the program's answer, mapped
	uint32_t hz;
};

#define JIFFIES_CLOCK_INIT ((struct jiffies_clock){ .map = -1, .prog = -1 })

// The kernel's HZ.
uint32_t jiffies_per_second(void);

// 0 or a negative errno.
int jiffies_clock_open(struct jiffies_clock *c);
void jiffies_clock_close(struct jiffies_clock *c);

// The jiffies64 of now plus ms milliseconds: 0 or a negative errno.
int jiffies_clock_after(const struct jiffies_clock *c, uint32_t ms, uint64_t *jiffies);
