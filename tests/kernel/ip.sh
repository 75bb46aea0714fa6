#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck disable=SC2154,SC2016,SC2119 # variables of lib.sh; D has variables with a dollar sign
# The ip provider: packets and fragments against the kernel's counts, the fields of both headers; then a bridge and a
# router between two other network namespaces: who sends and receives what.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kernel/support.bash
. "$(dirname "$0")/support.bash"
need_bpf ip
start_daemon || exit 1

net_run ip 'BEGIN { printf("ready\n"); }
ip:::send, ip:::receive /args[3]->if_ipstack == $2/ {
	@n[probename, args[2]->ip_ver] = count();
	@octets[probename, args[2]->ip_ver] = sum(args[2]->ip_plength + (args[2]->ip_ver == 4 ? args[4]->ipv4_ihl : 40));
	@if[args[3]->if_name, args[3]->if_local] = count(); }
ip:::send /args[3]->if_ipstack == $2 && args[2]->ip_ver == 4/ {
	@four = sum(args[4]->ipv4_ver == 4 && args[4]->ipv4_ihl == 20 && args[4]->ipv4_length == args[2]->ip_plength + 20 &&
		args[4]->ipv4_ttl == 64 && args[4]->ipv4_saddr == "127.0.0.1" && args[4]->ipv4_daddr == args[2]->ip_daddr &&
		ntohl(args[4]->ipv4_src) == 0x7f000001 && args[4]->ipv4_hdr->version == 4 && args[5]->ipv6_ver == 0 &&
		args[5]->ipv6_saddr == "<null>" && args[5]->ipv6_nextstr == "<null>" && args[5]->ipv6_hdr == 0);
	@proto[args[4]->ipv4_protostr, args[4]->ipv4_protocol] = count();
	@frag[args[4]->ipv4_flags & 2, args[4]->ipv4_offset] = count(); }
ip:::send /args[3]->if_ipstack == $2 && args[2]->ip_ver == 6/ {
	@six = sum(args[5]->ipv6_ver == 6 && args[5]->ipv6_plen == args[2]->ip_plength && args[5]->ipv6_hlim &&
		args[5]->ipv6_daddr == args[2]->ip_daddr && args[5]->ipv6_src->in6_u.u6_addr8[15] == 1 &&
		args[4]->ipv4_ver == 0 && args[4]->ipv4_protostr == "<null>" && args[4]->ipv4_hdr == 0);
	@proto[args[5]->ipv6_nextstr, args[5]->ipv6_nexthdr] = count(); }
ip:::drop-in /args[3]->if_ipstack == $2/ { @drop[args[2]->ip_ver, args[6] == SKB_DROP_REASON_NO_SOCKET] = count(); }
syscall::exit_group:entry /pid == $1/ { exit(0); }
END { printa("n.%s.%d %@d\n", @n); printa("octets.%s.%d %@d\n", @octets); printa("if.%s.%d %@d\n", @if); printa("four %@d\n", @four);
	printa("six %@d\n", @six); printa("proto.%s.%d %@d\n", @proto); printa("frag.%d.%d %@d\n", @frag); printa("drop.%d.%d %@d\n", @drop); }' \
	mtu,1500 udp,4,10,100 udp,6,10,100 udp,4,2,3000 udp,6,2,3000 udpclosed,4,3 refused,4,2 refused,6,2
value() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/ip.out"; }
said() { awk -v k="$1" '$1 == k { print $2 }' "$T/ip.said"; }
is() { check "$1: $(value "$1"), $2" test "$(value "$1")" = "$2"; }
four=$((10 + 2 * 3 + 3 * 2 + 2 * 2)) six=$((10 + 2 * 3 + 2 * 2))
for probe in send receive; do
	is "n.$probe.4" $four
	is "n.$probe.6" $six
	is "octets.$probe.6" $((10 * 148 + 2 * (3000 + 8 + 3 * 40 + 3 * 8) + 2 * (80 + 60)))
done
check "the kernel's counts agree" test "$(said Ip.InReceives)" = $four -a "$(said 6.Ip6InReceives)" = $six
is if.lo.1 $((2 * (four + six)))
is four $four
is six $six
is proto.UDP.17 $((10 + 6 + 3 + 10))
is proto.ICMP.1 3
is proto.TCP.6 $((4 + 4))
is proto.44.44 6
is frag.2.0 2
is frag.2.185 2
is frag.0.370 2
is drop.4.1 5
is drop.6.1 2
is drop.4.0 0

# ---- a, and b behind a bridge, and c behind a router ------------------------

for tool in ip nsenter unshare; do
	if ! command -v $tool > "$T/out"; then
		skip "bridge and router" "$tool is not there"
		exit 0
	fi
done
declare -A holder
for ns in a b c m; do
	mkfifo "$T/hold.$ns"
	unshare -n cat "$T/hold.$ns" > "$T/out.$ns" &
	holder[$ns]=$!
done
exec 6> "$T/hold.a" 7> "$T/hold.b" 8> "$T/hold.c" 9> "$T/hold.m"
own=$(readlink /proc/self/ns/net)
entered() { local n; n=$(readlink "/proc/${holder[$1]}/ns/net") && [ "$n" != "$own" ]; }
for ns in a b c m; do
	wait_for 10 entered $ns
done
in_ns() { nsenter --net="/proc/${holder[$1]}/ns/net" "${@:2}"; }
# link NS ADDRESS PEER: a veth from there to m.
link() {
	in_ns m ip link add "$3" type veth peer name e0 netns "${holder[$1]}"
	in_ns m ip link set "$3" up
	in_ns "$1" ip addr add "$2/24" dev e0
	in_ns "$1" ip link set e0 up
}
if ! { link a 10.9.1.1 va && link b 10.9.1.2 vb && link c 10.9.2.2 vc && in_ns m ip link add br0 type bridge; } 2> "$T/err"; then
	skip "bridge and router" "$(head -n 1 "$T/err")"
	exit 0
fi
in_ns m ip link set va master br0
in_ns m ip link set vb master br0
in_ns m ip addr add 10.9.1.9/24 dev br0
in_ns m ip link set br0 up
in_ns m ip addr add 10.9.2.9/24 dev vc
in_ns m ip addr add fd09::9/64 dev br0 nodad
in_ns a ip addr add fd09::1/64 dev e0 nodad
in_ns m sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
in_ns a ip route add default via 10.9.1.9
in_ns c ip route add default via 10.9.2.9
inum() { stat -Lc %i "/proc/${holder[$1]}/ns/net"; }

# Five datagrams each from a to b, c and m, and from m to a; the last one, to port 4000, ends the tracing.
"$build/dtrace" -qn 'BEGIN { printf("ready\n"); name[$1] = "a"; name[$2] = "b"; name[$3] = "c"; name[$4] = "m"; }
ip:::send, ip:::receive /name[args[3]->if_ipstack] != "" && args[4]->ipv4_protostr == "UDP"/ {
	@ip[args[4]->ipv4_daddr, probename, name[args[3]->if_ipstack], args[3]->if_name] = count(); }
udp:::send, udp:::receive /args[4]->udp_dport == 3000/ {
	this->ns = ((struct sk_buff *)args[0]->pkt_addr)->dev->nd_net.net->ns.inum;
	@udp[args[2]->ip_daddr, probename, name[this->ns]] = count(); }
tcp:::send, tcp:::receive /args[4]->tcp_dport == 3000 || args[4]->tcp_sport == 3000/ {
	@tcp[args[2]->ip_ver, probename, name[((struct sk_buff *)args[0]->pkt_addr)->dev->nd_net.net->ns.inum],
		args[4]->tcp_flags] = count(); }
udp:::send /args[4]->udp_dport == 4000 && args[2]->ip_daddr == "10.9.1.9"/ { exit(0); }
END { printa("ip.%s.%s.%s.%s %@d\n", @ip); printa("udp.%s.%s.%s %@d\n", @udp); printa("tcp.%d.%s.%s.%x %@d\n", @tcp); }' \
	"$(inum a)" "$(inum b)" "$(inum c)" "$(inum m)" > "$T/hops.out" 2> "$T/hops.err" &
client=$!
wait_for 20 grep -q ready "$T/hops.out" || not_ok "starts" "$T/hops.err"
# The neighbours are made known first, so that none waits for an answer.
send() { in_ns "$1" bash -c 'for ((i = 0; i < $2; i++)); do echo x > "/dev/udp/$1/3000"; done' - "$2" "$3" 2> "$T/send.err"; }
send a 10.9.1.2 5
send a 10.9.2.2 5
send a 10.9.1.9 5
send m 10.9.1.1 5
# Connections that are refused: of IPv6 the answer has no socket.
for to in 10.9.1.9 fd09::9; do
	in_ns a bash -c ': > "/dev/tcp/$1/3000"' - $to 2> "$T/refused.err"
done
in_ns a bash -c 'echo x > /dev/udp/10.9.1.9/4000'
wait "$client"
hop() { awk -v k="$1" '$1 == k { n = $2 } END { print n == "" ? 0 : n }' "$T/hops.out"; }
are() { check "$1: $(hop "$1"), $2" test "$(hop "$1")" = "$2"; }
sort "$T/hops.out" > "$T/hops.sorted"
are ip.10.9.1.2.send.a.e0 5
are ip.10.9.1.2.receive.b.e0 5
are ip.10.9.2.2.send.a.e0 5
are ip.10.9.2.2.receive.m.br0 5
are ip.10.9.2.2.send.m.vc 5
are ip.10.9.2.2.receive.c.e0 5
are ip.10.9.1.1.send.m.br0 5
are ip.10.9.1.1.receive.a.e0 5
check "nobody else sends or receives" test "$(grep -c '^ip\.10\.9\.[12]\.[12]\.' "$T/hops.out")" = 8
are udp.10.9.1.2.send.a 5
are udp.10.9.1.2.receive.b 5
are udp.10.9.2.2.send.a 5
are udp.10.9.2.2.receive.c 5
are udp.10.9.1.1.send.m 5
are udp.10.9.1.1.receive.a 5
are udp.10.9.1.9.receive.m 5
check "udp: nobody else, for all that is in between" test "$(grep -c '^udp' "$T/hops.out")" = 8
for v in 4 6; do
	are tcp.$v.send.a.2 1
	are tcp.$v.receive.m.2 1
	are tcp.$v.send.m.14 1
	are tcp.$v.receive.a.14 1
done
check "tcp: nobody else" test "$(grep -c '^tcp' "$T/hops.out")" = 8
exec 6>&- 7>&- 8>&- 9>&-
