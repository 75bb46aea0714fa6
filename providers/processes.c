// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "providers/processes.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int32_t process_of_provider(const char *prov)
{
	size_t n = prov ? strlen(prov) : 0, at = n;
	unsigned long long pid;

	while (at && is_digit(prov[at - 1]))
		at--;
	if (!at || at == n)
		return 0;
	pid = n - at > 10 ? 0 : strtoull(prov + at, NULL, 10);
	return pid && pid <= INT32_MAX ? (int32_t)pid : PROCESS_IMPOSSIBLE;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

int processes_find(const struct processes *p, const struct probe_desc *d)
{
	for (uint32_t i = 0; i < p->wants.n; i++) {
		const struct probe_desc *w = &p->wants.v[i].desc;

		if (same(w->prov, d->prov) && same(w->mod, d->mod) && same(w->func, d->func) &&
			same(w->name, d->name))
			return (int)i;
	}
	return -1;
}
