# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# -c: the process begins when tracing has begun, and its end ends tracing.
set -u
"$build/dtrace" -qn 'syscall::write:entry /pid == $target/ { printf("%s wrote %d\n", execname, (int)arg2); }' -c 'echo hello world'
echo "status $?"
for command in true false 'sh -c kill$IFS-9$IFS$$'; do
	"$build/dtrace" -n 'END { trace(1); }' -c "$command" 2>&1 > /dev/null | sed 's/pid [0-9]*/pid N/'
done
"$build/dtrace" -n BEGIN -c /nonexistent 2>&1
echo "status $?"
"$build/dtrace" -qn 'BEGIN { exit(3); }' -c "sleep 4711.$$"
echo "status $?"
pgrep -f "^sleep 4711\\.$$\$" || echo killed
# All words of a command are its arguments.
"$build/dtrace" -qn BEGIN -c "echo $(seq -s ' ' 1000)" | wc -w
"$build/dtrace" -qn BEGIN -c ' ' 2>&1
echo "status $?"
