#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Software counters with a count of 1: page faults against getrusage of the faulting program, context switches of a
# sleeping program against /proc.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf cpc
start_daemon || exit 1

trace_gated faults 'BEGIN { printf("ready\n"); phase = 0; }
syscall::getppid:entry /pid == $1/ { phase = (int)arg0; }
cpc:::page_faults_min-all-1 /pid == $1 && phase/ { @min[phase] = count(); }
cpc:::page_faults_min-all-1 /pid == $1 && phase && phase != 5/ { @sum[phase] = sum(arg2 & ~0xfffull); }
cpc:::page_faults_maj-all-1 /pid == $1 && phase/ { @maj[phase] = count(); }
cpc:::page_faults_maj-all-1 /pid == $1 && phase == 5/ { @sum[phase] = sum(arg2 & ~0xfffull); }
cpc:::page_faults-all-1 /pid == $1 && phase/ { @all[phase] = count(); }
cpc:::page_faults-user-1 /pid == $1 && phase/ { @user[phase] = count(); @pc[phase] = sum(arg1 && !arg0); }
cpc:::page_faults-kernel-1 /pid == $1 && phase/ { @kernel[phase] = count(); @pc[phase] = sum(arg0 && !arg1); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("min %d %@d\n", @min); printa("maj %d %@d\n", @maj); printa("all %d %@d\n", @all);
	printa("user %d %@d\n", @user); printa("kernel %d %@d\n", @kernel); printa("pc %d %@d\n", @pc);
	printa("sum %d %@d\n", @sum); }' "$build/tests/kernel/faults" "$T/file"
value() { awk -v k="$1" -v p="$2" '$1 == k && $2 == p { n = $3 } END { print n == "" ? 0 : n }' "$T/faults.out"; }
while read -r _ phase minor major sum; do
	check "phase $phase: $minor minor, $major major faults" test "$(value min "$phase")" = "$minor" -a "$(value maj "$phase")" = "$major"
	check "phase $phase: all are both" test "$(value all "$phase")" = $((minor + major))
	check "phase $phase: in programs and in the kernel" \
		test $(($(value user "$phase") + $(value kernel "$phase"))) = $((minor + major))
	check "phase $phase: the program counter says where" test "$(value pc "$phase")" = $((minor + major))
	# Where no other page was touched meanwhile.
	case $phase,$minor,$major in
	2,200,* | 3,300,* | 4,20,* | 5,*,40 | 7,50,0) check "phase $phase: the addresses touched" test "$(value sum "$phase")" = "$sum" ;;
	esac
done < <(grep '^phase' "$T/faults.said")
check "seven phases" test "$(grep -c '^phase' "$T/faults.said")" = 7
check "200 reads of new memory" test "$(value min 2)" -ge 200
check "300 writes" test "$(value min 3)" -ge 300
check "20 pages touched by the kernel" test "$(value kernel 4)" -ge 20
check "50 copies on write" test "$(value min 7)" -ge 50

# A count of 10 fires a tenth of the time, once all that counts does so.
trace_gated tenth 'BEGIN { printf("ready\n"); on = 0; }
syscall::getppid:entry /pid == $1/ { on = 1; }
cpc:::page_faults_min-user-1 /on/ { @all[cpu] = count(); }
cpc:::page_faults_min-user-10 /on/ { @tenth[cpu] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("all %d %@d\n", @all); printa("tenth %d %@d\n", @tenth); }' "$build/tests/kernel/faults" "$T/file"
check "one of ten faults of a CPU" awk '$1 == "all" { all[$2] = $3 } $1 == "tenth" { tenth[$2] = $3 }
	END { for (c in all) { d = all[c] - 10 * tenth[c]; n++; if (d < -20 || d > 20) bad++ } exit !n || bad }' "$T/tenth.out"

# Switches away from a program that sleeps 30 times, as the kernel has counted them.
trace_gated switches 'BEGIN { printf("ready\n"); }
syscall::nanosleep:entry /pid == $1/ { self->in = 1; @sleeps = count(); }
cpc:::context_switches-all-1 /self->in/ { @out = count(); @pid = sum(pid == $1); }
syscall::nanosleep:return /self->in/ { self->in = 0; @vol = max(curthread->nvcsw); @invol = max(curthread->nivcsw); }
syscall::getppid:entry /pid == $1/ { @vol0 = max(curthread->nvcsw); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("sleeps %@d\n", @sleeps); printa("out %@d\n", @out); printa("pid %@d\n", @pid); }' \
	"$build/tests/kernel/trigger" getppid sleep,30,1
said() { awk -v k="$1" '$1 == k { print $2 }' "$T/switches.out"; }
check "switches: at least one in each sleep ($(said out) of $(said sleeps))" test "$(said sleeps)" = 30 -a "$(said out)" -ge 30
check "switches: the task that leaves is current" test "$(said pid)" = "$(said out)"

# Refusals and the list.
refused() {
	"$build/dtrace" -qn "$1 { exit(0); }" > "$T/out" 2> "$T/err"
	check "$1: $2" grep -qF "$2" "$T/err"
}
refused cpc:::page_faults-all-0 "'0' is not a count of events between 1 and"
refused cpc:::page_faults "page_faults is to be followed by a mode (user, kernel or all)"
refused cpc:::page_faults-some-1 "page_faults is to be followed by a mode (user, kernel or all)"
refused cpc:::no_such_event-all-1 "matches no probe"
# What the processor counts, where there is one that does; elsewhere one sentence says why not.
if "$build/dtrace" -l -n 'cpc:::cpu_cycles-all-100000' > "$T/out" 2> "$T/err"; then
	"$build/dtrace" -qn 'cpc:::PAPI_tot_cyc-user-100000 /pid == $target/ { @["cycles"] = count(); @a["user"] = sum(arg1 && !arg0); }
	END { printa("%s %@d\n", @); printa("%s %@d\n", @a); }' -c "$build/tests/kernel/trigger spin,1,300" > "$T/cycles.out" 2>&1 <<< ''
	cycles=$(awk '$1 == "cycles" { print $2 }' "$T/cycles.out")
	check "a program that computes takes cycles (${cycles:-0} times 100000), in itself" test "${cycles:-0}" -ge 100 \
		-a "$(awk '$1 == "user" { print $2 }' "$T/cycles.out")" = "${cycles:-0}"
	refused cpc:::cpu_cycles-all-4999 "'4999' is not a count of events between 5000 and"
	refused cpc:::r1c2-all-0x1g-5000 "'0x1g' is no attribute of an event here"
	refused cpc:::cpu_cycles-all-0x1-5000 "only events by the processor's own names and numbers"
else
	skip "cpc: events of the processor" "this machine counts none"
	for name in cpu_cycles instructions l1_dcache_load_misses PAPI_tot_cyc r1c2; do
		refused cpc:::$name-all-10000 "cpc:::$name cannot fire here: this machine has no counters of the processor's events"
	done
	"$build/dtrace" -lv -P cpc > "$T/out" 2> "$T/err"
	check "and listed" grep -q 'cpc branch_misses-all-100000: this machine has no counters' "$T/out"
fi
for name in page_faults page_faults_min page_faults_maj context_switches cpu_migrations alignment_faults emulation_faults; do
	check "$name is listed and attaches" "$build/dtrace" -qn "cpc:::$name-all-1 { @ = count(); }" -n 'BEGIN { exit(0); }'
done
check "seven are listed" test "$("$build/dtrace" -l -P cpc | grep -c -- "-all-1$")" = 7
