# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# stackfold: keys, then frames from the outermost on, without offsets; other aggregations and formats are as ever.
dtrace -qx stackfold -n 'rawtp:::sched_switch /!n++/ { @[stack(1), 7] = sum(5); @n[3] = count(); done = 1; }
	rawtp:::sched_switch /done && !m++/ { printa(@); printa("%k%d%@d\n", @); printa(@n); exit(0); }' | sed 's/+0x.*/+OFF/'
