// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// All providers, one line each, in the order of their probe ids.

#include "providers/provider.h"

#include <string.h>

#include "dlang/base/arena.h"

#define PROVIDERS(P) \
	P(dtrace) \
	P(profile) \
	P(cpc) \
	P(syscall) \
	P(rawtp) \
	P(sdt) \
	P(fbt) \
	P(packet) \
	P(pid) \
	P(usdt)

#define DECLARE(name) extern const struct provider name##_provider;
#define ROW(name) &name##_provider,

PROVIDERS(DECLARE)

const struct provider *const provider_registry[] = { PROVIDERS(ROW) NULL };

const struct provider *provider_find(const char *name)
{
	for (const struct provider *const *p = provider_registry; *p; p++) {
		if (strcmp((*p)->name, name) == 0)
			return *p;
	}
	return NULL;
}

const char *provider_attributes(const struct provider *p, struct arena *a)
{
	struct attributes description = attributes_description(p->attributes);

	return arena_printf(a, "%s %s", attributes_text(a, &description),
		attributes_text(a, &p->attributes[ATTR_ARGS]));
}
