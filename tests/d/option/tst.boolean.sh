# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §15: words of a boolean, sizes and rates with their suffixes.
for value in quiet quiet=yes quiet=on quiet=enable quiet=true quiet=set; do
	dtrace -x "$value" -n 'BEGIN { printf("q\n"); exit(0); }' 2> "$T/err" | head -n 1
done
for value in quiet=no quiet=off quiet=disable quiet=false quiet=unset; do
	dtrace -x "$value" -n 'BEGIN { exit(0); }' 2> "$T/err" | head -n 1
done
for value in bufsize=1m bufsize=64K bufsize=65536 aggsize=1M switchrate=10hz switchrate=100ms aggrate=1sec \
	switchrate=5MS statusrate=1s strsize=128 cleanrate=50hz bufpolicy=switch bufresize=auto dynvarsize=2m; do
	dtrace -q -x "$value" -n 'BEGIN { exit(0); }' > "$T/out" 2>&1 || echo "$value"
done
for value in bufsize=x bufsize=1q switchrate=1parsec bufpolicy=best quiet=perhaps bufsize=-1 aggsortpos=x nosuch; do
	dtrace -q -x "$value" -n 'BEGIN { exit(0); }' > "$T/out" 2>&1 && echo "$value"
done
exit 0
