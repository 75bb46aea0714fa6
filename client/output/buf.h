// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Text on its way out: a growing buffer, or, with a descriptor, one that is
// written out whenever it passes its high-water mark. Errors stick: callers
// print without checking and ask once per consume cycle.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTBUF_HIGH = 64 * 1024 };

struct outbuf {
	char *data;
	size_t len, cap;
	int fd;			// -1: memory only
	int err;		// first error, negative errno
	enum out_kind { OUT_UNKNOWN, OUT_BYTES, OUT_TERMINAL } kind;	// asked for after each flush: freopen()
};

#define OUTBUF_INIT(fd_) ((struct outbuf){ .fd = (fd_) })

void outbuf_deinit(struct outbuf *b);
#define _cleanup_outbuf_ __attribute__((cleanup(outbuf_deinit)))

// Makes room for n more bytes, writing out or growing. 0 or the sticky error.
int outbuf_reserve(struct outbuf *b, size_t n);
// Writes everything to the descriptor. 0 or the sticky error (-EPIPE, ...).
int outbuf_flush(struct outbuf *b);
void outbuf_printf(struct outbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline void outbuf_put(struct outbuf *b, const char *p, size_t n)
{
	if (b->cap - b->len < n && outbuf_reserve(b, n) < 0)
		return;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
}

static inline void outbuf_str(struct outbuf *b, const char *s)
{
	outbuf_put(b, s, strlen(s));
}

static inline void outbuf_char(struct outbuf *b, char c)
{
	if (b->cap == b->len && outbuf_reserve(b, 1) < 0)
		return;
	b->data[b->len++] = c;
}

// Text that the traced side has made (strings, names of programs and functions), in width columns
// as outbuf_pad() does. What goes to a terminal has no control characters but tab and newline, none that turns the
// direction of text, and nothing that is not UTF-8: those bytes become \ooo. Files, pipes and memory get it as it is.
void outbuf_foreign(struct outbuf *b, const char *p, size_t n, int width);
// The same for messages.
void foreign_print(FILE *f, const char *s);
// Takes what would do harm to a terminal out of a text.
void foreign_tame(char *text);
// The bytes of the character of UTF-8 at p (of n bytes, n > 0) that does no harm to a terminal, 0 if there is none: controls
// but tab and newline, U+0080 to U+009F, those of direction, overlong forms and surrogates.
size_t foreign_length(const char *p, size_t n);

// n times c; n may be negative: nothing.
static inline void outbuf_fill(struct outbuf *b, char c, int64_t n)
{
	if (n <= 0 || (b->cap - b->len < (size_t)n && outbuf_reserve(b, (size_t)n) < 0))
		return;
	memset(b->data + b->len, c, (size_t)n);
	b->len += (size_t)n;
}

// The text in width columns, like %*s (negative: left) of n bytes.
static inline void outbuf_pad(struct outbuf *b, const char *p, size_t n, int width)
{
	int64_t fill = (int64_t)(width < 0 ? -(int64_t)width : width) - (int64_t)n;

	if (width > 0)
		outbuf_fill(b, ' ', fill);
	outbuf_put(b, p, n);
	if (width < 0)
		outbuf_fill(b, ' ', fill);
}
