// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/symfiles.h"

#include <stdlib.h>

static bool is_key(const struct file_key *a, const struct file_key *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
		a->changed == b->changed;
}

static uint32_t bucket(const struct file_key *k)
{
	return (uint32_t)((k->inode * UINT64_C(0x9e3779b97f4a7c15) ^ k->device) >> 32) % SYMFILE_BUCKETS;
}

struct symfile *symfiles_get(struct symfiles *t, enum symfile_kind kind, const struct file_key *file,
	const struct file_key *debug)
{
	static const struct file_key none = { 0 };
	struct symfile *f;

	if (!debug)
		debug = &none;
	LIST_FOREACH(f, &t->keys[bucket(file)], by_key) {
		if (f->kind == kind && is_key(&f->file, file) && is_key(&f->debug, debug))
			return f;
	}
	f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	*f = (struct symfile){ .id = ++t->last_id, .kind = kind, .file = *file, .debug = *debug };
	LIST_INSERT_HEAD(&t->keys[bucket(file)], f, by_key);
	LIST_INSERT_HEAD(&t->ids[f->id % SYMFILE_BUCKETS], f, by_id);
	t->n++;
	return f;
}

struct symfile *symfiles_by_id(const struct symfiles *t, uint64_t id)
{
	struct symfile *f;

	LIST_FOREACH(f, &t->ids[id % SYMFILE_BUCKETS], by_id) {
		if (f->id == id)
			return f;
	}
	return NULL;
}

void symfiles_unload(struct symfiles *t)
{
	struct symfile *f;

	for (int i = 0; i < SYMFILE_BUCKETS; i++) {
		LIST_FOREACH(f, &t->keys[i], by_key)
			f->loaded = false;
	}
}

void symfiles_trim(struct symfiles *t)
{
	if (t->n > SYMFILES_MAX)
		symfiles_deinit(t);
}

void symfiles_deinit(struct symfiles *t)
{
	for (int i = 0; i < SYMFILE_BUCKETS; i++) {
		struct symfile *f;

		while ((f = LIST_FIRST(&t->keys[i]))) {
			LIST_REMOVE(f, by_key);
			LIST_REMOVE(f, by_id);
			free(f);
		}
	}
	t->n = 0;
}
