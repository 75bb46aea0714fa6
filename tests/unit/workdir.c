// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A test's folder, see workdir.h.

#include "tests/unit/workdir.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

// Others may look into it: some tests run as another user.
void workdir_init(struct workdir *d)
{
	*d = (struct workdir){ "/tmp/dtraced-unit.XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(d->path));
	ck_assert_int_eq(chmod(d->path, 0755), 0);
}

void workdir_deinit(struct workdir *d)
{
	workdir_shell(d, "rm -rf %s", d->path);
}

void workdir_shell(const struct workdir *d, const char *format, ...)
{
	char command[4096], line[5000];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof command, format, ap);
	va_end(ap);
	snprintf(line, sizeof line, "cd %s && { %s; }", d->path, command);
	ck_assert_msg(system(line) == 0, "%s", line);
}

void workdir_write(const struct workdir *d, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", d->path, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}
