// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the functions of the D run-time library are made of. They are BPF
// global functions: the verifier checks each once, with strings of exactly
// strsize bytes at unknown addresses, and forgets all about their result.
//
// Three rules keep that check short, on every kernel from 6.1:
//   - strings are read eight bytes at a time, by a counter that starts at a
//     constant; the last word is moved back when strsize is no multiple of 8
//   - a number that a loop found is made unknown to the verifier (forget)
//     before the next loop, and bounded again by a compare; else it follows
//     each possible number through all that comes behind
//   - a loop leaves where the number runs out of bounds instead of going on in
//     another mode
// Little-endian, as are all machines we run on.

#define NULL ((void *)0)

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long s64;
typedef u64 __attribute__((may_alias)) word;

// A string variable. Its size is the session's strsize, 16 to 4096, which
// neither this type nor the compiler knows: see strsize().
struct dt_str {
	u8 b[4096];
};

// Where members of the kernel's structures are, by MEMBER_ number.
enum {
#define MEMBER(id, sou, path) MEMBER_##id,
#include "dlang/runtime/members.def"
#undef MEMBER
};

enum { DT_MEMBERS = 32 };

struct dt_members {
	unsigned short at[DT_MEMBERS];
};

#define GLOBAL __attribute__((noinline, used))
#define INLINE static inline __attribute__((always_inline))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

// 0, or an error and dst is zero.
static long (*const read_user)(void *dst, u32 size, u64 from) = (void *)112;
static long (*const read_kernel)(void *dst, u32 size, u64 from) = (void *)113;

// Of kernel memory; 0 where there is none.
INLINE u64 word_at(u64 address)
{
	u64 w;

	if (read_kernel(&w, 8, address))
		w = 0;
	return w;
}

// The compiler shall not know how x was made. After the check for NULL, that
// keeps a pointer from being stored to the stack before it.
#define HIDE(x) asm volatile("" : "+r"(x))

#define ONES 0x0101010101010101ul
#define LOWS 0x7f7f7f7f7f7f7f7ful
#define HIGHS 0x8080808080808080ul

// The session's strsize: the core replaces this immediate when it links.
INLINE u64 strsize(void)
{
	u64 v;

	asm volatile("%0 = 0x57525a45" : "=r"(v));
	return v;
}

INLINE u64 load(const struct dt_str *s, u64 at)
{
	return *(const word *)(s->b + at);
}

INLINE void store(struct dt_str *s, u64 at, u64 w)
{
	*(word *)(s->b + at) = w;
}

// x, as a number of which the verifier knows nothing. noise is any value that
// it does not know, such as a loaded word.
INLINE u64 forget(u64 x, u64 noise)
{
	HIDE(noise);
	x ^= noise;
	HIDE(x);
	return x ^ noise;
}

// Where the word of a loop's step at is loaded: the last one moves back to end
// with the string, over bytes that were seen before.
INLINE u64 place(u64 at, u64 size)
{
	return at > size - 8 ? size - 8 : at;
}

// 0x80 in each byte of w that is zero, 0 in the others.
INLINE u64 zeros(u64 w)
{
	return ~(((w & LOWS) + LOWS) | w | LOWS);
}

// All bits below the first mark of a non-empty mask made by zeros(), in whole
// bytes: the bytes in front of the one that is marked.
INLINE u64 before(u64 marks)
{
	return ((marks - 1) & ~marks) >> 7;
}

// The number of the first byte that is marked, 0 to 7; 8 when none is.
INLINE u64 first(u64 marks)
{
	return ((before(marks) & ONES) * ONES) >> 56;
}

// The number of the last byte that is marked; marks must not be empty.
INLINE u64 last(u64 marks)
{
	marks |= marks >> 8;
	marks |= marks >> 16;
	marks |= marks >> 32;
	return (((marks & HIGHS) >> 7) * ONES >> 56) - 1;
}

// The eight bytes at any place of a string, zeros beyond its end.
INLINE u64 load_at(const struct dt_str *s, u64 at, u64 size)
{
	u64 over;

	HIDE(at);
	if (at <= size - 8)
		return load(s, at);
	over = at - (size - 8);
	return over < 8 ? load(s, size - 8) >> (over * 8) : 0;
}

// Bytes before the NUL, at most size; the verifier knows 0..size.
INLINE u64 length(const struct dt_str *s, u64 size)
{
	u64 n = size, w = 0;

	for (u64 i = 0; i < size; i += 8) {
		u64 p = place(i, size), z;

		w = load(s, p);
		z = zeros(w);
		if (z) {
			n = p + first(z);
			break;
		}
	}
	n = forget(n, w);
	return n > size ? size : n;
}

// dst = n bytes of s from start on; start + n is at most size, and a full dst
// loses its last byte.
INLINE void copy(struct dt_str *dst, const struct dt_str *s, u64 start, u64 n, u64 size)
{
	u64 from = start;

	if (n > size - 1)
		n = size - 1;
	for (u64 i = 0; i < size && i < n; i += 8) {
		u64 p = place(i, size), at = from - (i - p);

		HIDE(at);
		if (at > size - 8) {
			store(dst, p, load_at(s, at, size));
			break;
		}
		store(dst, p, load(s, at));
		from += 8;
	}
	n = forget(n, load(s, 0));	// 6.1 does not see that some exits are impossible
	if (n < size)
		dst->b[n] = 0;
}
