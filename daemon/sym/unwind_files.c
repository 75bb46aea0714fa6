// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Known files, see unwind_files.h.

#include "daemon/sym/unwind_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
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

// Whether the file was written to since it was last looked at, as when a program is built anew in its place. By the path as we
// see it, and only if that leads to the file.
static bool was_written(const struct unwind_known *k, const struct sideband_event *e)
{
	struct statx st;

	if (!e->path || *e->path != '/' ||
	    statx(AT_FDCWD, e->path, AT_STATX_DONT_SYNC, STATX_INO | STATX_SIZE | STATX_MTIME, &st) < 0)
		return false;
	return st.stx_ino == e->inode && st.stx_dev_major == e->major && st.stx_dev_minor == e->minor &&
	       ((int64_t)st.stx_size != k->size ||
		st.stx_mtime.tv_sec * INT64_C(1000000000) + st.stx_mtime.tv_nsec != k->modified);
}

static bool is_current(const struct unwind_files *f, const struct unwind_known *k,
	const struct sideband_event *e)
{
	if (!k || !k->used || k->epoch != f->epoch)
		return false;
	return !e->time || (e->generation && e->generation == k->generation && !was_written(k, e));
}

bool unwind_files_has(struct unwind_files *f, const struct sideband_event *e)
{
	struct unwind_file_key key = key_of(e);
	struct unwind_known *k = find(f, &key);

	if (k)
		k->seen = f->clock;
	return is_current(f, k, e);
}

static void take_down(struct unwind_files *f, struct unwind_known *k, const struct sideband_event *e)
{
	f->n += !k->used;
	k->used = true;
	k->key = key_of(e);
	k->epoch = f->epoch;
	k->seen = f->clock;
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
	k->seen = f->clock;
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

void unwind_files_refuse(struct unwind_files *f, const struct unwind_file_key *key, uint64_t bytes)
{
	struct unwind_known *k = find(f, key);

	if (k && k->used)
		k->homeless = bytes;
}

bool unwind_files_retry(struct unwind_files *f, uint64_t room, bool *left)
{
	bool any = false;

	*left = false;
	for (uint32_t i = 0; i < TABLE_SIZE; i++) {
		struct unwind_known *k = &f->table[i];

		*left |= k->homeless > room;
		if (!k->homeless || k->homeless > room)
			continue;
		room -= k->homeless;
		k->homeless = 0;
		unwind_files_forget(f, &k->key);
		any = true;
	}
	return any;
}

// ---- eviction --------------------------------------------------------------

static int by_seen(const void *pa, const void *pb)
{
	const struct unwind_known *a = pa, *b = pb;

	return (a->seen > b->seen) - (a->seen < b->seen);
}

// What is kept goes into a new table, or it would not be found behind what is not.
static int rebuild(struct unwind_files *f, const struct unwind_known *kept, uint32_t n)
{
	struct unwind_known *table = calloc(TABLE_SIZE, sizeof *table);

	if (!table)
		return -ENOMEM;
	free(f->table);
	f->table = table;
	f->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct unwind_known *k = find(f, &kept[i].key);

		*k = kept[i];
		f->n++;
	}
	return 0;
}

int unwind_files_evict(struct unwind_files *f,
	void (*fn)(void *arg, const struct unwind_file_key *key), void *arg)
{
	CLEANUP(freep) struct unwind_known *all = calloc(f->n + 1, sizeof *all);
	uint32_t n = 0, evicted = 0;
	int r;

	if (!all)
		return -ENOMEM;
	for (uint32_t i = 0; i < TABLE_SIZE; i++) {
		if (f->table[i].used)
			all[n++] = f->table[i];
	}
	qsort(all, n, sizeof *all, by_seen);
	while (evicted < (n + 1) / 2 && all[evicted].seen != f->clock && all[evicted].key.inode)
		evicted++;
	r = evicted ? rebuild(f, all + evicted, n - evicted) : 0;
	for (uint32_t i = 0; i < evicted && r >= 0; i++)
		fn(arg, &all[i].key);
	return r < 0 ? r : (int)evicted;
}
