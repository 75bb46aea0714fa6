# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# -e: compiled, not run.
dtrace -e -n 'BEGIN { printf("not run\n"); }' -n 'syscall:::entry { @ = count(); }' 2> "$T/err"
echo "$?"
dtrace -e -n 'BEGIN { nosuch; }' 2> "$T/err"
echo "$?"
