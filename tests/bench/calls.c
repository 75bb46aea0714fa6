// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// calls [-c CPU] [-n COUNT] [-s SECONDS] [-r RATE] [-k KEYS] [-w]
// Makes system calls getppid(key) on one CPU: COUNT of them or for SECONDS, at
// most RATE a second, with the first argument going round 0 ... KEYS-1. -w waits
// for a byte on stdin first. Prints "CALLS NS-OF-CPU NS-OF-WALL".

#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set))
		perror("calls: sched_setaffinity");
}

// Sleeps, or spins when it is not worth it, while the loop is ahead of its rate.
static void keep_rate(uint64_t start, uint64_t made, uint64_t rate)
{
	uint64_t due = start + made * 1000000000 / rate, at = now(CLOCK_MONOTONIC);
	struct timespec pause = { .tv_nsec = 200000 };

	if (due > at + 200000)
		nanosleep(&pause, NULL);
}

int main(int argc, char **argv)
{
	uint64_t count = UINT64_MAX, keys = 1, rate = 0, made = 0, end = UINT64_MAX, start, cpu;
	int opt;
	char byte;

	while ((opt = getopt(argc, argv, "c:n:s:r:k:w")) != -1) {
		switch (opt) {
		case 'c': pin(atoi(optarg)); break;
		case 'n': count = strtoull(optarg, NULL, 10); break;
		case 's': end = (uint64_t)(atof(optarg) * 1e9); break;
		case 'r': rate = strtoull(optarg, NULL, 10); break;
		case 'k': keys = strtoull(optarg, NULL, 10); break;
		case 'w':
			if (read(0, &byte, 1) < 0)
				return EXIT_FAILURE;
			break;
		default: return EXIT_FAILURE;
		}
	}
	start = now(CLOCK_MONOTONIC);
	cpu = now(CLOCK_THREAD_CPUTIME_ID);
	if (end != UINT64_MAX)
		end += start;
	while (made < count) {
		syscall(SYS_getppid, keys > 1 ? made % keys : 0);
		if (++made % 64)
			continue;
		if (end != UINT64_MAX && now(CLOCK_MONOTONIC) >= end)
			break;
		if (rate)
			keep_rate(start, made, rate);
	}
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", made, now(CLOCK_THREAD_CPUTIME_ID) - cpu,
		now(CLOCK_MONOTONIC) - start);
	return 0;
}
