#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Stacks and addresses against what the kernel and a trigger themselves say.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf stack

start_daemon || exit 1

# The trigger, its stdin on fd 5; lines go to $T/trigger.out.
mkfifo "$T/go"
"$build/tests/kernel/frames" 10 < "$T/go" > "$T/trigger.out" &
pid=$!
exec 5> "$T/go"
wait_for 10 grep -q pid "$T/trigger.out" || not_ok "the trigger starts"

# trace NAME PROGRAM [DTRACE-ARGUMENT...]: starts a program with the trigger's pid as $1; it says ready.
trace() {
	local name=$1 program=$2
	shift 2
	timeout 60 "$build/dtrace" -qn "$program" "$@" "$pid" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	wait_for 20 grep -q ready "$T/$name.out" || not_ok "$name starts" "$T/$name.err"
}

# go: a round of calls; so many lines about returns there are then.
rounds=0
go() {
	rounds=$((rounds + 3))
	echo >&5
}

# ---- the kernel's stack of a blocked process, as the kernel tells it in /proc

blocked() {
	grep -q read "/proc/$pid/stack"
}

# frames FILE: the frames of the first stack in it, as "function+0xoffset".
frames() {
	sed -n '/^ *[a-z_0-9]*`/{ s/^ *[a-z_0-9]*`//; p }; /^end/q' "$1"
}

if [ -n "$(cat "/proc/$pid/stack" 2> /dev/null)" ]; then
	trace switch 'BEGIN { printf("ready\n"); }
	syscall::read:entry /pid == $1/ { self->in = 1; }
	rawtp:::sched_switch /self->in && arg3/ { stack(30); printf("end\n"); exit(0); }'
	go
	wait "$client"
	wait_for 10 blocked
	sed 's/^\[<0>\] //; s|/0x[0-9a-f]*$||; s/ \[.*//' "/proc/$pid/stack" > "$T/expected"
	frames "$T/switch.out" | grep -vE '^(__schedule|schedule)\+' > "$T/actual"
	check_same "the stack of a blocked process" "$T/expected" "$T/actual"
	frames "$T/switch.out" | sed 's/+.*//' | head -n 2 > "$T/actual"
	printf '%s\n' __schedule schedule > "$T/expected"
	check_same "it begins where the tracepoint is" "$T/expected" "$T/actual"
else
	skip "the stack of a blocked process" "no /proc/PID/stack"
fi

# ---- a system call: no frames of programs, the same stack whether one traces or two

enter='BEGIN { printf("ready\n"); }
syscall::getppid:entry /pid == $1/ { @[stack()] = count(); @c[sym(caller)] = count(); @d[stackdepth] = count(); n++; }
syscall::getppid:entry /n == 10/ { printf("end\n"); exit(0); }'
trace one "$enter"
first=$client
trace two "$enter"
go
wait "$first"
wait "$client"
for name in one two; do
	frames "$T/$name.out" > "$T/$name.all"
	sed -n '/^end/,$p' "$T/$name.out" | grep -v '^end' > "$T/$name.aggs"
done
grep -c '^ *10$' "$T/one.aggs" > "$T/n"
check "all calls have one stack" grep -qE '^ +10$' "$T/one.aggs"
check "with another consumer it is the same" diff -u "$T/one.aggs" "$T/two.aggs"
sed -n 's/^ *vmlinux`//p' "$T/one.aggs" | sed 's/+.*//' > "$T/names"
check "no program is in it" sh -c "! grep -qE 'bpf_|__traceiter' $T/names"
check "it ends where the kernel was entered" grep -qE '^(entry_SYSCALL_64|el0t_64_sync)' "$T/names"
check "do_syscall_64 or its like is in it" grep -qE '^(do_syscall_64|do_el0_svc)$' "$T/names"
# Names of caller and depth, from the stack itself.
depth=$(grep -c '`.*+0x' "$T/one.aggs")
check "stackdepth counts the frames" grep -qE "^ +$depth +10\$" "$T/one.aggs"
second=$(grep '`.*+0x' "$T/one.aggs" | sed -n '2s/^ *\(.*\)+.*/\1/p')
check "caller is the second frame" grep -qE "^  $second +10\$" "$T/one.aggs"

# ---- the user's stack

trace user 'BEGIN { printf("ready\n"); }
syscall::getppid:entry /pid == $1/ { @[ustack(4)] = count(); @c[uaddr(ucaller)] = count(); n++; this->d = ustackdepth; }
syscall::getppid:entry /n == 10/ { printf("depth %d\nend\n", this->d >= 4); exit(0); }' -xustackframes=4
go
wait "$client"
# name_addresses: addresses in the trigger on stdin, as its own symbols name them.
base=$(awk '/\/frames$/ { sub(/-.*/, "", $1); print $1; exit }' "/proc/$pid/maps")
nm --defined-only "$build/tests/kernel/frames" | awk '$2 ~ /[tTwW]/ { print $1, $3 }' | sort > "$T/symbols"
name_addresses() {
	local address linked start name symbol at
	while read -r address; do
		linked=$((address - 0x$base)) symbol='' at=0
		while read -r start name; do
			[ $((0x$start)) -le $linked ] || break
			symbol=$name at=$((0x$start))
		done < "$T/symbols"
		printf 'frames`%s+0x%x\n' "$symbol" $((linked - at))
	done
}
wait_for 10 sh -c "[ \$(grep -c return $T/trigger.out) = $rounds ]"
sed -n 's/return //p' "$T/trigger.out" | tail -n 3 | name_addresses > "$T/expected"
sed -n 's/^ *\(frames`.*\)/\1/p' "$T/user.out" | sed -n 2,4p > "$T/actual"
check_same "the callers of the system call, innermost first" "$T/expected" "$T/actual"
check "they are the functions of the trigger" grep -q '`first+' "$T/actual"
check "all ten have one stack" grep -qE '^ +10$' "$T/user.out"
check "ucaller is the second frame" grep -qE "^  $(sed 's/+/[+]/; q' "$T/expected") +10\$" "$T/user.out"
check "ustackdepth" grep -qx 'depth 1' "$T/user.out"

# ---- addresses in the kernel, as /proc/kallsyms has them

name=vfs_read
address=$(awk -v name=$name '$3 == name { print $1 }' /proc/kallsyms)
cat > "$T/address.expected" <<END
vmlinux\`$name vmlinux\`$name+0x1 vmlinux vmlinux 0x1234 0x0
  vmlinux\`$name                                   END
  vmlinux                                          END
  vmlinux\`$name                                   END
  0x1234                                           END
END
sed -i 's/ *END$//' "$T/address.expected"
dtrace -qn 'BEGIN { printf("%a %a %a %s %a %a\n", sym(0x'"$address"'), 0x'"$address"' + 1, mod(0x'"$address"' + 1),
	mod(0x'"$address"'), 0x1234, 0); sym(0x'"$address"' + 2); printf("\n"); mod(0x'"$address"'); printf("\n");
	func(0x'"$address"'); printf("\n"); sym(0x1234); printf("\n"); exit(0); }' |
	sed 's/ *$//; /^$/d' > "$T/address.out"
check_same "sym, func, mod and %a" "$T/address.expected" "$T/address.out"

# Addresses in one function are one key of sym(), and those of one module one of mod().
dtrace -qn 'BEGIN { @s[sym(0x'"$address"')] = count(); @s[sym(0x'"$address"' + 4)] = count(); @s[sym(0x1234)] = count();
	@m[mod(0x'"$address"')] = count(); @m[mod(0x'"$address"' + 8)] = count(); @u[uaddr(0x10)] = count();
	@u[uaddr(0x11)] = count(); exit(0); }' | sed 's/  */ /g; /^$/d' > "$T/keys.out"
printf ' %s\n' '0x1234 1' "vmlinux\`$name 2" 'vmlinux 2' '0x10 1' '0x11 1' > "$T/keys.expected"
check_same "keys that print alike are one" "$T/keys.expected" "$T/keys.out"

exec 5>&-
wait "$pid"
