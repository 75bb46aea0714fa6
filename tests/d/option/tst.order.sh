# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §15: pragmas come after the command line.
dtrace -x strsize=64 -qs /dev/stdin << 'END_OF_SCRIPT'
#pragma D option strsize=32
BEGIN { printf("%d\n", sizeof (string)); exit(0); }
END_OF_SCRIPT
dtrace -x strsize=64 -x strsize=48 -qn 'BEGIN { printf("%d\n", sizeof (string)); exit(0); }'
