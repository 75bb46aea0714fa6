#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The checker of confined programs against others: no random body that it lets pass does anything wrong
# in a machine that watches it, or is refused by the kernel's verifier for somebody who may see no
# pointers. CHECKER_BODIES: so many; CHECKER_SEED: from there on. And of what the compiler makes
# for a user of class user from programs of tests/d, and from random ones, nothing is refused.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf checker

"$build/tests/gen/oracle" "${CHECKER_SEED:-1}" "${CHECKER_BODIES:-$((100000 / DTRACED_TIME_FACTOR))}" 120 > "$T/out" 2>&1
status=$?
grep -E '^(wrong|bodies|oracle)' "$T/out" | head -n 20
read -r _ bodies _ passed _ asked < <(grep '^bodies' "$T/out")
if [[ $(uname -r) =~ ^6\.[1-9]\. ]]; then
	skip "checker: its verdicts" "the verifier of this kernel loses sight of more: it is no judge"
elif [ $status = 0 ] && [ "${passed:-0}" -gt $((bodies / 5)) ] && [ "$asked" -gt $((bodies / 20)) ]; then
	ok "checker: its verdicts ($bodies bodies, $passed passed, $asked shown to the kernel)"
else
	not_ok "checker: status $status: $(tail -n 3 "$T/out" | tr '\n' ' ')"
fi

if [ "$DTRACED_TIME_FACTOR" != 1 ]; then
	skip "checker: what the compiler makes" "an emulated machine takes too long, and it is the same everywhere"
	exit $((failures > 0))
fi
# verdicts FILE...: of each, with its name. What does not compile for such a user has none.
verdicts() {
	local f
	for f; do
		"$build/tests/golden/dcc" check -s "$f" 2>&1 | sed -n "s,^program ,$(basename "$f" .d): &,p"
	done
}
for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
	"$build/tests/gen/generate" values $seed "$T/random.$seed.d" "$T/expected"
	sed -i 's/^BEGIN/syscall::getpid:entry/' "$T/random.$seed.d"
done
export -f verdicts
export build
# One in eight, from CHECKER_SEED on; all of them with CHECKER_ALL=1.
mapfile -t programs < <(find "$top/tests/d" "$T" -name '*.d' ! -name 'err.*' | sort)
for ((i = 0; i < ${#programs[@]}; i++)); do
	if [ -n "${CHECKER_ALL:-}" ] || [ $(((i + ${CHECKER_SEED:-1}) % 8)) = 0 ]; then echo "${programs[i]}"; fi
done | xargs -n 10 -P 2 bash -c 'verdicts "$@"' _ > "$T/verdicts"
grep -v ': passes$' "$T/verdicts" | head -n 10
passed=$(grep -c ': passes$' "$T/verdicts") all=$(wc -l < "$T/verdicts")
if [ "$passed" = "$all" ] && [ "$passed" -gt 20 ]; then
	ok "checker: lets pass what the compiler makes"
else
	not_ok "checker: $passed of $all programs that the compiler made pass"
fi
[ "$failures" = 0 ]
