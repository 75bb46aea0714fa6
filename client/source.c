// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See source.h.

#include "client/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/limits.h"

enum { TOLD = 1 };

static int complain(const struct text *text, bool is_library, int err)
{
	const char *what = is_library ? "library " : "";

	if (err == -ENOMEM)
		return err;
	if (err == -EFBIG)
		fprintf(stderr, "dtrace: failed to read %s%s: it has more than %d bytes, which is the most there "
			"may be\n", what, text->arg, PROTO_SOURCE);
	else
		fprintf(stderr, "dtrace: failed to %s %s%s: %s\n", text->data ? "read" : "open", what, text->arg,
			err == -EINVAL ? "it is no regular file" : strerror(-err));
	return TOLD;
}

static int read_all(int fd, char *data, size_t cap, size_t *len)
{
	ssize_t n;

	for (*len = 0; *len < cap; *len += (size_t)n) {
		n = read(fd, data + *len, cap - *len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -errno;
		else if (n == 0)
			return 0;
	}
	return -EFBIG;
}

// A library that is a pipe would be waited for.
static int open_source(const char *path, bool is_library)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (is_library ? O_NONBLOCK : 0));
	struct stat st;
	int r = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (S_ISDIR(st.st_mode))
		r = -EISDIR;
	else if (is_library && !S_ISREG(st.st_mode))
		r = -EINVAL;
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

int source_read(struct text *text, bool is_library)
{
	int fd = open_source(text->arg, is_library), r;
	char *fitted;

	if (fd < 0)
		return complain(text, is_library, fd);
	text->data = malloc(PROTO_SOURCE + 1);
	r = text->data ? read_all(fd, text->data, PROTO_SOURCE + 1, &text->len) : -ENOMEM;
	close(fd);
	if (r < 0)
		return complain(text, is_library, r);
	fitted = realloc(text->data, text->len + 1);
	if (fitted)
		text->data = fitted;
	return 0;
}

// ---- libraries -------------------------------------------------------------

static int is_library_name(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 2 && strcmp(e->d_name + n - 2, ".d") == 0;
}

static int add_library(struct options *o, const char *dir, const char *name)
{
	struct text *grown = reallocarray(o->libraries, o->nlibraries + 1, sizeof(*grown));
	char *path;

	if (!grown)
		return -ENOMEM;
	o->libraries = grown;
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return -ENOMEM;
	o->libraries[o->nlibraries] = (struct text){ .kind = TEXT_FILE, .arg = path };
	return source_read(&o->libraries[o->nlibraries++], true);
}

int source_read_directory(struct options *o, const char *dir)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_library_name, alphasort), r = 0;

	if (n < 0) {
		fprintf(stderr, "dtrace: failed to open library directory %s: %s\n", dir, strerror(errno));
		return TOLD;
	}
	if (n > PROTO_TEXTS) {
		fprintf(stderr, "dtrace: library directory %s has %d files, at most %d are possible\n", dir, n,
			PROTO_TEXTS);
		r = TOLD;
	}
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = add_library(o, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return r;
}
