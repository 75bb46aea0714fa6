#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; $target is text
# Each probe of the stable providers that can fire here is named in a test that makes it fire; each other one says why it cannot,
# or is one of another kernel.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf coverage
start_daemon || exit 1

# What the tests say, without comments.
for script in "$top"/tests/kernel/*.sh; do
	[ "$(basename "$script")" = coverage.sh ] || sed '/^[[:space:]]*#/d' "$script"
done > "$T/tests"
named() { grep -qE -- "(^|[^A-Za-z0-9_-])$1([^A-Za-z0-9_-]|\$)" "$T/tests"; }
for file in "$top"/providers/stable/*.d; do
	provider=$(basename "$file" .d)
	! grep -qF '$target' "$file" || provider+=$$ # of a process: this shell
	"$build/dtrace" -lv -P "$provider" > "$T/$provider" 2> "$T/$provider.err"
	n=0 missing='' silent=''
	while read -r probe; do
		probe=${probe//__/-}
		n=$((n + 1))
		if grep -qE "^ *[0-9]+ +$provider +[^ ]+ +[^ ]* *$probe\$" "$T/$provider"; then
			named "$probe" || missing+=" $probe"
		elif ! grep -qE "^ +- +$provider $probe: ." "$T/$provider"; then
			silent+=" $probe"
		fi
	done < <(sed -n 's/^\tprobe \([a-zA-Z_0-9]*\)(.*/\1/p' "$file")
	check "coverage: $provider declares probes ($n)" test "$n" -gt 0
	check "coverage: $provider: each that can fire has a test${missing:+, but not$missing}" test -z "$missing"
	check "coverage: $provider: each other one says why not${silent:+, but not$silent}" test -z "$silent"
done
exit $((failures > 0))
