#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# copyinstr() and copyin() at the boundaries: the empty string, lengths around strsize, a maximum known at run time,
# strings against the end of memory, bad addresses.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf copyin
start_daemon || exit 1

program='BEGIN { printf("ready\n"); }
syscall::getpgid:entry /pid == $1 && arg0 == 54321/ { this->s = copyinstr(arg1); printf("all %d <%s>\n", strlen(this->s), this->s); }
syscall::getpgid:entry /pid == $1 && arg0 == 54321/ {
	this->t = copyinstr(arg1, arg2); printf("max %d %d <%s>\n", arg2, strlen(this->t), this->t); }
ERROR { printf("fault %x\n", arg5); }
syscall::exit_group:entry /pid == $1/ { exit(0); }'

for size in 16 17 64 256 1000; do
	mkfifo "$T/go.$size"
	"$build/tests/kernel/copyin" $size < "$T/go.$size" > "$T/expected" &
	pid=$!
	exec 5> "$T/go.$size"
	timeout 60 "$build/dtrace" -qn "$program" -x strsize=$size "$pid" > "$T/out" 2> "$T/err" &
	client=$!
	wait_for 20 grep -q ready "$T/out" || not_ok "copyin: $size starts" "$T/err"
	echo >&5
	exec 5>&-
	wait "$pid"
	wait "$client"
	sed -i '/^ready$/d; /^$/d' "$T/out"
	check "copyin: $size: many cases" test "$(wc -l < "$T/expected")" -gt 80
	check_same "copyin: strsize $size" "$T/expected" "$T/out"
done

# A constant maximum, and copyin() of numbers of bytes known at run time.
"$build/dtrace" -qn 'syscall::write:entry /pid == $target && arg0 == 1/ {
	printf("<%s>", copyinstr(arg1, 3)); printf("<%s>", copyinstr(arg1, 0)); printf("<%s>", copyinstr(arg1, 10000));
	this->n = arg2; printf("<%s>", stringof(copyin(arg1, this->n))); printf("%c\n", ((char *)copyin(arg1, this->n))[this->n - 1]); }' \
	-c '/bin/echo hello' > "$T/out" 2> "$T/err"
check "copyin: maximum and sizes" grep -qx '<hel><><hello' "$T/out"
exit $((failures > 0))
