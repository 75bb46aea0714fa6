// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Options by table: every name of options.def has a kind that checks its
// value; those the compiler acts on have a field of struct options besides.

#include "dlang/options.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dlang/versions.h"

struct opt_row {
	const char *name;
	enum opt_kind kind;
};

static const struct opt_row rows[] = {
#define OPTION(name, kind, when) { #name, OPT_##kind },
#include "dlang/options.def"
#undef OPTION
};

// Where the compiler keeps the options it acts on.
static const struct opt_field {
	const char *name;
	size_t off;
} fields[] = {
	{ "strsize", offsetof(struct options, strsize) },
	{ "bufsize", offsetof(struct options, bufsize) },
	{ "aggsize", offsetof(struct options, aggsize) },
	{ "dynvarsize", offsetof(struct options, dynvarsize) },
	{ "nspec", offsetof(struct options, nspec) },
	{ "maxframes", offsetof(struct options, maxframes) },
	{ "stackframes", offsetof(struct options, stackframes) },
	{ "ustackframes", offsetof(struct options, ustackframes) },
	{ "jstackframes", offsetof(struct options, jstackframes) },
	{ "cpu", offsetof(struct options, cpu) },
	{ "bufpolicy", offsetof(struct options, bufpolicy) },
	{ "defaultargs", offsetof(struct options, defaultargs) },
	{ "argref", offsetof(struct options, argref) },
	{ "zdefs", offsetof(struct options, zdefs) },
	{ "empty", offsetof(struct options, empty) },
	{ "errtags", offsetof(struct options, errtags) },
	{ "destructive", offsetof(struct options, destructive) },
	{ "pspec", offsetof(struct options, pspec) },
	{ "nolibs", offsetof(struct options, nolibs) },
};

void options_init(struct options *o)
{
	*o = (struct options){ .strsize = 256, .aggsize = 4 << 20, .bufsize = 4 << 20,
			       .dynvarsize = 1 << 20, .nspec = 1, .cpu = -1, .stackframes = 20,
			       .ustackframes = 20, .jstackframes = 50, .bufpolicy = RING_SWITCH };
}

static bool word_in(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (!strcasecmp(s, *words))
			return true;
	return false;
}

static int parse_bool(const char *v, bool *out)
{
	static const char *const yes[] = { "yes", "enable", "enabled", "true", "on", "set", "1",
					   NULL };
	static const char *const no[] = { "no", "disable", "disabled", "false", "off", "unset",
					  "0", "", NULL };

	if (!v || word_in(v, yes)) {
		*out = true;
		return 0;
	}
	*out = false;
	return word_in(v, no) ? 0 : -EINVAL;
}

static int parse_size(const char *v, uint64_t *out)
{
	static const char suffix[] = "kmgt";
	const char *s;
	char *end;

	if (!v || !isdigit((unsigned char)*v))
		return -EINVAL;
	errno = 0;
	*out = strtoull(v, &end, 0);
	if (errno)
		return -EINVAL;
	if (!*end)
		return 0;
	s = strchr(suffix, tolower((unsigned char)*end));
	if (!s || end[1] || *out > UINT64_MAX >> (10 * (s - suffix + 1)))
		return -EINVAL;
	*out <<= 10 * (s - suffix + 1);
	return 0;
}

static int parse_int(const char *v, uint64_t *out)
{
	char *end;

	if (!v || !*v)
		return -EINVAL;
	errno = 0;
	*out = (uint64_t)strtoll(v, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

static int parse_rate(const char *v)
{
	static const char *const suffix[] = {
		"", "ns", "nsec", "us", "usec", "ms", "msec", "s", "sec", "m", "min", "h", "hour",
		"d", "day", "hz", NULL
	};
	char *end;

	if (!v || !isdigit((unsigned char)*v))
		return -EINVAL;
	errno = 0;
	(void)strtoull(v, &end, 0);
	return errno || !word_in(end, suffix) ? -EINVAL : 0;
}

static int parse_policy(const char *v, enum ring_policy *out)
{
	static const char *const names[] = { "switch", "fill", "ring" };

	for (size_t i = 0; v && i < 3; i++)
		if (!strcmp(v, names[i])) {
			*out = (enum ring_policy)i;
			return 0;
		}
	return -EINVAL;
}

// Value sizes that make no sense are refused here, once for -x and pragmas.
static int check_ranges(const struct options *o)
{
	if (o->strsize < 16 || o->strsize > 4096)
		return -EINVAL;
	if (o->bufsize > (uint64_t)1 << 30 || o->aggsize > (uint64_t)1 << 32 ||
	    o->dynvarsize > (uint64_t)1 << 30)
		return -EINVAL;
	if (o->nspec > OPTIONS_MAX_NSPEC || o->cpu < -1 || o->cpu > UINT16_MAX)
		return -EINVAL;
	if (o->stackframes < 1 || o->ustackframes < 1 || o->jstackframes < 1 || o->maxframes < 0)
		return -EINVAL;
	return 0;
}

union opt_value {
	bool b;
	uint64_t n;
	enum ring_policy p;
};

// 0 and the size of the value, or -EINVAL.
static int parse_value(enum opt_kind kind, const char *text, union opt_value *v)
{
	switch (kind) {
	case OPT_BOOL:
		return parse_bool(text, &v->b) ? -EINVAL : (int)sizeof v->b;
	case OPT_SIZE:
		return parse_size(text, &v->n) ? -EINVAL : (int)sizeof v->n;
	case OPT_INT:
		return parse_int(text, &v->n) ? -EINVAL : (int)sizeof v->n;
	case OPT_RATE:
		return parse_rate(text);
	case OPT_POLICY:
		return parse_policy(text, &v->p) ? -EINVAL : (int)sizeof v->p;
	case OPT_STRING:
		return text ? 0 : -EINVAL;
	}
	return -EINVAL;
}

// A version can be lowered: names that were seen before may be gone then.
static int set_version(struct options *o, const char *value)
{
	uint32_t version;

	if (!value || !version_parse(value, &version))
		return -EINVAL;
	if (!version_exists(version))
		return -ENOTSUP;
	if (o->version && version > o->version)
		return -EEXIST;
	o->version = version;
	return 0;
}

static int set_special(struct options *o, const char *name, const char *value)
{
	if (!strcmp(name, "version"))
		return set_version(o, value);
	if (strcmp(name, "amin") != 0)
		return 0;
	o->has_amin = value && attributes_parse(value, &o->amin);
	return o->has_amin ? 0 : -EINVAL;
}

const char *options_error(int r)
{
	switch (r) {
	case -ENOENT: return "Invalid option name";
	case -ENOTSUP: return "Requested version is not supported by compiler";
	case -EPERM: return "Option cannot be used from within a D program";
	case -EEXIST: return "Requested version conflicts with earlier setting";
	default: return "Invalid value for specified option";
	}
}

// They have been acted on before the compiler sees the program.
static const char *const outside[] = {
	"cpp", "cppargs", "cpphdrs", "cpppath", "define", "undef", "incdir", "stdc", "libdir", "syslibdir",
	"ldpath", NULL
};

int options_set_inside(struct options *o, const char *name, const char *value)
{
	return word_in(name, outside) ? -EPERM : options_set(o, name, value);
}

int options_set(struct options *o, const char *name, const char *value)
{
	struct options changed = *o;
	union opt_value v = { 0 };
	const struct opt_row *row = NULL;
	int size;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!strcmp(rows[i].name, name))
			row = &rows[i];
	if (!row)
		return -ENOENT;
	size = parse_value(row->kind, value, &v);
	if (size < 0)
		return size;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!strcmp(fields[i].name, name))
			memcpy((char *)&changed + fields[i].off, &v, (size_t)size);
	if (check_ranges(&changed))
		return -EINVAL;
	size = set_special(&changed, name, value);
	if (size < 0)
		return size;
	changed.bufsize_set |= !strcmp(name, "bufsize");
	changed.aggsize_set |= !strcmp(name, "aggsize");
	*o = changed;
	return 0;
}
