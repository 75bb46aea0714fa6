/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* TCP: flags of headers, states of connections, segments and sockets. */

#pragma D depends_on library net.d
#pragma D depends_on library ip.d
#pragma D depends_on library machine.d

inline int TH_FIN = 0x1;
inline int TH_SYN = 0x2;
inline int TH_RST = 0x4;
inline int TH_PUSH = 0x8;
inline int TH_ACK = 0x10;
inline int TH_URG = 0x20;
inline int TH_ECE = 0x40;
inline int TH_CWR = 0x80;

/* As the kernel counts them; the last two are states that Linux does not have. */

inline int32_t TCP_STATE_ESTABLISHED = 1;
inline int32_t TCP_STATE_SYN_SENT = 2;
inline int32_t TCP_STATE_SYN_RECEIVED = 3;
inline int32_t TCP_STATE_FIN_WAIT_1 = 4;
inline int32_t TCP_STATE_FIN_WAIT_2 = 5;
inline int32_t TCP_STATE_TIME_WAIT = 6;
inline int32_t TCP_STATE_CLOSED = 7;
inline int32_t TCP_STATE_CLOSE_WAIT = 8;
inline int32_t TCP_STATE_LAST_ACK = 9;
inline int32_t TCP_STATE_LISTEN = 10;
inline int32_t TCP_STATE_CLOSING = 11;
inline int32_t TCP_STATE_BOUND = 13;
inline int32_t TCP_STATE_IDLE = 14;

inline string tcp_state_string[int32_t state] =
	state == TCP_STATE_CLOSED ? "state-closed" :
	state == TCP_STATE_IDLE ? "state-idle" :
	state == TCP_STATE_BOUND ? "state-bound" :
	state == TCP_STATE_LISTEN ? "state-listen" :
	state == TCP_STATE_SYN_SENT ? "state-syn-sent" :
	state == TCP_STATE_SYN_RECEIVED ? "state-syn-received" :
	state == TCP_STATE_ESTABLISHED ? "state-established" :
	state == TCP_STATE_CLOSE_WAIT ? "state-close-wait" :
	state == TCP_STATE_FIN_WAIT_1 ? "state-fin-wait-1" :
	state == TCP_STATE_CLOSING ? "state-closing" :
	state == TCP_STATE_LAST_ACK ? "state-last-ack" :
	state == TCP_STATE_FIN_WAIT_2 ? "state-fin-wait-2" :
	state == TCP_STATE_TIME_WAIT ? "state-time-wait" :
	"<unknown>";

/* Transport headers are found where the kernel has come to them: by a socket, or on the way out. */
inline struct tcphdr *tcp_header[struct sk_buff *S] = (struct tcphdr *)(S->head + S->transport_header);
inline uint8_t tcp_header_flags[struct sk_buff *S] = *((uint8_t *)tcp_header[S] + 13);
inline int tcp_is_synack[struct sk_buff *S] = (tcp_header_flags[S] & (TH_SYN | TH_ACK)) == (TH_SYN | TH_ACK);
inline uint8_t tcp_header_size[struct sk_buff *S] = *((uint8_t *)tcp_header[S] + 12) >> 4 << 2;

typedef struct tcpinfo {
	uint16_t tcp_sport;
	uint16_t tcp_dport;
	uint32_t tcp_seq;
	uint32_t tcp_ack;
	uint8_t tcp_offset;
	uint8_t tcp_flags;
	uint16_t tcp_window;
	uint16_t tcp_checksum;
	uint16_t tcp_urgent;
	struct tcphdr *tcp_hdr;
} tcpinfo_t;

translator tcpinfo_t < struct sk_buff *S > {
	tcp_sport = ntohs(tcp_header[S]->source);
	tcp_dport = ntohs(tcp_header[S]->dest);
	tcp_seq = ntohl(tcp_header[S]->seq);
	tcp_ack = ntohl(tcp_header[S]->ack_seq);
	tcp_offset = tcp_header_size[S];
	tcp_flags = tcp_header_flags[S];
	tcp_window = ntohs(tcp_header[S]->window);
	tcp_checksum = ntohs(tcp_header[S]->check);
	tcp_urgent = ntohs(tcp_header[S]->urg_ptr);
	tcp_hdr = tcp_header[S];
};

/* A received segment that is not at hand: what the socket knows of it. */
inline struct tcp_sock *moment_tcp[struct sock_moment *M] = (struct tcp_sock *)moment_sock[M];
inline struct inet_connection_sock *moment_connection[struct sock_moment *M] =
	(struct inet_connection_sock *)moment_sock[M];

translator tcpinfo_t < struct sock_moment *M > {
	tcp_sport = ntohs(moment_sock[M]->__sk_common.skc_dport);
	tcp_dport = moment_sock[M]->__sk_common.skc_num;
	tcp_seq = moment_tcp[M]->rcv_nxt;
	tcp_ack = moment_tcp[M]->snd_una;
	tcp_offset = 0;
	tcp_flags = TH_ACK;
	tcp_window = 0;
	tcp_checksum = 0;
	tcp_urgent = 0;
	tcp_hdr = NULL;
};

typedef struct tcpsinfo {
	uintptr_t tcps_addr;
	int tcps_local;
	int tcps_active;
	uint16_t tcps_lport;
	uint16_t tcps_rport;
	string tcps_laddr;
	string tcps_raddr;
	int32_t tcps_state;
	uint32_t tcps_iss;
	uint32_t tcps_irs;
	uint32_t tcps_suna;
	uint32_t tcps_snxt;
	uint32_t tcps_rack;
	uint32_t tcps_rnxt;
	uint32_t tcps_swnd;
	int32_t tcps_snd_ws;
	uint32_t tcps_rwnd;
	int32_t tcps_rcv_ws;
	uint32_t tcps_cwnd;
	uint32_t tcps_cwnd_ssthresh;
	uint32_t tcps_sack_fack;
	uint32_t tcps_sack_snxt;
	uint32_t tcps_rto;
	uint32_t tcps_mss;
	int tcps_retransmit;
	uint32_t tcps_rtt;
	uint32_t tcps_rtt_sd;
} tcpsinfo_t;

inline int moment_is_listener[struct sock_moment *M] = moment_sock[M]->__sk_common.skc_state == 10;

/* An accepted socket has the backlog of the listening one that it is a copy of. */
inline int moment_is_active[struct sock_moment *M] = moment_sock[M]->sk_max_ack_backlog == 0;

/* A window is scaled, a queue is not: windows are bytes, the congestion window is segments. */
translator tcpsinfo_t < struct sock_moment *M > {
	tcps_addr = (uintptr_t)moment_sock[M];
	tcps_local = !moment_sock[M] ? 0 : sock_is_ipv6[moment_sock[M]] ?
		moment_sock[M]->__sk_common.skc_v6_daddr.in6_u.u6_addr32[3] ==
			moment_sock[M]->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[3] &&
		moment_sock[M]->__sk_common.skc_v6_daddr.in6_u.u6_addr32[2] ==
			moment_sock[M]->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[2] &&
		moment_sock[M]->__sk_common.skc_v6_daddr.in6_u.u6_addr32[0] ==
			moment_sock[M]->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[0] :
		moment_sock[M]->__sk_common.skc_daddr == moment_sock[M]->__sk_common.skc_rcv_saddr ||
		ntohl(moment_sock[M]->__sk_common.skc_daddr) >> 24 == 127;
	tcps_active = moment_sock[M] ? moment_is_active[M] : 0;
	tcps_lport = moment_sock[M] ? moment_sock[M]->__sk_common.skc_num : 0;
	tcps_rport = moment_sock[M] ? ntohs(moment_sock[M]->__sk_common.skc_dport) : 0;
	tcps_laddr = moment_sock[M] ? sock_laddr[moment_sock[M]] : "<unknown>";
	tcps_raddr = moment_sock[M] ? sock_raddr[moment_sock[M]] : "<unknown>";
	tcps_state = !moment_sock[M] ? TCP_STATE_CLOSED : (uintptr_t)M & SOCK_STATE ? (uintptr_t)M & SOCK_STATE :
		moment_sock[M]->__sk_common.skc_state;
	tcps_iss = moment_sock[M] && !moment_is_listener[M] ? moment_tcp[M]->snd_una - (uint32_t)moment_tcp[M]->bytes_acked -
		!moment_is_active[M] : 0;
	tcps_irs = moment_sock[M] && moment_tcp[M]->rcv_nxt ?
		moment_tcp[M]->rcv_nxt - (uint32_t)moment_tcp[M]->bytes_received - 1 : 0;
	tcps_suna = moment_sock[M] ? moment_tcp[M]->snd_una : 0;
	tcps_snxt = moment_sock[M] ? moment_tcp[M]->snd_nxt : 0;
	tcps_rack = moment_sock[M] ? moment_tcp[M]->rcv_wup : 0;
	tcps_rnxt = moment_sock[M] ? moment_tcp[M]->rcv_nxt : 0;
	tcps_swnd = moment_sock[M] ? moment_tcp[M]->snd_wnd : 0;
	tcps_snd_ws = moment_sock[M] ? moment_tcp[M]->rx_opt.snd_wscale : 0;
	tcps_rwnd = moment_sock[M] ? moment_tcp[M]->rcv_wnd : 0;
	tcps_rcv_ws = moment_sock[M] ? moment_tcp[M]->rx_opt.rcv_wscale : 0;
	tcps_cwnd = moment_sock[M] ? moment_tcp[M]->snd_cwnd * moment_tcp[M]->mss_cache : 0;
	tcps_cwnd_ssthresh = moment_sock[M] ? moment_tcp[M]->snd_ssthresh >= 0x7fffffff ? 0x7fffffff :
		moment_tcp[M]->snd_ssthresh * moment_tcp[M]->mss_cache : 0;
	tcps_sack_fack = moment_sock[M] ? moment_tcp[M]->sacked_out && moment_tcp[M]->highest_sack ?
		((struct tcp_skb_cb *)moment_tcp[M]->highest_sack->cb)->seq : moment_tcp[M]->snd_una : 0;
	tcps_sack_snxt = moment_sock[M] ? moment_tcp[M]->sacked_out && moment_tcp[M]->retransmit_skb_hint ?
		((struct tcp_skb_cb *)moment_tcp[M]->retransmit_skb_hint->cb)->seq : moment_tcp[M]->snd_una : 0;
	tcps_rto = moment_sock[M] ? moment_connection[M]->icsk_rto * 1000 / kernel_hz : 0;
	tcps_mss = moment_sock[M] ? moment_tcp[M]->mss_cache : 0;
	tcps_retransmit = (uintptr_t)M & SOCK_RESENT ? 1 : 0;
	tcps_rtt = moment_sock[M] ? moment_tcp[M]->srtt_us >> 3 : 0;
	tcps_rtt_sd = moment_sock[M] ? moment_tcp[M]->mdev_us >> 2 : 0;
};

typedef struct tcplsinfo {
	int32_t tcps_state;
} tcplsinfo_t;

translator tcplsinfo_t < int N > {
	tcps_state = N;
};
