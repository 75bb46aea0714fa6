/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* UDP: datagrams and sockets. */

#pragma D depends_on library ip.d

typedef struct udpinfo {
	uint16_t udp_sport;
	uint16_t udp_dport;
	uint16_t udp_length;
	uint16_t udp_checksum;
	struct udphdr *udp_hdr;
} udpinfo_t;

inline struct udphdr *udp_header[struct sk_buff *S] = (struct udphdr *)(S->head + S->transport_header);

translator udpinfo_t < struct sk_buff *S > {
	udp_sport = ntohs(udp_header[S]->source);
	udp_dport = ntohs(udp_header[S]->dest);
	udp_length = ntohs(udp_header[S]->len);
	udp_checksum = ntohs(udp_header[S]->check);
	udp_hdr = udp_header[S];
};

typedef struct udpsinfo {
	uintptr_t udps_addr;
	uint16_t udps_lport;
	uint16_t udps_rport;
	string udps_laddr;
	string udps_raddr;
} udpsinfo_t;

/* The other side of a socket that is not connected is port 0 of no address. */
translator udpsinfo_t < struct sock_moment *M > {
	udps_addr = (uintptr_t)moment_sock[M];
	udps_lport = moment_sock[M] ? moment_sock[M]->__sk_common.skc_num : 0;
	udps_rport = moment_sock[M] ? ntohs(moment_sock[M]->__sk_common.skc_dport) : 0;
	udps_laddr = moment_sock[M] ? sock_laddr[moment_sock[M]] : "<unknown>";
	udps_raddr = moment_sock[M] ? sock_raddr[moment_sock[M]] : "<unknown>";
};
