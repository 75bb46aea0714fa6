# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -p: tracing ends with the process.
set -u
sleep 1 &
pid=$!
"$build/dtrace" -qn 'BEGIN { printf("%d\n", $target == $1); }' -n 'END { printf("end\n"); }' -p $pid $pid
"$build/dtrace" -n BEGIN -p x 2>&1
echo $?
"$build/dtrace" -n BEGIN -p 4194305 2>&1
exit 0
