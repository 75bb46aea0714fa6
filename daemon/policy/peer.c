// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Facts of a peer, see peer.h.

#include "daemon/policy/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <systemd/sd-login.h>

#include "daemon/log.h"

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

// ---- the process -----------------------------------------------------------

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

// Readable when the process has exited.
static bool is_alive(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

// 0 or a negative errno.
static int read_userns(pid_t pid, enum peer_userns *userns)
{
	struct stat ours, theirs;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	if (stat("/proc/self/ns/user", &ours) < 0 || stat(path, &theirs) < 0)
		return -errno;
	*userns = ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev ? PEER_USERNS_OURS : PEER_USERNS_OTHER;
	return 0;
}

static void free_texts(struct peer *peer)
{
	free(peer->cgroup);
	free(peer->unit);
	free(peer->comm);
	free(peer->exe);
	peer->cgroup = peer->unit = peer->comm = peer->exe = NULL;
}

static void forget_process(struct peer *peer)
{
	free_texts(peer);
	peer->has_loginuid = false;
	peer->userns = PEER_USERNS_OTHER;
}

// The first line of a file of the process, or NULL.
static char *read_line(pid_t pid, const char *name)
{
	CLEANUP(closep) int fd = -1;
	char path[64], line[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
	if (n < 0)
		return NULL;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return strdup(line);
}

static void read_names(struct peer *peer)
{
	CLEANUP(freep) char *login = read_line(peer->pid, "loginuid");
	char path[64], exe[PATH_MAX];
	ssize_t n;

	peer->comm = read_line(peer->pid, "comm");
	snprintf(path, sizeof path, "/proc/%d/exe", peer->pid);
	n = readlink(path, exe, sizeof exe);
	if (n > 0)
		peer->exe = strndup(exe, (size_t)n);
	peer->loginuid = login ? (uid_t)strtoul(login, NULL, 10) : (uid_t)-1;
	peer->has_loginuid = login && peer->loginuid != (uid_t)-1;
}

// All of it is of the process that the pidfd is of, if that is alive in the end.
static void read_process(struct peer *peer, int pidfd)
{
	int r = read_userns(peer->pid, &peer->userns);

	if (r == -EACCES || r == -EPERM)
		log_warning("the user namespaces of clients are not known: %s; CAP_SYS_PTRACE is missing", strerror(-r));
	else if (r < 0)
		peer->userns = PEER_USERNS_OTHER;
	sd_pid_get_cgroup(peer->pid, &peer->cgroup);
	sd_pid_get_unit(peer->pid, &peer->unit);
	read_names(peer);
	if (!is_alive(pidfd))
		forget_process(peer);
}

static void find_process(struct peer *peer, int fd)
{
	CLEANUP(closep) int pidfd = -1;
	socklen_t size = sizeof pidfd;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0)
		read_process(peer, pidfd);
	else if (errno == ESRCH || errno == EINVAL)
		forget_process(peer);
	else
		pidfd = -1;
}

// ---- life ------------------------------------------------------------------

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
	else
		find_process(peer, fd);
	return r;
}

int peer_copy(struct peer *to, const struct peer *from)
{
	*to = *from;
	to->policy = policy_ref(from->policy);
	to->groups = malloc(from->ngroups * sizeof(gid_t) + 1);
	to->cgroup = from->cgroup ? strdup(from->cgroup) : NULL;
	to->unit = from->unit ? strdup(from->unit) : NULL;
	to->comm = from->comm ? strdup(from->comm) : NULL;
	to->exe = from->exe ? strdup(from->exe) : NULL;
	if (!to->groups || !to->cgroup != !from->cgroup || !to->unit != !from->unit || !to->comm != !from->comm ||
		!to->exe != !from->exe) {
		peer_deinit(to);
		return -ENOMEM;
	}
	if (from->ngroups)
		memcpy(to->groups, from->groups, from->ngroups * sizeof(gid_t));
	return 0;
}

void peer_deinit(struct peer *peer)
{
	free(peer->groups);
	free_texts(peer);
	peer->groups = NULL;
	peer->ngroups = 0;
	peer->policy = policy_unref(peer->policy);
	peer->role = NULL;
	peer->binding = NULL;
}
