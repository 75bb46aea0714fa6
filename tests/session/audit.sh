# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; the inner shell has its own
# Sourced by run: what the journal gets, and what is not done when it is away.

# start_audited: a daemon in a mount namespace with a journal of its own.
start_audited() {
	BUILD=$build DIR=$T unshare -m bash -c '
		mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/journal || exit 1
		"$BUILD/tests/session/journal" /run/systemd/journal/socket > "$DIR/journal.out" &
		echo $! > "$DIR/journal.pid"
		until [ -S /run/systemd/journal/socket ]; do sleep 0.02; done
		exec "$BUILD/dtraced" --socket "$DIR/audited"' > "$T/audited.log" 2>&1 &
	audited_pid=$!
	wait_for 60 test -S "$T/audited"
}

# recorded NAME PATTERN: a record of the journal has it.
recorded() {
	if wait_for 10 grep -qE -- "$2" "$T/journal.out"; then
		ok "audit: $1"
	else
		cp "$T/journal.out" "$T/recorded.out"
		echo "no '$2'" >> "$T/recorded.out"
		not_ok "audit: $1" "$T/recorded.out"
	fi
}

audited() {
	DTRACED_SOCKET=$T/audited timeout 60 "$build/dtrace" "$@"
}

if ! unshare -m true 2> /dev/null; then
	skip audit "no mount namespaces"
elif ! start_audited; then
	not_ok "audit: a daemon with a journal" "$T/audited.log"
else
	audited -qn 'BEGIN { exit(0); } END { printf("\n"); }' > /dev/null
	recorded "who connects" '\|DTRACE_EVENT=connect\|DTRACE_UID=0\|DTRACE_GID=0\|DTRACE_PID=[0-9]+\|.*DTRACE_COMM=dtrace\|.*DTRACE_ROLE=root\|'
	recorded "what is started" '\|DTRACE_EVENT=start\|.*\|DTRACE_SESSION=[0-9a-f]{16}\|.*\|DTRACE_PROBE_COUNT=2\|DTRACE_PROGRAM=BEGIN \{ exit\(0\); \} END \{ printf\("\\\\n"\); \}\\n\|'
	recorded "how it ended" '\|DTRACE_EVENT=stop\|.*\|DTRACE_DURATION_US=[0-9]+\|DTRACE_DROPS=0\|'
	audited policy explain -u 4711 > /dev/null
	recorded "who asks about others" '\|DTRACE_EVENT=admin\|DTRACE_UID=0\|.*\|DTRACE_SUBJECT_UID=4711\|'
	audited freeze > /dev/null && audited thaw > /dev/null
	recorded "who freezes" '\|DTRACE_EVENT=admin\|DTRACE_UID=0\|.*\|DTRACE_REASON=frozen\|'
	kill -HUP "$audited_pid"
	recorded "that the policy was read" '\|DTRACE_EVENT=reload\|DTRACE_REASON=the policy has been read again\|'
	kill "$(cat "$T/journal.pid")"
	check "audit: without the journal programs run" audited -qn 'BEGIN { exit(0); }'
	audited -qwn 'syscall::getpgid:entry /pid == 1 && pid == 2/ { raise(9); } BEGIN { exit(0); }' > "$T/out" 2>&1
	check "audit: but none that destroys" grep -q 'the journal does not take the record of it' "$T/out"
	kill "$audited_pid"
	wait "$audited_pid"
fi
