#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Threat: a user learns of processes of others. Two users run the same program with words of their own, and one of
# them has every probe of class user in force: nothing of the other's comes out, and no address of the kernel.
# Shown to fail without its defence: let put_walk() (daemon/policy/guard_user.c) return at its start.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
need_bpf security/others
# shellcheck source=tests/session/security/users.sh
. "$(dirname "$0")/users.sh"
start_daemon --group "$group" || exit 1

mkfifo "$T/go" && exec 9<> "$T/go"
"${as_mallory[@]}" "$actor" spin mine < "$T/go" > /dev/null 2>&1 &
mine=$!
"${as_alice[@]}" "$actor" spin hers < "$T/go" > /dev/null 2>&1 &
hers=$!

# traced NAME PROGRAM: what mallory gets from it until the actor has had 20 rounds, and as many `seen` if it counts them.
traced() {
	timeout 60 "${as_mallory[@]}" "$build/dtrace" -qn "$2 syscall::write:entry { rounds++; } tick-10hz /rounds >= 20 && ${3:-1}/ { exit(0); }" \
		> "$T/$1.out" 2> "$T/$1.err"
	cat "$T/$1.out" "$T/$1.err" >> "$T/all"
}
: > "$T/all"
traced calls 'syscall::open*:entry { printf("%s pid=%d pid=%d pid=%d uid=%d %s\n", execname, pid, tid, ppid, uid, copyinstr(arg1)); }
	syscall::write:entry { printf("%s\n", copyinstr(arg1, 32)); }'
traced counts 'syscall:::entry, syscall:::return { @[execname, pid, uid] = count(); } END { printa("%s pid=%d uid=%d %@d\n", @); }'
traced stacks 'syscall::open*:entry, profile-997 { @[execname, pid, ustack(8)] = count(); } END { printa("%s pid=%d %k %@d\n", @); }'
traced profile 'profile-997 { @[execname, pid, usym(arg1)] = count(); printf("%x %x\n", arg0, arg1); }
	profile-997 /execname == "actor"/ { seen++; } END { printa("%s pid=%d %A %@d\n", @); }' 'seen >= 20'
traced own 'syscall::open*:entry { self->p = arg1; self->n = execname; } syscall::open*:return /self->p/
	{ printf("%s %s\n", self->n, copyinstr(self->p)); self->p = 0; }'
traced life 'proc:::exec { printf("%s\n", args[0]); } proc:::exec-success { printf("%s pid=%d\n", execname, pid); } proc:::start { printf("pid=%d\n", ppid); }'
traced edges 'BEGIN { printf("%s pid=%d uid=%d %x\n", execname, pid, uid, arg0); } END { printf("%s pid=%d\n", execname, pid); }
	tick-97hz { @ = count(); printf("%x %x\n", arg0, arg1); }'
# Arguments that the calls have: in the registers of others there is anything.
traced values 'syscall::open*:entry, syscall::write:entry, syscall::execve:entry { printf("%x %x %x\n", arg0, arg1, arg2); }
	syscall:::return { printf("%x %x\n", arg0, arg1); }'

for name in calls counts own; do
	check "$name: the user's own is seen" grep -q actor "$T/$name.out"
done
check "stacks: the user's own is seen" grep -q 'actor`' "$T/stacks.out"
check "profile: the user's own is seen" grep -q 'actor`' "$T/profile.out"
check "life: the user's own is seen" grep -qE '^true pid=[0-9]+$' "$T/life.out"
check "own: with its words" grep -q '^actor /mine-path$' "$T/own.out"
check "edges: the client's own" grep -q "^dtrace pid=[0-9]* uid=$mallory 0\$" "$T/edges.out"

grep -nE "hers|pid=$hers\\b|uid=$alice\\b" "$T/all" > "$T/leaks"
check_same "nothing of the other user's" /dev/null "$T/leaks"
# Processes that are not the user's, by what all of them are called.
grep -nE '(^|[ ,])(dtraced|systemd|bash|kworker[^ ]*|swapper[^ ]*|sleep)( |$)' "$T/all" > "$T/leaks"
check_same "nothing of anybody else's" /dev/null "$T/leaks"
# The kernel's half but what is right below its end (numbers below 0) and right above its beginning (addresses of a process, negated).
kernel='\bffff(8[89a-f]|[9a-e][0-9a-f])[0-9a-f]{10}\b|\bffffffff[0-9a-e][0-9a-f]{7}\b'
grep -nE "$kernel" "$T/all" > "$T/leaks"
check_same "no address of the kernel" /dev/null "$T/leaks"
"$build/dtrace" -qn 'syscall:::entry { printf("%x\n", (uint64_t)curthread); exit(0); }' > "$T/out"
check "root sees what such an address is" grep -qE "$kernel" "$T/out"

# Places in code: of one's own processes only.
timeout 60 "${as_mallory[@]}" "$build/dtrace" -qn "pid$mine::marked:entry { printf(\"%s\\n\", copyinstr(arg1)); exit(0); }" > "$T/out" 2>&1
check "pid: the user's own is seen" grep -qx mine-argument "$T/out"
timeout 60 "${as_mallory[@]}" "$build/dtrace" -qn "pid$hers::marked:entry { printf(\"%s\\n\", copyinstr(arg1)); exit(0); }" > "$T/out" 2>&1
check "pid: another's is refused" grep -qE "another user" "$T/out"
check "pid: and nothing comes out" test -z "$(grep hers "$T/out")"
kill "$mine" "$hers" 2> /dev/null
wait "$mine" "$hers" 2> /dev/null
[ "$failures" = 0 ]
