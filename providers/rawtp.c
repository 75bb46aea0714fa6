// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The rawtp provider, d-reference §20.5: every tracepoint of the kernel under
// its own name.

#include "providers/catalogue.h"
#include "providers/shared/tracepoints.h"

static void rawtp_init(struct catalogue *c, const struct provider_env *env)
{
	tracepoints_add(c, "rawtp", env);
}

const struct provider rawtp_provider = {
	.name = "rawtp",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_ARGS] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
	},
	.init = rawtp_init,
};
