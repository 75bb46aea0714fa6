// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What processes have mapped that places are wanted in, see place_job.h.

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/place_job.h"
#include "daemon/sym/process.h"
#include "daemon/util.h"
#include "providers/glob.h"

#define DELETED " (deleted)"

enum {
	VERSION_PARTS = 8,		// of a library's name
	SLICE_NS = 5000000,		// of comparing names, which users can make slow
};

// ---- processes -------------------------------------------------------------

// known: how many of those that are there it may be one of.
static int add_process(struct places_job *j, pid_t pid, size_t known)
{
	struct place_process *v;

	for (size_t i = 0; i < known; i++) {
		if (j->processes[i].pid == pid)
			return 0;
	}
	v = reallocarray(j->processes, j->nprocesses + 1, sizeof *v);
	if (!v)
		return -ENOMEM;
	v[j->nprocesses++] = (struct place_process){ pid, -1 };
	j->processes = v;
	return 0;
}

static int add_everybody(struct places_job *j)
{
	CLEANUP(closedirp) DIR *proc = opendir("/proc");
	size_t known = j->nprocesses;
	struct dirent *d;
	int r = 0;

	if (!proc)
		return -errno;
	while (r == 0 && (d = readdir(proc))) {
		if (isdigit((unsigned char)d->d_name[0]))
			r = add_process(j, atoi(d->d_name), known);
	}
	return r;
}

// Of those that may have something new.
static int add_again(struct places_job *j)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->again->npids; i++)
		r = add_process(j, j->again->pids[i], j->nprocesses);
	return r;
}

int place_processes(struct places_job *j)
{
	bool all = false;
	int r = 0;

	if (j->again && j->again->npids)
		return add_again(j);

	for (size_t i = 0; r == 0 && i < j->nqueries; i++) {
		all |= j->queries[i].want.pid < 0;
		if (j->queries[i].want.pid >= 0)
			r = add_process(j, j->queries[i].want.pid, j->nprocesses);
	}
	if (r < 0 || !all)
		return r;
	if (!j->scope.all) {
		reason_set(&j->why, "probes in all processes are for root; name a process, as in provider1234:::");
		return -EPERM;
	}
	return add_everybody(j);
}

static bool is_asked_by_number(const struct places_job *j, pid_t pid)
{
	for (size_t i = 0; i < j->nqueries; i++) {
		if (j->queries[i].want.pid == pid)
			return true;
	}
	return false;
}

static uint64_t asked_of(const struct places_job *j, pid_t pid)
{
	uint64_t asked = 0;

	for (size_t i = 0; i < j->nqueries; i++) {
		if (j->queries[i].want.pid < 0 || j->queries[i].want.pid == pid)
			asked |= UINT64_C(1) << i;
	}
	return asked;
}

// ---- objects ---------------------------------------------------------------

// The alias rule for libraries: what is behind ".so" may be left out at a full stop, and ".so".
static bool matches_library(const char *pattern, const char *name)
{
	const char *so = strstr(name, ".so");
	char text[NAME_MAX + 1];
	int parts = 0;

	for (const char *p = so; p && *p && parts < VERSION_PARTS; p++) {
		if (*p != '.' || (size_t)(p - name) >= sizeof text)
			continue;
		parts++;
		memcpy(text, name, (size_t)(p - name));
		text[p - name] = 0;
		if (glob_match(pattern, text))
			return true;
	}
	return false;
}

static bool matches_object(const char *pattern, const char *name, bool executable)
{
	return !pattern || !*pattern || glob_match(pattern, name) || matches_library(pattern, name) ||
		(executable && glob_match(pattern, "a.out"));
}

// What is mapped in a process: first all of it, then, some at a time, what of it is wanted.
struct place_looking {
	pid_t pid;
	int dir;
	bool named;			// and its directory is kept
	uint64_t asked;			// the wants that mean it
	char exe[PATH_MAX];
	uint32_t seen[PLACE_OBJECTS_MAX];
	size_t nseen, next, first_new;
};

static uint32_t *slot_of(const struct places_job *j, uint32_t major, uint32_t minor, uint64_t inode,
	const char *path)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(((inode * odd ^ major) * odd ^ minor) * odd >> 32) % PLACE_TABLE;

	for (; j->table[i]; i = (i + 1) % PLACE_TABLE) {
		const struct place_object *o = &j->objects[j->table[i] - 1];

		if (o->inode == inode && o->major == major && o->minor == minor && strcmp(o->path, path) == 0)
			break;
	}
	return &j->table[i];
}

static int grow(struct places_job *j)
{
	size_t cap = j->cap ? j->cap * 2 : 32;
	struct place_object *v;

	if (j->nobjects < j->cap)
		return 0;
	v = reallocarray(j->objects, cap, sizeof *v);
	if (!v)
		return -ENOMEM;
	j->objects = v;
	j->cap = cap;
	return 0;
}

// In one line, whatever its file is called.
static char *name_of(const char *path)
{
	char name[NAME_MAX + 1], *end;

	snprintf(name, sizeof name, "%s", strrchr(path, '/') + 1);
	end = strstr(name, DELETED);
	if (end && !end[sizeof DELETED - 1])
		*end = 0;
	for (char *p = name; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	return strdup(name);
}

static int add_object(struct places_job *j, const struct process_mapping *m)
{
	struct place_object *o;

	if (j->nobjects == PLACE_OBJECTS_MAX)
		return -E2BIG;
	if (grow(j) < 0)
		return -ENOMEM;
	o = &j->objects[j->nobjects++];
	*o = (struct place_object){ .major = m->major, .minor = m->minor, .inode = m->inode,
		.start = m->start, .end = m->end, .path = strdup(m->path), .name = name_of(m->path),
		.process = (uint32_t)j->next_process, .fd = -1 };
	return o->path && o->name ? 0 : -ENOMEM;
}

static void take_address(const struct places_job *j, pid_t pid, const struct process_mapping *m, uint32_t object)
{
	for (size_t i = 0; i < j->nqueries; i++) {
		struct place_query *q = &j->queries[i];

		if (!q->at_address || q->want.pid != pid || q->address < m->start || q->address >= m->end)
			continue;
		q->at_object = object;
		q->offset = q->address - m->start + m->offset;
	}
}

static int on_mapping(void *arg, const struct process_mapping *m)
{
	struct places_job *j = arg;
	struct place_looking *l = j->looking;
	struct place_object *o;
	uint32_t *slot;

	if (!m->executable || !m->inode || m->path[0] != '/')
		return 0;
	if (j->again && !(l->asked & ~places_seen(j->again->seen, j->again->nseen, m->major, m->minor, m->inode)))
		return 0;
	slot = slot_of(j, m->major, m->minor, m->inode, m->path);
	if (!*slot) {
		int r = add_object(j, m);

		if (r < 0)
			return r;
		*slot = (uint32_t)j->nobjects;
	}
	take_address(j, l->pid, m, *slot);
	o = &j->objects[*slot - 1];
	if (o->looked != j->next_process + 1)
		l->seen[l->nseen++] = *slot - 1;
	o->looked = j->next_process + 1;
	return 0;
}

// ---- what is wanted --------------------------------------------------------

static bool wants_object(const struct place_query *q, const struct place_looking *l, const struct place_object *o,
	uint32_t index)
{
	const struct place_want *w = &q->want;

	return (!q->at_address || q->at_object == index + 1) &&
		matches_object(w->mod, o->name, strcmp(o->path, l->exe) == 0);
}

static void match(struct places_job *j, uint32_t index)
{
	struct place_object *o = &j->objects[index];

	for (size_t i = 0; i < j->nqueries; i++) {
		struct place_query *q = &j->queries[i];

		if (!(j->looking->asked >> i & 1) || !wants_object(q, j->looking, o, index))
			continue;
		o->wants |= UINT64_C(1) << i;
		q->has_object = true;
	}
}

// Those that are new with this process.
static void drop_unwanted(struct places_job *j)
{
	size_t to = j->looking->first_new;

	for (size_t i = to; i < j->nobjects; i++) {
		struct place_object *o = &j->objects[i];

		if (o->wants) {
			j->objects[to++] = *o;
			continue;
		}
		free(o->path);
		free(o->name);
	}
	j->nobjects = to;
	memset(j->table, 0, PLACE_TABLE * sizeof *j->table);
	for (size_t i = 0; i < j->nobjects; i++) {
		const struct place_object *o = &j->objects[i];

		*slot_of(j, o->major, o->minor, o->inode, o->path) = (uint32_t)i + 1;
	}
}

// ---- looking ---------------------------------------------------------------

// It may have executed another program meanwhile, with other rights.
static int check_owner(struct places_job *j, pid_t pid, int dir)
{
	struct process_facts facts;
	int r = dir < 0 ? dir : process_read_facts(dir, &facts);

	if (r < 0) {
		reason_set(&j->why, "there is no process %d", (int)pid);
		return -ESRCH;
	}
	if (policy_in_scope(&j->scope, true, facts.owner))
		return 0;
	reason_set(&j->why, "process %d is not yours to trace", (int)pid);
	return -EPERM;
}

static int read_mappings(struct places_job *j)
{
	struct place_looking *l = j->looking;
	ssize_t n = readlinkat(l->dir, "exe", l->exe, sizeof l->exe - 1);
	int r;

	l->exe[n > 0 ? n : 0] = 0;
	r = process_read_maps(l->dir, on_mapping, j);
	if (r == -E2BIG)
		reason_set(&j->why, "probes are wanted in more than %d files; say in which objects or processes",
			PLACE_OBJECTS_MAX);
	return r == -E2BIG || r == -ENOMEM ? r : 0;
}

static int begin_looking(struct places_job *j)
{
	struct place_looking *l = j->looking = calloc(1, sizeof *l);
	int r = 0;

	if (!j->table)
		j->table = calloc(PLACE_TABLE, sizeof *j->table);
	if (!l || !j->table)
		return -ENOMEM;
	l->pid = j->processes[j->next_process].pid;
	l->first_new = j->nobjects;
	l->named = is_asked_by_number(j, l->pid);
	l->asked = asked_of(j, l->pid);
	l->dir = process_open(l->pid);
	for (size_t i = 0; i < j->nqueries; i++)
		j->queries[i].at_object = 0;
	if (l->named)
		r = check_owner(j, l->pid, l->dir);
	if (r == 0 && l->dir >= 0)
		r = read_mappings(j);
	if (r == 0 && l->named)
		r = check_owner(j, l->pid, l->dir);
	if (!j->again || (r != -ESRCH && r != -EPERM))
		return r;
	l->nseen = 0;
	return 0;
}

// Whatever comes of it, it need not be looked at again.
static int note_seen(struct places_job *j)
{
	const struct place_looking *l = j->looking;
	struct places *p = j->places;

	if (p->nseen + l->nseen > j->seen_room) {
		size_t room = 2 * (p->nseen + l->nseen);
		struct place_seen *v = reallocarray(p->seen, room, sizeof *v);

		if (!v)
			return -ENOMEM;
		p->seen = v;
		j->seen_room = room;
	}
	for (size_t i = 0; i < l->nseen; i++) {
		const struct place_object *o = &j->objects[l->seen[i]];

		p->seen[p->nseen++] = (struct place_seen){ o->inode, o->major, o->minor, l->asked };
	}
	return 0;
}

static int end_looking(struct places_job *j)
{
	struct place_looking *l = j->looking;
	int r;

	r = note_seen(j);
	drop_unwanted(j);
	if (l->named) {
		j->processes[j->next_process].dir = l->dir;
		l->dir = -1;
	}
	j->looking = place_looking_free(l);
	j->next_process++;
	return r;
}

struct place_looking *place_looking_free(struct place_looking *l)
{
	if (l)
		close_fd(l->dir);
	free(l);
	return NULL;
}

int place_look(struct places_job *j)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + SLICE_NS;
	struct place_looking *l;
	int r = 0;

	if (j->next_process == j->nprocesses)
		return 0;
	if (!j->looking)
		r = begin_looking(j);
	if (r < 0)
		return r;
	l = j->looking;
	while (l->next < l->nseen && clock_ns(CLOCK_MONOTONIC) < end)
		match(j, l->seen[l->next++]);
	if (l->next == l->nseen)
		r = end_looking(j);
	return r < 0 ? r : j->next_process < j->nprocesses;
}
