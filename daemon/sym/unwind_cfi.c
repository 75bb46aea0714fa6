// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Programs of call frame information, see unwind_cfi.h. Of all registers only
// the frame pointer and the return address are followed: the walk needs no
// other, as no compiler bases a frame on one outside of a few lines of assembly.

#include "daemon/sym/unwind_cfi.h"

#include <limits.h>
#include <string.h>

#include "daemon/util.h"

// DWARF numbers of x86-64.
enum { REG_FP = 6, REG_SP = 7, REG_RA = 16 };

enum { STATES_MAX = 16 };

// ---- reading ---------------------------------------------------------------

uint64_t cfi_fixed(struct cfi_reader *r, size_t n)
{
	uint64_t v = 0;

	if ((size_t)(r->end - r->p) < n) {
		r->bad = true;
		r->p = r->end;
		return 0;
	}
	memcpy(&v, r->p, n);
	r->p += n;
	return v;
}

static uint64_t leb(struct cfi_reader *r, bool is_signed)
{
	unsigned shift = 0;
	uint64_t v = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)cfi_fixed(r, 1);
		if (shift < 64)
			v |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (is_signed && shift < 64 && byte & 0x40)
		v |= ~UINT64_C(0) << shift;
	return v;
}

uint64_t cfi_uleb(struct cfi_reader *r)
{
	return leb(r, false);
}

int64_t cfi_sleb(struct cfi_reader *r)
{
	return (int64_t)leb(r, true);
}

enum { PE_OMIT = 0xff, PE_FORMAT = 0x0f, PE_BASE = 0x70, PE_PCREL = 0x10 };

static uint64_t pointer_value(struct cfi_reader *r, uint8_t format)
{
	switch (format) {
	case 0x0: case 0x4: case 0xc: return cfi_fixed(r, 8);
	case 0x1: return cfi_uleb(r);
	case 0x2: return cfi_fixed(r, 2);
	case 0x3: return cfi_fixed(r, 4);
	case 0x9: return (uint64_t)cfi_sleb(r);
	case 0xa: return (uint64_t)(int16_t)cfi_fixed(r, 2);
	case 0xb: return (uint64_t)(int32_t)cfi_fixed(r, 4);
	}
	r->bad = true;
	return 0;
}

uint64_t cfi_pointer(struct cfi_reader *r, uint8_t encoding, uint64_t address)
{
	uint64_t v;

	if (encoding == PE_OMIT)
		return 0;
	v = pointer_value(r, encoding & PE_FORMAT);
	return (encoding & PE_BASE) == PE_PCREL ? v + address : v;
}

// ---- rules -----------------------------------------------------------------

enum { OP_DEREF = 0x06, OP_LIT0 = 0x30, OP_BREG_FP = 0x70 + REG_FP, OP_BREG_SP = 0x70 + REG_SP };

// An expression that is one register and an offset; then, if deref, the word there.
static bool is_register(const uint8_t *expression, size_t size, uint8_t op, bool deref, int64_t *offset)
{
	struct cfi_reader r = { expression, expression + size, false };
	bool same = cfi_fixed(&r, 1) == op;

	*offset = cfi_sleb(&r);
	if (deref)
		same &= cfi_fixed(&r, 1) == OP_DEREF;
	return same && !r.bad && r.p == r.end && *offset >= SHRT_MIN && *offset <= SHRT_MAX;
}

// What linkers write for entries of the PLT: sp + 8 + (((ip & 15) >= N) << 3).
static bool is_plt(const uint8_t *expression, size_t size, int32_t *from)
{
	static const uint8_t head[] = { OP_BREG_SP, 8, 0x80, 0, OP_LIT0 + 15, 0x1a };
	static const uint8_t tail[] = { 0x2a, OP_LIT0 + 3, 0x24, 0x22 };
	uint8_t literal;

	if (size != sizeof head + 1 + sizeof tail || memcmp(expression, head, sizeof head) ||
	    memcmp(expression + sizeof head + 1, tail, sizeof tail))
		return false;
	literal = expression[sizeof head];
	*from = literal - OP_LIT0;
	return literal >= OP_LIT0 && literal <= OP_LIT0 + 15;
}

// Of a signal frame, whose CFA is the interrupted sp, a member of what lies at sp.
static uint8_t expression_rule(const struct cfi_state *s, bool signal, int32_t *offset)
{
	static const int64_t interrupted_sp = 160;
	int64_t at;

	if (is_plt(s->expression, s->size, offset))
		return UNWIND_PLT;
	if (is_register(s->expression, s->size, OP_BREG_SP, true, &at)) {
		if (signal)
			return at == interrupted_sp ? UNWIND_SIGNAL : UNWIND_UNSUPPORTED;
		*offset = (int32_t)at;
		return UNWIND_AT_SP;
	}
	if (signal || !is_register(s->expression, s->size, OP_BREG_FP, true, &at))
		return UNWIND_UNSUPPORTED;
	*offset = (int32_t)at;
	return UNWIND_AT_FP;
}

static uint8_t register_rule(const struct cfi_state *s, int32_t *offset)
{
	if (s->cfa_offset < INT_MIN || s->cfa_offset > INT_MAX)
		return UNWIND_UNSUPPORTED;
	*offset = (int32_t)s->cfa_offset;
	return s->cfa_register == REG_SP ? UNWIND_SP :
	       s->cfa_register == REG_FP ? UNWIND_FP : UNWIND_UNSUPPORTED;
}

static void fp_rule(struct unwind_rule *rule, const struct cfi_register *fp)
{
	int64_t at = fp->offset;

	rule->fp = UNWIND_FP_LOST;
	if (fp->kind == CFI_SAME)
		rule->fp = UNWIND_FP_SAME;
	else if (fp->kind == CFI_AT_CFA && at >= SHRT_MIN && at <= SHRT_MAX)
		rule->fp = UNWIND_FP_CFA;
	else if (fp->kind == CFI_EXPRESSION && is_register(fp->expression, fp->size, OP_BREG_FP, false, &at))
		rule->fp = UNWIND_FP_FP;
	if (rule->fp == UNWIND_FP_CFA || rule->fp == UNWIND_FP_FP)
		rule->fp_offset = (short)at;
}

static struct unwind_rule make_rule(const struct cfi_state *s, bool signal)
{
	struct unwind_rule rule = { .cfa = UNWIND_UNSUPPORTED };

	if (s->ra.kind == CFI_UNDEFINED)
		return (struct unwind_rule){ .cfa = UNWIND_END };
	rule.cfa = s->expression ? expression_rule(s, signal, &rule.offset) :
		signal ? UNWIND_UNSUPPORTED : register_rule(s, &rule.offset);
	if (rule.cfa != UNWIND_SIGNAL && (s->ra.kind != CFI_AT_CFA || s->ra.offset != -8))
		rule.cfa = UNWIND_UNSUPPORTED;
	if (rule.cfa == UNWIND_SIGNAL || rule.cfa == UNWIND_UNSUPPORTED)
		return (struct unwind_rule){ .cfa = rule.cfa };
	fp_rule(&rule, &s->fp);
	return rule;
}

// ---- programs --------------------------------------------------------------

struct machine {
	struct cfi_reader r;
	const struct cfi_cie *cie;
	struct cfi_state now, saved[STATES_MAX];
	unsigned nsaved;
	uint64_t pc, address;	// address: of start
	const uint8_t *start;
	cfi_row_fn *row;	// NULL: in a CIE, which has no rows
	void *arg;
	bool enough;
};

static void set_register(struct machine *m, uint64_t number, struct cfi_register v)
{
	if (number == REG_FP)
		m->now.fp = v;
	else if (number == m->cie->ra)
		m->now.ra = v;
}

static void restore(struct machine *m, uint64_t number)
{
	const struct cfi_state *initial = &m->cie->initial;

	if (m->row)
		set_register(m, number, number == REG_FP ? initial->fp : initial->ra);
}

static void emit(struct machine *m)
{
	struct unwind_rule rule = make_rule(&m->now, m->cie->signal);

	if (m->row && !m->enough)
		m->enough = !m->row(m->arg, m->pc, &rule);
}

static void move_to(struct machine *m, uint64_t pc)
{
	emit(m);
	if (pc < m->pc)
		m->r.bad = true;	// rows ascend
	else
		m->pc = pc;
}

static void advance(struct machine *m, uint64_t delta)
{
	uint64_t by;

	if (__builtin_mul_overflow(delta, m->cie->code_align, &by))
		m->r.bad = true;
	else
		move_to(m, m->pc + by);
}

// A factor of the CIE may be anything.
static int64_t scaled(const struct machine *m, int64_t n)
{
	int64_t v;

	return __builtin_mul_overflow(n, m->cie->data_align, &v) ? INT64_MAX : v;
}

static struct cfi_register at_cfa(const struct machine *m, int64_t n)
{
	return (struct cfi_register){ .kind = CFI_AT_CFA, .offset = scaled(m, n) };
}

static const uint8_t *block(struct machine *m, size_t *size)
{
	uint64_t n = cfi_uleb(&m->r);
	const uint8_t *p = m->r.p;

	if (n > (uint64_t)(m->r.end - p)) {
		m->r.bad = true;
		n = 0;
	}
	m->r.p += n;
	*size = (size_t)n;
	return p;
}

static void op_nop(struct machine *m, uint8_t op)
{
	(void)m;
	(void)op;
}

static void op_set_loc(struct machine *m, uint8_t op)
{
	uint64_t at = m->address + (uint64_t)(m->r.p - m->start);

	(void)op;
	move_to(m, cfi_pointer(&m->r, m->cie->encoding, at));
}

static void op_advance(struct machine *m, uint8_t op)
{
	advance(m, cfi_fixed(&m->r, (size_t)1 << (op - 0x02)));
}

static void op_offset(struct machine *m, uint8_t op)
{
	uint64_t number = cfi_uleb(&m->r);

	(void)op;
	set_register(m, number, at_cfa(m, (int64_t)cfi_uleb(&m->r)));
}

static void op_offset_signed(struct machine *m, uint8_t op)
{
	uint64_t number = cfi_uleb(&m->r);

	(void)op;
	set_register(m, number, at_cfa(m, cfi_sleb(&m->r)));
}

static void op_restore(struct machine *m, uint8_t op)
{
	(void)op;
	restore(m, cfi_uleb(&m->r));
}

static void op_undefined(struct machine *m, uint8_t op)
{
	(void)op;
	set_register(m, cfi_uleb(&m->r), (struct cfi_register){ .kind = CFI_UNDEFINED });
}

static void op_same(struct machine *m, uint8_t op)
{
	(void)op;
	set_register(m, cfi_uleb(&m->r), (struct cfi_register){ .kind = CFI_SAME });
}

// In another register, or at an offset from the CFA as a value: not followed.
static void op_other(struct machine *m, uint8_t op)
{
	uint64_t number = cfi_uleb(&m->r);

	(void)op;
	cfi_uleb(&m->r);
	set_register(m, number, (struct cfi_register){ .kind = CFI_OTHER });
}

static void op_remember(struct machine *m, uint8_t op)
{
	(void)op;
	if (m->nsaved < STATES_MAX)
		m->saved[m->nsaved++] = m->now;
	else
		m->r.bad = true;
}

static void op_recall(struct machine *m, uint8_t op)
{
	(void)op;
	if (m->nsaved)
		m->now = m->saved[--m->nsaved];
	else
		m->r.bad = true;
}

static void op_cfa(struct machine *m, uint8_t op)
{
	(void)op;
	m->now.cfa_register = cfi_uleb(&m->r);
	m->now.cfa_offset = (int64_t)cfi_uleb(&m->r);
	m->now.expression = NULL;
}

static void op_cfa_signed(struct machine *m, uint8_t op)
{
	(void)op;
	m->now.cfa_register = cfi_uleb(&m->r);
	m->now.cfa_offset = scaled(m, cfi_sleb(&m->r));
	m->now.expression = NULL;
}

static void op_cfa_register(struct machine *m, uint8_t op)
{
	(void)op;
	m->now.cfa_register = cfi_uleb(&m->r);
}

static void op_cfa_offset(struct machine *m, uint8_t op)
{
	(void)op;
	m->now.cfa_offset = (int64_t)cfi_uleb(&m->r);
}

static void op_cfa_offset_signed(struct machine *m, uint8_t op)
{
	(void)op;
	m->now.cfa_offset = scaled(m, cfi_sleb(&m->r));
}

static void op_cfa_expression(struct machine *m, uint8_t op)
{
	(void)op;
	m->now.expression = block(m, &m->now.size);
}

static void op_expression(struct machine *m, uint8_t op)
{
	struct cfi_register v = { .kind = CFI_EXPRESSION };
	uint64_t number = cfi_uleb(&m->r);

	(void)op;
	v.expression = block(m, &v.size);
	set_register(m, number, v);
}

static void op_value_expression(struct machine *m, uint8_t op)
{
	uint64_t number = cfi_uleb(&m->r);
	size_t size;

	(void)op;
	block(m, &size);
	set_register(m, number, (struct cfi_register){ .kind = CFI_OTHER });
}

static void op_skip(struct machine *m, uint8_t op)
{
	(void)op;
	cfi_uleb(&m->r);
}

// Instructions whose number is in the low six bits: DW_CFA_*.
static void (*const ops[])(struct machine *m, uint8_t op) = {
	[0x00] = op_nop,
	[0x01] = op_set_loc,
	[0x02] = op_advance, [0x03] = op_advance, [0x04] = op_advance,
	[0x05] = op_offset,
	[0x06] = op_restore,
	[0x07] = op_undefined,
	[0x08] = op_same,
	[0x09] = op_other,
	[0x0a] = op_remember,
	[0x0b] = op_recall,
	[0x0c] = op_cfa,
	[0x0d] = op_cfa_register,
	[0x0e] = op_cfa_offset,
	[0x0f] = op_cfa_expression,
	[0x10] = op_expression,
	[0x11] = op_offset_signed,
	[0x12] = op_cfa_signed,
	[0x13] = op_cfa_offset_signed,
	[0x14] = op_other, [0x15] = op_other,
	[0x16] = op_value_expression,
	[0x2e] = op_skip,	// GNU_args_size
};

static void step(struct machine *m)
{
	uint8_t op = (uint8_t)cfi_fixed(&m->r, 1), low = op & 0x3f;

	switch (op >> 6) {
	case 1:
		advance(m, low);
		return;
	case 2:
		set_register(m, low, at_cfa(m, (int64_t)cfi_uleb(&m->r)));
		return;
	case 3:
		restore(m, low);
		return;
	}
	if (op < NELEMS(ops) && ops[op])
		ops[op](m, op);
	else
		m->r.bad = true;
}

bool cfi_run(struct cfi_reader *r, const struct cfi_cie *cie, uint64_t pc, uint64_t address,
	cfi_row_fn *row, void *arg)
{
	static const struct unwind_rule unsupported = { .cfa = UNWIND_UNSUPPORTED };
	struct machine m = {
		.r = *r, .cie = cie, .now = cie->initial, .pc = pc, .address = address,
		.start = r->p, .row = row, .arg = arg,
	};

	while (m.r.p < m.r.end && !m.r.bad && !m.enough)
		step(&m);
	if (!m.r.bad)
		emit(&m);
	else if (!m.enough)
		row(arg, m.pc, &unsupported);
	return !m.r.bad;
}

// ---- CIEs ------------------------------------------------------------------

// The string says what the data behind it is, letter by letter.
static void read_augmentation(struct cfi_reader *r, struct cfi_cie *cie, const char *letters)
{
	for (; *letters && !r->bad; letters++) {
		switch (*letters) {
		case 'R': cie->encoding = (uint8_t)cfi_fixed(r, 1); break;
		case 'L': cfi_fixed(r, 1); break;
		case 'P': cfi_pointer(r, (uint8_t)cfi_fixed(r, 1), 0); break;
		case 'S': cie->signal = true; break;
		case 'B': break;
		default: return;	// the length leads over it
		}
	}
}

static bool run_initial(struct cfi_reader *r, struct cfi_cie *cie)
{
	struct machine m = {
		.r = *r, .cie = cie, .now = { .cfa_register = UINT64_MAX }, .start = r->p,
	};

	while (m.r.p < m.r.end && !m.r.bad)
		step(&m);
	cie->initial = m.now;
	return !m.r.bad;
}

bool cfi_read_cie(struct cfi_reader *r, struct cfi_cie *cie)
{
	uint8_t version = (uint8_t)cfi_fixed(r, 1);
	const char *letters = (const char *)r->p;
	const uint8_t *end = memchr(r->p, 0, (size_t)(r->end - r->p));
	uint64_t n;

	if (r->bad || !end || (version != 1 && version != 3))
		return false;
	r->p = end + 1;
	cie->code_align = cfi_uleb(r);
	cie->data_align = cfi_sleb(r);
	cie->ra = version == 1 ? cfi_fixed(r, 1) : cfi_uleb(r);
	cie->augmented = *letters == 'z';
	if (*letters && !cie->augmented)
		return false;
	if (cie->augmented) {
		struct cfi_reader data = *r;

		n = cfi_uleb(&data);
		if (data.bad || n > (uint64_t)(data.end - data.p))
			return false;
		r->p = data.p + n;
		data.end = r->p;
		read_augmentation(&data, cie, letters + 1);
		if (data.bad)
			return false;
	}
	return !r->bad && cie->ra == REG_RA && run_initial(r, cie);
}
