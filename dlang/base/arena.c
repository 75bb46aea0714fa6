// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A chain of chunks, filled from the bottom up. Chunks are zero, so an
// allocation is an addition and a compare. The first ones are small; once those
// are full, they are huge pages, as in a compile of any size most of the time
// went into faulting in small ones. A request that is large for a chunk gets one
// of its own and leaves the current one in place. The budget counts the bytes
// handed out, so that the same program exhausts it at the same place everywhere.
// After a reset there is one chunk, with room for what was there before and half
// as much again.
//
// Under AddressSanitizer, what has not been handed out is poisoned and a gap is
// left behind each allocation.

#include "dlang/base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP 16
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

#define ALIGN 16
#define CHUNK_MIN ((size_t)16 << 10)
#define HUGE ((size_t)2 << 20)
#define CHUNK_MAX (HUGE - sizeof(struct chunk))

struct chunk {
	struct chunk *next;
	size_t mapped;			// bytes, 0: from calloc
	char data[];
};

struct arena {
	char *at, *end;			// the free part of the current chunk
	struct chunk *chunks;
	size_t next_chunk;
	size_t used, budget;
	arena_hook hook;
	void *ctx;
	struct arena *owner, *beside;	// see arena_beside()
};

struct arena *arena_new(size_t budget, arena_hook hook, void *ctx)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a) {
		if (hook)
			hook(ctx);
		abort();
	}
	a->budget = budget ? budget : SIZE_MAX;
	a->hook = hook;
	a->ctx = ctx;
	a->next_chunk = CHUNK_MIN;
	return a;
}

static void free_chunks(struct arena *a)
{
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		if (c->mapped)
			munmap(c, c->mapped);
		else
			free(c);
	}
	a->chunks = NULL;
}

struct arena *arena_free(struct arena *a)
{
	if (!a)
		return NULL;
	arena_free(a->beside);
	if (a->owner)
		a->owner->beside = NULL;
	free_chunks(a);
	free(a);
	return NULL;
}

static void __attribute__((noreturn, cold)) exhausted(struct arena *a)
{
	if (a->hook)
		a->hook(a->ctx);
	abort();
}

// Whole huge pages, if the kernel has them.
static struct chunk *map_chunk(size_t size)
{
	size_t mapped = (size + HUGE - 1) & ~(HUGE - 1), before;
	char *p = mmap(NULL, mapped + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct chunk *c;

	if (p == MAP_FAILED)
		return NULL;
	before = -(uintptr_t)p & (HUGE - 1);
	if (before)
		munmap(p, before);
	munmap(p + before + mapped, HUGE - before);
	c = (struct chunk *)(p + before);
	madvise(c, mapped, MADV_HUGEPAGE);
	c->mapped = mapped;
	return c;
}

static char *add_chunk(struct arena *a, size_t size)
{
	struct chunk *c = sizeof *c + size > HUGE / 4 && !GAP ? map_chunk(sizeof *c + size) : NULL;

	if (!c)
		c = calloc(1, sizeof *c + size);
	if (!c)
		exhausted(a);
	c->next = a->chunks;
	a->chunks = c;
	ASAN_POISON_MEMORY_REGION(c->data, size);
	return c->data;
}

// A current chunk of that size.
static void make_room(struct arena *a, size_t room)
{
	a->at = add_chunk(a, room);
	a->end = a->at + room;
}

struct arena *arena_beside(struct arena *a, size_t room)
{
	struct arena *b = arena_new(a->budget > a->used ? a->budget - a->used : 1, a->hook, a->ctx);

	assert(!a->beside);
	a->beside = b;
	b->owner = a;
	make_room(b, room);
	return b;
}

// The current chunk has no room for size bytes.
static char *alloc_slow(struct arena *a, size_t size)
{
	char *p;

	if (size > a->next_chunk / 4)
		return add_chunk(a, size);
	p = add_chunk(a, a->next_chunk);
	a->at = p + size;
	a->end = p + a->next_chunk;
	a->next_chunk = a->next_chunk * 2 < HUGE / 4 ? a->next_chunk * 2 : CHUNK_MAX;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + GAP + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	char *p;

	if (size > PTRDIFF_MAX / 2 || need > a->budget - a->used)
		exhausted(a);
	a->used += need;
	if (need <= (size_t)(a->end - a->at)) {
		p = a->at;
		a->at += need;
	} else {
		p = alloc_slow(a, need);
	}
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

void arena_reset(struct arena *a)
{
	size_t room = a->used + a->used / 2;
	struct chunk *c = a->chunks;

	if (a->end && !c->next) {
		ASAN_UNPOISON_MEMORY_REGION(c->data, (size_t)(a->end - c->data));
		memset(c->data, 0, (size_t)(a->at - c->data));
		ASAN_POISON_MEMORY_REGION(c->data, (size_t)(a->end - c->data));
		a->at = c->data;
	} else if (c) {
		free_chunks(a);
		make_room(a, room);
	}
	a->used = 0;
}

bool arena_extend(struct arena *a, const void *p, size_t old, size_t size)
{
	size_t had = (old + GAP + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	size_t more = ((size + GAP + ALIGN - 1) & ~(size_t)(ALIGN - 1)) - had;

	if (GAP || (const char *)p + had != a->at || more > (size_t)(a->end - a->at) ||
	    more > a->budget - a->used)
		return false;
	a->at += more;
	a->used += more;
	return true;
}

void *arena_dup(struct arena *a, const void *data, size_t size)
{
	void *p = arena_alloc(a, size);

	if (size)
		memcpy(p, data, size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	assert(fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return arena_strndup(a, "", 0);
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
