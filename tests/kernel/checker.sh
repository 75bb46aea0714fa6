#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The checker of confined programs against others: no random body that it lets pass does anything wrong
# in a machine that watches it, or is refused by the kernel's verifier for somebody who may see no
# pointers. CHECKER_SECONDS (default 45): for so long; CHECKER_SEED: from there on.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf checker

"$build/tests/gen/oracle" "${CHECKER_SEED:-1}" 1000000000 "${CHECKER_SECONDS:-45}" > "$T/out" 2>&1
status=$?
grep -E '^(wrong|bodies|oracle)' "$T/out" | head -n 20
read -r _ bodies _ passed _ asked < <(grep '^bodies' "$T/out")
if [ $status = 0 ] && [ "${passed:-0}" -gt $((bodies / 5)) ] && [ "$asked" -gt $((bodies / 20)) ]; then
	ok "checker: its verdicts ($bodies bodies, $passed passed, $asked shown to the kernel)"
else
	not_ok "checker: status $status: $(tail -n 3 "$T/out" | tr '\n' ' ')"
fi
[ "$failures" = 0 ]
