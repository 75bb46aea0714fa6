// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the programs that make traffic share: errors that end the program, the loopback device, and what the kernel has counted
// in the network namespace: "Tcp.OutSegs", "TcpExt.ListenDrops", "6.Ip6InReceives".

enum { MAX_COUNTERS = 1024 };

struct counters {
	struct {
		char name[96];
		long long value;
	} list[MAX_COUNTERS];
	int n;
};

void die(const char *what) __attribute__((noreturn));
void check(long r, const char *what);
void bring_up(int mtu);
void read_counters(struct counters *c);
long long value_of(const struct counters *c, const char *name);
