// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// json(): one value of a JSON text, by a path like a.b[0].c. The text is read
// once, a character at a time; keys are compared with the path as they come, and
// only the value that is looked for is written. Escapes stay as they are.

#include "dlang/runtime/rt.bpf.h"

enum {
	REST, OBJECT, KEY, KEY_ESCAPE, COLON, VALUE, STRING, ESCAPE, WORD, NUMBER, COLLECT,
	COLLECT_STRING, COLLECT_ESCAPE, COMMA, DONE, FAIL,
};

// What is known between two characters; 62 bits when packed.
struct state {
	u64 at;			// REST ... FAIL
	u64 found;		// this value is the one the path means, as far as elem
	u64 array;		// the level is an array
	u64 miss;		// the key is another one
	u64 pos;		// place in dst, or in the path behind elem
	u64 elem;		// place in the path
	u64 depth;		// brackets open in the value collected
	u64 left;		// elements of the array until the one wanted
};

enum { NEVER = 8191 };

INLINE struct state unpack(u64 w)
{
	return (struct state){ w & 15, w >> 4 & 1, w >> 5 & 1, w >> 6 & 1, w >> 7 & NEVER,
			       w >> 20 & NEVER, w >> 33 & NEVER, w >> 46 & NEVER };
}

INLINE u64 pack(const struct state *s)
{
	return s->at | s->found << 4 | s->array << 5 | s->miss << 6 | (s->pos & NEVER) << 7 |
	       (s->elem & NEVER) << 20 | (s->depth & NEVER) << 33 | (s->left & NEVER) << 46;
}

INLINE int is_separator(u64 c)
{
	return c == '.' || c == '[' || c == ']';
}

INLINE int is_space(u64 c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

INLINE int is_digit(u64 c)
{
	return c >= '0' && c <= '9';
}

INLINE int is_lower(u64 c)
{
	return c >= 'a' && c <= 'z';
}

// The first place from here on that is no separator (or the first that is one).
GLOBAL s64 dt_json_skip(const struct dt_str *path, s64 from, int separators)
{
	u64 size = strsize(), at = (u64)from;

	if (!path)
		return 0;
	HIDE(path);
	for (u64 i = 0; i < size; i += 8) {
		u64 w, stop;

		HIDE(at);
		if (at >= size)
			break;
		w = load_at(path, at, size);
		stop = zeros(w ^ '.' * ONES) | zeros(w ^ '[' * ONES) | zeros(w ^ ']' * ONES);
		if (separators)
			stop ^= HIGHS;
		stop |= zeros(w);	// what is behind the end reads as zeros
		at = forget(at + first(stop), w);
		if (stop)
			break;
	}
	return (s64)at;
}

// The number that starts here in the path; NEVER: no number, or a large one.
GLOBAL s64 dt_json_index(const struct dt_str *path, s64 from)
{
	u64 size = strsize(), at = (u64)from, v = 0, w;

	if (!path)
		return NEVER;
	HIDE(path);
	w = load(path, 0);
	for (u64 i = 0; i < 5; i++) {
		u64 c;

		HIDE(at);
		if (at >= size)
			break;
		c = path->b[at];
		if (!is_digit(c)) {
			if (!i)
				v = NEVER;
			break;
		}
		v = forget(v * 10 + (c - '0'), w);
		at = forget(at + 1, w);
	}
	return v < NEVER ? (s64)v : NEVER;
}

INLINE void emit(struct dt_str *dst, struct state *s, u64 c, u64 size)
{
	u64 at = s->pos;

	HIDE(at);
	if (!s->found || at >= size - 1)
		return;
	dst->b[at] = (u8)c;
	s->pos = at + 1;
}

INLINE u64 path_char(const struct dt_str *path, u64 at, u64 size)
{
	HIDE(at);
	return at < size ? path->b[at] : 0;
}

// A value has ended.
INLINE void value_done(struct dt_str *dst, struct state *s, u64 size)
{
	u64 at = s->pos;

	s->at = COMMA;
	if (!s->found)
		return;
	s->at = DONE;
	HIDE(at);
	if (at < size)
		dst->b[at] = 0;
}

// A character of a key.
GLOBAL s64 dt_json_key(const struct dt_str *path, s64 packed, int ch)
{
	struct state s = unpack((u64)packed);
	u64 want, c = (u8)ch;

	if (!path)
		return FAIL;
	HIDE(path);
	want = path_char(path, s.elem + s.pos, strsize());
	if (c == '"' && s.at == KEY) {
		s.found = !s.miss && (!want || is_separator(want));
		s.at = COLON;
		return (s64)pack(&s);
	}
	s.at = s.at == KEY && c == '\\' ? KEY_ESCAPE : KEY;
	if (want != c || is_separator(want))
		s.miss = 1;
	s.pos++;
	return (s64)pack(&s);
}

// Into an object or an array: the state, without the number of the element.
INLINE u64 entered(u64 packed, u64 elem, u64 c)
{
	struct state s = unpack(packed);

	s.array = c == '[';
	s.at = s.array ? VALUE : OBJECT;
	s.found = 0;
	s.elem = elem;
	return pack(&s);
}

// The number of the element that is wanted, where an array was entered.
GLOBAL s64 dt_json_enter(const struct dt_str *path, s64 packed, u32 elem, int ch)
{
	struct state s = unpack(entered((u64)packed, elem, (u8)ch));

	if (!path)
		return FAIL;
	HIDE(path);
	if (!s.array)
		return (s64)pack(&s);
	s.left = (u64)dt_json_index(path, elem);
	s.found = !s.left;
	return (s64)pack(&s);
}

// The next part of the path, if the value at hand is the one for this part; -1:
// there is none.
GLOBAL s64 dt_json_next(const struct dt_str *path, s64 packed)
{
	u64 size = strsize(), next;

	if (!path || !((u64)packed >> 4 & 1))
		return -1;
	HIDE(path);
	next = (u64)dt_json_skip(path, dt_json_skip(path, (s64)((u64)packed >> 20 & NEVER), 0), 1);
	return path_char(path, next, size) ? (s64)next : -1;
}

// The first character of a value.
GLOBAL s64 dt_json_value(struct dt_str *dst, const struct dt_str *path, s64 packed, int ch)
{
	s64 next = dt_json_next(path, packed);
	struct state s = unpack((u64)packed);
	u64 c = (u8)ch;
	int open = c == '{' || c == '[';

	if (!dst || (next >= 0 && !open))
		return FAIL;
	HIDE(dst);
	if (next >= 0)
		return dt_json_enter(path, packed, (u32)next, ch);
	s.at = open ? COLLECT : c == '"' ? STRING : is_lower(c) ? WORD :
		is_digit(c) || c == '-' ? NUMBER : FAIL;
	s.depth = 1;
	s.pos = 0;
	if (c != '"')
		emit(dst, &s, c, strsize());
	return (s64)pack(&s);
}

INLINE void on_comma(struct state *s, u64 c)
{
	if (is_space(c))
		return;
	s->at = c != ',' ? FAIL : s->array ? VALUE : OBJECT;
	if (s->array) {
		s->left--;
		s->found = !s->left;
	}
}

INLINE int is_known_word(const struct dt_str *dst)
{
	u64 w = load(dst, 0);

	return (w & 0xfffffffffful) == 0x65757274 || (w & 0xfffffffffful) == 0x6c6c756e ||
	       (w & 0xfffffffffffful) == 0x65736c6166;
}

INLINE void on_word(struct dt_str *dst, struct state *s, u64 c, u64 size)
{
	int more = s->at == WORD ? is_lower(c) : is_digit(c) || is_lower(c | 32) || c == '.' ||
						 c == '+' || c == '-';
	int word = s->at == WORD;

	if (more) {
		emit(dst, s, c, size);
		return;
	}
	value_done(dst, s, size);
	if (s->at == COMMA)
		on_comma(s, c);
	else if (word && !is_known_word(dst))
		s->at = FAIL;
}

INLINE void on_string(struct dt_str *dst, struct state *s, u64 c, u64 size)
{
	if (c == '"' && s->at == STRING) {
		value_done(dst, s, size);
		return;
	}
	s->at = s->at == STRING && c == '\\' ? ESCAPE : STRING;
	emit(dst, s, c, size);
}

INLINE void on_collect(struct dt_str *dst, struct state *s, u64 c, u64 size)
{
	emit(dst, s, c, size);
	if (s->at == COLLECT_ESCAPE) {
		s->at = COLLECT_STRING;
	} else if (s->at == COLLECT_STRING) {
		s->at = c == '"' ? COLLECT : c == '\\' ? COLLECT_ESCAPE : COLLECT_STRING;
	} else if (c == '"') {
		s->at = COLLECT_STRING;
	} else {
		s->depth += (u64)(c == '{' || c == '[') - (u64)(c == '}' || c == ']');
		if (!s->depth)
			value_done(dst, s, size);
	}
}

// Between values: what is expected is one character.
INLINE void on_other(struct state *s, u64 c)
{
	if (is_space(c))
		return;
	if (s->at == COMMA) {
		on_comma(s, c);
	} else if (s->at == COLON) {
		s->at = c == ':' ? VALUE : FAIL;
	} else {
		s->at = c == '"' ? KEY : FAIL;
		s->pos = s->miss = 0;
	}
}

// One character.
GLOBAL s64 dt_json_step(struct dt_str *dst, const struct dt_str *path, s64 packed, int ch)
{
	u64 at = (u64)packed & 15, size = strsize(), c = (u8)ch;
	struct state s;

	if (!dst || !path || !c)
		return FAIL;
	HIDE(dst);
	HIDE(path);
	if (at == KEY || at == KEY_ESCAPE)
		return dt_json_key(path, packed, ch);
	if (at == VALUE && !is_space(c))
		return dt_json_value(dst, path, packed, ch);
	if (at == REST && (c == '{' || c == '['))
		return dt_json_enter(path, packed, (u32)((u64)packed >> 20 & NEVER), ch);
	if (at == VALUE || at == REST)
		return is_space(c) ? packed : FAIL;
	s = unpack((u64)packed);
	if (at == STRING || at == ESCAPE)
		on_string(dst, &s, c, size);
	else if (at == WORD || at == NUMBER)
		on_word(dst, &s, c, size);
	else if (at >= COLLECT && at <= COLLECT_ESCAPE)
		on_collect(dst, &s, c, size);
	else
		on_other(&s, c);
	return (s64)pack(&s);
}

// dst = the value in the JSON text s that the path means: strings without their
// quotes, all else as it stands. 0; -1: there is none.
GLOBAL s64 dt_json(struct dt_str *dst, const struct dt_str *s, const struct dt_str *path)
{
	u64 size = strsize(), at;
	s64 state;

	if (!dst || !s || !path)
		return -1;
	HIDE(dst);
	HIDE(s);
	HIDE(path);
	state = dt_json_skip(path, 0, 1) << 20;
	for (u64 i = 0; i < size; i++) {
		state = dt_json_step(dst, path, state, s->b[i]);
		if ((state & 14) == 14)
			break;
	}
	at = (u64)state & 15;
	HIDE(at);
	return at == DONE ? 0 : -1;
}
