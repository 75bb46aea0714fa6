// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Facts of a peer, see peer.h.

#include "daemon/policy/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/policy/policy.h"

static int read_groups(struct peer *peer, int fd)
{
	socklen_t size = 32 * sizeof(gid_t);

	for (;;) {
		gid_t *groups = realloc(peer->groups, size);

		if (!groups)
			return -ENOMEM;
		peer->groups = groups;
		if (!getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size))
			break;
		if (errno != ERANGE)	// else size is what it takes
			return errno == ENODATA ? 0 : -errno;
	}
	peer->ngroups = size / sizeof(gid_t);
	return 0;
}

int peer_init(struct peer *peer, int fd)
{
	struct ucred c;
	socklen_t size = sizeof c;
	int r;

	*peer = (struct peer){ 0 };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &size) < 0)
		return -errno;
	peer->uid = c.uid;
	peer->gid = c.gid;
	peer->pid = c.pid;
	r = read_groups(peer, fd);
	if (r < 0)
		peer_deinit(peer);
	return r;
}

int peer_copy(struct peer *to, const struct peer *from)
{
	*to = *from;
	to->groups = malloc(from->ngroups * sizeof(gid_t) + 1);
	if (!to->groups) {
		*to = (struct peer){ 0 };
		return -ENOMEM;
	}
	if (from->ngroups)
		memcpy(to->groups, from->groups, from->ngroups * sizeof(gid_t));
	to->policy = policy_ref(from->policy);
	return 0;
}

void peer_deinit(struct peer *peer)
{
	free(peer->groups);
	peer->groups = NULL;
	peer->ngroups = 0;
	peer->policy = policy_unref(peer->policy);
	peer->role = NULL;
	peer->binding = NULL;
}
