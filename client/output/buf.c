// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The output buffer, see buf.h.

#include "client/output/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void outbuf_deinit(struct outbuf *b)
{
	free(b->data);
	*b = OUTBUF_INIT(-1);
}

static int outbuf_fail(struct outbuf *b, int err)
{
	if (!b->err)
		b->err = err;
	b->len = 0;
	return b->err;
}

int outbuf_flush(struct outbuf *b)
{
	size_t done = 0;
	ssize_t n;

	if (b->err)
		return outbuf_fail(b, b->err);
	while (b->fd >= 0 && done < b->len) {
		n = write(b->fd, b->data + done, b->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return outbuf_fail(b, -errno);
		done += (size_t)n;
	}
	if (b->fd >= 0) {
		b->len = 0;
		b->kind = OUT_UNKNOWN;
	}
	return 0;
}

int outbuf_reserve(struct outbuf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 4096;
	char *data;
	int r;

	if (b->len + n > OUTBUF_HIGH && b->fd >= 0) {
		r = outbuf_flush(b);
		if (r < 0)
			return r;
	}
	if (b->err)
		return b->err;
	while (cap - b->len < n) {
		if (cap > SIZE_MAX / 4)
			return outbuf_fail(b, -ENOMEM);
		cap *= 2;
	}
	if (cap == b->cap)
		return 0;
	data = realloc(b->data, cap);
	if (!data)
		return outbuf_fail(b, -ENOMEM);
	b->data = data;
	b->cap = cap;
	return 0;
}

void outbuf_printf(struct outbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (outbuf_reserve(b, 256) < 0)
		return;
	va_start(ap, fmt);
	n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= b->cap - b->len) {
		if (outbuf_reserve(b, (size_t)n + 1) < 0)
			return;
		va_start(ap, fmt);
		vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}
