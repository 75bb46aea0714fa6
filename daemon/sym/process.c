// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/util.h"

enum {
	TEXT_MAX = 16 << 20,
	PIECE = 1 << 16,		// more than a line can be
	NS_PER_TICK = 10000000,		// USER_HZ is 100 everywhere
	GENERATION_SHIFT = 20,
};

int process_open(pid_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

// What a small file says, with a NUL behind: its length or a negative errno.
static ssize_t read_text(int dir, const char *name, char *text, size_t size)
{
	CLEANUP(closep) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (n < 0)
		return -errno;
	text[n] = 0;
	return n;
}

// Fields 3 and 22 of stat; the name in field 2 may hold anything, so fields are counted
// from its last parenthesis.
static int read_start(int dir, struct process_facts *f)
{
	char text[1024], *p;
	uint64_t ticks;
	ssize_t n = read_text(dir, "stat", text, sizeof text);

	if (n < 0)
		return (int)n;
	p = strrchr(text, ')');
	if (p && p[1] && (p[2] == 'Z' || p[2] == 'X'))
		return -ESRCH;
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p)
		return -EBADMSG;
	ticks = strtoull(p, NULL, 10);
	f->generation = (uint32_t)(ticks * NS_PER_TICK >> GENERATION_SHIFT);
	f->last = (uint32_t)(((ticks + 1) * NS_PER_TICK - 1) >> GENERATION_SHIFT);
	return 0;
}

static const char *line_of(const char *text, const char *key)
{
	const char *p = strstr(text, key);

	return p ? p + strlen(key) : NULL;
}

// The file system's uid is what its files get.
static int read_status(int dir, struct process_facts *f)
{
	char text[8192];
	const char *uids, *pids, *last;
	unsigned int fs;
	ssize_t n = read_text(dir, "status", text, sizeof text);

	if (n < 0)
		return (int)n;
	uids = line_of(text, "\nUid:");
	pids = line_of(text, "\nNSpid:");
	if (!uids || !pids || sscanf(uids, "%*u %*u %*u %u", &fs) != 1)
		return -EBADMSG;
	f->uid = fs;
	last = pids;
	for (const char *p = pids; *p && *p != '\n'; p++) {
		if (*p == '\t' || *p == ' ')
			last = p + 1;
	}
	f->inner = atoi(last);
	return 0;
}

int process_read_place(int dir, struct process_facts *f)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	struct stat st, ns, root;

	if (fstat(dir, &st) < 0 || fstatat(dir, "ns/mnt", &ns, 0) < 0 || fstatat(dir, "root", &root, 0) < 0)
		return -errno;
	f->owner = st.st_uid;
	f->view = ((ns.st_ino * odd ^ root.st_dev) * odd ^ root.st_ino) | 1;
	return 0;
}

int process_read_facts(int dir, struct process_facts *f)
{
	int r = process_read_place(dir, f);

	if (r == 0)
		r = read_start(dir, f);
	return r < 0 ? r : read_status(dir, f);
}

bool process_is(uint32_t generation, uint32_t last, sym_process p)
{
	return sym_process_generation(p) - generation <= last - generation;
}

bool process_began(const struct process_facts *f, uint64_t ticks)
{
	return f->generation == (uint32_t)(ticks * NS_PER_TICK >> GENERATION_SHIFT);
}

// ---- maps ------------------------------------------------------------------

// "start-end perms offset major:minor inode   path"
static bool parse_line(char *line, struct process_mapping *m)
{
	char perms[5];
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &m->start,
			&m->end, perms, &m->offset, &m->major, &m->minor, &m->inode, &at) != 7)
		return false;
	m->executable = perms[2] == 'x';
	m->path = line + at;
	return m->start < m->end;
}

// The kernel writes the newlines of a path as \012.
static void unescape(char *path)
{
	char *to = path;

	for (const char *p = path; *p; to++) {
		bool newline = strncmp(p, "\\012", 4) == 0;

		*to = newline ? '\n' : *p;
		p += newline ? 4 : 1;
	}
	*to = 0;
}

// Whole lines at the start of the text; what was used of it.
static size_t pass_lines(char *text, int (*fn)(void *, const struct process_mapping *), void *arg, int *r)
{
	char *line = text, *end;

	while (*r == 0 && (end = strchr(line, '\n'))) {
		struct process_mapping m;

		*end = 0;
		if (parse_line(line, &m)) {
			unescape((char *)m.path);
			*r = fn(arg, &m);
		}
		line = end + 1;
	}
	return (size_t)(line - text);
}

int process_read_maps(int dir, int (*fn)(void *arg, const struct process_mapping *m), void *arg)
{
	CLEANUP(closep) int fd = openat(dir, "maps", O_RDONLY | O_CLOEXEC);
	CLEANUP(freep) char *text = malloc(PIECE + 1);
	size_t have = 0, total = 0, used;
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return -errno;
	if (!text)
		return -ENOMEM;
	while (r == 0 && total < TEXT_MAX && (n = read(fd, text + have, PIECE - have)) != 0) {
		if (n < 0)
			return -errno;
		have += (size_t)n;
		total += (size_t)n;
		text[have] = 0;
		used = pass_lines(text, fn, arg, &r);
		memmove(text, text + used, have - used);
		have -= used;
		if (have == PIECE)
			return -EBADMSG;
	}
	return r;
}
