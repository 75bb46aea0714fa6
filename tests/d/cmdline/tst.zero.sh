# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# -Z and -xzdefs: no probe may match; §2.1.
dtrace -Z -q -n 'nosuch:::probe { trace(1); }' -n 'BEGIN { printf("Z\n"); exit(0); }'
dtrace -xzdefs -q -n 'syscall::nosuch*:entry { trace(1); }' -n 'BEGIN { printf("zdefs\n"); exit(0); }'
dtrace -q -n 'nosuch:::probe { trace(1); }' -n 'BEGIN { exit(0); }' 2> "$T/err"
echo "$?"
