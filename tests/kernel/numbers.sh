#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2119
# Random cases of the subroutines about byte order, devices, addresses and memory, against libc. NUMBERS_BATCHES programs
# of 60 cases.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf kernel/numbers
start_daemon || exit 1

for ((seed = 1; seed <= ${NUMBERS_BATCHES:-10}; seed++)); do
	if ! "$build/tests/kernel/numbers" $seed 60 "$T/p.d" "$T/expected"; then
		not_ok "numbers.$seed"
		continue
	fi
	timeout 30 "$build/dtrace" -q -s "$T/p.d" 2> "$T/err" | sed '/^$/d' > "$T/out"
	check_same "numbers: batch $seed" "$T/expected" "$T/out"
	check_silent "numbers: batch $seed: no faults" "$T/err"
done
exit $((failures > 0))
