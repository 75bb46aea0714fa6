// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// From a worker's answer to places, see place_job.h.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/place_job.h"
#include "daemon/util.h"

struct places *places_free(struct places *p)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < p->nfiles; i++)
		close_fd(p->files[i].fd);
	for (size_t i = 0; p->why && i < p->nwants; i++)
		free(p->why[i]);
	for (size_t i = 0; i < p->nowned; i++)
		free(p->owned[i]);
	free(p->files);
	free(p->seen);
	free(p->why);
	free(p->owned);
	free(p->v);
	free(p);
	return NULL;
}

// Takes it over, in any case. NULL: no memory.
static void *own(struct places *p, void *what)
{
	void **v = what ? reallocarray(p->owned, p->nowned + 1, sizeof *v) : NULL;

	if (!v) {
		free(what);
		return NULL;
	}
	p->owned = v;
	p->owned[p->nowned++] = what;
	return what;
}

static const char *take(struct places *p, char **from)
{
	char *s = *from;

	if (s == protobuf_c_empty_string || !*s)
		return "";
	*from = (char *)protobuf_c_empty_string;
	return own(p, s);
}

// ---- places ----------------------------------------------------------------

static uint64_t wants_of_pid(const struct places_job *j, uint64_t wants, pid_t pid)
{
	uint64_t of = 0;

	for (size_t i = 0; i < j->nqueries; i++) {
		if ((wants >> i & 1) && j->queries[i].want.pid == pid)
			of |= UINT64_C(1) << i;
	}
	return of;
}

static const char *provider_of(struct places *p, const struct place *place, const char *usdt)
{
	char *text = NULL;

	if (place->kind == PLACE_USDT && place->pid < 0)
		return usdt;
	return asprintf(&text, "%s%d", place->kind == PLACE_USDT ? usdt : "pid", (int)place->pid) < 0 ?
		NULL : own(p, text);
}

static int add(struct places_job *j, const struct place *place)
{
	struct places *p = j->places;

	if (p->n == j->max)
		return -E2BIG;
	if (p->n == j->room) {
		size_t room = j->room ? j->room * 2 : 64;
		struct place *v = reallocarray(p->v, room, sizeof *v);

		if (!v)
			return -ENOMEM;
		p->v = v;
		j->room = room;
	}
	p->v[p->n++] = *place;
	return 0;
}

// A place in a file is one in each of the processes that it was wanted for.
static int add_for_all(struct places_job *j, struct place *place, const char *usdt)
{
	const char *last = NULL;
	int r = 0;

	for (uint64_t left = place->wants, these; r == 0 && left; left &= ~these) {
		struct place one = *place;

		one.pid = j->queries[__builtin_ctzll(left)].want.pid;
		these = one.wants = wants_of_pid(j, left, one.pid);
		one.prov = provider_of(j->places, &one, usdt);
		r = one.prov ? add(j, &one) : -ENOMEM;
		last = one.prov;
	}
	return last ? r : -ENOMEM;
}

// The worker numbers the wants that it was asked for; the job has more.
static uint64_t own_wants(const struct places_job *j, uint64_t wants)
{
	uint64_t own = 0;

	for (size_t i = 0; i < j->ask.n_wants; i++) {
		if (wants >> i & 1)
			own |= UINT64_C(1) << j->want_index[i];
	}
	return own;
}

static int take_place(struct places_job *j, const struct place_object *o, Dtraced__FoundPlace *m)
{
	uint64_t asked = j->ask.n_wants == 64 ? UINT64_MAX : (UINT64_C(1) << j->ask.n_wants) - 1;
	struct place_arg args[PLACE_ARGS];
	const char *usdt;
	struct place p;

	if (!place_unpack(m, asked, &p, args) || p.offset >= o->key.size ||
		p.semaphore >= o->key.size)
		return -EBADMSG;
	p.wants = own_wants(j, p.wants);
	for (size_t i = 0; i < j->nqueries; i++) {
		if ((p.wants >> i & 1) && j->queries[i].usdt != (p.kind == PLACE_USDT))
			return -EBADMSG;
	}
	p.func = take(j->places, &m->function);
	p.name = take(j->places, &m->name);
	usdt = take(j->places, &m->provider);
	if (p.nargs) {
		p.args = own(j->places, calloc(p.nargs, sizeof *p.args));
		if (p.args)
			memcpy((struct place_arg *)p.args, args, p.nargs * sizeof *p.args);
	}
	p.mod = o->name;
	p.file = (uint32_t)j->places->nfiles - 1;
	return p.func && p.name && usdt && (p.args || !p.nargs) ? add_for_all(j, &p, usdt) : -ENOMEM;
}

static int add_file(struct places_job *j, struct place_object *o)
{
	struct places *p = j->places;
	struct place_file *v;

	if (p->nfiles == PLACE_FILES_MAX) {
		reason_set(&j->why, "more than %d files have what matches; say in which objects or processes",
			PLACE_FILES_MAX);
		return -E2BIG;
	}
	v = reallocarray(p->files, p->nfiles + 1, sizeof *v);
	if (!v)
		return -ENOMEM;
	p->files = v;
	p->files[p->nfiles++] = (struct place_file){ o->fd, o->key.device, o->key.inode };
	o->fd = -1;
	return 0;
}

// Of an answer that makes no sense nothing is kept.
static int keep(struct places_job *j, size_t before, int r)
{
	struct places *p = j->places;

	if (r == -EBADMSG)
		p->n = before;
	for (size_t k = before; k < p->n; k++) {
		for (size_t i = 0; i < j->nqueries; i++)
			j->queries[i].found |= p->v[k].wants >> i & 1;
	}
	return r;
}

int place_take(struct places_job *j, struct place_object *o, Dtraced__PlaceAnswer *m)
{
	size_t before = j->places->n;
	int r = 0;

	if (m->n_troubles != j->ask.n_wants)
		return -EBADMSG;
	for (size_t i = 0; i < m->n_troubles; i++) {
		if (m->troubles[i] == PLACE_FULL)
			return -E2BIG;
		if (m->troubles[i] >= PLACE_TROUBLES)
			return -EBADMSG;
		place_note_trouble(j, &j->queries[j->want_index[i]], m->troubles[i], o);
	}
	if (m->n_places)
		r = add_file(j, o);
	for (size_t i = 0; r == 0 && i < m->n_places; i++)
		r = take_place(j, o, m->places[i]);
	return keep(j, before, r);
}

// ---- what was not found ----------------------------------------------------

void place_note_trouble(struct places_job *j, struct place_query *q, enum place_trouble t,
	const struct place_object *o)
{
	if (t < q->trouble || (t == q->trouble && t))
		return;
	q->trouble = t;
	q->object = (uint32_t)(o - j->objects);
}

static void explain(const struct places_job *j, const struct place_query *q, struct reason *why)
{
	const struct place_want *w = &q->want;

	if (w->pid < 0)
		reason_set(why, "no process has a probe %s:%s:%s:%s", place_shown(w->prov), place_shown(w->mod),
			place_shown(w->func), place_shown(w->name));
	else if (q->usdt && q->trouble <= PLACE_NO_PROBES)
		reason_set(why, "process %d has no probe %s:%s:%s:%s of its own", (int)w->pid, place_shown(w->prov),
			place_shown(w->mod), place_shown(w->func), place_shown(w->name));
	else if (q->trouble)
		place_trouble_say(q->trouble, w, j->objects[q->object].name, why);
	else if (!q->has_object && w->pid >= 0 && q->at_address)
		reason_set(why, "process %d has no code of a file at %s", (int)w->pid, w->name);
	else if (!q->has_object && w->pid >= 0)
		reason_set(why, "process %d has no object %s", (int)w->pid, place_shown(w->mod));
	else
		reason_set(why, "process %d has no %s:%s:%s", (int)w->pid, place_shown(w->mod), place_shown(w->func),
			place_shown(w->name));
}

int place_conclude(struct places_job *j)
{
	struct places *p = j->places;

	p->nseen = places_sort_seen(p->seen, p->nseen);
	p->why = calloc(j->nqueries + 1, sizeof *p->why);
	p->nwants = p->why ? j->nqueries : 0;
	for (size_t i = 0; i < p->nwants; i++) {
		struct reason why;

		if (j->queries[i].found)
			continue;
		explain(j, &j->queries[i], &why);
		p->why[i] = strdup(why.text);
		if (!p->why[i])
			return -ENOMEM;
	}
	for (size_t i = 0; i < j->nobjects; i++) {
		if (j->objects[i].name && !own(p, j->objects[i].name))
			return -ENOMEM;
		j->objects[i].name = NULL;
	}
	return p->why ? 0 : -ENOMEM;
}

// ---- what was looked at ----------------------------------------------------

static int compare_seen(const void *x, const void *y)
{
	const struct place_seen *a = x, *b = y;

	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	return (a->minor > b->minor) - (a->minor < b->minor);
}

size_t places_sort_seen(struct place_seen *v, size_t n)
{
	size_t left = 0;

	if (n)
		qsort(v, n, sizeof *v, compare_seen);
	for (size_t i = 0; i < n; i++) {
		if (left && compare_seen(&v[left - 1], &v[i]) == 0)
			v[left - 1].wants |= v[i].wants;
		else
			v[left++] = v[i];
	}
	return left;
}

uint64_t places_seen(const struct place_seen *v, size_t n, uint32_t major, uint32_t minor, uint64_t inode)
{
	const struct place_seen key = { inode, major, minor, 0 };
	const struct place_seen *found = n ? bsearch(&key, v, n, sizeof key, compare_seen) : NULL;

	return found ? found->wants : 0;
}
