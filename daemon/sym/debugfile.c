// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/debugfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/util.h"

#define DEBUG_ROOT "/usr/lib/debug"

enum { PATH_SIZE = 4096 + 512, BUILD_ID_MAX = 32 };

static int open_by_build_id(int process, const struct debug_name *name, struct file_key *key)
{
	char path[sizeof DEBUG_ROOT + 32 + 2 * BUILD_ID_MAX];
	size_t n;

	if (name->nbuild_id < 2 || name->nbuild_id > BUILD_ID_MAX)
		return -ENOENT;
	n = (size_t)snprintf(path, sizeof path, DEBUG_ROOT "/.build-id/%02x/", name->build_id[0]);
	for (size_t i = 1; i < name->nbuild_id; i++)
		n += (size_t)snprintf(path + n, sizeof path - n, "%02x", name->build_id[i]);
	snprintf(path + n, sizeof path - n, ".debug");
	return open_in_root(process, path, key);
}

static int open_by_link(int process, const char *file, const struct file_key *itself,
	const struct debug_name *name, struct file_key *key)
{
	static const char *const ways[] = { "%.*s/%s", "%.*s/.debug/%s", DEBUG_ROOT "%.*s/%s" };
	const char *slash = strrchr(file, '/');
	char path[PATH_SIZE];
	int fd = -ENOENT;

	if (!slash || !name->link[0])
		return -ENOENT;
	for (size_t i = 0; fd < 0 && i < NELEMS(ways); i++) {
		snprintf(path, sizeof path, ways[i], (int)(slash - file), file, name->link);
		fd = open_in_root(process, path, key);
		if (fd >= 0 && key->device == itself->device && key->inode == itself->inode) {
			close(fd);
			fd = -ENOENT;
		}
	}
	return fd;
}

int debug_open(int process, const char *path, const struct file_key *file,
	const struct debug_name *name, struct file_key *key)
{
	int fd = open_by_build_id(process, name, key);

	return fd < 0 ? open_by_link(process, path, file, name, key) : fd;
}
