// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// events/SYSTEM/TRACEPOINT/: two levels of directories, turned into one table
// sorted by tracepoint. The names live in the arena.

#include "providers/shared/tracefs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dlang/base/arena.h"
#include "dlang/base/vec.h"

struct event {
	const char *name, *system;
};

struct event_systems {
	struct arena *arena;
	VEC(struct event) events;
};

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static DIR *open_directory(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

// The next entry that is a directory, or NULL.
static const struct dirent *next_directory(DIR *d)
{
	const struct dirent *e;

	while ((e = readdir(d))) {
		if (e->d_name[0] != '.' && (e->d_type == DT_DIR || e->d_type == DT_UNKNOWN))
			return e;
	}
	return NULL;
}

static void read_system(struct event_systems *s, DIR *events, const char *name)
{
	__attribute__((cleanup(closedirp))) DIR *d = open_directory(dirfd(events), name);
	const char *system = arena_strndup(s->arena, name, strlen(name));
	const struct dirent *e;

	if (!d)
		return;
	while ((e = next_directory(d))) {
		const char *event = arena_strndup(s->arena, e->d_name, strlen(e->d_name));

		vec_push(s->arena, &s->events, (struct event){ event, system });
	}
}

static int compare(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : strcmp(x->system, y->system);
}

static int compare_name(const void *name, const void *b)
{
	return strcmp(name, ((const struct event *)b)->name);
}

int event_systems_read(struct arena *a, const char *path, struct event_systems **out)
{
	__attribute__((cleanup(closedirp))) DIR *d =
		open_directory(AT_FDCWD, arena_printf(a, "%s/events", path));
	struct event_systems *s = ARENA_NEW(a, struct event_systems);
	const struct dirent *e;

	if (!d)
		return -errno;
	s->arena = a;
	while ((e = next_directory(d))) {
		// The events of single system calls are no tracepoints.
		if (strcmp(e->d_name, "syscalls") != 0)
			read_system(s, d, e->d_name);
	}
	if (s->events.n)
		qsort(s->events.v, s->events.n, sizeof *s->events.v, compare);
	*out = s;
	return 0;
}

const char *event_system(const struct event_systems *e, const char *tracepoint)
{
	const struct event *found = e->events.n ? bsearch(tracepoint, e->events.v, e->events.n,
		sizeof *e->events.v, compare_name) : NULL;

	return found ? found->system : NULL;
}
