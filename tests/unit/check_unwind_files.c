// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Files that change while they are known: which table they have then.

#include <bpf/bpf.h>
#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "daemon/sym/sideband.h"
#include "daemon/sym/unwind_maps.h"
#include "tests/unit/suite.h"
#include "tests/unit/unwind_core.h"

static struct unwind_core core;
static const struct runtime_value *values;

static bool has_table(const char *name)
{
	struct unwind_file_key key;
	struct unwind_file file;
	struct stat st;

	ck_assert_int_eq(stat(name, &st), 0);
	key = (struct unwind_file_key){ .inode = st.st_ino, .device = major(st.st_dev) << 20 | minor(st.st_dev) };
	return bpf_map_lookup_elem((int)values[UNWIND_MAP_FILES].value, &key, &file) == 0;
}

// A page of the file is mapped for a moment.
static void touch_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	void *at = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	ck_assert(at != MAP_FAILED);
	close(fd);
	sideband_read(core.sideband);
	munmap(at, 1);
}

// A file that becomes another one, in its place, has not the table of what it was.
START_TEST(what_is_written_anew)
{
	char copy[] = "/tmp/check_unwind_files.XXXXXX", command[PATH_MAX];
	size_t n;
	FILE *f;

	unwind_core_open(&core, UNWIND_MAX_CHUNKS, &values, &n);
	unwind_core_await(&core);
	close(mkstemp(copy));
	snprintf(command, sizeof command, "cp /proc/%d/exe %s", (int)getpid(), copy);
	ck_assert_int_eq(system(command), 0);
	touch_file(copy);
	unwind_core_await(&core);
	ck_assert(has_table(copy));
	touch_file(copy);	// the same
	ck_assert(has_table(copy));
	f = fopen(copy, "we");
	ck_assert_ptr_nonnull(f);
	fputs("no program", f);
	fclose(f);
	touch_file(copy);
	ck_assert(!has_table(copy));
	unwind_core_await(&core);
	ck_assert(!has_table(copy));
	unlink(copy);
	unwind_core_close(&core);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("unwind files");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, what_is_written_anew);
	return suite_run_as_root("unwind files", tc);
}
