// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// basename() and dirname(): a path read from its end.

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
