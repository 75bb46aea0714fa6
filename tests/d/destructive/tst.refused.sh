# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Without -w destructive actions compile, and do not run.
set -u
for action in 'system("true")' 'raise(9)' 'stop()' 'chill(1)' 'freopen("x")'; do
	"$build/dtrace" -qn "BEGIN { $action; exit(0); }" 2>&1
	echo "status $?"
	"$build/dtrace" -qen "BEGIN { $action; exit(0); }" 2>&1
	echo "status $?"
done
for action in 'panic()' 'breakpoint()'; do
	"$build/dtrace" -wqn "BEGIN { $action; exit(0); }" 2>&1
	echo "status $?"
done
"$build/dtrace" -wn 'BEGIN { exit(0); }' 2>&1 > /dev/null
