# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# %Y is the local time of the consumer, %T as mail has it; the numbers are 0, 10^18 ns and the manual's example.
export TZ=UTC
dtrace -qn 'BEGIN {
	printf("%Y\n%Y\n%Y\n", (int64_t)0, (int64_t)1000000000000000000, (uint64_t)123787200000000000 + 800000000000);
	exit(0);
}'
TZ=EST5 dtrace -qn 'BEGIN { printf("%Y\n", (int64_t)0); exit(0); }'
now=$(date +%Y)
dtrace -qn 'BEGIN { printf("%Y\n", walltimestamp); exit(0); }' | cut -c1-4 | head -n 1 | sed "s/$now/this year/"
