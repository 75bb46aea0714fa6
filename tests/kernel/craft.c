// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// craft OPERATION,NUMBER...: packets that no program would send, over the loopback device of a network namespace of its own, see
// the table. The program says "netns INUM", waits for a line on stdin, calls getppid(1), does them one after the other, calls
// getppid(0), and writes what the kernel has counted in that namespace since then: "Icmp.InMsgs 12" ...

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/kernel/support_net.h"

enum { PORT = 7003, CLOSED = 7004, IP = 0x0800, IP6 = 0x86dd, UNKNOWN = 253, FAR = 0x0a080001, HERE = INADDR_LOOPBACK };

static int packets;	// the socket that they are sent through

static void set(const char *name, const char *value)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "/proc/sys/net/%s", name);
	f = fopen(path, "we");
	if (!f || fputs(value, f) < 0 || fclose(f) != 0)
		die(path);
}

static uint32_t add_words(uint32_t sum, const void *data, size_t n)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

// ---- IPv4 ------------------------------------------------------------------

struct packet {
	struct iphdr ip;
	uint8_t options[8];
	uint8_t body[2048];
};

struct shape {
	uint32_t to;
	uint8_t protocol, ttl, version, options;	// options: bytes of them
	uint16_t flags;
	bool bad_sum;
};

static void put_on_wire(const void *data, size_t n, int protocol)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)protocol), .sll_halen = 6,
		.sll_ifindex = (int)if_nametoindex("lo"),
	};

	check(sendto(packets, data, n, 0, (struct sockaddr *)&to, sizeof to), "sendto");
}

static void send_ip(const struct shape *shape, const void *body, size_t n)
{
	static struct packet p;
	size_t header = sizeof p.ip + shape->options;

	memset(&p, 0, sizeof p);
	memcpy((uint8_t *)&p + header, body, n);
	p.ip.version = shape->version ? shape->version : 4;
	p.ip.ihl = (unsigned int)header / 4 & 15;
	p.ip.tot_len = htons((uint16_t)(header + n));
	p.ip.frag_off = htons(shape->flags);
	p.ip.ttl = shape->ttl ? shape->ttl : 64;
	p.ip.protocol = shape->protocol;
	p.ip.saddr = htonl(HERE);
	p.ip.daddr = htonl(shape->to ? shape->to : HERE);
	if (shape->options)
		memcpy(p.options, "\7\2\4\0\0\0\0", 8);	// a record of routes that is too short
	p.ip.check = fold(add_words(0, &p, header));
	if (shape->bad_sum)
		p.ip.check ^= 0x5555;
	put_on_wire(&p, header + n, IP);
}

// What TCP and UDP sum up besides, plus what makes it wrong.
static uint16_t transport_sum(int protocol, const void *body, size_t n)
{
	uint32_t sum = 2 * ((HERE >> 16) + (HERE & 0xffff)) + (uint32_t)protocol + (uint32_t)n;

	return fold(add_words(sum, body, n));
}

static void send_icmp(int type, bool good)
{
	struct icmphdr h = { .type = (uint8_t)type };
	uint8_t body[64] = { 0 };
	struct iphdr about = { .version = 4, .ihl = 5, .protocol = UNKNOWN, .saddr = htonl(HERE), .daddr = htonl(HERE) };

	// Errors are about a packet.
	memcpy(body + sizeof h, &about, sizeof about);
	memcpy(body, &h, sizeof h);
	h.checksum = fold(add_words(0, body, sizeof body)) ^ (good ? 0 : 0x5555);
	memcpy(body, &h, sizeof h);
	send_ip(&(struct shape){ .protocol = IPPROTO_ICMP }, body, sizeof body);
}

static void op_icmp_errors(void)
{
	static const int types[] = { 4, 5, 8, 11, 12, 13, 14 };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		send_icmp(types[i], true);
}

static void op_icmp_sum(void)
{
	send_icmp(8, false);
}

static void op_ip_sum(void)
{
	send_ip(&(struct shape){ .protocol = UNKNOWN, .bad_sum = true }, "1234", 4);
}

static void op_ip_header(void)
{
	send_ip(&(struct shape){ .protocol = UNKNOWN, .version = 5 }, "1234", 4);
}

static void op_protocol(void)
{
	send_ip(&(struct shape){ .protocol = UNKNOWN }, "1234", 4);
}

static void op_options(void)
{
	send_ip(&(struct shape){ .protocol = UNKNOWN, .options = 8 }, "1234", 4);
}

static void op_ttl(void)
{
	send_ip(&(struct shape){ .to = FAR, .protocol = UNKNOWN, .ttl = 1 }, "1234", 4);
}

static void op_large(void)
{
	static uint8_t body[1600];

	send_ip(&(struct shape){ .to = FAR, .protocol = UNKNOWN, .flags = IP_DF }, body, sizeof body);
}

static void op_tcp_sum(void)
{
	struct tcphdr h = { .source = htons(PORT), .dest = htons(CLOSED), .doff = 5, .ack = 1 };

	h.check = transport_sum(IPPROTO_TCP, &h, sizeof h) ^ 0x5555;
	send_ip(&(struct shape){ .protocol = IPPROTO_TCP }, &h, sizeof h);
}

static void op_udp_sum(void)
{
	struct udphdr h = { .source = htons(PORT), .dest = htons(CLOSED), .len = htons(sizeof h) };

	h.check = transport_sum(IPPROTO_UDP, &h, sizeof h) ^ 0x5555;
	send_ip(&(struct shape){ .protocol = IPPROTO_UDP }, &h, sizeof h);
}

// ---- IPv6 ------------------------------------------------------------------

static void send_ip6(int version)
{
	struct ip6_hdr h = { .ip6_plen = htons(8), .ip6_nxt = UNKNOWN, .ip6_hops = 64, .ip6_src = in6addr_loopback,
			     .ip6_dst = in6addr_loopback };
	uint8_t packet[sizeof h + 8] = { 0 };

	h.ip6_flow = htonl((uint32_t)version << 28);
	memcpy(packet, &h, sizeof h);
	put_on_wire(packet, sizeof packet, IP6);
}

static void op_ip6_header(void)
{
	send_ip6(7);
}

static void op_ip6_protocol(void)
{
	send_ip6(6);
}

// ---- sockets ---------------------------------------------------------------

static int make_socket(int type, uint32_t address, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(address) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), one = 1;

	check(fd, "socket");
	check(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), "reuse");
	check(bind(fd, (struct sockaddr *)&a, sizeof a), "bind");
	return fd;
}

static int connect_to(int type, uint32_t address, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(address) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	check(fd, "socket");
	if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0 && errno != EINPROGRESS)
		die("connect");
	return fd;
}

static void op_overflow(void)
{
	int fd = make_socket(SOCK_DGRAM, HERE, PORT), size = 0, out;
	char data[1000] = { 0 };

	check(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), "rcvbuf");
	out = connect_to(SOCK_DGRAM, HERE, PORT);
	for (int i = 0; i < 20; i++)
		check(send(out, data, sizeof data, 0), "send");
	close(out);
	close(fd);
}

// One connection fills the queue of the listener.
static void op_listen(void)
{
	int fd = make_socket(SOCK_STREAM, HERE, PORT), out[3];

	check(listen(fd, 0), "listen");
	out[0] = connect_to(SOCK_STREAM, HERE, PORT);
	for (int i = 1; i < 3; i++)
		out[i] = connect_to(SOCK_STREAM | SOCK_NONBLOCK, HERE, PORT);
	for (int i = 0; i < 3; i++)
		close(out[i]);
	close(fd);
}

// There is nobody at the address, and nobody is asked.
static void op_nobody(void)
{
	int out = connect_to(SOCK_DGRAM, FAR + 6, PORT);

	check(send(out, "x", 1, 0), "send");
	close(out);
}

// The address that a connection uses goes away.
static void op_no_route(void)
{
	int fd, out;

	if (system("ip addr add 10.6.0.1/32 dev lo") != 0)
		die("ip");
	fd = make_socket(SOCK_STREAM, 0x0a060001, PORT);
	check(listen(fd, 1), "listen");
	out = connect_to(SOCK_STREAM, 0x0a060001, PORT);
	if (system("ip addr del 10.6.0.1/32 dev lo") != 0)
		die("ip");
	if (write(out, "x", 1) < 0 && errno != EHOSTUNREACH && errno != ENETUNREACH)
		die("write");
	close(out);
	close(fd);
}

// ---- the program -----------------------------------------------------------

static const struct {
	const char *name;
	void (*run)(void);
} operations[] = {
	{ "icmp", op_icmp_errors }, { "icmpsum", op_icmp_sum }, { "ipsum", op_ip_sum }, { "ipheader", op_ip_header },
	{ "protocol", op_protocol }, { "options", op_options }, { "ttl", op_ttl }, { "large", op_large },
	{ "tcpsum", op_tcp_sum }, { "udpsum", op_udp_sum }, { "ip6header", op_ip6_header }, { "ip6protocol", op_ip6_protocol },
	{ "overflow", op_overflow }, { "listen", op_listen }, { "noroute", op_no_route },
	{ "nobody", op_nobody },
};

static void run(const char *text)
{
	const char *number = strchr(text, ',');
	size_t length = number ? (size_t)(number - text) : strlen(text);

	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (strlen(operations[i].name) == length && strncmp(operations[i].name, text, length) == 0)
			for (int n = number ? atoi(number + 1) : 1; n > 0; n--)
				operations[i].run();
}

// Packets that come in over lo may be from here, and go on to another device, which is narrow. All on one CPU, as they
// could overtake each other on two.
static void prepare(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	check(sched_setaffinity(0, sizeof first, &first), "sched_setaffinity");
	check(unshare(CLONE_NEWNET), "unshare");
	bring_up(65536);
	set("ipv4/conf/all/accept_local", "1");
	set("ipv4/conf/lo/accept_local", "1");
	set("ipv4/conf/all/route_localnet", "1");
	set("ipv4/conf/all/rp_filter", "0");
	set("ipv4/conf/lo/rp_filter", "0");
	set("ipv4/ip_forward", "1");
	if (system("ip link add far type veth peer name farther && ip link set far mtu 1000 up && ip link set farther up &&"
		   " ip route add 10.8.0.0/24 dev far && ip neigh add 10.8.0.1 lladdr 02:00:00:00:00:01 dev far") != 0)
		die("ip");
	set("ipv4/neigh/far/mcast_solicit", "0");
	packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	check(packets, "packet socket");
}

int main(int argc, char **argv)
{
	static struct counters before, after;
	struct stat ns;
	char c;

	prepare();
	check(stat("/proc/self/ns/net", &ns), "netns");
	printf("netns %llu\n", (unsigned long long)ns.st_ino);
	fflush(stdout);
	if (read(0, &c, 1) != 1)
		return EXIT_FAILURE;
	read_counters(&before);
	syscall(SYS_getppid, 1);
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	syscall(SYS_getppid, 0);
	read_counters(&after);
	for (int i = 0; i < after.n; i++)
		printf("%s %lld\n", after.list[i].name, after.list[i].value - value_of(&before, after.list[i].name));
	fflush(stdout);
	syscall(SYS_exit_group, 0);
	return 0;
}
