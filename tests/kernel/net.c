// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// net OPERATION...: traffic over the loopback device of a network namespace of its own.
// An operation is NAME,FAMILY[,NUMBER[,BYTES]], see the table. The program says
// "netns INUM", waits for a line on stdin, does them one after the other, and writes
// what the kernel has counted in that namespace since then: "Tcp.OutSegs 12" ...

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/kernel/support_net.h"

enum { PORT = 7001, CLOSED_PORT = 7002 };

static char buffer[1 << 20];

// Until all that was sent has arrived.
static void settle(void)
{
	static struct counters now;
	const struct timespec wait = { 0, 1000000 };

	for (int i = 0; i < 5000; i++) {
		read_counters(&now);
		if (value_of(&now, "Tcp.InSegs") >= value_of(&now, "Tcp.OutSegs"))
			return;
		nanosleep(&wait, NULL);
	}
}

// ---- operations ------------------------------------------------------------

struct address {
	struct sockaddr_storage s;
	socklen_t len;
};

static struct address loopback(int family, int port)
{
	struct address a = { 0 };

	if (family == 6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a.s;

		in6->sin6_family = AF_INET6;
		in6->sin6_addr = in6addr_loopback;
		in6->sin6_port = htons((uint16_t)port);
		a.len = sizeof *in6;
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)&a.s;

		in->sin_family = AF_INET;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		in->sin_port = htons((uint16_t)port);
		a.len = sizeof *in;
	}
	return a;
}

static int make_socket(int family, int type)
{
	int one = 1, fd = socket(family == 6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);

	check(fd, "socket");
	check(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), "reuse");
	return fd;
}

static int bound_socket(int family, int type)
{
	struct address a = loopback(family, PORT);
	int fd = make_socket(family, type);

	check(bind(fd, (struct sockaddr *)&a.s, a.len), "bind");
	return fd;
}

static void op_udp(int family, long n, long bytes)
{
	int to = bound_socket(family, SOCK_DGRAM), from = make_socket(family, SOCK_DGRAM);
	struct address a = loopback(family, PORT);

	for (long i = 0; i < n; i++) {
		check(sendto(from, buffer, (size_t)bytes, 0, (struct sockaddr *)&a.s, a.len), "sendto");
		check(recv(to, buffer, sizeof buffer, 0), "recv");
	}
	close(from);
	close(to);
}

static void op_udpclosed(int family, long n, long bytes)
{
	struct address a = loopback(family, CLOSED_PORT);

	for (long i = 0; i < n; i++) {
		int fd = make_socket(family, SOCK_DGRAM);

		check(sendto(fd, buffer, (size_t)bytes, 0, (struct sockaddr *)&a.s, a.len), "sendto");
		close(fd);
	}
}

// Bytes go over in portions that fit into the buffers of the sockets.
static void transfer(int from, int to, long bytes)
{
	while (bytes > 0) {
		long part = bytes < 32768 ? bytes : 32768;

		check(write(from, buffer, (size_t)part), "write");
		bytes -= part;
		while (part > 0) {
			long got = read(to, buffer, (size_t)part);

			check(got, "read");
			part -= got;
		}
	}
}

static void grow_buffers(int fd)
{
	int size = 16 << 20;

	check(setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size), "send buffer");
	check(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "receive buffer");
}

// All in one write, so that segments get as large as they can.
static void op_bulk(int family, long n, long bytes)
{
	struct address a = loopback(family, PORT);
	int listener = bound_socket(family, SOCK_STREAM);
	char *data = calloc(1, (size_t)bytes);

	if (!data)
		die("memory");
	grow_buffers(listener);
	check(listen(listener, 16), "listen");
	for (long i = 0; i < n; i++) {
		int client = make_socket(family, SOCK_STREAM), server;
		long got = 0, r;

		grow_buffers(client);
		check(connect(client, (struct sockaddr *)&a.s, a.len), "connect");
		server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		check(server, "accept");
		if (write(client, data, (size_t)bytes) != bytes)
			die("write");
		close(client);
		while ((r = read(server, buffer, sizeof buffer)) > 0)
			got += r;
		if (got != bytes)
			die("read");
		close(server);
	}
	close(listener);
	free(data);
}

// The client closes first.
static void op_tcp(int family, long n, long bytes)
{
	struct address a = loopback(family, PORT);
	int listener = bound_socket(family, SOCK_STREAM);

	check(listen(listener, 16), "listen");
	for (long i = 0; i < n; i++) {
		int client = make_socket(family, SOCK_STREAM), server;
		char c;

		check(connect(client, (struct sockaddr *)&a.s, a.len), "connect");
		server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		check(server, "accept");
		transfer(client, server, bytes);
		close(client);
		check(read(server, &c, 1), "read of the end");
		close(server);
	}
	close(listener);
}

static void op_refused(int family, long n, long bytes)
{
	struct address a = loopback(family, CLOSED_PORT);

	(void)bytes;
	for (long i = 0; i < n; i++) {
		int fd = make_socket(family, SOCK_STREAM);

		if (connect(fd, (struct sockaddr *)&a.s, a.len) == 0 || errno != ECONNREFUSED)
			die("not refused");
		close(fd);
	}
}

static long long count_of(const char *name)
{
	static struct counters now;

	read_counters(&now);
	return value_of(&now, name);
}

static void await(const char *name, long long n)
{
	const struct timespec wait = { 0, 1000000 };

	for (int i = 0; i < 20000 && count_of(name) < n; i++)
		nanosleep(&wait, NULL);
}

// The client closes, and the server only when that has been acknowledged: what is left of the
// client, its TIME_WAIT, receives the server's end and acknowledges it.
static void op_late(int family, long n, long bytes)
{
	struct address a = loopback(family, PORT);
	int listener = bound_socket(family, SOCK_STREAM);

	check(listen(listener, 16), "listen");
	for (long i = 0; i < n; i++) {
		int client = make_socket(family, SOCK_STREAM), server;
		long long before;

		check(connect(client, (struct sockaddr *)&a.s, a.len), "connect");
		server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		check(server, "accept");
		transfer(client, server, bytes);
		before = count_of("Tcp.OutSegs");
		close(client);
		await("Tcp.OutSegs", before + 2);
		close(server);
	}
	close(listener);
}

// A filter at the server lets nothing in until the segment has been sent again n times.
static void op_resend(int family, long n, long bytes)
{
	struct sock_filter drop = { BPF_RET | BPF_K, 0, 0, 0 };
	struct sock_fprog filter = { 1, &drop };
	struct address a = loopback(family, PORT);
	int listener = bound_socket(family, SOCK_STREAM), client = make_socket(family, SOCK_STREAM), server;
	long long before;

	check(listen(listener, 16), "listen");
	check(connect(client, (struct sockaddr *)&a.s, a.len), "connect");
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	check(setsockopt(server, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter), "filter");
	before = count_of("Tcp.RetransSegs");
	check(write(client, buffer, (size_t)bytes), "write");
	await("Tcp.RetransSegs", before + n);
	check(setsockopt(server, SOL_SOCKET, SO_DETACH_FILTER, &filter, sizeof filter), "no filter");
	while (bytes > 0) {
		long got = read(server, buffer, (size_t)bytes);

		check(got, "read");
		bytes -= got;
	}
	close(client);
	close(server);
	close(listener);
}

// The listener's filter drops the first SYN, so that it is sent again.
static void op_resyn(int family, long n, long bytes)
{
	struct sock_filter drop = { BPF_RET | BPF_K, 0, 0, 0 };
	struct sock_fprog filter = { 1, &drop };
	struct address a = loopback(family, PORT);
	int listener = bound_socket(family, SOCK_STREAM), client = make_socket(family, SOCK_STREAM), server;
	long long before = count_of("Tcp.RetransSegs");

	(void)bytes;
	check(listen(listener, 16), "listen");
	check(setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter), "filter");
	check(fcntl(client, F_SETFL, O_NONBLOCK), "nonblock");
	if (connect(client, (struct sockaddr *)&a.s, a.len) == 0 || errno != EINPROGRESS)
		die("connect");
	await("Tcp.RetransSegs", before + n);
	check(setsockopt(listener, SOL_SOCKET, SO_DETACH_FILTER, &filter, sizeof filter), "no filter");
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	check(server, "accept");
	close(client);
	close(server);
	close(listener);
}

// The server closes with data unread, so that the client is reset.
static void op_reset(int family, long n, long bytes)
{
	struct address a = loopback(family, PORT);
	int listener = bound_socket(family, SOCK_STREAM);

	check(listen(listener, 16), "listen");
	for (long i = 0; i < n; i++) {
		int client = make_socket(family, SOCK_STREAM), server;

		check(connect(client, (struct sockaddr *)&a.s, a.len), "connect");
		server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		check(write(client, buffer, (size_t)bytes), "write");
		check(recv(server, buffer, 1, MSG_PEEK), "peek");	// it is reset for what was not read
		close(server);
		if (read(client, buffer, 1) >= 0 || errno != ECONNRESET)
			die("not reset");
		close(client);
	}
	close(listener);
}

static void op_mtu(int mtu, long n, long bytes)
{
	(void)n;
	(void)bytes;
	bring_up(mtu);
}

static const struct operation {
	const char *name;
	void (*run)(int family, long n, long bytes);
} operations[] = {
	{ "udp", op_udp },
	{ "udpclosed", op_udpclosed },
	{ "tcp", op_tcp },
	{ "refused", op_refused },
	{ "bulk", op_bulk },
	{ "reset", op_reset },
	{ "late", op_late },
	{ "resend", op_resend },
	{ "resyn", op_resyn },
	{ "mtu", op_mtu },
};

static int run(char *text)
{
	const char *name = strtok(text, ","), *family = strtok(NULL, ","), *n = strtok(NULL, ",");
	const char *bytes = strtok(NULL, ",");

	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		if (!name || !family || strcmp(operations[i].name, name) != 0)
			continue;
		operations[i].run(atoi(family), n ? atol(n) : 1, bytes ? atol(bytes) : 1);
		settle();
		return 0;
	}
	return -EINVAL;
}

int main(int argc, char **argv)
{
	static struct counters before, after;
	struct stat ns;
	char c;

	check(unshare(CLONE_NEWNET), "unshare");
	bring_up(65536);
	check(stat("/proc/self/ns/net", &ns), "netns");
	printf("netns %llu\n", (unsigned long long)ns.st_ino);
	fflush(stdout);
	if (read(0, &c, 1) != 1)
		return EXIT_FAILURE;
	read_counters(&before);
	for (int i = 1; i < argc; i++)
		if (run(argv[i]) < 0)
			return EXIT_FAILURE;
	read_counters(&after);
	for (int i = 0; i < after.n; i++)
		printf("%s %lld\n", after.list[i].name, after.list[i].value - value_of(&before, after.list[i].name));
	return 0;
}
