// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Addresses of the network as text. Words hold an address's bytes as they
// stand in memory.

#include "dlang/runtime/rt.bpf.h"

// Puts n characters, at most 8, packed with the first one lowest, and a NUL.
// The place behind them.
GLOBAL s64 dt_put(struct dt_str *dst, s64 at, s64 chars, int n)
{
	u64 size = strsize(), to = (u64)at, w = (u64)chars;

	if (!dst)
		return 0;
	HIDE(dst);
	for (int i = 0; i < 8; i++) {
		HIDE(to);
		if (i >= n || to >= size - 1)
			break;
		dst->b[to] = (u8)w;
		to = forget(to + 1, w);
		w >>= 8;
	}
	HIDE(to);
	if (to < size)
		dst->b[to] = 0;
	return (s64)to;
}

INLINE u64 hex(u64 digit)
{
	return digit + (digit < 10 ? '0' : 'a' - 10);
}

// a.b.c.d
GLOBAL s64 dt_octets(struct dt_str *dst, s64 at, u32 address)
{
	if (!dst)
		return 0;
	HIDE(dst);
	for (int i = 0; i < 4; i++) {
		u64 v = address >> (8 * i) & 255, chars = '0' + v % 10, n = 1;

		if (v >= 10) {
			chars = chars << 8 | ('0' + v / 10 % 10);
			n = 2;
		}
		if (v >= 100) {
			chars = chars << 8 | ('0' + v / 100);
			n = 3;
		}
		if (i < 3)
			chars |= (u64)'.' << (8 * n++);
		at = dt_put(dst, at, (s64)chars, (int)n);
	}
	return at;
}

GLOBAL s64 dt_inet_ntoa(struct dt_str *dst, u32 address)
{
	if (!dst)
		return -1;
	HIDE(dst);
	dt_octets(dst, 0, address);
	return 0;
}

// One group of an IPv6 address, with a colon in front or not.
GLOBAL s64 dt_group(struct dt_str *dst, s64 at, u32 group, int colon)
{
	u64 chars = 0, n = 0;

	if (!dst)
		return 0;
	HIDE(dst);
	for (int i = 0; i < 4; i++) {	// the last digit first
		chars = chars << 8 | hex(group & 15);
		n++;
		group >>= 4;
		if (!group)
			break;
	}
	if (colon) {
		chars = chars << 8 | ':';
		n++;
	}
	return dt_put(dst, at, (s64)chars, (int)n);
}

INLINE u64 group_of(u64 w0, u64 w1, u64 i)
{
	u64 g = (i < 4 ? w0 : w1) >> (16 * (i & 3)) & 0xffff;

	return (g >> 8 | g << 8) & 0xffff;
}

// The longest run of two or more zero groups: its start | its length << 8; 0xff: none.
INLINE u64 zero_run(u64 w0, u64 w1)
{
	u64 zero = 0, run, starts, n = 0, start = 0;

	for (u64 i = 0; i < 8; i++)
		zero |= (u64)!group_of(w0, w1, i) << i;
	run = starts = zero;
	for (u64 k = 1; k <= 8; k++) {
		if (!run)
			break;
		starts = run;
		n = k;
		run &= zero >> k;
	}
	if (n < 2)
		return 0xff;
	for (u64 i = 0; i < 8; i++) {
		if (starts & 1)
			break;
		starts >>= 1;
		start++;
	}
	return start | n << 8;
}

// dst = an IPv6 address: the longest run of zeros is "::", embedded IPv4
// addresses have dots.
GLOBAL s64 dt_inet6(struct dt_str *dst, s64 first, s64 second)
{
	u64 w0 = (u64)first, w1 = (u64)second, run = forget(zero_run(w0, w1), w0), start, end;
	s64 at = 0;

	if (!dst)
		return -1;
	HIDE(dst);
	start = run & 255;
	end = start + (run >> 8);
	for (u64 i = 0; i < 8; i++) {
		if (i == start)
			at = dt_put(dst, at, ':', 1);
		if (i >= start && i < end)
			continue;
		if (i == 6 && !start && (end == 6 || (end == 5 && group_of(w0, w1, 5) == 0xffff))) {
			at = dt_put(dst, at, ':', 1);
			dt_octets(dst, at, (u32)(w1 >> 32));
			return 0;
		}
		at = dt_group(dst, at, (u32)group_of(w0, w1, i), i != 0);
	}
	if (end == 8)
		dt_put(dst, at, ':', 1);
	return 0;
}

// dst = n bytes, at most 20, in hexadecimal with colons between.
GLOBAL s64 dt_link(struct dt_str *dst, s64 w0, s64 w1, s64 w2, int n)
{
	if (!dst)
		return -1;
	HIDE(dst);
	for (int i = 0; i < 20; i++) {
		u64 b = (u64)(i < 8 ? w0 : i < 16 ? w1 : w2) >> (8 * (i & 7)) & 255;

		if (i >= n)
			break;
		dt_put(dst, 3 * i, (s64)(hex(b >> 4) | hex(b & 15) << 8 | ':' << 16), i + 1 < n ? 3 : 2);
	}
	return 0;
}
