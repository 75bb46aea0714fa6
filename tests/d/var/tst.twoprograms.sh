# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
#pragma D option quiet

# Variables are shared by the programs of one command.
dtrace -q -n 'BEGIN { x = 5; @a = sum(1); }' -n 'BEGIN { x += 2; @a = sum(2); }' \
	-n 'BEGIN { printf("%d\n", x); printa("%@d\n", @a); exit(0); }'
