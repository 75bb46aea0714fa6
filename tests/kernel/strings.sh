#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2119
# Thousands of random cases of the string subroutines, compiled from D and run in the kernel, against
# a model in C. STRINGS_BATCHES programs of 150 cases for each strsize.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf kernel/strings
start_daemon || exit 1

batch() {
	local name=strings/strsize$1.$2
	if ! "$build/tests/kernel/strings" "$1" "$2" 150 "$T/p.d" "$T/expected"; then
		not_ok "kernel/$name"
		return
	fi
	timeout 30 "$build/dtrace" -q -s "$T/p.d" 2> "$T/err" | sed '/^$/d' > "$T/out"
	check_same "kernel/$name" "$T/expected" "$T/out"
}

for size in 16 64 256; do
	for ((seed = 1; seed <= ${STRINGS_BATCHES:-20}; seed++)); do
		batch "$size" "$seed"
	done
done
