# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# -P, -m, -f, -n, -i: the rightmost field is provider, module, function, name.
dtrace -q -P 'dtrace /probename == "BEGIN"/ { printf("P %s\n", probename); }' -n 'BEGIN { exit(0); }'
dtrace -q -i '1 { printf("i %s\n", probename); exit(0); }'
dtrace -q -n ':::BEGIN { printf("n %s\n", probename); exit(0); }'
for arguments in '-f getppid' '-f vmlinux:getppid' '-f syscall:vmlinux:getppid' '-n syscall::getppid:' '-f syscall::getppi?'; do
	# shellcheck disable=SC2086
	dtrace -l $arguments | awk 'NR > 1 { print $2, $3, $4, $5 }'
done
dtrace -l -f read:getppid 2>&1 | grep -v ' ID '
dtrace -l -m dtrace: | awk '{ print $NF }'
