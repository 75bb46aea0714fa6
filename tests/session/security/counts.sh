#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154 # variables of lib.sh
# Threat: a user keeps the daemon busy, so that others wait and their probes fall silent, with one request that has it
# look up a great number of things: aggregations by number, or processes in another pid namespace.
# Shown to fail without its defence: let req_check_aggs() (daemon/req/snapshot.c) return true at its start, and leave
# out the first test of targets_translate() (daemon/req/targets.c).
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
need_bpf security/counts
# shellcheck source=tests/session/security/users.sh
. "$(dirname "$0")/users.sh"
start_daemon --group "$group" || exit 1
cp "$build/tests/session/raw" "$T/raw" && chmod 755 "$T/raw"

timeout 60 "${as_mallory[@]}" "$T/raw" "$T/s" many > "$T/out" 2>&1
for what in 'aggregations: 16385, the maximum is 16384' 'processes: 257, the maximum is 256'; do
	check "too many $what" grep -qxE -- "failure 3 too many $what" "$T/out"
done
check "as many as there may be are looked for" grep -qx 'reply 8' "$T/out"
check "each refusal is for its request alone" test "$(grep -c '^failure 3 too many aggregations' "$T/out")" = 2
[ "$failures" = 0 ]
