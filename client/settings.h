// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The values of -x options, as far as the client itself needs them.

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum setting_id {
#define OPTION(name, kind, initial, words, when, what) OPT_##name,
#include "client/settings.def"
#undef OPTION
	OPT_N
};

struct settings {
	int64_t values[OPT_N];
	bool given[OPT_N];
	const char *texts[OPT_N];	// of kind TEXT: the last value, the caller's
};

void settings_init(struct settings *s);
// value NULL: none given. 0, -ENOENT (no such option), -EINVAL (not a value for it).
int settings_set(struct settings *s, const char *name, const char *value);
// The same while tracing, by setopt(): -EBUSY for an option that is fixed then.
int settings_change(struct settings *s, const char *name, const char *value);
// From DTRACE_OPT_NAME in the environment: calls set(arg, name, value) for each.
int settings_environment(int (*set)(void *arg, const char *name, const char *value), void *arg);
// What -xhelp prints.
void settings_help(FILE *f);
// What dtrace(1) says to such an error.
const char *settings_error(int err);

static inline int64_t settings_get(const struct settings *s, enum setting_id id)
{
	return s->values[id];
}
