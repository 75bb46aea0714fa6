// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Tables in maps, see unwind_maps.h. Pages, rows and rules are handed out in
// order; a file becomes visible when all of its pages are filled in.

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

int unwind_maps_open(struct unwind_maps *m)
{
	int r;

	*m = (struct unwind_maps){ .hash = calloc(HASH_SIZE, sizeof *m->hash) };
	for (int i = 0; i < UNWIND_MAP_N; i++)
		m->fds[i] = -1;
	r = m->hash ? open_maps(m) : -ENOMEM;
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
	if (m->nrules == UNWIND_MAX_RULES)
		return 0;
	m->rules[m->nrules] = *rule;
	m->hash[at & (HASH_SIZE - 1)] = m->nrules + 1;
	return m->nrules++;
}

// ---- rows ------------------------------------------------------------------

// Room for n rows in one chunk: the place of the first, or a negative errno.
static int64_t take_rows(struct unwind_maps *m, uint32_t n)
{
	uint64_t at = m->nrows;
	int r;

	if (at % UNWIND_CHUNK_ROWS + n > UNWIND_CHUNK_ROWS)
		at = (at / UNWIND_CHUNK_ROWS + 1) * UNWIND_CHUNK_ROWS;
	if (at / UNWIND_CHUNK_ROWS >= UNWIND_MAX_CHUNKS)
		return -ENOSPC;
	if (!m->chunks[at / UNWIND_CHUNK_ROWS]) {
		r = open_chunk(m, (uint32_t)(at / UNWIND_CHUNK_ROWS));
		if (r < 0)
			return r;
	}
	m->nrows = at + n;
	return (int64_t)at;
}

// A table while it goes into the maps, page by page.
struct filling {
	struct unwind_maps *m;
	const struct unwind_table *t;
	const uint32_t *numbers;	// of the table's rules
	uint32_t next;			// row
	uint32_t rule;			// in force
};

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
	at = take_rows(f->m, n);
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

static int fill(struct unwind_maps *m, const struct unwind_table *t, const uint32_t *numbers,
	struct unwind_file *file)
{
	struct filling f = { .m = m, .t = t, .numbers = numbers };
	uint32_t npages = (t->rows[t->nrows - 1].pc >> UNWIND_PAGE_SHIFT) + 1;
	int r = 0;

	if (npages > UNWIND_MAX_PAGES - m->npages)
		return -ENOSPC;
	*file = (struct unwind_file){ .base = t->base, .page = m->npages, .npages = npages };
	memcpy(file->segments, t->segments, sizeof file->segments);
	for (uint32_t i = 0; i < npages && r >= 0; i++)
		r = fill_page(&f, i, &m->pages[m->npages + i]);
	if (r >= 0)
		m->npages += npages;
	return r;
}

int unwind_maps_add(struct unwind_maps *m, const struct unwind_file_key *key,
	const struct unwind_table *t)
{
	CLEANUP(freep) uint32_t *numbers = calloc(t->nrules + 1, sizeof *numbers);
	struct unwind_file file;
	int r;

	if (!numbers)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->nrules; i++)
		numbers[i] = rule_number(m, &t->rules[i]);
	r = fill(m, t, numbers, &file);
	if (r >= 0 && bpf_map_update_elem(m->fds[UNWIND_MAP_FILES], key, &file, BPF_ANY) < 0)
		r = errno == E2BIG ? -ENOSPC : -errno;
	if (r >= 0)
		m->nfiles++;
	return r;
}

uint64_t unwind_maps_bytes(const struct unwind_maps *m)
{
	return m->nrows * sizeof(uint32_t);
}
