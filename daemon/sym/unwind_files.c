// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Known files, see unwind_files.h.

#include "daemon/sym/unwind_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/sym/open.h"
#include "daemon/sym/process.h"
#include "daemon/sym/sideband.h"
#include "daemon/util.h"

enum { TABLE_SIZE = UNWIND_MAX_FILES * 2 };

int unwind_files_init(struct unwind_files *f)
{
	*f = (struct unwind_files){ .table = calloc(TABLE_SIZE, sizeof *f->table), .epoch = 1 };
	return f->table ? 0 : -ENOMEM;
}

void unwind_files_deinit(struct unwind_files *f)
{
	free(f->table);
	*f = (struct unwind_files){ 0 };
}

// Its place, or a free one; NULL: there is none left.
static struct unwind_known *find(struct unwind_files *f, const struct unwind_file_key *key)
{
	uint32_t at = (uint32_t)((key->inode + key->device) * UINT64_C(0x9e3779b97f4a7c15) >> 40);

	for (;; at++) {
		struct unwind_known *k = &f->table[at & (TABLE_SIZE - 1)];

		if (!k->used)
			return f->n < UNWIND_MAX_FILES ? k : NULL;
		if (!memcmp(&k->key, key, sizeof *key))
			return k;
	}
}

// By the process, or, as it may be gone already, by the path as we see it.
static int open_mapping(const struct sideband_event *e)
{
	const struct mapped_name m = {
		e->address, e->address + e->length, e->major, e->minor, e->inode, e->path
	};
	CLEANUP(closep) int process = process_open(e->pid);
	struct file_key key;
	int fd = process < 0 ? process : open_mapped(process, &m, &key);

	return fd < 0 ? open_named(-1, &m, &key) : fd;
}

static int64_t time_of(const struct timespec *t)
{
	return t->tv_sec * INT64_C(1000000000) + t->tv_nsec;
}

// Takes down what the file is now. True: it is what was known.
static bool look_at(struct unwind_known *k, const struct stat *st)
{
	bool same = k->used && k->size == st->st_size && k->modified == time_of(&st->st_mtim) &&
		    k->changed == time_of(&st->st_ctim);

	k->size = st->st_size;
	k->modified = time_of(&st->st_mtim);
	k->changed = time_of(&st->st_ctim);
	return same;
}

static struct unwind_file_key key_of(const struct sideband_event *e)
{
	return (struct unwind_file_key){ .inode = e->inode, .device = e->major << 20 | e->minor };
}

static bool is_current(const struct unwind_files *f, const struct unwind_known *k,
	const struct sideband_event *e)
{
	return k && k->used && k->epoch == f->epoch &&
	       (!e->time || (e->generation && e->generation == k->generation));
}

bool unwind_files_has(struct unwind_files *f, const struct sideband_event *e)
{
	struct unwind_file_key key = key_of(e);

	return is_current(f, find(f, &key), e);
}

static void take_down(struct unwind_files *f, struct unwind_known *k, const struct sideband_event *e)
{
	f->n += !k->used;
	k->used = true;
	k->key = key_of(e);
	k->epoch = f->epoch;
	k->generation = e->generation;
}

void unwind_files_pass(struct unwind_files *f, const struct sideband_event *e)
{
	struct unwind_file_key key = key_of(e);
	struct unwind_known *k = find(f, &key);

	if (k)
		take_down(f, k, e);
}

int unwind_files_note(struct unwind_files *f, const struct sideband_event *e,
	struct unwind_file_key *key, int *fdp)
{
	CLEANUP(closep) int fd = -1;
	struct unwind_known *k;
	struct stat st;
	bool same;

	*key = key_of(e);
	k = find(f, key);
	if (!k)
		return -ENOSPC;
	if (is_current(f, k, e))
		return 0;
	fd = open_mapping(e);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -ENOENT;
	same = look_at(k, &st);
	take_down(f, k, e);
	if (same)
		return 0;
	*fdp = fd;
	fd = -1;
	return 1;
}

// The place stays taken, or others would not be found behind it.
void unwind_files_forget(struct unwind_files *f, const struct unwind_file_key *key)
{
	struct unwind_known *k = find(f, key);

	if (k && k->used) {
		k->epoch = 0;
		k->size = -1;
	}
}
