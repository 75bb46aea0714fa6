# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Sourced by run, with a daemon running: sessions that outlive their client, and several viewers of one, with exact
# counts of events, which only come from hammer.

dtrace=$build/dtrace
hammer=$build/tests/session/hammer

# state NAME: as `dtrace list` has it.
state() {
	"$dtrace" list | awk -v name="$1" '$1 == name { print $3 }'
}
is_state() {
	[ "$(state "$1")" = "$2" ]
}
viewers() {
	"$dtrace" list | awk -v name="$1" '$1 == name { print $4 }'
}
has_viewers() {
	[ "$(viewers "$1")" = "$2" ]
}
# refused NAME PATTERN COMMAND...: it fails and says so, in one line of stderr.
refused() {
	local name=$1 pattern=$2
	shift 2
	if timeout 20 "$@" > "$T/refused.out" 2> "$T/refused.err" < /dev/null; then
		not_ok "$name: not refused" "$T/refused.out"
	elif [ "$(wc -l < "$T/refused.err")" != 1 ] || ! grep -qE -- "$pattern" "$T/refused.err"; then
		not_ok "$name" "$T/refused.err"
	else
		ok "$name"
	fi
}
is_value() {
	awk -v want="$2" '$1 == "n" { t += $2 } END { exit t != want }' "$1"
}

# ---- detached ----
counts='syscall::getpgid:entry /execname == "hammer"/ { @n = count(); @k[arg0 % 10] = count(); }'
check "-d prints the name, and dtrace is gone" test "$(timeout 20 "$dtrace" -qd --name one -n "$counts"' END { printa("n %@d\n", @n); }')" = one
check "the session runs on" is_state one running
"$hammer" 0 1000 10
check "show tells source, probe and owner" bash -c \
	"'$dtrace' show one | awk '/^probe +syscall:/ { p++ } /^owner +root,/ { o++ } /hammer/ { s++ } END { exit !(p >= 1 && o == 1 && s == 1) }'"
refused "a name is taken" "failed to compile: there is a session 'one' already: 'dtrace attach one'" "$dtrace" -qd --name one -n 'BEGIN {}'
refused "a name that cannot be one" "a session cannot be called 'a b'" "$dtrace" -qd --name 'a b' -n 'BEGIN {}'
refused "no such session" "failed to kill: there is no session 'none'" "$dtrace" kill none
refused "no such session to attach to" "failed to attach: there is no session 'none'" "$dtrace" attach none
refused "-d with -c" "the command of -c ends with dtrace" "$dtrace" -d -c true -n 'BEGIN {}'

# A viewer sees aggregations whole; ^C leaves it alone.
"$dtrace" attach one > "$T/view.out" 2> "$T/view.err" &
view=$!
check "a viewer attaches" wait_for 10 has_viewers one 1
"$hammer" 0 1000 10
kill -INT "$view"
wait "$view"
check "who leaves has seen what was counted before and after" bash -c \
	"awk 'NF == 2 { k[\$1] = \$2; n++ } NF == 1 { all = \$1 } END { for (i in k) if (k[i] != 200) exit 1; exit !(n == 10 && all == 2000) }' '$T/view.out'"
check "quietly, as the program says" test ! -s "$T/view.err"

# Pause and resume.
check "pause" "$dtrace" pause one
check "it is paused" is_state one paused
"$hammer" 0 500 10
check "resume" "$dtrace" resume one
"$hammer" 0 500 10
check "top measures it" bash -c "'$hammer' 0 200000 10 & '$dtrace' top -d 0.5 -n 1 | awk '\$1 == \"one\" && \$4 > 0 && \$5 > 0 { found = 1 } END { exit !found }'; wait"
"$dtrace" attach one > "$T/killed.out" 2>&1 &
view=$!
wait_for 10 has_viewers one 1
check "kill" "$dtrace" kill one
wait "$view"
check "its viewer is told by whom" grep -q 'processing aborted: uid 0 has killed the session' "$T/killed.out"
check "END has run, and nothing was counted while paused" is_value "$T/killed.out" 202500
check "nothing is left of it" test -z "$(state one)"

# ---- records that wait ----
start_waiting() {
	timeout 20 "$dtrace" -qd --name two -x bufsize="$1" -n 'syscall::getpgid:entry /execname == "hammer"/ { printf("n 1\n"); @ = count(); }
		syscall::getpgid:entry /execname == "hammer" && arg0 == 1000007/ { exit(3); }' > /dev/null
}
start_waiting 1m
"$hammer" 0 500 1000
check "a session that has ended waits for a viewer" wait_for 10 is_state two waiting
timeout 20 "$dtrace" attach two > "$T/two.out" 2> "$T/two.err"
status=$?
check "who comes then gets its records, to the last" test "$(grep -c '^n 1$' "$T/two.out")" = 7
check "its aggregations" grep -qE '^ +7$' "$T/two.out"
check "and its exit status" test $status = 3
check "then it is gone" test -z "$(state two)"

timeout 20 "$dtrace" -qd --name three -x bufsize=64k -n 'syscall::getpgid:entry /execname == "hammer"/ { printf("n 1\n"); }
	syscall::getpgid:entry /execname == "hammer"/ { @ = count(); }' > /dev/null
"$hammer" 0 20000 10 & one=$!
"$hammer" 1 20000 10
wait $one
"$dtrace" attach three > "$T/three.out" 2> "$T/three.err" &
view=$!
wait_for 10 has_viewers three 1
"$dtrace" kill three
wait $view
records=$(grep -c '^n 1$' "$T/three.out")
drops=$(awk '/drop/ { n += $2 } END { print n + 0 }' "$T/three.err")
check "what does not fit meanwhile is counted: $records and $drops dropped" test $((records + drops)) = 40000 -a "$drops" -gt 0 -a "$records" -gt 1000
check "the aggregation is whole" grep -qE '^ +40000$' "$T/three.out"

# ---- several viewers ----
# Each clears for itself: the sum of all that a viewer has printed is right for each of them. What was cleared and not counted since
# is printed as 0.
"$dtrace" -qd --name four -n 'syscall::getpgid:entry /execname == "hammer"/ { @n = count(); @m[arg0] = max(arg0); @t[arg0] = count(); }
	tick-50ms { printa("n %@d\n", @n); clear(@n); printa("m %d %@d\n", @m); clear(@m); printa("t %@d\n", @t); trunc(@t); }
	syscall::getpgid:entry /execname == "hammer" && arg0 == 1000000/ { @last = max(timestamp); }' > /dev/null
"$dtrace" attach four > "$T/four.a" 2> "$T/four.aerr" & a=$!
"$dtrace" attach four > "$T/four.b" 2> "$T/four.berr" & b=$!
check "two attach" wait_for 10 has_viewers four 2
"$hammer" 0 30000 50 100
all_printed() {
	awk -v tag="$2" '$1 == tag { t += $2 } END { exit t < 30000 }' "$1"
}
for v in a b; do
	wait_for 20 all_printed "$T/four.$v" n && wait_for 20 all_printed "$T/four.$v" t
done
kill -INT $a
wait $a
check "one leaves, the other stays" wait_for 10 has_viewers four 1
"$hammer" 0 1000 50
all_printed_b() {
	awk '$1 == "n" { t += $2 } END { exit t < 31000 }' "$T/four.b"
}
wait_for 20 all_printed_b
"$dtrace" kill four
wait $b
for v in a b; do
	want=$([ $v = a ] && echo 30000 || echo 31000)
	sums=$(awk '$1 == "n" { n += $2 } $1 == "t" { t += $2 } $1 == "m" && $3 && $2 != $3 { wrong++ } END { print n + 0, t + 0, wrong + 0 }' "$T/four.$v")
	check "viewer $v of two: clear() and trunc() of its own, $sums of $want" test "$sums" = "$want $want 0"
done

# A slow one loses its records, and only it.
"$dtrace" -qd --name five -x bufsize=8m -n 'syscall::getpgid:entry /execname == "hammer"/ { printf("n 1 %s\n", "0123456789012345678901234567890123456789"); }' > /dev/null
"$raw" "$T/s" views five > "$T/five.raw" 2>&1 & slow=$!
wait_for 10 has_viewers five 1
"$dtrace" attach five > "$T/five.out" 2> "$T/five.err" & view=$!
wait_for 10 has_viewers five 2
"$hammer" 0 200000 10 100
all_five() {
	[ "$(grep -c '^n 1' "$T/five.out")" -ge 200000 ]
}
check "beside a viewer that does not read all records come" wait_for 30 all_five
"$dtrace" kill five
wait $view
check "none twice, none dropped" test "$(grep -c '^n 1' "$T/five.out")" = 200000 -a "$(grep -c drop "$T/five.err")" = 0
kill -USR1 $slow
wait $slow
check "the slow one has lost what it did not take, counted: $(tail -n 1 "$T/five.raw")" bash -c \
	"awk '/^viewed/ { exit !(\$2 + \$3 == 200000 && \$3 > 0) } ' '$T/five.raw'"

# ---- the client's end ----
"$dtrace" --name six -qn 'BEGIN { printf("ready\n"); }' > "$T/six.out" 2>&1 &
maker=$!
wait_for 10 grep -q ready "$T/six.out"
"$dtrace" attach six > "$T/six.view" 2>&1 &
view=$!
wait_for 10 has_viewers six 2
kill -KILL $maker
wait $maker 2> /dev/null
wait $view
check "without -d a session ends with its client, and its viewers are told" grep -q 'the client that began the session has left' "$T/six.view"
gone() {
	[ -z "$(state six)" ]
}
check "and is gone" wait_for 5 gone

# A viewer runs none of the program's commands, but its own user's when asked to.
"$dtrace" -wqd --name seven -n 'tick-20ms { system("echo run >> '"$T"'/seven.ran"); printf("tick\n"); }' > /dev/null
timeout -s INT 2 "$dtrace" attach seven > "$T/seven.out" 2> "$T/seven.err"
check "system() is not for a viewer" test ! -e "$T/seven.ran" -a "$(grep -c 'not carried out for a viewer' "$T/seven.err")" = 1
timeout -s INT 2 "$dtrace" attach -w seven > "$T/seven.out" 2>&1
check "attach -w runs it" test -s "$T/seven.ran"
"$dtrace" kill seven

# ---- freeze ----
"$dtrace" -d --name eight -n "$counts" > /dev/null 2>&1
timeout -s INT 1 "$dtrace" attach eight > /dev/null 2> "$T/eight.err"
check "who leaves is told that it goes on" grep -q "session 'eight' goes on; 'dtrace kill eight' ends it" "$T/eight.err"
check "freeze spares root" bash -c "'$dtrace' freeze && '$dtrace' list | grep -q '^eight .* running '"
check "thaw" "$dtrace" thaw
"$dtrace" kill eight

# ---- nothing is left ----
before=$(daemon_fds)
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	"$dtrace" -qd --name "r$i" -n 'profile-97 { @[execname] = count(); } syscall:::entry { printf("%d\n", pid); } ' > /dev/null
	timeout -s INT 0.3 "$dtrace" attach "r$i" > /dev/null 2>&1
	timeout -s KILL 0.2 "$dtrace" attach "r$i" > /dev/null 2>&1
	"$dtrace" kill "r$i"
done
check "after rounds of attach and kill all is given back" wait_for 5 fds_back "$before"
check "and no session is there" test "$("$dtrace" list | wc -l)" = 1
