// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The list is text, one symbol a line: "ffffffff81000000 T name". The kernel
// formats it anew for each reader (50 ms for 120,000 symbols), so it is read
// once, by the zygote. The addresses are not looked at.

#include "providers/shared/kallsyms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/base/intern.h"

struct symbol_set {
	struct interns *names;
};

static void closep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static void freep(char **p)
{
	free(*p);
}

// The name of a strong function, cut off at the end of the line, or NULL.
static const char *function_name(char *line)
{
	char *type = strchr(line, ' '), *name;

	if (!type || (type[1] != 'T' && type[1] != 't') || type[2] != ' ')
		return NULL;
	name = type + 3;
	name[strcspn(name, "\t\n")] = '\0';
	return name;
}

int symbol_set_read(struct arena *a, const char *path, const char *prefix, struct symbol_set **out)
{
	__attribute__((cleanup(closep))) FILE *f = fopen(path, "re");
	__attribute__((cleanup(freep))) char *line = NULL;
	struct symbol_set *s = ARENA_NEW(a, struct symbol_set);
	size_t size = 0, len = strlen(prefix);

	if (!f)
		return -errno;
	s->names = interns_new(a, NULL);
	while (getline(&line, &size, f) > 0) {
		const char *name = function_name(line);

		if (name && strncmp(name, prefix, len) == 0)
			intern_str(s->names, name + len);
	}
	if (ferror(f))
		return -EIO;
	*out = s;
	return 0;
}

bool symbol_set_has(const struct symbol_set *s, const char *name)
{
	return intern_find(s->names, name, strlen(name)) != NULL;
}
