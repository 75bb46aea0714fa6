#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The mib provider against what the kernel has counted in a network namespace of the test's own.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need_bpf mib
start_daemon || exit 1
# shellcheck source=tests/kernel/support.bash
. "$top/tests/kernel/support.bash"

net_run mib 'BEGIN { printf("ready\n"); }
mib::: /arg1 == $2/ { @[probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' udp,4,7,100 udpclosed,4,3,10 tcp,4,2,5000 refused,4,2 reset,4,1 resend,4,4,1000 resyn,4,1 tcp,6,2,20000 refused,6,2 late,4,1,10 late,6,1,10
value() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/mib.out"; }
said() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/mib.said"; }
check "mib: no word on stderr" test ! -s "$T/mib.err"
cat "$T/mib.err"
while read -r probe counter least; do
	check "mib: $probe is $counter, $(said "$counter") (told: $(value "$probe"))" \
		test "$(value "$probe")" = "$(said "$counter")" -a "$(said "$counter")" -ge "$least"
done << END
tcpActiveOpens Tcp.ActiveOpens 4
tcpPassiveOpens Tcp.PassiveOpens 3
tcpAttemptFails Tcp.AttemptFails 2
tcpOutRsts Tcp.OutRsts 1
tcpOutSegs Tcp.OutSegs 20
tcpInSegs Tcp.InSegs 20
tcpRetransSegs Tcp.RetransSegs 2
udpOutDatagrams Udp.OutDatagrams 10
udpNoPorts Udp.NoPorts 3
ipInReceives Ip.InReceives 30
icmpInMsgs Icmp.InMsgs 3
icmpInDestUnreachs Icmp.InDestUnreachs 3
icmpOutDestUnreachs Icmp.OutDestUnreachs 3
END
