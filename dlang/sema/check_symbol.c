// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// External symbols: `sym, mod`sym, and names that a D declaration says are
// extern. The type comes from that declaration or from the kernel's BTF, which
// describes functions and per-CPU variables and seldom others; the address from
// the kernel's list of symbols. Libraries may know a value for names that other
// systems have. What is missing is said.

#include "dlang/sema/check.h"

#include <string.h>

// What a library declares under the name `sym: a type, or the value to take where
// the kernel has no such symbol.
static struct ident *alias_of(struct sema *s, const char *sym)
{
	return names_find(s, SC_GLOBAL, intern_str(s->env->interns, arena_printf(s->arena, "`%s", sym)));
}

static struct type *described_type(struct sema *s, const char *sym, bool *percpu)
{
	struct ident *id = names_find(s, SC_GLOBAL, intern_str(s->env->interns, sym));
	struct type *ty = type_find_symbol(s->types, sym, percpu);

	if (!id || id->kind != ID_EXTERN)
		id = alias_of(s, sym);
	return id && id->kind == ID_EXTERN ? id->type : ty;
}

static const char *module_of(struct sema *s, const char *name, const char *mark)
{
	static const char *const kernel[] = { "vmlinux", "kernel", "unix", "genunix" };
	const char *mod = mark > name ? arena_strndup(s->arena, name, (size_t)(mark - name)) : NULL;

	for (size_t i = 0; mod && i < sizeof kernel / sizeof *kernel; i++)
		if (!strcmp(mod, kernel[i]))
			return NULL;
	return mod;
}

static void no_address(struct sema *s, struct expr *e, const char *sym, const char *mod, bool typed)
{
	const struct symbol_source *source = s->env->symbols;

	if (mod)
		sema_fail(s, e, D_IDENT_UNDEF, "there is no symbol '%s' of a module %s", sym, mod);
	else if (typed)
		sema_fail(s, e, D_IDENT_UNDEF, "the address of %s is not in the kernel's list of symbols", sym);
	else
		sema_fail(s, e, D_IDENT_UNDEF, "there is no kernel symbol '%s'", sym);
	if (!source || source->nothing)
		sema_hint(s, "the kernel's list of symbols cannot be read");
	else if (!source->has_data)
		sema_hint(s, "this kernel lists functions only (CONFIG_KALLSYMS_ALL is not set)");
}

static void use_symbol(struct sema *s, struct expr *e, const char *sym, const char *mod)
{
	const struct symbol_source *source = s->env->symbols;
	struct type *ty;
	struct ident *id;
	uint64_t address = 0;
	bool percpu = false;

	ty = described_type(s, sym, &percpu);
	id = mod ? NULL : alias_of(s, sym);
	if (id && id->kind == ID_INLINE && !(source && source->find(source->ctx, mod, sym, &address))) {
		use_inline(s, e, id);
		return;
	}
	if (!source || !source->find(source->ctx, mod, sym, &address)) {
		no_address(s, e, sym, mod, ty != NULL);
		return;
	}
	if (!ty || ty->kind == TY_ERROR) {
		sema_fail(s, e, D_SYM_NOTYPES, "the kernel does not describe the type of %s", sym);
		sema_hint(s, "declare it at the top, for example: extern int %s;", sym);
		return;
	}
	if (percpu && !source->percpu_offsets) {
		sema_fail(s, e, D_IDENT_UNDEF, "%s is per CPU, and where the CPUs have theirs is not known", sym);
		return;
	}
	id = ARENA_NEW(s->arena, struct ident);
	*id = (struct ident){ .kind = ID_EXTERN, .name = sym, .type = ty, .span = e->span, .address = address,
			      .percpu_offsets = percpu ? source->percpu_offsets : 0 };
	e->ident = id;
	e->type = ty;
	e->is_lvalue = true;
}

// The inline with arguments that a library has for unix`name[...]; NULL: none.
struct ident *alias_with_arguments(struct sema *s, const char *name)
{
	const char *mark = strrchr(name, '`');
	struct ident *id = mark && !module_of(s, name, mark) ? alias_of(s, mark + 1) : NULL;

	return id && id->kind == ID_INLINE && id->keys.n ? id : NULL;
}

// A name with backquotes, or one declared extern.
void check_symbol(struct sema *s, struct expr *e)
{
	const char *mark = strrchr(e->name, '`');

	if (mark > e->name && mark[-1] == '`') {
		sema_fail(s, e, D_SYM_BADREF, "%s is a symbol of a user process, which has no value here", e->name);
		sema_hint(s, "`%s is the kernel's symbol", mark + 1);
		return;
	}
	if (mark)
		use_symbol(s, e, mark + 1, module_of(s, e->name, mark));
	else
		use_symbol(s, e, e->name, NULL);
}
