// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The tables of symbols that the symbol worker has, by the core's numbers. Memory is
// bounded: the one that was not asked for the longest time goes first.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct elf_build_id;
struct symtab;

struct object;

struct objects {
	TAILQ_HEAD(object_list, object) by_use;	// the one to go first, first
	size_t bytes;
	uint64_t *dropped;		// numbers of those that are to go, for the core
	size_t ndropped, cap;
};

struct object_identity {
	bool readable;		// it is what it should be
	bool whole;		// it has all its symbols, or packs them
	bool has_probes;	// of its own
	uint8_t nbuild_id;
	uint8_t build_id[32];
	char link[256];		// the name of its debug file, or ""
};

enum { OBJECTS_BYTES = 64 << 20 };

void objects_init(struct objects *o);
void objects_deinit(struct objects *o);

// What a file is. The fd stays the caller's.
void object_identify(int fd, bool perf_map, struct object_identity *id);

// Reads the symbols of a file and of its debug file (-1: none; one that does not belong
// to it is not looked at) and has them under a number. The fds stay the caller's. What
// cannot be read has no symbols. 0 or -ENOMEM.
int objects_load(struct objects *o, uint64_t id, int fd, int debug, bool perf_map);

// The table of a number, for a batch of look-ups; NULL: there is none.
struct object *objects_use(struct objects *o, uint64_t id);

// The symbol at an offset in the file (of a perf map: at an address), and the offset in
// it. Without one, *name is "", and *offset the address as linked.
void object_find(const struct object *f, uint64_t at, const char **name, uint64_t *offset);

// What is more than max bytes is to go: its numbers are in dropped, but it stays until
// objects_drop(). 0 or -ENOMEM.
int objects_choose(struct objects *o, size_t max);
void objects_drop(struct objects *o);
