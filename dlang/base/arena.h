// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// An arena: memory of one compile, released in one call. Owned by whoever made
// it. Allocation never returns NULL: when the byte budget is spent, the
// exhaustion hook is called, and it must not return (the compile worker exits).

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

typedef void (*arena_hook)(void *ctx) __attribute__((noreturn));

// budget in bytes (0: unlimited); hook NULL: abort().
struct arena *arena_new(size_t budget, arena_hook hook, void *ctx);
struct arena *arena_free(struct arena *a);

// Another one, with what is left of a's budget and its hook, for what is of use for a while only: about
// room bytes. One at a time; it is freed with a at the latest, so that a hook may leave by longjmp().
struct arena *arena_beside(struct arena *a, size_t room);
// Takes back all that was handed out. Its pages stay, so that the next round need not fault them in.
void arena_reset(struct arena *a);

// Zeroed, aligned to 16 bytes.
void *arena_alloc(struct arena *a, size_t size);
// True if what was last allocated, at p, is now size bytes, size > old.
bool arena_extend(struct arena *a, const void *p, size_t old, size_t size);
void *arena_dup(struct arena *a, const void *data, size_t size);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
