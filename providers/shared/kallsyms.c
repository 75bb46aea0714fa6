// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The list is text, one symbol a line: "ffffffff81000000 T name". The kernel
// formats it anew for each reader (50 ms for 120,000 symbols), so it is read
// once, by the zygote. The addresses are not looked at.

#include "providers/shared/kallsyms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dlang/base/arena.h"
#include "dlang/base/intern.h"

struct symbol_set {
	struct interns *names;
};

struct text {
	char *bytes;
	size_t n, room;
};

static void text_deinit(struct text *t)
{
	free(t->bytes);
}

static void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

// The whole file, and a NUL.
static int read_text(int fd, struct text *t)
{
	ssize_t n = 1;

	while (n > 0) {
		if (t->n + 1 >= t->room) {
			size_t room = t->room ? 2 * t->room : (size_t)8 << 20;
			char *bytes = realloc(t->bytes, room);

			if (!bytes)
				return -ENOMEM;
			t->bytes = bytes;
			t->room = room;
		}
		n = read(fd, t->bytes + t->n, t->room - t->n - 1);
		if (n < 0)
			return -errno;
		t->n += (size_t)n;
	}
	t->bytes[t->n] = '\0';
	return 0;
}

// Whether a strong function begins here: behind " T " or " t ".
static bool is_function(const struct text *t, const char *name)
{
	return name - t->bytes >= 3 && name[-1] == ' ' && (name[-2] | 32) == 't' && name[-3] == ' ';
}

int symbol_set_read(struct arena *a, const char *path, const char *prefix, struct symbol_set **out)
{
	__attribute__((cleanup(closep))) int fd = open(path, O_RDONLY | O_CLOEXEC);
	__attribute__((cleanup(text_deinit))) struct text t = { NULL, 0, 0 };
	struct symbol_set *s = ARENA_NEW(a, struct symbol_set);
	size_t len = strlen(prefix);
	int r;

	if (fd < 0)
		return -errno;
	r = read_text(fd, &t);
	if (r < 0)
		return r;
	s->names = interns_new(a, NULL);
	for (const char *p = t.bytes; (p = memmem(p, t.n - (size_t)(p - t.bytes), prefix, len)); p += len)
		if (is_function(&t, p))
			intern(s->names, p + len, strcspn(p + len, "\t\n"));
	*out = s;
	return 0;
}

bool symbol_set_has(const struct symbol_set *s, const char *name)
{
	return intern_find(s->names, name, strlen(name)) != NULL;
}
