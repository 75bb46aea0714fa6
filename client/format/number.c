// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Integers to text, see number.h.

#include "client/format/number.h"

enum { MAX_DIGITS = 24 };

// Writes digits backwards from end; returns the first.
static char *decimal_digits(char *end, uint64_t v)
{
	static const char pairs[] =
		"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
		"5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

	while (v >= 100) {
		end -= 2;
		memcpy(end, pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10) {
		end -= 2;
		memcpy(end, pairs + 2 * v, 2);
	} else {
		*--end = (char)('0' + v);
	}
	return end;
}

static char *other_digits(char *end, uint64_t v, unsigned int base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned int shift = base == 16 ? 4 : 3;

	do {
		*--end = digits[v & (base - 1)];
		v >>= shift;
	} while (v);
	return end;
}

void decimal_put(struct outbuf *b, int64_t v, int width)
{
	char tmp[MAX_DIGITS], *end = tmp + sizeof(tmp), *p;

	p = decimal_digits(end, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	if (v < 0)
		*--p = '-';
	outbuf_pad(b, p, (size_t)(end - p), width);
}

// What stands before the digits: sign, blank, or 0x.
static const char *prefix_of(const struct spec *spec, uint64_t magnitude, bool negative,
			     unsigned int base, bool upper)
{
	if (negative)
		return "-";
	if (base == 16 && (spec->flags & FLAG_ALT) && magnitude)
		return upper ? "0X" : "0x";
	if (base != 10 || spec->conv == 'u')
		return "";
	if (spec->flags & FLAG_PLUS)
		return "+";
	return spec->flags & FLAG_SPACE ? " " : "";
}

void number_put(struct outbuf *b, const struct spec *spec, uint64_t magnitude, bool negative,
		unsigned int base, bool upper)
{
	char tmp[MAX_DIGITS], *end = tmp + sizeof(tmp), *p;
	const char *prefix = prefix_of(spec, magnitude, negative, base, upper);
	int64_t ndigits, zeros = 0, blanks;

	p = base == 10 ? decimal_digits(end, magnitude) : other_digits(end, magnitude, base, upper);
	ndigits = end - p;
	if (spec->prec > ndigits)
		zeros = spec->prec - ndigits;
	else if (base == 8 && (spec->flags & FLAG_ALT) && *p != '0')
		zeros = 1;
	blanks = spec->width - ndigits - zeros - (int64_t)strlen(prefix);
	if ((spec->flags & FLAG_ZERO) && !spec->prec && blanks > 0) {
		zeros += blanks;
		blanks = 0;
	}
	if (!(spec->flags & FLAG_LEFT))
		outbuf_fill(b, ' ', blanks);
	outbuf_str(b, prefix);
	outbuf_fill(b, '0', zeros);
	outbuf_put(b, p, (size_t)ndigits);
	if (spec->flags & FLAG_LEFT)
		outbuf_fill(b, ' ', blanks);
}

void text_put(struct outbuf *b, const struct spec *spec, const char *s, size_t n)
{
	if (spec->prec > 0 && (size_t)spec->prec < n)
		n = (size_t)spec->prec;
	outbuf_foreign(b, s, n, spec->flags & FLAG_LEFT ? -spec->width : spec->width);
}
