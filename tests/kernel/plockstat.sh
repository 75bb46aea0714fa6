#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The plockstat provider: every event of locks of known addresses is counted, as often as the program says.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf plockstat
chmod 755 "$T"
start_daemon --group "$(id -gn)" || exit 1
install -m 755 "$build/tests/kernel/userlocks" "$T"

# FREE, TAKEN and KINDS of userlocks.
free=7 taken=4 kinds=5
program='
plockstat$target:::mutex-acquire { @e[probename, arg0, arg1, arg2] = count(); }
plockstat$target:::mutex-block { @e[probename, arg0, 0, 0] = count(); self->since = timestamp; }
plockstat$target:::mutex-blocked, plockstat$target:::mutex-error, plockstat$target:::mutex-release {
	@e[probename, arg0, arg1, 0] = count(); }
plockstat$target:::rw-block { @e[probename, arg0, arg1, 0] = count(); self->since = timestamp; }
plockstat$target:::rw-blocked, plockstat$target:::rw-error { @e[probename, arg0, arg1, arg2] = count(); }
plockstat$target:::rw-acquire, plockstat$target:::rw-release { @e[probename, arg0, arg1, 0] = count(); }
plockstat$target:::mutex-blocked, plockstat$target:::rw-blocked /args[0] != NULL/ {
	printf("time %d %d\n", arg0, timestamp - self->since); }
END { printa("event %s %d %d %d %@d\n", @e); }'

# Of the program's own locks, by name: the C library has locks, too.
events() {
	awk 'FNR == NR { if (NF == 2) name[$2] = $1; next } $1 == "event" && $3 in name { print name[$3], $2, $4, $5, $6 }' \
		"$1" "$1" | sort
}

# Of a lock with contention: main takes and releases it each time, and the thread behind it.
{
	echo "mutex mutex-acquire 0 0 $((free + 2 * taken + kinds))"
	echo "mutex mutex-block 0 0 $((taken + kinds))"
	echo "mutex mutex-blocked 0 0 $kinds"
	echo "mutex mutex-blocked 1 0 $taken"
	echo "mutex mutex-error 16 0 $kinds"
	echo "mutex mutex-error 110 0 $kinds"
	echo "mutex mutex-release 0 0 $((free + 2 * taken + kinds))"
	echo "inheriting mutex-acquire 0 0 $((2 * taken))"
	echo "inheriting mutex-block 0 0 $taken"
	echo "inheriting mutex-blocked 1 0 $taken"
	echo "inheriting mutex-release 0 0 $((2 * taken))"
	echo "recursive mutex-acquire 0 0 $kinds"
	echo "recursive mutex-acquire 1 0 $((2 * kinds))"
	echo "recursive mutex-release 1 0 $((2 * kinds))"
	echo "recursive mutex-release 0 0 $kinds"
	echo "checking mutex-acquire 0 0 $kinds"
	echo "checking mutex-error 35 0 $kinds"
	echo "checking mutex-release 0 0 $kinds"
	echo "robust mutex-acquire 0 0 $((3 * kinds))"
	echo "robust mutex-release 0 0 $((2 * kinds))"
	echo "rw rw-acquire 0 0 $((taken + 2 * kinds))"
	echo "rw rw-acquire 1 0 $((taken + kinds))"
	echo "rw rw-block 0 0 $taken"
	echo "rw rw-block 1 0 $kinds"
	echo "rw rw-blocked 0 1 $taken"
	echo "rw rw-blocked 1 0 $kinds"
	echo "rw rw-error 0 16 $kinds"
	echo "rw rw-error 1 16 $kinds"
	echo "rw rw-error 1 110 $kinds"
	echo "rw rw-release 0 0 $((taken + 2 * kinds))"
	echo "rw rw-release 1 0 $((taken + kinds))"
} | sort > "$T/expected"

"$build/dtrace" -qn "$program" -c "$T/userlocks $free $taken $kinds" > "$T/out" 2> "$T/err"
check_silent "plockstat: nothing else is said" "$T/err"
events "$T/out" > "$T/events"
check_same "plockstat: what happens to each kind of lock" "$T/expected" "$T/events"

# Waits of one lock, in their order, and how long they were.
for lock in mutex inheriting rw; do
	awk -v lock=$lock '$1 == "wait" && $2 == lock { print $3, $4 }' "$T/out" > "$T/bounds"
	awk -v lock=$lock 'FNR == NR { if ($1 == lock) address = $2; next } $1 == "time" && $2 == address { print $3 }' \
		"$T/out" "$T/out" | head -n $taken > "$T/times"
	check "plockstat: $lock is waited for as long as it is held" awk 'FNR == NR { least[FNR] = $1; most[FNR] = $2; next }
		$1 < least[FNR] || $1 > most[FNR] + 1000000000 { bad = 1 } { n++ } END { exit n != '$taken' || bad }' \
		"$T/bounds" "$T/times"
done

# The same functions in the program itself.
if "${CC:-cc}" -static -pthread -o "$T/static" "$top/tests/kernel/userlocks.c" 2> "$T/cc"; then
	"$build/dtrace" -qn "$program" -c "$T/static $free $taken $kinds" > "$T/out" 2> "$T/err"
	events "$T/out" > "$T/events"
	check_same "plockstat: a program that is linked statically" "$T/expected" "$T/events"
else
	skip "plockstat: a program that is linked statically" "no compiler or no static C library"
fi

# A user's own process.
as=(setpriv --reuid 65534 --regid "$(id -g)" --clear-groups)
"${as[@]}" "$build/dtrace" -qn "$program" -c "$T/userlocks $free $taken $kinds" > "$T/out" 2> "$T/err"
events "$T/out" > "$T/events"
check_same "plockstat: a user's own process" "$T/expected" "$T/events"

# One event's probe needs nothing of the others.
"$build/dtrace" -qn 'plockstat$target:::mutex-block { @[arg0] = count(); } END { printa("event mutex-block %d 0 0 %@d\n", @); }' \
	-c "$T/userlocks $free $taken 0" > "$T/out" 2> "$T/err"
events "$T/out" > "$T/events"
printf '%s mutex-block 0 0 %d\n' inheriting $taken mutex $taken > "$T/expected"
check_same "plockstat: waits alone" "$T/expected" "$T/events"

# What cannot be seen, and what is not there.
said() {
	local name=$1 part=$2
	shift 2
	"${as[@]}" "$build/dtrace" -x errtags "$@" > "$T/out" 2> "$T/err"
	check "plockstat: $name" grep -q -- "$part" "$T/err"
}
said "another user's process" "\[D_PROC_GRAB\].*may not have probes in process $$" -n "plockstat$$:::"
as=()
said "who spins is not seen" '\[D_PDESC_ZERO\].*mutex-spin cannot fire here: the C library' -n 'plockstat$target:::mutex-spin' -c true
said "which process?" '\[D_PDESC_ZERO\].*plockstat1234, or plockstat$target with -p or -c' -n 'plockstat:::mutex-acquire'
said "no such process" '\[D_PROC_BADPID\].*there is no process 4194305' -n 'plockstat4194305:::mutex-acquire'
said "no target" '\[D_PROC_BADPID\].*$target is one with -p or -c only' -n 'plockstat$target:::mutex-acquire'
"$build/dtrace" -lv -P "plockstat$$" > "$T/out" 2>&1
for probe in mutex-spin mutex-spun; do
	check "plockstat: $probe says why it cannot fire" grep -qE -- "- plockstat$$ $probe: the C library" "$T/out"
done
"$build/dtrace" -l -n 'plockstat$target:::rw-*' -p $$ > "$T/listed" 2>&1
check "plockstat: a listing has what is asked for, not what it is made of" \
	awk -v p="plockstat$$" 'NR > 1 && $2 != p { bad = 1 } NR > 1 { n++ } END { exit bad || n != 5 }' "$T/listed"
exit $((failures > 0))
