#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The lockstat provider and sysinfo's counts of locks: a mutex and a rwsem that are held for a known time are waited for once
# each, for so long, in the right mode, with the stack of who waits. Spinning locks by a program that fights for them.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf lockstat
if ! "$build/tests/kernel/locks" "$T" < /dev/null > "$T/try" 2>&1 && grep -q userfaultfd "$T/try"; then
	skip lockstat "this kernel has no userfaultfd"
	exit 0
fi
start_daemon || exit 1
rm -rf "${T:?}"/listed "$T"/locked

# quiet NAME: nothing was said but that an interrupt met a lock while a program ran for another one.
quiet() {
	check_silent "$1: no word on stderr" "$T/$1.err" 'left out by the kernel \(the probe was already running on that CPU\)'
}

# What takes longer than 20 ms is the wait that the trigger makes.
trace_gated waits 'self uintptr_t lock; self uint64_t spun; BEGIN { printf("ready\n"); }
syscall::getppid:entry /pid == $1/ { self->in = (int)arg0; self->lock = 0; }
lockstat:::adaptive-spin /self->in/ { self->lock = arg0; self->spun = arg1; }
lockstat:::adaptive-block /self->in && arg1 > 20000000/ {
	printf("\nwait %d block %d %d 0 0\n", self->in, arg1, arg0 && arg0 == self->lock ? self->spun : -1); stack(); }
lockstat:::rw-block /self->in && arg0 && arg1 > 20000000/ {
	printf("\nwait %d rw-%s %d %d %d %d\n", self->in, arg2 == RW_READER ? "read" : arg2 == RW_WRITER ? "write" : "?", arg1, 0,
		arg3, arg4); stack(); }
sysinfo:::mutex_adenters, sysinfo:::rw_rdfails, sysinfo:::rw_wrfails /self->in/ { @n[self->in, probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("count %d %s %@d\n", @n); }' "$build/tests/kernel/locks" "$T"
quiet waits

# NUMBER KIND WRITER READERS COUNTER FUNCTION: the wait of a case, held by whom, and who waits where.
while read -r number kind writer readers counter function; do
	read -r _ _ least early most <<< "$(grep "^case $number " "$T/waits.said")"
	if [ -z "$most" ]; then
		skip "waits: case $number" "no direct I/O here"
		continue
	fi
	read -r _ _ _ ns spun by count _ <<< "$(grep "^wait $number $kind " "$T/waits.out")"
	check "waits: $kind once (case $number)" test "$(grep -c "^wait $number " "$T/waits.out")" = 1
	check "waits: $kind for ${ns:-?} ns, between $least and $most" test "${ns:-0}" -ge "$least" -a "${ns:-0}" -le "$most"
	check "waits: $kind: spun before, for less than the time until asleep" test "${spun:--1}" -ge 0 -a "${spun:-0}" -le "$early"
	# An overlay of older kernels lists its directories alone.
	if [ "$number" = 3 ] && [ "$by $count" = "1 0" ] && [ "$(stat -f -c %T "$T")" = overlayfs ]; then
		writer=1 readers=0
	fi
	check "waits: $kind: held by $writer writers and $readers readers" test "$by $count" = "$writer $readers"
	check "waits: $kind: the stack of who waits" awk -v n="$number" -v f="$function" \
		'$1 == "wait" { in_it = $2 == n } in_it && $0 ~ f { found = 1 } END { exit !found }' "$T/waits.out"
	check "waits: $kind counts as $counter" awk -v n="$number" -v c="$counter" \
		'$1 == "count" && $2 == n && $3 == c && $4 >= 1 { found = 1 } END { exit !found }' "$T/waits.out"
done << 'END'
1 block 0 0 mutex_adenters pipe_write[+]
2 rw-write 1 0 rw_wrfails pwrite64[+]
3 rw-write 0 1 rw_wrfails mkdirat[+]
4 rw-read 1 0 rw_rdfails pread64[+]
END
check "waits: one mutex" grep -qx 'count 1 mutex_adenters 1' "$T/waits.out"

if ! grep -q '^processor.*: 1$' /proc/cpuinfo || ! chrt -f 3 true 2> /dev/null; then
	skip "lockstat: spinning" "needs two CPUs and real-time priorities"
	exit $((failures > 0))
fi
trace_gated fight 'BEGIN { printf("ready\n"); }
lockstat:::rw-spin /pid == $1/ {
	@n[arg2 == RW_READER ? "read" : "write"] = count(); @sum["ns", tid] = sum(arg1); @rw[arg2 == RW_READER ? "R" : "W", stack(4)] = count(); }
lockstat:::spin-spin /pid == $1/ { @n["spin"] = count(); @sum["ns", tid] = sum(arg1); @rw["S", stack(4)] = count(); }
sysinfo:::rw_rdfails, sysinfo:::rw_wrfails /pid == $1/ { @n[probename] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @n); printa("%s %d %@d\n", @sum); printa("stack %s %k\n", @rw); }' "$build/tests/kernel/threads" fight,200
value() { awk -v k="$1" '$1 == k { n += $NF } END { print n + 0 }' "$T/fight.out"; }
quiet fight
for mode in read write; do
	counter=rw_rdfails call=sys_kill letter=R
	[ $mode = read ] || counter=rw_wrfails call=sys_setpgid letter=W
	if [ "$(value $mode)" = 0 ]; then
		skip "fight: rw-spin, $mode" "the CPUs had other work than to fight for a lock"
		continue
	fi
	ok "fight: spun for a $mode lock $(value $mode) times"
	check "fight: $mode: $counter counts those and whoever sleeps" test "$(value $counter)" -ge "$(value $mode)"
	check "fight: $mode: who spins is in $call" awk -v l=$letter -v f="${call}[+]" \
		'$1 == "stack" { in_it = $2 == l } in_it && $0 ~ f { found = 1 } END { exit !found }' "$T/fight.out"
done
if [ "$(value spin)" -ge 10 ]; then
	check "fight: who spins for a spinlock is in eventfd_write ($(value spin) times)" awk '$1 == "stack" { in_it = $2 == "S" }
		in_it && /eventfd_write[+]/ { found = 1 } END { exit !found }' "$T/fight.out"
else
	skip "fight: spin-spin" "two CPUs do not queue for a spinlock here"
fi
check "fight: no thread waits longer than there is time" awk -v t="$(awk '$1 == "time" { print $2 }' "$T/fight.said")" \
	'$1 == "ns" && $3 > t { bad = 1 } END { exit bad }' "$T/fight.out"
exit $((failures > 0))
