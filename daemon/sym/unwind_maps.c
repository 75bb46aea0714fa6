// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Tables in maps, see unwind_maps.h. Rows and pages are handed out in blocks, rules
// in order; a file becomes visible when all of its pages are filled in.

#include "daemon/sym/unwind_maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "daemon/kernel/maps.h"
#include "daemon/log.h"
#include "daemon/util.h"

enum { CHUNK_SIZE = UNWIND_CHUNK_ROWS * 4, HASH_SIZE = UNWIND_MAX_RULES * 4 };

static const char *const map_names[] = {
	[UNWIND_MAP_PAGES] = "dt_map_pages", [UNWIND_MAP_CHUNKS] = "dt_map_chunks",
	[UNWIND_MAP_RULES] = "dt_map_rules", [UNWIND_MAP_FILES] = "dt_map_files",
	[UNWIND_MAP_SCRATCH] = "dt_map_scratch",
};

// ---- maps ------------------------------------------------------------------

static int map_shared(int fd, size_t size, void **p)
{
	*p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*p == MAP_FAILED)
		*p = NULL;
	return *p ? 0 : -errno;
}

static int open_array(size_t size, int *fd, void **p)
{
	*fd = map_open_shared("dt_unwind", (uint32_t)size, 1);
	return *fd < 0 ? *fd : map_shared(*fd, size, p);
}

static int open_chunk(struct unwind_maps *m, uint32_t i)
{
	CLEANUP(closep) int fd = -1;
	void *p = NULL;
	int r = open_array(CHUNK_SIZE, &fd, &p);

	if (r >= 0 && bpf_map_update_elem(m->fds[UNWIND_MAP_CHUNKS], &i, &fd, BPF_ANY) < 0)
		r = -errno;
	if (r < 0 && p)
		munmap(p, CHUNK_SIZE);
	else
		m->chunks[i] = p;
	return r;
}

// The first chunk is there from the start, as a pattern for the others.
static int open_chunks(struct unwind_maps *m)
{
	CLEANUP(closep) int pattern = map_open_shared("dt_unwind", CHUNK_SIZE, 1);
	LIBBPF_OPTS(bpf_map_create_opts, opts, .inner_map_fd = (uint32_t)pattern);

	if (pattern < 0)
		return pattern;
	m->fds[UNWIND_MAP_CHUNKS] = bpf_map_create(
		BPF_MAP_TYPE_ARRAY_OF_MAPS, "dt_unwind", 4, 4, UNWIND_MAX_CHUNKS, &opts);
	return m->fds[UNWIND_MAP_CHUNKS] < 0 ? m->fds[UNWIND_MAP_CHUNKS] : open_chunk(m, 0);
}

static int open_maps(struct unwind_maps *m)
{
	void *pages = NULL, *rules = NULL;
	int r = open_array(sizeof *m->pages * UNWIND_MAX_PAGES, &m->fds[UNWIND_MAP_PAGES], &pages);

	m->pages = pages;
	if (r >= 0)
		r = open_array(sizeof *m->rules * UNWIND_MAX_RULES, &m->fds[UNWIND_MAP_RULES], &rules);
	m->rules = rules;
	if (r >= 0)
		r = open_chunks(m);
	if (r >= 0)
		r = m->fds[UNWIND_MAP_FILES] = map_open_hash("dt_unwind",
			sizeof(struct unwind_file_key), sizeof(struct unwind_file), UNWIND_MAX_FILES, true);
	if (r >= 0)
		r = m->fds[UNWIND_MAP_SCRATCH] = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "dt_unwind",
			4, sizeof(struct unwind_scratch), 1, NULL);
	return r < 0 ? r : 0;
}

static void fill_values(struct unwind_maps *m)
{
	uint64_t numbers[UNWIND_K_N];

	unwind_numbers(numbers, &m->missing);
	if (m->missing)
		log_warning("this kernel's %s is not known here: ustack() goes by frame pointers, "
			"and stops where a program was built without", m->missing);
	for (int i = 0; i < UNWIND_MAP_N; i++)
		m->values[i] = (struct runtime_value){ map_names[i], true, (uint64_t)m->fds[i] };
	for (int i = 0; i < UNWIND_K_N; i++)
		m->values[UNWIND_MAP_N + i] = (struct runtime_value){
			unwind_number_name((enum unwind_number)i), false, numbers[i] };
}

static int open_tables(struct unwind_maps *m, uint32_t chunks)
{
	int r = unwind_room_init(&m->row_room, chunks * UNWIND_ROW_BLOCKS);

	if (r >= 0)
		r = unwind_room_init(&m->page_room, UNWIND_MAX_PAGES / UNWIND_PAGE_BLOCK);
	m->hash = calloc(HASH_SIZE, sizeof *m->hash);
	m->slots = calloc(UNWIND_MAX_FILES, sizeof *m->slots);
	return r < 0 || !m->hash || !m->slots ? -ENOMEM : 0;
}

int unwind_maps_open(struct unwind_maps *m, uint32_t chunks)
{
	int r;

	*m = (struct unwind_maps){ 0 };
	for (int i = 0; i < UNWIND_MAP_N; i++)
		m->fds[i] = -1;
	r = open_tables(m, chunks);
	if (r >= 0)
		r = open_maps(m);
	if (r < 0)
		unwind_maps_close(m);
	else
		fill_values(m);
	return r;
}

static void unmap(void *p, size_t size)
{
	if (p)
		munmap(p, size);
}

void unwind_maps_close(struct unwind_maps *m)
{
	unmap(m->pages, sizeof *m->pages * UNWIND_MAX_PAGES);
	unmap(m->rules, sizeof *m->rules * UNWIND_MAX_RULES);
	for (int i = 0; i < UNWIND_MAX_CHUNKS; i++)
		unmap(m->chunks[i], CHUNK_SIZE);
	for (int i = 0; i < UNWIND_MAP_N; i++)
		m->fds[i] = close_fd(m->fds[i]);
	free(m->hash);
	free(m->slots);
	unwind_room_deinit(&m->row_room);
	unwind_room_deinit(&m->page_room);
	*m = (struct unwind_maps){ 0 };
	for (int i = 0; i < UNWIND_MAP_N; i++)
		m->fds[i] = -1;
}

// ---- rules -----------------------------------------------------------------

// The number of a rule among all; 0, which is UNWIND_NONE, when there is no room.
static uint32_t rule_number(struct unwind_maps *m, const struct unwind_rule *rule)
{
	uint64_t w;
	uint32_t at;

	memcpy(&w, rule, sizeof w);
	if (!w)
		return 0;
	at = (uint32_t)(w * UINT64_C(0x9e3779b97f4a7c15) >> 32);
	for (;; at++) {
		uint32_t number = m->hash[at & (HASH_SIZE - 1)];

		if (!number)
			break;
		if (!memcmp(&m->rules[number - 1], rule, sizeof *rule))
			return number - 1;
	}
	if (!m->nrules)
		m->nrules = 1;	// rule 0
	if (m->nrules == UNWIND_MAX_RULES) {
		if (!m->full)
			log_warning("there is no room for more rules of unwind tables: stacks are cut short where "
				"one is missing, until no session has needed tables for a while");
		m->full = true;
		return 0;
	}
	m->rules[m->nrules] = *rule;
	m->hash[at & (HASH_SIZE - 1)] = m->nrules + 1;
	return m->nrules++;
}

// ---- rows ------------------------------------------------------------------

// A table while it goes into the maps, page by page.
struct filling {
	struct unwind_maps *m;
	const struct unwind_table *t;
	const uint32_t *numbers;	// of the table's rules
	uint32_t slot;			// whose it is
	uint32_t next;			// row
	uint32_t rule;			// in force
	uint32_t place, left;		// where rows go, and how many there still is room for
};

// Room for n rows in one block: the place of the first, or a negative errno.
static int64_t take_rows(struct filling *f, uint32_t n)
{
	int64_t at = f->place, block;
	uint32_t chunk;
	int r;

	if (n > f->left) {
		block = unwind_room_take(&f->m->row_room, 1, f->slot);
		if (block < 0)
			return block;
		chunk = (uint32_t)block / UNWIND_ROW_BLOCKS;
		r = f->m->chunks[chunk] ? 0 : open_chunk(f->m, chunk);
		if (r < 0)
			return r;
		at = block * UNWIND_ROW_BLOCK;
		f->left = UNWIND_ROW_BLOCK;
	}
	f->place = (uint32_t)at + n;
	f->left -= n;
	return at;
}

static int fill_page(struct filling *f, uint32_t page, struct unwind_page *out)
{
	const struct unwind_row *rows = f->t->rows;
	uint32_t first = f->next, end = first, n, *to;
	bool inherits;
	int64_t at;

	while (end < f->t->nrows && rows[end].pc >> UNWIND_PAGE_SHIFT == page)
		end++;
	inherits = end == first || rows[first].pc & (UNWIND_PAGE_SIZE - 1);
	*out = (struct unwind_page){ 0 };
	if (end == first && !f->rule)
		return 0;	// nothing but no table
	n = end - first + inherits;
	at = take_rows(f, n);
	if (at < 0)
		return (int)at;
	to = f->m->chunks[at / UNWIND_CHUNK_ROWS] + at % UNWIND_CHUNK_ROWS;
	if (inherits)
		*to++ = f->rule;
	for (; f->next < end; f->next++) {
		f->rule = f->numbers[rows[f->next].rule];
		*to++ = (rows[f->next].pc & (UNWIND_PAGE_SIZE - 1)) << UNWIND_ROW_SHIFT | f->rule;
	}
	*out = (struct unwind_page){ (uint32_t)at, n };
	return 0;
}

static int fill(struct filling *f, struct unwind_file *file)
{
	const struct unwind_table *t = f->t;
	uint32_t npages = (t->rows[t->nrows - 1].pc >> UNWIND_PAGE_SHIFT) + 1;
	int64_t block = unwind_room_take(
		&f->m->page_room, (npages + UNWIND_PAGE_BLOCK - 1) / UNWIND_PAGE_BLOCK, f->slot);
	int r = 0;

	if (block < 0)
		return (int)block;
	*file = (struct unwind_file){
		.base = t->base, .page = (uint32_t)block * UNWIND_PAGE_BLOCK, .npages = npages,
	};
	memcpy(file->segments, t->segments, sizeof file->segments);
	for (uint32_t i = 0; i < npages && r >= 0; i++)
		r = fill_page(f, i, &f->m->pages[file->page + i]);
	return r;
}

// ---- files -----------------------------------------------------------------

// The file's slot, or UNWIND_MAX_FILES. NULL: a free one.
static uint32_t find_slot(const struct unwind_maps *m, const struct unwind_file_key *key)
{
	uint32_t i = 0;

	for (; i < UNWIND_MAX_FILES; i++) {
		if (m->slots[i].used ? key && !memcmp(&m->slots[i].key, key, sizeof *key) : !key)
			break;
	}
	return i;
}

static void leave(struct unwind_maps *m, uint32_t slot)
{
	unwind_room_leave(&m->row_room, slot);
	unwind_room_leave(&m->page_room, slot);
	m->slots[slot].used = false;
}

int unwind_maps_add(struct unwind_maps *m, const struct unwind_file_key *key,
	const struct unwind_table *t)
{
	CLEANUP(freep) uint32_t *numbers = calloc(t->nrules + 1, sizeof *numbers);
	struct filling f = { .m = m, .t = t, .numbers = numbers, .slot = find_slot(m, NULL) };
	uint32_t old = find_slot(m, key);
	struct unwind_file file;
	int r;

	if (!numbers)
		return -ENOMEM;
	if (f.slot == UNWIND_MAX_FILES)
		return -ENOSPC;
	for (uint32_t i = 0; i < t->nrules; i++)
		numbers[i] = rule_number(m, &t->rules[i]);
	r = fill(&f, &file);
	if (r >= 0 && bpf_map_update_elem(m->fds[UNWIND_MAP_FILES], key, &file, BPF_ANY) < 0)
		r = errno == E2BIG ? -ENOSPC : -errno;
	if (r < 0) {
		unwind_room_undo(&m->row_room, f.slot);
		unwind_room_undo(&m->page_room, f.slot);
		return r;
	}
	m->slots[f.slot] = (struct unwind_slot){ *key, true };
	if (old < UNWIND_MAX_FILES)
		leave(m, old);
	m->nfiles += old == UNWIND_MAX_FILES;
	return r;
}

void unwind_maps_remove(struct unwind_maps *m, const struct unwind_file_key *key)
{
	uint32_t slot = find_slot(m, key);

	if (slot == UNWIND_MAX_FILES)
		return;
	bpf_map_delete_elem(m->fds[UNWIND_MAP_FILES], key);
	leave(m, slot);
	m->nfiles--;
}

bool unwind_maps_begin_freeing(struct unwind_maps *m)
{
	bool rows = unwind_room_begin(&m->row_room), pages = unwind_room_begin(&m->page_room);

	return rows || pages;
}

void unwind_maps_end_freeing(struct unwind_maps *m)
{
	unwind_room_end(&m->row_room);
	unwind_room_end(&m->page_room);
}

uint64_t unwind_maps_need(const struct unwind_table *t)
{
	return (t->nrows / UNWIND_ROW_BLOCK + 1) * (uint64_t)UNWIND_ROW_BLOCK * sizeof(uint32_t);
}

uint64_t unwind_maps_room(const struct unwind_maps *m)
{
	return (m->row_room.n - m->row_room.nused) * (uint64_t)UNWIND_ROW_BLOCK * sizeof(uint32_t);
}

uint64_t unwind_maps_bytes(const struct unwind_maps *m)
{
	return m->row_room.nused * (uint64_t)UNWIND_ROW_BLOCK * sizeof(uint32_t);
}
