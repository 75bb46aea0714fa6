#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# profile and tick: rates while every CPU is busy (an idle CPU of a virtual machine may not get its clock interrupts in
# time, with or without us), and what is seen of the program that is interrupted.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf profile
start_daemon || exit 1

for ((i = 0; i < $(nproc); i++)); do
	nice -n -15 taskset -c "$i" "$build/tests/kernel/trigger" spin,1,60000 <<< go > "$T/spin.$i" &
	spinners+=($!)
done

# trace_for SECONDS NAME PROGRAM
trace_for() {
	"$build/dtrace" -qn "BEGIN { start = timestamp; } $3
		tick-${1}s { printf(\"time %d\n\", timestamp - start); exit(0); }" > "$T/$2.out" 2> "$T/$2.err"
}

# near NAME ACTUAL EXPECTED PERCENT
near() {
	check "$1: $2 of $3" awk -v a="$2" -v e="$3" -v p="$4" 'BEGIN { d = a - e; if (d < 0) d = -d; exit d * 100 > e * p }'
}

trace_for 2 rates 'profile-997 { @["997", cpu] = count(); } profile-99 { @["99", cpu] = count(); }
	tick-500 { @["500", -1] = count(); } tick-20ms { @["20ms", -1] = count(); } profile-10ms { @["10ms", cpu] = count(); }
	END { printa("%s %d %@d\n", @); }'
if [ "$DTRACED_TIME_FACTOR" = 1 ]; then
	seconds=$(awk '$1 == "time" { print $2 / 1e9 }' "$T/rates.out")
	near "tick-2s" "$seconds" 2 10
	while read -r rate cpu n; do
		case $rate in
		'' | time) continue ;;
		*ms) hz=$((1000 / ${rate%ms})) ;;
		*) hz=$rate ;;
		esac
		near "rate $rate, CPU $cpu" "$n" "$(awk -v s="$seconds" -v r="$hz" 'BEGIN { print s * r }')" 15
	done < "$T/rates.out"
else
	skip rates "an emulated machine does not keep them"
fi
check "every CPU has its profile-997" test "$(grep -c '^997 ' "$T/rates.out")" = "$(nproc)"
check "tick is on one CPU" test "$(grep -c '^500 ' "$T/rates.out")" = 1

trace_for 1 seen 'profile-499 /execname == "trigger"/ {
	@n = count(); @user = sum(arg1 != 0 && arg0 == 0); @kernel = sum(arg0 != 0 && arg1 == 0);
	@pids[pid] = count(); @tid = sum(tid == pid && curthread->tgid == pid); }
	END { printa("n %@d\n", @n); printa("user %@d\n", @user); printa("kernel %@d\n", @kernel); printa("tid %@d\n", @tid);
	printa("pid %d %@d\n", @pids); }'
value() { awk -v k="$1" '$1 == k { print $NF }' "$T/seen.out"; }
check "samples of the busy programs ($(value n))" test "$(value n)" -gt $((499 * $(nproc) / 20 / DTRACED_TIME_FACTOR))
check "one of user and kernel PC in each" test "$(value n)" = $(($(value user) + $(value kernel)))
check "nearly all in user mode" test $(($(value user) * 10)) -gt $(($(value n) * 9))
check "thread and process ids" test "$(value tid)" = "$(value n)"
expected=$(printf '%s\n' "${spinners[@]}" | sort)
check "the busy programs and no other" test "$(awk '$1 == "pid" { print $2 }' "$T/seen.out" | sort)" = "$expected"

# The addresses are those of the program: within its own mapping or the vDSO, where it reads the clock.
"$build/dtrace" -qn "profile-499 /pid == ${spinners[0]} && arg1/ { @[arg1] = count(); } tick-1s { printa(\"%x\n\", @); exit(0); }" > "$T/pcs"
awk 'FILENAME == ARGV[1] { if ($2 ~ /x/) { split($1, r, "-"); from[++n] = r[1]; to[n] = r[2] } next }
	function pad(s) { return substr("0000000000000000", 1, 16 - length(s)) s }
	NF { hit = 0; for (i = 1; i <= n; i++) if (pad($1) >= pad(from[i]) && pad($1) < pad(to[i])) hit = 1; all++; if (!hit) bad++ }
	END { print all + 0, bad + 0; exit !(all > 0 && !bad) }' "/proc/${spinners[0]}/maps" "$T/pcs" > "$T/pcs.check"
check "arg1 is an address of its code ($(cut -d' ' -f1 "$T/pcs.check") of them)" awk '{ exit !($1 > 0 && $2 == 0) }' "$T/pcs.check"
kill "${spinners[@]}"
wait "${spinners[@]}" 2> /dev/null || true
