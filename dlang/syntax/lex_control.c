// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Control lines: "#" and one logical line. Pragmas that mean something later
// become items of the unit, in the order of the text; line directives change
// the line table; #! is for the system.

#include "dlang/syntax/lex_impl.h"

#include <string.h>

#include "dlang/attributes.h"
#include "dlang/versions.h"

// A word of the line, its quotes dropped.
struct word {
	const char *s;
	struct span span;
};

struct line {
	struct lexer *lx;
	struct span span;		// from the "#" to the end of the line
	VEC(struct word) words;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

// ---- splitting -------------------------------------------------------------

// word: { byte | '"' { byte } '"' }, up to a blank
static uint32_t read_word(struct line *l, uint32_t at)
{
	struct lexer *lx = l->lx;
	uint32_t begin = at, n = 0;
	char *out = arena_alloc(lx->arena, (size_t)(l->span.end - at) + 1);
	bool quoted = false;

	for (; at < l->span.end && (quoted || !is_blank(lx->text[at])); at++) {
		if (lx->text[at] == '"')
			quoted = !quoted;
		else
			out[n++] = lx->text[at];
	}
	if (quoted)
		lex_error(lx, lex_span(lx, begin, at), D_STR_NL, "newline in a string");
	vec_push(lx->arena, &l->words, (struct word){
		.s = intern(lx->interns, out, strlen(out)),
		.span = lex_span(lx, begin, at),
	});
	return at;
}

// A comment within the line separates words; one that goes on below does not
// count as one.
static uint32_t skip_inner_comment(const struct line *l, uint32_t at)
{
	const char *text = l->lx->text;

	for (uint32_t i = at + 2; i + 1 < l->span.end; i++) {
		if (text[i] == '*' && text[i + 1] == '/')
			return i + 2;
	}
	return at;
}

static void split(struct line *l)
{
	const char *text = l->lx->text;
	uint32_t at = l->span.begin + 1, after;

	while (at < l->span.end) {
		if (is_blank(text[at])) {
			at++;
			continue;
		}
		if (text[at] == '/' && byte_at(l->lx, at + 1) == '*') {
			after = skip_inner_comment(l, at);
			if (after > at) {
				at = after;
				continue;
			}
		}
		at = read_word(l, at);
	}
}

static const char *word(const struct line *l, uint32_t i)
{
	return i < l->words.n ? l->words.v[i].s : "";
}

static bool word_is(const struct line *l, uint32_t i, const char *s)
{
	return strcmp(word(l, i), s) == 0;
}

static bool in_list(const char *s, size_t n, const char *const *list)
{
	for (; *list; list++) {
		if (strlen(*list) == n && strncmp(*list, s, n) == 0)
			return true;
	}
	return false;
}

// ---- #pragma D -------------------------------------------------------------

static void malformed(struct line *l, const char *form)
{
	lex_error(l->lx, l->span, D_PRAGMA_MALFORM, "malformed pragma: the form is #pragma D %s", form);
}

static void add_item(struct line *l, struct item item)
{
	item.span = l->span;
	if (l->lx->unit)
		vec_push(l->lx->arena, &l->lx->unit->items, item);
}

// #pragma D option name[=value]
static void pragma_option(struct line *l)
{
	struct interns *t = l->lx->interns;
	const char *s = word(l, 3), *equals = strchr(s, '=');
	struct option_pragma *o;

	if (l->words.n != 4 || !*s || equals == s) {
		malformed(l, "option name[=value]");
		return;
	}
	o = ARENA_NEW(l->lx->arena, struct option_pragma);
	o->name = equals ? intern(t, s, (size_t)(equals - s)) : s;
	o->value = equals ? intern_str(t, equals + 1) : NULL;
	add_item(l, (struct item){ .kind = IT_OPTION, .option = o });
}

// The words from the pragma's name on.
static void add_pragma(struct line *l)
{
	struct pragma *p = ARENA_NEW(l->lx->arena, struct pragma);

	for (uint32_t i = 2; i < l->words.n; i++)
		vec_push(l->lx->arena, &p->words, l->words.v[i].s);
	add_item(l, (struct item){ .kind = IT_PRAGMA, .pragma = p });
}

// attributes: stability "/" stability "/" class
static bool check_attributes(struct line *l)
{
	struct attributes a;
	bool good = attributes_parse(word(l, 3), &a);

	if (!good) {
		lex_error(l->lx, l->words.v[3].span, D_PRAGMA_INVAL,
			  "'%s' are no stability attributes", word(l, 3));
		lex_hint(l->lx, "the form is name/data/class, as in Evolving/Evolving/Common");
	}
	return good;
}

// #pragma D attributes N/D/C ( identifier | provider name part )
static void pragma_attributes(struct line *l)
{
	bool provider = l->words.n == 7 && word_is(l, 4, "provider")
		&& attributes_field(word(l, 6)) >= 0;

	if (!provider && l->words.n != 5)
		malformed(l, "attributes name/data/class identifier, or ... provider NAME"
			     " provider|module|function|name|args");
	else if (check_attributes(l))
		add_pragma(l);
}

// #pragma D binding "x.y" identifier
static void pragma_binding(struct line *l)
{
	uint32_t version;

	if (l->words.n != 5)
		malformed(l, "binding \"version\" identifier");
	else if (!version_parse(word(l, 3), &version))
		lex_error(l->lx, l->words.v[3].span, D_PRAGMA_INVAL, "'%s' is no version",
			  word(l, 3));
	else
		add_pragma(l);
}

// #pragma D depends_on ( provider | module | library ) name
static void pragma_depends(struct line *l)
{
	static const char *const classes[] = { "provider", "module", "library", NULL };

	if (l->words.n != 5) {
		malformed(l, "depends_on provider|module|library name");
	} else if (!in_list(word(l, 3), strlen(word(l, 3)), classes)) {
		lex_error(l->lx, l->words.v[3].span, D_PRAGMA_INVAL,
			  "'%s' is nothing that a program can depend on", word(l, 3));
		lex_hint(l->lx, "it is one of provider, module, library");
	} else {
		add_pragma(l);
	}
}

struct directive {
	const char *name;
	void (*read)(struct line *);	// NULL: ignored
};

static const struct directive pragmas[] = {
	{ "option", pragma_option },
	{ "attributes", pragma_attributes },
	{ "binding", pragma_binding },
	{ "depends_on", pragma_depends },
	{ NULL, NULL },
};

static const struct directive *find_directive(const struct directive *d, const char *name)
{
	while (d->name && strcmp(d->name, name) != 0)
		d++;
	return d->name ? d : NULL;
}

// #pragma D ...; any other pragma is somebody else's
static void read_pragma(struct line *l)
{
	const struct directive *d;
	struct nearest near;

	if (!word_is(l, 1, "D"))
		return;
	d = find_directive(pragmas, word(l, 2));
	if (d) {
		d->read(l);
		return;
	}
	if (l->words.n < 3) {
		malformed(l, "option|attributes|binding|depends_on ...");
		return;
	}
	lex_error(l->lx, l->words.v[2].span, D_PRAGMA_INVAL, "unknown pragma '%s'", word(l, 2));
	nearest_init(&near, word(l, 2));
	for (d = pragmas; d->name; d++)
		nearest_try(&near, d->name);
	if (near.best)
		lex_hint(l->lx, arena_printf(l->lx->arena, "did you mean %s?", near.best));
}

// ---- the others ------------------------------------------------------------

// #line n ["file"], # n "file" { flag }: at is the word that holds n
// Flags of the preprocessor's line markers: 1 a file begins, 2 one ended, 3 it is the system's.
static bool has_flag(const struct line *l, uint32_t from, const char *flag)
{
	for (uint32_t i = from; i < l->words.n; i++) {
		if (word_is(l, i, flag))
			return true;
	}
	return false;
}

static void set_line(struct line *l, uint32_t at)
{
	const char *s = word(l, at);
	struct number n = number_scan(s, (uint32_t)strlen(s));

	if (n.error || n.suffix || strspn(s, "0123456789") != strlen(s) || n.value > INT32_MAX) {
		lex_error(l->lx, l->span, D_PRAGMA_MALFORM,
			  "malformed line directive: the form is #line number [\"file\"]");
		return;
	}
	l->lx->header = has_flag(l, at + 2, "3");
	source_remap(l->lx->sources, l->lx->source, l->span.begin, (uint32_t)n.value,
		     at + 1 < l->words.n ? word(l, at + 1) : NULL);
}

static void read_line(struct line *l)
{
	set_line(l, 1);
}

// #error text
static void read_error(struct line *l)
{
	uint32_t begin = l->words.n > 1 ? l->words.v[1].span.begin : l->span.end;
	uint32_t len = l->span.end - begin;

	lex_error(l->lx, l->span, D_PRAGERR, "#error: %.*s", (int)(len > 1000 ? 1000 : len),
		  l->lx->text + begin);
}

static const struct directive directives[] = {
	{ "pragma", read_pragma },
	{ "line", read_line },
	{ "error", read_error },
	{ "ident", NULL },
	{ NULL, NULL },
};

static void unknown_directive(struct line *l)
{
	static const char *const cpp[] = { "include", "define", "undef", "if", "ifdef", "ifndef",
		"elif", "else", "endif", NULL };
	const char *name = word(l, 0);

	if (l->lx->hash_comments && l->words.v[0].span.begin > l->span.begin + 1)
		return;
	lex_error(l->lx, l->span, D_PRAGCTL_INVAL, "unknown control directive '#%s'", name);
	if (in_list(name, strlen(name), cpp))
		lex_hint(l->lx, "the preprocessor runs only when asked for: option -C");
}

// control-line: "#" [ directive { word } ]
void lex_control(struct lexer *lx)
{
	struct line l = { .lx = lx };
	uint32_t begin = lx->at;
	const struct directive *d;

	while (lx->at < lx->len && lx->text[lx->at] != '\n')
		lx->at++;
	if (lx->quiet || byte_at(lx, begin + 1) == '!')
		return;
	l.span = lex_span(lx, begin, lx->at);
	if (l.span.end > begin + 1 && lx->text[l.span.end - 1] == '\r')
		l.span.end--;
	split(&l);
	if (l.words.n == 0)
		return;
	d = find_directive(directives, word(&l, 0));
	if (is_digit(*word(&l, 0)))
		set_line(&l, 0);
	else if (!d)
		unknown_directive(&l);
	else if (d->read)
		d->read(&l);
}
