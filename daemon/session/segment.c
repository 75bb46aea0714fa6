// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A session's maps, see segment.h.

#include "daemon/session/segment.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "daemon/kernel/maps.h"
#include "daemon/policy/guard.h"
#include "daemon/util.h"

enum { PAGE = 4096 };

uint64_t segment_bytes(const struct object_layout *layout, uint32_t ncpus)
{
	return layout->ctl_size + (uint64_t)layout->area_size * ncpus + GUARD_MAP_SIZE + PAGE;
}

// Maps size bytes of fd: 0 or a negative errno.
static int map_fd(int fd, int protection, uint64_t size, off_t offset, void *out)
{
	void *p = mmap(NULL, size, protection, MAP_SHARED, fd, offset);

	if (p == MAP_FAILED)
		return -errno;
	*(void **)out = p;
	return 0;
}

static int open_array(const char *name, uint32_t size, uint32_t n, int *fdp, uint8_t **mapp)
{
	int fd = map_open_shared(name, size, n);

	if (fd < 0)
		return fd;
	*fdp = fd;
	return map_fd(fd, PROT_READ | PROT_WRITE, (uint64_t)size * n, 0, mapp);
}

static int open_bell(struct segment *s)
{
	int r;

	s->bell_fd = map_open_bell();
	if (s->bell_fd < 0)
		return s->bell_fd;
	r = map_fd(s->bell_fd, PROT_READ | PROT_WRITE, PAGE, 0, &s->bell_head);
	if (r < 0)
		return r;
	return map_fd(s->bell_fd, PROT_READ, PAGE, PAGE, &s->bell_tail);
}

// The top bit is set, so that zeroed memory never looks like a committed record.
static int draw_secret(uint64_t *secret)
{
	if (getrandom(secret, sizeof *secret, 0) != sizeof *secret)
		return -EIO;
	*secret |= 1ull << 63;
	return 0;
}

int segment_open(struct segment *s, const struct object_layout *layout, uint32_t ncpus,
	const void *image, size_t image_size)
{
	int r;

	*s = (struct segment){
		.layout = *layout, .ncpus = ncpus,
		.guard_fd = -1, .ctl_fd = -1, .seg_fd = -1, .bell_fd = -1,
	};
	r = draw_secret(&s->secret);
	if (r >= 0)
		r = open_array("dt_guard", GUARD_MAP_SIZE, 1, &s->guard_fd, &s->guard);
	if (r >= 0)
		r = open_array("dt_ctl", layout->ctl_size, 1, &s->ctl_fd, &s->ctl);
	if (r >= 0)
		r = open_array("dt_seg", layout->area_size, ncpus, &s->seg_fd, &s->seg);
	if (r >= 0)
		r = open_bell(s);
	if (r < 0) {
		segment_close(s);
		return r;
	}
	if (image_size)
		memcpy(s->ctl + CTL_IMAGE, image, image_size);
	return 0;
}

void segment_close(struct segment *s)
{
	if (s->guard)
		munmap(s->guard, GUARD_MAP_SIZE);
	if (s->ctl)
		munmap(s->ctl, s->layout.ctl_size);
	if (s->seg)
		munmap(s->seg, (uint64_t)s->layout.area_size * s->ncpus);
	if (s->bell_head)
		munmap(s->bell_head, PAGE);
	if (s->bell_tail)
		munmap((void *)(uintptr_t)s->bell_tail, PAGE);
	s->guard = s->ctl = s->seg = NULL;
	s->bell_head = NULL;
	s->bell_tail = NULL;
	s->guard_fd = close_fd(s->guard_fd);
	s->ctl_fd = close_fd(s->ctl_fd);
	s->seg_fd = close_fd(s->seg_fd);
	s->bell_fd = close_fd(s->bell_fd);
}

void segment_silence(struct segment *s)
{
	uint64_t tail = __atomic_load_n(s->bell_tail, __ATOMIC_ACQUIRE);

	__atomic_store_n(s->bell_head, tail, __ATOMIC_RELEASE);
}
