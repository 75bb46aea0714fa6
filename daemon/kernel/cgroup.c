// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Finding the version 2 hierarchy, see cgroup.h.

#include "daemon/kernel/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>

static void endmntentp(FILE **f)
{
	if (*f)
		endmntent(*f);
}

int cgroup_root_open(void)
{
	__attribute__((cleanup(endmntentp))) FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;

	if (!f)
		return -errno;
	while ((m = getmntent(f))) {
		int fd;

		if (strcmp(m->mnt_type, "cgroup2") != 0)
			continue;
		fd = open(m->mnt_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return -ENOENT;
}
