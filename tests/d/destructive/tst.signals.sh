# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# raise() and stop() send signals to the process that fires the probe, and to no other.
set -u
settled() { [[ $(sed -n 's/^State:\t//p' "/proc/$victim/status" 2> /dev/null) != [RSD]* ]]; }
for action in 'raise(15)' 'stop()'; do
	(while :; do sleep 0.05; done) &
	victim=$!
	"$build/dtrace" -wqn "syscall:::entry /pid == \$1/ { $action; exit(0); } tick-5s { exit(1); }" "$victim"
	echo "$action: status $?"
	wait_for 5 settled
	sed -n 's/^State:\t//p' "/proc/$victim/status" 2> /dev/null
	kill -KILL "$victim" 2> /dev/null
	wait "$victim" 2> /dev/null
done
"$build/dtrace" -wqn 'BEGIN { raise(9); } ERROR { printf("fault %d\n", arg4); } BEGIN { exit(0); }' 2> /dev/null
