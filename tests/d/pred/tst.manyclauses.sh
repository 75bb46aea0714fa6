# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Sixty clauses on all system calls, each of which runs once for the first call.
echo "int n;" > "$T/many.d"
for i in $(seq 60); do
	echo "syscall:::entry /n == $i - 1/ { n = $i; @[\"clauses\"] = count(); }"
done >> "$T/many.d"
echo 'syscall:::entry /n == 60/ { exit(0); }' >> "$T/many.d"
dtrace -qs "$T/many.d" | tr -s ' '
