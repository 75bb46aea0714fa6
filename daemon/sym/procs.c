// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See procs.h. A number of a process may have been used by several, one after the
// other: a bucket has the newest first. One that was forked under our eyes is known by the
// time of that, another by what /proc says.

#include "daemon/sym/procs.h"

#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/log.h"
#include "daemon/sym/image.h"
#include "daemon/sym/process.h"
#include "daemon/sym/sideband.h"
#include "daemon/util.h"

enum {
	BUCKETS = 4096,
	STEP = 16,			// processes looked at in one step
	KEPT_SECONDS = 60,		// what is known when nobody follows any more
	FORK_EARLY = 1 << 10,		// generations (ms) that a process may be older than its fork event
	FORK_LATE = 2,
};

TAILQ_HEAD(proc_list, proc);

struct procs {
	struct sideband *sideband;
	struct sideband_listener listener;
	struct event *step;
	pid_t *pids;			// what is to be looked at still, the last first
	size_t npids;
	unsigned int followers;
	size_t n;
	struct proc_list running, exited;	// the oldest first
	LIST_HEAD(, proc) buckets[BUCKETS];
	struct mapped_files files;
};

// ---- one process -----------------------------------------------------------

static struct proc_list *list_of(const struct proc *p)
{
	return p->exited ? &p->procs->exited : &p->procs->running;
}

struct proc *proc_unref(struct proc *p)
{
	if (!p || --p->refs)
		return NULL;
	for (int i = 0; i < PROC_IMAGES; i++)
		image_unref(p->images[i]);
	free(p);
	return NULL;
}

static void forget(struct proc *p)
{
	LIST_REMOVE(p, by_pid);
	TAILQ_REMOVE(list_of(p), p, by_age);
	p->listed = false;
	p->procs->n--;
	proc_unref(p);
}

// May forget any but keep.
static void make_room(struct procs *all, const struct proc *keep)
{
	while (all->n > PROCS_MAX || all->files.bytes > PROCS_BYTES) {
		struct proc *p = TAILQ_FIRST(&all->exited);

		if (!p)
			p = TAILQ_FIRST(&all->running);
		if (!p || p == keep)
			return;
		forget(p);
	}
}

static struct proc *add(struct procs *all, pid_t pid, uint32_t generation, uint32_t last)
{
	struct proc *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	*p = (struct proc){ .procs = all, .refs = 1, .pid = pid, .generation = generation,
		.last = last, .listed = true };
	LIST_INSERT_HEAD(&all->buckets[(uint32_t)pid % BUCKETS], p, by_pid);
	TAILQ_INSERT_TAIL(&all->running, p, by_age);
	all->n++;
	make_room(all, p);
	return p;
}

static void set_exited(struct proc *p)
{
	if (p->exited || !p->listed)
		return;
	TAILQ_REMOVE(list_of(p), p, by_age);
	p->exited = true;
	TAILQ_INSERT_TAIL(list_of(p), p, by_age);
}

static void set_running(struct proc *p)
{
	if (!p->exited || !p->listed)
		return;
	TAILQ_REMOVE(list_of(p), p, by_age);
	p->exited = false;
	TAILQ_INSERT_TAIL(list_of(p), p, by_age);
}

static struct proc *newest(struct procs *all, pid_t pid)
{
	struct proc *p;

	LIST_FOREACH(p, &all->buckets[(uint32_t)pid % BUCKETS], by_pid) {
		if (p->pid == pid)
			return p;
	}
	return NULL;
}

static struct proc *running(struct procs *all, pid_t pid)
{
	struct proc *p = newest(all, pid);

	return p && !p->exited ? p : NULL;
}

// ---- what /proc says -------------------------------------------------------

static int take_mapping(void *arg, const struct process_mapping *m)
{
	int r;

	if (!m->executable && !m->inode)
		return 0;
	r = image_add(arg, m);
	return r == -E2BIG ? 0 : r;
}

static void push_image(struct proc *p, struct image *i)
{
	image_unref(p->images[PROC_IMAGES - 1]);
	memmove(&p->images[1], &p->images[0], (PROC_IMAGES - 1) * sizeof p->images[0]);
	p->images[0] = i;
}

// Whether two images are of one program, so that the newer tells all.
static bool is_continued(const struct image *old, const struct image *new)
{
	const struct mapping *m = old && old->n ? image_find(new, old->v[0].start) : NULL;

	return !old || !old->n || (m && m->file == old->v[0].file);
}

static void read_image(struct proc *p, int dir)
{
	struct image *i = image_new(&p->procs->files);

	if (i && (process_read_maps(dir, take_mapping, i) < 0 || !i->n))
		i = image_unref(i);
	if (!i)
		return;
	p->stale = false;
	if (is_continued(p->images[0], i)) {
		image_unref(p->images[0]);
		p->images[0] = i;
	} else {
		push_image(p, i);
	}
	make_room(p->procs, p);
}

static void take_facts(struct proc *p, const struct process_facts *f)
{
	p->generation = f->generation;
	p->last = f->last;
	p->owner = f->owner;
	p->owned = true;
	p->inner = f->inner;
	p->uid = f->uid;
	p->view = f->view;
}

// Ranges of generations that have one in common: the same process.
static bool overlap(const struct proc *p, const struct process_facts *f)
{
	return f->generation - p->generation <= p->last - p->generation ||
		p->generation - f->generation <= f->last - f->generation;
}

// The process of that number that runs now, as it is now.
static struct proc *look_at(struct procs *all, pid_t pid)
{
	CLEANUP(closep) int dir = process_open(pid);
	struct process_facts f;
	struct proc *p = newest(all, pid);

	if (dir < 0 || process_read_facts(dir, &f) < 0)
		return NULL;
	if (p && !overlap(p, &f)) {
		set_exited(p);
		p = NULL;
	}
	if (!p)
		p = add(all, pid, f.generation, f.last);
	if (!p)
		return NULL;
	set_running(p);
	take_facts(p, &f);
	read_image(p, dir);
	return p;
}

int proc_open(const struct proc *p)
{
	CLEANUP(closep) int dir = p->exited ? -ESRCH : process_open(p->pid);
	struct process_facts f;
	int r = dir;

	if (dir < 0)
		return dir;
	if (process_read_facts(dir, &f) < 0 || !overlap(p, &f))
		return -ESRCH;
	dir = -1;
	return r;
}

static bool has_view(int dir, uint64_t view)
{
	struct process_facts f;

	return process_read_place(dir, &f) == 0 && f.view == view;
}

static bool is_among(const uint64_t *views, size_t n, uint64_t view)
{
	for (size_t i = 0; i < n; i++) {
		if (views[i] == view)
			return true;
	}
	return false;
}

size_t proc_open_views(const struct proc *p, int dirs[PROC_VIEWS])
{
	uint64_t views[PROC_VIEWS];
	const struct proc *q;
	size_t n = 0;

	for (int others = 0; others < 2; others++) {
		TAILQ_FOREACH(q, &p->procs->running, by_age) {
			if (n == PROC_VIEWS || !q->view || (q->view == p->view) == others ||
				is_among(views, n, q->view))
				continue;
			dirs[n] = process_open(q->pid);
			if (dirs[n] >= 0 && has_view(dirs[n], q->view))
				views[n++] = q->view;
			else
				close_fd(dirs[n]);
		}
	}
	return n;
}

// ---- what the kernel tells -------------------------------------------------

static uint32_t generation_of(uint64_t monotonic)
{
	uint64_t slept = clock_ns(CLOCK_BOOTTIME) - clock_ns(CLOCK_MONOTONIC);

	return (uint32_t)((monotonic + slept) >> 20);
}

// If it is gone already, its view is thought to be what it was; its owner may be another.
static void read_place(struct proc *p)
{
	CLEANUP(closep) int dir = process_open(p->pid);
	struct process_facts f;

	p->owned = dir >= 0 && process_read_place(dir, &f) == 0;
	p->owner = p->owned ? f.owner : 0;
	if (p->owned)
		p->view = f.view;
}

// One that ran before anybody followed, and may be gone by now: then all that is known of
// its beginning is that it was earlier.
static struct proc *meet(struct procs *all, const struct sideband_event *e)
{
	uint32_t now = generation_of(e->time);
	struct proc *p = running(all, e->pid);

	if (!p)
		p = look_at(all, e->pid);
	return p ? p : add(all, e->pid, now - INT32_MAX, now + FORK_LATE);
}

static void heard_map(struct procs *all, const struct sideband_event *e)
{
	const struct process_mapping m = { e->address, e->address + e->length, e->offset, e->major,
		e->minor, e->inode, true, strcmp(e->path, "//anon") == 0 ? "" : e->path };
	struct proc *p = meet(all, e);

	if (!p)
		return;
	p->images[0] = p->images[0] ? image_own(p->images[0]) : image_new(&all->files);
	if (!p->images[0] || image_add(p->images[0], &m) < 0)
		p->stale = true;
	make_room(all, p);
}

static void heard_fork(struct procs *all, const struct sideband_event *e)
{
	uint32_t now = generation_of(e->time);
	struct proc *parent = running(all, e->parent), *p = running(all, e->pid);

	if (p && process_is(now - FORK_EARLY, now + FORK_LATE, (sym_process)p->last << 32))
		return;		// seen in /proc before this came
	if (p)
		set_exited(p);
	if (!parent && look_at(all, e->pid))
		return;
	p = add(all, e->pid, now - FORK_EARLY, now + FORK_LATE);
	if (!p)
		return;
	if (parent && parent->listed && parent->images[0])
		p->images[0] = image_ref(parent->images[0]);
	p->stale = !parent || parent->stale;
	p->view = parent ? parent->view : 0;
	read_place(p);
}

static void heard_exec(struct procs *all, const struct sideband_event *e)
{
	struct proc *p = meet(all, e);

	if (!p)
		return;
	push_image(p, image_new(&all->files));
	p->stale = false;
	read_place(p);
}

static void heard_exit(struct procs *all, const struct sideband_event *e)
{
	struct proc *p = running(all, e->pid);

	if (p)
		set_exited(p);
}

static void heard_lost(struct procs *all, const struct sideband_event *e)
{
	struct proc *p;

	(void)e;
	TAILQ_FOREACH(p, &all->running, by_age)
		p->stale = true;
}

static void on_event(void *arg, const struct sideband_event *e)
{
	static void (*const handlers[])(struct procs *, const struct sideband_event *) = {
		[SIDEBAND_MAP] = heard_map, [SIDEBAND_FORK] = heard_fork, [SIDEBAND_EXEC] = heard_exec,
		[SIDEBAND_EXIT] = heard_exit, [SIDEBAND_LOST] = heard_lost,
	};

	handlers[e->kind](arg, e);
}

// ---- following -------------------------------------------------------------

static void stop_looking(struct procs *all)
{
	free(all->pids);
	all->pids = NULL;
	all->npids = 0;
	event_del(all->step);
}

// The number that was given last, as numbers start again from the lowest.
static pid_t last_pid(void)
{
	CLEANUP(closep) int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	char text[128] = "", *p;

	if (fd >= 0 && read(fd, text, sizeof text - 1) < 0)
		return 0;
	p = strrchr(text, ' ');
	return p ? atoi(p) : 0;
}

static int compare_age(const void *pa, const void *pb, void *arg)
{
	const pid_t a = *(const pid_t *)pa, b = *(const pid_t *)pb, last = *(const pid_t *)arg;

	if ((a > last) != (b > last))
		return a > last ? -1 : 1;
	return a < b ? -1 : a > b;
}

// Those that began last, who may well be the next to go, come first.
static void begin_looking(struct procs *all)
{
	pid_t last = last_pid();
	DIR *proc = opendir("/proc");
	struct dirent *d;

	all->pids = calloc(PROCS_MAX, sizeof *all->pids);
	while (proc && all->pids && all->npids < PROCS_MAX && (d = readdir(proc))) {
		if (d->d_name[0] >= '1' && d->d_name[0] <= '9')
			all->pids[all->npids++] = atoi(d->d_name);
	}
	if (proc)
		closedir(proc);
	if (all->npids)
		qsort_r(all->pids, all->npids, sizeof *all->pids, compare_age, &last);
	event_active(all->step, 0, 0);
}

static void forget_all(struct procs *all)
{
	struct proc *p;

	while ((p = TAILQ_FIRST(&all->running)) || (p = TAILQ_FIRST(&all->exited)))
		forget(p);
}

static void forget_later(struct procs *all)
{
	static const struct timeval later = { KEPT_SECONDS, 0 };

	if (!all->followers)
		evtimer_add(all->step, &later);
}

static void on_step(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval soon = { 0, 1000 };
	struct procs *all = arg;

	(void)fd;
	(void)what;
	if (!all->followers)
		forget_all(all);
	for (int i = 0; i < STEP && all->npids; i++)
		look_at(all, all->pids[--all->npids]);
	if (all->npids)
		evtimer_add(all->step, &soon);
	else
		stop_looking(all);
}

int procs_follow(struct procs *all)
{
	int r;

	if (all->followers++)
		return 0;
	r = all->sideband ? sideband_listen(all->sideband, &all->listener) : -EOPNOTSUPP;
	if (r < 0) {
		all->followers--;
		return r;
	}
	event_del(all->step);
	begin_looking(all);
	return 0;
}

void procs_unfollow(struct procs *all)
{
	struct proc *p;

	if (--all->followers)
		return;
	sideband_leave(all->sideband, &all->listener);
	stop_looking(all);
	forget_later(all);
	while ((p = TAILQ_FIRST(&all->running)))	// as far as we shall know
		set_exited(p);
}

bool procs_is_settled(const struct procs *all)
{
	return !all->npids;
}

void procs_update(struct procs *all)
{
	if (all->followers)
		sideband_read(all->sideband);
}

// ---- look-ups --------------------------------------------------------------

// Of several that it could be, the one that began the shortest time after.
static struct proc *closest(struct procs *all, pid_t pid, sym_process which)
{
	uint32_t distance = UINT32_MAX;
	struct proc *p, *best = NULL;

	LIST_FOREACH(p, &all->buckets[(uint32_t)pid % BUCKETS], by_pid) {
		uint32_t d = p->last - sym_process_generation(which);

		if (p->pid == pid && process_is(p->generation, p->last, which) && d < distance) {
			distance = d;
			best = p;
		}
	}
	return best;
}

struct proc *procs_find(struct procs *all, sym_process which)
{
	pid_t pid = sym_process_tgid(which);
	struct proc *p;

	if (pid <= 0)
		return NULL;
	p = newest(all, pid);
	if (!p || !all->followers || (!p->exited && (p->stale || !p->inner)))
		look_at(all, pid);
	p = closest(all, pid, which);
	forget_later(all);
	if (p) {
		p->refs++;
		p->looked = false;
	}
	return p;
}

static const struct mapping *find(const struct proc *p, uint64_t address)
{
	const struct mapping *m = NULL;

	for (int i = 0; i < PROC_IMAGES && !m; i++)
		m = image_find(p->images[i], address);
	return m;
}

// A second look is for data, which the kernel does not tell of: once in a batch,
// until something new is heard.
const struct mapping *proc_mapping(struct proc *p, uint64_t address)
{
	const struct mapping *m = find(p, address);

	if (m || p->exited || !p->listed || !p->procs->followers || p->looked)
		return m;
	p->looked = true;
	look_at(p->procs, p->pid);
	return find(p, address);
}

void procs_count(const struct procs *all, size_t *n, size_t *bytes)
{
	*n = all->n;
	*bytes = all->files.bytes;
}

// ---- life ------------------------------------------------------------------

int procs_new(struct procs **pp, struct event_base *base, struct sideband *sideband)
{
	struct procs *all = calloc(1, sizeof *all);

	if (!all)
		return -ENOMEM;
	all->sideband = sideband;
	all->listener = (struct sideband_listener){ .fn = on_event, .arg = all };
	TAILQ_INIT(&all->running);
	TAILQ_INIT(&all->exited);
	all->step = evtimer_new(base, on_step, all);
	if (!all->step) {
		free(all);
		return -ENOMEM;
	}
	*pp = all;
	return 0;
}

struct procs *procs_free(struct procs *all)
{
	if (!all)
		return NULL;
	if (all->followers) {
		all->followers = 1;
		procs_unfollow(all);
	}
	forget_all(all);
	event_free(all->step);
	free(all);
	return NULL;
}
