/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The udp provider: datagrams of the sockets of all network namespaces, whole, whatever
 * fragments they are sent in. Who may see one is a matter of its socket.
 */

#pragma D attributes Evolving/Evolving/ISA provider udp provider
#pragma D attributes Private/Private/Unknown provider udp module
#pragma D attributes Private/Private/Unknown provider udp function
#pragma D attributes Evolving/Evolving/ISA provider udp name
#pragma D attributes Evolving/Evolving/ISA provider udp args

#pragma D depends_on library udp.d

provider udp {
	probe receive(struct sk_buff *S, struct sock_moment *M) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, udpsinfo_t *M, udpinfo_t *S);
	probe send(struct sk_buff *S, struct sock_moment *M) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, udpsinfo_t *M, udpinfo_t *S);
};

/* Sent within the system call, unless by a tunnel, whose sockets are the kernel's own. */
inline uintptr_t udp_owner[struct sock *K] = K->sk_kern_sock ? 0 : SOCK_OWNER;

bind udp:::send = packet:::out /args[1] == 17 && args[2] == 2/
	(args[0], (struct sock_moment *)((uintptr_t)args[0]->sk | udp_owner[args[0]->sk]));

bind udp:::receive = packet:::in /args[1] == 17 && args[2] == 2/
	(args[0], (struct sock_moment *)args[0]->sk);

/* To a port where nobody listens. */
inline int udp_is_lonely[struct sk_buff *S, int reason] = reason == SKB_DROP_REASON_NO_SOCKET &&
	ip_is_packet[S] && S->network_header &&
	(ntohs(S->protocol) == 0x86dd ? ip6_header[S]->nexthdr : ip_header[S]->protocol) == 17;

bind udp:::receive = with packet:::in rawtp:::kfree_skb /udp_is_lonely[args[0], (int)arg2]/ (args[0], (struct sock_moment *)NULL);
