// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Strings as wholes: length, order, concatenation, parts, case.

#include "dlang/runtime/rt.bpf.h"

// Bytes before the NUL, at most strsize; -1: no string.
GLOBAL s64 dt_strlen(const struct dt_str *s)
{
	if (!s)
		return -1;
	HIDE(s);
	return (s64)length(s, strsize());
}

// -1, 0 or 1, by the first byte that differs, unsigned.
GLOBAL s64 dt_strcmp(const struct dt_str *a, const struct dt_str *b)
{
	u64 size = strsize();

	if (!a || !b)
		return -1;
	HIDE(a);
	HIDE(b);
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size);
		u64 x = load(a, p), y = load(b, p), z = zeros(x);

		if (x == y && !z)
			continue;
		if (z) {	// what is behind the NUL does not count
			u64 mask = (z - 1) ^ z;

			x &= mask;
			y &= mask;
		}
		if (x != y)
			return __builtin_bswap64(x) < __builtin_bswap64(y) ? -1 : 1;
		return 0;
	}
	return 0;
}

// The first min(n, what there is) bytes of the word w, put at a place less than
// eight bytes before the end; dst ends there. 1 if the string w holds is cut.
INLINE s64 put_end(struct dt_str *dst, u64 at, u64 w, u64 size)
{
	u64 over = at - (size - 8), z = zeros(w);

	if (over < 8) {
		u64 old = load(dst, size - 8) & ((1ul << (over * 8)) - 1);

		store(dst, size - 8, old | w << (over * 8));
		if (z && first(z) < 8 - over)
			return 0;
	}
	dst->b[size - 1] = 0;
	return 1;
}

// dst = a, then b. 0; 1 if the end was cut off.
GLOBAL s64 dt_strjoin(struct dt_str *dst, const struct dt_str *a, const struct dt_str *b)
{
	u64 size = strsize(), at = size, w = 0;

	if (!dst || !a || !b)
		return -1;
	HIDE(dst);
	HIDE(a);
	HIDE(b);
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), z;

		w = load(a, p);
		z = zeros(w);
		store(dst, p, w);
		if (z) {
			at = p + first(z);
			break;
		}
	}
	at = forget(at, w);
	if (at >= size) {
		dst->b[size - 1] = 0;
		return 1;
	}
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), to = at - (i - p);

		w = load(b, p);
		HIDE(to);
		if (to > size - 8)
			return put_end(dst, to, w, size);
		store(dst, to, w);
		if (zeros(w))
			return 0;
		at += 8;
	}
	dst->b[size - 1] = 0;
	return 1;
}

// dst = n bytes of s from i on, or the rest without has_n. i < 0 counts from
// the end, and what lies before the start shortens n; n < 0 stops that many
// bytes before the end.
GLOBAL s64 dt_substr(struct dt_str *dst, const struct dt_str *s, s64 i, s64 n, int has_n)
{
	u64 size = strsize(), start, count;
	s64 len;

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	len = (s64)length(s, size);
	if (i < 0)
		i += len;
	if (i < 0) {
		n = n < 0 ? 0 : n + i;
		n = n < 0 ? 0 : n;
		i = 0;
	}
	if (!has_n)
		n = len;
	if (i >= len) {
		dst->b[0] = 0;
		return 0;
	}
	if (n < 0)
		n += len - i;
	if (n < 0)
		n = 0;
	if (n > len - i)
		n = len - i;
	start = forget((u64)i, load(s, 0));
	count = forget((u64)n, load(s, 0));
	if (start <= size && count <= size)
		copy(dst, s, start, count, size);
	return 0;
}

// 0x80 in each byte of w that is an ASCII letter from lo to hi.
INLINE u64 between(u64 w, u8 lo, u8 hi)
{
	u64 low = w & LOWS;

	return ((low + (128 - lo) * ONES) ^ (low + (127 - hi) * ONES)) & ~w & HIGHS;
}

// dst = s with the case of the letters lo to hi changed.
INLINE s64 change_case(struct dt_str *dst, const struct dt_str *s, u8 lo, u8 hi)
{
	u64 size = strsize();

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), w = load(s, p);

		store(dst, p, w ^ between(w, lo, hi) >> 2);
		if (zeros(w))
			return 0;
	}
	dst->b[size - 1] = 0;
	return 0;
}

GLOBAL s64 dt_tolower(struct dt_str *dst, const struct dt_str *s)
{
	return change_case(dst, s, 'A', 'Z');
}

GLOBAL s64 dt_toupper(struct dt_str *dst, const struct dt_str *s)
{
	return change_case(dst, s, 'a', 'z');
}
