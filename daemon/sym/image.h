// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What an address space has mapped: ranges of files. An image may be shared by
// processes (fork); files are shared by all images.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct process_mapping;

// A file as mappings name it, or something without a file ("[vdso]", memory of a
// just-in-time compiler). Reference counted.
struct mapped_file {
	LIST_ENTRY(mapped_file) link;
	struct mapped_files *all;
	uint32_t refs;
	uint32_t major, minor;
	uint64_t inode;			// 0: no file
	uint64_t symfile;		// where its names were found last (sym/symfiles.h), or 0
	char path[];
};

enum { MAPPED_BUCKETS = 1024 };

struct mapped_files {
	LIST_HEAD(, mapped_file) buckets[MAPPED_BUCKETS];
	size_t bytes;			// of all files and images
};

struct mapping {
	uint64_t start, end, offset;
	struct mapped_file *file;
};

struct image {
	struct mapped_files *files;
	uint32_t refs;
	uint32_t n, cap;
	struct mapping *v;		// by address, disjoint
};

enum { IMAGE_MAX = 1 << 16 };		// mappings; further ones are left out

struct mapped_file *mapped_file_ref(struct mapped_file *f);
struct mapped_file *mapped_file_unref(struct mapped_file *f);
// What a user calls it: the last part of the path, without what says that it is deleted.
const char *mapped_file_name(const struct mapped_file *f, size_t *len);
// Whether code there was made by the process itself.
bool mapped_file_is_jit(const struct mapped_file *f);

// NULL: no memory.
struct image *image_new(struct mapped_files *files);
struct image *image_ref(struct image *i);
struct image *image_unref(struct image *i);
// The image itself if nobody else has it, or a copy, in place of a reference. NULL: no
// memory, and the reference is gone.
struct image *image_own(struct image *i);

// In place of what was mapped there. 0, -ENOMEM, -E2BIG.
int image_add(struct image *i, const struct process_mapping *m);

// The mapping that an address is in, or NULL.
const struct mapping *image_find(const struct image *i, uint64_t address);
