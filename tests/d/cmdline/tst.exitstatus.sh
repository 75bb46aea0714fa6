# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §17: exit()'s argument; 1 after a failure to compile; 2 for wrong usage.
for n in 0 1 2 77 255; do
	dtrace -qn "BEGIN { exit($n); }" > "$T/out"
	echo "$n: $?"
done
dtrace -qn 'BEGIN { nosuch; }' 2> "$T/err"; echo "compile: $?"
dtrace -qn nosuch 2> "$T/err"; echo "no probe: $?"
dtrace -q 2> "$T/err"; echo "no program: $?"
head -n 1 "$T/err"
dtrace 2> "$T/err"; echo "nothing: $?"
dtrace -Q 2> "$T/err"; echo "bad letter: $?"
dtrace -n 2> "$T/err"; echo "no argument: $?"
dtrace -l -V 2> "$T/err"; echo "two modes: $?"
dtrace -x nosuch -n BEGIN 2> "$T/err"; echo "option: $?"
cat "$T/err"
dtrace -x bufsize=many -n BEGIN 2> "$T/err"; echo "value: $?"
cat "$T/err"
dtrace -s "$T/none.d" 2> "$T/err"; echo "file: $?"
sed "s,$T,T," "$T/err"
dtrace -qn 'BEGIN { trace(*(int *)8); } BEGIN { exit(0); }' > "$T/out" 2>&1; echo "fault: $?"
