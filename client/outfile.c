// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See outfile.h.

#include "client/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int write_fd(int fd, const void *data, size_t len)
{
	int r = fd < 0 ? -errno : write_all(fd, data, len);

	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = -errno;
	return r;
}

// path is where a link of that name leads, so that the link stays.
static int replace(const char *path, mode_t mode, const void *data, size_t len)
{
	char temp[PATH_MAX];
	int fd, r;

	if (snprintf(temp, sizeof(temp), "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	r = write_fd(fd, data, len);
	if (r == 0 && rename(temp, path) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		unlink(temp);
	return r;
}

int outfile_write(const char *path, const void *data, size_t len)
{
	char real[PATH_MAX];
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT ? replace(path, 0666, data, len) : -errno;
	if (!S_ISREG(st.st_mode))
		return write_fd(open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC), data, len);
	if (access(path, W_OK) < 0 || !realpath(path, real))
		return -errno;
	return replace(real, st.st_mode & 0777, data, len);
}
