// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The unwinder, see unwinder.h. Files wait in a list, the first one is with the
// worker. Processes that were there before are looked at one per step of work.

#include "daemon/sym/unwinder.h"

#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/kernel/quiesce.h"
#include "daemon/log.h"
#include "daemon/sym/sideband.h"
#include "daemon/sym/unwind_files.h"
#include "daemon/sym/unwind_job.h"
#include "daemon/sym/unwind_maps.h"
#include "daemon/util.h"
#include "daemon/work.h"

enum {
	PENDING_MAX = 256,	// files that wait, each with an fd
	PATIENCE_SECONDS = 10,	// of who waits for tables
	IDLE_SECONDS = 600,	// then the maps go
	TIRED_SECONDS = 10,	// between looks for room when there was none
};

struct pending {
	TAILQ_ENTRY(pending) link;
	struct unwind_file_key key;
	int fd;
};

struct unwinder {
	struct event_base *base;
	struct work_queue *queue;
	struct syms *syms;
	struct sideband *sideband;
	struct sideband_listener listener;
	struct unwind_maps maps;
	struct unwind_files files;
	bool open;			// maps and files
	bool has_vdso;
	unsigned users;
	struct work scan;
	DIR *processes;			// while scanning
	TAILQ_HEAD(, pending) pending;
	uint32_t npending;
	struct syms_job *job;		// the first one's
	bool overlooked;		// something was left out for lack of room in the list
	uint32_t chunks;		// megabytes of rows
	bool crowded;			// a table had no room, or a file
	bool unlisted;			// a file
	int told;			// why tables had no room, since there was some; or 0
	uint64_t tired;			// until when it is of no use to look for some, ns
	struct quiesce *quiesce;
	struct quiesce_wait freeing;
	LIST_HEAD(, unwinder_wait) waits;
	struct event *patience, *idle;
	uint64_t without, refused, evicted, lost;
};

// ---- who waits -------------------------------------------------------------

static void wake_all(struct unwinder *u)
{
	struct unwinder_wait *w;

	evtimer_del(u->patience);
	while ((w = LIST_FIRST(&u->waits))) {
		unwinder_cancel(w);
		w->fn(w->arg);
	}
}

static void wake_if_ready(struct unwinder *u)
{
	if (!u->npending && !u->processes && !u->freeing.waiting && !LIST_EMPTY(&u->waits))
		event_active(u->patience, 0, 0);
}

static void on_patience(evutil_socket_t fd, short what, void *arg)
{
	struct unwinder *u = arg;

	(void)fd;
	(void)what;
	if (u->npending || u->processes)
		log_info("%u files have no unwind table yet", u->npending);
	wake_all(u);
}

void unwinder_await(struct unwinder *u, struct unwinder_wait *w)
{
	struct timeval t = { PATIENCE_SECONDS, 0 };

	w->waiting = true;
	LIST_INSERT_HEAD(&u->waits, w, link);
	if (!evtimer_pending(u->patience, NULL))
		evtimer_add(u->patience, &t);
	wake_if_ready(u);
}

void unwinder_cancel(struct unwinder_wait *w)
{
	if (w->waiting)
		LIST_REMOVE(w, link);
	w->waiting = false;
}

// ---- files -----------------------------------------------------------------

static void ask_next(struct unwinder *u);

static void drop_first(struct unwinder *u)
{
	struct pending *p = TAILQ_FIRST(&u->pending);

	TAILQ_REMOVE(&u->pending, p, link);
	u->npending--;
	close_fd(p->fd);
	free(p);
}

// Once, until there was room again.
static void tell(struct unwinder *u, int error)
{
	if (u->told != error)
		log_warning("%s%s: stacks through files that are mapped from now on go by frame pointers%s",
			error == -ENOSPC ? "there is no room for more unwind tables" :
					   "there can be no more unwind tables: ",
			error == -ENOSPC ? "" : strerror(-error), error == -ENOSPC ? " (--unwind-memory)" : "");
	u->told = error;
}

// Nothing more can go.
static void refuse(struct unwinder *u, int error)
{
	u->tired = clock_ns(CLOCK_MONOTONIC) + TIRED_SECONDS * UINT64_C(1000000000);
	u->refused++;
	tell(u, error);
}

static void add_table(struct unwinder *u, const struct unwind_file_key *key, const struct unwind_table *t)
{
	int r = unwind_maps_add(&u->maps, key, t);

	if (r == -ENOSPC) {
		unwind_files_refuse(&u->files, key, unwind_maps_need(t));
		u->crowded = true;
	} else if (r < 0) {
		unwind_files_forget(&u->files, key);
		u->without++;
		tell(u, r);
	} else if (u->told != -ENOSPC) {
		u->told = 0;
	}
}

static void on_table(void *arg, const struct unwind_table *t, int error)
{
	struct unwinder *u = arg;
	struct pending *p = TAILQ_FIRST(&u->pending);

	u->job = NULL;
	if (t)
		add_table(u, &p->key, t);
	if (t && !p->key.inode)
		u->has_vdso = true;
	if (!t)
		u->without++;
	if (error == -ENOMEM)
		unwind_files_forget(&u->files, &p->key);
	drop_first(u);
	ask_next(u);
}

static int own_fd(struct pending *p)
{
	int fd = p->fd;

	p->fd = -1;
	return fd;
}

static void start_scan(struct unwinder *u);

// When all is done that can be done now: what was left out is looked for, and what had no
// room, after a look at what nothing has mapped any more.
static void look_again(struct unwinder *u)
{
	if (u->npending || u->processes || u->freeing.waiting || !u->users)
		return;
	if (u->overlooked || (u->crowded && clock_ns(CLOCK_MONOTONIC) >= u->tired))
		start_scan(u);
	u->overlooked = false;
}

static void ask_next(struct unwinder *u)
{
	while (!u->job && u->npending && !u->freeing.waiting) {
		struct pending *p = TAILQ_FIRST(&u->pending);

		if (syms_unwind(u->syms, own_fd(p), on_table, u, &u->job) >= 0)
			return;
		unwind_files_forget(&u->files, &p->key);
		drop_first(u);
	}
	look_again(u);
	wake_if_ready(u);
}

// Takes the fd. What was just mapped runs now, so it comes before what was found by
// looking around; the first one is with the worker.
static void add_pending(struct unwinder *u, const struct unwind_file_key *key, int fd, bool now)
{
	struct pending *first = TAILQ_FIRST(&u->pending);
	struct pending *p = u->npending < PENDING_MAX ? calloc(1, sizeof *p) : NULL;

	if (!p) {
		close_fd(fd);
		unwind_files_forget(&u->files, key);
		u->overlooked = true;
		return;
	}
	p->key = *key;
	p->fd = fd;
	if (now && first)
		TAILQ_INSERT_AFTER(&u->pending, first, p, link);
	else
		TAILQ_INSERT_TAIL(&u->pending, p, link);
	u->npending++;
	ask_next(u);
}

static void note(struct unwinder *u, const struct sideband_event *e, bool now)
{
	struct unwind_file_key key;
	int fd, r = unwind_files_note(&u->files, e, &key, &fd);

	if (r == 1) {
		unwind_maps_remove(&u->maps, &key);	// of what was there before, which leads astray
		add_pending(u, &key, fd, now);
	}
	u->lost += r == -ENOENT;
	if (r != -ENOSPC)
		return;
	u->crowded = u->unlisted = true;
	look_again(u);
}

// The mappings of a process while one is looked for.
struct looking {
	struct unwinder *u;
	const struct sideband_event *e;
	bool found, same;
};

static void on_mapping(void *arg, const struct sideband_event *e)
{
	struct looking *l = arg;

	if (!e->inode)
		return;
	if (e->address == l->e->address) {
		l->found = true;
		l->same = e->inode == l->e->inode && e->major == l->e->major && e->minor == l->e->minor;
	}
	note(l->u, e, true);
}

// Some kernels tell of a file in layers as the inode below; the walk sees it as
// /proc/PID/maps does.
static void on_event(void *arg, const struct sideband_event *e)
{
	struct looking l = { .u = arg, .e = e };

	if (e->kind == SIDEBAND_LOST)
		start_scan(l.u);
	if (e->kind != SIDEBAND_MAP || !e->inode || unwind_files_has(&l.u->files, e))
		return;
	sideband_scan(e->pid, on_mapping, &l);
	if (l.found && !l.same)
		unwind_files_pass(&l.u->files, e);
	else
		note(l.u, e, true);
}

// ---- room ------------------------------------------------------------------

static void on_evicted(void *arg, const struct unwind_file_key *key)
{
	struct unwinder *u = arg;

	unwind_maps_remove(&u->maps, key);
	u->evicted++;
}

static void free_room(struct unwinder *u);

static void on_quiet(void *arg, int error)
{
	struct unwinder *u = arg;
	bool left;

	if (error < 0)
		log_warning("cannot wait for programs in flight: %s", strerror(-error));
	unwind_maps_end_freeing(&u->maps);
	free_room(u);
	if (u->freeing.waiting)
		return;
	u->overlooked |= unwind_files_retry(&u->files, unwind_maps_room(&u->maps), &left);
	if (left)
		refuse(u, -ENOSPC);
	else
		u->told = 0;
	ask_next(u);
}

// Tables that were taken away make room when no walk is in them.
static void free_room(struct unwinder *u)
{
	if (!u->freeing.waiting && unwind_maps_begin_freeing(&u->maps) &&
	    quiesce_start(u->quiesce, &u->freeing, true, on_quiet, u) < 0)
		log_warning("tables that are not needed any more keep their room");
}

// All that is mapped was just looked at. Files for which there is a place now are not known:
// they are looked for once more.
static void make_room(struct unwinder *u)
{
	int r = unwind_files_evict(&u->files, on_evicted, u);
	bool listed = u->unlisted && r > 0;

	free_room(u);
	u->overlooked |= listed;
	u->crowded = u->unlisted = false;
	if (!u->freeing.waiting && !listed)
		refuse(u, r < 0 ? r : -ENOSPC);
}

// ---- processes that are there already --------------------------------------

static void end_scan(struct unwinder *u)
{
	if (u->processes)
		closedir(u->processes);
	u->processes = NULL;
}

static void on_mapped(void *arg, const struct sideband_event *e)
{
	if (e->inode)
		note(arg, e, false);
}

static bool scan_next(void *arg)
{
	struct unwinder *u = arg;
	struct dirent *d = readdir(u->processes);
	int pid = d ? atoi(d->d_name) : 0;

	if (pid > 0)
		sideband_scan(pid, on_mapped, u);
	if (d)
		return true;
	end_scan(u);
	if (u->crowded && !u->npending)
		make_room(u);
	look_again(u);
	wake_if_ready(u);
	return false;
}

static void start_scan(struct unwinder *u)
{
	if (u->processes)
		return;
	u->files.clock++;
	u->processes = opendir("/proc");
	if (u->processes)
		work_start(u->queue, &u->scan, scan_next, u);
}

// The vDSO is a piece of memory that the kernel maps everywhere; ours is as good.
static int open_vdso(void)
{
	const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = 0;
	int fd;

	if (!image)
		return -ENOENT;
	fd = memfd_create("vdso", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	// It has a page or two; what is not there ends the copying.
	while (n < 16 * page && write(fd, image + n, page) == (ssize_t)page)
		n += page;
	return fd;
}

static void add_vdso(struct unwinder *u)
{
	struct unwind_file_key key = { 0 };
	int fd = open_vdso();

	if (fd >= 0)
		add_pending(u, &key, fd, true);
}

// ---- life ------------------------------------------------------------------

static void close_all(struct unwinder *u)
{
	while (u->npending)
		drop_first(u);
	quiesce_cancel(&u->freeing);
	if (u->open) {
		unwind_maps_close(&u->maps);
		unwind_files_deinit(&u->files);
	}
	u->open = u->has_vdso = u->crowded = u->unlisted = false;
	u->told = 0;
}

static int open_all(struct unwinder *u)
{
	int r = unwind_maps_open(&u->maps, u->chunks);

	if (r < 0)
		return r;
	r = unwind_files_init(&u->files);
	if (r < 0)
		unwind_maps_close(&u->maps);
	u->open = r >= 0;
	return r;
}

// From now on files are told of.
static void begin(struct unwinder *u)
{
	int r = sideband_listen(u->sideband, &u->listener);

	if (r < 0)
		log_warning("the kernel does not tell of new mappings (%s): stacks through files that "
			"are mapped from now on go by frame pointers", strerror(-r));
	u->files.epoch++;
	if (!u->has_vdso)
		add_vdso(u);
	start_scan(u);
}

static void on_idle(evutil_socket_t fd, short what, void *arg)
{
	struct unwinder *u = arg;

	(void)fd;
	(void)what;
	if (!u->users)
		close_all(u);
}

int unwinder_acquire(struct unwinder *u, const struct runtime_value **values, size_t *n)
{
	int r = 0;

	if (!u->open)
		r = open_all(u);
	if (r < 0)
		return r;
	if (!u->users && !u->maps.missing)
		begin(u);
	evtimer_del(u->idle);
	u->users++;
	*values = u->maps.values;
	*n = NELEMS(u->maps.values);
	return 0;
}

void unwinder_release(struct unwinder *u)
{
	struct timeval t = { IDLE_SECONDS, 0 };

	if (--u->users)
		return;
	sideband_leave(u->sideband, &u->listener);
	work_cancel(u->queue, &u->scan);
	end_scan(u);
	syms_cancel(u->job);
	u->job = NULL;
	while (u->npending) {
		unwind_files_forget(&u->files, &TAILQ_FIRST(&u->pending)->key);
		drop_first(u);
	}
	evtimer_add(u->idle, &t);
}

int unwinder_new(struct unwinder **up, struct event_base *base, struct work_queue *work,
	struct quiesce *quiesce, struct syms *syms, struct sideband *sideband)
{
	struct unwinder *u = calloc(1, sizeof *u);

	if (!u)
		return -ENOMEM;
	u->base = base;
	u->queue = work;
	u->quiesce = quiesce;
	u->chunks = UNWIND_MAX_CHUNKS;
	u->syms = syms;
	u->sideband = sideband;
	u->listener = (struct sideband_listener){ .fn = on_event, .arg = u };
	TAILQ_INIT(&u->pending);
	LIST_INIT(&u->waits);
	u->patience = evtimer_new(base, on_patience, u);
	u->idle = evtimer_new(base, on_idle, u);
	if (!u->patience || !u->idle) {
		unwinder_free(u);
		return -ENOMEM;
	}
	*up = u;
	return 0;
}

struct unwinder *unwinder_free(struct unwinder *u)
{
	if (!u)
		return NULL;
	if (u->users) {
		u->users = 1;
		unwinder_release(u);
	}
	close_all(u);
	if (u->patience)
		event_free(u->patience);
	if (u->idle)
		event_free(u->idle);
	free(u);
	return NULL;
}

void unwinder_set_memory(struct unwinder *u, uint32_t megabytes)
{
	u->chunks = megabytes;
}

void unwinder_tell(const struct unwinder *u, struct unwinder_facts *facts)
{
	*facts = (struct unwinder_facts){
		.files = u->open ? u->maps.nfiles : 0,
		.rows_kb = u->open ? (uint32_t)(unwind_maps_bytes(&u->maps) / 1024) : 0,
		.pending = u->npending, .without = u->without, .refused = u->refused,
		.evicted = u->evicted, .lost = u->lost,
	};
}
