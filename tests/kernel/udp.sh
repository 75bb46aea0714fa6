#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The udp provider: datagrams in a network namespace of their own, whole or in fragments, to open and to closed ports.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf udp
start_daemon || exit 1
if ! "$build/dtrace" -l -n udp:::send > "$T/out" 2>&1; then
	skip udp "$(tail -n 1 "$T/out")"
	exit 0
fi

here='((struct sk_buff *)args[0]->pkt_addr)->dev->nd_net.net->ns.inum == $2'
net_run udp 'BEGIN { printf("ready\n"); }
udp:::send, udp:::receive /'"$here"'/ {
	@n[probename, args[2]->ip_ver, args[4]->udp_dport] = count();
	@bytes[probename, args[2]->ip_ver, args[4]->udp_dport] = sum(args[4]->udp_length);
	@payload[probename, args[2]->ip_ver, args[4]->udp_dport] = sum(args[2]->ip_plength); }
udp:::send /'"$here"'/ { @pid[args[1]->cs_pid == $1, execname] = sum(args[4]->udp_length - 8);
	@port = sum(args[4]->udp_sport == args[3]->udps_lport); }
udp:::receive /'"$here"'/ { @sock[args[4]->udp_dport] = sum(args[3]->udps_lport == args[4]->udp_dport);
	@none[args[4]->udp_dport] = sum(args[3]->udps_addr == 0 && args[3]->udps_laddr == "<unknown>"); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("n.%s.%d.%d %@d\n", @n); printa("bytes.%s.%d.%d %@d\n", @bytes); printa("payload.%s.%d.%d %@d\n", @payload);
	printa("pid.%d.%s %@d\n", @pid); printa("port %@d\n", @port); printa("sock.%d %@d\n", @sock); printa("none.%d %@d\n", @none); }' \
	udp,4,20,100 udp,6,30,200 udpclosed,4,4,10 udpclosed,6,5,10 mtu,1500 udp,4,2,9000 udp,6,3,9000
value() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/udp.out"; }
said() { awk -v k="$1" '$1 == k { print $2 }' "$T/udp.said"; }
is() { check "$1: $(value "$1"), $2" test "$(value "$1")" = "$2"; }
for probe in send receive; do
	is "n.$probe.4.7001" 22
	is "n.$probe.6.7001" 33
	is "n.$probe.4.7002" 4
	is "n.$probe.6.7002" 5
	is "bytes.$probe.4.7001" $((20 * 108 + 2 * 9008))
	is "bytes.$probe.6.7001" $((30 * 208 + 3 * 9008))
	is "payload.$probe.4.7001" $((20 * 108 + 2 * 9008))
	is "payload.$probe.6.7001" $((30 * 208 + 3 * 9008))
done
check "the kernel's counts agree" test "$(said Udp.OutDatagrams)" = 26 -a "$(said 6.Udp6OutDatagrams)" = 38 -a \
	"$(said Udp.NoPorts)" = 4 -a "$(said 6.Udp6NoPorts)" = 5 -a "$(said Udp.InDatagrams)" = 22
is pid.1.net $((20 * 100 + 30 * 200 + 9 * 10 + 5 * 9000))
is port 64
is sock.7001 55
is none.7002 9
is none.7001 0
