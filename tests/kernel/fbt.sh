#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The fbt provider: functions that a known number of system calls goes through, their arguments by type, what they
# return; few functions, which have a program each, and many, which share one. Where functions cannot be traced, the
# daemon's own sentence is what is shown.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf fbt
start_daemon || exit 1
functions=/sys/kernel/tracing/enabled_functions
before=''
[ ! -r "$functions" ] || before=$(wc -l < "$functions")

if ! "$build/dtrace" -qn 'fbt::vfs_read:entry { } BEGIN { exit(0); }' > "$T/out" 2>&1; then
	check "fbt says in one sentence why not" \
		grep -qE 'line 1: (kernel functions cannot be traced here: this kernel .*|the list of functions that can be traced .*)$' "$T/out"
	"$build/dtrace" -lvP fbt > "$T/list" 2>&1
	check "-lv says it too" grep -qF "$(sed -n 's/.* line 1: //p' "$T/out" | head -n 1)" "$T/list"
	skip fbt "$(sed -n 's/.* line 1: //p' "$T/out" | head -n 1)"
	exit 0
fi

# 40 reads of 64 bytes of /dev/zero, 30 writes of 5 bytes to /dev/null, and only those: by a program for each function.
# $3: more text for the program, which makes it one of many functions.
measure() {
	trigger_run "$1" 'self int in; '"$2"' BEGIN { printf("ready\n"); }
syscall::read:entry, syscall::write:entry /pid == $1/ { self->in = 1; }
syscall::read:return, syscall::write:return { self->in = 0; }
fbt::vfs_read:entry /self->in/ {
	@n["read"] = sum(1); @n["zero"] = sum(stringof(args[0]->f_path.dentry->d_name.name) == "zero");
	@n["bytes"] = sum(args[2]); @n["same"] = sum(arg2 == args[2] && arg1 == (int64_t)args[1] && *args[3] == 0);
	@n["caller"] = sum(caller >= (uintptr_t)&`ksys_read && caller < (uintptr_t)&`ksys_read + 4096);
	self->t = timestamp; self->name = probefunc; }
fbt::vfs_read:return /self->t/ {
	@n["returned"] = sum(arg1); @n["typed"] = sum(args[1]); @n["zeros"] = sum(arg0 == 0 && args[0] == 0);
	@n["time"] = sum(timestamp > self->t); @n["pair"] = sum(self->name == probefunc && probename == "return");
	self->t = 0; }
fbt::vfs_write:entry /self->in && stringof(args[0]->f_path.dentry->d_name.name) == "null"/ {
	@n["write"] = sum(1); @n["f_flags"] = sum(args[0]->f_flags & 3); @n[strjoin(probemod, probename)] = sum(1);
	@n["copied"] = sum(copyinstr(arg1) == "hello"); }
fbt::vfs_write:return /self->in && arg1 == 5/ { @n["wrote"] = sum(args[1]); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @n); }' read,40,64 write,30
	check_silent "$1: nothing was said" "$T/$1.err"
	is "$1" read 40
	is "$1" zero 40
	is "$1" bytes $((40 * 64))
	is "$1" same 40
	is "$1" caller 40
	is "$1" returned $((40 * 64))
	is "$1" typed $((40 * 64))
	is "$1" zeros 40
	is "$1" time 40
	is "$1" pair 40
	is "$1" write 30
	is "$1" f_flags 30
	is "$1" vmlinuxentry 30
	is "$1" copied 30
	is "$1" wrote 150
}
measure few ''

# The same together with all of vfs_*: probes of one program, told apart by cookie. Clauses on one, several and all of
# them see the firing's clause-local variables, in the order of the program.
measure many 'fbt::vfs_*: { @all[probefunc, probename, id] = count(); this->seen = 1; }
fbt::vfs_read:entry, fbt::vfs_write:entry, fbt::vfs_open:return /this->seen/ { @some[probefunc, probename] = count(); }
fbt::vfs_*:entry /self->in/ { @n[probefunc] = sum(1); @n["seen"] = sum(this->seen); }
fbt::vfs_*:return /probefunc == "vfs_read" && self->in/ { @n["byname"] = sum(1); }
END { printa("all %s:%s:%d %@d\n", @all); printa("some %s:%s %@d\n", @some); }
'
is many vfs_read 40
is many byname 40
check "many: all clauses of a firing share its variables" test "$(value many seen)" -ge 70
"$build/dtrace" -ln 'fbt::vfs_*:' > "$T/list"
check "many: ids are those that -l shows" awk -v list="$T/list" '
	BEGIN { while ((getline line < list) > 0) { split(line, f, " "); id[f[4] ":" f[5]] = f[1] } }
	$1 == "all" { split($2, f, ":"); n++; if (id[f[1] ":" f[2]] != f[3]) { print; exit 1 } }
	END { exit n < 2 }' "$T/many.out"
check "many: as many in a clause of three probes as in one of all" awk '
	$1 == "all" { split($2, f, ":"); all[f[1] ":" f[2]] = $3 }
	$1 == "some" { n++; if (all[$2] != $3) { print; bad = 1 } }
	END { exit bad || n < 2 }' "$T/many.out"

# As many as have programs of their own, and one more, which makes all of them share one.
for n in 12 13; do
	others=$("$build/dtrace" -ln 'fbt::vfs_[a-q]*:entry' | awk -v n=$n 'NR > 1 && ++i <= n { printf "%s%s", more, "fbt::" $4 ":entry"; more = ", " }')
	measure "with$n" "$others { @others = count(); }"
done

# Functions of a module, which the core knows by name only, together with others.
file=$top/README.md
if [ "$(stat -f -c %T "$file")" = overlayfs ] && "$build/dtrace" -ln 'fbt:overlay:ovl_open:entry' > "$T/out" 2>&1; then
	trigger_run modules 'self int in; BEGIN { printf("ready\n"); }
syscall::openat:entry /pid == $1/ { self->in = 1; } syscall::openat:return { self->in = 0; }
fbt::vfs_*:entry, fbt::do_filp_open:entry, fbt:overlay:ovl_o*:entry /self->in/ { @n[probefunc] = sum(1); }
fbt:overlay:ovl_open:entry /self->in/ { @n["named"] = sum(stringof(args[1]->f_path.dentry->d_name.name) == "README.md"); }
syscall::exit_group:entry /pid == $1/ { exit(0); } END { printa("%s %@d\n", @n); }' openat,7,"$file"
	check_silent "modules: nothing was said" "$T/modules.err"
	is modules ovl_open 7
	is modules named 7
	is modules do_filp_open 7
else
	skip "functions of a module and others" "there is no module overlay with types, or no file of it"
fi

# A failing call returns its error.
trigger_run errors 'BEGIN { printf("ready\n"); }
syscall::openat:entry /pid == $1/ { self->in = 1; } syscall::openat:return { self->in = 0; }
fbt::do_sys_openat2:return, fbt::do_filp_open:return /self->in/ { @e[probefunc, arg1] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); } END { printa("%s %d %@d\n", @e); }' openat,7,/nonexistent
if "$build/dtrace" -ln 'fbt::do_sys_openat2:return' > "$T/out" 2>&1; then
	check "errors: a long" grep -qx 'do_sys_openat2 -2 7' "$T/errors.out"
fi
check "errors: a pointer" grep -qx 'do_filp_open -2 7' "$T/errors.out"

# The stack of a function begins with its caller, whichever way it is traced.
for more in '' ', fbt::vfs_*:entry'; do
	trigger_run "stack${more:+s}" 'BEGIN { printf("ready\n"); }
fbt::vfs_read:entry'"$more"' /pid == $1 && probefunc == "vfs_read"/ { @[stack(1), caller] = count(); self->depth = stackdepth; }
syscall::exit_group:entry /pid == $1/ { printf("depth %d\n", self->depth > 1 && self->depth < 30); exit(0); }
END { printf("ksys_read %p\n", (uintptr_t)&`ksys_read); printa("%k %p %@d\n", @); }' read,10
	check "stack${more:+s}: it has frames" grep -qx 'depth 1' "$T/stack${more:+s}.out"
	check "stack${more:+s}: one caller" test "$(grep -c ' 1[0-9]*$' "$T/stack${more:+s}.out")" -ge 1
done

# What cannot be traced says why.
refused() {
	"$build/dtrace" -n "$1 { }" > "$T/out" 2>&1
	check "$1: $2" grep -q "$2" "$T/out"
}
refused fbt::migrate_enable:entry 'cannot fire here: tracing programs are started by it'
refused fbt::do_exit:return 'cannot fire here: it never returns'
refused fbt::vfs_raed:entry "did you mean 'vfs_read'"
refused fbt:vmlinux:vfs_read:exit 'matches no probe'
"$build/dtrace" -lvn 'fbt::migrate_*able:entry' > "$T/out" 2>&1
check "-lv says it too" grep -q 'fbt vmlinux:migrate_enable:entry: tracing programs are started by it' "$T/out"
"$build/dtrace" -lvn 'fbt::vfs_read:' > "$T/out" 2>&1
check "-lv shows the arguments" grep -qF 'args[0]: struct file *' "$T/out"
check "-lv shows what is returned" grep -qF 'args[1]: ssize_t' "$T/out"

# Functions of modules.
module=$("$build/dtrace" -ln 'fbt:[!v]*::entry, fbt:v[!m]*::entry' 2> "$T/err" | awk 'NR > 1 { print $3; exit }')
if [ -n "$module" ]; then
	check "module $module" timeout 100 "$build/dtrace" -qn "fbt:$module::entry { @[probemod, probefunc] = count(); } BEGIN { exit(0); }"
else
	skip "functions of modules" "no module with types is loaded"
fi

# Thousands at once, and gone again: where one program can be on many functions.
listed=$("$build/dtrace" -l -n 'fbt:vmlinux:[a-m]*:entry' | awk 'NR > 1' | wc -l)
timeout 200 "$build/dtrace" -n 'fbt:vmlinux:[a-m]*:entry { @ = count(); } BEGIN { exit(0); }' > "$T/out" 2>&1
if grep -q 'different kernel hooks' "$T/out"; then
	skip "thousands of functions" "this kernel has no kprobe.multi"
else
	check "what is listed is enabled ($listed)" grep -qE "matched $((listed + 1)) probes" "$T/out"
fi
# Programs are quiet at once; the kernel takes its time to let go of functions.
nothing_traced() {
	[ "$(wc -l < "$functions")" = "$before" ]
}
if [ -n "$before" ]; then
	check "nothing is left behind" wait_for 60 nothing_traced
else
	skip "nothing is left behind" "tracefs is not mounted"
fi
measure again ''
