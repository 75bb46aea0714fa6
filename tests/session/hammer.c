// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Makes exact numbers of events: hammer CPU N KEYS [BURST] calls getpgid() N
// times on that CPU, with KEYS arguments in rotation; a millisecond of sleep
// after each BURST.

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long n = argc > 3 ? atol(argv[2]) : 0, keys = argc > 3 ? atol(argv[3]) : 0;
	long burst = argc > 4 ? atol(argv[4]) : 0;
	cpu_set_t cpu;

	if (n <= 0 || keys <= 0) {
		fprintf(stderr, "usage: hammer CPU N KEYS [BURST]\n");
		return 2;
	}
	CPU_ZERO(&cpu);
	CPU_SET((size_t)atoi(argv[1]), &cpu);
	sched_setaffinity(0, sizeof cpu, &cpu);
	for (long i = 1; i <= n; i++) {
		syscall(SYS_getpgid, 1000000 + i % keys);
		if (burst && i % burst == 0)
			usleep(1000);
	}
	return 0;
}
