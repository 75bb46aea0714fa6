// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Paths: basename() and dirname(), read from the end; cleanpath().

#include "dlang/runtime/rt.bpf.h"

// Goes back from end over all slashes, or over all that is no slash; the place
// behind the byte where it stopped, 0 at the start of the string.
INLINE u64 back(const struct dt_str *s, u64 end, int slashes, u64 size)
{
	u64 w = 0;

	for (u64 i = 0; i < size; i += 8) {
		u64 stop;

		HIDE(end);
		if (end < 8) {
			w = load(s, 0) << ((8 - end) * 8 & 63);
			if (!end)
				break;
		} else {
			if (end > size)
				break;
			w = load(s, end - 8);
		}
		stop = zeros(w ^ '/' * ONES);
		if (slashes)
			stop ^= HIGHS;
		if (end < 8)	// the bytes shifted in are before the start
			stop |= HIGHS >> (end * 8);
		if (stop) {
			end = end + last(stop) - 7;
			break;
		}
		end -= 8;
	}
	end = forget(end, w);
	return end > size ? size : end;
}

// dst = the character c as a string.
INLINE s64 one(struct dt_str *dst, u8 c)
{
	store(dst, 0, c);
	return 0;
}

// dst = the last component of s.
GLOBAL s64 dt_basename(struct dt_str *dst, const struct dt_str *s)
{
	u64 size = strsize(), len, end, start;

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	len = length(s, size);
	if (!len)
		return one(dst, '.');
	end = back(s, len, 1, size);
	if (!end)
		return one(dst, '/');
	start = back(s, end, 0, size);
	if (start <= end)
		copy(dst, s, start, end - start, size);
	return 0;
}

// dst = s without its last component.
GLOBAL s64 dt_dirname(struct dt_str *dst, const struct dt_str *s)
{
	u64 size = strsize(), len, end;

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	len = length(s, size);
	if (!len)
		return one(dst, '.');
	end = back(s, len, 1, size);
	if (!end)
		return one(dst, '/');
	end = back(s, end, 0, size);
	if (!end)
		return one(dst, '.');
	end = back(s, end, 1, size);
	if (!end)
		return one(dst, '/');
	copy(dst, s, 0, end, size);
	return 0;
}

// The place of the last slash before end, 0 when there is none.
GLOBAL s64 dt_slash(const struct dt_str *s, s64 end)
{
	u64 size = strsize(), at = (u64)end;

	if (!s || at > size)
		return 0;
	HIDE(s);
	at = back(s, at, 0, size);
	return at ? (s64)(at - 1) : 0;
}

// One character of a path. The state: the place in dst, and in the upper half
// how much of "/.." was read and not yet written. Negative: the end.
#define CLEAN_END (1ul << 63)

GLOBAL s64 dt_cleanpath_step(struct dt_str *dst, s64 state, int c)
{
	u64 size = strsize(), at = (u32)state, seen = (u64)state >> 32 & 3, ch = (u8)c;

	if (!dst)
		return -1;
	HIDE(dst);
	if (at >= size - 5)
		return (s64)(at | CLEAN_END);
	if (seen && ch == '/' && seen < 3)	// "//" and "/./"
		return (s64)(at | 1ul << 32);
	if (!seen && ch == '/')
		return (s64)(at | 1ul << 32);
	if ((seen == 1 || seen == 2) && ch == '.')
		return (s64)(at | (seen + 1) << 32);
	if (seen == 3 && (ch == '/' || !ch)) {
		at = (u64)dt_slash(dst, (s64)at);
		if (ch)
			return (s64)(at | 1ul << 32);
		if (at < size)
			dst->b[at] = '/';
		return (s64)((at + 1) | CLEAN_END);
	}
	if (seen) {
		dst->b[at] = '/';
		dst->b[at + 1] = '.';
		dst->b[at + 2] = '.';
		at += seen;
	}
	if (!ch)
		return (s64)(at | CLEAN_END);
	if (at < size)
		dst->b[at] = (u8)ch;
	return (s64)(at + 1);
}

// dst = s without "//" and "/./", and without what a "/.." goes back over; no
// longer than strsize - 2. The path is taken as text, links are not followed.
GLOBAL s64 dt_cleanpath(struct dt_str *dst, const struct dt_str *s)
{
	u64 size = strsize(), at;
	s64 state = 0;

	if (!dst || !s)
		return -1;
	HIDE(dst);
	HIDE(s);
	for (u64 i = 0; i < size; i++) {
		state = dt_cleanpath_step(dst, state, s->b[i]);
		if (state < 0)
			break;
	}
	if (state >= 0)
		state = dt_cleanpath_step(dst, state, 0);
	at = (u32)state;
	if (at < size)
		dst->b[at] = 0;
	return 0;
}
