# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# The address is that of the member, which differs between kernels.
dtrace -qn 'BEGIN { t = (struct task_struct *)0; trace(t->pid); }
	BEGIN { exit(0); }
	ERROR { printf("%d %d\n", arg4, arg5 == offsetof(struct task_struct, pid)); }' 2> "$T/messages"
sed -E 's/0x[0-9a-f]+/0xN/' "$T/messages" | grep -v matched
