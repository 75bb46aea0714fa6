// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Macros. In C text a macro is one token: an integer, a name or a string, by
// what its value looks like. In a probe description it is replaced as text.

#include "dlang/syntax/lex_impl.h"

#include <inttypes.h>
#include <string.h>

#include "dlang/base/sbuf.h"

static const char *const names[MACRO_N] = {
	[MACRO_PID] = "pid", [MACRO_PPID] = "ppid", [MACRO_PGID] = "pgid",
	[MACRO_SID] = "sid", [MACRO_UID] = "uid", [MACRO_EUID] = "euid",
	[MACRO_GID] = "gid", [MACRO_EGID] = "egid", [MACRO_TARGET] = "target",
	[MACRO_PROJID] = "projid", [MACRO_TASKID] = "taskid",
};

void macros_init(struct macros *m, struct arena *a, const char *const *args, uint32_t nargs)
{
	*m = (struct macros){ .args = args, .nargs = nargs };
	m->used = arena_alloc(a, nargs * sizeof *m->used);
}

void macros_check_unused(const struct macros *m, struct diags *diags, struct span at)
{
	for (uint32_t i = 1; i < m->nargs && !m->argref; i++) {
		if (m->used[i])
			continue;
		diag_error(diags, at, D_MACRO_UNUSED,
			   "extraneous argument '%s': the program does not refer to $%u",
			   m->args[i], i);
		diag_hint(diags, "-xargref permits arguments that are not referred to");
	}
}

enum macro_int macro_find(const char *name, uint32_t len)
{
	unsigned i = 0;

	while (i < MACRO_N && (strlen(names[i]) != len || memcmp(names[i], name, len) != 0))
		i++;
	return (enum macro_int)i;
}

// ---- reading "$name", "$$name", "$n", "$$n" ---------------------------------

struct ref {
	enum { REF_NONE, REF_INT, REF_ARG } kind;
	bool as_string;			// two dollars
	enum macro_int which;
	uint32_t arg;
	const char *name;		// after the dollars
	uint32_t name_len;
	uint32_t len;			// of the whole
};

static uint32_t arg_number(const char *s, uint32_t len)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < len && n < 100000; i++)
		n = n * 10 + (uint32_t)(s[i] - '0');
	return n;
}

// macro: "$" [ "$" ] ( digit { digit } | identifier ); s begins with the "$"
static struct ref read_ref(const char *s, uint32_t len)
{
	struct ref r = { .as_string = len > 1 && s[1] == '$' };
	uint32_t begin = r.as_string ? 2 : 1, end = begin;

	while (end < len && is_digit(s[end]))
		end++;
	if (end > begin) {
		r.kind = REF_ARG;
		r.arg = arg_number(s + begin, end - begin);
	} else if (end < len && is_letter(s[end])) {
		r.kind = REF_INT;
		while (end < len && (is_letter(s[end]) || is_digit(s[end])))
			end++;
		r.which = macro_find(s + begin, end - begin);
	}
	r.name = s + begin;
	r.name_len = end - begin;
	r.len = end;
	return r;
}

static const char *suggestion(struct lexer *lx, const struct ref *r)
{
	struct nearest n;

	nearest_init(&n, arena_strndup(lx->arena, r->name, r->name_len));
	for (unsigned i = 0; i < MACRO_N; i++)
		nearest_try(&n, names[i]);
	return n.best;
}

static void report_undefined(struct lexer *lx, struct span s, enum errtag tag, const struct ref *r)
{
	const char *best;

	if (r->kind == REF_ARG) {
		lex_error(lx, s, tag, "macro argument $%u is not defined", r->arg);
		lex_hint(lx, "give it on the command line, or set -xdefaultargs");
		return;
	}
	lex_error(lx, s, tag, "macro variable $%.*s is not defined", (int)r->name_len, r->name);
	best = suggestion(lx, r);
	if (best)
		lex_hint(lx, arena_printf(lx->arena, "did you mean $%s?", best));
}

// The argument's text; NULL when there is none.
static const char *arg_text(struct lexer *lx, uint32_t arg)
{
	if (!lx->macros || arg >= lx->macros->nargs)
		return NULL;
	if (!lx->quiet)
		lx->macros->used[arg] = true;
	return lx->macros->args[arg];
}

static bool defaults(const struct lexer *lx)
{
	return lx->macros && lx->macros->defaultargs;
}

// ---- in C text -------------------------------------------------------------

static void give_text(struct token *t, const char *s)
{
	t->kind = T_TEXT;
	t->str = s;
	t->len = (uint32_t)strlen(s);
}

static void give_integer(struct token *t, bool negative, uint64_t value, enum int_kind kind)
{
	t->kind = T_INTEGER;
	t->value = negative ? -value : value;
	t->int_kind = kind;
}

static void give_signed(struct token *t, int64_t value)
{
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;

	give_integer(t, value < 0, size, int_kind_of(size, IK_INT, true));
}

// An argument that is an integer becomes one. True when it is.
static bool arg_integer(struct lexer *lx, struct token *t, struct span s, const char *text)
{
	bool sign = *text == '-' || *text == '+';
	const char *digits = text + sign;
	struct number n = number_scan(digits, (uint32_t)strlen(digits));
	bool negative = *text == '-';

	if (n.error == NUM_OVERFLOW
	    || (!n.error && negative && n.value > (uint64_t)INT64_MAX + 1)) {
		lex_error(lx, s, D_MACRO_OFLOW, "macro argument '%s' does not fit 64 bits", text);
		n.value = 0;
	} else if (n.error) {
		return false;
	}
	give_integer(t, negative, n.value,
		     int_kind_of(n.value, n.suffix, n.decimal || n.suffix % 2));
	return true;
}

static bool is_name(const char *s)
{
	if (is_digit(*s) || !*s)
		return false;
	while (is_name_byte(*s))
		s++;
	return !*s;
}

static const char *without_quotes(struct lexer *lx, const char *s)
{
	size_t n = strlen(s);

	if (n >= 2 && s[0] == '"' && s[n - 1] == '"')
		return arena_strndup(lx->arena, s + 1, n - 2);
	return s;
}

static void lex_arg(struct lexer *lx, struct token *t, struct span s, const struct ref *r)
{
	const char *text = arg_text(lx, r->arg);

	if (!text) {
		if (!defaults(lx))
			report_undefined(lx, s, D_MACRO_UNDEF, r);
		if (r->as_string)
			give_text(t, "");
		else
			give_integer(t, false, 0, IK_INT);
	} else if (r->as_string) {
		give_text(t, text);
	} else if (arg_integer(lx, t, s, text)) {
		return;
	} else if (is_name(text)) {
		t->kind = keyword_find(text, (uint32_t)strlen(text), false);
		t->name = intern_str(lx->interns, text);
	} else {
		give_text(t, without_quotes(lx, text));
	}
}

static void lex_int_macro(struct lexer *lx, struct token *t, struct span s, const struct ref *r)
{
	int64_t value = 0;

	if (lx->macros && r->which != MACRO_N)
		value = lx->macros->value[r->which];
	else
		report_undefined(lx, s, D_MACRO_UNDEF, r);
	if (r->as_string)
		give_text(t, arena_printf(lx->arena, "%" PRId64, value));
	else
		give_signed(t, value);
}

void lex_macro(struct lexer *lx, struct token *t)
{
	struct ref r = read_ref(lx->text + lx->at, lx->len - lx->at);
	struct span s = lex_span(lx, lx->at, lx->at + r.len);

	lx->at += r.len;
	t->is_macro = true;
	if (r.kind == REF_ARG) {
		lex_arg(lx, t, s, &r);
	} else if (r.kind == REF_INT) {
		lex_int_macro(lx, t, s, &r);
	} else {
		t->kind = T_BAD;
		lex_error(lx, s, D_SYNTAX, "'$' is not followed by the name of a macro");
	}
}

// ---- in probe descriptions -------------------------------------------------

// Adds what the macro stands for; false (reported) when it is not defined.
static bool expand_ref(struct lexer *lx, struct sbuf *out, struct span s, const struct ref *r)
{
	if (r->kind == REF_ARG) {
		const char *text = arg_text(lx, r->arg);

		if (text)
			sbuf_puts(out, without_quotes(lx, text));
		else if (!defaults(lx))
			report_undefined(lx, s, D_PDESC_INVAL, r);
		return text || defaults(lx);
	}
	if (lx->keeps_target && r->which == MACRO_TARGET) {
		sbuf_puts(out, "$target");
		lx->unit->per_process = true;
		return true;
	}
	if (!lx->macros || r->which == MACRO_N) {
		report_undefined(lx, s, D_PDESC_INVAL, r);
		return false;
	}
	sbuf_printf(out, "%" PRId64, lx->macros->value[r->which]);
	return true;
}

const char *lex_expand(struct lexer *lx, const struct token *t)
{
	struct sbuf out;

	sbuf_init(&out, lx->arena);
	for (uint32_t i = 0; i < t->len;) {
		uint32_t begin = t->span.begin + i;
		struct ref r;

		if (t->str[i] != '$') {
			sbuf_putc(&out, t->str[i++]);
			continue;
		}
		r = read_ref(t->str + i, t->len - i);
		i += r.len;
		if (r.kind == REF_NONE)
			sbuf_add(&out, t->str + i - r.len, r.len);
		else if (!expand_ref(lx, &out, lex_span(lx, begin, begin + r.len), &r))
			return NULL;
	}
	return out.s;
}
