// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Running the preprocessor, see cpp.h. It reads from a memory file that begins
// with a line marker, so that positions are those of the script.

#include "client/cpp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/filter.h"
#include "proto/limits.h"

enum { MAX_ARGS = 512, FAILED = 1 };

// The predefined macros of D; what may be a module in D is no macro. Then words of
// GNU C that the system's headers use although __GNUC__ is not defined.
static const char *const fixed_args[] = {
	"-Wno-builtin-macro-redefined", "-D__SUNW_D=1", "-D__SUNW_D_VERSION=0x0100d000", "-D__SUNW_D_64",
	"-D__SVR4", "-D__unix", "-D__linux", "-D__Linux", "-U__GNUC__", "-Uunix", "-Ulinux",
#ifdef __x86_64__
	"-D__amd64",
#endif
	"-D__extension__=", "-D__attribute__(x)=", "-D__signed__=signed", "-D__inline__=inline",
	"-D__volatile__=volatile", "-D__builtin_va_list=void *",
	"-D__builtin_offsetof(type, member)=offsetof(type, member)",
};

struct args {
	char *v[MAX_ARGS];
	size_t n;
	int err;
};

static void add(struct args *a, const char *flag, const char *value)
{
	char *s = NULL;

	if (a->n == MAX_ARGS - 1)
		a->err = -E2BIG;
	else if (asprintf(&s, "%s%s", flag, value) < 0)
		a->err = -ENOMEM;
	if (!a->err)
		a->v[a->n++] = s;
}

static void free_args(struct args *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->v[i]);
}

// Options that are passed on as they come.
static const struct {
	const char *name, *flag;
} passed[] = {
	{ "define", "-D" }, { "undef", "-U" }, { "incdir", "-I" }, { "cppargs", "" },
};

static void add_passed(struct args *a, const struct given_setting *g)
{
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (strcmp(g->name, passed[i].name) == 0)
			add(a, passed[i].flag, g->value ? g->value : "");
}

// -X: what __STDC__ is; words of settings.def.
static void add_dialect(struct args *a, int64_t stdc)
{
	enum { DIALECT_S = 2, DIALECT_T = 3 };

	if (stdc == DIALECT_S || stdc == DIALECT_T)
		add(a, "-U__STDC__", "");
	if (stdc == DIALECT_T)
		add(a, "-D__STDC__=0", "");
}

static void make_args(struct args *a, const struct options *o, const char *script)
{
	const char *path = o->settings.texts[OPT_cpppath], *slash = strrchr(script, '/');
	char dir[4096] = ".";

	add(a, path ? path : "cpp", "");
	for (size_t i = 0; i < sizeof(fixed_args) / sizeof(fixed_args[0]); i++)
		add(a, fixed_args[i], "");
	add_dialect(a, settings_get(&o->settings, OPT_stdc));
	if (settings_get(&o->settings, OPT_cpphdrs))
		add(a, "-H", "");
	for (size_t i = 0; i < o->ngiven; i++)
		add_passed(a, &o->given[i]);
	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - script + 1), script);
	add(a, "-iquote", dir);
	add(a, "-", "");
}

// errno is a variable of D, whatever <errno.h> says when the script includes it later.
static const char keep_errno[] =
	"#ifdef __has_include\n"
	"#if __has_include(<errno.h>)\n"
	"#include <errno.h>\n"
	"#undef errno\n"
	"#endif\n"
	"#endif\n";

// The script without a first line for the kernel, behind a line marker.
static int make_input(const struct text *text)
{
	int fd = memfd_create("script", MFD_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "w");
	const char *p = text->data, *end = p + text->len;

	if (!f)
		return fd < 0 ? -errno : (close(fd), -ENOMEM);
	if (memmem(p, text->len, "errno", 5))
		fputs(keep_errno, f);
	fprintf(f, "# 1 \"%s\"\n", text->arg);
	if (text->len >= 2 && p[0] == '#' && p[1] == '!')
		while (p < end && *p != '\n')
			p++;
	fwrite(p, 1, (size_t)(end - p), f);
	if (fclose(f) != 0 || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}

static const struct filter_limits limits = {
	.wall_s = 20, .cpu_s = 10, .memory = (size_t)1 << 30, .output = PROTO_SOURCE,
};

static int complain(const char *script, int r)
{
	fprintf(stderr, "dtrace: failed to compile script %s: ", script);
	if (r == FILTER_TOO_LARGE)
		fprintf(stderr, "the preprocessor makes more than %d bytes of it, which is the most there may be\n",
			PROTO_SOURCE);
	else if (r == FILTER_TOO_LONG)
		fprintf(stderr, "the preprocessor did not finish within %u seconds\n", limits.wall_s);
	else
		fprintf(stderr, "Preprocessor failed to process input program\n");
	return FAILED;
}

int cpp_run(const struct options *o, struct text *text)
{
	struct args a = { 0 };
	char *data = NULL;
	size_t len = 0;
	int in, r;

	make_args(&a, o, text->arg);
	a.v[a.n] = NULL;
	in = a.err ? a.err : make_input(text);
	r = in < 0 ? in : filter_run(a.v, in, &limits, &data, &len);
	if (in >= 0)
		close(in);
	free_args(&a);
	if (r)
		return r < 0 ? r : complain(text->arg, r);
	free(text->data);
	text->data = data;
	text->len = len;
	return 0;
}
