// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Rings of side-band records, see sideband.h.
//
// Order: a round takes the time, then the head of each ring, and delivers what
// is not younger than that time, the oldest first. A record that a ring does not
// show yet was committed after that time was taken, and a record that depends on
// it is younger still: it waits for the next round.
//
// The first record of a quiet time wakes the event loop; from then on rounds
// come by a timer until one finds nothing.

#include "daemon/sym/sideband.h"

#include <errno.h>
#include <event2/event.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "daemon/log.h"
#include "daemon/util.h"

enum { DATA_SIZE = 256 * 1024, ROUND_US = 2000, BUDGET_NS = 2000000, RECORD_MAX = 8192 };

struct ring {
	int fd;
	struct perf_event_mmap_page *page;
	struct event *readable;
	uint64_t tail, head;	// of this round
	uint64_t time;		// of the record at tail, if there is one
	uint8_t record[RECORD_MAX] __attribute__((aligned(8)));	// it, in one piece
};

struct sideband {
	struct event_base *base;
	struct event *timer;
	struct ring *rings;
	uint32_t ncpus;
	uint64_t lost;
	bool open, reading;
	LIST_HEAD(, sideband_listener) listeners;
};

// ---- one record ------------------------------------------------------------

// The bodies behind struct perf_event_header; the time is the last word of each.
struct map_body {
	uint32_t pid, tid;
	uint64_t address, length, offset;
	uint32_t major, minor;
	uint64_t inode, generation;
	uint32_t prot, flags;
	char path[];
};

struct task_body {
	uint32_t pid, parent, tid, parent_tid;
};

struct comm_body {
	uint32_t pid, tid;
};

struct lost_body {
	uint64_t id, lost;
};

static bool decode_map(struct sideband_event *e, const struct perf_event_header *h)
{
	const struct map_body *b = (const void *)(h + 1);

	*e = (struct sideband_event){
		.kind = SIDEBAND_MAP, .pid = (pid_t)b->pid, .address = b->address,
		.length = b->length, .offset = b->offset, .major = b->major, .minor = b->minor,
		.inode = b->inode, .generation = b->generation, .path = b->path,
	};
	return memchr(b->path, 0, h->size - sizeof *h - sizeof *b) != NULL;
}

static bool decode_fork(struct sideband_event *e, const struct perf_event_header *h)
{
	const struct task_body *b = (const void *)(h + 1);

	e->kind = SIDEBAND_FORK;
	e->pid = (pid_t)b->pid;
	e->parent = (pid_t)b->parent;
	return b->pid != b->parent;
}

static bool decode_exit(struct sideband_event *e, const struct perf_event_header *h)
{
	const struct task_body *b = (const void *)(h + 1);

	e->kind = SIDEBAND_EXIT;
	e->pid = (pid_t)b->pid;
	return b->pid == b->tid;
}

static bool decode_comm(struct sideband_event *e, const struct perf_event_header *h)
{
	const struct comm_body *b = (const void *)(h + 1);

	e->kind = SIDEBAND_EXEC;
	e->pid = (pid_t)b->pid;
	return h->misc & PERF_RECORD_MISC_COMM_EXEC;
}

static bool decode_lost(struct sideband_event *e, const struct perf_event_header *h)
{
	const struct lost_body *b = (const void *)(h + 1);

	e->kind = SIDEBAND_LOST;
	e->lost = b->lost;
	return true;
}

static const struct {
	bool (*decode)(struct sideband_event *e, const struct perf_event_header *h);
	size_t body;
} kinds[] = {
	[PERF_RECORD_MMAP2] = { decode_map, sizeof(struct map_body) + 8 },
	[PERF_RECORD_FORK] = { decode_fork, sizeof(struct task_body) },
	[PERF_RECORD_EXIT] = { decode_exit, sizeof(struct task_body) },
	[PERF_RECORD_COMM] = { decode_comm, sizeof(struct comm_body) },
	[PERF_RECORD_LOST] = { decode_lost, sizeof(struct lost_body) },
};

static void deliver(struct sideband *s, const struct ring *r)
{
	const struct perf_event_header *h = (const void *)r->record;
	struct sideband_event e = { .kind = SIDEBAND_LOST };
	struct sideband_listener *l;

	if (h->type >= NELEMS(kinds) || !kinds[h->type].decode ||
	    h->size < sizeof *h + kinds[h->type].body + 8 || !kinds[h->type].decode(&e, h))
		return;
	e.time = r->time;
	if (e.kind == SIDEBAND_LOST) {
		if (!s->lost)
			log_warning("processes change faster than they can be followed: "
				"some stacks and user symbols will be incomplete");
		s->lost += e.lost;
	}
	LIST_FOREACH(l, &s->listeners, link)
		l->fn(l->arg, &e);
}

// ---- rings -----------------------------------------------------------------

static void copy_out(const struct ring *r, uint64_t from, void *to, size_t n)
{
	const uint8_t *data = (const uint8_t *)r->page + r->page->data_offset;
	size_t at = from & (DATA_SIZE - 1), first = n < DATA_SIZE - at ? n : DATA_SIZE - at;

	memcpy(to, data + at, first);
	memcpy((uint8_t *)to + first, data, n - first);
}

// Takes the record at the tail out of the ring, without moving on. False: none.
static bool peek(struct ring *r)
{
	struct perf_event_header h;

	while (r->tail < r->head) {
		copy_out(r, r->tail, &h, sizeof h);
		if (h.size < sizeof h || h.size > r->head - r->tail) {
			r->tail = r->head;	// the kernel does not write such a thing
			return false;
		}
		if (h.size >= sizeof h + 8 && h.size <= RECORD_MAX) {
			copy_out(r, r->tail, r->record, h.size);
			memcpy(&r->time, r->record + h.size - 8, 8);
			return true;
		}
		r->tail += h.size;
	}
	return false;
}

static void step_over(struct ring *r)
{
	r->tail += ((const struct perf_event_header *)(const void *)r->record)->size;
	if (!peek(r))
		r->time = UINT64_MAX;
}

static struct ring *oldest(struct sideband *s)
{
	struct ring *best = NULL;

	for (uint32_t i = 0; i < s->ncpus; i++) {
		struct ring *r = &s->rings[i];

		if (r->page && (!best || r->time < best->time))
			best = r;
	}
	return best;
}

// Until all is delivered that has happened by now, or so many ns have passed: whoever maps files without end must not keep the
// core from everybody else. True: there was something.
static bool read_round(struct sideband *s, uint64_t budget)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	struct ring *r;
	bool any = false;

	for (uint32_t i = 0; i < s->ncpus; i++) {
		r = &s->rings[i];
		if (!r->page)
			continue;
		r->head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
		any |= r->head != r->tail;
		if (!peek(r))
			r->time = UINT64_MAX;
	}
	while ((r = oldest(s)) && r->time <= now) {
		deliver(s, r);
		step_over(r);
		if (clock_ns(CLOCK_MONOTONIC) - now > budget)
			break;
	}
	for (uint32_t i = 0; i < s->ncpus; i++) {
		r = &s->rings[i];
		if (r->page)
			__atomic_store_n(&r->page->data_tail, r->tail, __ATOMIC_RELEASE);
	}
	return any;
}

void sideband_read(struct sideband *s)
{
	if (!s->open || s->reading)
		return;
	s->reading = true;
	read_round(s, UINT64_MAX);
	s->reading = false;
}

// ---- events ----------------------------------------------------------------

static void watch(struct sideband *s, bool on)
{
	for (uint32_t i = 0; i < s->ncpus; i++) {
		struct event *e = s->rings[i].readable;

		if (e && on)
			event_add(e, NULL);
		else if (e)
			event_del(e);
	}
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval round = { 0, ROUND_US };
	struct sideband *s = arg;

	(void)fd;
	(void)what;
	if (read_round(s, BUDGET_NS))
		evtimer_add(s->timer, &round);
	else
		watch(s, true);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct sideband *s = arg;

	if (!s->open)
		return;
	watch(s, false);
	on_timer(fd, what, s);
}

// ---- processes that are there already --------------------------------------

// A line of /proc/PID/maps. False: not executable.
static bool decode_line(struct sideband_event *e, char *line)
{
	unsigned long start, end;
	char execute;
	int path = 0;

	line[strcspn(line, "\n")] = 0;
	if (sscanf(line, "%lx-%lx %*c%*c%c%*c %lx %x:%x %lu %n", &start, &end, &execute, &e->offset,
			&e->major, &e->minor, &e->inode, &path) != 7 || !path || execute != 'x')
		return false;
	e->address = start;
	e->length = end - start;
	e->path = line[path] ? line + path : "//anon";
	return true;
}

int sideband_scan(pid_t pid, void (*fn)(void *arg, const struct sideband_event *e), void *arg)
{
	CLEANUP(freep) char *line = NULL;
	char path[64];
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (getline(&line, &size, f) > 0) {
		struct sideband_event e = { .kind = SIDEBAND_MAP, .pid = pid };

		if (decode_line(&e, line))
			fn(arg, &e);
	}
	fclose(f);
	return 0;
}

// ---- life ------------------------------------------------------------------

static void close_ring(struct ring *r)
{
	if (r->readable)
		event_free(r->readable);
	if (r->page)
		munmap(r->page, DATA_SIZE + (size_t)sysconf(_SC_PAGESIZE));
	close_fd(r->fd);
}

static void close_rings(struct sideband *s)
{
	for (uint32_t i = 0; s->rings && i < s->ncpus; i++)
		close_ring(&s->rings[i]);
	free(s->rings);
	s->rings = NULL;
	s->open = false;
	evtimer_del(s->timer);
}

static int open_event(uint32_t cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TIME, .sample_id_all = 1,
		.mmap = 1, .mmap2 = 1, .comm = 1, .comm_exec = 1, .task = 1,
		.use_clockid = 1, .clockid = CLOCK_MONOTONIC,
		.watermark = 1, .wakeup_watermark = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

// A CPU that is offline has no ring.
static int open_ring(struct sideband *s, struct ring *r, uint32_t cpu)
{
	void *page;

	r->fd = open_event(cpu);
	if (r->fd == -ENODEV || r->fd == -ENXIO)
		return 0;
	if (r->fd < 0)
		return r->fd;
	page = mmap(NULL, DATA_SIZE + (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
		MAP_SHARED, r->fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	r->page = page;
	r->readable = event_new(s->base, r->fd, EV_READ | EV_PERSIST, on_readable, s);
	return r->readable && !event_add(r->readable, NULL) ? 0 : -ENOMEM;
}

static int open_rings(struct sideband *s)
{
	int r = 0;

	s->rings = calloc(s->ncpus, sizeof *s->rings);
	if (!s->rings)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->ncpus; i++)
		s->rings[i].fd = -1;
	for (uint32_t i = 0; i < s->ncpus && r >= 0; i++)
		r = open_ring(s, &s->rings[i], i);
	s->open = r >= 0;
	if (r < 0)
		close_rings(s);
	return r;
}

int sideband_listen(struct sideband *s, struct sideband_listener *l)
{
	int r = s->open ? 0 : open_rings(s);

	if (r >= 0)
		LIST_INSERT_HEAD(&s->listeners, l, link);
	return r;
}

void sideband_leave(struct sideband *s, struct sideband_listener *l)
{
	struct sideband_listener *other;

	LIST_FOREACH(other, &s->listeners, link) {
		if (other == l)
			break;
	}
	if (!other)
		return;
	LIST_REMOVE(l, link);
	if (LIST_EMPTY(&s->listeners))
		close_rings(s);
}

uint64_t sideband_lost(const struct sideband *s)
{
	return s->lost;
}

int sideband_new(struct sideband **sp, struct event_base *base, uint32_t ncpus)
{
	struct sideband *s = calloc(1, sizeof *s);

	if (!s)
		return -ENOMEM;
	s->base = base;
	s->ncpus = ncpus;
	LIST_INIT(&s->listeners);
	s->timer = evtimer_new(base, on_timer, s);
	if (!s->timer) {
		free(s);
		return -ENOMEM;
	}
	*sp = s;
	return 0;
}

struct sideband *sideband_free(struct sideband *s)
{
	if (!s)
		return NULL;
	close_rings(s);
	event_free(s->timer);
	free(s);
	return NULL;
}
