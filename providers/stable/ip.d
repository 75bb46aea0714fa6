/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The ip provider: IP packets, fragments one by one, as they go to devices and come from
 * them; forwarded packets do both. current has nothing to do with the packet.
 */

#pragma D attributes Evolving/Evolving/ISA provider ip provider
#pragma D attributes Private/Private/Unknown provider ip module
#pragma D attributes Private/Private/Unknown provider ip function
#pragma D attributes Evolving/Evolving/ISA provider ip name
#pragma D attributes Evolving/Evolving/ISA provider ip args

#pragma D depends_on library ip.d

provider ip {
	probe send(struct sk_buff *S, struct sock_moment *M, struct net_device *D) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, ifinfo_t *D, ipv4info_t *S, ipv6info_t *S);
	probe receive(struct sk_buff *S, struct sock_moment *M, struct net_device *D) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, ifinfo_t *D, ipv4info_t *S, ipv6info_t *S);
	probe drop__in(struct sk_buff *S, struct sock_moment *M, struct net_device *D, int reason) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, ifinfo_t *D, ipv4info_t *S, ipv6info_t *S, int reason);
	probe drop__out(struct sk_buff *S, struct sock_moment *M, struct net_device *D, int reason) :
		(pktinfo_t *S, csinfo_t *M, ipinfo_t *S, ifinfo_t *D, ipv4info_t *S, ipv6info_t *S, int reason);
};

/* A tagged packet has been sent by its VLAN's own device. */
bind ip:::send = approximate "a packet counts once more below macvlan and ipvlan devices"
	rawtp:::net_dev_queue /ip_is_packet[args[0]] && !args[0]->vlan_all && !ip_is_part[args[0]->dev]/
	(args[0], (struct sock_moment *)args[0]->sk, args[0]->dev)
	| approximate "a packet counts once more below macvlan and ipvlan devices"
	rawtp:::net_dev_queue /ip_is_packet[args[0]] && !args[0]->vlan_present && !ip_is_part[args[0]->dev]/
	(args[0], (struct sock_moment *)args[0]->sk, args[0]->dev);

bind ip:::receive = rawtp:::netif_receive_skb
	/ip_is_packet[args[0]] && args[0]->pkt_type != 3 && !ip_is_part[args[0]->dev]/
	(args[0], (struct sock_moment *)NULL, args[0]->dev);

/*
 * kfree_skb tells why (arg2): up to SKB_DROP_REASON_NOT_SPECIFIED it need not be a drop, and
 * QUEUE_PURGE, on newer kernels, is what was left when a socket closed.
 */
inline int ip_is_drop[struct sk_buff *S, int reason] =
	ip_is_packet[S] && S->network_header && reason > SKB_DROP_REASON_NOT_SPECIFIED;

bind ip:::drop-in = approximate "of packets that have come in, drops for which the kernel gives a reason"
	rawtp:::kfree_skb /ip_is_drop[args[0], (int)arg2] && args[0]->skb_iif && (int)arg2 != SKB_DROP_REASON_QUEUE_PURGE/
	(args[0], (struct sock_moment *)NULL, args[0]->dev, (int)arg2)
	| approximate "of packets that have come in, drops for which the kernel gives a reason"
	rawtp:::kfree_skb /ip_is_drop[args[0], (int)arg2] && args[0]->skb_iif/
	(args[0], (struct sock_moment *)NULL, args[0]->dev, (int)arg2);
bind ip:::drop-out = approximate "of packets made here, drops for which the kernel gives a reason"
	rawtp:::kfree_skb /ip_is_drop[args[0], (int)arg2] && !args[0]->skb_iif/
	(args[0], (struct sock_moment *)NULL, args[0]->dev, (int)arg2);
