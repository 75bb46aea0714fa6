# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §17: /dev/stdin is a file.
echo 'BEGIN { printf("from stdin\n"); exit(0); }' | dtrace -q -s /dev/stdin
