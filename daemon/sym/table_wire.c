// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Packing of unwind tables, see table_wire.h.

#include "daemon/sym/table_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

enum { RULE_MASK = (1 << TABLE_RULE_BITS) - 1, ROWS_MAX = (PROTO_FRAME_SERVER - (1 << 18)) / 4 };

_Static_assert((int)UNWIND_MAX_RULES <= (int)RULE_MASK + 1, "the number of a rule fits into its bits");

// Into words, unless that is NULL: how many.
static size_t pack_rows(const struct unwind_table *t, uint32_t *words)
{
	uint32_t pc = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < t->nrows; i++) {
		for (; t->rows[i].pc - pc >= TABLE_FAR; pc += TABLE_FAR, n++) {
			if (words)
				words[n] = (uint32_t)TABLE_FAR << TABLE_RULE_BITS;
		}
		if (words)
			words[n] = (t->rows[i].pc - pc) << TABLE_RULE_BITS | t->rows[i].rule;
		n++;
		pc = t->rows[i].pc;
	}
	return n;
}

int table_pack(const struct unwind_table *t, Dtraced__UnwindTable *m)
{
	size_t n = pack_rows(t, NULL);

	if (n > ROWS_MAX)
		return -EFBIG;
	m->rows.data = malloc(n * 4 + 1);
	if (!m->rows.data)
		return -ENOMEM;
	m->rows.len = n * 4;
	pack_rows(t, (uint32_t *)(void *)m->rows.data);
	m->start = t->base;
	m->rules.data = (uint8_t *)t->rules;
	m->rules.len = t->nrules * sizeof *t->rules;
	return 0;
}

static bool unpack_rows(const Dtraced__UnwindTable *m, struct unwind_table *t)
{
	size_t n = m->rows.len / 4;
	uint64_t pc = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t word;

		memcpy(&word, m->rows.data + i * 4, 4);
		pc += word >> TABLE_RULE_BITS;
		if (pc > UINT32_MAX)
			return false;
		if (word >> TABLE_RULE_BITS != TABLE_FAR)
			t->rows[t->nrows++] = (struct unwind_row){ (uint32_t)pc, word & RULE_MASK };
	}
	return true;
}

static int unpack(const Dtraced__UnwindTable *m, struct unwind_table *t)
{
	if (m->rows.len / 4 > UNWIND_FILE_ROWS || m->n_segments > UNWIND_SEGMENTS ||
	    m->rules.len / sizeof *t->rules > UNWIND_MAX_RULES)
		return -EBADMSG;
	t->base = m->start;
	t->rows = malloc(m->rows.len / 4 * sizeof *t->rows + 1);
	t->rules = malloc(m->rules.len + 1);
	if (!t->rows || !t->rules)
		return -ENOMEM;
	t->nrules = (uint32_t)(m->rules.len / sizeof *t->rules);
	memcpy(t->rules, m->rules.data, t->nrules * sizeof *t->rules);
	for (size_t i = 0; i < m->n_segments; i++)
		t->segments[i] = (struct unwind_segment){
			m->segments[i]->offset, m->segments[i]->size, m->segments[i]->address,
		};
	return unpack_rows(m, t) && unwind_table_check(t) ? 0 : -EBADMSG;
}

int table_unpack(const Dtraced__UnwindTable *m, struct unwind_table *t)
{
	int r;

	*t = (struct unwind_table){ 0 };
	if (m->error)
		return m->error < 0 ? m->error : -EBADMSG;
	r = unpack(m, t);
	if (r < 0)
		unwind_table_deinit(t);
	return r;
}
