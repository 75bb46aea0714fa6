/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * Packets and their IP headers, for the providers ip, tcp and udp. A packet is a
 * struct sk_buff. A struct sock_moment * is a socket as an event shows it: the address of
 * its struct sock with facts of the event in the low bits, where an address has none.
 */

#pragma D depends_on library net.d

typedef uint32_t ipaddr_t;
typedef struct in6_addr in6_addr_t;
typedef uint64_t netstackid_t;

/* What a fresh packet does not say yet when a device has received it: it starts with this header. */
inline struct iphdr *ip_header[struct sk_buff *S] =
	(struct iphdr *)(S->network_header ? S->head + S->network_header : S->data);
inline int ip_version[struct sk_buff *S] = *(uint8_t *)ip_header[S] >> 4;
inline int ip_is_packet[struct sk_buff *S] = ntohs(S->protocol) == 0x0800 || ntohs(S->protocol) == 0x86dd;

/* Bytes from the IP header on: packets of 64 KiB or more do not say so in the header. */
inline uint32_t ip_total[struct sk_buff *S] =
	(uint32_t)(S->len + ((uintptr_t)S->data - (uintptr_t)ip_header[S]));

/*
 * A device that is part of another (IFF_SLAVE; bridge, bond, Open vSwitch, team) carries
 * the other's packets, which count there.
 */
inline int ip_is_part[struct net_device *D] = (D->flags & 0x800) != 0 ||
	(D->priv_flags & (IFF_BRIDGE_PORT | IFF_OVS_DATAPATH | IFF_TEAM_PORT)) != 0;

/* Such packets of IPv6 have a header that says it, which goes when a device cuts them up. */
inline uint32_t ip_jumbo[struct sk_buff *S] = ((struct ipv6hdr *)ip_header[S])->nexthdr == 0 ? 8 : 0;

inline uintptr_t SOCK_STATE = 0xf;		/* the new TCP state; 0: that of the socket */
inline uintptr_t SOCK_RESENT = 0x10;		/* the segment has been sent before */
inline uintptr_t SOCK_OWNER = 0x20;		/* the current process works with the socket */

inline struct sock *moment_sock[struct sock_moment *M] = (struct sock *)((uintptr_t)M & ~0x3full);
inline string ip_protocol_string[int protocol] =
	protocol == 6 ? "TCP" : protocol == 17 ? "UDP" : protocol == 4 ? "IP" : protocol == 1 ? "ICMP" :
	protocol == 2 ? "IGMP" : protocol == 8 ? "EGP" : protocol == 41 ? "IPv6" : protocol == 43 ? "ROUTE" :
	protocol == 50 ? "ESP" : protocol == 51 ? "AH" : protocol == 58 ? "ICMPv6" : protocol == 89 ? "OSPF" :
	protocol == 132 ? "SCTP" : protocol == 255 ? "RAW" : lltostr(protocol);

/* The addresses of a socket. */
inline int sock_is_ipv6[struct sock *K] = K->__sk_common.skc_family == 10;
inline string sock_laddr[struct sock *K] = sock_is_ipv6[K] ?
	inet_ntoa6(&K->__sk_common.skc_v6_rcv_saddr) : inet_ntoa(&K->__sk_common.skc_rcv_saddr);
inline string sock_raddr[struct sock *K] = sock_is_ipv6[K] ?
	inet_ntoa6(&K->__sk_common.skc_v6_daddr) : inet_ntoa(&K->__sk_common.skc_daddr);

typedef struct pktinfo {
	uintptr_t pkt_addr;
} pktinfo_t;

translator pktinfo_t < struct sk_buff *S > {
	pkt_addr = (uintptr_t)S;
};

/* There was no packet at hand. */
translator pktinfo_t < struct sock_moment *M > {
	pkt_addr = 0;
};

typedef struct csinfo {
	uintptr_t cs_addr;
	uint64_t cs_cid;
	pid_t cs_pid;
	int cs_zoneid;
} csinfo_t;

/* cs_pid is -1 where it cannot be known who the socket belongs to. */
translator csinfo_t < struct sock_moment *M > {
	cs_addr = (uintptr_t)moment_sock[M];
	cs_cid = (uint64_t)moment_sock[M];
	cs_pid = (uintptr_t)M & SOCK_OWNER ? pid : -1;
	cs_zoneid = 0;
};

typedef struct ipinfo {
	uint8_t ip_ver;
	uint32_t ip_plength;
	string ip_saddr;
	string ip_daddr;
} ipinfo_t;

translator ipinfo_t < struct sk_buff *S > {
	ip_ver = ip_version[S];
	ip_plength = ip_version[S] == 6 ?
		(((struct ipv6hdr *)ip_header[S])->payload_len ?
			ntohs(((struct ipv6hdr *)ip_header[S])->payload_len) : ip_total[S] - 40 - ip_jumbo[S]) :
		(ip_header[S]->tot_len ? ntohs(ip_header[S]->tot_len) : ip_total[S]) -
			4 * (*(uint8_t *)ip_header[S] & 0xf);
	ip_saddr = ip_version[S] == 6 ? inet_ntoa6(&((struct ipv6hdr *)ip_header[S])->saddr) :
		inet_ntoa(&ip_header[S]->saddr);
	ip_daddr = ip_version[S] == 6 ? inet_ntoa6(&((struct ipv6hdr *)ip_header[S])->daddr) :
		inet_ntoa(&ip_header[S]->daddr);
};

/* A received packet that is not at hand: it came from the other side. */
translator ipinfo_t < struct sock_moment *M > {
	ip_ver = sock_is_ipv6[moment_sock[M]] ? 6 : 4;
	ip_plength = 0;
	ip_saddr = sock_raddr[moment_sock[M]];
	ip_daddr = sock_laddr[moment_sock[M]];
};

typedef struct ifinfo {
	string if_name;
	int8_t if_local;
	netstackid_t if_ipstack;
	uintptr_t if_addr;
} ifinfo_t;

translator ifinfo_t < struct net_device *D > {
	if_name = D ? stringof(D->name) : "<null>";
	if_local = D ? (D->flags & 8) != 0 : 0;
	if_ipstack = D ? D->nd_net.net->ns.inum : 0;
	if_addr = (uintptr_t)D;
};

typedef struct ipv4info {
	uint8_t ipv4_ver;
	uint8_t ipv4_ihl;
	uint8_t ipv4_tos;
	uint16_t ipv4_length;
	uint16_t ipv4_ident;
	uint8_t ipv4_flags;
	uint16_t ipv4_offset;
	uint8_t ipv4_ttl;
	uint8_t ipv4_protocol;
	string ipv4_protostr;
	uint16_t ipv4_checksum;
	ipaddr_t ipv4_src;
	ipaddr_t ipv4_dst;
	string ipv4_saddr;
	string ipv4_daddr;
	struct iphdr *ipv4_hdr;
} ipv4info_t;

translator ipv4info_t < struct sk_buff *S > {
	ipv4_ver = ip_version[S] == 4 ? 4 : 0;
	ipv4_ihl = ip_version[S] == 4 ? 4 * (*(uint8_t *)ip_header[S] & 0xf) : 0;
	ipv4_tos = ip_version[S] == 4 ? ip_header[S]->tos : 0;
	ipv4_length = ip_version[S] == 4 ? ntohs(ip_header[S]->tot_len) : 0;
	ipv4_ident = ip_version[S] == 4 ? ntohs(ip_header[S]->id) : 0;
	ipv4_flags = ip_version[S] == 4 ? ntohs(ip_header[S]->frag_off) >> 12 : 0;
	ipv4_offset = ip_version[S] == 4 ? ntohs(ip_header[S]->frag_off) & 0xfff : 0;
	ipv4_ttl = ip_version[S] == 4 ? ip_header[S]->ttl : 0;
	ipv4_protocol = ip_version[S] == 4 ? ip_header[S]->protocol : 0;
	ipv4_protostr = ip_version[S] == 4 ? ip_protocol_string[ip_header[S]->protocol] : "<null>";
	ipv4_checksum = ip_version[S] == 4 ? ntohs(ip_header[S]->check) : 0;
	ipv4_src = ip_version[S] == 4 ? ip_header[S]->saddr : 0;
	ipv4_dst = ip_version[S] == 4 ? ip_header[S]->daddr : 0;
	ipv4_saddr = ip_version[S] == 4 ? inet_ntoa(&ip_header[S]->saddr) : "<null>";
	ipv4_daddr = ip_version[S] == 4 ? inet_ntoa(&ip_header[S]->daddr) : "<null>";
	ipv4_hdr = ip_version[S] == 4 ? ip_header[S] : NULL;
};

typedef struct ipv6info {
	uint8_t ipv6_ver;
	uint8_t ipv6_tclass;
	uint32_t ipv6_flow;
	uint16_t ipv6_plen;
	uint8_t ipv6_nexthdr;
	string ipv6_nextstr;
	uint8_t ipv6_hlim;
	in6_addr_t *ipv6_src;
	in6_addr_t *ipv6_dst;
	string ipv6_saddr;
	string ipv6_daddr;
	struct ipv6hdr *ipv6_hdr;
} ipv6info_t;

inline struct ipv6hdr *ip6_header[struct sk_buff *S] = (struct ipv6hdr *)ip_header[S];

translator ipv6info_t < struct sk_buff *S > {
	ipv6_ver = ip_version[S] == 6 ? 6 : 0;
	ipv6_tclass = ip_version[S] == 6 ? ntohl(*(uint32_t *)ip_header[S]) >> 20 & 0xff : 0;
	ipv6_flow = ip_version[S] == 6 ? ntohl(*(uint32_t *)ip_header[S]) & 0xfffff : 0;
	ipv6_plen = ip_version[S] == 6 ? ntohs(ip6_header[S]->payload_len) : 0;
	ipv6_nexthdr = ip_version[S] == 6 ? ip6_header[S]->nexthdr : 0;
	ipv6_nextstr = ip_version[S] == 6 ? ip_protocol_string[ip6_header[S]->nexthdr] : "<null>";
	ipv6_hlim = ip_version[S] == 6 ? ip6_header[S]->hop_limit : 0;
	ipv6_src = ip_version[S] == 6 ? (in6_addr_t *)&ip6_header[S]->saddr : NULL;
	ipv6_dst = ip_version[S] == 6 ? (in6_addr_t *)&ip6_header[S]->daddr : NULL;
	ipv6_saddr = ip_version[S] == 6 ? inet_ntoa6(&ip6_header[S]->saddr) : "<null>";
	ipv6_daddr = ip_version[S] == 6 ? inet_ntoa6(&ip6_header[S]->daddr) : "<null>";
	ipv6_hdr = ip_version[S] == 6 ? ip6_header[S] : NULL;
};
