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
	P(packet)

#define DECLARE(name) extern const struct provider name##_provider;
#define ROW(name) &name##_provider,

PROVIDERS(DECLARE)

const struct provider *const provider_registry[] = { PROVIDERS(ROW) NULL };

static const char *const stability_name[] = {
	[STABILITY_INTERNAL] = "Internal",
	[STABILITY_PRIVATE] = "Private",
	[STABILITY_OBSOLETE] = "Obsolete",
	[STABILITY_EXTERNAL] = "External",
	[STABILITY_UNSTABLE] = "Unstable",
	[STABILITY_EVOLVING] = "Evolving",
	[STABILITY_STABLE] = "Stable",
	[STABILITY_STANDARD] = "Standard",
};

static const char *const class_name[] = {
	[CLASS_UNKNOWN] = "Unknown",
	[CLASS_CPU] = "CPU",
	[CLASS_PLATFORM] = "Platform",
	[CLASS_GROUP] = "Group",
	[CLASS_ISA] = "ISA",
	[CLASS_COMMON] = "Common",
};

const struct provider *provider_find(const char *name)
{
	for (const struct provider *const *p = provider_registry; *p; p++) {
		if (strcmp((*p)->name, name) == 0)
			return *p;
	}
	return NULL;
}

// Which of n words s begins with, up to a slash or its end; -1: none.
static int find_word(const char *const *words, int n, const char **s)
{
	size_t len = strcspn(*s, "/");
	int i = 0;

	while (i < n && (strncmp(words[i], *s, len) || words[i][len]))
		i++;
	*s += len + ((*s)[len] == '/');
	return i < n ? i : -1;
}

bool attributes_parse(const char *words, struct attributes *a)
{
	int name = find_word(stability_name, STABILITY_STANDARD + 1, &words);
	int data = find_word(stability_name, STABILITY_STANDARD + 1, &words);
	int class = find_word(class_name, CLASS_COMMON + 1, &words);

	if (name < 0 || data < 0 || class < 0 || *words)
		return false;
	*a = (struct attributes){ (enum stability)name, (enum stability)data, (enum stability_class)class };
	return true;
}

const char *provider_attributes(const struct provider *p, struct arena *a)
{
	const struct attributes *args = &p->attributes[ATTR_ARGS];
	struct attributes min = p->attributes[ATTR_PROVIDER];

	for (int i = ATTR_MODULE; i <= ATTR_NAME; i++) {
		const struct attributes *f = &p->attributes[i];

		if (f->name < min.name)
			min.name = f->name;
		if (f->data < min.data)
			min.data = f->data;
		if (f->class < min.class)
			min.class = f->class;
	}
	return arena_printf(a, "%s/%s/%s %s/%s/%s", stability_name[min.name],
		stability_name[min.data], class_name[min.class], stability_name[args->name],
		stability_name[args->data], class_name[args->class]);
}
