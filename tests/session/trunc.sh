# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Sourced by run, with a daemon running: trunc() while events come, exactly.

events=600000
resident() {
	awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"
}

# printed EVENTS: the viewer has shown so many.
printed() {
	awk -v n="$1" '$1 == "n" { t += $2 } END { exit t < n }' "$T/trunc.out"
}

# 50,000 keys in rotation on two CPUs, in tables that are too small for them.
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); }
	syscall::getpgid:entry /execname == "hammer" && ppid == $1/ { @[arg0] = count(); @m[arg0] = max(arg0); @n = count(); }
	tick-100ms { printa("k %d %@d\n", @); trunc(@); printa("n %@d\n", @n); trunc(@n); }
	tick-200ms { printa("m %d %@d\n", @m); trunc(@m); }' $$ > "$T/trunc.out" 2> "$T/trunc.err" &
viewer=$!
wait_for 20 grep -q ready "$T/trunc.out"
"$build/tests/session/hammer" 0 $events 50000 & one=$!
"$build/tests/session/hammer" 1 $events 50000 & two=$!
wait $one $two
"$build/tests/session/hammer" 0 $events 50000 500 & one=$!
sleep 1
early=$(($(resident "$viewer") + $(resident "$daemon_pid")))
wait $one
late=$(($(resident "$viewer") + $(resident "$daemon_pid")))
wait_for 20 printed $((3 * events))
kill -INT "$viewer"
wait "$viewer"
awk -v want=$((3 * events)) '
	FNR == NR { if (/aggregation drop/) drops += $2; next }
	$1 == "k" { keyed += $3; next }
	$1 == "n" { total += $2; next }
	$1 == "m" { if ($2 != $3) wrong++; next }
	END {
		print keyed + 0 " by keys and " total + 0 " of " want ", " drops + 0 " dropped, " wrong + 0 " wrong maxima"
		exit keyed > want || keyed + drops < want || total != want || wrong
	}' "$T/trunc.err" "$T/trunc.out" > "$T/trunc.sum"
exact=$?
check "trunc() while events come: $(cat "$T/trunc.sum")" test $exact = 0
check "trunc() in bounded memory: $early, then $late kB" test "$late" -lt $((early + 8000))

# The same with stacks among the keys, whose zeros are not hashed.
rm -f "$T/trunc.out" # that one was ready
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); }
	syscall::getpgid:entry /execname == "hammer" && ppid == $1/ { @[stack(), arg0, ustack(2)] = count(); @n = count(); }
	tick-100ms { printa("%k%d%k k %@d\n", @); trunc(@); printa("n %@d\n", @n); trunc(@n); }' $$ > "$T/trunc.out" 2> "$T/trunc.err" &
viewer=$!
wait_for 60 grep -q ready "$T/trunc.out" # tables of all that runs are made first
"$build/tests/session/hammer" 0 $events 5000 & one=$!
"$build/tests/session/hammer" 1 $events 5000
wait $one
wait_for 20 printed $((2 * events))
kill -INT "$viewer"
wait "$viewer"
awk -v want=$((2 * events)) '
	FNR == NR { if (/aggregation drop/) drops += $2; next }
	$1 == "k" { keyed += $2; next }
	$1 == "n" { total += $2; next }
	END {
		print keyed + 0 " by stacks and " total + 0 " of " want ", " drops + 0 " dropped"
		exit keyed > want || keyed + drops < want || total != want
	}' "$T/trunc.err" "$T/trunc.out" > "$T/trunc.sum"
exact=$?
check "trunc() of stacks: $(cat "$T/trunc.sum")" test $exact = 0
