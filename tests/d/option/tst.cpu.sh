# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# cpu=N: only that CPU. It is kept busy, as an idle CPU of a virtual machine may miss all of its clock interrupts.
taskset -c 1 sh -c 'while :; do :; done' &
dtrace -q -x cpu=1 -n 'profile-499hz { @[cpu] = count(); } tick-10hz { n++; } tick-10hz /n == 5/ { exit(0); }' > "$T/out" 2>&1
kill %1
awk 'NF == 2 { print $1, ($2 > 0) }' "$T/out"
