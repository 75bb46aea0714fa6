// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The values of -x options, as far as the client itself needs them.

#include <stdint.h>

enum setting_id {
#define OPTION(name, kind, initial, words) OPT_##name,
#include "client/settings.def"
#undef OPTION
	OPT_N
};

struct settings {
	int64_t values[OPT_N];
};

void settings_init(struct settings *s);
// value NULL: none given. 0, -ENOENT (no such option), -EINVAL (not a value for it).
int settings_set(struct settings *s, const char *name, const char *value);
// What dtrace(1) says to such an error.
const char *settings_error(int err);

static inline int64_t settings_get(const struct settings *s, enum setting_id id)
{
	return s->values[id];
}
