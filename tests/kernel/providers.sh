#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Provider files of an administrator: the one of the README, alternatives, state, order, and files that are wrong.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf providers
process=$build/tests/kernel/process
mkdir "$T/providers.d"
awk '/^```/ { inside = !inside; next } inside' "$top/providers/stable/README.md" > "$T/providers.d/bigread.d"
cat > "$T/providers.d/tests.d" <<'D'
#pragma D attributes Stable/Evolving/Common provider tests provider
#pragma D attributes Stable/Evolving/Common provider tests module
#pragma D attributes Stable/Evolving/Common provider tests function
#pragma D attributes Stable/Evolving/Common provider tests name
#pragma D attributes Standard/Stable/Group provider tests args
provider tests {
	probe member(int id);
	probe hook(int id);
	probe never();
	probe nowhere();
	probe unbound();
	probe first(int n);
	probe second(int n);
	probe whole(struct task_struct *T) : (psinfo_t *T);
	probe several(long nr);
	probe once();
	probe part(int id);
};
bind tests:::part = rawtp:::sched_process_fork (args[1]->pid);
bind tests:::part = rawtp:::sched_process_exit (args[0]->gone_member);
bind tests:::member = rawtp:::sched_process_fork (args[1]->no_such_member) | rawtp:::sched_process_fork (args[1]->pid);
bind tests:::hook = rawtp:::no_such_tracepoint (args[0]->pid) | rawtp:::sched_process_exit (args[0]->pid);
bind tests:::never = none "nobody does that on Linux";
bind tests:::nowhere = rawtp:::no_such_tracepoint ();
syscall::getppid:entry { self->n++; mine = (int)tid; }
bind tests:::second = syscall::getppid:entry /self->n % 2 == 0/ (self->n);
bind tests:::first = syscall::getppid:entry /mine/ (self->n + 1000);
bind tests:::whole = process rawtp:::sched_process_exec (args[0]);
bind tests:::several = syscall::getppid:entry, syscall::getpgrp:entry, syscall::no_such_call:entry (arg0);
bind tests:::once = syscall::getppid:entry /!self->seen/ ();
tests:::once { self->seen = 1; }
alias tests:genunix::first, tests::getppid_old:first = tests:::first;
D
printf 'provider good { probe p(); };\nbind good:::p = rawtp:::sched_process_exec ();\n' > "$T/providers.d/good.d"
printf 'provider bad { probe p(); };\n\nbind bad:::p = rawtp:::sched_process_exec (1 +);\n' > "$T/providers.d/bad.d"
cat > "$T/providers.d/steps.d" << 'D'
#pragma D attributes Stable/Evolving/Common provider steps args
provider steps {
	probe call(long n, int nth);
	probe missing();
	probe wrong(int x);
	probe either(long n);
};
pid$target:a.out:step:entry { self->n = arg0; self->calls++; }
bind steps:::call = pid$target:a.out:step:return /self->calls % 4 == 0/ (self->n, self->calls);
bind steps:::missing = pid$target:a.out:no_such_function:entry ();
bind steps:::wrong = pid$target:a.out:step:entry (argz);
bind steps:::either = pid$target:a.out:no_such_function:entry (1) | pid$target:a.out:st*p:entry (arg0);
D
printf 'provider old { probe p(); };\nbind old:::p = pid$target::f:entry ();\nalias old::f:p = old:::p;\n' > "$T/providers.d/old.d"
noisy() { # NAME STATEMENT
	printf 'provider %s { probe p(int x); };\nself int n;\nsyscall::getppid:entry { self->n = 1; %s }\nbind %s:::p = syscall::getppid:entry /self->n/ (1);\n' \
		"$1" "$2" "$1" > "$T/providers.d/$1.d"
}
noisy tracing 'trace(5);'
noisy counting '@n = count();'
noisy keyed 'if (pid) { @n[pid] = count(); }'
noisy ending 'exit(0);'
noisy quiet 'self->n++; if (pid) { self->n -= 1; }'
printf 'inline int halves = wholes;\ninline int wholes = halves;\nprovider cyclic { probe p(int x); };\n' > "$T/providers.d/cyclic.d"
mkfifo "$T/providers.d/fifo.d"
printf 'provider wrong { probe p(nosuch_t *x); };\nbind wrong:::p = rawtp:::sched_process_exec ();\n' > "$T/providers.d/wrong.d"
printf 'provider other { probe p(); };\nbind othr:::p = rawtp:::sched_process_exec ();\n' > "$T/providers.d/other.d"
printf 'provider cond { probe a(int x); probe b(int x); };\nbind cond:::a = syscall::read:entry /argz > 1/ (arg0);\nsyscall::read:entry {\n\tn = no_such_name; }\nbind cond:::b = syscall::read:entry (n);\n' > "$T/providers.d/cond.d"
start_daemon --providers "$T/providers.d" || exit 1

# says NAME TEXT COMMAND...: the command says that on one of its outputs.
says() {
	local name=$1 text=$2
	shift 2
	"$@" > "$T/said" 2>&1
	check "$name" grep -qF -- "$text" "$T/said"
}
list=("$build/dtrace" -lv -P)

"$build/dtrace" -qn 'bigread:::done { @[args[1], args[2] > 0 && args[2] < 1000000000] = count(); }' \
	-n 'END { printa("%d %d %@d\n", @); }' -c "dd if=/dev/zero of=/dev/null bs=100000 count=3" > "$T/out" 2> /dev/null
check "the file of the README" grep -qx '100000 1 3' "$T/out"

says "an error names file and line" "$T/providers.d/bad.d\", line 3:" "${list[@]}" bad
says "and the daemon's log has it" "$T/providers.d/bad.d\", line 3:" cat "$T/daemon.log"
says "and whoever enables it is told" "$T/providers.d/bad.d\", line 3:" "$build/dtrace" -n 'bad:::p'
says "an unknown type" "$T/providers.d/wrong.d\", line 1:" "${list[@]}" wrong
says "a bind of what no provider declares" "$T/providers.d/other.d\", line 2: no provider of this file declares othr:::p" \
	"${list[@]}" other
argz="$T/providers.d/cond.d\", line 2: unknown identifier 'argz'"
says "a condition with an unknown name" "$argz" "${list[@]}" cond
says "in the log" "$argz" cat "$T/daemon.log"
says "and for whoever enables it" "cond:::a cannot fire here: \"$argz" "$build/dtrace" -n 'cond:::a'
says "a clause that a binding needs" "$T/providers.d/cond.d\", line 4: unknown identifier 'no_such_name'" "${list[@]}" cond
says "other files are not concerned" 'sched_process_exec p' "${list[@]}" good
says "what a file with an error declares is not there" "unknown identifier 'halves'" "$build/dtrace" -n 'BEGIN { trace(halves); }'
"$build/dtrace" -qn 'good:::p { } BEGIN { trace("clean"); exit(0); }' > "$T/out" 2>&1
check "and not in the way of others" grep -q clean "$T/out"
for name in tracing counting keyed ending; do
	says "a clause of a file that is $name" "$T/providers.d/$name.d\", line 3: a clause of a provider file assigns variables" "${list[@]}" $name
done
says "one that keeps state" 'getppid p' "${list[@]}" quiet
says "the log has all files with errors" "$T/providers.d/wrong.d\", line 1:" cat "$T/daemon.log"
says "one that is no file" "$T/providers.d/fifo.d: not a regular file" cat "$T/daemon.log"

says "an alternative with a member that is missing is passed over" 'sched_process_fork member' "${list[@]}" tests
says "one with a hook that is missing, too" 'sched_process_exit hook' "${list[@]}" tests
says "a probe that never fires is listed with the reason" 'tests never: nobody does that on Linux' "${list[@]}" tests
says "and refused with it" 'tests:::never cannot fire here: nobody does that on Linux' "$build/dtrace" -n 'tests:::never'
says "one whose only hook is missing" 'tests nowhere: this kernel has no rawtp:::no_such_tracepoint' "${list[@]}" tests
says "one that is not bound" 'tests unbound: no event of the kernel is bound to it' "${list[@]}" tests
says "one of two bindings that is passed over takes nothing from the other" 'sched_process_fork part' "${list[@]}" tests
says "and says what is missing" "not all of its events are seen: \"$T/providers.d/tests.d\", line" "${list[@]}" tests
check "but not at the daemon's start" test "$(grep -c 'gone_member\|no_such_member' "$T/daemon.log")" = 0
says "stability" 'Identifier Names: Standard' "${list[@]}" tests
says "names of old scripts" 'first' "$build/dtrace" -ln 'tests:genunix:anything:first'
says "names of old functions" 'first' "$build/dtrace" -ln 'tests::getppid_old:first'
says "wrong names are not aliases" 'No probe matches' "$build/dtrace" -ln 'tests::getppid_new:first'

# The order on one hook is that of the file: the count is kept first, then second fires, then first; clause-locals begin
# anew for each probe; variables of the program are not those of the file.
trace_gated order 'self int n; this int x; int mine; BEGIN { printf("ready\n"); }
tests:::first /pid == $1/ { this->x = this->x + 1; printf("first %d %d %d %d|\n", args[0], arg0, this->x, self->n); self->n = 77; }
tests:::second /pid == $1/ { this->x = this->x + 1; printf("second %d %d %d|\n", args[0], this->x, mine); }
tests:::second /pid == $1/ { this->x = this->x + 1; printf("again %d|\n", this->x); }
syscall::exit_group:entry /pid == $1/ { exit(0); }' "$build/tests/kernel/trigger" getppid,4
grep '|$' "$T/order.out" > "$T/lines"
printf '%s|\n' 'first 1001 1001 1 0' 'second 2 1 0' 'again 2' 'first 1002 1002 1 77' 'first 1003 1003 1 77' 'second 4 1 0' 'again 2' \
	'first 1004 1004 1 77' > "$T/want"
check "order, state and clause-locals" cmp "$T/want" "$T/lines"

trace_gated once 'BEGIN { printf("ready\n"); } tests:::once /pid == $1/ { @ = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); } END { printa("once %@d\n", @); }' "$build/tests/kernel/trigger" getppid,4
check "a clause on a probe of its own" grep -qx 'once 1' "$T/once.out"

trace_gated whole 'BEGIN { printf("ready\n"); }
tests:::whole /ppid == $1/ { @[args[0]->pr_fname, args[0]->pr_pid == pid] = count(); }
tests:::member /pid == $1/ { @ids[args[0] > pid] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %d %@d\n", @); printa("ids %d %@d\n", @ids); }' "$process" exec,3,/bin/true
check "translated arguments" grep -qx 'true 1 3' "$T/whole.out"
check "of the second alternative" grep -qx 'ids 1 3' "$T/whole.out"
says "what a stable probe has not" 'tests:sched:sched_process_exec:whole has 1 typed argument' "$build/dtrace" -n 'tests:::whole { trace(args[1]); }'
says "variables of a file are its own" "unknown identifier 'mine'" "$build/dtrace" -n 'tests:::first { trace(mine); }'

# Of processes: each has its own, with a state of its own.
functions=$build/tests/kernel/functions
gate steps "$functions" wait
open_gate steps 'BEGIN { printf("ready\n"); }
steps$1:::call { @p[args[0] % 4] = count(); this->last = args[1]; }
steps$1:::call { @last = max(this->last); }
steps$target:::call { @c = count(); }
steps$target:::either { @e = count(); }
END { printa("p %d %@d\n", @p); printa("last %@d\n", @last); printa("c %@d\n", @c); printa("e %@d\n", @e); }' \
	"$pid" -c "$functions" -p "$pid"
grep -v '^sum' "$T/steps.out" | sort > "$T/lines"
printf '%s\n' '' 'c 250' 'e 1000' 'last 1000' 'p 3 250' ready > "$T/want"
if grep -q ' bpf_uprobe_multi_link_attach$' /proc/kallsyms; then
	check_same "a provider of two processes" "$T/want" "$T/lines"
else
	skip "a provider of two processes" "by perf events, the return of a function that is traced in two processes is seen for both"
fi
"$build/dtrace" -x strsize=64 -qn 'steps$target:::call { @ = count(); } END { printa("c %@d\n", @); }' -c "$functions" > "$T/out" 2> "$T/err"
check "with strings of another size, too" grep -qx 'c 250' "$T/out"
says "what is wrong with a binding" "steps.d\", line 11: unknown identifier 'argz'" "$build/dtrace" -n 'steps$target:::wrong' -c "$functions"
says "what a process has not" 'missing cannot fire here: ' "$build/dtrace" -n 'steps$target:::missing' -c "$functions"
says "it is a process's" 'steps1234, or steps$target with -p or -c' "${list[@]}" steps
says "and has no old names" "old.d\", line 3: a probe of a process has no aliases" "${list[@]}" old

# With strings of another size the libraries are read anew.
"$build/dtrace" -x strsize=64 -qn 'tests:::whole { printf("%s %d|", args[0]->pr_fname, args[0]->pr_pid == pid); }' -c 'env true' > "$T/out" 2> "$T/err"
check "strsize" grep -q 'true 1|' "$T/out" "$T/err"
