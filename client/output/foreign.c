// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a process calls itself must not move the cursor, name the window or answer for the user of the terminal that
// shows it. This is the one place that knows which bytes could.

#include "client/output/buf.h"

#include <stdbool.h>
#include <unistd.h>

static bool to_terminal(struct outbuf *b)
{
	if (b->kind == OUT_UNKNOWN)
		b->kind = b->fd >= 0 && isatty(b->fd) ? OUT_TERMINAL : OUT_BYTES;
	return b->kind == OUT_TERMINAL;
}

// Of text that is written from right to left: they move what stands around them.
static bool turns_text(uint32_t c)
{
	static const struct { uint32_t first, last; } controls[] = {
		{ 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x202a, 0x202e }, { 0x2066, 0x2069 },
	};

	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		if (c >= controls[i].first && c <= controls[i].last)
			return true;
	return false;
}

size_t foreign_length(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	static const struct { unsigned char first, last; uint32_t least; } forms[] = {
		[2] = { 0xc2, 0xdf, 0xa0 }, [3] = { 0xe0, 0xef, 0x800 }, [4] = { 0xf0, 0xf4, 0x10000 },
	};
	uint32_t c;

	if (*p < 0x80)
		return (*p >= 0x20 && *p != 0x7f) || *p == '\t' || *p == '\n';
	for (size_t len = 2; len <= 4 && len <= n; len++) {
		if (*p < forms[len].first || *p > forms[len].last)
			continue;
		c = *p & (0x7fU >> len);
		for (size_t i = 1; i < len; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[i] & 0x3f);
		}
		if (c < forms[len].least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || turns_text(c))
			return 0;
		return len;
	}
	return 0;
}

static void escape(struct outbuf *b, const char *p, size_t n)
{
	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = foreign_length(p + i, n - i);
		if (len)
			outbuf_put(b, p + i, len);
		else
			outbuf_printf(b, "\\%03o", (unsigned int)(unsigned char)p[i]);
	}
}

void outbuf_foreign(struct outbuf *b, const char *p, size_t n, int width)
{
	_cleanup_outbuf_ struct outbuf text = OUTBUF_INIT(-1);

	if (to_terminal(b)) {
		escape(&text, p, n);
		p = text.data;
		n = text.len;
	}
	outbuf_pad(b, p, n, width);
}

void foreign_print(FILE *f, const char *s)
{
	_cleanup_outbuf_ struct outbuf b = OUTBUF_INIT(-1);

	b.kind = isatty(fileno(f)) ? OUT_TERMINAL : OUT_BYTES;
	outbuf_foreign(&b, s, strlen(s), 0);
	if (b.len)
		fwrite(b.data, 1, b.len, f);
}

void foreign_tame(char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0, len; i < n; i += len) {
		len = foreign_length(text + i, n - i);
		if (!len) {
			text[i] = '?';
			len = 1;
		}
	}
}
