# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016 # D has variables with a dollar sign
# §5.7: those of the dtrace process.
dtrace -qn 'BEGIN { printf("%d %d %d %d %d\n", $pid == pid, $uid, $euid, $gid, $egid);
	printf("%d %s\n", $target, $$target);
	printf("%d %d\n", $ppid == ppid, $$pid == lltostr(pid));
	printf("%d %d\n", $pgid > 0, $sid >= 0);
	exit(0); }' | sed '$d'
dtrace -qn "BEGIN { printf(\"%d\n\", \$ppid == $$); exit(0); }" | sed '$d'
