#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# System calls of a trigger program against what the trigger itself has counted: exact numbers.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf syscall

# The numbers and names of this machine's calls, as "NR NAME".
echo '#include <sys/syscall.h>' | gcc -E -dM - | sed -nE 's/^#define __NR_([a-z0-9_]+) ([0-9]+)$/\2 \1/p' |
	sort -n > "$T/names"

# same_calls NAME OUT TRIGGER-OUT: lines "NAME entry COUNT" against "calls NR COUNT".
same_calls() {
	awk 'FILENAME == ARGV[1] { name[$1] = $2; next } $1 == "calls" && ($2 in name) { print name[$2], "entry", $3 }' \
		"$T/names" "$3" | sort > "$T/expected"
	grep ' entry ' "$2" | sort > "$T/actual"
	check_same "$1" "$T/expected" "$T/actual"
}

start_daemon || exit 1

count='BEGIN { printf("ready\n"); }
syscall:::entry, syscall:::return /pid == $1/ { @[probefunc, probename] = count(); }
syscall::exit_group:entry /pid == $1/ { printa("%s %s %@d\n", @); exit(0); }'
trigger_run a "$count" getppid,1000 read,500,10 write,300,hello openat,200,/dev/null openat,100,/none \
	close,50,-1 lseek,20 badwrite,10 unknown,7 getppid,1
same_calls "every entry of a mixture" "$T/a.out" "$T/a.said"
# Each entry has its return, but for exit; and the read that had started the trigger returns.
awk '$2 == "entry" && $1 != "exit_group" { print $1, "return", $3 + ($1 == "read") }' "$T/a.out" | sort > "$T/expected"
grep ' return ' "$T/a.out" | sort > "$T/actual"
check_same "every return of a mixture" "$T/expected" "$T/actual"

trigger_run b 'BEGIN { printf("ready\n"); }
syscall::getppid:entry /pid == $1/ { @n = count(); @s = sum(arg4 * 10 + arg5); }
syscall::getppid:return /pid == $1/ { @r = count(); @v = sum(arg0 == ppid); }
syscall::exit_group:entry /pid == $1/ { printa("%@d %@d %@d %@d\n", @n, @s, @r, @v); exit(0); }' getppid,200000
check "200000 calls, their arguments and results" grep -qx '200000 11200000 200000 200000' "$T/b.out"

trigger_run c 'BEGIN { printf("ready\n"); }
syscall::read:return /pid == $1 && arg0 > 0/ { @n = count(); @bytes = sum(arg0); @q = lquantize(arg0, 0, 100, 25); }
syscall::openat:return, syscall::close:return, syscall::write:return /pid == $1 && errno/ {
	@e[probefunc, errno, (int)arg1] = count(); }
syscall::exit_group:entry /pid == $1/ { printa("%@d %@d\n", @n, @bytes); printa("%s %d %d %@d\n", @e); exit(0); }' \
	read,1000,64 openat,30,/none openat,20,/dev/null/x close,10,99 badwrite,5
check "bytes read" grep -qx '1001 64001' "$T/c.out" # and the byte that had started it
check "ENOENT" grep -qx 'openat 2 -1 30' "$T/c.out"
check "ENOTDIR" grep -qx 'openat 20 -1 20' "$T/c.out"
check "EBADF" grep -qx 'close 9 -1 10' "$T/c.out"
check "EFAULT" grep -qx 'write 14 -1 5' "$T/c.out"

trigger_run d 'BEGIN { printf("ready\n"); }
syscall::gettid:entry /pid == $1/ { @all = count(); @per[tid] = count(); total++; self->n++; }
syscall::gettid:return /pid == $1/ { @own = sum(arg0 == tid && self->n > 0); @most = max(self->n); }
syscall::exit_group:entry /pid == $1/ {
	printf("%d\n", total); printa("%@d %@d %@d\n", @all, @own, @most); printa("per %@d\n", @per); exit(0); }' threads,1,50000
check "four threads: a global" grep -qx 200000 "$T/d.out"
check "four threads: aggregations and self->" grep -qx '200000 200000 50000' "$T/d.out"
check "four threads: each by itself" test "$(grep -cx 'per 50000' "$T/d.out")" = 4

# Two sessions count the same calls, each by itself.
mkfifo "$T/two.go"
"$build/tests/kernel/trigger" getppid,5000 < "$T/two.go" > "$T/two.said" &
pid=$!
exec 6> "$T/two.go"
for i in 1 2; do
	"$build/dtrace" -qn "BEGIN { printf(\"ready\n\"); } syscall::getppid:entry /pid == $pid/ { @ = sum($i); }
		syscall::exit_group:entry /pid == $pid/ { printa(\"%@d\n\", @); exit(0); }" > "$T/two.$i" 2>&1 &
	clients[i]=$!
	wait_for 10 grep -q ready "$T/two.$i"
done
echo >&6
exec 6>&-
wait "$pid" "${clients[@]}"
check "two sessions: the first" grep -qx 5000 "$T/two.1"
check "two sessions: the second" grep -qx 10000 "$T/two.2"

# A call by the 32-bit gate: number 64 is getppid there, but semget to a 64-bit program. It must not be taken for that.
if [ "$(uname -m)" = x86_64 ] && grep -q 'CONFIG_IA32_EMULATION=y' <(zcat -f /proc/config.gz "/boot/config-$(uname -r)" 2> /dev/null); then
	trigger_run e 'BEGIN { printf("ready\n"); }
	syscall:::entry /pid == $1/ { @[probefunc] = count(); }
	syscall::exit_group:entry /pid == $1/ { printa("%s %@d\n", @); exit(0); }' int80,9 getppid,4
	if grep -qw fred /proc/cpuinfo; then
		skip "int 0x80 of a 64-bit program" "this processor spares the register that tells it"
	else
		told=$(awk '/another ABI/ { n += $2 } END { print n + 0 }' "$T/e.err")
		check "int 0x80 of a 64-bit program is told ($told)" test "$told" -ge 9
		check "int 0x80 of a 64-bit program is not misnamed" test -z "$(grep '^semget' "$T/e.out")"
	fi
	check "int 0x80 beside calls of the usual sort" grep -qx 'getppid 4' "$T/e.out"
	if printf '%s\n' 'void _start(void) { for (int i = 0; i < 3; i++) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(64)); }' \
		'__asm__ volatile("int $0x80" : : "a"(1), "b"(0)); }' |
		gcc -m32 -nostdlib -static -ffreestanding -fno-pie -no-pie -x c -o "$T/prog32" - 2> "$T/gcc.log"; then
		"$build/dtrace" -qn 'BEGIN { printf("ready\n"); } syscall:::entry /execname == "prog32"/ { @[probefunc] = count(); }
			rawtp:::sched_process_exit /execname == "prog32"/ { exit(0); }' > "$T/f.out" 2> "$T/f.err" &
		client=$!
		wait_for 10 grep -q ready "$T/f.out"
		"$T/prog32"
		wait "$client"
		check "a 32-bit program is told" grep -qE '^dtrace: [45] calls by programs of another ABI' "$T/f.err"
		check "a 32-bit program's calls are not misnamed" awk 'NF == 2 { bad = 1 } END { exit bad }' "$T/f.out"
	else
		skip "a 32-bit program" "the compiler cannot make one"
	fi
else
	skip "32-bit callers" "the kernel does not run them"
fi

# As many probes as are listed.
for description in 'syscall:::' 'syscall:::entry' 'syscall::get*:' 'dtrace:::'; do
	listed=$("$build/dtrace" -l -n "$description" | awk 'NR > 1' | wc -l)
	"$build/dtrace" -n "$description"' { @ = count(); }' -n 'BEGIN { exit(0); }' > "$T/out" 2> "$T/err"
	check "$description: what is listed is enabled ($listed)" grep -qF "'$description ' matched $listed probe" "$T/err"
done
