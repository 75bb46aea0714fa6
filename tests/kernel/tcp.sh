#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The tcp provider: connections and segments in a network namespace of their own, against what the kernel counts there
# and what the traffic is known to be.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf tcp
start_daemon || exit 1
if ! "$build/dtrace" -l -n tcp:::send > "$T/out" 2>&1; then
	skip tcp "$(tail -n 1 "$T/out")"
	exit 0
fi
for probe in accept-established accept-refused connect-established connect-refused connect-request receive send state-change; do
	check "tcp:::$probe is there" "$build/dtrace" -l -n "tcp:::$probe"
done

here='((struct sk_buff *)args[0]->pkt_addr)->dev->nd_net.net->ns.inum == $2'
there='((struct sock *)args[1]->cs_addr)->__sk_common.skc_net.net->ns.inum == $2'

net_run many 'BEGIN { printf("ready\n"); }
tcp:::send, tcp:::receive /'"$here"'/ {
	this->s = (struct sk_buff *)args[0]->pkt_addr;
	this->segs = ((struct skb_shared_info *)(this->s->head + this->s->end))->gso_segs;
	@n[probename] = sum(this->segs ? this->segs : 1);
	@bytes[probename, args[2]->ip_ver, args[4]->tcp_dport == 7001] = sum(args[2]->ip_plength - args[4]->tcp_offset);
	@flags[probename, args[4]->tcp_flags & 7] = count();
	@again = sum(args[3]->tcps_retransmit); }
tcp:::send /'"$here"'/ { @owner[args[1]->cs_pid == $1 ? "own" : args[1]->cs_pid == -1 ? "unknown" : "wrong"] = count(); }
tcp:::receive /'"$here"' && args[1]->cs_pid != -1/ { @owner["wrong"] = count(); }
tcp:::connect-request /'"$here"'/ {
	@c[probename] = count(); @own = sum(args[1]->cs_pid == $1 && args[4]->tcp_flags == 2 &&
		args[4]->tcp_seq == args[3]->tcps_iss && args[4]->tcp_sport == args[3]->tcps_lport &&
		args[4]->tcp_dport == args[3]->tcps_rport && args[2]->ip_daddr == args[3]->tcps_raddr &&
		args[3]->tcps_state == TCP_STATE_SYN_SENT && args[3]->tcps_active && args[3]->tcps_local); }
tcp:::connect-established, tcp:::accept-established, tcp:::connect-refused /'"$there"'/ {
	@c[probename] = count();
	@right[probename] = sum(args[2]->ip_saddr == args[3]->tcps_raddr && args[2]->ip_daddr == args[3]->tcps_laddr &&
		args[4]->tcp_sport == args[3]->tcps_rport && args[4]->tcp_dport == args[3]->tcps_lport &&
		args[3]->tcps_active == (probename != "accept-established") && args[3]->tcps_local &&
		args[3]->tcps_state == (probename == "connect-refused" ? TCP_STATE_SYN_SENT : TCP_STATE_ESTABLISHED)); }
tcp:::accept-refused /'"$here"'/ { @c[probename] = count(); @closed = sum(args[4]->tcp_dport == 7002 && args[3]->tcps_addr == 0); }
tcp:::state-change /'"$there"'/ { @s[args[5]->tcps_state, args[3]->tcps_state] = count(); @null = sum(args[0] || args[2] || args[4]); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("n.%s %@d\n", @n); printa("bytes.%s.%d.%d %@d\n", @bytes); printa("flags.%s.%d %@d\n", @flags); printa("again %@d\n", @again); printa("owner.%s %@d\n", @owner);
	printa("c.%s %@d\n", @c); printa("own %@d\n", @own); printa("right.%s %@d\n", @right); printa("closed %@d\n", @closed);
	printa("state.%d.%d %@d\n", @s); printa("null %@d\n", @null); }' \
	tcp,4,3,100000 tcp,6,2,200000 late,4,2,10 late,6,2,10 refused,4,2 refused,6,3 reset,4,1,10 reset,6,1,10
value() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/many.out"; }
said() { awk -v k="$1" '$1 == k { print $2 }' "$T/many.said"; }
is() { check "$1: $(value "$1"), $2" test "$(value "$1")" = "$2"; }
is n.send "$(said Tcp.OutSegs)"
is n.receive "$(said Tcp.InSegs)"
for probe in send receive; do
	is "bytes.$probe.4.1" $((3 * 100000 + 2 * 10 + 10))
	is "bytes.$probe.6.1" $((2 * 200000 + 2 * 10 + 10))
	is "bytes.$probe.4.0" 0
	is "bytes.$probe.6.0" 0
	is "flags.$probe.2" $((11 + 16))	# SYN: of 11 connections both ways, of 5 refused one
	is "flags.$probe.4" "$(said Tcp.OutRsts)"
done
is again 0
is owner.wrong 0
check "most segments are known to be this process's ($(value owner.own))" test "$(value owner.own)" -ge 40
is c.connect-request "$(said Tcp.ActiveOpens)"
is c.connect-request 16
is own 16
is c.connect-established 11
is c.accept-established "$(said Tcp.PassiveOpens)"
is c.accept-established 11
is c.connect-refused 5
is c.accept-refused 5
is right.connect-established 11
is right.accept-established 11
is right.connect-refused 5
is closed 5
is state.7.2 16
is state.2.1 11
is state.2.7 5
is state.3.1 11
is state.10.3 11
is state.7.10 6
is state.10.7 6
is state.1.4 9
is state.1.8 9
is state.8.9 9
is null 0

# Segments that are sent again, by a timer, whoever is current then.
net_run again 'BEGIN { printf("ready\n"); }
tcp:::send /'"$here"'/ { @n[args[3]->tcps_retransmit, args[4]->tcp_flags & TH_SYN] = count(); }
tcp:::send /'"$here"' && args[3]->tcps_retransmit == 1/ { @to[args[2]->ip_daddr] = count(); }
tcp:::connect-request /'"$here"'/ { @c = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("n.%d.%d %@d\n", @n); printa("to.%s %@d\n", @to); printa("connect %@d\n", @c); }' \
	resend,4,3,1000 resend,6,2,1000 resyn,4,1
value() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/again.out"; }
said() { awk -v k="$1" '$1 == k { print $2 }' "$T/again.said"; }
resent=$(said Tcp.RetransSegs)
check "$resent segments were sent again" test "$resent" -ge 6
check "data sent again" test $(($(value n.1.0) + $(value n.1.2))) = "$resent"
check "one SYN is sent again at least" test "$(value n.1.2)" -ge 1
check "by address" test $(($(value to.127.0.0.1) + $(value to.::1))) = "$resent"
check "a SYN that is sent again is no further request" test "$(value connect)" = 3

# Segments of more than 64 KiB, whose headers do not say how long they are.
net_run bulk 'BEGIN { printf("ready\n"); }
tcp:::send, tcp:::receive /'"$here"' && args[4]->tcp_dport == 7001/ {
	@bytes[probename, args[2]->ip_ver] = sum(args[2]->ip_plength - args[4]->tcp_offset);
	@large[args[2]->ip_ver] = sum(args[2]->ip_plength > 65535); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("bytes.%s.%d %@d\n", @bytes); printa("large.%d %@d\n", @large); }' bulk,4,2,3000000 bulk,6,2,3000000
value() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/bulk.out"; }
for probe in send receive; do
	check "bulk: all bytes ($probe, $(value large.4) and $(value large.6) of 64 KiB or more)" \
		test "$(value "bytes.$probe.4")" = 6000000 -a "$(value "bytes.$probe.6")" = 6000000
done
