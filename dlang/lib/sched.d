/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* The CPU a probe fires on. */

#pragma D depends_on library arch.d

typedef int processorid_t;
typedef int psetid_t;
typedef int chipid_t;
typedef int lgrp_id_t;

typedef struct processor_info {
	int pi_state;
	char pi_processor_type[16];
	char pi_fputypes[32];
	int pi_clock;
} processor_info_t;

typedef struct cpuinfo {
	processorid_t cpu_id;
	psetid_t cpu_pset;
	chipid_t cpu_chip;
	lgrp_id_t cpu_lgrp;
	processor_info_t cpu_info;
} cpuinfo_t;

/* pi_state, as processor_info(2) of other systems has it. */
inline int P_OFFLINE = 1;
inline int P_ONLINE = 2;

translator processor_info_t < int N > {
	pi_state = cpu_topology(N, 0) < 0 ? P_OFFLINE : P_ONLINE;
	pi_processor_type = PROCESSOR_TYPE;
	pi_fputypes = PROCESSOR_FPU;
	pi_clock = cpu_topology(N, 2);
};

/* Chips are packages, locality groups are NUMA nodes. There are no processor sets. */
translator cpuinfo_t < int N > {
	cpu_id = N;
	cpu_pset = 0;
	cpu_chip = cpu_topology(N, 0);
	cpu_lgrp = cpu_topology(N, 1);
	cpu_info = xlate <processor_info_t> (N);
};

inline cpuinfo_t *curcpu = xlate <cpuinfo_t *> (cpu);
inline psetid_t pset = curcpu->cpu_pset;
inline chipid_t chip = curcpu->cpu_chip;
inline lgrp_id_t lgrp = curcpu->cpu_lgrp;
