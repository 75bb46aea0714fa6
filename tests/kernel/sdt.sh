#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The markers of the sdt provider: interrupts of each line against /proc/interrupts, begun and ended; timers that call out.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf sdt
start_daemon || exit 1

# "LINE SUM" of the lines with a number that only one device has.
lines() { awk 'NR == 1 { n = NF; next } $1 ~ /^[0-9]+:$/ && !/,/ { s = 0; for (i = 2; i <= n + 1; i++) s += $i; print $1 + 0, s }'; }
cat > "$T/inner.sh" << 'S'
cat /proc/interrupts > "$1/first"
dd if=/dev/zero of="$1/file" bs=4096 count=200 oflag=direct conv=fsync 2> /dev/null
cat /proc/interrupts > "$1/last"
S
lines < /proc/interrupts > "$T/before"
"$build/dtrace" -qn 'sdt:::interrupt-start { @n["start", arg1] = count(); self->action = arg0; self->irq = (int)arg1; }
sdt:::interrupt-complete /self->action/ { @n["complete", arg1] = count();
	@bad["bad", 0] = sum(arg0 != self->action || arg1 != self->irq || arg2 > 3); self->action = 0; }
sdt:::callout-start { @n["timer", 0] = count(); self->timer = arg0; }
sdt:::callout-end /self->timer/ { @n["ended", 0] = count(); @bad["other", 0] = sum(arg0 != self->timer); self->timer = 0; }
END { printa("%s %d %@d\n", @n); printa("%s %d %@d\n", @bad); }' -c "bash $T/inner.sh $T" > "$T/out" 2> "$T/err"
lines < /proc/interrupts > "$T/after"
check_silent "sdt: no word on stderr" "$T/err"
value() { awk -v k="$1" -v n="$2" '$1 == k && $2 == n { v = $3 } END { print v + 0 }' "$T/out"; }
within() { awk -v n="$2" '$1 == n { s = $2 } END { print s + 0 }' "$1"; }
for name in first last; do
	lines < "$T/$name" > "$T/$name.sum"
done
busy=0
while read -r line sum; do
	n=$(value start "$line")
	least=$(($(within "$T/last.sum" "$line") - $(within "$T/first.sum" "$line")))
	most=$(($(within "$T/after" "$line") - sum))
	[ "$least" -lt 50 ] || busy=$((busy + 1))
	[ "$most" = 0 ] || check "sdt: line $line interrupts $n times, between $least and $most" test "$n" -ge "$least" -a "$n" -le "$most"
	[ "$most" = 0 ] || check "sdt: line $line: they end ($(value complete "$line"))" test "$(value complete "$line")" = "$n"
done < "$T/before"
if [ "$busy" -ge 1 ]; then
	ok "sdt: a disk that writes interrupts"
else
	skip "sdt: a disk that writes interrupts" "no disk here does"
fi
check "sdt: the action and the line are those of the beginning" test "$(value bad 0)" = 0 -a "$(value other 0)" = 0
check "sdt: timers call out ($(value timer 0)) and end" test "$(value timer 0)" -ge 1 -a $(($(value timer 0) - $(value ended 0))) -le "$(nproc)"
exit $((failures > 0))
