// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A matcher without recursion: on a mismatch only the last star needs to take
// one character more, because any earlier star that took more could be replaced
// by the last one doing so. Time is at most length times length.

#include "providers/glob.h"

#include <string.h>

bool glob_is_pattern(const char *p)
{
	return strpbrk(p, "*?[\\") != NULL;
}

bool glob_too_many(const char *p)
{
	int stars = 0;

	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '*' && p[1] && p[1] != '*')
			stars++;
	}
	return stars > GLOB_MAX_STARS;
}

// One character of a set, with \ taken off. *p is moved behind it.
static unsigned char set_char(const char **p)
{
	if (**p == '\\' && (*p)[1])
		++*p;
	return (unsigned char)*(*p)++;
}

// p is behind the [. Returns what follows the ], NULL if there is none.
static const char *match_set(const char *p, unsigned char c, bool *matched)
{
	bool negated = *p == '!', found = false, first = true;

	if (negated)
		p++;
	for (; first || *p != ']'; first = false) {
		unsigned char low, high;

		if (!*p)
			return NULL;
		low = high = set_char(&p);
		if (*p == '-' && p[1] && p[1] != ']') {
			p++;
			high = set_char(&p);
		}
		found |= low <= c && c <= high;
	}
	*matched = found != negated;
	return p + 1;
}

// Matches one element of the pattern, no star, against c. Returns what follows
// the element, or NULL.
static const char *match_one(const char *p, char c)
{
	bool matched;

	switch (*p) {
	case '\0':
		return NULL;
	case '?':
		return p + 1;
	case '[':
		p = match_set(p + 1, (unsigned char)c, &matched);
		return p && matched ? p : NULL;
	case '\\':
		if (p[1])
			p++;
		break;
	}
	return *p == c ? p + 1 : NULL;
}

bool glob_match(const char *p, const char *s)
{
	const char *star = NULL, *retry = NULL, *next;

	while (*s) {
		if (*p == '*') {
			star = ++p;
			retry = s;
		} else if ((next = match_one(p, *s))) {
			p = next;
			s++;
		} else if (star) {
			p = star;
			s = ++retry;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return !*p;
}
