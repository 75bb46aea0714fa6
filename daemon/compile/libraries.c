// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reads the D libraries of the system, see libraries.h.

#include "daemon/compile/libraries.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/compile/warm.h"
#include "daemon/log.h"
#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "dlang/base/vec.h"
#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"

enum { FILE_MAX = 1 << 20, DIAGS_MAX = 20 };

// Where this program was built, the libraries are those of the tree.
static const char *const places[] = { "../dlang/lib", "../../../dlang/lib" };

static int open_directory(char *path, size_t size)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash;
	int fd;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	for (size_t i = 0; slash && i < NELEMS(places); i++) {
		slash[1] = '\0';
		if ((size_t)snprintf(path, size, "%s%s", exe, places[i]) >= size)
			continue;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	snprintf(path, size, "%s/lib", DT_DATADIR);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int is_library(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 2 && d->d_name[0] != '.' && !strcmp(d->d_name + n - 2, ".d");
}

static bool read_file(struct arena *a, int dir, const char *name, struct dlang_text *t)
{
	CLEANUP(closep) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	size_t len = 0;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		log_warning("D library %s: %s", name, fd < 0 ? strerror(errno) : "not a file of moderate size");
		return false;
	}
	text = arena_alloc(a, (size_t)st.st_size + 1);
	while (len < (size_t)st.st_size) {
		ssize_t r = read(fd, text + len, (size_t)st.st_size - len);

		if (r <= 0)
			break;
		len += (size_t)r;
	}
	*t = (struct dlang_text){ .kind = TEXT_FILE, .name = arena_strndup(a, name, strlen(name)),
		.text = text, .len = len };
	return true;
}

static struct dlang_text *read_all(struct arena *a, uint32_t *n)
{
	char path[PATH_MAX];
	CLEANUP(closep) int dir = open_directory(path, sizeof path);
	VEC(struct dlang_text) texts = { 0 };
	struct dirent **names = NULL;
	int count = dir < 0 ? 0 : scandir(path, &names, is_library, alphasort);

	if (dir < 0 || count < 0)
		log_info("%s: %s; there are no D libraries", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		struct dlang_text t;

		if (read_file(a, dir, names[i]->d_name, &t))
			vec_push(a, &texts, t);
		free(names[i]);
	}
	free(names);
	*n = texts.n;
	return texts.v;
}

struct dlang_prelude *libraries_read(const struct warm *w)
{
	struct arena *a = w->arena;
	uint32_t n = 0;
	struct dlang_text *texts = read_all(a, &n);
	struct probe_source *source = arena_alloc(a, sizeof *source);
	struct dlang_env *env = arena_alloc(a, sizeof *env);
	struct dlang_prelude *p;
	struct sources *sources;
	struct sbuf line;
	struct diags d;

	*source = catalogue_source(w->catalogue);
	*env = (struct dlang_env){ .arena = a, .interns = w->interns, .probes = source,
		.types = types_new(a, w->interns, w->btf), .ncpus = w->ncpus,
		.symbols = w->symbols };
	diags_init(&d, a, DIAGS_MAX);
	p = dlang_prelude_new(env, texts, n, &d, &sources);
	for (uint32_t i = 0; i < d.list.n; i++) {
		sbuf_init(&line, a);
		diag_line(&line, sources, &d.list.v[i], true);
		log_warning("D library: %s", line.s);
	}
	return p;
}
