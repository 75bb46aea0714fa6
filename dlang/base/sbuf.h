// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A string under construction in an arena; always NUL-terminated.

#include <stddef.h>

#include "dlang/base/arena.h"

struct sbuf {
	struct arena *arena;
	char *s;
	size_t n, cap;
};

void sbuf_init(struct sbuf *b, struct arena *a);
void sbuf_add(struct sbuf *b, const char *s, size_t n);
void sbuf_puts(struct sbuf *b, const char *s);
void sbuf_putc(struct sbuf *b, char c);
void sbuf_printf(struct sbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
