# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §14: the oldest are overwritten; nothing is shown until the end; what is there has no gaps.
dtrace -q -x bufpolicy=ring -x bufsize=16k -n 'tick-4999hz { n++; printf("%d\n", n); } tick-2hz { printf("last %d\n", n); exit(0); }' > "$T/out" 2> "$T/err"
awk '/^[0-9]/ { if (last && $1 != last + 1) bad++; if (!last) first = $1; last = $1 } /last/ { print bad + 0, (first > 1), ($2 - last <= 1) }' "$T/out"
grep drop "$T/err"
exit 0
