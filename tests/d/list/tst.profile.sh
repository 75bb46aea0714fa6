# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §20.2: created on demand; the shortest period is 200 us.
for name in tick-1sec tick-5000 tick-200us profile-2min tick-1day tick-17hz profile-3000msec; do
	dtrace -l -n "$name" | awk 'NR > 1 { print $2, $NF }'
done
for name in tick-5001 tick-199us profile-10us profile-0 tick-1x tick- profile-; do
	dtrace -l -n "$name" > "$T/out" 2>&1
	echo "$name $?"
done
