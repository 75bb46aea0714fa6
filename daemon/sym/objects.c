// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/objects.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/elf_file.h"
#include "daemon/sym/notes.h"
#include "daemon/sym/perfmap.h"
#include "daemon/sym/symtab.h"
#include "daemon/sym/symtab_elf.h"
#include "daemon/util.h"

enum { SEGMENTS_KEPT = 16 };

static const struct symtab_limits limits = {
	.symbols = 1 << 20, .bytes = 64 << 20, .unpacked = 64 << 20,
};

struct object {
	TAILQ_ENTRY(object) by_use;
	uint64_t id;
	bool perf_map;
	struct symtab *symbols;
	uint32_t nsegments;
	struct elf_segment segments[SEGMENTS_KEPT];
};

static size_t size_of(const struct object *f)
{
	return sizeof *f + symtab_bytes(f->symbols);
}

// ---- files -----------------------------------------------------------------

void object_identify(int fd, bool perf_map, struct object_identity *id)
{
	CLEANUP(elf_file_close) struct elf_file f = { 0 };
	struct elf_build_id build_id;
	uint32_t crc;

	*id = (struct object_identity){ .readable = perf_map, .whole = perf_map };
	if (perf_map || elf_file_open(&f, fd) < 0)
		return;
	id->readable = true;
	id->whole = symtab_is_whole(&f.elf);
	id->has_probes = notes_are_in(&f.elf);
	elf_read_build_id(&f.elf, &build_id);
	id->nbuild_id = build_id.n;
	memcpy(id->build_id, build_id.bytes, build_id.n);
	if (!elf_read_debuglink(&f.elf, id->link, &crc))
		id->link[0] = 0;
}

static void keep_segments(struct object *o, const struct elf *e)
{
	for (uint32_t i = 0; i < e->nsegments && o->nsegments < SEGMENTS_KEPT; i++) {
		if (e->segments[i].type == PT_LOAD)
			o->segments[o->nsegments++] = e->segments[i];
	}
}

static int read_elf(struct object *o, int fd, int debug)
{
	CLEANUP(elf_file_close) struct elf_file f = { 0 }, d = { 0 };
	bool partial, split;
	int r = elf_file_open(&f, fd);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	split = elf_file_open(&d, debug) == 0 && elf_file_belongs(&f, &d);
	keep_segments(o, &f.elf);
	return symtab_read(&o->symbols, &f.elf, split ? &d.elf : NULL, &limits, &partial);
}

static int read_perf_map(struct object *o, int fd)
{
	struct elf_source from;
	struct stat st;
	bool partial;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return 0;
	from = elf_from_file(fd, (uint64_t)st.st_size);
	r = perfmap_read(&o->symbols, &from, &limits, &partial);
	return r == -ENOMEM ? r : 0;
}

// ---- all of them -----------------------------------------------------------

void objects_init(struct objects *o)
{
	*o = (struct objects){ .bytes = 0 };
	TAILQ_INIT(&o->by_use);
}

static void drop(struct objects *o, struct object *f)
{
	TAILQ_REMOVE(&o->by_use, f, by_use);
	o->bytes -= size_of(f);
	symtab_free(f->symbols);
	free(f);
}

void objects_deinit(struct objects *o)
{
	while (!TAILQ_EMPTY(&o->by_use))
		drop(o, TAILQ_FIRST(&o->by_use));
	free(o->dropped);
}

struct object *objects_use(struct objects *o, uint64_t id)
{
	struct object *f;

	TAILQ_FOREACH_REVERSE(f, &o->by_use, object_list, by_use) {
		if (f->id == id) {
			TAILQ_REMOVE(&o->by_use, f, by_use);
			TAILQ_INSERT_TAIL(&o->by_use, f, by_use);
			return f;
		}
	}
	return NULL;
}

int objects_load(struct objects *o, uint64_t id, int fd, int debug, bool perf_map)
{
	struct object *f = calloc(1, sizeof *f);
	int r;

	if (!f)
		return -ENOMEM;
	f->id = id;
	f->perf_map = perf_map;
	r = perf_map ? read_perf_map(f, fd) : read_elf(f, fd, debug);
	TAILQ_INSERT_TAIL(&o->by_use, f, by_use);
	o->bytes += size_of(f);
	return r;
}

static int tell_dropped(struct objects *o, uint64_t id)
{
	if (o->ndropped == o->cap) {
		size_t cap = o->cap ? o->cap * 2 : 64;
		uint64_t *v = reallocarray(o->dropped, cap, sizeof *v);

		if (!v)
			return -ENOMEM;
		o->dropped = v;
		o->cap = cap;
	}
	o->dropped[o->ndropped++] = id;
	return 0;
}

int objects_choose(struct objects *o, size_t max)
{
	size_t left = o->bytes;
	struct object *f;
	int r = 0;

	TAILQ_FOREACH(f, &o->by_use, by_use) {
		if (r < 0 || left <= max)
			break;
		left -= size_of(f);
		r = tell_dropped(o, f->id);
	}
	return r;
}

void objects_drop(struct objects *o)
{
	for (; o->ndropped; o->ndropped--)
		drop(o, TAILQ_FIRST(&o->by_use));
}

// ---- look-ups --------------------------------------------------------------

static uint64_t linked(const struct object *f, uint64_t at)
{
	const struct elf e = {
		.segments = (struct elf_segment *)f->segments, .nsegments = f->nsegments,
	};
	uint64_t address;

	return elf_address(&e, at, &address) ? address : at;
}

void object_find(const struct object *f, uint64_t at, const char **name, uint64_t *offset)
{
	uint64_t address = f->perf_map ? at : linked(f, at);

	*name = "";
	*offset = address;
	if (!symtab_find(f->symbols, address, name, offset))
		*name = "";
}
