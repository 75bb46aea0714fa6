// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Building a table, see unwind_build.h: FDEs are collected, sorted by address,
// and run in that order, so that rows come out sorted.

#include "daemon/sym/unwind_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/unwind_cfi.h"

struct fde {
	uint64_t pc, end;
	size_t program, program_end;	// in the section
	uint32_t cie;
};

struct build {
	struct unwind_table *t;
	const uint8_t *bytes;
	size_t n;
	uint64_t address;
	struct cfi_cie *cies;
	struct fde *fdes;
	uint32_t ncies, nfdes, cies_cap, fdes_cap, rows_cap, rules_cap;
	uint32_t *hash;		// rule number + 1 by hash; of hash_size slots
	uint32_t hash_size;
	uint64_t stop;		// of the FDE that runs
	int error;
};

// ---- growing ---------------------------------------------------------------

static bool grow(void **array, uint32_t *cap, uint32_t n, size_t size)
{
	uint32_t more = *cap ? *cap * 2 : 64;
	void *p;

	if (n < *cap)
		return true;
	p = reallocarray(*array, more, size);
	if (!p)
		return false;
	*array = p;
	*cap = more;
	return true;
}

#define GROW(array, cap, n) grow((void **)&(array), &(cap), n, sizeof *(array))

// ---- rules -----------------------------------------------------------------

static uint32_t hash_of(const struct unwind_rule *r, uint32_t size)
{
	uint64_t w;

	memcpy(&w, r, sizeof w);
	return (uint32_t)(w * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (size - 1);
}

static void enter(struct build *b, uint32_t number)
{
	uint32_t at = hash_of(&b->t->rules[number], b->hash_size);

	while (b->hash[at])
		at = (at + 1) & (b->hash_size - 1);
	b->hash[at] = number + 1;
}

static bool rehash(struct build *b)
{
	uint32_t size = b->hash_size ? b->hash_size * 2 : 256;
	uint32_t *hash;

	if (b->t->nrules * 2 < b->hash_size)
		return true;
	hash = calloc(size, sizeof *hash);
	if (!hash)
		return false;
	free(b->hash);
	b->hash = hash;
	b->hash_size = size;
	for (uint32_t i = 0; i < b->t->nrules; i++)
		enter(b, i);
	return true;
}

// Its number, or -1. A file with more different rules than there may be keeps the
// first ones.
static int64_t rule_number(struct build *b, const struct unwind_rule *rule)
{
	static const struct unwind_rule unsupported = { .cfa = UNWIND_UNSUPPORTED };
	struct unwind_table *t = b->t;

	if (!rehash(b))
		return -1;
	for (uint32_t at = hash_of(rule, b->hash_size); b->hash[at]; at = (at + 1) & (b->hash_size - 1)) {
		if (!memcmp(&t->rules[b->hash[at] - 1], rule, sizeof *rule))
			return b->hash[at] - 1;
	}
	if (t->nrules == UNWIND_MAX_RULES - 1 && rule->cfa != UNWIND_UNSUPPORTED)
		return rule_number(b, &unsupported);
	if (!GROW(t->rules, b->rules_cap, t->nrules))
		return -1;
	t->rules[t->nrules] = *rule;
	enter(b, t->nrules);
	return t->nrules++;
}

// ---- rows ------------------------------------------------------------------

static bool place_row(struct build *b, uint64_t pc, uint32_t rule)
{
	struct unwind_table *t = b->t;

	if (!t->nrows)
		t->base = pc & ~(uint64_t)(UNWIND_PAGE_SIZE - 1);
	if (t->nrows && t->base + t->rows[t->nrows - 1].pc == pc)
		t->nrows--;	// it was in force for no instruction
	if (t->nrows && t->rows[t->nrows - 1].rule == rule)
		return true;
	if (t->nrows == UNWIND_FILE_ROWS || pc - t->base > UINT32_MAX)
		b->error = -EFBIG;
	else if (!GROW(t->rows, b->rows_cap, t->nrows))
		b->error = -ENOMEM;
	else
		t->rows[t->nrows++] = (struct unwind_row){ (uint32_t)(pc - t->base), rule };
	return !b->error;
}

static bool add_row(void *arg, uint64_t pc, const struct unwind_rule *rule)
{
	struct build *b = arg;
	int64_t number;

	if (pc >= b->stop)
		return false;
	number = rule_number(b, rule);
	if (number < 0)
		b->error = -ENOMEM;
	return number >= 0 && place_row(b, pc, (uint32_t)number);
}

static void run_fdes(struct build *b)
{
	static const struct unwind_rule none = { .cfa = UNWIND_NONE };
	uint64_t end = 0;

	for (uint32_t i = 0; i < b->nfdes && !b->error; i++) {
		const struct fde *f = &b->fdes[i];
		struct cfi_reader r = { b->bytes + f->program, b->bytes + f->program_end, false };

		if (f->pc < end) {
			b->t->skipped++;	// two functions in one place
			continue;
		}
		b->stop = UINT64_MAX;
		if (end && f->pc - end >= UNWIND_GAP)
			add_row(b, end, &none);
		b->stop = end = f->end;
		b->t->skipped += !cfi_run(&r, &b->cies[f->cie], f->pc, b->address + f->program,
			add_row, b);
	}
	b->stop = UINT64_MAX;
	if (end && !b->error)
		add_row(b, end, &none);
}

// ---- entries ---------------------------------------------------------------

static int by_pc(const void *x, const void *y)
{
	const struct fde *a = x, *b = y;

	return (a->pc > b->pc) - (a->pc < b->pc);
}

// CIEs are met in order of place, and FDEs point back to theirs.
static int64_t find_cie(const struct build *b, size_t at)
{
	uint32_t low = 0, n = b->ncies;

	if (n && b->cies[n - 1].at == at)
		return n - 1;
	while (n) {
		uint32_t half = n / 2, middle = low + half;

		if (b->cies[middle].at == at)
			return middle;
		if (b->cies[middle].at < at) {
			low = middle + 1;
			half = n - half - 1;
		}
		n = half;
	}
	return -1;
}

static void add_cie(struct build *b, struct cfi_reader r, size_t at)
{
	struct cfi_cie cie = { .at = at };

	if (!cfi_read_cie(&r, &cie))
		return;		// its FDEs will not find it
	if (!GROW(b->cies, b->cies_cap, b->ncies))
		b->error = -ENOMEM;
	else
		b->cies[b->ncies++] = cie;
}

static void add_fde(struct build *b, struct cfi_reader r, size_t cie_at)
{
	int64_t number = find_cie(b, cie_at);
	struct fde f = { .cie = (uint32_t)number, .program_end = (size_t)(r.end - b->bytes) };
	const struct cfi_cie *cie;
	uint64_t n;

	b->t->skipped += number < 0;
	if (number < 0)
		return;
	cie = &b->cies[number];
	f.pc = cfi_pointer(&r, cie->encoding, b->address + (uint64_t)(r.p - b->bytes));
	n = cfi_pointer(&r, cie->encoding & 0x0f, 0);
	if (cie->augmented) {
		uint64_t skip = cfi_uleb(&r);

		r.bad |= skip > (uint64_t)(r.end - r.p);
		r.p += r.bad ? 0 : skip;
	}
	if (!f.pc || !n)
		return;		// of a function that the linker left out
	f.program = (size_t)(r.p - b->bytes);
	if (r.bad || __builtin_add_overflow(f.pc, n, &f.end))
		b->t->skipped++;
	else if (!GROW(b->fdes, b->fdes_cap, b->nfdes))
		b->error = -ENOMEM;
	else
		b->fdes[b->nfdes++] = f;
}

// One entry; false at the end of the section.
static bool read_entry(struct build *b, struct cfi_reader *r)
{
	size_t at = (size_t)(r->p - b->bytes), id_at;
	uint64_t length = cfi_fixed(r, 4), id;
	struct cfi_reader entry;

	if (length == UINT32_MAX)
		length = cfi_fixed(r, 8);
	if (!length || r->bad || length > (uint64_t)(r->end - r->p))
		return false;
	entry = (struct cfi_reader){ r->p, r->p + length, false };
	r->p += length;
	id_at = (size_t)(entry.p - b->bytes);
	id = cfi_fixed(&entry, 4);
	if (entry.bad)
		return true;
	if (!id)
		add_cie(b, entry, at);
	else if (id <= id_at)
		add_fde(b, entry, id_at - (size_t)id);
	return !b->error;
}

static void build_deinit(struct build *b)
{
	free(b->cies);
	free(b->fdes);
	free(b->hash);
}

int unwind_build(struct unwind_table *t, const uint8_t *bytes, size_t n, uint64_t address)
{
	struct build b = { .t = t, .bytes = bytes, .n = n, .address = address };
	struct cfi_reader r = { bytes, bytes + n, false };

	*t = (struct unwind_table){ 0 };
	while (r.p < r.end && read_entry(&b, &r))
		;
	if (b.nfdes)
		qsort(b.fdes, b.nfdes, sizeof *b.fdes, by_pc);
	if (!b.error)
		run_fdes(&b);
	if (!b.error && !t->nrows)
		b.error = -ENODATA;
	for (uint32_t i = 0; i < t->nrows; i++)
		t->unsupported += t->rules[t->rows[i].rule].cfa == UNWIND_UNSUPPORTED;
	build_deinit(&b);
	if (b.error)
		unwind_table_deinit(t);
	return b.error;
}

void unwind_table_deinit(struct unwind_table *t)
{
	free(t->rows);
	free(t->rules);
	*t = (struct unwind_table){ 0 };
}

// ---- checking --------------------------------------------------------------

static bool check_rows(const struct unwind_table *t)
{
	for (uint32_t i = 0; i < t->nrows; i++) {
		if (t->rows[i].rule >= t->nrules || (i && t->rows[i].pc <= t->rows[i - 1].pc))
			return false;
	}
	return true;
}

bool unwind_table_check(const struct unwind_table *t)
{
	if (!t->nrows || t->nrows > UNWIND_FILE_ROWS || t->nrules > UNWIND_MAX_RULES ||
	    t->base & (UNWIND_PAGE_SIZE - 1) || t->rows[0].pc >= UNWIND_PAGE_SIZE)
		return false;
	for (uint32_t i = 0; i < t->nrules; i++) {
		if (t->rules[i].cfa >= UNWIND_CFA_N || t->rules[i].fp >= UNWIND_FP_N)
			return false;
	}
	return check_rows(t);
}
