// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The walk, see config_walk.h. Keys are of a few characters only, so that two
// that are spelt differently differ. What json-c takes and this does not know
// is an error, not a difference of opinion.

#include "daemon/policy/config_walk.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/policy/config.h"

struct walk {
	struct config *c;
	const char *at;
	uint32_t line;
	uint32_t cap;
	char path[CONFIG_MAX_PATH];
	size_t len;		// of path
};

static int walk_value(struct walk *w, int depth);

static int PRINTF_LIKE(2, 3) fail(struct walk *w, const char *format, ...)
{
	struct reason what;
	va_list ap;

	va_start(ap, format);
	vsnprintf(what.text, sizeof what.text, format, ap);
	va_end(ap);
	reason_set(w->c->why, "%.200s:%u: %s%s%.200s", w->c->name, w->line, w->path, *w->path ? ": " : "", what.text);
	return -EINVAL;
}

static void skip_space(struct walk *w)
{
	for (; *w->at && strchr(" \t\r\n", *w->at); w->at++)
		w->line += *w->at == '\n';
}

static int skip_string(struct walk *w)
{
	for (w->at++; *w->at && *w->at != '"'; w->at++) {
		w->line += *w->at == '\n';
		if (*w->at == '\\' && w->at[1])
			w->at++;
	}
	if (!*w->at)
		return fail(w, "a text without its end");
	w->at++;
	return 0;
}

static int push_path(struct walk *w, const char *before, const char *text, size_t n)
{
	size_t all = strlen(before) + n;

	if (w->len + all >= sizeof w->path)
		return fail(w, "the names are too long");
	w->len += (size_t)snprintf(w->path + w->len, sizeof w->path - w->len, "%s%.*s", before, (int)n, text);
	return 0;
}

static void pop_path(struct walk *w, size_t len)
{
	w->len = len;
	w->path[len] = '\0';
}

static int add_place(struct walk *w)
{
	struct config *c = w->c;

	for (uint32_t i = 0; i < c->nplaces; i++) {
		if (strcmp(c->places[i].path, w->path) == 0)
			return fail(w, "the key is there twice, the first time in line %u", c->places[i].line);
	}
	if (c->nplaces == CONFIG_MAX_KEYS)
		return fail(w, "there are more than %d keys", CONFIG_MAX_KEYS);
	if (c->nplaces == w->cap) {
		uint32_t cap = w->cap ? 2 * w->cap : 64;
		struct config_place *places = realloc(c->places, cap * sizeof *places);

		if (!places)
			return -ENOMEM;
		c->places = places;
		w->cap = cap;
	}
	c->places[c->nplaces].line = w->line;
	c->places[c->nplaces].path = strdup(w->path);
	return c->places[c->nplaces].path && ++c->nplaces ? 0 : -ENOMEM;
}

static bool is_key(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	}
	return n > 0;
}

// A key and its colon; the path ends with it then.
static int walk_key(struct walk *w)
{
	const char *start = w->at + 1;
	size_t n;
	int r;

	if (*w->at != '"')
		return fail(w, "a key is wanted here");
	r = skip_string(w);
	if (r < 0)
		return r;
	n = (size_t)(w->at - start - 1);
	if (!is_key(start, n))
		return fail(w, "a key is made of letters, digits, - and _, not \"%.*s\"", (int)(n > 60 ? 60 : n), start);
	r = push_path(w, w->len ? "." : "", start, n);
	if (r >= 0)
		r = add_place(w);
	skip_space(w);
	if (r >= 0 && *w->at++ != ':')
		return fail(w, "a colon is wanted here");
	return r;
}

static int walk_element(struct walk *w, uint32_t i)
{
	char text[16];
	int n = snprintf(text, sizeof text, "[%u]", i), r;

	r = push_path(w, "", text, (size_t)n);
	return r < 0 ? r : add_place(w);
}

static int walk_container(struct walk *w, char end, int depth)
{
	size_t len = w->len;

	w->at++;
	skip_space(w);
	if (*w->at == end) {
		w->at++;
		return 0;
	}
	for (uint32_t i = 0;; i++) {
		int r = end == '}' ? walk_key(w) : walk_element(w, i);

		if (r >= 0)
			r = walk_value(w, depth + 1);
		if (r < 0)
			return r;
		pop_path(w, len);
		skip_space(w);
		if (*w->at == end)
			break;
		if (*w->at != ',')
			return fail(w, "a comma is wanted here");
		w->at++;
		skip_space(w);
	}
	w->at++;
	return 0;
}

static int walk_value(struct walk *w, int depth)
{
	size_t n;

	if (depth > CONFIG_MAX_DEPTH)
		return fail(w, "it is nested too deeply");
	skip_space(w);
	if (*w->at == '{' || *w->at == '[')
		return walk_container(w, *w->at == '{' ? '}' : ']', depth);
	if (*w->at == '"')
		return skip_string(w);
	n = strspn(w->at, "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (!n)
		return fail(w, "a value is wanted here");
	w->at += n;
	return 0;
}

int config_walk(struct config *c, const char *text)
{
	struct walk w = { .c = c, .at = text, .line = 1 };
	int r = walk_value(&w, 0);

	if (r < 0)
		return r;
	skip_space(&w);
	return *w.at ? fail(&w, "there is something behind the end") : 0;
}
