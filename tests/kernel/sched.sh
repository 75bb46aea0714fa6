#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The sched provider: switches of a program against the kernel's own count of them, sleeps, yields, wakeups and a
# changed priority exactly.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf sched
start_daemon || exit 1
process=$build/tests/kernel/process

# Between the two getrusage() of the trigger.
window='self int on; syscall::getrusage:return /pid == $1/ { self->on = !self->on; }'
listed=$("$build/dtrace" -l -P sched)

trace_gated sleeps "$window"' BEGIN { printf("ready\n"); }
sched:::sleep /self->on/ { @n[probename] = count(); }
sched:::off-cpu /self->on/ { @n[probename] = count(); @next = sum(args[0]->pr_lwpid != tid); }
sched:::on-cpu /self->on/ { @n[probename] = count(); }
sched:::preempt /self->on/ { @n[probename] = count(); }
sched:::wakeup /args[1]->pr_pid == $1/ { @w[args[0]->pr_lwpid == $1] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @n); printa("next %@d\n", @next); printa("wakeup%d %@d\n", @w); }' "$process" sleep,50,1 spin,300
read -r _ voluntary involuntary <<< "$(grep switches "$T/sleeps.said")"
check "sleeps: most of 50 give up the CPU ($voluntary)" test "$voluntary" -ge 10
is sleeps sleep "$voluntary"
is sleeps preempt "$involuntary"
is sleeps off-cpu $((voluntary + involuntary))
is sleeps next $((voluntary + involuntary))
check "sleeps: as many wakeups" test "$(value sleeps wakeup1)" -ge "$voluntary" -a "$(value sleeps wakeup1)" -le $((voluntary + 3))
if [[ $listed = *on-cpu* ]]; then
	is sleeps on-cpu $((voluntary + involuntary))
else
	skip "sleeps: on-cpu" "this kernel has no tracepoint for it"
fi

# Each of them goes through the scheduler; who yields is not preempted.
trace_gated yields 'BEGIN { printf("ready\n"); }
syscall::sched_yield:entry /pid == $1/ { self->in = 1; @n["yield"] = count(); }
syscall::sched_yield:return { self->in = 0; }
sched:::off-cpu /self->in/ { @n["through"] = count(); }
'"$([[ $listed != *remain-cpu* ]] || echo 'sched:::remain-cpu /self->in/ { @n["through"] = count(); }')"'
sched:::preempt /self->in/ { @n[probename] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @n); }' "$process" yield,30
is yields yield 30
[[ $listed != *remain-cpu* ]] || check "yields: each goes through the scheduler, some twice" test "$(value yields through)" -ge 30
is yields preempt 0

trace_gated nice 'BEGIN { printf("ready\n"); }
sched:::change-pri /pid == $1/ { printf("pri %d -> %d %d\n", args[0]->pr_pri, args[2], args[1]->pr_pid == pid); }
syscall::exit_group:entry /pid == $1/ { exit(0); }' "$process" nice,3
printf 'pri %d -> 121 1\npri 121 -> 122 1\npri 122 -> 123 1\n' $((120 + $(nice))) > "$T/nice.want"
grep ^pri "$T/nice.out" > "$T/nice.got"
check "nice: old and new priorities" cmp "$T/nice.want" "$T/nice.got"

# The clock interrupts who computes HZ times a second on his CPU, unless he is preempted.
if [[ $listed = *tick* ]]; then
	trace_gated ticks "$window"' BEGIN { printf("ready\n"); }
sched:::tick /self->on/ { @n["tick"] = count(); @same = sum(args[0]->pr_lwpid == tid); }
profile:::profile-1000 /self->on/ { @n["ms"] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @n); printa("same %@d\n", @same); }' "$process" spin,1000
	ticks=$(value ticks tick) ms=$(value ticks ms)
	check "ticks: $ticks in $ms ms, of current" test "$ticks" -ge $((ms / 10 - 10)) -a "$ticks" -le $((ms * 11 / 10 + 10)) \
		-a "$(value ticks same)" = "$ticks"
fi
"$build/dtrace" -n 'sched:::schedctl-yield' > "$T/out" 2>&1
check "what cannot happen is refused, with the reason" grep -q 'sched:::schedctl-yield cannot fire here: Linux has no schedctl' "$T/out"
"$build/dtrace" -lvP sched > "$T/out"
check "what is not exact says so" grep -q 'Approximate: queues are seen by wakeups and switches' "$T/out"
check "and listed" grep -q 'sched cpucaps-sleep: Linux has no CPU caps' "$T/out"
