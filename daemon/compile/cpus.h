// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Where the CPUs are: package, NUMA node and clock, from sysfs as it is when the
// compiler starts. For curcpu and the arguments of sched.

#include <stdint.h>

struct arena;
struct cpu_facts;

// One for each of n CPUs, in the arena; what sysfs does not say is -1.
const struct cpu_facts *cpus_read(struct arena *a, uint32_t n);
