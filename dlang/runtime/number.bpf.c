// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Numbers: as text, and as buckets of llquantize().

#include "dlang/runtime/rt.bpf.h"

// Digits of v in a base of 2 to 36; at least one. The verifier knows nothing.
INLINE u64 count_digits(u64 v, u64 base, u64 noise)
{
	u64 n = 1, power = base, most = ~0ul / base;

	HIDE(most);	// else clang makes an overflow check in 128 bits of it
	for (u64 i = 0; i < 64; i++) {
		if (power > v)
			break;
		n++;
		if (power > most)
			break;
		power *= base;
	}
	return forget(n, noise);
}

// dst = n in a base of 2 to 36: signed in base 10, else unsigned; base 8 starts
// with 0, base 16 with 0x. A text longer than dst loses its end. -1: bad base.
GLOBAL s64 dt_lltostr(struct dt_str *dst, s64 n, int base)
{
	u64 size = strsize(), v = (u64)n, b = (u32)base, at = 0, end, noise;

	if (!dst || b < 2 || b > 36)
		return -1;
	HIDE(dst);
	noise = load(dst, 0);
	if (b == 10 && n < 0) {
		v = -v;
		dst->b[at++] = '-';
	}
	if (b == 16 || (b == 8 && v))
		dst->b[at++] = '0';
	if (b == 16)
		dst->b[at++] = 'x';
	b = forget(b, noise);
	v = forget(v, noise);
	at = forget(at, noise);
	at += count_digits(v, b, noise);
	end = at;
	v = forget(v, noise);
	for (u64 i = 0; i < 64; i++) {
		u64 digit = v % b;

		v /= b;
		at--;
		HIDE(at);
		if (at < size)
			dst->b[at] = (u8)(digit + (digit < 10 ? '0' : 'a' - 10));
		if (!v)
			break;
		at = forget(at, noise);
		v = forget(v, noise);
	}
	HIDE(end);
	if (end < size)
		dst->b[end] = 0;
	else
		dst->b[size - 1] = 0;
	return 0;
}

// The bucket of x in llquantize(x, factor, low, high, nsteps), low_high being
// low | high << 16: 0 below factor^low, then the buckets in order, the last one
// for factor^(high + 1) and more. Negative numbers are in bucket 0.
//
// The order m, from factor^m to next = factor^(m + 1), has buckets of the width
// next > nsteps ? next / nsteps : 1. dt_llquant_levels, the number of buckets
// in all, is 2 + the sum over m = low ... high of
// ceil((factor^(m + 1) - factor^m) / width(m)).
GLOBAL s64 dt_llquant(s64 x, u32 factor, u32 low_high, u32 nsteps)
{
	u64 v = (u64)x, from = 1, low = low_high & 0xffff, high = low_high >> 16, bucket, noise = v;

	if (x < 0 || high < low)
		return 0;
	for (u64 m = 0; m < 64 && m < low; m++)
		from *= factor;
	from = forget(from, noise);
	if (v < from)
		return 0;
	bucket = forget(1, noise);
	high -= low;
	for (u64 m = 0; m < 64 && m <= high; m++) {
		u64 next = from * factor, width = next > nsteps ? next / nsteps : 1;

		if (v < next)
			return (s64)(bucket + (v - from) / width);
		bucket += (next - from + width - 1) / width;
		from = forget(next, noise);
	}
	return (s64)bucket;
}

// What the character at a place is worth as a digit of a base; -1: it is none.
GLOBAL s64 dt_digit(const struct dt_str *s, s64 place, int base)
{
	u64 at = (u64)place, c, letter, d;

	if (!s || at >= strsize())
		return -1;
	HIDE(s);
	c = s->b[at];
	letter = (c | 32) - 'a';
	d = c - '0' < 10 ? c - '0' : letter < 26 ? letter + 10 : 99;
	return d < (u32)base ? (s64)d : -1;
}

// 1 for a space and the like, without a branch.
INLINE u64 is_blank(u64 c)
{
	const u64 blanks = 1ul << ' ' | 0x1ful << '\t';
	u64 low = ((c >> 6) - 1) >> 63;

	HIDE(low);
	return blanks >> (c & 63) & low;
}

// How many blanks are at the start of s.
GLOBAL s64 dt_blanks(const struct dt_str *s)
{
	u64 size = strsize();

	if (!s)
		return 0;
	HIDE(s);
	for (u64 i = 0; i < size; i++) {
		if (!is_blank(s->b[i]))
			return (s64)i;
	}
	return (s64)size;
}

// The number at the start of s in a base of 2 to 36: blanks, a sign, 0x in base
// 16, digits up to the first character that is none. It wraps around.
GLOBAL s64 dt_strtoll(const struct dt_str *s, int base)
{
	u64 size = strsize(), at, v = 0, c = 0, minus, w;

	if (!s)
		return 0;
	HIDE(s);
	w = load(s, 0);
	at = (u64)dt_blanks(s);
	HIDE(at);
	if (at < size)
		c = s->b[at];
	minus = forget(c == '-', w);
	at += minus || c == '+';
	if (base == 16 && (load_at(s, at, size) & 0xdfff) == ('0' | 'X' << 8))
		at += 2;
	for (u64 i = 0; i < size; i++) {
		s64 d;

		d = dt_digit(s, (s64)at, base);
		if (d < 0)
			break;
		v = forget(v * (u32)base + (u64)d, w);
		at = forget(at + 1, w);
	}
	return (s64)(minus ? -v : v);
}
