#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Tracepoints: typed arguments, exact numbers of a trigger's processes, context switches against the kernel's own count,
# and a random sample of 50 that must all attach (in a slow machine few of them alone). RAWTP_SEED chooses another sample.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf rawtp
start_daemon || exit 1

trigger_run a 'BEGIN { printf("ready\n"); }
rawtp:::sched_process_fork /pid == $1/ {
	@f[args[0]->tgid == pid, args[1]->real_parent->tgid == pid, stringof(args[1]->comm)] = count(); }
rawtp:::sched_process_exit /ppid == $1/ { @x[args[0]->tgid == pid, args[0]->exit_code >> 8] = count(); }
syscall::exit_group:entry /pid == $1/ {
	printa("fork %d %d %s %@d\n", @f); printa("exit %d %d %@d\n", @x); exit(0); }' fork,20,7 fork,10,0 fork,5,255
check "forks: args are the two tasks" grep -qx 'fork 1 1 trigger 35' "$T/a.out"
check "exits with status 7" grep -qx 'exit 1 7 20' "$T/a.out"
check "exits with status 0" grep -qx 'exit 1 0 10' "$T/a.out"
check "exits with status 255" grep -qx 'exit 1 255 5' "$T/a.out"

trigger_run b 'BEGIN { printf("ready\n"); }
rawtp:::sched_process_exec /ppid == $1/ {
	printf("exec %d %d %s %s\n", args[0]->tgid == pid, args[1] == args[0]->pid, stringof(args[2]->filename), execname); }
rawtp:sched::sched_process_exec /ppid == $1/ { @[probemod, probefunc, probename] = count(); }
syscall::exit_group:entry /pid == $1/ { printa("%s|%s|%s %@d\n", @); exit(0); }' exec,3,/bin/true
check "exec: args, strings behind pointers" test "$(grep -cx 'exec 1 1 /bin/true true' "$T/b.out")" = 3
check "exec: the probe's own names" grep -qx 'sched||sched_process_exec 3' "$T/b.out"

# The trigger sleeps 50 times: each is a switch away from it and one back.
trigger_run c 'BEGIN { printf("ready\n"); }
rawtp:::sched_switch /args[1]->tgid == $1/ { @out["out"] = count(); @same = sum(args[1]->pid == tid && curthread == args[1]); }
rawtp:::sched_switch /args[2]->tgid == $1/ { @in["in"] = count(); }
syscall::nanosleep:entry /pid == $1/ { @n["sleep"] = count(); }
syscall::exit_group:entry /pid == $1/ {
	printa("%s %@d\n", @out); printa("%s %@d\n", @in); printa("%s %@d\n", @n); printa("same %@d\n", @same); exit(0); }' sleep,50,1
value() { awk -v k="$1" '$1 == k { print $2 }' "$T/c.out"; }
check "switches: at least one per sleep" test "$(value sleep)" = 50 -a "$(value out)" -ge 50
check "switches: as many in as out" test "$(($(value in) - $(value out)))" -ge 0 -a "$(($(value in) - $(value out)))" -le 1
check "switches: the task that leaves is current" test "$(value same)" = "$(value out)"

# ctxt of /proc/stat, read inside and around the time of tracing, bounds the number of firings from below and above.
ctxt() { awk '$1 == "ctxt" { print $2 }' /proc/stat; }
before=$(ctxt)
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); } rawtp:::sched_switch { @ = count(); } END { printa("%@d\n", @); }' \
	> "$T/ctxt.out" 2> "$T/ctxt.err" &
client=$!
wait_for 10 grep -q ready "$T/ctxt.out"
first=$(ctxt)
"$build/tests/kernel/trigger" sleep,200,1 <<< go > "$T/ctxt.said"
last=$(ctxt)
kill -TERM "$client"
wait "$client"
after=$(ctxt)
counted=$(grep -E '^[0-9]+$' "$T/ctxt.out")
check "context switches: $counted, at least $((last - first)), at most $((after - before))" \
	test "$counted" -ge $((last - first)) -a "$counted" -le $((after - before))

# What is listed can be enabled.
RANDOM=${RAWTP_SEED:-7}
mapfile -t all < <("$build/dtrace" -l -P rawtp | awk 'NR > 1 { print $1, $2 ":" $3 "::" $4 }')
check "tracepoints are listed (${#all[@]})" test "${#all[@]}" -gt 500
bad=0 alone=$((50 / DTRACED_TIME_FACTOR))
for ((i = 0; i < 50; i++)); do
	read -r id name <<< "${all[RANDOM % ${#all[@]}]}"
	if [ $i -lt $alone ] && ! timeout 10 "$build/dtrace" -qn "$name { @ = count(); }" -n 'BEGIN { exit(0); }' > "$T/out" 2>&1; then
		not_ok "$name attaches" "$T/out"
		bad=$((bad + 1))
	fi
	sample+=(-i "$id { @[probename] = count(); }")
done
check "$alone of 50 attach, one by one" test "$bad" = 0
check "and all 50 at once" timeout 20 "$build/dtrace" -q "${sample[@]}" -n 'BEGIN { exit(0); }'
listed=$("$build/dtrace" -l -n 'rawtp:sched::' | awk 'NR > 1' | wc -l)
"$build/dtrace" -n 'rawtp:sched:: { @ = count(); }' -n 'BEGIN { exit(0); }' > "$T/out" 2> "$T/err"
check "rawtp:sched::: what is listed is enabled ($listed)" grep -qF "matched $listed probes" "$T/err"
