// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading JSON by tables, see config.h.

#include "daemon/policy/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/policy/config_walk.h"

// ---- the file --------------------------------------------------------------

static int check_file(const char *path, const struct stat *st, struct reason *why)
{
	if (!S_ISREG(st->st_mode))
		reason_set(why, "%s: it is not a regular file", path);
	else if (st->st_uid != 0 && st->st_uid != geteuid())
		reason_set(why, "%s: it belongs to uid %u and not to root", path, st->st_uid);
	else if (st->st_mode & (S_IWGRP | S_IWOTH))
		reason_set(why, "%s: others than its owner may write it (mode %04o); chmod go-w makes that good", path,
			st->st_mode & 07777);
	else if (st->st_size > CONFIG_MAX_BYTES)
		reason_set(why, "%s: it has %lld bytes, the maximum is %d", path, (long long)st->st_size,
			CONFIG_MAX_BYTES);
	else
		return 0;
	return -EINVAL;
}

// All of it, which must not have grown meanwhile.
static int read_all(const char *path, int fd, char *text, size_t *len, struct reason *why)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, text + *len, CONFIG_MAX_BYTES + 1 - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			reason_set(why, "%s: it cannot be read: %s", path, strerror(errno));
			return -errno;
		}
		if (!n)
			break;
		*len += (size_t)n;
		if (*len > CONFIG_MAX_BYTES) {
			reason_set(why, "%s: it has more than %d bytes", path, CONFIG_MAX_BYTES);
			return -EINVAL;
		}
	}
	text[*len] = '\0';
	return 0;
}

int config_read_file(const char *path, char **text, size_t *len, struct reason *why)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	CLEANUP(freep) char *buffer = NULL;
	struct stat st;
	int r;

	if (fd < 0) {
		r = -errno;
		reason_set(why, "%s: %s", path, r == -ELOOP ? "it is a symbolic link" : strerror(-r));
		return r;
	}
	if (fstat(fd, &st) < 0)
		return -errno;
	r = check_file(path, &st, why);
	if (r < 0)
		return r;
	buffer = malloc(CONFIG_MAX_BYTES + 2);
	if (!buffer)
		return -ENOMEM;
	r = read_all(path, fd, buffer, len, why);
	if (r < 0)
		return r;
	*text = buffer;
	buffer = NULL;
	return 0;
}

// ---- the text --------------------------------------------------------------

static uint32_t line_at(const char *text, size_t at)
{
	uint32_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static const char *json_trouble(enum json_tokener_error e)
{
	switch (e) {
	case json_tokener_continue:
	case json_tokener_error_parse_eof: return "it ends in the middle";
	case json_tokener_error_depth: return "it is nested too deeply";
	case json_tokener_error_parse_utf8_string: return "it is not UTF-8";
	default: return "something else is wanted here";
	}
}

static int parse_json(struct config *c, const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(CONFIG_MAX_DEPTH);
	enum json_tokener_error e;
	int r = 0;

	if (!tok)
		return -ENOMEM;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	c->root = json_tokener_parse_ex(tok, text, (int)len + 1);	// with the NUL, where it must end
	e = json_tokener_get_error(tok);
	if (e != json_tokener_success) {
		size_t end = json_tokener_get_parse_end(tok);

		reason_set(c->why, "%s:%u: this is not JSON: %s", c->name, line_at(text, end < len ? end : len),
			json_trouble(e));
		r = -EINVAL;
	}
	json_tokener_free(tok);
	return r;
}

int config_parse(struct config *c, const char *name, const char *text, size_t len, struct reason *why)
{
	int r;

	*c = (struct config){ .name = name, .why = why };
	if (strlen(text) != len) {
		reason_set(why, "%s:%u: this is not JSON: there is a zero byte", name, line_at(text, strlen(text)));
		return -EINVAL;
	}
	r = parse_json(c, text, len);
	if (r >= 0)
		r = config_walk(c, text);
	if (r < 0)
		config_deinit(c);
	return r;
}

void config_deinit(struct config *c)
{
	json_object_put(c->root);
	c->root = NULL;
	for (uint32_t i = 0; i < c->nplaces; i++)
		free(c->places[i].path);
	free(c->places);
	c->places = NULL;
	c->nplaces = 0;
}

uint32_t config_line(const struct config *c)
{
	for (uint32_t i = 0; i < c->nplaces; i++) {
		if (strcmp(c->places[i].path, c->path) == 0)
			return c->places[i].line;
	}
	return 1;
}

int config_fail(struct config *c, const char *format, ...)
{
	struct reason what;
	va_list ap;

	va_start(ap, format);
	vsnprintf(what.text, sizeof what.text, format, ap);
	va_end(ap);
	reason_set(c->why, "%.200s:%u: %s%s%.200s", c->name, config_line(c), c->path, *c->path ? ": " : "", what.text);
	return -EINVAL;
}

// ---- by tables -------------------------------------------------------------

// Goes into a key or an element; returns what config_leave() wants.
static size_t enter_key(struct config *c, const char *key)
{
	size_t n = strlen(c->path);

	snprintf(c->path + n, sizeof c->path - n, "%s%s", n ? "." : "", key);
	return n;
}

static size_t enter_element(struct config *c, size_t i)
{
	size_t n = strlen(c->path);

	snprintf(c->path + n, sizeof c->path - n, "[%zu]", i);
	return n;
}

static void leave(struct config *c, size_t n)
{
	c->path[n] = '\0';
}

static const struct config_key *find_key(const struct config_key *keys, const char *name)
{
	for (; keys->name; keys++) {
		if (strcmp(keys->name, name) == 0)
			return keys;
	}
	return NULL;
}

static int want_type(struct config *c, struct json_object *value, json_type type, const char *what)
{
	return json_object_is_type(value, type) ? 0 : config_fail(c, "%s is wanted here", what);
}

int config_object(struct config *c, struct json_object *value, const struct config_key *keys, void *target)
{
	int r = want_type(c, value, json_type_object, "an object");

	if (r < 0)
		return r;
	json_object_object_foreach(value, name, v) {
		const struct config_key *key = find_key(keys, name);
		size_t n = enter_key(c, name);

		r = !key ? config_fail(c, "there is no such key") :
			!v ? config_fail(c, "null means nothing; leave the key out") : key->read(c, key, v, target);
		if (r < 0)
			return r;
		leave(c, n);
	}
	return 0;
}

int config_each(struct config *c, struct json_object *value, config_fn *fn, void *target)
{
	int r = want_type(c, value, json_type_object, "an object");

	if (r < 0)
		return r;
	json_object_object_foreach(value, name, v) {
		struct config_key key = { .name = name };
		size_t n = enter_key(c, name);

		r = v ? fn(c, &key, v, target) : config_fail(c, "null means nothing; leave the key out");
		if (r < 0)
			return r;
		leave(c, n);
	}
	return 0;
}

int config_list(struct config *c, struct json_object *value, config_fn *fn, void *target)
{
	int r = want_type(c, value, json_type_array, "a list");

	for (size_t i = 0; r >= 0 && i < json_object_array_length(value); i++) {
		struct json_object *v = json_object_array_get_idx(value, i);
		struct config_key key = { .name = "", .arg = (uint32_t)i };
		size_t n = enter_element(c, i);

		r = v ? fn(c, &key, v, target) : config_fail(c, "null means nothing");
		if (r < 0)
			return r;
		leave(c, n);
	}
	return r;
}

const char *config_text(struct config *c, struct json_object *value)
{
	if (want_type(c, value, json_type_string, "a text in quotes") < 0)
		return NULL;
	if (strlen(json_object_get_string(value)) == (size_t)json_object_get_string_len(value))
		return json_object_get_string(value);
	config_fail(c, "there is a zero byte in the text");
	return NULL;
}

// ---- numbers ---------------------------------------------------------------

static int store(struct config *c, const struct config_key *key, uint64_t n, const char *unit, void *target)
{
	if (n < key->min || n > key->max)
		return config_fail(c, "it must be from %" PRIu64 " to %" PRIu64 "%s", key->min, key->max, unit);
	*(uint64_t *)((char *)target + key->at) = n;
	return 0;
}

// json-c makes the nearest number of those that it cannot hold, which is above any maximum here.
static int take_integer(struct config *c, const struct config_key *key, struct json_object *value, const char *unit,
	void *target)
{
	int64_t n = json_object_get_int64(value);

	return store(c, key, n < 0 ? UINT64_MAX : (uint64_t)n, unit, target);
}

int config_bool(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	int r = want_type(c, value, json_type_boolean, "true or false");

	if (r >= 0)
		*(bool *)((char *)target + key->at) = json_object_get_boolean(value);
	return r;
}

int config_count(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	int r = want_type(c, value, json_type_int, "a whole number");

	return r < 0 ? r : take_integer(c, key, value, "", target);
}

struct suffix {
	const char *name;
	uint64_t factor;
};

static const struct suffix sizes[] = { { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, { NULL, 0 } };
static const struct suffix times[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 3600 * 1000 }, { "d", 24 * 3600 * 1000 }, { NULL, 0 },
};

// At most nine digits, so that no factor makes it wrap.
static bool take_suffixed(const char *text, const struct suffix *suffixes, uint64_t *n)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 9)
		return false;
	for (; suffixes->name; suffixes++) {
		if (strcmp(text + digits, suffixes->name) == 0) {
			*n = strtoull(text, NULL, 10) * suffixes->factor;
			return true;
		}
	}
	return false;
}

int config_bytes(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	uint64_t n;

	if (json_object_is_type(value, json_type_int))
		return take_integer(c, key, value, " bytes", target);
	if (json_object_is_type(value, json_type_string) && take_suffixed(json_object_get_string(value), sizes, &n))
		return store(c, key, n, " bytes", target);
	return config_fail(c, "a number of bytes is wanted here, as 65536, \"64KiB\", \"8MiB\" or \"1GiB\"");
}

int config_ms(struct config *c, const struct config_key *key, struct json_object *value, void *target)
{
	uint64_t n;

	if (!json_object_is_type(value, json_type_string) || !take_suffixed(json_object_get_string(value), times, &n))
		return config_fail(c, "a time is wanted here, as \"500ms\", \"30s\", \"15m\", \"8h\" or \"2d\"");
	return store(c, key, n, " milliseconds", target);
}
