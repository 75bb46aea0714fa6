// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A growing string: doubled when full, one byte always kept for the NUL.

#include "dlang/base/sbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAP 64

void sbuf_init(struct sbuf *b, struct arena *a)
{
	*b = (struct sbuf){ .arena = a, .cap = FIRST_CAP };
	b->s = arena_alloc(a, FIRST_CAP);
}

// Afterwards n more bytes and a NUL fit.
static void reserve(struct sbuf *b, size_t n)
{
	size_t cap = b->cap;
	char *s;

	if (n < b->cap - b->n)
		return;
	while (cap - b->n <= n)
		cap *= 2;
	s = arena_alloc(b->arena, cap);
	memcpy(s, b->s, b->n);
	b->s = s;
	b->cap = cap;
}

void sbuf_add(struct sbuf *b, const char *s, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->s + b->n, s, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void sbuf_puts(struct sbuf *b, const char *s)
{
	sbuf_add(b, s, strlen(s));
}

void sbuf_putc(struct sbuf *b, char c)
{
	sbuf_add(b, &c, 1);
}

void sbuf_printf(struct sbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->s + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}
