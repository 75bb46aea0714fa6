// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// files STRSIZE: opens files of all kinds in the current directory, says what
// /proc shows of each, as D should print it, and calls getpgid(FD) for it:
// NUMBER|path|name|directory|offset|flags|file system|mount point. Starts on a
// line from stdin and ends with "end".

#include <fcntl.h>
#include <limits.h>
#include <linux/memfd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { DEEP = 40 };

struct mounted {
	char point[PATH_MAX], type[64];
};

// The mount of this number, from mountinfo: "ID PARENT DEV ROOT POINT OPTIONS ... - TYPE".
static bool mount_of(int id, struct mounted *m)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char line[PATH_MAX * 3];
	bool found = false;
	int n;

	while (f && !found && fgets(line, sizeof line, f)) {
		const char *dash = strstr(line, " - ");

		found = sscanf(line, "%d %*d %*s %*s %4095s", &n, m->point) == 2 && n == id && dash &&
			sscanf(dash, " - %63s", m->type) == 1;
	}
	if (f)
		fclose(f);
	return found;
}

static void fd_info(int fd, long *pos, unsigned *flags, int *mount)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f)) {
		sscanf(line, "pos: %ld", pos);
		sscanf(line, "flags: %o", flags);
		sscanf(line, "mnt_id: %d", mount);
	}
	if (f)
		fclose(f);
}

// As much of a path as D shows.
static const char *fit(const char *path, size_t strsize)
{
	static char buf[PATH_MAX + 4];
	size_t n = strlen(path);

	if (n < strsize)
		return path;
	snprintf(buf, sizeof buf, "...%s", path + n - (strsize - 4));
	return buf;
}

static void full_path(int fd, char *out)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, out, PATH_MAX);
	out[n < 0 ? 0 : n] = 0;
}

// Process descriptors have a file system of their own since 6.9.
static const char *pseudo_type(int fd, const char *path)
{
	struct statfs fs;
	bool pidfs = fstatfs(fd, &fs) == 0 && fs.f_type == 0x50494446;

	return strstr(path, "pipe:") == path ? "pipefs" : strstr(path, "socket:") == path ? "sockfs" :
	       strstr(path, "mnt:") == path ? "nsfs" : strstr(path, "/memfd:") == path ? "tmpfs" :
	       pidfs ? "pidfs" : "anon_inodefs";
}

// name: where it is not the end of the path.
static void say(int fd, size_t strsize, const char *name)
{
	char path[PATH_MAX + 1], dir[PATH_MAX + 1];
	struct mounted m = { "<unknown>", "" };
	unsigned flags = 0;
	long pos = 0;
	int mount = -1;
	bool pseudo;

	full_path(fd, path);
	fd_info(fd, &pos, &flags, &mount);
	pseudo = !mount_of(mount, &m);
	strcpy(dir, fit(path, strsize));
	*(strrchr(dir, '/') ? strrchr(dir, '/') : dir) = 0;
	if (!name)
		name = strrchr(path, '/') && path[1] ? strrchr(path, '/') + 1 : path;
	printf("%d|%s|%s|%s|%ld|%o|%s|%s\n", fd, fit(path, strsize), name,
	       pseudo ? "<unknown>" : *dir ? dir : "/", pos, flags & ~(unsigned)O_CLOEXEC,
	       pseudo ? pseudo_type(fd, path) : m.type, pseudo ? "<unknown>" : m.point);
	fflush(stdout);
	syscall(SYS_getpgid, fd);
}

static int deep_file(void)
{
	int dir = open(".", O_PATH | O_DIRECTORY), fd;

	for (int i = 0; i < DEEP; i++) {
		char name[32];

		snprintf(name, sizeof name, "directory%d", i);
		mkdirat(dir, name, 0700);
		fd = openat(dir, name, O_PATH | O_DIRECTORY);
		close(dir);
		dir = fd;
	}
	fd = openat(dir, "leaf", O_CREAT | O_RDWR, 0600);
	close(dir);
	return fd;
}

static void files(size_t size)
{
	int fd = open("plain", O_CREAT | O_RDWR | O_TRUNC, 0600);

	lseek(fd, 1234567, SEEK_SET);
	say(fd, size, "plain");
	say(open("plain", O_WRONLY | O_APPEND | O_NONBLOCK), size, "plain");
	rename("plain", "other");
	say(fd, size, "other");
	unlink("other");
	say(fd, size, "other");
	say(open(".", O_RDONLY | O_DIRECTORY), size, NULL);
	say(open("/proc/self/status", O_RDONLY), size, "status");
	say(open("/proc", O_RDONLY), size, "proc");
	say(open("/dev/null", O_WRONLY), size, "null");
	if (symlink("nowhere", "link") < 0)
		perror("link");
	say(open("link", O_PATH | O_NOFOLLOW), size, "link");
	say(deep_file(), size, "leaf");
}

static void others(size_t size)
{
	int two[2], list[16], n = 0;

	if (pipe(two) < 0)
		perror("pipe");
	list[n++] = two[0];
	list[n++] = two[1];
	socketpair(AF_UNIX, SOCK_STREAM, 0, two);
	list[n++] = two[0];
	list[n++] = socket(AF_INET, SOCK_DGRAM, 0);
	list[n++] = eventfd(0, 0);
	list[n++] = epoll_create1(EPOLL_CLOEXEC);
	list[n++] = open("/proc/self/ns/mnt", O_RDONLY);
	list[n++] = memfd_create("memory", MFD_CLOEXEC);
	list[n++] = (int)syscall(SYS_pidfd_open, getpid(), 0);
	for (int i = 0; i < n; i++)
		say(list[i], size, NULL);
	say(open("/", O_RDONLY), size, NULL);
}

int main(int argc, char **argv)
{
	size_t strsize = argc > 1 ? strtoul(argv[1], NULL, 0) : 256;
	char cwd[PATH_MAX];

	if (getchar() == EOF)
		return 1;
	files(strsize);
	others(strsize);
	if (getcwd(cwd, sizeof cwd))
		printf("%s|/\n", fit(cwd, strsize));
	fflush(stdout);
	syscall(SYS_getpgid, -1);
	return 0;
}
