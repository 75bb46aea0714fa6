// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The listening socket, see listen.h. It is bound under another name and
// renamed when it listens, so that a client never meets one that refuses.

#include "daemon/listen.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int set_address(struct sockaddr_un *a, const char *path)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof a->sun_path)
		return -ENAMETOOLONG;
	memcpy(a->sun_path, path, strlen(path) + 1);
	return 0;
}

static int open_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

// Whether somebody accepts connections there.
static bool answers(const struct sockaddr_un *a)
{
	CLEANUP(closep) int fd = open_socket();

	return fd >= 0 && (!connect(fd, (const struct sockaddr *)a, sizeof *a) || errno == EAGAIN);
}

static int check_path(const char *path, const struct sockaddr_un *a, struct reason *why)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode)) {
		reason_set(why, "%s exists and is not a socket", path);
		return -EEXIST;
	}
	if (answers(a)) {
		reason_set(why, "a daemon is already listening on %s", path);
		return -EADDRINUSE;
	}
	return 0;
}

static int bind_at(int fd, const char *path)
{
	struct sockaddr_un a;
	int r = set_address(&a, path);

	if (r < 0)
		return r;
	unlink(path);
	// Anybody may connect: the policy answers, with a reason.
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || chmod(path, 0666) < 0 ||
	    listen(fd, SOMAXCONN) < 0)
		return -errno;
	return 0;
}

int listen_at(const char *path, struct reason *why)
{
	CLEANUP(freep) char *temporary = NULL;
	CLEANUP(closep) int fd = -1;
	struct sockaddr_un a;
	int r;

	reason_set(why, "%s", "");
	r = set_address(&a, path);
	if (r >= 0)
		r = check_path(path, &a, why);
	if (r >= 0 && asprintf(&temporary, "%s.%d", path, getpid()) < 0)
		r = -ENOMEM;
	if (r >= 0)
		r = fd = open_socket();
	if (r >= 0)
		r = bind_at(fd, temporary);
	if (r >= 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0) {
		if (temporary)
			unlink(temporary);
		if (!*why->text)
			reason_set(why, "cannot listen on %s: %s", path, strerror(-r));
		return r;
	}
	r = fd;
	fd = -1;	// the caller's
	return r;
}
