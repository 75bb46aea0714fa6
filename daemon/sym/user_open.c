// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Opening what a group of addresses is in, see user_job.h.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "daemon/sym/debugfile.h"
#include "daemon/sym/image.h"
#include "daemon/sym/open.h"
#include "daemon/sym/user_job.h"
#include "daemon/util.h"

enum { CRASHES = 2 };

void group_close(struct group *g)
{
	g->fd = close_fd(g->fd);
	g->debug = close_fd(g->debug);
	g->dir = close_fd(g->dir);
}

// A copy of ours: it is the same in all processes of this width.
static int open_vdso(const struct user *u, const struct group *g, struct file_key *key)
{
	int fd = g->end - g->start == u->vdso_size && u->vdso >= 0 ? fcntl(u->vdso, F_DUPFD_CLOEXEC, 3) : -ENOENT;

	*key = (struct file_key){ .device = UINT64_MAX, .inode = 1, .size = u->vdso_size };
	return fd;
}

static int open_perf(const struct group *g, int dir, struct file_key *key)
{
	return g->proc->inner ? open_perf_map(dir, g->proc->inner, g->proc->uid, key) : -ESRCH;
}

static struct mapped_name name_of(const struct group *g)
{
	return (struct mapped_name){ g->start, g->end, g->file->major, g->file->minor, g->file->inode,
		g->file->path };
}

// The process is gone: who else sees the file? One has the inode or has not, so that
// it does not matter whom one asks.
static int open_elsewhere(struct group *g, struct file_key *key)
{
	const struct mapped_name name = name_of(g);
	int dirs[PROC_VIEWS];
	size_t n = proc_open_views(g->proc, dirs);
	int fd = -ENOENT;

	for (size_t i = 0; i < n; i++) {
		if (fd < 0)
			fd = g->perf_map ? open_perf(g, dirs[i], key) : open_named(dirs[i], &name, key);
		if (fd >= 0 && g->dir < 0)
			g->dir = dirs[i];
		else
			close_fd(dirs[i]);
	}
	return fd < 0 && !g->perf_map ? open_named(-1, &name, key) : fd;
}

static int open_file(const struct user *u, struct group *g, struct file_key *key)
{
	const struct mapped_name name = name_of(g);

	if (!g->perf_map && !g->file->inode)
		return open_vdso(u, g, key);
	g->dir = proc_open(g->proc);
	if (g->dir < 0)
		return open_elsewhere(g, key);
	return g->perf_map ? open_perf(g, g->dir, key) : open_mapped(g->dir, &name, key);
}

// It cannot be opened any more, but may have been before.
static int use_known(struct user *u, struct group *g)
{
	g->symfile = g->perf_map ? NULL : symfiles_by_id(&u->symfiles, g->file->symfile);
	return g->symfile && g->symfile->loaded ? 0 : -ENOENT;
}

int group_open(struct user *u, struct group *g)
{
	struct file_key key;

	g->fd = open_file(u, g, &key);
	if (g->fd < 0) {
		g->fd = -1;
		group_close(g);
		return use_known(u, g);
	}
	g->symfile = symfiles_get(&u->symfiles, g->perf_map ? SYMFILE_PERF_MAP : SYMFILE_ELF, &key, NULL);
	if (!g->symfile || g->symfile->crashes >= CRASHES) {
		group_close(g);
		return -EIO;
	}
	return g->perf_map || g->symfile->identified ? group_open_debug(u, g) : 1;
}

// ---- debug files -----------------------------------------------------------

static void find_debug(struct user *u, struct group *g)
{
	const struct debug_name name = { g->symfile->build_id, g->symfile->nbuild_id, g->symfile->link };
	struct symfile *with;
	struct file_key key;
	int fd = debug_open(g->dir, g->file->path, &g->symfile->file, &name, &key);

	if (fd < 0)
		return;
	with = symfiles_get(&u->symfiles, SYMFILE_ELF, &g->symfile->file, &key);
	if (!with || with->crashes >= CRASHES) {
		close(fd);
		return;
	}
	g->symfile = with;
	g->debug = fd;
}

int group_open_debug(struct user *u, struct group *g)
{
	if (g->symfile->wants_debug)
		find_debug(u, g);
	if (!g->perf_map)
		g->file->symfile = g->symfile->id;
	if (g->symfile->loaded)
		group_close(g);
	return 0;
}
