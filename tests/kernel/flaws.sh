#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# User stacks that are not whole: how they are marked, and that they are counted and told.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf flaws
[ "$(uname -m)" = x86_64 ] || { skip flaws "its trigger is of x86-64"; exit 0; }
start_daemon || exit 1

# run NAME PROGRAM [DTRACE-ARGUMENT...]: with the trigger, which calls getppid() 30 times; so many lines "..." and "?".
run() {
	local name=$1 program=$2 pid client
	shift 2
	mkfifo "$T/$name.go"
	"$build/tests/kernel/flaws" 10 /bin/true < "$T/$name.go" &
	pid=$!
	exec 5> "$T/$name.go"
	timeout 60 "$build/dtrace" "$@" -n "BEGIN { printf(\"ready\\n\"); } $program" "$pid" > "$T/$name.out" 2> "$T/$name.err" &
	client=$!
	wait_for 20 grep -q ready "$T/$name.out" || not_ok "$name starts" "$T/$name.err"
	echo >&5
	exec 5>&-
	wait "$pid"
	wait "$client"
}

calls='syscall::getppid:entry /pid == $1/ { @[ustack()] = count(); n++; } syscall::getppid:entry /n == 30/ { exit(0); }'
run told "$calls"
grep 'user stack' "$T/told.err" > "$T/actual"
echo 'dtrace: of 30 user stacks 10 were cut short ("..."), 10 have frames found by frame pointers only ("?")' > "$T/expected"
check_same "stacks with flaws are told, in one line at the end" "$T/expected" "$T/actual"
check "a stack that was cut short ends so" grep -qx ' *\.\.\.' "$T/told.out"
check "its last frame is the caller without a table" sh -c "grep -B1 -x ' *\.\.\.' '$T/told.out' | grep -q 'flaws\`by_nothing+'"
check "a frame found by a pointer is marked" grep -qE '`main\+0x[0-9a-f]+ \?$' "$T/told.out"
check "there are three stacks, of ten calls each" test "$(grep -cx ' *10' "$T/told.out")" = 3

run quiet "$calls" -q
check_same "with -q, too: something is missing" "$T/expected" "$T/quiet.err"
run guessed 'syscall::getppid:entry /pid == $1/ { n++; } syscall::getppid:entry /pid == $1 && n % 3 == 2/ { @[ustack()] = count(); }
syscall::getppid:entry /n == 30/ { exit(0); }' -q
check "frames found by frame pointers are marked" grep -qE '`main\+0x[0-9a-f]+ \?$' "$T/guessed.out"
check_silent "and not told with -q" "$T/guessed.err"

run whole 'syscall::getppid:entry /pid == $1/ { @[ustack(2)] = count(); n++; } syscall::getppid:entry /n == 30/ { exit(0); }'
check "nothing is told of stacks that are as long as was asked for" sh -c "! grep -q 'user stack' $T/whole.err"

# The kernel tells the new name when it has put the new, empty memory in place.
run exec 'rawtp:::task_rename /pid == $1/ { @[ustack()] = count(); } syscall::exit_group:entry /pid == $1/ { exit(0); }'
check "a process that executes a program has the call of that for a stack" sh -c "grep -q '\`execve+' $T/exec.out"
check "it is one frame" test "$(grep -c '`' "$T/exec.out")" = 1
check "it is whole" sh -c "! grep -qF ... $T/exec.out && ! grep -q 'user stack' $T/exec.err"

# Call frame information with some bytes changed: the programs do not mind, and nobody else may.
if command -v gcc > /dev/null && command -v objcopy > /dev/null; then
	cat > "$T/bad.c" <<- 'EOF'
		#include <unistd.h>
		__attribute__((noinline)) static int inner(int x) { return getppid() + x; }
		__attribute__((noinline)) static int outer(int x) { return inner(x) + 1; }
		int main(void) { return outer(1) == 0; }
	EOF
	gcc -O2 -static -o "$T/whole" "$T/bad.c"
	objcopy -O binary --only-section=.eh_frame "$T/whole" "$T/frames"
	size=$(stat -c %s "$T/frames")
	RANDOM=1
	for ((i = 0; i < 20; i++)); do
		cp "$T/frames" "$T/frames.bad"
		for ((k = 0; k < 1 << i % 10; k++)); do
			# shellcheck disable=SC2059
			printf "\\x$(printf %x $((RANDOM % 256)))" |
				dd of="$T/frames.bad" bs=1 seek=$(((RANDOM * 32768 + RANDOM) % size)) conv=notrunc status=none
		done
		objcopy --update-section .eh_frame="$T/frames.bad" "$T/whole" "$T/bad$i"
		echo "$T/bad$i"
	done > "$T/all.sh"
	timeout 60 "$build/dtrace" -q -n 'syscall::getppid:entry /substr(execname, 0, 3) == "bad"/ { @[ustack()] = count(); n++; }
		END { printf("calls %d\n", n); }' -c "sh $T/all.sh" > "$T/bad.out" 2> "$T/bad.err"
	check "twenty programs with corrupt call frame information are traced" grep -qx 'calls 20' "$T/bad.out"
	check "each call has a frame" test "$(awk '/`|0x/ { if (!in_stack) stacks++; in_stack = 1; next } /^ *[0-9]+$/ { if (in_stack) n += $1
		in_stack = 0 } END { print n + 0 }' "$T/bad.out")" = 20
	check_silent "nothing is said but that" "$T/bad.err" '^dtrace: of 20 user stacks'
	check "nor by the daemon" test ! -s "$T/daemon.log"
else
	skip "corrupt call frame information" "needs gcc and objcopy"
fi
exit $((failures > 0))
