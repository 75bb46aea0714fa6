// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The conversions, found by letter in the table at the end.

#include "client/format/conv.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <wchar.h>

#include "client/format/location.h"

#define CONV_ARGS \
	struct outbuf *b __attribute__((unused)), const struct spec *spec __attribute__((unused)), \
	const struct value *v __attribute__((unused)), const struct source *src __attribute__((unused))

// ---- integers --------------------------------------------------------------

static void put_signed(struct outbuf *b, const struct spec *spec, int64_t x)
{
	number_put(b, spec, x < 0 ? 0 - (uint64_t)x : (uint64_t)x, x < 0, 10, false);
}

// %d: by the argument's own type.
static void conv_d(CONV_ARGS)
{
	if (v->is_signed)
		put_signed(b, spec, value_int(v, src->bytes));
	else
		number_put(b, spec, value_uint(v, src->bytes), false, 10, false);
}

// %i: signed, whatever the type says.
static void conv_i(CONV_ARGS)
{
	struct value as_signed = *v;

	as_signed.is_signed = true;
	put_signed(b, spec, value_int(&as_signed, src->bytes));
}

static void conv_u(CONV_ARGS)
{
	number_put(b, spec, value_uint(v, src->bytes), false, 10, false);
}

static void conv_o(CONV_ARGS)
{
	number_put(b, spec, value_uint(v, src->bytes), false, 8, false);
}

static void conv_x(CONV_ARGS)
{
	number_put(b, spec, value_uint(v, src->bytes), false, 16, spec->conv == 'X');
}

// %a, %A: an address by name.
void conv_address(CONV_ARGS)
{
	_cleanup_outbuf_ struct outbuf tmp = OUTBUF_INIT(-1);

	address_put(&tmp, v, src, spec->conv == 'A');
	text_put(b, spec, tmp.data, tmp.len);
}

// %s of sym() and its like.
static void conv_location(CONV_ARGS)
{
	_cleanup_outbuf_ struct outbuf tmp = OUTBUF_INIT(-1);

	location_put(&tmp, v, src);
	text_put(b, spec, tmp.data, tmp.len);
}

// %k: -width is the indent.
static void conv_stack(CONV_ARGS)
{
	stack_put(b, v, src, spec->flags & FLAG_LEFT ? spec->width : 0);
}

void conv_number(struct outbuf *b, const struct spec *spec, int64_t v, bool is_signed)
{
	struct spec decimal = *spec;

	switch (spec->conv) {
	case 'x': case 'X': case 'p':
		number_put(b, spec, (uint64_t)v, false, 16, spec->conv == 'X');
		return;
	case 'o':
		number_put(b, spec, (uint64_t)v, false, 8, false);
		return;
	case 'i':
		is_signed = true;
		break;
	case 'u':
		is_signed = false;
		break;
	default:
		break;
	}
	decimal.conv = is_signed ? 'd' : 'u';
	if (is_signed)
		put_signed(b, &decimal, v);
	else
		number_put(b, &decimal, (uint64_t)v, false, 10, false);
}

// ---- floating point --------------------------------------------------------

static long double value_float(const struct value *v, const uint8_t *bytes)
{
	float f;
	double d;
	long double ld;

	if (v->size == sizeof(f)) {
		memcpy(&f, bytes + v->offset, sizeof(f));
		return f;
	}
	if (v->size == sizeof(d)) {
		memcpy(&d, bytes + v->offset, sizeof(d));
		return d;
	}
	if (v->size == sizeof(ld)) {
		memcpy(&ld, bytes + v->offset, sizeof(ld));
		return ld;
	}
	return 0;
}

static void conv_float(CONV_ARGS)
{
	static const struct { uint8_t flag; char c; } flags[] = {
		{ FLAG_ALT, '#' }, { FLAG_ZERO, '0' }, { FLAG_LEFT, '-' }, { FLAG_PLUS, '+' },
		{ FLAG_SPACE, ' ' },
	};
	char fmt[16], *p = fmt, tmp[8192];
	int prec = spec->prec ? spec->prec : 6, width = spec->width < 4096 ? spec->width : 4096;

	*p++ = '%';
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (spec->flags & flags[i].flag)
			*p++ = flags[i].c;
	memcpy(p, "*.*L", 4);
	p[4] = spec->conv;
	p[5] = '\0';
	if (prec > 1024)
		prec = 1024;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(tmp, sizeof(tmp), fmt, width, prec, value_float(v, src->bytes));
#pragma GCC diagnostic pop
	outbuf_str(b, tmp);
}

// ---- text ------------------------------------------------------------------

static void conv_s(CONV_ARGS)
{
	size_t n;
	const char *s = value_text(v, src, &n);

	text_put(b, spec, s, n);
}

void conv_escape(struct outbuf *b, const char *s, size_t n)
{
	static const char plain[] = "\a\b\f\n\r\t\v\"\\", letters[] = "abfnrtv\"\\";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *at = c ? memchr(plain, c, sizeof(plain) - 1) : NULL;

		if (at) {
			outbuf_char(b, '\\');
			outbuf_char(b, letters[at - plain]);
		} else if (c < 0x20 || c >= 0x7f) {
			char tmp[4] = { '\\', (char)('0' + (c >> 6)), (char)('0' + (c >> 3 & 7)),
					(char)('0' + (c & 7)) };

			outbuf_put(b, c ? tmp : "\\0", c ? 4 : 2);
		} else {
			outbuf_char(b, (char)c);
		}
	}
}

static void put_escaped(struct outbuf *b, const struct spec *spec, const char *s, size_t n)
{
	_cleanup_outbuf_ struct outbuf tmp = OUTBUF_INIT(-1);

	conv_escape(&tmp, s, n);
	text_put(b, spec, tmp.data, tmp.len);
}

static void conv_S(CONV_ARGS)
{
	size_t n;
	const char *s = value_text(v, src, &n);

	put_escaped(b, spec, s, n);
}

static void conv_c(CONV_ARGS)
{
	char c = (char)value_uint(v, src->bytes);

	text_put(b, spec, &c, 1);
}

static void conv_C(CONV_ARGS)
{
	char c = (char)value_uint(v, src->bytes);

	put_escaped(b, spec, &c, 1);
}

// UTF-8 of one wide character: its length, 0 for none.
static size_t utf8_put(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	if (c > 0x10ffff)
		return 0;
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void conv_wide_char(CONV_ARGS)
{
	char tmp[4];

	text_put(b, spec, tmp, utf8_put(tmp, (uint32_t)value_uint(v, src->bytes)));
}

static void conv_wide_string(CONV_ARGS)
{
	_cleanup_outbuf_ struct outbuf tmp = OUTBUF_INIT(-1);

	for (uint32_t i = 0; i + sizeof(wchar_t) <= v->size; i += sizeof(wchar_t)) {
		char utf8[4];
		uint32_t c;

		memcpy(&c, src->bytes + v->offset + i, sizeof(c));
		if (!c)
			break;
		outbuf_put(&tmp, utf8, utf8_put(utf8, c));
	}
	text_put(b, spec, tmp.data, tmp.len);
}

// ---- names and times -------------------------------------------------------

static void put_time(struct outbuf *b, const struct spec *spec, uint64_t ns, const char *fmt)
{
	time_t t = (time_t)(ns / 1000000000);
	char tmp[128];
	struct tm tm;

	if (!localtime_r(&t, &tm))
		return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	text_put(b, spec, tmp, strftime(tmp, sizeof(tmp), fmt, &tm));
#pragma GCC diagnostic pop
}

static void conv_Y(CONV_ARGS)
{
	put_time(b, spec, value_uint(v, src->bytes), "%Y %b %e %H:%M:%S");
}

static void conv_T(CONV_ARGS)
{
	put_time(b, spec, value_uint(v, src->bytes), "%a, %d %b %Y %H:%M:%S %Z");
}

static void conv_P(CONV_ARGS)
{
	uint16_t port = (uint16_t)value_uint(v, src->bytes);
	struct servent ent, *found = NULL;
	char tmp[1024], digits[8];

	if (getservbyport_r(htons(port), NULL, &ent, tmp, sizeof(tmp), &found) == 0 && found) {
		text_put(b, spec, found->s_name, strlen(found->s_name));
		return;
	}
	text_put(b, spec, digits, (size_t)snprintf(digits, sizeof(digits), "%u", port));
}

static void conv_I(CONV_ARGS)
{
	size_t n;
	const char *s = value_text(v, src, &n);
	char text[INET6_ADDRSTRLEN + 1], host[256];
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	int r = -1;

	snprintf(text, sizeof(text), "%.*s", (int)n, s);
	if (inet_pton(AF_INET, text, &in4.sin_addr) == 1)
		r = getnameinfo((struct sockaddr *)&in4, sizeof(in4), host, sizeof(host), NULL, 0,
				NI_NAMEREQD);
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		r = getnameinfo((struct sockaddr *)&in6, sizeof(in6), host, sizeof(host), NULL, 0,
				NI_NAMEREQD);
	if (r == 0)
		text_put(b, spec, host, strlen(host));
	else
		text_put(b, spec, s, n);
}

// ---- the table -------------------------------------------------------------

enum accepts { INT = 1, TEXT = 2, BYTES = 4, ADDRESS = 8, STACK = 16 };

static const struct {
	char letter;
	bool wide;
	uint8_t accepts;
	conv_fn fn;
} convs[] = {
	{ 'c', true, INT, conv_wide_char },
	{ 'C', true, INT, conv_wide_char },
	{ 's', true, BYTES | TEXT, conv_wide_string },
	{ 'a', false, INT | ADDRESS, conv_address },
	{ 'A', false, INT | ADDRESS, conv_address },
	{ 'k', false, STACK, conv_stack },
	{ 's', false, ADDRESS, conv_location },
	{ 'S', false, ADDRESS, conv_location },
	{ 'p', false, ADDRESS, conv_address },
	{ 'c', false, INT, conv_c },
	{ 'C', false, INT, conv_C },
	{ 'd', false, INT, conv_d },
	{ 'i', false, INT, conv_i },
	{ 'u', false, INT, conv_u },
	{ 'o', false, INT, conv_o },
	{ 'x', false, INT, conv_x },
	{ 'X', false, INT, conv_x },
	{ 'p', false, INT, conv_x },
	{ 'e', false, BYTES, conv_float },
	{ 'E', false, BYTES, conv_float },
	{ 'f', false, BYTES, conv_float },
	{ 'g', false, BYTES, conv_float },
	{ 'G', false, BYTES, conv_float },
	{ 's', false, TEXT | BYTES, conv_s },
	{ 'S', false, TEXT | BYTES, conv_S },
	{ 'I', false, TEXT | BYTES, conv_I },
	{ 'P', false, INT, conv_P },
	{ 'T', false, INT, conv_T },
	{ 'Y', false, INT, conv_Y },
};

conv_fn conv_find(char letter, bool wide, const struct value *v)
{
	uint8_t is = v->kind == VK_INT ? INT : v->kind == VK_BYTES ? BYTES : value_is_stack(v) ? STACK :
		     value_is_address(v) ? ADDRESS : TEXT;

	for (size_t i = 0; i < sizeof(convs) / sizeof(convs[0]); i++)
		if (convs[i].letter == letter && (!convs[i].wide || wide) && (convs[i].accepts & is))
			return convs[i].fn;
	return NULL;
}
