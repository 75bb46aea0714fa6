# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §14: when a buffer is full, tracing stops and what it holds is shown, from the first record on; no drops are told.
timeout 10 dtrace -q -x bufpolicy=fill -x bufsize=16k -n 'tick-4999hz { n++; printf("%d\n", n); } END { printf("end\n"); }' > "$T/out" 2> "$T/err"
echo "$?"
head -n 2 "$T/out"
awk 'NF == 1 && $1 != "end" && $1 != ++n { bad++ } END { print bad + 0, (n > 50) }' "$T/out"
grep -c end "$T/out"
grep drop "$T/err"
exit 0
