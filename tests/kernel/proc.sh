#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The proc provider: exact numbers, arguments and order for a program that forks, makes threads, execs and gets signals.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf proc
start_daemon || exit 1
process=$build/tests/kernel/process

# said NAME LINE: the program of that name printed the line.
said() {
	check "$1: $2" grep -qxF -- "$2" "$T/$1.out"
}

# Who is concerned: the trigger ($1) and its children.
trace_gated life 'BEGIN { printf("ready\n"); }
proc:::create /pid == $1/ { @create[args[0]->pr_ppid == pid, args[0]->pr_fname] = count(); }
proc:::lwp-create /pid == $1/ { @lwpc[args[1]->pr_pid == pid, args[0]->pr_lwpid == args[1]->pr_pid] = count(); }
proc:::start /ppid == $1/ { @n[probename] = count(); }
proc:::lwp-start /ppid == $1 || pid == $1/ { @n[probename] = count(); }
proc:::lwp-exit /pid == $1 || ppid == $1/ { @n[probename] = count(); }
proc:::exit /ppid == $1/ { @exit[args[0], arg0 == args[0]] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("create %d %s %@d\n", @create); printa("lwp-create %d %d %@d\n", @lwpc); printa("%s %@d\n", @n);
	printa("exit %d %d %@d\n", @exit); }' "$process" fork,5,3 vfork,3,0 thread,4
said life 'create 1 process 8'
said life 'lwp-create 0 1 8'
said life 'lwp-create 1 0 4'
said life 'start 8'
said life 'lwp-start 12'
said life 'lwp-exit 12'
said life 'exit 1 1 8'

trace_gated order 'BEGIN { printf("ready\n"); }
proc:::lwp-start /ppid == $1/ { printf("lwp-start\n"); }
proc:::start /ppid == $1/ { printf("start\n"); }
proc:::create /pid == $1/ { printf("create %s\n", probefunc); }
proc:::lwp-create /pid == $1/ { printf("lwp-create\n"); }
proc:::exit /ppid == $1/ { printf("exit\n"); }
proc:::lwp-exit /ppid == $1/ { printf("lwp-exit\n"); }
syscall::exit_group:entry /pid == $1/ { exit(0); }' "$process" fork,1
printf '%s\n' lwp-create 'create sched_process_fork' start lwp-start lwp-exit exit > "$T/order.want"
grep -vx -e ready -e '' "$T/order.out" > "$T/order.got"
check 'order: lwp-create create start lwp-start lwp-exit exit' cmp "$T/order.want" "$T/order.got"

trace_gated exec 'BEGIN { printf("ready\n"); }
proc:::exec /ppid == $1/ { @exec[args[0], execname] = count(); }
proc:::exec-success /ppid == $1/ { @good[execname] = count(); }
proc:::exec-failure /ppid == $1/ { @bad[args[0], arg0] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("exec %s %s %@d\n", @exec); printa("success %s %@d\n", @good); printa("failure %d %d %@d\n", @bad); }' \
	"$process" exec,3,/bin/true exec,2,/nonexistent exec,1,/etc/passwd exec,4,/etc
said exec 'exec /bin/true process 3'
said exec 'exec /nonexistent process 2'
said exec 'success true 3'
said exec 'failure 2 2 2'
said exec 'failure 13 13 5'

trace_gated signals 'BEGIN { printf("ready\n"); }
proc:::signal-send /pid == $1/ { @send[args[2], args[1]->pr_pid == pid, args[0]->pr_lwpid == tid, arg2 == args[2]] = count(); }
proc:::signal-discard /pid == $1/ { @discard[args[2], args[1]->pr_pid == pid] = count(); }
proc:::signal-handle /pid == $1/ {
	@handle[args[0], args[1]->si_signo, args[2] != 0] = count();
	@from[args[1] != NULL, args[1]->si_pid == pid, args[1]->si_uid == uid] = count(); }
proc:::signal-clear /pid == $1/ { @clear[args[0]] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("send %d %d %d %d %@d\n", @send); printa("discard %d %d %@d\n", @discard);
	printa("handle %d %d %d %@d\n", @handle); printa("from %d %d %d %@d\n", @from); printa("clear %d %@d\n", @clear); }' \
	"$process" handle,5,1 ignore,3,10 wait,4,12 wait,3,40
said signals 'send 1 1 1 1 5'
said signals 'handle 1 1 1 5'
said signals 'from 1 1 1 5'
said signals 'discard 10 1 3'
said signals 'send 12 1 1 1 4'
said signals 'clear 12 1'
said signals 'send 40 1 1 1 3'
said signals 'clear 40 3'
check 'signals: only signals with a handler are handled' test "$(grep -c '^handle' "$T/signals.out")" = 1

trace_gated ends 'BEGIN { printf("ready\n"); }
proc:::exit /ppid == $1/ { @exit[args[0]] = count(); }
proc:::fault /ppid == $1/ { @fault[args[0], args[1]->si_signo] = count(); @at[args[1]->si_code, args[1]->si_addr != NULL] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("exit %d %@d\n", @exit); printa("fault %d %d %@d\n", @fault); printa("at %d %d %@d\n", @at); }' \
	"$process" fork,2,1 die,3,9 die,1,15 fault,2,unmapped fault,1,readonly fault,1,illegal
said ends 'exit 1 2'
said ends 'exit 2 8'
said ends 'fault 6 11 2'
said ends 'at 1 1 2' # SEGV_MAPERR
said ends 'fault 5 11 1'
said ends 'fault 1 4 1'

# A shell handles SIGCHLD.
trace_gated child 'BEGIN { printf("ready\n"); }
proc:::signal-handle /pid == $1 && args[0] == SIGCHLD/ { @[args[1]->si_code == CLD_EXITED, args[1]->si_status] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("child %d %d %@d\n", @); }' bash -c 'read -r go; (exit 7); (exit 7); exit 0'
said child 'child 1 7 2'

# Where the kernel writes cores into the working directory.
if [ "$(cat /proc/sys/kernel/core_pattern)" = core ]; then
	cd "$T" || exit 1
	trace_gated dump 'BEGIN { printf("ready\n"); }
proc:::exit /ppid == $1/ { @exit[args[0]] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("exit %d %@d\n", @exit); }' "$process" dump,2,3 die,1,9
	said dump 'exit 3 2'
	said dump 'exit 2 1'
else
	skip 'dump' 'cores go elsewhere'
fi

# Names of old scripts, and none that nobody has.
check 'alias: proc::proc_exit:exit' "$build/dtrace" -qn 'proc::proc_exit:exit { } BEGIN { exit(0); }'
"$build/dtrace" -qn 'proc::nosuch:exit { } BEGIN { exit(0); }' > "$T/out" 2>&1
check 'no alias: proc::nosuch:exit' grep -q 'matches no probe' "$T/out"
