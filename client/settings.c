// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Option values, read by kind; the table is settings.def.

#include "client/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum kind { BOOL, SIZE, RATE, INT, CHOICE, TEXT };

static const struct row {
	const char *name;
	enum kind kind;
	int64_t initial;
	const char *words;
} rows[OPT_N] = {
#define OPTION(name, kind, initial, words) { #name, kind, initial, words },
#include "client/settings.def"
#undef OPTION
};

void settings_init(struct settings *s)
{
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

int settings_set(struct settings *s, const char *name, const char *value)
{
	int64_t v = 0;
	int r;

	for (int i = 0; i < OPT_N; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		r = parse_value(&rows[i], value, &v);
		if (r == 0)
			s->values[i] = v;
		return r;
	}
	return -ENOENT;
}

const char *settings_error(int err)
{
	return err == -ENOENT ? "Invalid option name" : "Invalid value for specified option";
}
