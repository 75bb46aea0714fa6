# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Records of all CPUs come in the order in which they were made.
dtrace -q -n 'tick-2000hz { n++; printf("%d t\n", timestamp); } profile-2000hz { printf("%d p\n", timestamp); }
	tick-5hz { exit(0); }' > "$T/out"
awk 'NF == 2 { n[$2]++; if ($1 < last) bad++; last = $1 } END { print bad + 0, (n["t"] > 100), (n["p"] > 200) }' "$T/out"
