#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The sched provider, exactly: real-time threads on CPUs of their own, where each wakeup, place in a queue, preemption and
# priority is known; priorities that are inherited or set; interrupts between CPUs.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf threads
threads=$build/tests/kernel/threads
if ! grep -q '^processor.*: 1$' /proc/cpuinfo; then
	skip threads "needs two CPUs"
	exit 0
fi
if ! chrt -f 3 true 2> /dev/null; then
	skip threads "no real-time priorities here"
	exit 0
fi
start_daemon || exit 1
listed=$("$build/dtrace" -l -P sched -P sysinfo)

# run NAME PROGRAM OPERATION,NUMBER: between getppid(1) and getppid(0) of the main thread the program's `on` is 1.
run() {
	trace_gated "$1" 'BEGIN { printf("ready\n"); on = 0; }
syscall::getppid:entry /tid == $1/ { on = arg0 == 1; }
syscall::exit_group:entry /pid == $1/ { exit(0); }
'"$2" "$threads" "$3"
}
surrender=
[[ $listed != *surrender* ]] || surrender='
sched:::surrender /on && tid == $1 && args[0]->pr_pri == 97/ { @[strjoin("told", lltostr(args[0]->pr_lwpid))] = count();
	@n["told-cpu"] = sum(args[0]->pr_onpro); @n["told-pid"] = sum(args[1]->pr_pid == $1); }'
run wake "$surrender"'
sched:::wakeup /on && tid == $1/ { @[strjoin("woken", lltostr(args[0]->pr_lwpid))] = count(); @n["woken-pid"] = sum(args[1]->pr_pid == $1); }
sched:::enqueue /on && args[1]->pr_pid == $1 && args[2]->cpu_id == 1/ { @[strjoin("in", lltostr(args[0]->pr_lwpid))] = count();
	@n["front"] = sum(args[3]); }
sched:::dequeue /on && args[1]->pr_pid == $1 && args[2]->cpu_id == 1/ { @[strjoin("out", lltostr(args[0]->pr_lwpid))] = count(); }
sched:::preempt /on && pid == $1 && cpu == 1/ { @[strjoin("preempted", lltostr(tid))] = count(); }
sched:::sleep /on && pid == $1 && cpu == 1/ { @[strjoin("asleep", lltostr(tid))] = count(); }
sched:::off-cpu /on && pid == $1 && args[1]->pr_pid == $1/ { @[strjoin("off", lltostr(tid))] = count(); }
sched:::on-cpu /on && pid == $1 && cpu == 1/ { @[strjoin("on", lltostr(tid))] = count(); }
END { printa("%s %@d\n", @); printa("%s %@d\n", @n); }' wake,200
sleeper=$(said wake sleeper) runner=$(said wake runner)
for what in woken in out asleep on; do
	is wake "$what$sleeper" 200
done
is wake "off$sleeper" 200
is wake woken-pid 200
is wake front 0
is wake "preempted$sleeper" 0
is wake "asleep$runner" 0
more=$(value wake "preempted$runner")
check "wake: the one that runs is preempted 200 times, and $((more - 200)) times by the kernel" test "$more" -ge 200 -a "$more" -lt 300
for what in in out on; do
	is wake "$what$runner" "$more"
done
is wake "off$runner" 200
if [[ -n $surrender ]]; then
	is wake "told$runner" 200
	is wake told-cpu 200
	is wake told-pid 200
else
	skip "wake: surrender" "this kernel has no tracepoint for it"
fi

if [[ $listed = *remain-cpu* ]]; then
	run yield 'sched:::remain-cpu /on && tid == $1/ { @n["remain"] = count(); }
	sched:::surrender /on && tid == $1/ { @n["told"] = count(); }
	syscall::sched_yield:return /on && tid == $1/ { @n["yields"] = count(); }
	sched:::preempt /on && tid == $1/ { @n["preempted"] = count(); }
	END { printa("%s %@d\n", @n); }' yield,100
	is yield yields 100
	check "yield: the same thread goes on ($(value yield remain) times)" test "$(value yield remain)" -ge 100 -a "$(value yield remain)" -le 103
else
	skip "yield: remain-cpu" "this kernel has no tracepoint for it"
fi

run inherit 'sched:::change-pri /on && args[1]->pr_pid == $1/ {
	@[strjoin("pri", strjoin(lltostr(args[0]->pr_lwpid), strjoin("-", strjoin(lltostr(args[0]->pr_pri), strjoin("-", lltostr(args[2]))))))] = count(); }
END { printa("%s %@d\n", @); }' inherit,20
holder=$(said inherit holder)
is inherit "pri$holder-97-96" 20
is inherit "pri$holder-96-97" 20

run policy 'sched:::change-pri /on && tid == $1/ { printf("pri %d %d\n", args[0]->pr_pri, args[2]); }' policy,1
printf 'pri %d %d\n' $((120 + $(nice))) 92 92 91 91 90 90 125 > "$T/policy.want"
grep '^pri' "$T/policy.out" > "$T/policy.got"
check_same "policy: set by sched_setscheduler, sched_setattr and sched_setparam" "$T/policy.want" "$T/policy.got"

# One for each barrier, and those that an interrupt of the caller sends meanwhile, which another probe knows, too.
if [[ $listed = *xcalls* ]]; then
	run barrier 'sysinfo:::xcalls /on && tid == $1/ { @[probename] = sum(arg0); }
	syscall::membarrier:entry /tid == $1/ { self->in = 1; }
	rawtp:::ipi_send_cpu, rawtp:::ipi_send_cpumask /self->in/ { self->sent++; }
	syscall::membarrier:return /self->in/ { @n["one"] = sum(self->sent > 0); self->sent = 0; self->in = 0; }
	END { printa("%s %@d\n", @); printa("%s %@d\n", @n); }' barrier,200
	is barrier one 200
	check "barrier: 200 cross calls and $(($(value barrier xcalls) - 200)) more" \
		test "$(value barrier xcalls)" -ge 200 -a "$(value barrier xcalls)" -le 300
else
	skip "barrier: xcalls" "this kernel has no tracepoint for it"
fi

# The kernel adds the length of a tick to the CPU time of the thread at each, less what a hypervisor has stolen.
hz=$({ zcat /proc/config.gz || cat "/boot/config-$(uname -r)"; } 2> /dev/null | sed -n 's/^CONFIG_HZ=//p')
if [[ $listed = *tick* && -n $hz ]]; then
	run spin 'uint64_t t; sched:::tick /on && tid == $1/ { @n["tick"] = count(); @own["own"] = sum(args[0]->pr_lwpid == tid && args[1]->pr_pid == $1); }
	syscall::getppid:entry /tid == $1/ { t = curthread->utime + curthread->stime - t; }
	END { printf("time %d\n", t); printa("%s %@d\n", @n); printa("%s %@d\n", @own); }' spin,400
	ticks=$(value spin tick) time=$(value spin time) length=$((1000000000 / hz))
	is spin own "$ticks"
	check "spin: $ticks ticks of $length ns are the CPU time, $time ns" test "$ticks" -ge 10 -a "$time" -le $((ticks * length)) \
		-a "$time" -ge $((ticks * length * 8 / 10))
else
	skip "spin: tick" "the length of a tick is not known"
fi
