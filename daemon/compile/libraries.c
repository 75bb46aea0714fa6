// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reads the D libraries and provider files of the system, see libraries.h.

#include "daemon/compile/libraries.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "daemon/compile/warm.h"
#include "daemon/kernel/clock.h"
#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "dlang/base/vec.h"
#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"
#include "providers/stable.h"

enum { FILE_MAX = 1 << 20, DIAGS_MAX = 20, COMPLAINTS_MAX = 100 };

// Where this program was built, the files are those of the tree.
struct folder {
	const char *places[2];		// seen from the program
	const char *installed;
};

static const struct folder library_folder = {
	{ "../dlang/lib", "../../../dlang/lib" }, DT_DATADIR "/lib",
};
static const struct folder stable_folder = {
	{ "../providers/stable", "../../../providers/stable" }, DT_DATADIR "/stable",
};

// What is read of one folder.
struct reading {
	struct arena *arena;
	struct warm *warm;
	enum text_kind kind;
	VEC(struct dlang_text) texts;
};

static void find_folder(const struct folder *f, char *path, size_t size)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	for (size_t i = 0; slash && i < NELEMS(f->places); i++) {
		slash[1] = '\0';
		if ((size_t)snprintf(path, size, "%s%s", exe, f->places[i]) < size && access(path, R_OK) == 0)
			return;
	}
	snprintf(path, size, "%s", f->installed);
}

// NAME.d, and NAME.MACHINE.d, which is NAME.d on machines of that kind.
static int is_library(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 2 && d->d_name[0] != '.' && !strcmp(d->d_name + n - 2, ".d");
}

// The name by which others know the library; NULL: it is for other machines.
static const char *library_name(struct arena *a, const char *name)
{
	const char *dot = strchr(name, '.'), *end = strrchr(name, '.');
	struct utsname u;

	if (dot == end)
		return arena_strndup(a, name, strlen(name));
	if (uname(&u) < 0 || strlen(u.machine) != (size_t)(end - dot - 1) ||
	    memcmp(u.machine, dot + 1, (size_t)(end - dot - 1)) != 0)
		return NULL;
	return arena_printf(a, "%.*s%s", (int)(dot - name), name, end);
}

static void complain(struct warm *w, const char *line)
{
	if (w->complaints.n < COMPLAINTS_MAX)
		vec_push(w->arena, &w->complaints, line);
}

static void read_file(struct reading *r, const char *folder, const char *name)
{
	struct arena *a = r->arena;
	const char *path = arena_printf(a, "%s/%s", folder, name), *known_as = library_name(a, name);
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error = fd < 0 ? errno : 0;
	struct stat st = { 0 };
	size_t len = 0;
	char *text;

	if (!known_as)
		return;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		complain(r->warm, arena_printf(a, "%s: %s", path, fd < 0 ? strerror(error) :
					       S_ISREG(st.st_mode) ? "larger than 1 MB" : "not a regular file"));
		return;
	}
	text = arena_alloc(a, (size_t)st.st_size + 1);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, text + len, (size_t)st.st_size - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (r->kind != TEXT_STABLE)	// which messages name by its file alone
		path = known_as;
	vec_push(a, &r->texts, (struct dlang_text){ .kind = r->kind, .name = path, .text = text, .len = len });
}

// A folder that is not there has nothing in it.
static void read_folder(struct reading *r, const char *path)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, is_library, alphasort);

	if (count < 0 && errno != ENOENT)
		complain(r->warm, arena_printf(r->arena, "%s: %s", path, strerror(errno)));
	for (int i = 0; i < count; i++) {
		read_file(r, path, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static void complain_of(struct warm *w, const struct sources *sources, const struct diags *d)
{
	struct sbuf line;

	for (uint32_t i = 0; i < d->list.n; i++) {
		sbuf_init(&line, w->arena);
		diag_line(&line, sources, &d->list.v[i], true);
		complain(w, line.s);
	}
}

static void read_stable(struct warm *w, struct dlang_prelude *p, struct diags *d)
{
	struct reading r = { .arena = w->arena, .warm = w, .kind = TEXT_STABLE };
	struct probe_sink sink = stable_sink(stable_publisher_new(w->catalogue));
	char path[PATH_MAX];

	find_folder(&stable_folder, path, sizeof path);
	read_folder(&r, path);
	if (w->providers)
		read_folder(&r, w->providers);
	dlang_stable_read(p, r.texts.v, r.texts.n, &sink, d);
}

// A library of what only a running kernel says.
static void add_machine(struct reading *r)
{
	const char *text = arena_printf(r->arena, "inline uint32_t kernel_hz = %u;\n", jiffies_per_second());

	vec_push(r->arena, &r->texts, (struct dlang_text){ .kind = r->kind, .name = "machine.d", .text = text,
							   .len = strlen(text) });
}

struct dlang_prelude *libraries_read(struct warm *w)
{
	struct arena *a = w->arena;
	struct reading r = { .arena = a, .warm = w, .kind = TEXT_FILE };
	struct probe_source *source = arena_alloc(a, sizeof *source);
	struct dlang_env *env = arena_alloc(a, sizeof *env);
	struct types *types = types_new(a, w->interns, w->btf);
	char path[PATH_MAX];
	struct dlang_prelude *p;
	struct sources *sources;
	struct diags d;

	types_set_modules(types, w->modules);
	*source = catalogue_source(w->catalogue);
	*env = (struct dlang_env){ .arena = a, .interns = w->interns, .probes = source,
		.types = types, .ncpus = w->ncpus, .cpus = w->cpus,
		.symbols = w->symbols };
	add_machine(&r);
	find_folder(&library_folder, path, sizeof path);
	read_folder(&r, path);
	diags_init(&d, a, DIAGS_MAX);
	p = dlang_prelude_new(env, r.texts.v, r.texts.n, &d, &sources);
	read_stable(w, p, &d);
	complain_of(w, sources, &d);
	return p;
}
