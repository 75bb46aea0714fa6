// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// gen_values(): clauses of BEGIN that assign, print and aggregate. One in three
// clauses has a predicate; a clause that does not run changes nothing.

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/gen/gen.h"

static const struct variable variables[] = {
	{ "g0", 1, true, 0, true, 0 }, { "g1", 1, false, 0, true, 0 }, { "g2", 2, true, 0, true, 0 },
	{ "g3", 2, false, 0, true, 0 }, { "g4", 4, true, 0, true, 0 }, { "g5", 4, false, 0, true, 0 },
	{ "g6", 8, true, 0, true, 0 }, { "g7", 8, false, 0, true, 0 },
	{ "self->t0", 1, true, 0, true, 0 }, { "self->t1", 2, false, 0, true, 0 },
	{ "self->t2", 4, true, 0, true, 0 }, { "self->t3", 8, false, 0, true, 0 },
	{ "this->c0", 1, false, 0, true, 0 }, { "this->c1", 2, true, 0, true, 0 },
	{ "this->c2", 4, false, 0, true, 0 }, { "this->c3", 8, true, 0, true, 0 },
	{ "gs.a", 1, true, 0, true, 0 }, { "gs.b", 4, true, 3, true, 0 }, { "gs.c", 4, false, 7, true, 0 },
	{ "gs.d", 8, false, 40, true, 0 }, { "gs.e", 2, true, 0, true, 0 }, { "gs.in.f", 8, true, 0, true, 0 },
	{ "gs.in.g", 8, true, 33, true, 0 }, { "gs.in.h", 1, false, 1, true, 0 },
	{ "self->ts.b", 4, true, 3, true, 0 }, { "self->ts.d", 8, false, 40, true, 0 },
	{ "this->cs.c", 4, false, 7, true, 0 }, { "this->cs.in.f", 8, true, 0, true, 0 },
	{ "ga[0]", 2, true, 0, true, 0 }, { "ga[3]", 2, true, 0, true, 0 }, { "ga[7]", 2, true, 0, true, 0 },
	{ "as[1, \"x\"]", 4, false, 0, true, 0 }, { "as[-1, \"x\"]", 4, false, 0, true, 0 },
	{ "as[1, \"\"]", 4, false, 0, true, 0 }, { "self->ta[g0v, 'z']", 1, true, 0, true, 0 },
	{ "ge", 4, true, 0, true, 0 }, { "made", 8, true, 0, true, 0 },
};

static const char declarations[] =
	"enum shade { DARK = -2, LIGHT = 9 };\n"
	"struct inner { int64_t f; int64_t g:33; uint8_t h:1; };\n"
	"struct parts { int8_t a; int b:3; unsigned c:7; uint64_t d:40; int16_t e; struct inner in; };\n"
	"struct named { char pad; string name; };\n"
	"int8_t g0; uint8_t g1; int16_t g2; uint16_t g3; int g4; unsigned g5; int64_t g6; uint64_t g7;\n"
	"self int8_t t0; self uint16_t t1; self int t2; self uint64_t t3;\n"
	"this uint8_t c0; this short c1; this unsigned int c2; this long c3;\n"
	"struct parts gs; self struct parts ts; this struct parts cs; int16_t ga[8];\n"
	"uint32_t as[int, string]; self int8_t ta[int, char]; enum shade ge; int g0v; int64_t made;\n"
	"string s0; string s1; string s2; self string s3; self string s4; this string s5;\n"
	"string s6[int]; struct named s7;\n"
	"inline int64_t twice[int64_t n] = n * 2 + 1; inline int16_t LIMIT = 1000;\n";

enum { NVARS = sizeof variables / sizeof *variables };

struct writer {
	struct maker m;
	struct cells keyed[4], all;
	uint64_t counted[4];
};

static uint32_t pick(struct writer *w, uint32_t n)
{
	return gen_pick(&w->m.rng, n);
}

static void expect(struct writer *w, const char *text)
{
	if (!w->m.dead)
		sbuf_puts(w->m.expected, text);
}

// ---- statements ------------------------------------------------------------

static void expect_number(struct writer *w, char conv, struct value v)
{
	char text[64];
	uint8_t bits = (uint8_t)(v.size * 8);
	uint64_t low = value_cut(v.v, bits, false);

	switch (conv) {
	case 'x': snprintf(text, sizeof text, "%" PRIx64 "\n", low); break;
	case 'o': snprintf(text, sizeof text, "%" PRIo64 "\n", low); break;
	case 'u': snprintf(text, sizeof text, "%" PRIu64 "\n", low); break;
	case 'i': snprintf(text, sizeof text, "%" PRId64 "\n", (int64_t)value_cut(v.v, bits, true)); break;
	default:
		if (v.sgn)
			snprintf(text, sizeof text, "%" PRId64 "\n", (int64_t)value_cut(v.v, bits, true));
		else
			snprintf(text, sizeof text, "%" PRIu64 "\n", low);
	}
	expect(w, text);
}

static void print_number(struct writer *w)
{
	char conv = "dddxoui"[pick(w, 7)];

	sbuf_printf(w->m.out, "printf(\"%%%c\\n\", ", conv);
	expect_number(w, conv, gen_expr(&w->m, 4));
	sbuf_puts(w->m.out, ");");
}

// Flags, width and precision, fixed or by an argument. In C 0 never cancels -; here the last wins.
static void choose_format(struct writer *w, const char *conv, char *d, char *c, int64_t dynamic[2])
{
	static const char *const flags[] = { "", "", "-", "0", "+", " ", "#", "+0", "-0", "0-", "#0", "+-", " 0" };
	static const char *const here[] = { "", "", "-", "0", "+", " ", "#", "+0", "0", "-", "#0", "+-", " 0" };
	uint32_t f = pick(w, sizeof flags / sizeof *flags), n = 0;
	int width = pick(w, 3) ? (int)pick(w, 24) : -1, prec = pick(w, 3) ? -1 : 1 + (int)pick(w, 12);
	bool by_argument = pick(w, 4) == 0, left = pick(w, 3) == 0;

	d += sprintf(d, "%%%s", flags[f]);
	c += sprintf(c, "%%%s%s", here[f], by_argument && width > 0 && left ? "-" : "");
	if (width > 0) {
		d += by_argument ? sprintf(d, "*") : sprintf(d, "%d", width);
		c += sprintf(c, "%d", width);
		if (by_argument)
			dynamic[n++] = left ? -width : width;
	}
	if (prec > 0) {
		d += by_argument ? sprintf(d, ".*") : sprintf(d, ".%d", prec);
		c += sprintf(c, ".%d", prec);
		if (by_argument)
			dynamic[n++] = prec;
	}
	dynamic[n] = INT64_MIN;
	strcpy(d, conv);
	sprintf(c, *conv == 's' ? "s" : "%s%s", PRId64[0] == 'l' ? "l" : "ll", conv);
}

static void put_dynamic(struct writer *w, const int64_t *dynamic)
{
	for (; *dynamic != INT64_MIN; dynamic++)
		sbuf_printf(w->m.out, "%" PRId64 ", ", *dynamic);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void print_formatted(struct writer *w)
{
	static const char *const convs[] = { "d", "i", "u", "x", "X", "o" };
	const char *conv = convs[pick(w, 6)];
	char d[32], c[32], line[128];
	int64_t dynamic[3];
	struct value v;
	bool sgn;

	choose_format(w, conv, d, c, dynamic);
	sbuf_printf(w->m.out, "printf(\"[%s]\\n\", ", d);
	put_dynamic(w, dynamic);
	// What a flag for the sign means for an unsigned %d is not said.
	sbuf_puts(w->m.out, strpbrk(c, "+ ") ? "(int64_t)(" : "(");
	v = gen_expr(&w->m, 2);
	sbuf_puts(w->m.out, "));");
	if (strpbrk(c, "+ "))
		v = (struct value){ v.v, 8, true };
	sgn = *conv == 'i' || (*conv == 'd' && v.sgn);
	if (*conv == 'd' && !v.sgn)
		c[strlen(c) - 1] = 'u';
	snprintf(line, sizeof line, c, value_cut(v.v, (uint8_t)(v.size * 8), sgn));
	expect(w, "[");
	expect(w, line);
	expect(w, "]\n");
}

static void print_formatted_string(struct writer *w)
{
	char d[32], c[32], text[TEXT], line[TEXT + 32];
	int64_t dynamic[3];

	choose_format(w, "s", d, c, dynamic);
	sbuf_printf(w->m.out, "printf(\"[%s]\\n\", ", d);
	put_dynamic(w, dynamic);
	gen_string(&w->m, 2, text);
	sbuf_puts(w->m.out, ");");
	snprintf(line, sizeof line, c, text);
	expect(w, "[");
	expect(w, line);
	expect(w, "]\n");
}
#pragma GCC diagnostic pop

static void print_string(struct writer *w)
{
	char text[TEXT];

	sbuf_puts(w->m.out, "printf(\"<%s>\\n\", ");
	gen_string(&w->m, 3, text);
	sbuf_puts(w->m.out, ");");
	expect(w, "<");
	expect(w, text);
	expect(w, ">\n");
}

static void assign_number(struct writer *w)
{
	uint32_t i = pick(w, NVARS);
	struct variable *var = &w->m.vars[i];
	struct value v;

	sbuf_printf(w->m.out, "%s = ", var->text);
	v = gen_expr(&w->m, 4);
	sbuf_puts(w->m.out, ";");
	if (!w->m.dead)
		w->m.now.v[i] = value_cut(v.v, var->bits ? var->bits : (uint8_t)(var->size * 8), var->sgn);
}

static void assign_string(struct writer *w)
{
	uint32_t i = pick(w, 8);
	char text[TEXT];

	sbuf_printf(w->m.out, "%s = ", gen_string_names[i]);
	gen_string(&w->m, 3, text);
	sbuf_puts(w->m.out, ";");
	if (!w->m.dead)
		strcpy(w->m.now.text[i], text);
}

static void store_memory(struct writer *w)
{
	static const char *const types[] = { "uint8_t", "int16_t", "uint32_t", "int64_t" };
	uint32_t t = pick(w, 4), size = 1u << t;
	uint64_t at;
	struct value v;

	if (!w->m.pointer)
		return;
	sbuf_printf(w->m.out, "((%s *)this->p)[", types[t]);
	at = gen_index(&w->m, MEMORY / size - 1);
	sbuf_puts(w->m.out, "] = ");
	v = gen_expr(&w->m, 3);
	sbuf_puts(w->m.out, ";");
	if (!w->m.dead)
		memcpy(w->m.now.memory + at * size, &v.v, size);
}

static void add_to(struct cells *c, int64_t v)
{
	c->sum += v;
	c->min = !c->any || v < c->min ? v : c->min;
	c->max = !c->any || v > c->max ? v : c->max;
	c->n++;
	c->any = true;
}

// The value of an aggregation is a signed number of 64 bits.
static void aggregate(struct writer *w)
{
	static const char *const names[] = { "@sum", "@min", "@max", "@n" };
	uint32_t k = pick(w, 4), key;
	struct value v;

	if (k == 3) {
		sbuf_puts(w->m.out, "@n[");
		key = (uint32_t)gen_index(&w->m, 3);
		sbuf_puts(w->m.out, "] = count();");
		w->counted[key] += !w->m.dead;
		return;
	}
	sbuf_printf(w->m.out, "%s = %s((int)(", names[k], names[k] + 1);
	v = gen_expr(&w->m, 3);
	sbuf_puts(w->m.out, "));");
	if (!w->m.dead)
		add_to(&w->keyed[k], (int64_t)value_cut(v.v, 32, true));
}

static void statement(struct writer *w, int depth);

static void statements(struct writer *w, uint32_t n, int depth)
{
	while (n--) {
		sbuf_puts(w->m.out, "\t");
		statement(w, depth);
		sbuf_puts(w->m.out, "\n");
	}
}

static void branch(struct writer *w, int depth)
{
	struct value c;

	sbuf_puts(w->m.out, "if (");
	c = gen_expr(&w->m, 3);
	sbuf_puts(w->m.out, ") {\n");
	w->m.dead += !c.v;
	statements(w, 1 + pick(w, 3), depth - 1);
	w->m.dead -= !c.v;
	sbuf_puts(w->m.out, "\t}");
	if (pick(w, 2))
		return;
	sbuf_puts(w->m.out, " else {\n");
	w->m.dead += c.v != 0;
	statements(w, 1 + pick(w, 2), depth - 1);
	w->m.dead -= c.v != 0;
	sbuf_puts(w->m.out, "\t}");
}

static void statement(struct writer *w, int depth)
{
	uint32_t k = pick(w, 22);

	if (k == 20)
		print_formatted(w);
	else if (k == 21)
		print_formatted_string(w);
	else if (k < 6)
		print_number(w);
	else if (k < 8)
		print_string(w);
	else if (k < 13)
		assign_number(w);
	else if (k < 15)
		assign_string(w);
	else if (k < 17)
		store_memory(w);
	else if (k < 18)
		aggregate(w);
	else if (depth > 0)
		branch(w, depth);
	else
		print_number(w);
}

// ---- clauses ---------------------------------------------------------------

static void claim_memory(struct writer *w)
{
	uint64_t v;

	sbuf_puts(w->m.out, "\tthis->p = (uint64_t *)alloca(64);\n");
	for (uint32_t i = 0; i < MEMORY / 8; i++) {
		v = (uint64_t)pick(w, UINT32_MAX) << 32 | pick(w, UINT32_MAX);
		sbuf_printf(w->m.out, "\tthis->p[%u] = 0x%" PRIx64 ";\n", i, v);
		if (!w->m.dead)
			memcpy(w->m.now.memory + 8 * i, &v, 8);
	}
	w->m.pointer = true;
}

static void clause(struct writer *w)
{
	struct value c = value_int(1);

	w->m.strings = 20;
	sbuf_puts(w->m.out, "BEGIN");
	if (pick(w, 3) == 0) {
		sbuf_puts(w->m.out, "\n/");
		c = gen_expr(&w->m, 3);
		sbuf_puts(w->m.out, "/");
	}
	sbuf_puts(w->m.out, "\n{\n");
	w->m.dead += !c.v;
	if (pick(w, 3) == 0)
		claim_memory(w);
	statements(w, 2 + pick(w, 4), 2);
	w->m.dead -= !c.v;
	w->m.pointer = false;
	sbuf_puts(w->m.out, "}\n");
}

static void first_clause(struct writer *w)
{
	sbuf_puts(w->m.out, "BEGIN\n{\n");
	for (uint32_t i = 0; i < NVARS; i++) {
		struct variable *var = &w->m.vars[i];
		uint64_t v = pick(w, 3) ? pick(w, 20) : pick(w, UINT32_MAX) * 0x100000001ull;

		sbuf_printf(w->m.out, "\t%s = 0x%" PRIx64 ";\n", var->text, v);
		w->m.now.v[i] = value_cut(v, var->bits ? var->bits : (uint8_t)(var->size * 8), var->sgn);
	}
	for (uint32_t i = 0; i < 8; i++)
		sbuf_printf(w->m.out, "\t%s = \"\";\n", gen_string_names[i]);
	sbuf_puts(w->m.out, "}\n");
}

static void last_clause(struct writer *w)
{
	char line[TEXT + 16];

	sbuf_puts(w->m.out, "BEGIN\n{\n");
	for (uint32_t i = 0; i < NVARS; i++) {
		struct variable *var = &w->m.vars[i];

		sbuf_printf(w->m.out, "\tprintf(\"%%d\\n\", %s);\n", var->text);
		expect_number(w, 'd', (struct value){ w->m.now.v[i], var->size, var->sgn });
	}
	sbuf_puts(w->m.out, "}\nBEGIN\n{\n");
	for (uint32_t i = 0; i < 8; i++) {
		sbuf_printf(w->m.out, "\tprintf(\"<%%s>\\n\", %s);\n", gen_string_names[i]);
		snprintf(line, sizeof line, "<%s>\n", w->m.now.text[i]);
		expect(w, line);
	}
	sbuf_puts(w->m.out, "\texit(0);\n}\n");
}

static void put_aggregations(struct writer *w)
{
	static const char *const names[] = { "@sum", "@min", "@max" };
	char line[64];

	sbuf_puts(w->m.out, "END\n{\n");
	for (uint32_t k = 0; k < 3; k++) {
		const struct cells *c = &w->keyed[k];
		int64_t v = k == 0 ? c->sum : k == 1 ? c->min : c->max;

		sbuf_printf(w->m.out, "\tprinta(\"%s %%@d\\n\", %s);\n", names[k] + 1, names[k]);
		snprintf(line, sizeof line, "%s %" PRId64 "\n", names[k] + 1, v);
		if (c->any)
			expect(w, line);
	}
	sbuf_puts(w->m.out, "\tprinta(\"%d: %@u\\n\", @n);\n}\n");
	for (uint32_t k = 0; k < 4; k++) {
		if (!w->counted[k])
			continue;
		snprintf(line, sizeof line, "%u: %" PRIu64 "\n", k, w->counted[k]);
		expect(w, line);
	}
}

void gen_values(uint64_t seed, struct sbuf *program, struct sbuf *expected)
{
	static const uint32_t sizes[] = { 256, 256, 64, 32, 40, 300 };
	struct variable vars[NVARS];
	struct writer w = { .m = { .arena = program->arena, .out = program, .expected = expected,
				   .rng = seed * 0xbf58476d1ce4e5b9u + 1, .vars = vars, .nvars = NVARS } };

	memcpy(vars, variables, sizeof vars);
	w.m.strsize = sizes[pick(&w, 6)];
	sbuf_printf(program, "#pragma D option quiet\n#pragma D option aggsortkey\n#pragma D option strsize=%u\n%s",
		w.m.strsize, declarations);
	first_clause(&w);
	for (uint32_t n = 6 + pick(&w, 10); n; n--)
		clause(&w);
	last_clause(&w);
	sbuf_puts(program, "END\n/0/\n{\n\t@n[0] = count(); @sum = sum(0); @min = min(0); @max = max(0);\n}\n");
	put_aggregations(&w);
	expect(&w, "\n");	// of the end
	sbuf_puts(program, "ERROR\n{\n\tprintf(\"fault %d at %x\\n\", arg4, arg5);\n}\n");
}
