# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -p: tracing ends with the process.
set -u
mkfifo "$T/go"
cat < "$T/go" &
pid=$!
exec 5> "$T/go"
"$build/dtrace" -qn 'BEGIN { printf("%d\n", $target == $1); }' -n 'END { printf("end\n"); }' -p $pid $pid > "$T/out" 5>&- &
client=$!
wait_for 10 test -s "$T/out"
exec 5>&-
wait "$client"
cat "$T/out"
"$build/dtrace" -n BEGIN -p x 2>&1
echo $?
"$build/dtrace" -n BEGIN -p 4194305 2>&1
exit 0
