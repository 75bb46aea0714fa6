# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §17: programs are enabled in order, whatever letters they came with.
echo 'BEGIN { printf("file %s\n", $$1); }' > "$T/p.d"
dtrace -q -n 'BEGIN { printf("one\n"); }' -s "$T/p.d" -n 'dtrace:::BEGIN { printf("three\n"); }' \
	-n ':::BEGIN { printf("four\n"); exit(0); }' operand
