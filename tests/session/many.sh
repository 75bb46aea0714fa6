# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Sourced by run, with a daemon running: a session with hundreds of programs does not hold up others.

"$build/dtrace" -qn 'BEGIN { printf("ready\n"); } syscall::getpgid:entry /execname == "hammer"/ { printf("%d\n", arg0); }' \
	> "$T/stream.out" 2> "$T/stream.err" &
stream=$!
wait_for 10 grep -q ready "$T/stream.out"
"$build/tests/session/hammer" 0 200000 50000 100 &
hammer=$!
probes='rawtp:::[a-k]*'
timeout 30 "$build/dtrace" -n "$probes /pid == 0x7fffffff/ { @ = count(); } tick-1s { exit(0); }" > "$T/many.out" 2>&1 &
many=$!
served=0 refused=0
until grep -q matched "$T/many.out" || process_gone "$many"; do
	if timeout 10 "$build/dtrace" -qn 'BEGIN { exit(0); }' > /dev/null; then served=$((served + 1)); else refused=$((refused + 1)); fi
done
check "hundreds of programs are loaded" wait "$many"
check "others are served meanwhile: $served sessions, and $refused not" test $served -ge 2 -a $refused = 0
# A client that goes away while its session is loaded takes it with it.
before=$(daemon_fds)
timeout -s KILL 0.4 "$build/dtrace" -qn "$probes /pid == 0x7fffffff/ { @ = count(); }" > /dev/null 2>&1
check "a session that is being loaded can be left" wait_for 5 fds_back "$before"
wait "$hammer"
all_streamed() { [ "$(grep -c '^[0-9]' "$T/stream.out")" -ge 200000 ]; }
wait_for 10 all_streamed
kill -INT "$stream"
wait "$stream"
check "a stream of records loses none meanwhile ($(wc -l < "$T/stream.err") lines of drops)" \
	test "$(grep -c '^[0-9]' "$T/stream.out")" = 200000
