// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What processes have mapped that places are wanted in, see place_job.h.

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/place_job.h"
#include "daemon/sym/process.h"
#include "daemon/util.h"
#include "providers/glob.h"

#define DELETED " (deleted)"

// ---- processes -------------------------------------------------------------

static int add_process(struct places_job *j, pid_t pid)
{
	struct place_process *v;

	for (size_t i = 0; i < j->nprocesses; i++) {
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
	struct dirent *d;
	int r = 0;

	if (!proc)
		return -errno;
	while (r == 0 && (d = readdir(proc))) {
		if (isdigit((unsigned char)d->d_name[0]))
			r = add_process(j, atoi(d->d_name));
	}
	return r;
}

int place_processes(struct places_job *j)
{
	bool all = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->nqueries; i++) {
		all |= j->queries[i].want.pid < 0;
		if (j->queries[i].want.pid >= 0)
			r = add_process(j, j->queries[i].want.pid);
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

// ---- objects ---------------------------------------------------------------

// The alias rule for libraries: what is behind ".so" may be left out at a full stop, and ".so".
static bool matches_library(const char *pattern, const char *name)
{
	const char *so = strstr(name, ".so");
	char text[NAME_MAX + 1];

	for (const char *p = so; p && *p; p++) {
		if (*p != '.' || (size_t)(p - name) >= sizeof text)
			continue;
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

static struct place_object *object_of(struct places_job *j, const struct process_mapping *m, char *name)
{
	struct place_object *o;

	for (size_t i = 0; i < j->nobjects; i++) {
		o = &j->objects[i];
		if (o->inode == m->inode && o->major == m->major && o->minor == m->minor &&
			strcmp(o->path, m->path) == 0)
			return o;
	}
	if (j->nobjects == j->cap) {
		size_t cap = j->cap ? j->cap * 2 : 32;
		struct place_object *v = reallocarray(j->objects, cap, sizeof *v);

		if (!v)
			return NULL;
		j->objects = v;
		j->cap = cap;
	}
	o = &j->objects[j->nobjects];
	*o = (struct place_object){ .major = m->major, .minor = m->minor, .inode = m->inode,
		.start = m->start, .end = m->end, .path = strdup(m->path), .name = strdup(name),
		.process = (uint32_t)j->next_process, .fd = -1 };
	j->nobjects++;
	return o->path && o->name ? o : NULL;
}

struct looking {
	struct places_job *j;
	pid_t pid;
	char exe[PATH_MAX];
};

static bool wants_mapping(struct place_query *q, const struct looking *l, const struct process_mapping *m,
	const char *name)
{
	const struct place_want *w = &q->want;

	if ((w->pid >= 0 && w->pid != l->pid) ||
		!matches_object(w->mod, name, strcmp(m->path, l->exe) == 0))
		return false;
	if (!q->at_address)
		return true;
	if (q->address < m->start || q->address >= m->end)
		return false;
	q->offset = q->address - m->start + m->offset;
	return true;
}

static int on_mapping(void *arg, const struct process_mapping *m)
{
	const struct looking *l = arg;
	struct places_job *j = l->j;
	const char *slash = strrchr(m->path, '/');
	char name[NAME_MAX + 1];
	struct place_object *o;
	uint64_t wants = 0;
	char *end;

	if (!m->executable || !m->inode || m->path[0] != '/')
		return 0;
	snprintf(name, sizeof name, "%s", slash + 1);
	end = strstr(name, DELETED);
	if (end && !end[sizeof DELETED - 1])
		*end = 0;
	for (size_t i = 0; i < j->nqueries; i++) {
		if (wants_mapping(&j->queries[i], l, m, name))
			wants |= UINT64_C(1) << i;
	}
	if (!wants)
		return 0;
	if (j->nobjects == PLACE_OBJECTS_MAX)
		return -E2BIG;
	o = object_of(j, m, name);
	if (!o)
		return -ENOMEM;
	o->wants |= wants;
	for (size_t i = 0; i < j->nqueries; i++)
		j->queries[i].has_object |= wants >> i & 1;
	return 0;
}

// ---- looking ---------------------------------------------------------------

static int look_at(struct places_job *j, struct place_process *p, int dir)
{
	CLEANUP(freep) struct looking *l = calloc(1, sizeof *l);
	ssize_t n;
	int r;

	if (!l)
		return -ENOMEM;
	l->j = j;
	l->pid = p->pid;
	n = readlinkat(dir, "exe", l->exe, sizeof l->exe - 1);
	l->exe[n > 0 ? n : 0] = 0;
	r = process_read_maps(dir, on_mapping, l);
	if (r == -E2BIG)
		reason_set(&j->why, "probes are wanted in more than %d files; say in which objects or processes",
			PLACE_OBJECTS_MAX);
	return r == -E2BIG || r == -ENOMEM ? r : 0;
}

int place_look(struct places_job *j)
{
	struct place_process *p = &j->processes[j->next_process];
	bool named = j->next_process < j->nprocesses && is_asked_by_number(j, p->pid);
	struct process_facts facts;
	int dir, r;

	if (j->next_process == j->nprocesses)
		return 0;
	dir = process_open(p->pid);
	r = dir < 0 ? dir : process_read_facts(dir, &facts);
	if (r < 0 && named)
		reason_set(&j->why, "there is no process %d", (int)p->pid);
	if (r == 0 && named && !policy_in_scope(&j->scope, true, facts.owner)) {
		reason_set(&j->why, "process %d is not yours to trace", (int)p->pid);
		r = -EPERM;
	}
	if (r == 0)
		r = look_at(j, p, dir);
	else if (named)
		r = r == -EPERM ? r : -ESRCH;
	else
		r = 0;
	if (named && r == 0)
		p->dir = dir;
	else
		close_fd(dir);
	j->next_process++;
	return r < 0 ? r : j->next_process < j->nprocesses;
}
