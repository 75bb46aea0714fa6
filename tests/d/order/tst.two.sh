# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Two sessions at once have variables and results of their own.
for i in 1 2 3; do
	dtrace -q -n "BEGIN { x = $i; @ = sum($i); } tick-20hz { x += $i; n++; } tick-20hz /n == 10/ { printf(\"%d \", x); exit(0); }" > "$T/$i" &
done
wait
cat "$T/1" "$T/2" "$T/3" | tr -s ' \n' ' '
echo
