# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016
# --flamegraph: aggregations by stack go there and nowhere else, also if printa() has shown them.
dtrace -q --flamegraph "$T/f.svg" -n 'BEGIN { @n = count(); }
	rawtp:::sched_switch /!n++/ { @[stack(1)] = sum(40); @b["<x>", stack(1)] = sum(2); printa("%@d\n", @b); exit(0); }'
grep -o '<title>[^/]*' "$T/f.svg" | sed 's/(.*//'
grep -c '42, 100.00%' "$T/f.svg"
dtrace -q --flamegraph "$T/none.svg" -n 'BEGIN { @n = count(); exit(0); }' 2>&1
dtrace -q --flamegraph /nonexistent/f.svg -n 'BEGIN { @[stack()] = count(); exit(0); }' 2>&1
[ ! -e "$T/none.svg" ]
