// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The format compiler: text is cut into steps, each some literal text followed
// by at most one conversion. The conversions are in conv.c.

#include "client/format/printf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/format/conv.h"
#include "client/format/location.h"

enum { NO_VALUE = UINT32_MAX, MAX_WIDTH = 64 * 1024, POINTER_WIDTH = 16 };

struct step {
	const char *text;
	uint32_t ntext;
	conv_fn fn;			// NULL: literal text only, or %@
	struct spec spec;
	uint32_t value;			// NO_VALUE: none
	uint32_t width, prec;		// value that gives it, NO_VALUE: fixed
	bool is_agg;
	uint32_t agg;
};

struct printf_prog {
	const struct value *values;
	uint32_t nvalues, nsteps;
	struct step steps[];
};

struct parser {
	const char *p;
	const struct value *values;
	uint32_t nvalues, next;		// next value to be used
	uint32_t naggs, next_agg;
};

// A value for this conversion, or -EINVAL when there is none left.
static int take(struct parser *ps, uint32_t *index)
{
	if (ps->next >= ps->nvalues)
		return -EINVAL;
	*index = ps->next++;
	return 0;
}

// number | "*"
static int parse_amount(struct parser *ps, int *fixed, uint32_t *dynamic)
{
	long n = 0;

	*dynamic = NO_VALUE;
	if (*ps->p == '*') {
		ps->p++;
		if (ps->next < ps->nvalues && ps->values[ps->next].kind != VK_INT)
			return -EINVAL;
		return take(ps, dynamic);
	}
	while (isdigit((unsigned char)*ps->p)) {
		n = n * 10 + (*ps->p++ - '0');
		if (n > MAX_WIDTH)
			n = MAX_WIDTH;
	}
	*fixed = (int)n;
	return 0;
}

// { "#" | "0" | "-" | "+" | "'" | " " | "?" | "@" }; 0 and - exclude each other, the last wins.
static void parse_flags(struct parser *ps, struct step *st)
{
	for (;; ps->p++) {
		switch (*ps->p) {
		case '#':
			st->spec.flags |= FLAG_ALT;
			break;
		case '0':
			st->spec.flags = (st->spec.flags & ~FLAG_LEFT) | FLAG_ZERO;
			break;
		case '-':
			st->spec.flags = (st->spec.flags & ~FLAG_ZERO) | FLAG_LEFT;
			break;
		case '+':
			st->spec.flags |= FLAG_PLUS;
			break;
		case '\'':
			st->spec.flags |= FLAG_GROUP;
			break;
		case ' ':
			st->spec.flags |= FLAG_SPACE;
			break;
		case '?':
			st->spec.width = POINTER_WIDTH;
			break;
		case '@':
			st->is_agg = true;
			break;
		default:
			return;
		}
	}
}

// "h" | "l" | "ll" | "L" | "w"; only l and w before c and s say something that the type does not.
static bool parse_size(struct parser *ps)
{
	bool wide = *ps->p == 'l' || *ps->p == 'w';

	while (*ps->p && strchr("hlLw", *ps->p))
		ps->p++;
	return wide;
}

// "%" flags [ width ] [ "." prec ] [ size ] conv, behind the percent sign
static int parse_conversion(struct parser *ps, struct step *st)
{
	int width = 0, r;
	bool wide;

	parse_flags(ps, st);
	r = parse_amount(ps, &width, &st->width);
	if (r < 0)
		return r;
	if (width)
		st->spec.width = width;
	if (*ps->p == '.') {
		ps->p++;
		r = parse_amount(ps, &st->spec.prec, &st->prec);
		if (r < 0)
			return r;
	}
	parse_flags(ps, st);	// %10@d
	wide = parse_size(ps);
	if (!*ps->p)
		return -EINVAL;
	st->spec.conv = *ps->p++;
	if (st->is_agg) {
		if (!ps->naggs)
			return -EINVAL;
		st->agg = ps->next_agg < ps->naggs ? ps->next_agg++ : ps->naggs - 1;
		return 0;
	}
	r = take(ps, &st->value);
	if (r < 0)
		return r;
	st->fn = conv_find(st->spec.conv, wide, &ps->values[st->value]);
	return st->fn ? 0 : -EINVAL;
}

// The next step: literal text up to a percent sign and the conversion there.
static int parse_step(struct parser *ps, struct step *st)
{
	const char *percent = strchrnul(ps->p, '%');

	*st = (struct step){ .text = ps->p, .value = NO_VALUE, .width = NO_VALUE, .prec = NO_VALUE };
	st->ntext = (uint32_t)(percent - ps->p);
	ps->p = percent;
	if (!*percent)
		return 0;
	ps->p++;
	if (*ps->p == '%') {
		st->ntext++;
		ps->p++;
		return 0;
	}
	return parse_conversion(ps, st);
}

int printf_compile(const char *format, const struct value *values, uint32_t nvalues, uint32_t naggs,
		   struct printf_prog **progp)
{
	__attribute__((cleanup(printf_prog_freep))) struct printf_prog *prog = NULL;
	struct parser ps = { .p = format, .values = values, .nvalues = nvalues, .naggs = naggs };
	size_t nsteps = 1;
	int r;

	for (const char *p = format; *p; p++)
		nsteps += *p == '%';
	prog = calloc(1, sizeof(*prog) + nsteps * sizeof(prog->steps[0]));
	if (!prog)
		return -ENOMEM;
	prog->values = values;
	prog->nvalues = nvalues;
	while (*ps.p) {
		r = parse_step(&ps, &prog->steps[prog->nsteps++]);
		if (r < 0)
			return r;
	}
	*progp = prog;
	prog = NULL;	// moved
	return 0;
}

struct printf_prog *printf_prog_free(struct printf_prog *prog)
{
	free(prog);
	return NULL;
}

static int clamp(int64_t v)
{
	if (v > MAX_WIDTH)
		return MAX_WIDTH;
	return v < -MAX_WIDTH ? -MAX_WIDTH : (int)v;
}

// The spec with the widths that come from values; a negative width means left.
static void dynamic_spec(const struct printf_prog *prog, const struct step *st,
			 const struct source *src, struct spec *spec)
{
	if (st->width != NO_VALUE)
		spec->width = clamp(value_int(&prog->values[st->width], src->bytes));
	if (spec->width < 0) {
		spec->width = -spec->width;
		spec->flags = (spec->flags & ~FLAG_ZERO) | FLAG_LEFT;
	}
	if (st->prec != NO_VALUE)
		spec->prec = clamp(value_int(&prog->values[st->prec], src->bytes));
	if (spec->prec < 0)
		spec->prec = 0;
}

static bool prints_address(const struct printf_prog *prog, const struct step *st)
{
	return st->value != NO_VALUE &&
	       (st->fn == conv_address || value_is_address(&prog->values[st->value]));
}

bool printf_has_addresses(const struct printf_prog *prog)
{
	for (uint32_t i = 0; i < prog->nsteps; i++)
		if (prints_address(prog, &prog->steps[i]))
			return true;
	return false;
}

int printf_want(const struct printf_prog *prog, const struct source *src)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < prog->nsteps; i++) {
		const struct step *st = &prog->steps[i];

		if (prints_address(prog, st))
			r = address_put_want(&prog->values[st->value], src, st->spec.conv == 'A');
	}
	return r;
}

void printf_run(const struct printf_prog *prog, struct outbuf *b, const struct source *src,
		printf_agg_fn agg, void *userdata)
{
	const struct step *st, *end = prog->steps + prog->nsteps;
	struct spec spec;

	for (st = prog->steps; st < end; st++) {
		outbuf_put(b, st->text, st->ntext);
		if (!st->fn && !st->is_agg)
			continue;
		spec = st->spec;
		if (st->width != NO_VALUE || st->prec != NO_VALUE)
			dynamic_spec(prog, st, src, &spec);
		if (st->is_agg)
			agg(userdata, b, &spec, st->agg);
		else
			st->fn(b, &spec, &prog->values[st->value], src);
	}
}
