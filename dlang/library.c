// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Two passes over the libraries: the depends_on lines of all, then each after
// those it depends on.

#include "dlang/library.h"

#include <string.h>

#include "dlang/base/intern.h"
#include "dlang/syntax/parse.h"
#include "dlang/types/type.h"

enum { STRSIZE_DEFAULT = 256, MAX_LIBRARIES = 1024 };

enum state { NEW, BUSY, LOADED, SKIPPED };

struct load {
	struct library_set *set;
	const struct dlang_text *texts;
	enum state *states;
	uint32_t n;
	bool failed;
};

static const char *file_name(const struct dlang_text *t)
{
	const char *slash = t->name ? strrchr(t->name, '/') : NULL;

	return slash ? slash + 1 : t->name ? t->name : "";
}

// ---- depends_on ------------------------------------------------------------

struct depends {
	const char *class, *name;
	size_t class_len, name_len;
	uint32_t begin, end;		// of the line in its text
};

static const char *word(const char *at, const char *end, const char **w, size_t *len)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	*w = at;
	while (at < end && *at != ' ' && *at != '\t' && *at != '\r')
		at++;
	*len = (size_t)(at - *w);
	return at;
}

static bool is_word(const char *w, size_t len, const char *want)
{
	return len == strlen(want) && !memcmp(w, want, len);
}

// "#pragma D depends_on class name" on the line [at, end).
static bool read_depends(const char *at, const char *end, struct depends *d)
{
	static const char *const words[] = { "pragma", "D", "depends_on" };
	const char *w;
	size_t len;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (at == end || *at++ != '#')
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		at = word(at, end, &w, &len);
		if (!is_word(w, len, words[i]))
			return false;
	}
	at = word(at, end, &d->class, &d->class_len);
	word(at, end, &d->name, &d->name_len);
	return d->name_len != 0;
}

struct search {
	const char *name;
	size_t len;
	bool found;
};

static void try_name(void *arg, const char *name)
{
	struct search *s = arg;

	if (name && is_word(s->name, s->len, name))
		s->found = true;
}

static bool has_probes(struct load *ld, const struct depends *d, int field)
{
	const struct probe_source *p = ld->set->env->probes;
	struct search s = { .name = d->name, .len = d->name_len };

	if (p && p->names)
		p->names(p->ctx, field, try_name, &s);
	return s.found;
}

static void visit(struct load *ld, uint32_t i);

static void report_cycle(struct load *ld, const struct dlang_text *from, const struct dlang_text *to,
			 const struct depends *d)
{
	struct library_set *set = ld->set;
	uint32_t source = sources_add_library(set->sources, from->name ? from->name : "", from->text, from->len);

	if (from == to)
		diag_error(set->diags, (struct span){ source, d->begin, d->end }, D_PRAGMA_DEPEND, "the library %s depends on itself",
			   file_name(from));
	else
		diag_error(set->diags, (struct span){ source, d->begin, d->end }, D_PRAGMA_DEPEND, "the library %s depends on %s, "
			   "which depends on it", file_name(from), file_name(to));
	ld->failed = true;
}

static bool has_library(struct load *ld, const struct dlang_text *from, const struct depends *d)
{
	for (uint32_t i = 0; i < ld->set->loaded.n; i++)
		if (is_word(d->name, d->name_len, ld->set->loaded.v[i]))
			return true;
	for (uint32_t i = 0; i < ld->n; i++) {
		if (!is_word(d->name, d->name_len, file_name(&ld->texts[i])))
			continue;
		if (ld->states[i] == BUSY)
			report_cycle(ld, from, &ld->texts[i], d);
		visit(ld, i);
		return ld->states[i] == LOADED;
	}
	return false;
}

static bool satisfied(struct load *ld, const struct dlang_text *from, const struct depends *d)
{
	if (is_word(d->class, d->class_len, "library"))
		return has_library(ld, from, d);
	if (is_word(d->class, d->class_len, "provider"))
		return has_probes(ld, d, 0);
	return !is_word(d->class, d->class_len, "module") || has_probes(ld, d, 1);
}

static bool dependencies(struct load *ld, const struct dlang_text *t)
{
	const char *at = t->text, *end = t->text + t->len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct depends d;

		if (!newline)
			newline = end;
		d.begin = (uint32_t)(at - t->text);
		d.end = (uint32_t)(newline - t->text);
		if (read_depends(at, newline, &d) && !satisfied(ld, t, &d))
			return false;
		at = newline + 1;
	}
	return true;
}

// ---- one library -----------------------------------------------------------

static bool is_type_name(void *ctx, const char *name)
{
	struct dlang_env *env = ctx;

	return type_find_typedef(env->types, name) != NULL;
}

static bool read_library(struct library_set *set, const struct dlang_text *t)
{
	struct dlang_env *env = set->env;
	struct diags *d = set->diags;
	uint32_t before = d->list.n + d->dropped;
	struct parse_ctx p = {
		.arena = env->arena, .interns = env->interns, .diags = d, .sources = set->sources,
		.source = sources_add_library(set->sources, t->name ? t->name : "", t->text, t->len),
		.kind = PROGRAM_FILE, .library = true, .bindings = t->kind == TEXT_STABLE,
		.is_type = is_type_name, .type_ctx = env,
	};
	struct unit *u = parse(&p);

	return d->list.n + d->dropped == before && sema_library(set->base, env, u, d);
}

static bool is_seen(const struct library_set *set, const struct dlang_text *t)
{
	for (uint32_t i = 0; i < set->seen.n; i++)
		if (set->seen.v[i]->kind == t->kind && !strcmp(file_name(set->seen.v[i]), file_name(t)))
			return true;
	return false;
}

static void visit(struct load *ld, uint32_t i)
{
	const struct dlang_text *t = &ld->texts[i];
	struct library_set *set = ld->set;

	if (ld->states[i] != NEW)
		return;
	ld->states[i] = BUSY;
	if (is_seen(set, t) || !dependencies(ld, t)) {
		ld->states[i] = SKIPPED;
		return;
	}
	vec_push(set->env->arena, &set->seen, t);
	ld->states[i] = LOADED;
	if (!read_library(set, t))
		ld->failed = true;
	vec_push(set->env->arena, &set->loaded, file_name(t));
}

bool library_load(struct library_set *set, const struct dlang_text *texts, uint32_t n)
{
	struct load ld = { .set = set, .texts = texts, .n = n < MAX_LIBRARIES ? n : MAX_LIBRARIES };

	ld.states = arena_alloc(set->env->arena, (ld.n + 1) * sizeof *ld.states);
	for (uint32_t i = 0; i < ld.n; i++)
		visit(&ld, i);
	return !ld.failed;
}

struct dlang_prelude *dlang_prelude_new(struct dlang_env *env, const struct dlang_text *libraries,
					uint32_t n, struct diags *d, struct sources **sources)
{
	struct dlang_prelude *p = ARENA_NEW(env->arena, struct dlang_prelude);
	struct sema_options o = { .strsize = STRSIZE_DEFAULT };

	p->texts = libraries;
	p->ntexts = n;
	p->types = env->types;
	p->strsize = STRSIZE_DEFAULT;
	p->set = (struct library_set){ .env = env, .diags = d };
	p->set.sources = ARENA_NEW(env->arena, struct sources);
	sources_init(p->set.sources, env->arena);
	p->set.base = sema_base_new(env, &o);
	library_load(&p->set, libraries, n);
	*sources = p->set.sources;
	return p;
}
