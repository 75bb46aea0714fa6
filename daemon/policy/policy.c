// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Policy, see policy.h. In this version there is one class: uid 0 and the
// members of one group may do everything.

#include "daemon/policy/policy.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>

int policy_init(struct policy *p, const char *group)
{
	struct group *g;

	*p = (struct policy){ 0 };
	if (!*group)
		return 0;
	g = getgrnam(group);
	if (!g)
		return -ENOENT;
	p->has_group = true;
	p->group = g->gr_gid;
	snprintf(p->group_name, sizeof p->group_name, "%s", group);
	return 0;
}

static bool is_member(const struct peer *peer, gid_t group)
{
	if (peer->gid == group)
		return true;
	for (size_t i = 0; i < peer->ngroups; i++) {
		if (peer->groups[i] == group)
			return true;
	}
	return false;
}

static const char *const right_text[RIGHT_N] = {
	[RIGHT_NONE] = "connect",
	[RIGHT_LIST] = "use dtraced",
	[RIGHT_TRACE] = "trace",
	[RIGHT_KERNEL_NAMES] = "see names of kernel addresses",
};

enum verdict policy_check(
	const struct policy *p, const struct peer *peer, enum right right, struct reason *why)
{
	if (right == RIGHT_NONE || peer->uid == 0 || (p->has_group && is_member(peer, p->group)))
		return VERDICT_ALLOW;
	if (p->has_group)
		reason_set(why, "uid %u may not %s: that takes root or membership of the group '%s'",
			peer->uid, right_text[right], p->group_name);
	else
		reason_set(why, "uid %u may not %s: that takes root, as dtraced has no group "
			"(see its option --group)", peer->uid, right_text[right]);
	return VERDICT_DENY;
}

// As with tracing: who may trace at all may trace all processes.
struct policy_scope policy_scope(const struct policy *p, const struct peer *peer)
{
	struct reason why;

	return (struct policy_scope){
		.all = policy_check(p, peer, RIGHT_TRACE, &why) == VERDICT_ALLOW, .uid = peer->uid };
}

bool policy_in_scope(const struct policy_scope *scope, bool owned, uid_t owner)
{
	return scope->all || (owned && owner == scope->uid);
}

struct policy_scope policy_process_scope(const struct peer *peer)
{
	return (struct policy_scope){ .all = peer->uid == 0, .uid = peer->uid };
}

enum verdict policy_check_process(const struct peer *peer, pid_t pid, uid_t owner, struct reason *why)
{
	struct policy_scope scope = policy_process_scope(peer);

	if (policy_in_scope(&scope, true, owner))
		return VERDICT_ALLOW;
	reason_set(why, "uid %u may not have probes in process %d: it is another user's, or it has other rights than "
		"the user's own, as setuid programs have", peer->uid, pid);
	return VERDICT_DENY;
}

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

void peer_deinit(struct peer *peer)
{
	free(peer->groups);
	peer->groups = NULL;
	peer->ngroups = 0;
}
