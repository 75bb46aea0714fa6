// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Default layouts, see trace.h.

#include "client/format/trace.h"

#include <string.h>

#include "client/format/location.h"
#include "client/format/number.h"

enum { TEXT_WIDTH = 33, KEY_WIDTH = 50, DUMP_MARGIN = 5, DUMP_ROW = 16, STACK_INDENT = 14 };

static int int_width(uint32_t size)
{
	return size == 8 ? 16 : size == 4 ? 8 : size == 2 ? 5 : 3;
}

void trace_put_int(struct outbuf *b, int64_t v, uint32_t size, bool quiet)
{
	if (!quiet)
		outbuf_char(b, ' ');
	decimal_put(b, v, quiet ? 0 : int_width(size));
}

// 4 and 8 bytes print as signed numbers whatever their type, smaller ones by it.
static void put_int_value(struct outbuf *b, const struct value *v, const struct source *src, bool quiet)
{
	struct value as_signed = *v;

	as_signed.is_signed = v->is_signed || v->size >= 4;
	trace_put_int(b, value_int(&as_signed, src->bytes), v->size, quiet);
}

static void put_text(struct outbuf *b, const char *s, size_t n, int width, bool quiet)
{
	if (!quiet)
		outbuf_put(b, "  ", 2);
	outbuf_foreign(b, s, n, quiet ? 0 : -width);
}

// ---- bytes -----------------------------------------------------------------

static bool is_text_byte(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || (c >= '\a' && c <= '\r');
}

// Whether the bytes are printable, perhaps with NULs at the end: the length of
// the text, or -1.
static int64_t guess_text(const uint8_t *p, uint32_t n)
{
	uint32_t len = 0;

	while (len < n && is_text_byte(p[len]))
		len++;
	if (!len)
		return -1;
	for (uint32_t i = len; i < n; i++)
		if (p[i])
			return -1;
	return len;
}

static void put_dump_row(struct outbuf *b, const uint8_t *p, uint32_t offset, uint32_t n)
{
	static const char hex[] = "0123456789abcdef";

	outbuf_printf(b, "%*s%5x:", DUMP_MARGIN, "", offset);
	for (uint32_t i = 0; i < n; i++) {
		char tmp[3] = { ' ', hex[p[i] >> 4], hex[p[i] & 15] };

		outbuf_put(b, tmp, 3);
	}
	outbuf_fill(b, ' ', 3 * (DUMP_ROW - (int64_t)n) + 2);
	for (uint32_t i = 0; i < n; i++)
		outbuf_char(b, p[i] < ' ' || p[i] > '~' ? '.' : (char)p[i]);
	outbuf_char(b, '\n');
}

static void put_dump(struct outbuf *b, const uint8_t *p, uint32_t n)
{
	outbuf_printf(b, "\n%*s      ", DUMP_MARGIN, "");
	for (int i = 0; i < DUMP_ROW; i++)
		outbuf_printf(b, "  %x", (unsigned int)i);
	outbuf_str(b, "  0123456789abcdef\n");
	for (uint32_t i = 0; i < n; i += DUMP_ROW)
		put_dump_row(b, p + i, i, n - i < DUMP_ROW ? n - i : DUMP_ROW);
}

static void put_bytes(struct outbuf *b, const uint8_t *p, uint32_t n, int width,
		      const struct trace_style *style)
{
	int64_t len = style->rawbytes ? -1 : guess_text(p, n);

	if (len >= 0)
		put_text(b, (const char *)p, (size_t)len, width, style->quiet);
	else
		put_dump(b, p, n);
}

// ---- addresses -------------------------------------------------------------

// In columns also when quiet.
static void put_location(struct outbuf *b, const struct value *v, const struct source *src)
{
	_cleanup_outbuf_ struct outbuf tmp = OUTBUF_INIT(-1);

	location_put(&tmp, v, src);
	put_text(b, tmp.data, tmp.len, KEY_WIDTH, false);
}

// ---- by kind ---------------------------------------------------------------

static void put_value(struct outbuf *b, const struct value *v, const struct source *src, int width,
		      const struct trace_style *style)
{
	const char *s;
	size_t n;

	if (v->kind == VK_INT) {
		put_int_value(b, v, src, style->quiet);
	} else if (v->kind == VK_BYTES) {
		put_bytes(b, src->bytes + v->offset, v->size, width, style);
	} else if (value_is_stack(v)) {
		stack_put(b, v, src, src->where ? src->where->indent : STACK_INDENT);
	} else if (value_is_address(v)) {
		put_location(b, v, src);
	} else {
		s = value_text(v, src, &n);
		put_text(b, s, n, width, style->quiet);
	}
}

void trace_put(struct outbuf *b, const struct value *v, const struct source *src,
	       const struct trace_style *style)
{
	put_value(b, v, src, TEXT_WIDTH, style);
}

void trace_put_memory(struct outbuf *b, const struct value *v, const struct source *src, uint64_t limit)
{
	put_dump(b, src->bytes + v->offset, limit && limit < v->size ? (uint32_t)limit : v->size);
}

void trace_put_key(struct outbuf *b, const struct value *v, const struct source *src)
{
	static const struct trace_style style = { false, false };

	put_value(b, v, src, KEY_WIDTH, &style);
}

int trace_key_width(const struct value *v)
{
	return v->kind == VK_INT ? int_width(v->size) + 1 : KEY_WIDTH + 2;
}
