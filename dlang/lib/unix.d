/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * Variables of other kernels that scripts read, in the units that they expect.
 * A kernel that lists no variables (without CONFIG_KALLSYMS_ALL) has memory and
 * load nowhere to be read: a program that asks for them is told so.
 */

extern long `vm_zone_stat[1];
extern long `vm_node_stat[1];
extern unsigned long `_totalram_pages;
extern unsigned long `avenrun[3];

/* Pages. */
inline int64_t `freemem = `vm_zone_stat[NR_FREE_PAGES];
inline int64_t `availrmem = `vm_zone_stat[NR_FREE_PAGES] + `vm_node_stat[NR_ACTIVE_FILE] +
    `vm_node_stat[NR_INACTIVE_FILE];
inline int64_t `physmem = `_totalram_pages;

/* When the daemon started. */
inline int `ncpus = cpu_topology(-1, 3);
inline int `ncpus_online = cpu_topology(-1, 3);

/* The load of the last 1, 5 and 15 minutes, times 65536. */
inline int `hp_avenrun[int n] = `avenrun[n] * 32;

/* The last process id that was given out. */
inline int `mpid = curthread->nsproxy->pid_ns_for_children->idr.idr_next - 1;

inline struct new_utsname `utsname = curthread->nsproxy->uts_ns->name;
