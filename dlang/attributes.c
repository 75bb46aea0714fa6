// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See attributes.h.

#include "dlang/attributes.h"

#include <string.h>

#include "dlang/base/arena.h"

enum { NSTABILITIES = STABILITY_STANDARD + 1, NCLASSES = CLASS_COMMON + 1 };

static const char *const stability_name[NSTABILITIES] = {
	[STABILITY_INTERNAL] = "Internal", [STABILITY_PRIVATE] = "Private", [STABILITY_OBSOLETE] = "Obsolete",
	[STABILITY_EXTERNAL] = "External", [STABILITY_UNSTABLE] = "Unstable", [STABILITY_EVOLVING] = "Evolving",
	[STABILITY_STABLE] = "Stable", [STABILITY_STANDARD] = "Standard",
};

static const char *const class_name[NCLASSES] = {
	[CLASS_UNKNOWN] = "Unknown", [CLASS_CPU] = "CPU", [CLASS_PLATFORM] = "Platform", [CLASS_GROUP] = "Group",
	[CLASS_ISA] = "ISA", [CLASS_COMMON] = "Common",
};

static const char *const field_name[ATTR_N] = {
	[ATTR_PROVIDER] = "provider", [ATTR_MODULE] = "module", [ATTR_FUNCTION] = "function",
	[ATTR_NAME] = "name", [ATTR_ARGS] = "args",
};

// Which of n words s begins with, up to a slash or its end; -1: none.
static int find_word(const char *const *words, int n, const char **s)
{
	size_t len = strcspn(*s, "/");
	int i = 0;

	while (i < n && (strncmp(words[i], *s, len) || words[i][len]))
		i++;
	*s += len + ((*s)[len] == '/' && (*s)[len + 1]);
	return i < n ? i : -1;
}

bool attributes_parse(const char *words, struct attributes *a)
{
	int name = find_word(stability_name, NSTABILITIES, &words);
	int data = find_word(stability_name, NSTABILITIES, &words);
	int class = find_word(class_name, NCLASSES, &words);

	if (name < 0 || data < 0 || class < 0 || *words)
		return false;
	*a = (struct attributes){ (enum stability)name, (enum stability)data, (enum stability_class)class };
	return true;
}

const char *attributes_text(struct arena *arena, const struct attributes *a)
{
	return arena_printf(arena, "%s/%s/%s", stability_name[a->name], stability_name[a->data],
			    class_name[a->class]);
}

int attributes_field(const char *word)
{
	for (int i = 0; i < ATTR_N; i++)
		if (!strcmp(field_name[i], word))
			return i;
	return -1;
}

struct attributes attributes_min(struct attributes a, struct attributes b)
{
	return (struct attributes){
		a.name < b.name ? a.name : b.name,
		a.data < b.data ? a.data : b.data,
		a.class < b.class ? a.class : b.class,
	};
}

bool attributes_below(const struct attributes *a, const struct attributes *least)
{
	return a->name < least->name || a->data < least->data || a->class < least->class;
}

struct attributes attributes_description(const struct attributes fields[ATTR_N])
{
	struct attributes min = fields[ATTR_PROVIDER];

	for (int i = ATTR_MODULE; i <= ATTR_NAME; i++)
		min = attributes_min(min, fields[i]);
	return min;
}
