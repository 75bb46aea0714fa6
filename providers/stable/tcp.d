/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The tcp provider: connections of all network namespaces and their segments, each once
 * (one that the device cuts up or that has been put together counts as one). current has
 * nothing to do with it; who may see a segment is a matter of its socket.
 */

#pragma D attributes Evolving/Evolving/ISA provider tcp provider
#pragma D attributes Private/Private/Unknown provider tcp module
#pragma D attributes Private/Private/Unknown provider tcp function
#pragma D attributes Evolving/Evolving/ISA provider tcp name
#pragma D attributes Evolving/Evolving/ISA provider tcp args

#pragma D depends_on library tcp.d

provider tcp {
	probe accept__established(struct sock_moment *M) :
		(pktinfo_t *M, csinfo_t *M, ipinfo_t *M, tcpsinfo_t *M, tcpinfo_t *M);
	probe accept__refused(struct sk_buff *S, struct sock_moment *M) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, tcpsinfo_t *M, tcpinfo_t *S);
	probe connect__established(struct sock_moment *M) :
		(pktinfo_t *M, csinfo_t *M, ipinfo_t *M, tcpsinfo_t *M, tcpinfo_t *M);
	probe connect__refused(struct sock_moment *M) :
		(pktinfo_t *M, csinfo_t *M, ipinfo_t *M, tcpsinfo_t *M, tcpinfo_t *M);
	probe connect__request(struct sk_buff *S, struct sock_moment *M) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, tcpsinfo_t *M, tcpinfo_t *S);
	probe receive(struct sk_buff *S, struct sock_moment *M) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, tcpsinfo_t *M, tcpinfo_t *S);
	probe send(struct sk_buff *S, struct sock_moment *M) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, tcpsinfo_t *M, tcpinfo_t *S);
	probe state__change(struct sock_moment *M, int old, void *none) :
		(void *none, csinfo_t *M, void *none, tcpsinfo_t *M, void *none, tcplsinfo_t *old);
};

/* ---- connections ---- */

/* A socket that a process has locked is used by nobody else: what it sends and becomes is that process's doing. */
inline uintptr_t tcp_owner[struct sock *K] = K->sk_lock.owned ? SOCK_OWNER : 0;

/* The state changes after the event. */
inline struct sock_moment *tcp_moment[struct sock *K, int state] =
	(struct sock_moment *)((uintptr_t)K | state | tcp_owner[K]);

bind tcp:::state-change = rawtp:::inet_sock_set_state /args[0]->sk_protocol == 6/
	(tcp_moment[(struct sock *)args[0], args[2]], args[1], NULL);

/* A SYN, and not one that is sent again. */
bind tcp:::connect-request = packet:::out
	/args[1] == 6 && args[2] == 1 && args[0]->sk->__sk_common.skc_state == 2 &&
		(tcp_header_flags[args[0]] & (TH_SYN | TH_RST)) == TH_SYN &&
		!((struct tcp_sock *)args[0]->sk)->total_retrans/
	(args[0], (struct sock_moment *)((uintptr_t)args[0]->sk | SOCK_OWNER));
bind tcp:::connect-established = rawtp:::inet_sock_set_state
	/args[0]->sk_protocol == 6 && args[1] == 2 && args[2] == 1/ (tcp_moment[(struct sock *)args[0], 1]);
bind tcp:::connect-refused = rawtp:::tcp_receive_reset /args[0]->__sk_common.skc_state == 2/
	(tcp_moment[(struct sock *)args[0], 2]);
bind tcp:::accept-established = rawtp:::inet_sock_set_state
	/args[0]->sk_protocol == 6 && args[1] == 3 && args[2] == 1/ (tcp_moment[(struct sock *)args[0], 1]);

/* ---- segments ---- */

/* In interrupts too, where the socket is free: new data starts at snd_nxt, which moves on afterwards. */
inline int tcp_is_resent[struct sk_buff *S] =
	(ip_total[S] > tcp_header_size[S] + ((uintptr_t)tcp_header[S] - (uintptr_t)ip_header[S]) ||
		tcp_header_flags[S] & (TH_SYN | TH_FIN)) && S->sk->__sk_common.skc_state != 10 &&
	(int32_t)(ntohl(tcp_header[S]->seq) - ((struct tcp_sock *)S->sk)->snd_nxt) < 0;

/* Resets and the like are sent by a socket of the kernel's own, which is no connection. */
inline struct sock_moment *tcp_sender[struct sk_buff *S, int type] = (struct sock_moment *)
	(type == 1 ? (uintptr_t)S->sk | tcp_owner[S->sk] | (tcp_is_resent[S] ? SOCK_RESENT : 0) : 0);

bind tcp:::send = packet:::out /args[1] == 6 && !tcp_is_synack[args[0]]/ (args[0], tcp_sender[args[0], args[2]]);

/*
 * What may not come by there is taken from the device: answers that have no socket (IPv6) or
 * one in TIME_WAIT, and the listener's SYN+ACK, whose socket is but a request (12).
 */
inline int tcp_is_header[struct sk_buff *S] = ip_is_packet[S] && S->network_header &&
	(ntohs(S->protocol) == 0x86dd ? ip6_header[S]->nexthdr : ip_header[S]->protocol) == 6;
inline int tcp_is_answer[struct sk_buff *S] = !S->skb_iif && tcp_is_header[S] && !ip_is_part[S->dev] &&
	(!S->sk || S->sk->__sk_common.skc_state == TCP_STATE_TIME_WAIT || tcp_is_synack[S]);
inline struct sock_moment *tcp_answerer[struct sk_buff *S] = (struct sock_moment *)
	(!S->sk || S->sk->__sk_common.skc_state == TCP_STATE_TIME_WAIT ? 0 :
	 S->sk->__sk_common.skc_state == 12 ? (uintptr_t)S->sk->__sk_common.skc_listener : (uintptr_t)S->sk);

bind tcp:::send = with packet:::out rawtp:::net_dev_queue /tcp_is_answer[args[0]] && !args[0]->vlan_all/ (args[0], tcp_answerer[args[0]])
	| with packet:::out rawtp:::net_dev_queue /tcp_is_answer[args[0]] && !args[0]->vlan_present/ (args[0], tcp_answerer[args[0]]);

bind tcp:::receive = packet:::in /args[1] == 6 && args[2] == 1/
	(args[0], (struct sock_moment *)args[0]->sk);

/*
 * Segments for no socket are dropped with a reason; those in TIME_WAIT just end, having
 * come from a device, for a local address (RTCF_LOCAL, RTF_LOCAL), with no reason given.
 */
inline int tcp_is_input[struct sk_buff *S] = S->skb_iif && tcp_is_header[S];
inline int tcp_is_lonely[struct sk_buff *S, int reason] = reason == SKB_DROP_REASON_NO_SOCKET && tcp_is_input[S];

bind tcp:::receive = with packet:::in rawtp:::kfree_skb /tcp_is_lonely[args[0], (int)arg2]/ (args[0], (struct sock_moment *)NULL);
bind tcp:::receive = with packet:::in rawtp:::kfree_skb /(int)arg2 == SKB_DROP_REASON_NOT_SPECIFIED && tcp_is_input[args[0]] &&
		args[3] && args[3]->__sk_common.skc_state == 6/
	(args[0], (struct sock_moment *)NULL)
	| with packet:::in approximate "a segment that a socket in TIME_WAIT receives is known by having no reason to be dropped"
	rawtp:::kfree_skb /(int)arg2 == SKB_DROP_REASON_NOT_SPECIFIED && args[0]->dev && tcp_is_input[args[0]]/
	(args[0], (struct sock_moment *)NULL);

bind tcp:::accept-refused = rawtp:::kfree_skb
	/tcp_is_lonely[args[0], (int)arg2] && (tcp_header_flags[args[0]] & (TH_SYN | TH_ACK | TH_RST)) == TH_SYN/
	(args[0], (struct sock_moment *)NULL);
