# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Sourced by the parts of the kernel suite.

# trigger_run NAME PROGRAM OPERATION...: the program traces the trigger, whose pid is $1; it prints "ready" in BEGIN and
# ends by itself. Results: $T/NAME.out, $T/NAME.err and $T/NAME.calls, what the trigger says.
trigger_run() {
	local name=$1 program=$2 pid client
	shift 2
	mkfifo "$T/$name.go"
	"$build/tests/kernel/trigger" "$@" < "$T/$name.go" > "$T/$name.calls" &
	pid=$!
	exec 5> "$T/$name.go"
	timeout 60 "$build/dtrace" -qn "$program" "$pid" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	if ! wait_for 20 grep -q ready "$T/$name.out"; then
		not_ok "$name starts" "$T/$name.err"
	fi
	echo >&5
	exec 5>&-
	wait "$pid"
	wait "$client"
}
