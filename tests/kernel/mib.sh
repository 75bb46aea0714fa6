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
# misses PROBE: this kernel does not show all that the probe counts, and -lv says so.
misses() { "$build/dtrace" -lvn "mib:::$1" 2> /dev/null | grep -q 'Approximate: .* is not seen$'; }

# as_counted NAME: for each line PROBE COUNTER LEAST [HIDDEN] of stdin, what was traced is what the kernel has counted, and
# no less than that; where the kernel does not show all of it, all but HIDDEN, or, with 0, at least one.
as_counted() {
	local probe counter least hidden told all
	check_silent "$1: no word on stderr" "$T/$1.err"
	while read -r probe counter least hidden; do
		told=$(value "$1" "$probe") all=$(said "$1" "$counter")
		if [ -n "$hidden" ] && misses "$probe"; then
			check "$1: $probe is $counter but for what is not seen, $all (told: $told)" \
				test $((told + (hidden == 0 ? all - told : hidden))) = "$all" -a "$told" -ge 1 -a "$told" -le "$all"
		else
			check "$1: $probe is $counter, $all (told: $told)" test "$told" = "$all" -a "$all" -ge "$least"
		fi
	done
}
as_counted mib << END
tcpActiveOpens Tcp.ActiveOpens 4
tcpPassiveOpens Tcp.PassiveOpens 3
tcpAttemptFails Tcp.AttemptFails 2
tcpEstabResets Tcp.EstabResets 1
udpInDatagrams Udp.InDatagrams 7
ipv6InReceives 6.Ip6InReceives 10
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

# What no program sends: packets with errors, of all types, too many or for nowhere.
traffic_run craft craft 'BEGIN { printf("ready\n"); on = 0; }
syscall::getppid:entry /pid == $1/ { on = (int)arg0; }
mib::: /on && arg1 == $2/ { @[probename] = sum(arg0); }
ip:::drop-out /on && args[3]->if_ipstack == $2/ { @drops = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); printa("drop-out %@d\n", @drops); }' icmp,3 icmpsum,2 ipsum,4 ipheader,5 protocol,2 options,3 ttl,4 large,2 tcpsum,3 udpsum,5 ip6header,2 \
	ip6protocol,3 overflow listen noroute nobody,3
as_counted craft << END
icmpInMsgs Icmp.InMsgs 30
icmpInCksumErrs Icmp.InCsumErrors 2
icmpInEchoReps Icmp.InEchoReps 3
icmpInSrcQuenchs Icmp.InSrcQuenchs 3
icmpInRedirects Icmp.InRedirects 3
icmpInTimeExcds Icmp.InTimeExcds 7
icmpInParmProbs Icmp.InParmProbs 6
icmpInTimestamps Icmp.InTimestamps 3
icmpInTimestampReps Icmp.InTimestampReps 6
icmpInDestUnreachs Icmp.InDestUnreachs 4
icmpOutDestUnreachs Icmp.OutDestUnreachs 4
icmpOutTimeExcds Icmp.OutTimeExcds 4
icmpOutParmProbs Icmp.OutParmProbs 3
ipInReceives Ip.InReceives 50
ipInHdrErrors Ip.InHdrErrors 16 3
ipInCksumErrs IpExt.InCsumErrors 4
ipInUnknownProtos Ip.InUnknownProtos 2
ipOutNoRoutes Ip.OutNoRoutes 1
ipv6InReceives 6.Ip6InReceives 5
ipv6InHdrErrors 6.Ip6InHdrErrors 2
ipv6InUnknownProtos 6.Ip6InUnknownProtos 3
tcpInErrs Tcp.InErrs 3
tcpInSegs Tcp.InSegs 5
tcpListenDrop TcpExt.ListenDrops 2 0
udpInCksumErrs Udp.InCsumErrors 5
udpInOverflows Udp.RcvbufErrors 10
END
is craft icmpOutFragNeeded 2
is craft drop-out 3
is craft icmpInEchos $((3 + 2))	# two of them with a wrong sum, which the kernel does not count by type

net_run data 'BEGIN { printf("ready\n"); }
mib:::tcp*Data* /arg1 == $2/ { @[probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' tcp,4,3,5000
is data tcpOutDataBytes 15000
is data tcpInDataBytes 15000
is data tcpOutDataSegs 3	# a write each, less than the device can take at once
is data tcpInDataSegs 3

net_run again 'BEGIN { printf("ready\n"); }
mib:::tcpRetransBytes /arg1 == $2/ { @[probename] = sum(arg0); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("%s %@d\n", @); }' resend,4,4,1000
is again tcpRetransBytes $((1000 * $(said again Tcp.RetransSegs)))
"$build/dtrace" -n 'mib:::tcpInDupAck { }' > "$T/out" 2>&1
check "mib: a counter without an event says so" grep -q 'mib:::tcpInDupAck cannot fire here: no event of the kernel' "$T/out"
check "mib: and no other is guessed" test "$(grep -c 'did you mean' "$T/out")" = 0
exit $((failures > 0))
