// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Integer expressions with their values. The value is computed while the text
// is written; m->dead says that the text is of a branch not taken, which then
// changes nothing. Operands are evaluated from left to right.

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/gen/gen.h"
#include "tests/unit/irtest.h"

uint32_t gen_pick(uint64_t *rng, uint32_t n)
{
	return (uint32_t)(irgen_random(rng) >> 33) % n;
}

bool gen_chance(uint64_t *rng, uint32_t percent)
{
	return gen_pick(rng, 100) < percent;
}

static uint32_t pick(struct maker *m, uint32_t n)
{
	return gen_pick(&m->rng, n);
}

struct value value_int(int64_t v)
{
	return (struct value){ .v = (uint64_t)v, .size = 4, .sgn = true };
}

uint64_t value_cut(uint64_t v, uint8_t bits, bool sgn)
{
	uint64_t low = bits >= 64 ? v : v & ((1ull << bits) - 1);

	if (sgn && bits < 64 && low >> (bits - 1) & 1)
		low |= ~0ull << bits;
	return low;
}

// The operand of higher rank: bits, then unsigned over signed.
static struct value rank(struct value a, struct value b)
{
	struct value r = a;

	if (b.size > a.size || (b.size == a.size && !b.sgn))
		r = b;
	return r;
}

// ---- leaves ----------------------------------------------------------------

static struct value literal_type(uint64_t v, bool decimal, bool u, bool l)
{
	struct value r = { .v = v, .size = 8, .sgn = !u };

	if (u) {
		r.size = !l && v <= UINT32_MAX ? 4 : 8;
	} else if (!l && v <= INT32_MAX) {
		r.size = 4;
	} else if (!l && !decimal && v <= UINT32_MAX) {
		r.size = 4;
		r.sgn = false;
	} else if (v > INT64_MAX) {
		r.sgn = false;
	}
	return r;
}

static struct value literal(struct maker *m)
{
	static const uint64_t edges[] = {
		0, 1, 2, 7, 8, 31, 63, 100, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1000000,
		INT32_MAX, INT32_MAX + 1ull, UINT32_MAX, UINT32_MAX + 1ull, 0x123456789abcdefull, INT64_MAX,
		INT64_MAX + 1ull, UINT64_MAX, 0xffffffff00000000ull,
	};
	uint64_t v = pick(m, 2) ? edges[pick(m, sizeof edges / sizeof *edges)] : pick(m, 50);
	bool u = pick(m, 5) == 0, l = pick(m, 6) == 0;
	uint32_t base = pick(m, 4);
	const char *suffix = u ? l ? "ul" : "u" : l ? pick(m, 2) ? "l" : "ll" : "";

	if (v > INT64_MAX && base < 2 && !u)
		base = 2;
	if (base < 2)
		sbuf_printf(m->out, "%" PRIu64 "%s", v, suffix);
	else
		sbuf_printf(m->out, base == 2 ? "0x%" PRIx64 "%s" : "0%" PRIo64 "%s", v, suffix);
	return literal_type(v, base < 2, u, l);
}

static struct value character(struct maker *m)
{
	static const struct { const char *text; uint64_t v; } chars[] = {
		{ "'a'", 'a' }, { "' '", ' ' }, { "'\\n'", '\n' }, { "'\\\\'", '\\' }, { "'\\377'", (uint64_t)-1 },
		{ "'\\x41'", 0x41 }, { "'ab'", 0x6162 }, { "'0'", '0' },
	};
	uint32_t i = pick(m, sizeof chars / sizeof *chars);

	if (i == 4)
		i = 0;	// the sign of a character is the machine's
	sbuf_puts(m->out, chars[i].text);
	return value_int((int64_t)chars[i].v);
}

static struct value read_variable(struct maker *m)
{
	uint32_t i = pick(m, m->nvars);
	const struct variable *v = &m->vars[i];

	sbuf_puts(m->out, v->text);
	return (struct value){ .v = m->now.v[i], .size = v->size, .sgn = v->sgn };
}

uint64_t gen_index(struct maker *m, uint32_t max)
{
	struct value v;

	if (pick(m, 2)) {
		v = value_int(pick(m, max + 1));
		sbuf_printf(m->out, "%" PRIu64, v.v);
		return v.v;
	}
	m->pure++;
	sbuf_puts(m->out, "((");
	v = gen_expr(m, 1);
	sbuf_printf(m->out, ") & %u)", max);
	m->pure--;
	return v.v & max;
}

// Through this->p: a cast pointer, an index, an offset.
static struct value read_memory(struct maker *m)
{
	static const char *const types[] = { "int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t",
		"uint32_t", "int64_t", "uint64_t" };
	uint32_t t = pick(m, 8), size = 1u << t / 2, at;
	struct value r = { .size = (uint8_t)size, .sgn = t % 2 == 0 };

	switch (pick(m, 3)) {
	case 0:
		sbuf_printf(m->out, "((%s *)this->p)[", types[t]);
		at = (uint32_t)gen_index(m, MEMORY / size - 1) * size;
		sbuf_puts(m->out, "]");
		break;
	case 1:
		sbuf_printf(m->out, "*((%s *)this->p + ", types[t]);
		at = (uint32_t)gen_index(m, MEMORY / size - 1) * size;
		sbuf_puts(m->out, ")");
		break;
	default:
		sbuf_printf(m->out, "*(%s *)((uintptr_t)this->p + ", types[t]);
		at = (uint32_t)gen_index(m, 31);
		sbuf_puts(m->out, ")");
	}
	memcpy(&r.v, m->now.memory + at, size);
	r.v = value_cut(r.v, (uint8_t)(size * 8), r.sgn);
	return r;
}

static struct value leaf(struct maker *m)
{
	uint32_t k = pick(m, 20);

	if (k < 7)
		return literal(m);
	if (k == 7)
		return character(m);
	if (k < 10 && m->pointer)
		return read_memory(m);
	return read_variable(m);
}

// ---- operators -------------------------------------------------------------

static uint64_t divided(uint64_t a, uint64_t b, bool sgn, bool modulo)
{
	if (!sgn)
		return modulo ? a % b : a / b;
	if (b == UINT64_MAX)	// no overflow in the register
		return modulo ? 0 : 0 - a;
	return (uint64_t)(modulo ? (int64_t)a % (int64_t)b : (int64_t)a / (int64_t)b);
}

static uint64_t compared(const char *op, uint64_t a, uint64_t b, bool sgn)
{
	bool less = sgn ? (int64_t)a < (int64_t)b : a < b, equal = a == b;

	switch (*op) {
	case '<': return less || (op[1] && equal);
	case '>': return (!less && !equal) || (op[1] && equal);
	case '!': return !equal;
	default: return equal;
	}
}

static uint64_t computed(const char *op, uint64_t a, uint64_t b)
{
	switch (*op) {
	case '+': return a + b;
	case '-': return a - b;
	case '*': return a * b;
	case '&': return a & b;
	case '|': return a | b;
	default: return a ^ b;
	}
}

// A divisor that is not zero: if the first try is, a constant.
static struct value divisor(struct maker *m, int depth)
{
	struct sbuf *out = m->out, text;
	struct state before = m->now;
	struct value v;

	sbuf_init(&text, m->arena);
	m->out = &text;
	v = gen_expr(m, depth);
	m->out = out;
	if (!v.v) {
		m->now = before;
		v = value_int(3);
		sbuf_puts(out, "3");
	} else {
		sbuf_add(out, text.s, text.n);
	}
	return v;
}

static struct value binary(struct maker *m, int depth)
{
	static const char *const ops[] = { "+", "-", "*", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=",
		"/", "%", "<<", ">>" };
	uint32_t k = pick(m, sizeof ops / sizeof *ops);
	struct value a, b, r;

	sbuf_puts(m->out, "(");
	a = gen_expr(m, depth);
	sbuf_printf(m->out, " %s ", ops[k]);
	if (k >= 14) {
		b.v = gen_index(m, 63);
		r = a;
		r.v = k == 14 ? a.v << b.v : a.sgn ? (uint64_t)((int64_t)a.v >> b.v) : a.v >> b.v;
	} else if (k >= 12) {
		b = divisor(m, depth);
		r = rank(a, b);
		r.v = divided(a.v, b.v, r.sgn, k == 13);
	} else {
		b = gen_expr(m, depth);
		r = rank(a, b);
		r.v = computed(ops[k], a.v, b.v);
		if (k >= 6)
			r = value_int((int64_t)compared(ops[k], a.v, b.v, r.sgn));
	}
	sbuf_puts(m->out, ")");
	return r;
}

static struct value logical(struct maker *m, int depth)
{
	static const char *const ops[] = { "&&", "||", "^^" };
	uint32_t k = pick(m, 3);
	struct value a, b;
	bool skip;

	sbuf_puts(m->out, "(");
	a = gen_expr(m, depth);
	skip = (k == 0 && !a.v) || (k == 1 && a.v);
	sbuf_printf(m->out, " %s ", ops[k]);
	m->dead += skip;
	b = gen_expr(m, depth);
	m->dead -= skip;
	sbuf_puts(m->out, ")");
	return value_int(k == 0 ? a.v && b.v : k == 1 ? a.v || b.v : !a.v != !b.v);
}

static struct value ternary(struct maker *m, int depth)
{
	struct value c, a, b, r;

	sbuf_puts(m->out, "(");
	c = gen_expr(m, depth);
	sbuf_puts(m->out, " ? ");
	m->dead += !c.v;
	a = gen_expr(m, depth);
	m->dead -= !c.v;
	sbuf_puts(m->out, " : ");
	m->dead += c.v != 0;
	b = gen_expr(m, depth);
	m->dead -= c.v != 0;
	sbuf_puts(m->out, ")");
	r = rank(a, b);
	r.v = c.v ? a.v : b.v;
	return r;
}

static struct value unary(struct maker *m, int depth)
{
	static const char ops[] = "-~!+";
	char op = ops[pick(m, 4)];
	struct value v;

	sbuf_printf(m->out, "%c(", op);
	v = gen_expr(m, depth);
	sbuf_puts(m->out, ")");
	switch (op) {
	case '-': v.v = 0 - v.v; break;
	case '~': v.v = ~v.v; break;
	case '!': v = value_int(!v.v); break;
	default: break;
	}
	return v;
}

static struct value cast(struct maker *m, int depth)
{
	static const struct { const char *text; uint8_t size; bool sgn; } types[] = {
		{ "char", 1, true }, { "unsigned char", 1, false }, { "short", 2, true },
		{ "unsigned short", 2, false }, { "int", 4, true }, { "unsigned", 4, false },
		{ "long", 8, true }, { "unsigned long", 8, false }, { "long long", 8, true },
		{ "int8_t", 1, true }, { "uint16_t", 2, false }, { "uintptr_t", 8, false },
		{ "pid_t", 4, true }, { "size_t", 8, false }, { "uint8_t", 1, false }, { "enum shade", 4, true },
	};
	uint32_t k = pick(m, sizeof types / sizeof *types);
	struct value v;

	sbuf_printf(m->out, "(%s)(", types[k].text);
	v = gen_expr(m, depth);
	sbuf_puts(m->out, ")");
	return (struct value){ .v = value_cut(v.v, (uint8_t)(types[k].size * 8), types[k].sgn),
			       .size = types[k].size, .sgn = types[k].sgn };
}

static struct value size_of(struct maker *m, int depth)
{
	struct value v;

	m->pure++;
	sbuf_puts(m->out, "sizeof (+ ");
	v = gen_expr(m, depth);
	sbuf_puts(m->out, ")");
	m->pure--;
	return (struct value){ .v = v.size, .size = 8, .sgn = false };
}

static struct value swapped(struct maker *m, int depth)
{
	static const struct { const char *name; uint8_t size; } calls[] = {
		{ "htons", 2 }, { "ntohs", 2 }, { "htonl", 4 }, { "ntohl", 4 }, { "htonll", 8 }, { "ntohll", 8 },
	};
	uint32_t k = pick(m, 6);
	struct value v, r = { .size = calls[k].size };

	sbuf_printf(m->out, "%s(", calls[k].name);
	v = gen_expr(m, depth);
	sbuf_puts(m->out, ")");
	for (uint32_t i = 0; i < r.size; i++)
		r.v = r.v << 8 | (v.v >> 8 * i & 0xff);
	return r;
}

// inline int64_t twice[int64_t n] = n * 2 + 1, and a constant.
static struct value inlined(struct maker *m, int depth)
{
	struct value v;

	if (pick(m, 3) == 0) {
		sbuf_puts(m->out, "LIMIT");
		return (struct value){ .v = 1000, .size = 2, .sgn = true };
	}
	sbuf_puts(m->out, "twice[");
	v = gen_expr(m, depth);
	sbuf_puts(m->out, "]");
	return (struct value){ .v = v.v * 2 + 1, .size = 8, .sgn = true };
}

// ---- side effects ----------------------------------------------------------

static void store(struct maker *m, uint32_t i, uint64_t v)
{
	const struct variable *var = &m->vars[i];

	if (!m->dead)
		m->now.v[i] = value_cut(v, var->bits ? var->bits : (uint8_t)(var->size * 8), var->sgn);
}

static uint64_t cut_for(const struct variable *var, uint64_t v)
{
	return value_cut(v, var->bits ? var->bits : (uint8_t)(var->size * 8), var->sgn);
}

static struct value step(struct maker *m, uint32_t i)
{
	const struct variable *var = &m->vars[i];
	struct value r = { .v = m->now.v[i], .size = var->size, .sgn = var->sgn };
	bool up = pick(m, 2), before = pick(m, 2);
	uint64_t now = cut_for(var, r.v + (up ? 1 : UINT64_MAX));

	sbuf_printf(m->out, before ? "%s%s" : "%2$s%1$s", up ? "++" : "--", var->text);
	store(m, i, now);
	if (before)
		r.v = now;
	return r;
}

static struct value assign(struct maker *m, int depth, uint32_t i)
{
	static const char *const ops[] = { "+", "-", "*", "&", "|", "^", "/", "%", "<<", ">>", "" };
	uint32_t k = pick(m, 2) ? 10 : pick(m, 10);
	struct variable *var = &m->vars[i];
	struct value r = { .size = var->size, .sgn = var->sgn }, b;
	uint64_t old;

	sbuf_printf(m->out, "(%s %s= ", var->text, ops[k]);
	var->writable = false;
	old = m->now.v[i];
	if (k == 8 || k == 9) {
		b.v = gen_index(m, 63);
		r.v = k == 8 ? old << b.v : r.sgn ? (uint64_t)((int64_t)old >> b.v) : old >> b.v;
	} else if (k == 6 || k == 7) {
		b = divisor(m, depth);
		r.v = divided(old, b.v, rank(r, b).sgn, k == 7);
	} else {
		b = gen_expr(m, depth);
		r.v = k == 10 ? b.v : computed(ops[k], old, b.v);
	}
	var->writable = true;
	sbuf_puts(m->out, ")");
	r.v = cut_for(var, r.v);
	store(m, i, r.v);
	return r;
}

static struct value effect(struct maker *m, int depth)
{
	uint32_t i = pick(m, m->nvars);

	if (m->pure || !m->vars[i].writable)
		return leaf(m);
	return pick(m, 2) ? step(m, i) : assign(m, depth, i);
}

static struct value comma(struct maker *m, int depth)
{
	struct value v;

	sbuf_puts(m->out, "(");
	gen_expr(m, depth);
	sbuf_puts(m->out, ", ");
	v = gen_expr(m, depth);
	sbuf_puts(m->out, ")");
	return v;
}

struct value gen_expr(struct maker *m, int depth)
{
	uint32_t k = pick(m, 100);

	if (depth <= 0 || k < 10)
		return leaf(m);
	if (k < 50)
		return binary(m, depth - 1);
	if (k < 60)
		return logical(m, depth - 1);
	if (k < 67)
		return ternary(m, depth - 1);
	if (k < 75)
		return unary(m, depth - 1);
	if (k < 83)
		return cast(m, depth - 1);
	if (k < 85)
		return size_of(m, depth - 1);
	if (k < 87)
		return swapped(m, depth - 1);
	if (k < 89)
		return inlined(m, depth - 1);
	if (k < 90)
		return comma(m, depth - 1);
	if (k < 95 || !m->strings)
		return effect(m, depth - 1);
	return gen_of_string(m, depth - 1);
}
