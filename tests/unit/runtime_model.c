// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The model of the run-time library, see runtime_model.h: d-reference §8 and §9
// word by word, with a C string of its own for each string.

#include "tests/unit/runtime_model.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 16384 };

// A string with its NUL, whatever the variable has.
struct text {
	char c[TEXT_MAX];
	int64_t len;
};

static struct text text_of(const uint8_t *bytes, uint32_t size)
{
	struct text t = { .len = (int64_t)strnlen((const char *)bytes, size) };

	memcpy(t.c, bytes, (size_t)t.len);
	t.c[t.len] = '\0';
	return t;
}

// dst = n characters; whether some were lost.
static bool put(const struct model_call *c, const char *chars, int64_t n)
{
	int64_t kept = n < c->size ? n : c->size - 1;

	memcpy(c->dst, chars, (size_t)kept);
	c->dst[kept] = '\0';
	return kept < n;
}

static int64_t model_dt_strlen(const struct model_call *c)
{
	return text_of(c->s, c->size).len;
}

static int64_t model_dt_strcmp(const struct model_call *c)
{
	int r = strncmp((const char *)c->s, (const char *)c->t, c->size);

	return (r > 0) - (r < 0);
}

static int64_t model_dt_strjoin(const struct model_call *c)
{
	struct text a = text_of(c->s, c->size), b = text_of(c->t, c->size);

	strcat(a.c, b.c);
	return put(c, a.c, a.len + b.len);
}

static int64_t model_dt_substr(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size);
	__int128 from = c->n[0], to;
	bool has_n = (int)c->n[2] != 0;

	if (from < 0)
		from += s.len;
	if (!has_n)
		to = s.len;
	else if (c->n[1] >= 0)
		to = from + c->n[1];	// a start before the text shortens it
	else
		to = from < 0 ? from : (__int128)s.len + c->n[1];
	if (from < 0)
		from = 0;
	if (to > s.len)
		to = s.len;
	if (from >= s.len || to <= from)
		put(c, "", 0);
	else
		put(c, s.c + from, (int64_t)(to - from));
	return 0;
}

static int64_t model_dt_lltostr(const struct model_call *c)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	int base = (int)c->n[1];
	char buf[80], *p = buf + sizeof buf;
	bool minus = base == 10 && c->n[0] < 0;
	unsigned __int128 v;

	if (base < 2 || base > 36)
		return -1;
	v = minus ? (unsigned __int128)(-(__int128)c->n[0]) : (uint64_t)c->n[0];
	do {
		*--p = digits[v % (unsigned)base];
		v /= (unsigned)base;
	} while (v);
	if (base == 16)
		*--p = 'x';
	if (base == 16 || (base == 8 && c->n[0]))
		*--p = '0';
	if (minus)
		*--p = '-';
	put(c, p, buf + sizeof buf - p);
	return 0;
}

// A path without the slashes at its end; false when nothing is left.
static bool strip(struct text *s)
{
	while (s->len && s->c[s->len - 1] == '/')
		s->c[--s->len] = '\0';
	return s->len > 0;
}

static int64_t model_dt_basename(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size);
	const char *slash;

	if (!s.len)
		return put(c, ".", 1);
	if (!strip(&s))
		return put(c, "/", 1);
	slash = strrchr(s.c, '/');
	put(c, slash ? slash + 1 : s.c, slash ? s.c + s.len - slash - 1 : s.len);
	return 0;
}

static int64_t model_dt_dirname(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size);
	char *slash;

	if (!s.len)
		return put(c, ".", 1);
	if (!strip(&s))
		return put(c, "/", 1);
	slash = strrchr(s.c, '/');
	if (!slash)
		return put(c, ".", 1);
	*slash = '\0';
	s.len = slash - s.c;
	if (!strip(&s))
		return put(c, "/", 1);
	put(c, s.c, s.len);
	return 0;
}

static bool stands_at(const struct text *s, const struct text *sub, int64_t at)
{
	return at >= 0 && at + sub->len <= s->len && !memcmp(s->c + at, sub->c, (size_t)sub->len);
}

static bool matches(const struct model_call *c, int64_t at)
{
	struct text s = text_of(c->s, c->size), sub = text_of(c->t, c->size);

	return at >= (c->n[1] & UINT32_MAX) && at <= ((c->n[1] >> 32) & INT32_MAX) && stands_at(&s, &sub, at);
}

static int64_t model_dt_match(const struct model_call *c)
{
	return matches(c, c->n[0]);
}

static int64_t model_dt_match8(const struct model_call *c)
{
	int64_t found = -1;

	for (int64_t at = c->n[0]; at < c->n[0] + 8; at++) {
		if (matches(c, at) && (found < 0 || c->n[1] < 0))
			found = at;
	}
	return found;
}

static int64_t model_dt_index(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size), sub = text_of(c->t, c->size);
	int64_t start = c->n[1] && (int)c->n[0] > 0 ? (int)c->n[0] : 0;

	if (!s.len && !sub.len)
		return 0;
	if (start >= s.len)
		return sub.len ? -1 : s.len;
	for (int64_t at = start; at < s.len; at++) {
		if (stands_at(&s, &sub, at))
			return at;
	}
	return -1;
}

static int64_t model_dt_rindex(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size), sub = text_of(c->t, c->size);
	int64_t start = c->n[1] ? (int)c->n[0] : s.len;

	if (!s.len && !sub.len)
		return 0;
	if (start < 0)
		return sub.len ? -1 : 0;
	for (int64_t at = start > s.len ? s.len : start; at >= 0; at--) {
		if (stands_at(&s, &sub, at))
			return at;
	}
	return -1;
}

static int64_t put_suffix(const struct model_call *c, const struct text *s, const char *from)
{
	put(c, from ? from : "", from ? s->c + s->len - from : 0);
	return from ? 0 : 1;
}

// An unterminated string has no NUL that could be found.
static int64_t search_char(const struct model_call *c, char *(*search)(const char *, int))
{
	struct text s = text_of(c->s, c->size);
	uint8_t ch = (uint8_t)c->n[0];

	if (!ch && s.len == c->size)
		return put_suffix(c, &s, NULL);
	return put_suffix(c, &s, search(s.c, ch));
}

static int64_t model_dt_strchr(const struct model_call *c)
{
	return search_char(c, strchr);
}

static int64_t model_dt_strrchr(const struct model_call *c)
{
	return search_char(c, strrchr);
}

static int64_t model_dt_strstr(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size), sub = text_of(c->t, c->size);

	return put_suffix(c, &s, strstr(s.c, sub.c));
}

static int64_t map_chars(const struct model_call *c, int (*map)(int))
{
	struct text s = text_of(c->s, c->size);

	for (int64_t i = 0; i < s.len; i++)
		s.c[i] = (char)map((uint8_t)s.c[i]);
	put(c, s.c, s.len);
	return 0;
}

static int64_t model_dt_tolower(const struct model_call *c)
{
	return map_chars(c, tolower);
}

static int64_t model_dt_toupper(const struct model_call *c)
{
	return map_chars(c, toupper);
}

// Walks over the labels one by one, as §9 says them.
static int64_t model_dt_llquant(const struct model_call *c)
{
	unsigned __int128 factor = (uint32_t)c->n[1], nsteps = (uint32_t)c->n[3], from = 1, x;
	uint32_t low = (uint32_t)c->n[2] & 0xffff, high = (uint32_t)c->n[2] >> 16;
	int64_t bucket = 1;

	for (uint32_t m = 0; m < low; m++)
		from *= factor;
	if (c->n[0] < 0 || (uint64_t)c->n[0] < from)
		return 0;
	x = (uint64_t)c->n[0];
	for (uint32_t m = low; m <= high; m++) {
		unsigned __int128 next = from * factor, width = next > nsteps ? next / nsteps : 1;

		for (; from < next; from += width, bucket++) {
			if (x < from + width && x < next)
				return bucket;
		}
		from = next;
	}
	return bucket;
}

// ---- paths, tokens, numbers ------------------------------------------------

// d-reference §8, as a walk over the text with what is kept of it.
static int64_t model_dt_cleanpath(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size);
	char out[TEXT_MAX];
	int64_t j = 0, i = 0;

	while (i < s.len && j + 5 < c->size) {
		const char *p = s.c + i;

		if (*p != '/') {
			out[j++] = *p;
			i++;
		} else if (p[1] == '/') {
			i++;
		} else if (!strncmp(p, "/./", 3)) {
			i += 2;
		} else if (!strncmp(p, "/../", 4) || !strcmp(p, "/..")) {
			while (j && out[--j] != '/')
				;
			i += 3;
			if (i == s.len)
				out[j++] = '/';
		} else {	// a slash and the character behind it, or dots, and one more
			int64_t n = !strncmp(p, "/..", 3) ? 4 : !strncmp(p, "/.", 2) ? 3 : 2;

			for (int64_t k = 0; k < n && i < s.len; k++)
				out[j++] = s.c[i++];
		}
	}
	put(c, out, j);
	return 0;
}

static int64_t model_dt_strtok(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size), delims = text_of(c->t, c->size);
	int64_t from = c->n[0], n;

	if (from < 0 || from >= s.len)
		return -1;
	from += (int64_t)strspn(s.c + from, delims.c);
	n = (int64_t)strcspn(s.c + from, delims.c);
	if (!n)
		return -1;
	put(c, s.c + from, n);
	return from + n + (s.c[from + n] != '\0');
}

static int64_t model_dt_strtoll(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size);
	const char *p = s.c;
	int base = (int)c->n[0];
	uint64_t v = 0;
	bool minus;

	p += strspn(p, " \t\n\v\f\r");
	minus = *p == '-';
	p += minus || *p == '+';
	if (base == 16 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		p += 2;
	for (;; p++) {
		int d = isdigit((uint8_t)*p) ? *p - '0' : isalpha((uint8_t)*p) ? tolower(*p) - 'a' + 10 : 99;

		if (d >= base)
			break;
		v = v * (uint64_t)base + (uint64_t)d;
	}
	return (int64_t)(minus ? 0 - v : v);
}

// ---- addresses -------------------------------------------------------------

static int64_t model_dt_inet_ntoa(const struct model_call *c)
{
	char out[64];
	uint32_t a = (uint32_t)c->n[0];

	inet_ntop(AF_INET, &a, out, sizeof out);
	put(c, out, (int64_t)strlen(out));
	return 0;
}

static int64_t model_dt_inet6(const struct model_call *c)
{
	char out[64];

	inet_ntop(AF_INET6, c->n, out, sizeof out);
	put(c, out, (int64_t)strlen(out));
	return 0;
}

static int64_t model_dt_link(const struct model_call *c)
{
	const uint8_t *b = (const uint8_t *)c->n;
	char out[128] = "";

	for (int64_t i = 0; i < c->n[3]; i++)
		sprintf(out + strlen(out), "%s%02x", i ? ":" : "", b[i]);
	put(c, out, (int64_t)strlen(out));
	return 0;
}

// ---- json ------------------------------------------------------------------

struct json {
	const char *at;		// what is left of the text
	const char *value;	// what was found
	int64_t len;
	bool bad;
};

static void json_space(struct json *j)
{
	j->at += strspn(j->at, " \t\n\v\f\r");
}

static bool json_expect(struct json *j, char c)
{
	json_space(j);
	if (*j->at != c)
		return false;
	j->at++;
	return true;
}

// Behind the closing quote.
static bool json_skip_string(struct json *j)
{
	for (; *j->at != '"'; j->at++) {
		if (*j->at == '\\')
			j->at++;
		if (!*j->at)
			return false;
	}
	j->at++;
	return true;
}

// A whole value: its text, without the quotes of a string.
static bool json_take(struct json *j)
{
	const char *from = j->at;
	int depth = 0;

	if (*from == '"') {
		j->at++;
		if (!json_skip_string(j))
			return false;
		j->value = from + 1;
		j->len = j->at - from - 2;
		return true;
	}
	if (*from == '{' || *from == '[') {
		do {
			char c = *j->at++;

			if (!c || (c == '"' && !json_skip_string(j)))
				return false;
			depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		} while (depth);
	} else if (islower((uint8_t)*from)) {
		while (islower((uint8_t)*j->at))
			j->at++;
	} else if (isdigit((uint8_t)*from) || *from == '-') {
		while (isalnum((uint8_t)*j->at) || (*j->at && strchr(".+-", *j->at)))
			j->at++;
	} else {
		return false;
	}
	j->value = from;
	j->len = j->at - from;
	return *j->at != '\0' || *from == '{' || *from == '[';
}

static const char *next_part(const char *path)
{
	path += strcspn(path, ".[]");
	return path + strspn(path, ".[]");
}

static bool json_value(struct json *j, const char *path, bool top);

// Goes on from an element that is not the one to the next one.
static bool json_pass(struct json *j)
{
	json_space(j);
	return json_take(j) && json_expect(j, ',');
}

static bool json_object(struct json *j, const char *path)
{
	int64_t n = (int64_t)strcspn(path, ".[]");

	do {
		const char *key;

		if (!json_expect(j, '"'))
			return false;
		key = j->at;
		if (!json_skip_string(j) || !json_expect(j, ':'))
			return false;
		if (j->at - key >= n + 2 && !strncmp(key, path, (size_t)n) && key[n] == '"')
			return json_value(j, next_part(path), false);
	} while (json_pass(j));
	return false;
}

static bool json_array(struct json *j, const char *path)
{
	long n = isdigit((uint8_t)*path) ? strtol(path, NULL, 10) : -1;

	for (; n; n--) {
		if (!json_pass(j))
			return false;
	}
	return json_value(j, next_part(path), false);
}

// The value at hand, or what the rest of the path means in it.
static bool json_value(struct json *j, const char *path, bool top)
{
	json_space(j);
	if (!*path && !top)
		return json_take(j);
	if (json_expect(j, '{'))
		return json_object(j, path);
	return json_expect(j, '[') && json_array(j, path);
}

static bool known_word(const struct json *j)
{
	static const char *const words[] = { "true", "false", "null" };

	for (int i = 0; i < 3; i++)
		if (j->len == (int64_t)strlen(words[i]) && !strncmp(j->value, words[i], (size_t)j->len))
			return true;
	return j->value[-1] == '"' || !islower((uint8_t)*j->value);
}

static int64_t model_dt_json(const struct model_call *c)
{
	struct text s = text_of(c->s, c->size), path = text_of(c->t, c->size);
	struct json j = { .at = s.c };

	if (!json_value(&j, path.c + strspn(path.c, ".[]"), true) || !known_word(&j))
		return -1;
	put(c, j.value, j.len);
	return 0;
}

const struct model runtime_models[] = {
#define RUNTIME(name, args) { #name, args, model_##name },
#define RUNTIME_INNER(name, args)
#include "dlang/runtime/runtime.def"
};

const uint32_t runtime_model_count = sizeof runtime_models / sizeof *runtime_models;
