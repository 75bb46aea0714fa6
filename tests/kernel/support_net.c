// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See support_net.h.

#include "tests/kernel/support_net.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

void check(long r, const char *what)
{
	if (r < 0)
		die(what);
}

// ---- the namespace ---------------------------------------------------------

void bring_up(int mtu)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	check(fd, "socket");
	request.ifr_mtu = mtu;
	check(ioctl(fd, SIOCSIFMTU, &request), "mtu");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	check(ioctl(fd, SIOCSIFFLAGS, &request), "up");
	close(fd);
}

static void add(struct counters *c, const char *group, const char *name, long long value)
{
	if (c->n == MAX_COUNTERS)
		return;
	snprintf(c->list[c->n].name, sizeof c->list[0].name, "%s.%s", group, name);
	c->list[c->n++].value = value;
}

// Pairs of lines: "Tcp: NAME NAME ...", "Tcp: 1 2 ...".
static void read_pairs(struct counters *c, const char *path)
{
	static char names[8192], values[8192];
	FILE *f = fopen(path, "re");

	if (!f)
		die(path);
	while (fgets(names, sizeof names, f) && fgets(values, sizeof values, f)) {
		char *np, *vp, *n = strtok_r(names, ": \n", &np), *v = strtok_r(values, ": \n", &vp);
		const char *group = n;

		while ((n = strtok_r(NULL, " \n", &np)) && (v = strtok_r(NULL, " \n", &vp)))
			add(c, group, n, atoll(v));
	}
	fclose(f);
}

static void read_snmp6(struct counters *c)
{
	FILE *f = fopen("/proc/self/net/snmp6", "re");
	char name[64];
	long long value;

	while (f && fscanf(f, "%63s %lld", name, &value) == 2)
		add(c, "6", name, value);
	if (f)
		fclose(f);
}

void read_counters(struct counters *c)
{
	c->n = 0;
	read_pairs(c, "/proc/self/net/snmp");
	read_pairs(c, "/proc/self/net/netstat");
	read_snmp6(c);
}

long long value_of(const struct counters *c, const char *name)
{
	for (int i = 0; i < c->n; i++)
		if (strcmp(c->list[i].name, name) == 0)
			return c->list[i].value;
	return 0;
}
