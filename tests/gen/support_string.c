// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// String expressions with what they give, by the model of the run-time library.
// None is NULL and none faults: what would is replaced by a literal.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/gen.h"
#include "tests/unit/runtime_model.h"

const char *const gen_string_names[8] = { "s0", "s1", "s2", "self->s3", "self->s4", "this->s5", "s6[1]", "s7.name" };

static uint32_t pick(struct maker *m, uint32_t n)
{
	return gen_pick(&m->rng, n);
}

void gen_literal(struct maker *m, const char *text)
{
	sbuf_putc(m->out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			sbuf_putc(m->out, '\\');
		sbuf_putc(m->out, *text);
	}
	sbuf_putc(m->out, '"');
}

// ---- calls -----------------------------------------------------------------

static const struct model *model_of(const char *name)
{
	for (uint32_t i = 0; i < runtime_model_count; i++)
		if (!strcmp(runtime_models[i].name, name))
			return &runtime_models[i];
	fprintf(stderr, "no model of %s\n", name);
	exit(2);
}

// 0 and text: the result; else it is NULL or a fault. Texts lie in buffers of strsize bytes.
static int64_t run(struct maker *m, const char *name, const char *s, const char *t, const int64_t n[3],
	char *text)
{
	static uint8_t a[TEXT], b[TEXT];
	struct model_call call = { .size = m->strsize, .dst = (uint8_t *)text, .s = a, .t = b };

	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	strcpy((char *)a, s);
	strcpy((char *)b, t);
	memcpy(call.n, n, 3 * sizeof *n);
	return model_of(name)->run(&call);
}

static int64_t int_argument(struct maker *m, int depth)
{
	struct value v;

	if (pick(m, 2)) {
		v = value_int((int64_t)pick(m, 24) - 8);
		sbuf_printf(m->out, "%" PRId64, (int64_t)v.v);
		return (int64_t)v.v;
	}
	v = gen_expr(m, depth);
	return (int64_t)value_cut(v.v, 32, true);
}

static int64_t char_argument(struct maker *m, const char *s)
{
	static const char set[] = "abz/. A0";
	char c = *s && pick(m, 3) ? s[pick(m, (uint32_t)strlen(s))] : set[pick(m, 8)];

	if (c == '\\' || c == '\'')
		c = '.';
	sbuf_printf(m->out, "'%c'", c);
	return c;
}

// s and t strings, i an int, o an int that may be left out (with whether it is there), c a
// character, l any integer, b a base.
static const struct {
	const char *name, *model, *args;
} calls[] = {
	{ "strjoin", "dt_strjoin", "st" }, { "strjoin", "dt_strjoin", "st" }, { "substr", "dt_substr", "sio" },
	{ "substr", "dt_substr", "sio" }, { "toupper", "dt_toupper", "s" }, { "tolower", "dt_tolower", "s" },
	{ "basename", "dt_basename", "s" }, { "dirname", "dt_dirname", "s" },
	{ "cleanpath", "dt_cleanpath", "s" }, { "strchr", "dt_strchr", "sc" },
	{ "strrchr", "dt_strrchr", "sc" }, { "strstr", "dt_strstr", "st" }, { "lltostr", "dt_lltostr", "lb" },
	{ "strlen", "dt_strlen", "s" }, { "index", "dt_index", "sto" }, { "rindex", "dt_rindex", "sto" },
	{ "strtoll", "dt_strtoll", "sb" },
};

enum { FIRST_NUMBER = 13, NCALLS = sizeof calls / sizeof *calls };

static void number_argument(struct maker *m, int depth, char kind, const char *s, int64_t *n)
{
	struct value v;

	switch (kind) {
	case 'c': *n = char_argument(m, s); break;
	case 'b':
		*n = 2 + (int64_t)pick(m, 35);
		sbuf_printf(m->out, "%" PRId64, *n);
		break;
	case 'l':
		v = gen_expr(m, depth);
		*n = (int64_t)v.v;
		break;
	default:
		*n = int_argument(m, depth);
		n[1] = 1;
	}
}

static int64_t call(struct maker *m, int depth, uint32_t k, char *text)
{
	char s[TEXT] = "", t[TEXT] = "";
	int64_t n[4] = { 0 }, *next = n;
	const char *args = calls[k].args;

	sbuf_printf(m->out, "%s(", calls[k].name);
	for (const char *a = args; *a; a++) {
		if (*a == 'o' && pick(m, 2))
			break;
		if (a > args)
			sbuf_puts(m->out, ", ");
		if (*a == 's' || *a == 't')
			gen_string(m, depth, *a == 's' ? s : t);
		else
			number_argument(m, depth, *a, s, next++);
	}
	sbuf_puts(m->out, ")");
	if (!strcmp(calls[k].name, "substr") && next == n + 1)
		n[1] = n[2] = 0;
	return run(m, calls[k].model, s, t, n, text);
}

// ---- strings ---------------------------------------------------------------

static void literal(struct maker *m, char *text)
{
	static const char *const texts[] = { "", "a", "abc", "ab", "/usr/lib//x/", "/", "hello, world", "Zz9-",
		"12345", "-0x1f", "../a/./b", "a b c", "\"quoted\\", "the quick brown fox jumps over" };

	snprintf(text, m->strsize, "%s", texts[pick(m, sizeof texts / sizeof *texts)]);
	gen_literal(m, text);
}

static void chosen(struct maker *m, int depth, char *text)
{
	char a[TEXT], b[TEXT];
	struct value c;

	sbuf_puts(m->out, "(");
	c = gen_expr(m, depth);
	sbuf_puts(m->out, " ? ");
	m->dead += !c.v;
	gen_string(m, depth, a);
	m->dead -= !c.v;
	sbuf_puts(m->out, " : ");
	m->dead += c.v != 0;
	gen_string(m, depth, b);
	m->dead -= c.v != 0;
	sbuf_puts(m->out, ")");
	strcpy(text, c.v ? a : b);
}

static void called(struct maker *m, int depth, char *text)
{
	struct sbuf *out = m->out, attempt;
	struct state before = m->now;

	sbuf_init(&attempt, m->arena);
	m->out = &attempt;
	if (call(m, depth, pick(m, FIRST_NUMBER), text)) {
		m->out = out;
		m->now = before;
		literal(m, text);
		return;
	}
	m->out = out;
	sbuf_add(out, attempt.s, attempt.n);
}

void gen_string(struct maker *m, int depth, char *text)
{
	uint32_t k = pick(m, 10);

	if (m->strings)
		m->strings--;
	else
		depth = 0;
	if (depth > 0 && k < 5) {
		called(m, depth - 1, text);
	} else if (depth > 0 && k == 5) {
		chosen(m, depth - 1, text);
	} else if (k < 8) {
		k = pick(m, 8);
		sbuf_puts(m->out, gen_string_names[k]);
		strcpy(text, m->now.text[k]);
	} else {
		literal(m, text);
	}
}

// ---- integers of strings ---------------------------------------------------

static struct value compared(struct maker *m, int depth)
{
	static const char *const ops[] = { "<", "<=", ">", ">=", "==", "!=" };
	uint32_t k = pick(m, 6);
	char a[TEXT], b[TEXT];
	int d;

	sbuf_puts(m->out, "(");
	gen_string(m, depth, a);
	sbuf_printf(m->out, " %s ", ops[k]);
	gen_string(m, depth, b);
	sbuf_puts(m->out, ")");
	d = strcmp(a, b);
	return value_int(k == 0 ? d < 0 : k == 1 ? d <= 0 : k == 2 ? d > 0 : k == 3 ? d >= 0 : k == 4 ? !d : d != 0);
}

struct value gen_of_string(struct maker *m, int depth)
{
	uint32_t k = FIRST_NUMBER + pick(m, NCALLS - FIRST_NUMBER);
	char text[TEXT];
	struct value r = { .size = 4, .sgn = true };

	if (pick(m, 2))
		return compared(m, depth);
	r.v = (uint64_t)call(m, depth, k, text);
	if (!strcmp(calls[k].name, "strlen")) {
		r.size = 8;
		r.sgn = false;
	} else if (!strcmp(calls[k].name, "strtoll")) {
		r.size = 8;
	}
	return r;
}
