// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/process.h"

// ---- files -----------------------------------------------------------------

static uint32_t hash(const struct process_mapping *m)
{
	uint64_t h = m->inode * UINT64_C(0x9e3779b97f4a7c15) + m->minor;

	for (const char *p = m->path; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	return (uint32_t)(h >> 32) % MAPPED_BUCKETS;
}

static size_t size_of(const struct mapped_file *f)
{
	return sizeof *f + strlen(f->path) + 1;
}

struct mapped_file *mapped_file_ref(struct mapped_file *f)
{
	f->refs++;
	return f;
}

struct mapped_file *mapped_file_unref(struct mapped_file *f)
{
	if (f && --f->refs == 0) {
		LIST_REMOVE(f, link);
		f->all->bytes -= size_of(f);
		free(f);
	}
	return NULL;
}

static struct mapped_file *intern(struct mapped_files *all, const struct process_mapping *m)
{
	uint32_t h = hash(m);
	struct mapped_file *f;

	LIST_FOREACH(f, &all->buckets[h], link) {
		if (f->inode == m->inode && f->major == m->major && f->minor == m->minor &&
			strcmp(f->path, m->path) == 0)
			return mapped_file_ref(f);
	}
	f = malloc(sizeof *f + strlen(m->path) + 1);
	if (!f)
		return NULL;
	*f = (struct mapped_file){ .all = all, .refs = 1, .major = m->major, .minor = m->minor,
		.inode = m->inode };
	strcpy(f->path, m->path);
	LIST_INSERT_HEAD(&all->buckets[h], f, link);
	all->bytes += size_of(f);
	return f;
}

const char *mapped_file_name(const struct mapped_file *f, size_t *len)
{
	static const char deleted[] = " (deleted)";
	const char *slash = strrchr(f->path, '/'), *name = slash ? slash + 1 : f->path;
	size_t n = strlen(name), d = sizeof deleted - 1;

	*len = n > d && strcmp(name + n - d, deleted) == 0 ? n - d : n;
	return name;
}

bool mapped_file_is_jit(const struct mapped_file *f)
{
	return f->inode == 0 ? f->path[0] != '[' || strncmp(f->path, "[anon", 5) == 0 :
		strncmp(f->path, "/memfd:", 7) == 0 || strncmp(f->path, "/dev/zero", 9) == 0;
}

// ---- images ----------------------------------------------------------------

struct image *image_new(struct mapped_files *files)
{
	struct image *i = calloc(1, sizeof *i);

	if (i) {
		i->refs = 1;
		i->files = files;
		files->bytes += sizeof *i;
	}
	return i;
}

struct image *image_ref(struct image *i)
{
	i->refs++;
	return i;
}

struct image *image_unref(struct image *i)
{
	if (!i || --i->refs)
		return NULL;
	for (uint32_t k = 0; k < i->n; k++)
		mapped_file_unref(i->v[k].file);
	i->files->bytes -= sizeof *i + i->cap * sizeof *i->v;
	free(i->v);
	free(i);
	return NULL;
}

static int reserve(struct image *i, uint32_t cap)
{
	struct mapping *v;

	if (cap > IMAGE_MAX)
		return -E2BIG;
	if (cap <= i->cap)
		return 0;
	cap = cap < 2 * i->cap ? 2 * i->cap : cap < 8 ? 8 : cap;
	v = reallocarray(i->v, cap, sizeof *v);
	if (!v)
		return -ENOMEM;
	i->files->bytes += (cap - i->cap) * sizeof *v;
	i->v = v;
	i->cap = cap;
	return 0;
}

struct image *image_own(struct image *i)
{
	struct image *copy;

	if (i->refs == 1)
		return i;
	copy = image_new(i->files);
	if (copy && reserve(copy, i->n) < 0)
		copy = image_unref(copy);
	for (uint32_t k = 0; copy && k < i->n; k++) {
		copy->v[copy->n++] = i->v[k];
		mapped_file_ref(i->v[k].file);
	}
	image_unref(i);
	return copy;
}

// The first mapping that ends behind an address.
static uint32_t first_behind(const struct image *i, uint64_t address)
{
	uint32_t lo = 0, hi = i->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (i->v[mid].end <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void insert(struct image *i, uint32_t at, struct mapping m)
{
	memmove(&i->v[at + 1], &i->v[at], (i->n - at) * sizeof m);
	i->v[at] = m;
	i->n++;
}

// Takes [start, end) out of the mapping at k: less of it, two of it, or none.
// Returns the number of the mapping to look at next.
static uint32_t cut_one(struct image *i, uint32_t k, uint64_t start, uint64_t end)
{
	struct mapping *m = &i->v[k], tail = *m;

	if (m->end > end) {
		tail.offset += end - m->start;
		tail.start = end;
		if (m->start < start) {
			m->end = start;
			mapped_file_ref(tail.file);
			insert(i, k + 1, tail);
		} else {
			*m = tail;
		}
		return i->n;
	}
	if (m->start < start) {
		m->end = start;
		return k + 1;
	}
	mapped_file_unref(m->file);
	i->n--;
	memmove(m, m + 1, (i->n - k) * sizeof *m);
	return k;
}

int image_add(struct image *i, const struct process_mapping *m)
{
	struct mapping new = { m->start, m->end, m->offset, NULL };
	int r = reserve(i, i->n + 2);

	if (r < 0)
		return r;
	new.file = intern(i->files, m);
	if (!new.file)
		return -ENOMEM;
	for (uint32_t k = first_behind(i, m->start); k < i->n && i->v[k].start < m->end;)
		k = cut_one(i, k, m->start, m->end);
	insert(i, first_behind(i, m->start), new);
	return 0;
}

const struct mapping *image_find(const struct image *i, uint64_t address)
{
	uint32_t k = i ? first_behind(i, address) : 0;

	return i && k < i->n && i->v[k].start <= address ? &i->v[k] : NULL;
}
