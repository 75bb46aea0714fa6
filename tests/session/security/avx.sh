#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016 # variables of lib.sh; D has variables with a dollar sign
# Threat: tracing changes what a program computes. The kernel takes some instructions of AVX for jumps, by their opcode,
# and does not execute them under a probe: the memset() of the C library wrote what was in a register before.
# Shown to fail without its defence: let is_taken_for_jump() (daemon/sym/insn.c) return false.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
need_bpf security/avx
grep -qw avx /proc/cpuinfo || { skip security/avx "the processor has no AVX"; exit 0; }
start_daemon || exit 1

cat > "$T/ones.c" << 'C'
int ones(int n);
__asm__(".type ones,@function\nones: vpcmpeqd %xmm0,%xmm0,%xmm0\n\tvmovd %xmm0,%eax\n\tret\n.size ones,.-ones");
int plain(int n);
__asm__(".type plain,@function\nplain: mov %edi,%eax\n\tret\n.size plain,.-plain");
int main(void)
{
	__asm__ volatile("vpxor %%xmm0,%%xmm0,%%xmm0" : : : "xmm0");
	return ones(0) == -1 && plain(7) == 7 ? 0 : 1;
}
C
if ! "${CC:-cc}" -o "$T/ones" "$T/ones.c" 2> "$T/err"; then
	skip security/avx "no compiler for x86"
	exit 0
fi
timeout 60 "$build/dtrace" -qn 'pid$target:ones:ones:entry { @ = count(); }' -c "$T/ones" > "$T/out" 2>&1
check "what the kernel would not execute has no probe" grep -q 'no probe for the instruction at entry of ones' "$T/out"
timeout 60 "$build/dtrace" -qn 'pid$target:ones::entry { @[probefunc] = count(); } END { printa("%s %@d\n", @); }' -c "$T/ones" \
	> "$T/out" 2>&1
check "other functions have" grep -qx 'plain 1' "$T/out"
check "but not that" test "$(grep -cE '^ones [0-9]|exited with status' "$T/out")" = 0
[ "$failures" = 0 ]
