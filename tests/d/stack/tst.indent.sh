# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# stackindent, and the width of %-k; sched_switch fires in __schedule, which schedule or its like calls.
dtrace -qn '
#pragma D option stackindent=3
#pragma D option stackframes=1
rawtp:::sched_switch
/!n++/
{
	stack();
	printf("%k", stack(1));
	printf("%-5k", stack(1));
	exit(0);
}' | sed 's/+0x.*/+OFF/'
