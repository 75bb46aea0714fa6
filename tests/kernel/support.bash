# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Sourced by the parts of the kernel suite.

# trace_gated NAME PROGRAM COMMAND...: the program traces the command, whose pid is $1, and which waits for a line on its
# stdin. The program prints "ready" in BEGIN and ends by itself. Results: $T/NAME.out, $T/NAME.err and $T/NAME.said, what
# the command says.
trace_gated() {
	local name=$1 program=$2 pid
	shift 2
	gate "$name" "$@"
	open_gate "$name" "$program" "$pid"
}

# gate NAME COMMAND...: starts the command, whose pid is left in the caller's pid.
gate() {
	local name=$1
	shift
	mkfifo "$T/$name.go"
	"$@" < "$T/$name.go" > "$T/$name.said" &
	pid=$!
	exec 5> "$T/$name.go"
}

# open_gate NAME PROGRAM PID OPERAND...: the rest. Returns dtrace's status.
open_gate() {
	local name=$1 program=$2 client
	shift 2
	timeout 60 "$build/dtrace" -qn "$program" "$@" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	wait_for 20 gate_settled "$name" "$client"
	grep -q ready "$T/$name.out" || not_ok "$name starts" "$T/$name.err"
	echo >&5
	exec 5>&-
	wait "$1" || not_ok "$name: what it traces failed"
	wait "$client"
}

gate_settled() {
	grep -q ready "$T/$1.out" || process_gone "$2"
}

# trigger_run NAME PROGRAM OPERATION...: the same with tests/kernel/trigger.
trigger_run() {
	local name=$1 program=$2
	shift 2
	trace_gated "$name" "$program" "$build/tests/kernel/trigger" "$@"
}

# net_run NAME PROGRAM OPERATION...: the same with tests/kernel/net, whose pid is $1 and whose network namespace is $2;
# what it says goes to $T/NAME.said. Fails if the program does not start.
net_run() {
	traffic_run net "$@"
}

# traffic_run TRIGGER NAME PROGRAM OPERATION...
traffic_run() {
	local trigger=$1 name=$2 program=$3 pid
	shift 3
	gate "$name" "$build/tests/kernel/$trigger" "$@"
	wait_for 10 grep -q '^netns' "$T/$name.said"
	open_gate "$name" "$program" "$pid" "$(awk '$1 == "netns" { print $2 }' "$T/$name.said")"
}

# value NAME KEY: the number behind the key in what the program has printed, 0 if there is none; said NAME KEY: in what
# the command says.
value() { awk -v k="$2" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/$1.out"; }
said() { awk -v k="$2" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/$1.said"; }

# is NAME KEY NUMBER
is() { check "$1: $2 is $3 (told: $(value "$1" "$2"))" test "$(value "$1" "$2")" = "$3"; }
