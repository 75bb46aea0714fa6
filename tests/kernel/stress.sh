#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Nesting and preemption: exact totals from a session on hooks that interrupt each other, and from one
# that has too little space, and one that overwrites its records. STRESS_CALLS (default 400000) calls by each of 6 threads.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf stress
here=$top/tests/kernel
trigger=$build/tests/kernel/stress

# run_stress NAME PROGRAM THREADS CALLS KEYS [DTRACE-ARGUMENT...]
run_stress() {
	local name=$1 program=$2 threads=$3 calls=$4 keys=$5 client trigger_pid pid
	mkfifo "$T/$name.go"
	shift 5
	"$trigger" "$threads" "$calls" "$keys" < "$T/$name.go" > "$T/$name.expected" &
	trigger_pid=$!
	exec 5> "$T/$name.go"
	wait_for 5 grep -q '^pid' "$T/$name.expected"
	pid=$(awk '/^pid/ { print $2 }' "$T/$name.expected")
	"$build/dtrace" "$@" -s "$here/$program" "$pid" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	if [ $# != 0 ]; then
		wait_for 20 grep -q matched "$T/$name.err"
		sleep $((2 * DTRACED_TIME_FACTOR)) # nothing is shown until the end
	elif ! wait_for 20 grep -q '^ready' "$T/$name.out"; then
		kill "$client" "$trigger_pid" 2> /dev/null
		wait "$client" "$trigger_pid" 2> /dev/null
		not_ok "$name: starts" "$T/$name.err"
		exec 5>&-
		return
	fi
	echo >&5
	exec 5>&-
	wait "$trigger_pid"
	sleep 0.5 # let the client catch up, or what END prints may find the buffer full
	kill -INT "$client"
	check "$name: exit status" wait "$client"
	check "$name: exact totals" awk -v ring="$([ $# = 0 ] || echo 1)" -f "$here/stress.awk" "$T/$name.expected" "$T/$name.out" "$T/$name.err"
	sed 's/^/# /' "$T/check.out" | tail -n 3
}

start_daemon "$@" || exit 1
run_stress stress stress.d 6 "${STRESS_CALLS:-400000}" 61
run_stress stress_drops stress_drops.d 6 20000 4096
run_stress stress_ring stress.d 6 "$((${STRESS_CALLS:-400000} / 4))" 61 -x bufpolicy=ring -x bufsize=1m
check "daemon stops" stop_daemon
