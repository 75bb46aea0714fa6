#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# Locks of programs, by probes on the functions of the C library: a mutex that is taken and waited for a known number of
# times, for as long as it is held.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf userlocks
start_daemon || exit 1

"$build/dtrace" -qn 'self uintptr_t mutex; self uint64_t since; self int blocks;
pid$target:libc:pthread_mutex_lock:entry { self->mutex = arg0; self->since = timestamp; self->blocks = 0; }
syscall::futex:entry /self->mutex && arg0 == self->mutex/ { self->blocks = 1; }
pid$target:libc:pthread_mutex_lock:return /self->mutex/ {
	@[self->blocks ? "blocked" : "free", self->mutex] = count(); }
pid$target:libc:pthread_mutex_lock:return /self->blocks/ { printf("blocked %d\n", timestamp - self->since); }
pid$target:libc:pthread_mutex_lock:return { self->mutex = 0; self->blocks = 0; }
END { printa("%s %d %@d\n", @); }' -c "$build/tests/kernel/userlocks 7 4" > "$T/out" 2> "$T/err"
mutex=$(awk '$1 == "mutex" { print $2 }' "$T/out")
check "userlocks: a free mutex is taken 7 and 4 times" grep -qx "free $mutex 11" "$T/out"
check "userlocks: it is waited for 4 times" grep -qx "blocked $mutex 4" "$T/out"
awk '$1 == "wait" { print $2, $3 }' "$T/out" > "$T/bounds"
awk '$1 == "blocked" && NF == 2 { print $2 }' "$T/out" > "$T/times"
check "userlocks: each time for as long as it is held" awk 'FNR == NR { least[FNR] = $1; most[FNR] = $2; next }
	$1 < least[FNR] || $1 > most[FNR] + 1000000000 { bad = 1 } { n++ } END { exit n != 4 || bad }' "$T/bounds" "$T/times"
exit $((failures > 0))
