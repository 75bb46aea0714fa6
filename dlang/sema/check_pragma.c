// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// #pragma D attributes, binding and depends_on, whose form the lexer checked:
// whether what they name can be named. Those of names that come later wait for them.

#include "dlang/sema/stated.h"

#include <string.h>

#include "dlang/versions.h"

// depends_on class name
static void check_depends(struct sema *s, const struct item *it)
{
	const struct pragma *p = it->pragma;
	const char *wanted = p->words.v[2];

	if (s->in_library)
		return;			// whoever read the library has looked
	if (!strcmp(p->words.v[1], "library")) {
		sema_fail_at(s, it->span, D_PRAGMA_DEPEND, "a program cannot depend on the library %s", wanted);
		sema_hint(s, "only libraries depend on libraries");
		return;
	}
	if (!strcmp(p->words.v[1], "provider") && !is_system_provider(s, wanted))
		sema_fail_at(s, it->span, D_PRAGMA_DEPEND, "there is no provider %s, which the program "
			     "depends on", wanted);
	if (!strcmp(p->words.v[1], "module") && !is_system_module(s, wanted))
		sema_fail_at(s, it->span, D_PRAGMA_DEPEND, "there are no probes of a module %s, which the program "
			     "depends on", wanted);
}

static struct ident *find_any(struct sema *s, const char *name)
{
	const char *interned = intern_str(s->env->interns, name);
	struct ident *id = NULL;

	for (int scope = SC_GLOBAL; scope <= SC_THIS && !id; scope++)
		id = names_find(s, scope, interned);
	return id ? id : names_find_agg(s, interned);
}

// ---- attributes and binding ------------------------------------------------

static void apply(struct ident *id, const struct pragma *p)
{
	if (!strcmp(p->words.v[0], "binding"))
		version_parse(p->words.v[1], &id->since);
	else
		id->has_attributes = attributes_parse(p->words.v[1], &id->attributes);
}

static bool names_provider(const struct pragma *p)
{
	return p->words.n == 5;
}

static void apply_to_provider(struct provider_info *pv, const struct pragma *p)
{
	attributes_parse(p->words.v[1], &pv->attributes[attributes_field(p->words.v[4])]);
}

static void remember(struct sema *s, const struct item *it)
{
	vec_push(s->arena, &s->pragmas, ((struct pending_pragma){ .item = it }));
}

void attach_pragmas(struct sema *s, struct ident *id)
{
	for (uint32_t i = 0; i < s->pragmas.n; i++) {
		struct pending_pragma *p = &s->pragmas.v[i];

		if (names_provider(p->item->pragma) || strcmp(p->item->pragma->words.v[2], id->name) != 0)
			continue;
		apply(id, p->item->pragma);
		p->attached = true;
	}
}

void attach_provider_pragmas(struct sema *s, struct provider_info *pv)
{
	for (uint32_t i = 0; i < s->pragmas.n; i++) {
		struct pending_pragma *p = &s->pragmas.v[i];

		if (!names_provider(p->item->pragma) || strcmp(p->item->pragma->words.v[3], pv->name) != 0)
			continue;
		apply_to_provider(pv, p->item->pragma);
		p->attached = true;
	}
}

static void refuse_scope(struct sema *s, const struct item *it, const char *name, const char *by)
{
	sema_fail_at(s, it->span, D_PRAGMA_SCOPE, "the %s of %s cannot be changed, as %s defines it",
		     it->pragma->words.v[0], name, by);
}

// attributes words provider name part
static void check_provider_part(struct sema *s, const struct item *it)
{
	const char *name = it->pragma->words.v[3];
	struct provider_info *pv = find_provider(s, name);

	if (pv && pv->in_library && !s->in_library)
		refuse_scope(s, it, name, "a library");
	else if (pv)
		apply_to_provider(pv, it->pragma);
	else if (!s->in_library && !s->options->interface && is_system_provider(s, name))
		refuse_scope(s, it, name, "the system");
	else
		remember(s, it);
}

// attributes words ident | binding version ident
static void check_attached(struct sema *s, const struct item *it)
{
	const char *name = it->pragma->words.v[2];
	struct ident *id = find_any(s, name);

	if (!id)
		remember(s, it);
	else if (id->kind != ID_VAR && id->kind != ID_AGG && id->kind != ID_INLINE)
		refuse_scope(s, it, name, "D");
	else if (id->in_library && !s->in_library)
		refuse_scope(s, it, name, "a library");
	else
		apply(id, it->pragma);
}

// What is said of translators holds for those that follow.
static void check_translators(struct sema *s, const struct pragma *p)
{
	if (!strcmp(p->words.v[0], "binding"))
		version_parse(p->words.v[1], &s->translator_since);
}

void check_pragma(struct sema *s, const struct item *it)
{
	const struct pragma *p = it->pragma;

	if (p->words.n < 3)
		return;
	if (!strcmp(p->words.v[0], "depends_on"))
		check_depends(s, it);
	else if (names_provider(p))
		check_provider_part(s, it);
	else if (!strcmp(p->words.v[2], "translator"))
		check_translators(s, p);
	else
		check_attached(s, it);
}

// At the end: attributes of names that never came.
void check_pragmas_used(struct sema *s)
{
	for (uint32_t i = 0; i < s->pragmas.n; i++) {
		const struct pragma *p = s->pragmas.v[i].item->pragma;

		if (!s->pragmas.v[i].attached)
			sema_fail_at(s, s->pragmas.v[i].item->span, D_PRAGMA_UNUSED, "the pragma names %s%s, which is "
				     "not defined", names_provider(p) ? "the provider " : "",
				     p->words.v[names_provider(p) ? 3 : 2]);
	}
}
