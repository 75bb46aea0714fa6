// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The kernel maps of one session, mapped into the core: the guard's words,
// ctl, seg and the bell (dlang/bpf/segment.h draws them). Programs write to
// this memory at any time: read each word once, atomically.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/object.h"

struct segment {
	struct object_layout layout;
	uint32_t ncpus;			// elements of seg: possible CPUs
	int guard_fd, ctl_fd, seg_fd, bell_fd;
	uint8_t *guard, *ctl, *seg;
	uint64_t *bell_head;		// the core's position in the bell's ring
	const uint64_t *bell_tail;
	uint64_t secret;
};

// What a segment of this layout takes.
uint64_t segment_bytes(const struct object_layout *layout, uint32_t ncpus);

// 0 or a negative errno with everything closed again.
int segment_open(struct segment *s, const struct object_layout *layout, uint32_t ncpus,
	const void *image, size_t image_size);
void segment_close(struct segment *s);

// Empties the bell, so that it is quiet until it rings again.
void segment_silence(struct segment *s);

static inline uint64_t *segment_word(uint8_t *map, uint32_t offset)
{
	return (uint64_t *)(void *)(map + offset);
}

static inline uint64_t segment_get(uint8_t *map, uint32_t offset)
{
	return __atomic_load_n(segment_word(map, offset), __ATOMIC_ACQUIRE);
}

static inline void segment_set(uint8_t *map, uint32_t offset, uint64_t value)
{
	__atomic_store_n(segment_word(map, offset), value, __ATOMIC_SEQ_CST);
}

static inline uint8_t *segment_area(const struct segment *s, uint32_t cpu)
{
	return s->seg + (uint64_t)cpu * s->layout.area_size;
}
