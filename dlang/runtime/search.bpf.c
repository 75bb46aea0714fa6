// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Finding a character or a string in a string; tokens.

#include "dlang/runtime/rt.bpf.h"

// Searches are three functions deep, each with one loop, so that the kernel
// verifies the loops one by one: dt_index() and the like take a word at a time,
// dt_match8() the places of a word, dt_match() compares at one place.
// A range of places lo to hi, at all of which sub fits, travels as one number,
// with a bit that asks for the last place instead of the first.
#define WANT_LAST (1ul << 63)

INLINE s64 range_of(u64 lo, u64 hi, int want_last)
{
	return (s64)(lo | hi << 32 | (want_last ? WANT_LAST : 0));
}

INLINE u64 range_end(s64 range)
{
	return (u64)range << 1 >> 33;
}

// 1 if sub stands in s at this place, which is in the range, else 0.
GLOBAL s64 dt_match(const struct dt_str *s, const struct dt_str *sub, s64 at, s64 range)
{
	u64 size = strsize(), from = (u64)at;

	if (!s || !sub || from > size)
		return 0;
	HIDE(s);
	HIDE(sub);
	if (from < (u32)range || from > range_end(range))
		return 0;
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), q = from - (i - p), w = load(sub, p), z = zeros(w), x;

		HIDE(q);
		if (q > size - 8) {
			x = w ^ load_at(s, q, size);
			return z && !(x & before(z));
		}
		x = w ^ load(s, q);
		if (z)
			return !(x & before(z));
		if (x)
			return 0;
		from += 8;
	}
	return 1;
}

// The first or last of the eight places from at on, and in the range, where sub
// stands in s; -1: at none. sub is not empty.
GLOBAL s64 dt_match8(const struct dt_str *s, const struct dt_str *sub, s64 at, s64 range)
{
	u64 size = strsize(), start = (u64)at, head, marks;

	if (!s || !sub || start >= size)
		return -1;
	HIDE(s);
	HIDE(sub);
	head = load(sub, 0);
	marks = zeros(load_at(s, start, size) ^ (head & 255) * ONES);
	if (head >> 8 & 255)
		marks &= zeros(load_at(s, start + 1, size) ^ (head >> 8 & 255) * ONES);
	for (int k = 0; k < 8; k++) {
		u64 here;

		if (!marks)
			break;
		here = range < 0 ? last(marks) : first(marks);
		if (dt_match(s, sub, at + (s64)here, range))
			return at + (s64)here;
		marks &= ~(128ul << (here & 7) * 8);
	}
	return -1;
}

// The first (or last) place of sub in s, from lo to hi; -1: none.
INLINE s64 find(
	const struct dt_str *s, const struct dt_str *sub, u64 lo, u64 hi, int want_last, u64 size)
{
	s64 found = -1, range = (s64)forget((u64)range_of(lo, hi, want_last), load(s, 0));

	for (u64 i = 0; i < size; i += 8) {
		s64 here;

		if (i > range_end(range))
			break;
		here = dt_match8(s, sub, (s64)i, range);
		if (here < 0)
			continue;
		if (!want_last)
			return here;
		found = here;
	}
	return found;
}

// The first place of sub in s, not before start; -1: nowhere.
GLOBAL s64 dt_index(const struct dt_str *s, const struct dt_str *sub, int start, int has_start)
{
	u64 size = strsize(), len, n;
	s64 lo = has_start && start > 0 ? start : 0;

	if (!s || !sub)
		return -1;
	HIDE(s);
	HIDE(sub);
	len = length(s, size);
	n = length(sub, size);
	if (!n)
		return lo < (s64)len ? lo : (s64)len;
	if (lo > (s64)(len - n))
		return -1;
	return find(s, sub, (u64)lo, len - n, 0, size);
}

// The last place of sub in s, not behind start; -1: nowhere.
GLOBAL s64 dt_rindex(const struct dt_str *s, const struct dt_str *sub, int start, int has_start)
{
	u64 size = strsize(), len, n;
	s64 hi;

	if (!s || !sub)
		return -1;
	HIDE(s);
	HIDE(sub);
	len = length(s, size);
	n = length(sub, size);
	hi = (s64)(len - n);
	if (has_start && start < hi)
		hi = start;
	if (!n)
		return hi < 0 ? 0 : hi;
	if (hi < 0)
		return -1;
	return find(s, sub, 0, (u64)hi, 1, size);
}

// dst = s from the place at on, which a search gave; 1 and "" if it found none.
INLINE s64 suffix(struct dt_str *dst, const struct dt_str *s, u64 at, u64 size)
{
	u64 from;

	if (at > size) {
		dst->b[0] = 0;
		return 1;
	}
	from = at;
	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), q = from - (i - p), w;

		HIDE(q);
		if (q > size - 8) {
			store(dst, p, load_at(s, q, size));
			break;
		}
		w = load(s, q);
		store(dst, p, w);
		if (zeros(w))
			return 0;
		from += 8;
	}
	dst->b[size - 1] = 0;	// also right when the tail came with its NUL, or ends in zeros
	return 0;
}

// dst = s from the first sub on; 1: there is none, dst is "".
GLOBAL s64 dt_strstr(struct dt_str *dst, const struct dt_str *s, const struct dt_str *sub)
{
	u64 size = strsize(), len, n;
	s64 at = 0;

	if (!dst || !s || !sub)
		return -1;
	HIDE(dst);
	HIDE(s);
	HIDE(sub);
	len = length(s, size);
	n = length(sub, size);
	if (n)
		at = n > len ? -1 : find(s, sub, 0, len - n, 0, size);
	return suffix(dst, s, forget((u64)at, load(s, 0)), size);
}

// Where the character stands in s, the NUL included: the first place, or the
// last; more than size: nowhere.
INLINE u64 find_char(const struct dt_str *s, u8 c, int want_last, u64 size)
{
	u64 at = forget(~0ul, load(s, 0)), w;

	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), z, hit;

		w = load(s, p);
		z = zeros(w);
		hit = zeros(w ^ c * ONES) & (z ^ (z - 1));
		if (hit) {
			at = forget(p + (want_last ? last(hit) : first(hit)), w);
			if (!want_last)
				break;
		}
		if (z)
			break;
	}
	return at;
}

// dst = s from the first character c on; 1: there is none, dst is "".
GLOBAL s64 dt_strchr(struct dt_str *dst, const struct dt_str *s, int c)
{
	u64 size = strsize();

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	return suffix(dst, s, find_char(s, (u8)c, 0, size), size);
}

// dst = s from the last character c on; 1: there is none, dst is "".
GLOBAL s64 dt_strrchr(struct dt_str *dst, const struct dt_str *s, int c)
{
	u64 size = strsize();

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	return suffix(dst, s, find_char(s, (u8)c, 1, size), size);
}

// 1 if the character, which is not 0, is one of a set, else 0.
GLOBAL s64 dt_has(const struct dt_str *set, int c)
{
	u64 size = strsize();

	if (!set)
		return 0;
	HIDE(set);
	return find_char(set, (u8)c, 0, size) <= size;
}

// One character of s in search of a token: c and its place i as c | i << 8. The
// state: the place to start at, from bit 16 the length of the token, from bit 32
// the place behind it. Negative: the end.
#define TOKEN_END (1ul << 63)

GLOBAL s64 dt_strtok_step(struct dt_str *dst, const struct dt_str *delims, s64 state, u32 char_at)
{
	u64 from = (u64)state & 0xffff, n = (u64)state >> 16 & 0xffff, c = char_at & 255, i = char_at >> 8;

	if (!dst || !delims)
		return -1;
	HIDE(dst);
	HIDE(delims);
	if (i < from)
		return state;
	if (!c)
		return (s64)((u64)state | i << 32 | TOKEN_END);
	if (dt_has(delims, (int)c))
		return n ? (s64)((u64)state | (i + 1) << 32 | TOKEN_END) : state;
	HIDE(n);
	if (n < strsize())
		dst->b[n] = (u8)c;
	return state + 0x10000;
}

// dst = the next token of s from a place on: the longest run of characters not
// in delims. The place behind it; -1: there is none.
GLOBAL s64 dt_strtok(struct dt_str *dst, const struct dt_str *s, const struct dt_str *delims, s64 from)
{
	u64 size = strsize(), n;
	s64 state = from;

	if (!dst || !s || !delims || from < 0 || from > 0xffff)
		return -1;
	HIDE(dst);
	HIDE(s);
	HIDE(delims);
	for (u64 i = 0; i < size; i++) {
		state = dt_strtok_step(dst, delims, state, (u32)(s->b[i] | i << 8));
		if (state < 0)
			break;
	}
	if (state >= 0)
		state |= (s64)(size << 32);
	n = (u64)state >> 16 & 0xffff;
	if (!n)
		return -1;
	HIDE(n);
	if (n < size)
		dst->b[n] = 0;
	else
		dst->b[size - 1] = 0;
	return state >> 32 & 0xffff;
}
