# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# cpu=N: only that CPU. (An idle CPU of a virtual machine may miss many of its clock interrupts.)
dtrace -q -x cpu=1 -n 'profile-499hz { @[cpu] = count(); } tick-10hz { n++; } tick-10hz /n == 5/ { exit(0); }' > "$T/out" 2>&1
awk 'NF == 2 { print $1, ($2 > 0) }' "$T/out"
