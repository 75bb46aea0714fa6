// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The service: where connections come from, what goes to dispatch, and how all of it
// begins and ends. Above it is main.c alone.

#include "daemon/server.h"

struct policy_source;

struct service {
	struct server server;
	bool stopping;
	int listen_fd, reserve_fd;	// reserve: to be able to refuse when fds run out
	struct event *listener, *farewell, *sigterm, *sigint, *sighup;
	const struct policy_source *policy_source;	// read again on SIGHUP; NULL: never
	char *path;			// of the socket that is ours to remove
};

// Where connections come from; exactly one is set.
struct service_source {
	const char *path;	// make a socket here
	int listen_fd;		// a listening socket (activation), or -1
	int connection_fd;	// the only connection (private mode), or -1
};

// Takes the zygote, which is running, and the policy in every case. 0; or a negative errno with
// why.
int service_init(struct service *s, struct zygote *zygote, struct policy *policy,
	struct reason *why);
int service_open(struct service *s, const struct service_source *source, struct reason *why);

// Until SIGTERM, SIGINT, or the end of the only connection.
int service_run(struct service *s);
void service_deinit(struct service *s);
