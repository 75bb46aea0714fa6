#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# curpsinfo, curlwpsinfo, curcpu, execargs and uregs[] against what the system tells the process itself, and sysfs.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf self
start_daemon || exit 1

program='BEGIN { printf("ready\n"); }
syscall::getpgid:entry /pid == $1 && arg0 == 54321/ {
	printf("ids %d %d %d %d\n", curpsinfo->pr_pid, curpsinfo->pr_ppid, curpsinfo->pr_pgid, curpsinfo->pr_sid);
	printf("users %d %d %d %d\n", curpsinfo->pr_uid, curpsinfo->pr_euid, curpsinfo->pr_gid, curpsinfo->pr_egid); }
syscall::getpgid:entry /pid == $1 && arg0 == 54321/ {
	printf("fname %s\n", curpsinfo->pr_fname);
	printf("psargs %s\n", curpsinfo->pr_psargs);
	printf("execargs %s\n", execargs);
	printf("args %d %x %x %d\n", curpsinfo->pr_argc, curpsinfo->pr_argv, curpsinfo->pr_envp, curpsinfo->pr_dmodel); }
syscall::getpgid:entry /pid == $1 && arg0 == 54321/ {
	printf("thread %d %d %d %d %d", curlwpsinfo->pr_lwpid, curpsinfo->pr_nlwp, curlwpsinfo->pr_nice,
	    curlwpsinfo->pr_pri - 100, curlwpsinfo->pr_onpro);
	printf(" %s %d %d\n", curlwpsinfo->pr_clname, curlwpsinfo->pr_bindpro, curlwpsinfo->pr_syscall);
	printf("tty %d %d\n", getmajor(curpsinfo->pr_ttydev), getminor(curpsinfo->pr_ttydev));
	printf("start %d\n", curpsinfo->pr_start.tv_sec);
	printf("ctime %d\n", curpsinfo->pr_ctime.tv_sec * 1000 + curpsinfo->pr_ctime.tv_nsec / 1000000); }
syscall::getpgid:entry /pid == $1 && arg0 == 54321/ {
	printf("regs %x %x %x %x %x %x", uregs[R_R12], uregs[R_R13], uregs[R_R14], uregs[R_R15], uregs[R_R8], uregs[R_R9]);
	printf(" %x %x %x %x %d\n", uregs[R_RDI], uregs[R_RSI], uregs[R_RDX], uregs[R_SYSCALL],
	    *(short *)copyin(uregs[R_PC] - 2, 2) == 0x050f && uregs[R_SP] > uregs[R_PC]); }
syscall::exit_group:entry /pid == $1/ {
	printf("state %d %c %d %d %d\n", curlwpsinfo->pr_state, curlwpsinfo->pr_sname, curlwpsinfo->pr_stype,
	    curlwpsinfo->pr_wchan, curlwpsinfo->pr_flag & PR_ISSYS);
	printf("cpu %d %d %d %d %s\n", curcpu->cpu_id, chip, lgrp, curcpu->cpu_info.pi_state, curcpu->cpu_info.pi_processor_type);
	exit(0); }'

mkfifo "$T/go"
long=$(printf 'long%.0s' {1..80})
(exec "$build/tests/kernel/self" one 'two words' "$long" < "$T/go" > "$T/truth" 2> "$T/said") &
pid=$!
exec 5> "$T/go"
timeout 60 "$build/dtrace" -qn "$program" "$pid" > "$T/out" 2> "$T/err" &
client=$!
wait_for 20 grep -q ready "$T/out" || not_ok "self starts" "$T/err"
echo >&5
exec 5>&-
wait "$pid"
wait "$client"

check_silent "self: no faults" "$T/err"
for name in ids users fname psargs execargs args thread tty regs; do
	grep "^$name " "$T/truth" > "$T/expected"
	if [ $name = regs ] && [ "$(uname -m)" != x86_64 ]; then
		continue
	fi
	grep "^$name " "$T/out" > "$T/actual"
	check_same "self: $name" "$T/expected" "$T/actual"
done

# near NAME: within so much of each other
near() {
	local a b
	a=$(awk -v k="$1" '$1 == k { print $2 }' "$T/truth")
	b=$(awk -v k="$1" '$1 == k { print $2 }' "$T/out")
	check "self: $1 $b is about $a" test -n "$a" -a -n "$b" -a "$((a - b))" -le "$2" -a "$((b - a))" -le "$2"
}
near start 1
near ctime 25

package=$(cat /sys/devices/system/cpu/cpu0/topology/physical_package_id 2> /dev/null || echo -1)
node=$(basename /sys/devices/system/cpu/cpu0/node*)
node=${node#node}
check "self: on a CPU, asleep on nothing" grep -qx 'state 6 O 0 0 0' "$T/out"
check "self: where CPU 0 is" grep -qx "cpu 0 $package ${node/\*/-1} 2 $(uname -m)" "$T/out"

# Threads of the kernel have a name in brackets, no arguments and no registers; all of another process but its arguments
# is known.
"$build/dtrace" -qn 'rawtp:::sched_switch /args[2]->flags & 0x200000/ {
	@k[xlate <psinfo_t> (args[2]).pr_psargs == strjoin("[", strjoin(stringof(args[2]->comm), "]")),
	    xlate <psinfo_t> (args[2]).pr_argc, xlate <psinfo_t> (args[2]).pr_argv, xlate <lwpsinfo_t> (args[2]).pr_flag & PR_ISSYS] = count(); }
rawtp:::sched_switch /curthread->flags & 0x200000 && args[1]->pid/ { @r[uregs[R_PC], uregs[R_SP], getf(0) == NULL, root] = count(); }
tick-1s { i++; } tick-1s /i > 1/ { exit(0); }
END { printa("kernel %d %d %x %x\n", @k); printa("registers %x %x %d %s\n", @r); }' > "$T/kernel" 2> "$T/err"
check "self: threads of the kernel" test "$(grep '^kernel' "$T/kernel")" = "kernel 1 0 0 1000"
check "self: threads of the kernel: no registers, no files" test "$(grep '^registers' "$T/kernel")" = "registers 0 0 1 /"
check_silent "self: threads of the kernel: no faults" "$T/err"
exit $((failures > 0))
