// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/open.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "daemon/util.h"

enum { OVERLAYFS_MAGIC = 0x794c7630, FUSE_MAGIC = 0x65735546 };

#define BTRFS_MAGIC 0x9123683EL

static int open_path(int dir, const char *path, uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = resolve };
	int fd = (int)syscall(__NR_openat2, dir, path, &how, sizeof how);

	return fd < 0 ? -errno : fd;
}

static int open_root(int process)
{
	int fd = process < 0 ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) :
		openat(process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

// From a place of a file to the file. 0 < size: an empty one has nothing to say.
static int open_place(int place, struct file_key *key)
{
	char link[32];
	struct statfs fs;
	struct stat st;
	int fd;

	if (fstat(place, &st) < 0 || fstatfs(place, &fs) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || fs.f_type == FUSE_MAGIC)
		return -EACCES;
	snprintf(link, sizeof link, "/proc/self/fd/%d", place);
	fd = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*key = (struct file_key){ st.st_dev, st.st_ino, (uint64_t)st.st_size,
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec };
	return fd;
}

// File systems made of others show another device than their mappings do.
static bool has_devices(int place)
{
	struct statfs fs;

	return fstatfs(place, &fs) == 0 && fs.f_type != OVERLAYFS_MAGIC && fs.f_type != BTRFS_MAGIC;
}

static bool is_same(int place, const struct mapped_name *m)
{
	struct stat st;

	if (fstat(place, &st) < 0 || st.st_ino != m->inode)
		return false;
	return (major(st.st_dev) == m->major && minor(st.st_dev) == m->minor) || !has_devices(place);
}

static int open_same(int place, const struct mapped_name *m, struct file_key *key)
{
	CLEANUP(closep) int p = place;

	if (place < 0)
		return place;
	return is_same(p, m) ? open_place(p, key) : -ESTALE;
}

// What is at an address now may be another program's. Layers may change the inode's number.
static int open_by_address(int process, const struct mapped_name *m, struct file_key *key)
{
	CLEANUP(closep) int place = -1;
	char name[64];
	struct stat st;

	snprintf(name, sizeof name, "map_files/%" PRIx64 "-%" PRIx64, m->start, m->end);
	place = openat(process, name, O_PATH | O_CLOEXEC);
	if (place < 0 || fstat(place, &st) < 0)
		return -errno;
	return st.st_ino == m->inode || !has_devices(place) ? open_place(place, key) : -ESTALE;
}

int open_named(int process, const struct mapped_name *m, struct file_key *key)
{
	CLEANUP(closep) int root = open_root(process);

	if (root < 0)
		return root;
	if (m->path[0] != '/')
		return -ENOENT;
	return open_same(open_path(root, m->path + 1, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS), m, key);
}

static int open_program(int process, const struct mapped_name *m, struct file_key *key)
{
	int place = openat(process, "exe", O_PATH | O_CLOEXEC);

	return open_same(place < 0 ? -errno : place, m, key);
}

int open_mapped(int process, const struct mapped_name *m, struct file_key *key)
{
	int fd = open_by_address(process, m, key);

	if (fd < 0)
		fd = open_named(process, m, key);
	return fd < 0 ? open_program(process, m, key) : fd;
}

int open_in_root(int process, const char *path, struct file_key *key)
{
	CLEANUP(closep) int root = open_root(process);
	CLEANUP(closep) int place = -1;

	if (root < 0)
		return root;
	place = open_path(root, path, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	return place < 0 ? place : open_place(place, key);
}

int open_perf_map(int process, pid_t inner, uid_t uid, struct file_key *key)
{
	CLEANUP(closep) int fd = -1;
	char path[64];
	struct stat st;
	int r;

	snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)inner);
	fd = open_in_root(process, path, key);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || st.st_uid != uid)
		return -EACCES;
	r = fd;
	fd = -1;
	return r;
}
