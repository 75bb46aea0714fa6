// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reads where the CPUs are, see cpus.h.

#include "daemon/compile/cpus.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "dlang/dlang.h"

#define CPUS "/sys/devices/system/cpu"

static int32_t read_number(const char *path)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return -1;
	text[n] = '\0';
	return (int32_t)strtol(text, NULL, 10);
}

// The link nodeN in the CPU's directory says the node.
static int32_t read_node(uint32_t cpu)
{
	char path[64];
	int32_t node = -1;
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof path, CPUS "/cpu%u", cpu);
	dir = opendir(path);
	while (dir && node < 0 && (d = readdir(dir)))
		if (!strncmp(d->d_name, "node", 4) && d->d_name[4] >= '0' && d->d_name[4] <= '9')
			node = (int32_t)strtol(d->d_name + 4, NULL, 10);
	if (dir)
		closedir(dir);
	return node;
}

// "cpu MHz" of /proc/cpuinfo, where the machine has no cpufreq.
static void read_cpuinfo(struct cpu_facts *cpus, uint32_t n)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	unsigned cpu = n;
	char line[256];
	double mhz;

	while (f && fgets(line, sizeof line, f)) {
		sscanf(line, "processor : %u", &cpu);
		if (cpu < n && cpus[cpu].mhz < 0 && sscanf(line, "cpu MHz : %lf", &mhz) == 1)
			cpus[cpu].mhz = (int32_t)(mhz + 0.5);
	}
	if (f)
		fclose(f);
}

const struct cpu_facts *cpus_read(struct arena *a, uint32_t n)
{
	struct cpu_facts *cpus = arena_alloc(a, n * sizeof *cpus + 1);
	char path[96];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(path, sizeof path, CPUS "/cpu%u/topology/physical_package_id", i);
		cpus[i].package = read_number(path);
		cpus[i].online = (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
		cpus[i].node = read_node(i);
		snprintf(path, sizeof path, CPUS "/cpu%u/cpufreq/cpuinfo_max_freq", i);
		cpus[i].mhz = read_number(path);
		if (cpus[i].mhz > 0)
			cpus[i].mhz /= 1000;
	}
	read_cpuinfo(cpus, n);
	return cpus;
}
