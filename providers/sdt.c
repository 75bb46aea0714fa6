// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The sdt provider, d-reference §20.5: the markers in the kernel's code, which on
// Linux are its tracepoints. It has hooks of its own beside rawtp's: a session
// that enables one tracepoint by both names runs two programs on it.

#include "providers/catalogue.h"
#include "providers/shared/tracepoints.h"

static void sdt_init(struct catalogue *c, const struct provider_env *env)
{
	tracepoints_add(c, "sdt", env);
}

const struct provider sdt_provider = {
	.name = "sdt",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(PRIVATE, PRIVATE, ISA),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(PRIVATE, PRIVATE, ISA),
		[ATTR_ARGS] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
	},
	.init = sdt_init,
};
