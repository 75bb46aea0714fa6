// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// available_events: a line "SYSTEM:TRACEPOINT" each, in one file; the directories
// say the same with a thousand calls. The names live in the arena.

#include "providers/shared/tracefs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/base/vec.h"

struct event {
	const char *name, *system;
};

struct event_systems {
	struct arena *arena;
	VEC(struct event) events;
};

static void closep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static void freep(char **p)
{
	free(*p);
}

static void add_event(struct event_systems *s, char *line)
{
	char *colon = strchr(line, ':');
	struct event e;

	if (!colon)
		return;
	*colon = '\0';
	colon[1 + strcspn(colon + 1, "\n")] = '\0';
	// The events of single system calls are no tracepoints.
	if (strcmp(line, "syscalls") == 0)
		return;
	e.name = arena_strndup(s->arena, colon + 1, strlen(colon + 1));
	// Those of a system follow each other.
	e.system = s->events.n ? s->events.v[s->events.n - 1].system : "";
	if (strcmp(e.system, line) != 0)
		e.system = arena_strndup(s->arena, line, strlen(line));
	vec_push(s->arena, &s->events, e);
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
	__attribute__((cleanup(closep))) FILE *f =
		fopen(arena_printf(a, "%s/available_events", path), "re");
	__attribute__((cleanup(freep))) char *line = NULL;
	struct event_systems *s = ARENA_NEW(a, struct event_systems);
	size_t size = 0;

	if (!f)
		return -errno;
	s->arena = a;
	while (getline(&line, &size, f) > 0)
		add_event(s, line);
	if (ferror(f))
		return -EIO;
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
