// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Connecting, see connect.h.

#include "client/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/version.h"

#ifndef DT_SBINDIR
#define DT_SBINDIR "/usr/sbin"
#endif

enum { PRIVATE_FD = 3, EXIT_NO_EXEC = 127 };

// The environment is not believed when we run with more rights than the caller.
static const char *socket_path(void)
{
	const char *env = getauxval(AT_SECURE) ? NULL : getenv("DTRACED_SOCKET");

	return env && *env ? env : DTRACED_SOCKET_PATH;
}

static int connect_path(const char *path, int *fdp)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, r;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	*fdp = fd;
	return 0;
}

// Only root's daemon, or our own, may see what we send and feed our terminal.
static bool trusted_peer(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 &&
	       (cred.uid == 0 || cred.uid == getuid());
}

// ---- private mode ----------------------------------------------------------

// dtraced beside our own executable, else where it is installed.
static void daemon_path(char *path, size_t n)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (len > 0) {
		exe[len] = '\0';
		slash = strrchr(exe, '/');
		if (slash) {
			snprintf(path, n, "%.*s/dtraced", (int)(slash - exe), exe);
			if (access(path, X_OK) == 0)
				return;
		}
	}
	snprintf(path, n, "%s", DT_SBINDIR "/dtraced");
}

// In the child: a process group of its own, so that ^C reaches us alone and the
// daemon ends when our end of the socket closes.
static void run_private(const char *path, const char *option, int fd)
{
	int null = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (fd == PRIVATE_FD)
		fcntl(fd, F_SETFD, 0);
	else
		dup2(fd, PRIVATE_FD);
	execl(path, "dtraced", option, "3", (char *)NULL);
	fprintf(stderr, "dtrace: failed to run %s: %s\n", path, strerror(errno));
	_exit(EXIT_NO_EXEC);
}

static int start_private(const char *option, int *fdp)
{
	char path[PATH_MAX + 16];
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	daemon_path(path, sizeof(path));
	pid = fork();
	if (pid == 0)
		run_private(path, option, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return -errno;
	}
	*fdp = fds[0];
	return 0;
}

static int connect_or(bool private, int *fdp)
{
	const char *path = socket_path();
	int r = connect_path(path, fdp);

	if (r == 0 && trusted_peer(*fdp))
		return 0;
	if (r == 0) {
		close(*fdp);
		fprintf(stderr, "dtrace: the daemon at %s runs neither as root nor as you; refusing to use it\n", path);
		return 1;
	}
	if (private && (r == -ENOENT || r == -ECONNREFUSED) && geteuid() == 0)
		return start_private("--private", fdp);
	fprintf(stderr, "dtrace: cannot reach dtraced at %s: %s; %s\n", path, strerror(-r),
		r == -EACCES ? "join the group that owns the socket, or run dtrace as root" :
		private ? "start it with 'systemctl start dtraced.socket', or run dtrace as root" :
		"start it with 'systemctl start dtraced.socket'");
	return 1;
}

int connect_daemon(int *fdp)
{
	return connect_or(true, fdp);
}

int connect_service(int *fdp)
{
	return connect_or(false, fdp);
}

int connect_maker(int *fdp)
{
	return start_private("--make", fdp);
}
