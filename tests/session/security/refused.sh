#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Threat: a user's program reads the kernel's memory or enables probes that show others. It is refused when it is
# compiled, with a sentence that names the class it takes.
# Shown to fail without its defence: leave `worker.confined` at 0 in daemon/req/compile.c; then those that the guard or
# the checker refuses get another sentence, and none is loaded.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
need_bpf security/refused
# shellcheck source=tests/session/security/users.sh
. "$(dirname "$0")/users.sh"
start_daemon --group "$group" || exit 1

# refused SENTENCE PROGRAM
refused() {
	timeout 60 "${as_mallory[@]}" "$build/dtrace" -x errtags -qn "$2" > "$T/out" 2>&1
	check "refused: $2" grep -qE -- "\[D_CONFINED\] line 1: $1; yours is user" "$T/out"
}
entry='syscall::getppid:entry'
refused "this is an address in the kernel, which needs class kernel" "$entry { trace(curthread); }"
refused "this is an address in the kernel, which needs class kernel" "$entry { @[curthread] = count(); }"
refused "this reads the kernel's task_struct, which needs class kernel" "$entry { trace(curthread->prio); }"
refused "this reads memory of the kernel, which needs class kernel" "$entry { printf(\"%s\", stringof(curthread)); }"
refused "this reads the kernel's task_struct, which needs class kernel" "$entry { trace(uregs[R_SP]); }"
refused "the kernel's stack is not yours to see, which needs class kernel" "$entry { stack(); }"
refused "the kernel's stack is not yours to see, which needs class kernel" "$entry { trace(caller); }"
refused "the kernel's stack is not yours to see, which needs class kernel" "$entry { @[stackdepth] = count(); }"
refused "this tells what is where in the kernel, which needs class kernel" "$entry { sym(0xffffffff81000000); }"
refused "this tells what is where in the kernel, which needs class kernel" "$entry { @[mod(arg0)] = count(); }"
refused "this reads memory of the kernel, which needs class kernel" "$entry { trace(stringof(arg0)); }"
refused "this reads memory of the kernel, which needs class kernel" "$entry { trace(*(int *)arg0); }"
refused "this reads memory of the kernel, which needs class kernel" "$entry { tracemem(arg0, 16); }"
refused "this reads memory of the kernel, which needs class kernel" "$entry { this->p = alloca(8); bcopy((void *)arg0, this->p, 8); }"
refused "vtimestamp is kept by watching the scheduler, which needs class kernel" "$entry { trace(vtimestamp); }"
refused "this reads the kernel's task_struct, which needs class kernel" "$entry /progenyof(1)/ {}"
refused "in profile:::tick-1s this is about whatever process the clock interrupts, which needs class kernel" 'tick-1s { trace(execname); }'
refused "in profile:::tick-1s this is about whatever process the clock interrupts, which needs class kernel" 'tick-1s { @[pid] = count(); }'
refused "no process of yours is running there, which needs class kernel" 'tick-1s { trace(copyinstr(arg1)); }'
refused "no process of yours is running there, which needs class kernel" 'BEGIN { trace(copyinstr(4096)); }'
refused "in profile:::tick-1s this is about whatever process the clock interrupts, which needs class kernel" 'tick-1s { ustack(); }'
refused "argument 0 of rawtp:::sched_process_exec is an address in the kernel, which needs class kernel" 'rawtp:::sched_process_exec { trace(arg0); }'
refused "this is destructive, which needs class destructive" "$entry { stop(); }"
refused "this is destructive, which needs class destructive" "$entry { chill(1); }"
refused "io:block:block_[a-z_]*:start needs class kernel" 'io:::start {}'
refused "rawtp:(sched|vmlinux)::sched_switch needs class kernel" 'rawtp:::sched_switch {}'

# What looks like the kernel's and is known of the process otherwise.
timeout 60 "${as_mallory[@]}" "$build/dtrace" -qn 'syscall::getppid:entry { printf("%d %d %d %d %s %s %d\n", curpsinfo->pr_pid == pid,
	curpsinfo->pr_ppid == ppid, curpsinfo->pr_uid, curthread->cred->egid.val == gid, curpsinfo->pr_fname,
	stringof(curthread->comm), curlwpsinfo->pr_lwpid == tid); exit(0); }' -c "$actor calls 10" > "$T/out" 2> "$T/err"
cat "$T/err" >> "$T/out"
check "curpsinfo and curthread of one's own" grep -qx "1 1 $mallory 1 actor actor 1" "$T/out"
[ "$failures" = 0 ]
