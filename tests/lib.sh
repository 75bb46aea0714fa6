# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Sourced by tests/SUITE/run:
#
#	# shellcheck source=tests/lib.sh
#	. "$(dirname "$0")/../lib.sh"
#
# A suite prints a line per case, `ok NAME`, `not ok NAME` or `skip NAME reason`; ./dev test counts
# them. What else it prints shows up in the log only. It exits with 1 after any `not ok`.
#
#	$top $build	the source tree and the build tree (DTRACED_BUILD, default build/)
#	$T		a directory of this run, removed at exit
#	start_daemon	a private daemon on $T/s; DTRACED_SOCKET is set, so that dtrace finds it
#	DTRACED_TIME_FACTOR	what times of wait_for and timeout are multiplied by (default 1); an emulated machine is slow

set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${DTRACED_BUILD:-$top/build}
T=$(mktemp -d "${TMPDIR:-/tmp}/dtraced-test.XXXXXX")
PATH=$build:$PATH
failures=0
daemon_pid=
export DTRACED_TIME_FACTOR=${DTRACED_TIME_FACTOR:-1}

ok() {
	echo "ok $1"
}

# not_ok NAME [FILE]: FILE is shown, the first 40 lines of it.
not_ok() {
	echo "not ok $1"
	failures=$((failures + 1))
	if [ $# -gt 1 ] && [ -f "$2" ]; then
		head -n 40 "$2" | sed 's/^/# /'
	fi
}

skip() {
	echo "skip $1 ${2:-no reason given}"
}

# check NAME COMMAND...: ok if the command succeeds. Its output is shown if it does not.
check() {
	local name=$1
	shift
	if "$@" > "$T/check.out" 2>&1; then
		ok "$name"
	else
		not_ok "$name" "$T/check.out"
	fi
}

# check_same NAME EXPECTED-FILE ACTUAL-FILE
check_same() {
	check "$1" diff -u "$2" "$3"
}

# check_silent NAME FILE [PATTERN]: dtrace's stderr has no line but what fits the pattern (grep -E). System calls by programs
# of another ABI are told to whoever traces system calls, and anybody may run such a program.
check_silent() {
	grep -vE -- "by programs of another ABI not traced${3+|$3}" "$2" > "$T/words"
	check_same "$1" /dev/null "$T/words"
}

# need_root SUITE, need_bpf SUITE: leave with a skip where the machine cannot do it.
need_root() {
	if [ "$(id -u)" != 0 ]; then
		skip "$1" "needs root"
		exit 0
	fi
}

need_bpf() {
	need_root "$1"
	if [ ! -r /sys/kernel/btf/vmlinux ]; then
		skip "$1" "the kernel has no BTF"
		exit 0
	fi
}

# wait_for SECONDS COMMAND...: until the command succeeds; 1 when the time is over.
wait_for() {
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * DTRACED_TIME_FACTOR * 1000000))
	shift
	until "$@" 2> /dev/null; do
		[ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
		sleep 0.01
	done
}

# timeout [-OPTION VALUE]... SECONDS COMMAND...: coreutils' with the factor.
timeout() {
	local options=()
	while [[ $1 == -* ]]; do
		options+=("$1" "$2")
		shift 2
	done
	command timeout "${options[@]}" "$(awk "BEGIN { print $1 * $DTRACED_TIME_FACTOR }")" "${@:2}"
}

# start_daemon [ARGUMENT...]: its output goes to $T/daemon.log.
start_daemon() {
	rm -f "$T/s"
	export DTRACED_SOCKET=$T/s
	[ "$DTRACED_TIME_FACTOR" = 1 ] || set -- --compile-time $((5 * DTRACED_TIME_FACTOR)) "$@"
	"$build/dtraced" --socket "$T/s" "$@" >> "$T/daemon.log" 2>&1 &
	daemon_pid=$!
	if ! wait_for 10 daemon_settled || [ ! -S "$T/s" ]; then
		not_ok "daemon starts" "$T/daemon.log"
		stop_daemon
		return 1
	fi
}

# Also true when it died, so that nobody waits for that.
daemon_settled() {
	[ -S "$T/s" ] || ! kill -0 "$daemon_pid"
}

# stop_daemon: SIGTERM, and SIGKILL after 5 s. Returns the daemon's exit status.
stop_daemon() {
	local pid=$daemon_pid status=0
	[ -n "$pid" ] || return 0
	daemon_pid=
	kill -TERM "$pid" 2> /dev/null
	if ! wait_for 5 process_gone "$pid"; then
		kill -KILL "$pid" 2> /dev/null
	fi
	wait "$pid" 2> /dev/null || status=$?
	return $status
}

process_gone() {
	local state
	[ -r "/proc/$1/stat" ] || return 0
	state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")
	[ -z "$state" ] || [ "$state" = Z ]
}

leave() {
	local status=$?
	stop_daemon || true
	rm -rf "$T"
	[ "$failures" = 0 ] || exit 1
	exit $status
}
trap leave EXIT
trap 'exit 130' INT TERM
