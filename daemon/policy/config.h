// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A file of JSON that an administrator wrote, read so that every mistake in it
// is found and named by file, line and key. json-c reads the values; since it
// takes the last of several equal keys, clamps numbers and knows no lines, the
// text is walked here, too, which refuses a key that is there twice and notes
// the line of each.
//
// What keys there may be are tables: one row per key says how it is read and
// where it goes. A key without a row is an error.

#include <stddef.h>
#include <stdint.h>

#include "daemon/util.h"

struct json_object;

enum {
	CONFIG_MAX_BYTES = 256 * 1024,
	CONFIG_MAX_DEPTH = 16,
	CONFIG_MAX_KEYS = 8192,		// with the elements of lists
	CONFIG_MAX_PATH = 256,
};

// Where a key is; path as roles.NAME.limits.sessions, bindings[2].match.
struct config_place {
	char *path;
	uint32_t line;
};

struct config {
	const char *name;		// of the file, for messages
	struct json_object *root;
	struct config_place *places;
	uint32_t nplaces;
	char path[CONFIG_MAX_PATH];	// what is read at the moment
	struct reason *why;
};

struct config_key;

// Reads value, which is not NULL, to where the key's row says. 0; -EINVAL, then
// config_fail() has been called; -ENOMEM.
typedef int config_fn(struct config *c, const struct config_key *key, struct json_object *value, void *target);

struct config_key {
	const char *name;
	config_fn *read;
	size_t at;			// in the target
	uint64_t min, max;		// of numbers
	uint32_t arg;			// the reader's own
};

// Opens a file that only root, or who runs this, can write: a regular one of at
// most CONFIG_MAX_BYTES, no symlink. 0 and its text, with a NUL (free() it); a
// negative errno with why; -ENOENT if there is none.
int config_read_file(const char *path, char **text, size_t *len, struct reason *why);

// name and why must outlive it. 0; -EINVAL with why; -ENOMEM.
int config_parse(struct config *c, const char *name, const char *text, size_t len, struct reason *why);
void config_deinit(struct config *c);

// Sets why to "FILE:LINE: KEY: ..." of what is read at the moment. Returns -EINVAL.
int PRINTF_LIKE(2, 3) config_fail(struct config *c, const char *format, ...);
// The line of what is read at the moment.
uint32_t config_line(const struct config *c);

// Reads an object whose keys are those of the table, which ends with a row
// without a name.
int config_object(struct config *c, struct json_object *value, const struct config_key *keys, void *target);
// Calls fn for each value of an object with any keys: key->name is the key.
int config_each(struct config *c, struct json_object *value, config_fn *fn, void *target);
// The same of the elements of a list; key->arg is the number.
int config_list(struct config *c, struct json_object *value, config_fn *fn, void *target);
// The text, or NULL after config_fail().
const char *config_text(struct config *c, struct json_object *value);

// Readers for tables. The target is a bool at key->at,
config_fn config_bool;
// or a uint64_t.
config_fn config_count;			// 10
config_fn config_bytes;			// 10, "64KiB", "8MiB", "1GiB"
config_fn config_ms;			// "500ms", "15m"; also s, h, d
