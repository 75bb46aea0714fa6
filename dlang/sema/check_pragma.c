// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// #pragma D attributes, binding and depends_on, whose form the lexer checked:
// whether what they name can be named. Stability has no further meaning yet.

#include "dlang/sema/check.h"

#include <string.h>

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
}

static struct ident *find_any(struct sema *s, const char *name)
{
	const char *interned = intern_str(s->env->interns, name);
	struct ident *id = NULL;

	for (int scope = SC_GLOBAL; scope <= SC_THIS && !id; scope++)
		id = names_find(s, scope, interned);
	return id ? id : names_find_agg(s, interned);
}

// attributes words ident | binding version ident
static void check_attached(struct sema *s, const struct item *it)
{
	const struct pragma *p = it->pragma;
	const char *name = p->words.v[2];
	struct ident *id;

	if (p->words.n != 3 || !strcmp(name, "translator"))
		return;			// of a provider, or of what follows
	id = find_any(s, name);
	if (!id) {
		vec_push(s->arena, &s->pragmas, it);
		return;
	}
	if (id->kind != ID_VAR && id->kind != ID_AGG && id->kind != ID_INLINE)
		sema_fail_at(s, it->span, D_PRAGMA_SCOPE, "the %s of %s cannot be changed, as D defines it",
			     p->words.v[0], name);
}

void check_pragma(struct sema *s, const struct item *it)
{
	const struct pragma *p = it->pragma;

	if (p->words.n < 3)
		return;
	if (!strcmp(p->words.v[0], "depends_on"))
		check_depends(s, it);
	else
		check_attached(s, it);
}

// At the end: attributes of names that never came.
void check_pragmas_used(struct sema *s)
{
	for (uint32_t i = 0; i < s->pragmas.n; i++) {
		const struct item *it = s->pragmas.v[i];

		if (!find_any(s, it->pragma->words.v[2]))
			sema_fail_at(s, it->span, D_PRAGMA_UNUSED, "the pragma names %s, which is not defined",
				     it->pragma->words.v[2]);
	}
}
