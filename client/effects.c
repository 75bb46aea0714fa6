// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Commands and files, see effects.h. The descriptor of the output stays the
// same; other files are put in its place, so that commands write there, too.

#include "client/effects.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct effects {
	int fd;
	int first;	// a copy of the first output, -1: it is in place
};

int effects_new(int fd, struct effects **effectsp)
{
	struct effects *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	*e = (struct effects){ fd, -1 };
	*effectsp = e;
	return 0;
}

struct effects *effects_free(struct effects *e)
{
	if (e && e->first >= 0)
		close(e->first);
	free(e);
	return NULL;
}

// In the child: signals as they were before we began to catch them.
static void run_shell(const char *command)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

int effects_system(const char *command)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_shell(command);
	while (waitpid(pid, NULL, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int effects_reopen(struct effects *e, const char *path)
{
	int r = 0, new = e->first;

	if (*path) {
		new = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (new < 0)
			return -errno;
	}
	if (new < 0)
		return 0;
	if (e->first < 0) {
		e->first = fcntl(e->fd, F_DUPFD_CLOEXEC, 0);
		if (e->first < 0)
			r = -errno;
	}
	if (r == 0 && dup2(new, e->fd) < 0)
		r = -errno;
	close(new);
	if (new == e->first)
		e->first = -1;
	return r;
}

int effects_truncate(struct effects *e)
{
	struct stat st;

	if (fstat(e->fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	return ftruncate(e->fd, 0) < 0 || lseek(e->fd, 0, SEEK_SET) < 0 ? -errno : 0;
}
