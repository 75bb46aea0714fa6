// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Option values, read by kind; the table is settings.def.

#include "client/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum kind { BOOL, SIZE, RATE, INT, CHOICE, TEXT };
enum when { RUN, DYNAMIC, COMPILE };

static const struct row {
	const char *name;
	enum kind kind;
	int64_t initial;
	const char *words;
	enum when when;
	const char *what;
} rows[OPT_N] = {
#define OPTION(name, kind, initial, words, when, what) { #name, kind, initial, words, when, what },
#include "client/settings.def"
#undef OPTION
};

void settings_init(struct settings *s)
{
	*s = (struct settings){ 0 };
	for (int i = 0; i < OPT_N; i++)
		s->values[i] = rows[i].initial;
}

// A non-negative number and where it ends.
static int parse_number(const char *text, int64_t *v, const char **end)
{
	char *stop;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*v = (int64_t)strtoull(text, &stop, 0);
	*end = stop;
	return errno || *v < 0 ? -EINVAL : 0;
}

static int parse_int(const char *text, int64_t *v)
{
	bool negative = *text == '-';
	const char *end;
	int r = parse_number(text + negative, v, &end);

	if (r == 0 && negative)
		*v = -*v;
	return r < 0 || *end ? -EINVAL : 0;
}

static int parse_size(const char *text, int64_t *v)
{
	static const char suffixes[] = "kmgt";
	const char *end, *at;
	int r = parse_number(text, v, &end);

	if (r < 0 || !*end)
		return r;
	at = strchr(suffixes, tolower((unsigned char)*end));
	if (!at || end[1])
		return -EINVAL;
	return __builtin_mul_overflow(*v, (int64_t)1 << 10 * (at - suffixes + 1), v) ? -EINVAL : 0;
}

// A duration, or a frequency in hz; a bare number is nanoseconds.
static int parse_rate(const char *text, int64_t *v)
{
	static const struct { const char *suffix; int64_t ns; } units[] = {
		{ "", 1 }, { "ns", 1 }, { "nsec", 1 }, { "us", 1000 }, { "usec", 1000 },
		{ "ms", 1000000 }, { "msec", 1000000 }, { "s", 1000000000 }, { "sec", 1000000000 },
		{ "m", 60000000000 }, { "min", 60000000000 }, { "h", 3600000000000 },
		{ "hour", 3600000000000 }, { "d", 86400000000000 }, { "day", 86400000000000 },
	};
	const char *end;
	int r = parse_number(text, v, &end);

	if (r < 0)
		return r;
	if (strcasecmp(end, "hz") == 0) {
		*v = *v ? 1000000000 / *v : 0;
		return 0;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcasecmp(end, units[i].suffix) == 0)
			return __builtin_mul_overflow(*v, units[i].ns, v) ? -EINVAL : 0;
	return -EINVAL;
}

static int parse_bool(const char *text, int64_t *v)
{
	static const char *const on[] = { "yes", "enable", "enabled", "true", "on", "set", "1" };
	static const char *const off[] = { "no", "disable", "disabled", "false", "off", "unset", "0", "" };

	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		if (strcasecmp(text, on[i]) == 0)
			return *v = 1, 0;
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		if (strcasecmp(text, off[i]) == 0)
			return *v = 0, 0;
	return -EINVAL;
}

static int parse_choice(const char *words, const char *text, int64_t *v)
{
	size_t len = strlen(text), n;

	for (*v = 0; len && *words; ++*v, words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == len && strncmp(words, text, n) == 0)
			return 0;
	}
	return -EINVAL;
}

static int parse_value(const struct row *row, const char *text, int64_t *v)
{
	if (row->kind == BOOL)
		return text ? parse_bool(text, v) : (*v = 1, 0);
	if (row->kind == TEXT)
		return 0;
	if (!text)
		return -EINVAL;
	switch (row->kind) {
	case SIZE:
		return parse_size(text, v);
	case RATE:
		return parse_rate(text, v);
	case CHOICE:
		return parse_choice(row->words, text, v);
	default:
		return parse_int(text, v);
	}
}

static int find_row(const char *name)
{
	for (int i = 0; i < OPT_N; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -ENOENT;
}

int settings_set(struct settings *s, const char *name, const char *value)
{
	int i = find_row(name), r;
	int64_t v = 0;

	if (i < 0)
		return i;
	r = parse_value(&rows[i], value, &v);
	if (r < 0)
		return r;
	s->values[i] = v;
	s->given[i] = true;
	s->texts[i] = value;
	return 0;
}

int settings_change(struct settings *s, const char *name, const char *value)
{
	int i = find_row(name);

	return i >= 0 && rows[i].when != DYNAMIC ? -EBUSY : settings_set(s, name, value);
}

int settings_environment(int (*set)(void *arg, const char *name, const char *value), void *arg)
{
	static const char prefix[] = "DTRACE_OPT_";
	int r = 0;

	for (char **e = environ; *e && r == 0; e++) {
		const char *name = *e + sizeof(prefix) - 1, *eq = strchr(*e, '=');

		if (!eq || strncmp(*e, prefix, sizeof(prefix) - 1) != 0)
			continue;
		for (int i = 0; i < OPT_N && r == 0; i++)
			if (strlen(rows[i].name) == (size_t)(eq - name) &&
			    strncasecmp(rows[i].name, name, (size_t)(eq - name)) == 0)
				r = set(arg, rows[i].name, eq[1] ? eq + 1 : NULL);
	}
	return r;
}

// ---- help ------------------------------------------------------------------

static void put_size(char *out, size_t n, int64_t v)
{
	const char *unit = "";

	if (v && v % (1 << 20) == 0) {
		v >>= 20;
		unit = "m";
	} else if (v && v % (1 << 10) == 0) {
		v >>= 10;
		unit = "k";
	}
	snprintf(out, n, "%lld%s", (long long)v, unit);
}

static void put_default(char *out, size_t n, const struct row *row)
{
	const char *word = row->words;

	*out = '\0';
	if (row->kind == BOOL)
		snprintf(out, n, "%s", row->initial ? "on" : "off");
	else if (row->kind == SIZE)
		put_size(out, n, row->initial);
	else if (row->kind == RATE)
		snprintf(out, n, "%lldhz", 1000000000LL / (long long)row->initial);
	else if (row->kind == INT && row->initial >= 0)
		snprintf(out, n, "%lld", (long long)row->initial);
	for (int64_t i = 0; row->kind == CHOICE && i < row->initial; i++)
		word += strcspn(word, " ") + 1;
	if (row->kind == CHOICE)
		snprintf(out, n, "%.*s", (int)strcspn(word, " "), word);
}

void settings_help(FILE *f)
{
	static const char *const kinds[] = { "bool", "size", "rate", "number", "word", "text" };
	static const char *const whens[] = { "fixed once tracing starts", "may be changed by setopt()",
					     "for compiling" };
	char initial[32];

	for (enum when when = RUN; when <= COMPILE; when++) {
		fprintf(f, "%sOptions %s:\n%-14s %-7s %-9s %s\n", when == RUN ? "" : "\n", whens[when],
			"NAME", "KIND", "DEFAULT", "WHAT IT DOES");
		for (int i = 0; i < OPT_N; i++) {
			if (rows[i].when != when)
				continue;
			put_default(initial, sizeof(initial), &rows[i]);
			fprintf(f, "%-14s %-7s %-9s %s\n", rows[i].name, kinds[rows[i].kind], initial,
				rows[i].what);
		}
	}
}

const char *settings_error(int err)
{
	if (err == -EBUSY)
		return "Operation illegal when tracing is active";
	return err == -ENOENT ? "Invalid option name" : "Invalid value for specified option";
}
