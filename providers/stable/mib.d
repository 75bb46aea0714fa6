/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The mib provider: the counters of network protocols, as they count. arg0 is by how much. Those
 * are here for which the kernel has an event; /proc/net/snmp has all sums. current has nothing to do with them.
 */

#pragma D attributes Evolving/Evolving/ISA provider mib provider
#pragma D attributes Private/Private/Unknown provider mib module
#pragma D attributes Private/Private/Unknown provider mib function
#pragma D attributes Evolving/Evolving/ISA provider mib name
#pragma D attributes Evolving/Evolving/ISA provider mib args

#pragma D depends_on library tcp.d

provider mib {
	probe icmpInCksumErrs(uint64_t n, uint32_t netns);
	probe icmpInDestUnreachs(uint64_t n, uint32_t netns);
	probe icmpInEchoReps(uint64_t n, uint32_t netns);
	probe icmpInEchos(uint64_t n, uint32_t netns);
	probe icmpInMsgs(uint64_t n, uint32_t netns);
	probe icmpInParmProbs(uint64_t n, uint32_t netns);
	probe icmpInRedirects(uint64_t n, uint32_t netns);
	probe icmpInSrcQuenchs(uint64_t n, uint32_t netns);
	probe icmpInTimeExcds(uint64_t n, uint32_t netns);
	probe icmpInTimestampReps(uint64_t n, uint32_t netns);
	probe icmpInTimestamps(uint64_t n, uint32_t netns);
	probe icmpOutDestUnreachs(uint64_t n, uint32_t netns);
	probe icmpOutFragNeeded(uint64_t n, uint32_t netns);
	probe icmpOutParmProbs(uint64_t n, uint32_t netns);
	probe icmpOutTimeExcds(uint64_t n, uint32_t netns);
	probe ipInCksumErrs(uint64_t n, uint32_t netns);
	probe ipInHdrErrors(uint64_t n, uint32_t netns);
	probe ipInReceives(uint64_t n, uint32_t netns);
	probe ipInUnknownProtos(uint64_t n, uint32_t netns);
	probe ipOutNoRoutes(uint64_t n, uint32_t netns);
	probe ipv6InHdrErrors(uint64_t n, uint32_t netns);
	probe ipv6InReceives(uint64_t n, uint32_t netns);
	probe ipv6InUnknownProtos(uint64_t n, uint32_t netns);
	probe ipv6OutNoRoutes(uint64_t n, uint32_t netns);
	probe rawipInDatagrams(uint64_t n, uint32_t netns);
	probe rawipOutDatagrams(uint64_t n, uint32_t netns);
	probe tcpActiveOpens(uint64_t n, uint32_t netns);
	probe tcpAttemptFails(uint64_t n, uint32_t netns);
	probe tcpCurrEstab(uint64_t n, uint32_t netns);
	probe tcpEstabResets(uint64_t n, uint32_t netns);
	probe tcpInAckBytes(uint64_t n, uint32_t netns);
	probe tcpInDataBytes(uint64_t bytes, uint32_t netns);
	probe tcpInDataSegs(uint64_t n, uint32_t netns);
	probe tcpInErrs(uint64_t n, uint32_t netns);
	probe tcpInSegs(uint64_t n, uint32_t netns);
	probe tcpListenDrop(uint64_t n, uint32_t netns);
	probe tcpOutDataBytes(uint64_t bytes, uint32_t netns);
	probe tcpOutDataSegs(uint64_t n, uint32_t netns);
	probe tcpOutRsts(uint64_t n, uint32_t netns);
	probe tcpOutSegs(uint64_t n, uint32_t netns);
	probe tcpOutUrg(uint64_t n, uint32_t netns);
	probe tcpPassiveOpens(uint64_t n, uint32_t netns);
	probe tcpRetransBytes(uint64_t bytes, uint32_t netns);
	probe tcpRetransSegs(uint64_t n, uint32_t netns);
	probe tcpTimRetrans(uint64_t n, uint32_t netns);
	probe udpInCksumErrs(uint64_t n, uint32_t netns);
	probe udpInDatagrams(uint64_t n, uint32_t netns);
	probe udpInErrors(uint64_t n, uint32_t netns);
	probe udpInOverflows(uint64_t n, uint32_t netns);
	probe udpNoPorts(uint64_t n, uint32_t netns);
	probe udpOutDatagrams(uint64_t n, uint32_t netns);

	/* Counters that scripts name; none of them is bound below. */
	probe icmpInErrors();
	probe icmpInUnknowns();
	probe icmpInBadRedirects();
	probe icmpInAddrMasks();
	probe icmpInAddrMaskReps();
	probe icmpInFragNeeded();
	probe icmpInOverflows();
	probe icmpOutMsgs();
	probe icmpOutDrops();
	probe icmpOutErrors();
	probe icmpOutRedirects();
	probe icmpOutEchoReps();
	probe icmpOutTimestampReps();
	probe icmpOutAddrMaskReps();
	probe ipForwDatagrams();
	probe ipForwProhibits();
	probe ipFragCreates();
	probe ipFragFails();
	probe ipFragOKs();
	probe ipInDelivers();
	probe ipInDiscards();
	probe ipInIPv6();
	probe ipOutDiscards();
	probe ipOutIPv6();
	probe ipOutRequests();
	probe ipOutSwitchIPv6();
	probe ipReasmDuplicates();
	probe ipReasmFails();
	probe ipReasmOKs();
	probe ipReasmPartDups();
	probe ipReasmReqds();
	probe ipIfStatsHCInReceives();
	probe ipIfStatsHCInOctets();
	probe ipIfStatsHCOutOctets();
	probe ipIfStatsInDiscards();
	probe ipIfStatsOutDiscards();
	probe ipIfStatsInHdrErrors();
	probe ipsecInFailed();
	probe ipsecInSucceeded();
	probe ipv6ForwProhibits();
	probe ipv6InAddrErrors();
	probe ipv6InDelivers();
	probe ipv6InDiscards();
	probe ipv6InIPv4();
	probe ipv6InMcastPkts();
	probe ipv6InNoRoutes();
	probe ipv6InTooBigErrors();
	probe ipv6InTruncatedPkts();
	probe ipv6OutDiscards();
	probe ipv6OutForwDatagrams();
	probe ipv6OutFragCreates();
	probe ipv6OutFragFails();
	probe ipv6OutFragOKs();
	probe ipv6OutIPv4();
	probe ipv6OutMcastPkts();
	probe ipv6OutRequests();
	probe ipv6OutSwitchIPv4();
	probe ipv6ReasmDuplicates();
	probe ipv6ReasmFails();
	probe ipv6ReasmOKs();
	probe ipv6ReasmPartDups();
	probe ipv6ReasmReqds();
	probe ipv6IfIcmpInMsgs();
	probe ipv6IfIcmpInErrors();
	probe ipv6IfIcmpInDestUnreachs();
	probe ipv6IfIcmpInAdminProhibs();
	probe ipv6IfIcmpInTimeExcds();
	probe ipv6IfIcmpInParmProblems();
	probe ipv6IfIcmpInPktTooBigs();
	probe ipv6IfIcmpInEchos();
	probe ipv6IfIcmpInEchoReplies();
	probe ipv6IfIcmpInRouterSolicits();
	probe ipv6IfIcmpInRouterAdvertisements();
	probe ipv6IfIcmpInNeighborSolicits();
	probe ipv6IfIcmpInNeighborAdvertisements();
	probe ipv6IfIcmpInRedirects();
	probe ipv6IfIcmpInGroupMembQueries();
	probe ipv6IfIcmpInGroupMembResponses();
	probe ipv6IfIcmpInGroupMembReductions();
	probe ipv6IfIcmpOutMsgs();
	probe ipv6IfIcmpOutErrors();
	probe ipv6IfIcmpOutDestUnreachs();
	probe ipv6IfIcmpOutAdminProhibs();
	probe ipv6IfIcmpOutTimeExcds();
	probe ipv6IfIcmpOutParmProblems();
	probe ipv6IfIcmpOutPktTooBigs();
	probe ipv6IfIcmpOutEchos();
	probe ipv6IfIcmpOutEchoReplies();
	probe ipv6IfIcmpOutRouterSolicits();
	probe ipv6IfIcmpOutRouterAdvertisements();
	probe ipv6IfIcmpOutNeighborSolicits();
	probe ipv6IfIcmpOutNeighborAdvertisements();
	probe ipv6IfIcmpOutRedirects();
	probe ipv6IfIcmpOutGroupMembQueries();
	probe ipv6IfIcmpOutGroupMembResponses();
	probe ipv6IfIcmpOutGroupMembReductions();
	probe ipv6IfIcmpBadHoplimit();
	probe ipv6IfIcmpInBadNeighborAdvertisements();
	probe ipv6IfIcmpInBadNeighborSolicitations();
	probe ipv6IfIcmpInBadRedirects();
	probe ipv6IfIcmpInOverflows();
	probe ipv6IfIcmpInGroupMembBadQueries();
	probe ipv6IfIcmpInGroupMembBadReports();
	probe ipv6IfIcmpInGroupMembOurReports();
	probe ipv6IfIcmpInGroupMembTotal();
	probe rawipInCksumErrs();
	probe rawipInErrors();
	probe rawipInOverflows();
	probe rawipOutErrors();
	probe sctpAborted();
	probe sctpActiveEstab();
	probe sctpChecksumError();
	probe sctpCurrEstab();
	probe sctpFragUsrMsgs();
	probe sctpInClosed();
	probe sctpInCtrlChunks();
	probe sctpInDupAck();
	probe sctpInInvalidCookie();
	probe sctpInOrderChunks();
	probe sctpInSCTPPkts();
	probe sctpInUnorderChunks();
	probe sctpListenDrop();
	probe sctpOutAck();
	probe sctpOutAckDelayed();
	probe sctpOutCtrlChunks();
	probe sctpOutOfBlue();
	probe sctpOutOrderChunks();
	probe sctpOutSCTPPkts();
	probe sctpOutUnorderChunks();
	probe sctpOutWinProbe();
	probe sctpOutWinUpdate();
	probe sctpPassiveEstab();
	probe sctpReasmUsrMsgs();
	probe sctpRetransChunks();
	probe sctpShutdowns();
	probe sctpTimHeartBeatDrop();
	probe sctpTimHeartBeatProbe();
	probe sctpTimRetrans();
	probe sctpTimRetransDrop();
	probe tcpHalfOpenDrop();
	probe tcpInAckSegs();
	probe tcpInAckUnsent();
	probe tcpInClosed();
	probe tcpInDataDupBytes();
	probe tcpInDataDupSegs();
	probe tcpInDataInorderBytes();
	probe tcpInDataInorderSegs();
	probe tcpInDataPartDupBytes();
	probe tcpInDataPartDupSegs();
	probe tcpInDataPastWinBytes();
	probe tcpInDataPastWinSegs();
	probe tcpInDataUnorderBytes();
	probe tcpInDataUnorderSegs();
	probe tcpInDupAck();
	probe tcpInWinProbe();
	probe tcpInWinUpdate();
	probe tcpListenDropQ0();
	probe tcpOutAck();
	probe tcpOutAckDelayed();
	probe tcpOutControl();
	probe tcpOutFastRetrans();
	probe tcpOutSackRetransSegs();
	probe tcpOutWinProbe();
	probe tcpOutWinUpdate();
	probe tcpRttNoUpdate();
	probe tcpRttUpdate();
	probe tcpTimKeepalive();
	probe tcpTimKeepaliveDrop();
	probe tcpTimKeepaliveProbe();
	probe tcpTimRetransDrop();
	probe udpOutErrors();
};

inline uint32_t mib_sock_net[struct sock *K] = K->__sk_common.skc_net.net->ns.inum;
inline uint32_t mib_net[struct sk_buff *S] = S->dev ? S->dev->nd_net.net->ns.inum :
	S->sk ? mib_sock_net[S->sk] : 0;

inline uint64_t mib_segments[struct sk_buff *S] =
	((struct skb_shared_info *)((uintptr_t)S->head + S->end))->gso_segs > 1 ?
	((struct skb_shared_info *)((uintptr_t)S->head + S->end))->gso_segs : 1;

inline int mib_protocol[struct sk_buff *S] = ip_is_packet[S] && S->network_header ?
	(ntohs(S->protocol) == 0x86dd ? ip6_header[S]->nexthdr : ip_header[S]->protocol) : -1;

inline int64_t mib_tcp_bytes[struct sk_buff *S] = ip_total[S] - tcp_header_size[S] -
	((uintptr_t)tcp_header[S] - (uintptr_t)ip_header[S]);

/* The kernel does not count what it sends again. Answers of the kernel's own sockets are new. */
inline uint32_t mib_tcp_end[struct sk_buff *S] = ntohl(tcp_header[S]->seq) + (uint32_t)mib_tcp_bytes[S] +
	((tcp_header_flags[S] & (TH_SYN | TH_FIN)) != 0);
inline int mib_is_new[struct sk_buff *S] =
	S->sk->sk_type != 1 ||
	mib_tcp_end[S] == ntohl(tcp_header[S]->seq) ||
	(int32_t)(mib_tcp_end[S] - ((struct tcp_sock *)S->sk)->snd_nxt) > 0;

/* Answers without a full socket do not come by at the sockets, nor do those of listeners with each kernel. */
inline int mib_is_answer[struct sk_buff *S] = !S->skb_iif && mib_protocol[S] == 6 &&
	(!S->sk || S->sk->__sk_common.skc_state == TCP_STATE_TIME_WAIT || tcp_is_synack[S]);

inline int mib_icmp[struct sk_buff *S] = ntohs(S->protocol) == 0x0800 && S->pkt_type == 0 &&
	ip_header[S]->protocol == 1;
inline int mib_icmp_type[struct sk_buff *S] = *((uint8_t *)ip_header[S] + ip_header[S]->ihl * 4);

/* ---- TCP connections ---- */

bind mib:::tcpActiveOpens = rawtp:::inet_sock_set_state
	/args[0]->sk_protocol == 6 && args[1] == 7 && args[2] == 2/ (1, mib_sock_net[(struct sock *)args[0]]);
bind mib:::tcpPassiveOpens = rawtp:::inet_sock_set_state
	/args[0]->sk_protocol == 6 && args[1] == 3 && args[2] == 1/ (1, mib_sock_net[(struct sock *)args[0]]);
bind mib:::tcpAttemptFails = approximate "a connection that its program gives up before it is established is counted, too"
	rawtp:::inet_sock_set_state
	/args[0]->sk_protocol == 6 && (args[1] == 2 || args[1] == 3) && args[2] == 7/
	(1, mib_sock_net[(struct sock *)args[0]]);
bind mib:::tcpEstabResets = rawtp:::inet_sock_set_state
	/args[0]->sk_protocol == 6 && (args[1] == 1 || args[1] == 8) && args[2] == 7/
	(1, mib_sock_net[(struct sock *)args[0]]);
/* A connection that finds the queue full when it is complete, and one that does so when it begins. */
bind mib:::tcpListenDrop = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_TCP_LISTEN_OVERFLOW/ (1, mib_net[args[0]]);
inline int mib_finds_full[struct sk_buff *S] =
	S->sk->sk_protocol == 6 && S->sk->__sk_common.skc_state == TCP_STATE_LISTEN &&
	(tcp_header_flags[S] & (TH_SYN | TH_ACK | TH_RST)) == TH_SYN &&
	S->sk->sk_ack_backlog > S->sk->sk_max_ack_backlog;
bind mib:::tcpListenDrop =
	packet:::in /SKB_DROP_REASON_TCP_LISTEN_OVERFLOW && mib_finds_full[args[0]]/ (1, mib_sock_net[args[0]->sk]) |
	approximate "a connection that finds the queue full when it is complete is not seen"
	packet:::in /mib_finds_full[args[0]]/ (1, mib_sock_net[args[0]->sk]);
bind mib:::tcpInErrs = rawtp:::kfree_skb /(int)arg2 == SKB_DROP_REASON_TCP_CSUM/ (1, mib_net[args[0]]);

/* TCP segments; one that the device cuts up is as many as it becomes. */

bind mib:::tcpOutSegs = packet:::out
	/args[0]->sk->sk_protocol == 6 && !tcp_is_synack[args[0]] && mib_is_new[args[0]]/
	(mib_segments[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::tcpOutSegs = rawtp:::net_dev_queue /mib_is_answer[args[0]]/ (1, mib_net[args[0]]);
/* The tracepoint tcp_send_reset tells of those without a socket in newer kernels only. */
bind mib:::tcpOutRsts = packet:::out
	/args[0]->sk->sk_protocol == 6 && tcp_header_flags[args[0]] & TH_RST/ (1, mib_sock_net[args[0]->sk]);
bind mib:::tcpOutRsts = rawtp:::net_dev_queue
	/mib_is_answer[args[0]] && tcp_header_flags[args[0]] & TH_RST/ (1, mib_net[args[0]]);
bind mib:::tcpInSegs = packet:::in
	/args[0]->sk->sk_protocol == 6 && args[0]->sk->sk_type == 1/
	(mib_segments[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::tcpInSegs = rawtp:::kfree_skb
	/((int)arg2 == SKB_DROP_REASON_NO_SOCKET || (int)arg2 == SKB_DROP_REASON_TCP_CSUM) && args[0]->skb_iif && mib_protocol[args[0]] == 6/
	(1, mib_net[args[0]]);
bind mib:::tcpInSegs = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_NOT_SPECIFIED && args[0]->skb_iif && mib_protocol[args[0]] == 6 &&
		args[3] && args[3]->__sk_common.skc_state == TCP_STATE_TIME_WAIT/
	(1, mib_net[args[0]])
	| approximate "a segment that a socket in TIME_WAIT receives is known by having no reason to be dropped"
	rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_NOT_SPECIFIED && args[0]->dev && args[0]->skb_iif && mib_protocol[args[0]] == 6/
	(1, mib_net[args[0]]);
bind mib:::tcpOutDataSegs = packet:::out
	/args[0]->sk->sk_protocol == 6 && args[0]->sk->sk_type == 1 && mib_tcp_bytes[args[0]] > 0/
	(mib_segments[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::tcpOutDataBytes = packet:::out
	/args[0]->sk->sk_protocol == 6 && args[0]->sk->sk_type == 1 && mib_tcp_bytes[args[0]] > 0/
	(mib_tcp_bytes[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::tcpInDataSegs = packet:::in
	/args[0]->sk->sk_protocol == 6 && args[0]->sk->sk_type == 1 && mib_tcp_bytes[args[0]] > 0/
	(mib_segments[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::tcpInDataBytes = packet:::in
	/args[0]->sk->sk_protocol == 6 && args[0]->sk->sk_type == 1 && mib_tcp_bytes[args[0]] > 0/
	(mib_tcp_bytes[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::tcpRetransSegs = rawtp:::tcp_retransmit_skb
	(mib_segments[(struct sk_buff *)args[1]], mib_sock_net[(struct sock *)args[0]]);
bind mib:::tcpRetransBytes = rawtp:::tcp_retransmit_skb (args[1]->len, mib_sock_net[(struct sock *)args[0]]);

/* ---- UDP ---- */

bind mib:::udpInDatagrams = approximate "a datagram is told when it reaches its socket, the kernel counts it when it is read"
	packet:::in
	/args[0]->sk->sk_protocol == 17 && args[0]->sk->sk_type == 2/
	(mib_segments[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::udpOutDatagrams = packet:::out
	/args[0]->sk->sk_protocol == 17 && args[0]->sk->sk_type == 2/
	(mib_segments[args[0]], mib_sock_net[args[0]->sk]);
bind mib:::udpNoPorts = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_NO_SOCKET && mib_protocol[args[0]] == 17/ (1, mib_net[args[0]]);
bind mib:::udpInCksumErrs = rawtp:::kfree_skb /(int)arg2 == SKB_DROP_REASON_UDP_CSUM/ (1, mib_net[args[0]]);
bind mib:::udpInOverflows = rawtp:::udp_fail_queue_rcv_skb (1, mib_sock_net[args[1]]);

/* IP, by device: what is forwarded comes in and goes out. */

bind mib:::ipInReceives = rawtp:::netif_receive_skb
	/ntohs(args[0]->protocol) == 0x0800 && args[0]->pkt_type != 3/ (1, mib_net[args[0]]);
bind mib:::ipv6InReceives = rawtp:::netif_receive_skb
	/ntohs(args[0]->protocol) == 0x86dd && args[0]->pkt_type != 3/ (1, mib_net[args[0]]);
bind mib:::ipInCksumErrs = rawtp:::kfree_skb /(int)arg2 == SKB_DROP_REASON_IP_CSUM/ (1, mib_net[args[0]]);
/* Kernels that know of local sources as a reason give one for options that are wrong, too. */
bind mib:::ipInHdrErrors =
	rawtp:::kfree_skb
	/SKB_DROP_REASON_IP_LOCAL_SOURCE && ((int)arg2 == SKB_DROP_REASON_IP_INHDR || (int)arg2 == SKB_DROP_REASON_IP_CSUM) &&
		ntohs(args[0]->protocol) == 0x0800/
	(1, mib_net[args[0]]) |
	approximate "a packet whose options are wrong is not seen"
	rawtp:::kfree_skb
	/((int)arg2 == SKB_DROP_REASON_IP_INHDR || (int)arg2 == SKB_DROP_REASON_IP_CSUM) &&
		ntohs(args[0]->protocol) == 0x0800/
	(1, mib_net[args[0]]);
bind mib:::ipv6InHdrErrors = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_IP_INHDR && ntohs(args[0]->protocol) == 0x86dd/ (1, mib_net[args[0]]);
bind mib:::ipv6InHdrErrors = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_UNHANDLED_PROTO && ntohs(args[0]->protocol) == 0x86dd && args[0]->network_header &&
		ip_header[args[0]]->version != 6/
	(1, mib_net[args[0]]);
bind mib:::ipInUnknownProtos = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_IP_NOPROTO && ntohs(args[0]->protocol) == 0x0800/ (1, mib_net[args[0]]);
bind mib:::ipv6InUnknownProtos = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_IP_NOPROTO && ntohs(args[0]->protocol) == 0x86dd/ (1, mib_net[args[0]]);
bind mib:::ipOutNoRoutes = approximate "of TCP; a datagram is no packet yet when there is no route"
	rawtp:::kfree_skb /(int)arg2 == SKB_DROP_REASON_IP_OUTNOROUTES && args[0]->sk &&
		args[0]->sk->__sk_common.skc_family == 2/
	(1, mib_net[args[0]]);
bind mib:::ipv6OutNoRoutes = none "the kernel has no event for it";

/* ---- ICMP ---- */

bind mib:::icmpInCksumErrs = rawtp:::kfree_skb
	/(int)arg2 == SKB_DROP_REASON_ICMP_CSUM/ (1, mib_net[args[0]]);
bind mib:::icmpInMsgs = rawtp:::netif_receive_skb /mib_icmp[args[0]]/ (1, mib_net[args[0]]);
bind mib:::icmpInEchos = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 8/ (1, mib_net[args[0]]);
bind mib:::icmpInEchoReps = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 0/ (1, mib_net[args[0]]);
bind mib:::icmpInDestUnreachs = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 3/ (1, mib_net[args[0]]);
bind mib:::icmpInTimeExcds = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 11/ (1, mib_net[args[0]]);
bind mib:::icmpInParmProbs = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 12/ (1, mib_net[args[0]]);
bind mib:::icmpInSrcQuenchs = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 4/ (1, mib_net[args[0]]);
bind mib:::icmpInRedirects = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 5/ (1, mib_net[args[0]]);
bind mib:::icmpInTimestamps = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 13/ (1, mib_net[args[0]]);
bind mib:::icmpInTimestampReps = approximate "messages with a wrong checksum are counted, too"
	rawtp:::netif_receive_skb
	/mib_icmp[args[0]] && mib_icmp_type[args[0]] == 14/ (1, mib_net[args[0]]);
bind mib:::icmpOutDestUnreachs = rawtp:::icmp_send /args[1] == 3/ (1, mib_net[(struct sk_buff *)args[0]]);
bind mib:::icmpOutTimeExcds = rawtp:::icmp_send /args[1] == 11/ (1, mib_net[(struct sk_buff *)args[0]]);
bind mib:::icmpOutParmProbs = rawtp:::icmp_send /args[1] == 12/ (1, mib_net[(struct sk_buff *)args[0]]);
bind mib:::icmpOutFragNeeded = rawtp:::icmp_send
	/args[1] == 3 && args[2] == 4/ (1, mib_net[(struct sk_buff *)args[0]]);

bind mib:::tcpCurrEstab = none "it is a level, not an event; see tcp:::state-change";
bind mib:::tcpOutUrg = none "the kernel does not count it";
bind mib:::tcpInAckBytes = none "the kernel has no event for it";
bind mib:::tcpTimRetrans = none "the kernel does not tell retransmissions by timer from others; see tcpRetransSegs";
bind mib:::udpInErrors = none "see udpInCksumErrs and udpInOverflows";
bind mib:::rawipInDatagrams = none "raw sockets have no event of their own; see ip:::receive";
bind mib:::rawipOutDatagrams = none "raw sockets have no event of their own; see ip:::send";
