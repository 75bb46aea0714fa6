// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The fbt provider, d-reference §20.4: entry and return of kernel functions. There are tens of thousands,
// so that probes are made when a description asks for them (struct probe_lot); one's id is the number of
// its function, in a row of ids for entries and another for returns.
//
// A function that a program of its own can be on (fentry) has a hook of its own, and a shared one for when
// many are enabled; others have only the shared one. Arguments are the same on both.

#include <linux/btf.h>
#include <stddef.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/types/modules.h"
#include "providers/catalogue.h"
#include "providers/shared/kfunctions.h"

enum {
	REGISTERS = 6,		// words of arguments that fentry programs see on every kernel
	DEPTH = 32,		// of typedefs; BTF is not trusted to be free of loops
};

struct fbt {
	struct functions functions;
	struct modules *modules;
	bool fentry, multi;
};

struct side {
	struct fbt *fbt;
	bool is_return;
	const struct probe_hook *shared;	// NULL: functions share no program on this kernel
};

// ---- what is left out ------------------------------------------------------

enum place { ANYWHERE, BEGINNING, WHOLE };

static const struct {
	const char *text;
	enum place place;	// of the text in the name
	const char *why;
	bool of_return;		// only the return
} left_out[] = {
	{ "bpf_", ANYWHERE, "tracing programs run in it, or are started by it", false },
	{ "htab_", ANYWHERE, "tracing programs run in it", false },
	{ "copy_from_kernel_nofault", BEGINNING, "tracing programs run in it", false },
	{ "migrate_enable", WHOLE, "tracing programs are started by it", false },
	{ "migrate_disable", WHOLE, "tracing programs are started by it", false },
	{ "preempt_count_", BEGINNING, "tracing programs are started by it", false },
	{ "rcu_read_lock", ANYWHERE, "tracing programs are started by it", false },
	{ "rcu_read_unlock", ANYWHERE, "tracing programs are started by it", false },
	{ "kprobe", ANYWHERE, "it is part of tracing itself", false },
	{ "fprobe", ANYWHERE, "it is part of tracing itself", false },
	{ "ftrace", ANYWHERE, "it is part of tracing itself", false },
	{ "text_poke", ANYWHERE, "it is part of tracing itself", false },
	{ "nmi_", BEGINNING, "it runs in non-maskable interrupts", false },
	{ "_nmi", ANYWHERE, "it runs in non-maskable interrupts", false },
	{ "do_exit", WHOLE, "it never returns", true },
	{ "do_group_exit", WHOLE, "it never returns", true },
	{ "do_task_dead", WHOLE, "it never returns", true },
	{ "make_task_dead", WHOLE, "it never returns", true },
	{ "kthread_exit", WHOLE, "it never returns", true },
	{ "kthread_complete_and_exit", WHOLE, "it never returns", true },
	{ "__module_put_and_kthread_exit", WHOLE, "it never returns", true },
	{ "rewind_stack_and_make_dead", WHOLE, "it never returns", true },
};

static bool has_text(const char *name, const char *text, enum place place)
{
	if (place == WHOLE)
		return !strcmp(name, text);
	return place == BEGINNING ? !strncmp(name, text, strlen(text)) : strstr(name, text) != NULL;
}

static const char *const states[] = {
	[FUNCTION_HIDDEN] = "the kernel lets nobody trace it: it is inlined or split, or marked as unsafe (notrace)",
	[FUNCTION_AMBIGUOUS] = "several functions have this name, and the kernel cannot tell them apart",
	[FUNCTION_PART] = "the compiler has changed what arguments it has, or has split it",
	[FUNCTION_UNSIGNED] = "the kernel's type information (BTF) does not know its arguments",
};

// ---- arguments -------------------------------------------------------------

enum word { WORD_NONE, WORD_VALUE, WORD_POINTER };	// POINTER: that the verifier follows

// What a value of the type takes: one word, or something else.
static enum word word_of(const struct modules *m, uint32_t id, bool pointed_to)
{
	for (int i = 0; i < DEPTH; i++) {
		const struct btf_type *t = modules_type(m, id);
		uint32_t to = t ? modules_reference(m, id, t->type) : 0;

		switch (t ? BTF_INFO_KIND(t->info) : BTF_KIND_UNKN) {
		case BTF_KIND_TYPE_TAG:
			if (pointed_to)
				return WORD_NONE;
			// fallthrough
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
			id = to;
			break;
		case BTF_KIND_PTR:
			if (pointed_to)
				return WORD_NONE;
			return word_of(m, to, true) == WORD_POINTER ? WORD_POINTER : WORD_VALUE;
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			return pointed_to ? WORD_POINTER : WORD_NONE;
		case BTF_KIND_INT:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return !pointed_to && t->size <= 8 ? WORD_VALUE : WORD_NONE;
		default:
			return WORD_NONE;
		}
	}
	return WORD_NONE;
}

// NULL: none.
static const struct btf_type *prototype(const struct fbt *b, const struct function *f, uint32_t *id)
{
	const struct btf_type *t = modules_type(b->modules, f->type);

	*id = t ? modules_reference(b->modules, f->type, t->type) : 0;
	t = modules_type(b->modules, *id);
	return t && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC_PROTO ? t : NULL;
}

// One function's signature.
struct signature {
	uint32_t id;			// of the prototype
	const struct btf_type *proto;
	uint32_t nwords;		// arguments, as far as each is one word
	bool whole;			// that is all of them
	enum word returns;
	bool is_void;
};

static bool read_signature(const struct fbt *b, const struct function *f, struct signature *s)
{
	const struct btf_param *p;
	uint32_t n;

	*s = (struct signature){ .proto = prototype(b, f, &s->id) };
	if (!s->proto)
		return false;
	p = (const struct btf_param *)(s->proto + 1);
	n = BTF_INFO_VLEN(s->proto->info);
	while (s->nwords < n && s->nwords < PROBE_MAXARGS &&
		word_of(b->modules, modules_reference(b->modules, s->id, p[s->nwords].type), false) != WORD_NONE)
		s->nwords++;
	s->whole = s->nwords == n;
	s->is_void = !s->proto->type;
	s->returns = word_of(b->modules, modules_reference(b->modules, s->id, s->proto->type), false);
	return true;
}

// Can a program of its own be on it? Those of modules would take more rights than the daemon has.
static bool has_fentry(const struct fbt *b, const struct function *f, const struct signature *s)
{
	return b->fentry && f->section == 0 && s->whole && s->nwords <= REGISTERS &&
		(s->is_void || s->returns != WORD_NONE);
}

static struct probe_arg typed(const struct fbt *b, struct slot_source source, uint32_t type)
{
	return (struct probe_arg){ .source = source, .btf_type = type,
		.kernel_ptr = word_of(b->modules, type, false) == WORD_POINTER };
}

static struct probe_arg *entry_args(const struct fbt *b, struct arena *a, const struct signature *s)
{
	const struct btf_param *p = (const struct btf_param *)(s->proto + 1);
	struct probe_arg *args = arena_alloc(a, s->nwords * sizeof *args + 1);

	for (uint32_t i = 0; i < s->nwords; i++)
		args[i] = typed(b, (struct slot_source){ ARG_PARAM, (uint16_t)i, 0 },
			modules_reference(b->modules, s->id, p[i].type));
	return args;
}

// arg0 would be the place of the return instruction, which is not known.
static struct probe_arg *return_args(const struct fbt *b, struct arena *a, const struct signature *s)
{
	struct probe_arg *args = arena_alloc(a, 2 * sizeof *args);

	args[0] = (struct probe_arg){ .source = { .kind = ARG_ZERO }, .ctype = "int" };
	if (s->returns != WORD_NONE)
		args[1] = typed(b, (struct slot_source){ ARG_RESULT, (uint16_t)s->nwords, 0 },
			modules_reference(b->modules, s->id, s->proto->type));
	return args;
}

// ---- probes ----------------------------------------------------------------

static void fbt_names(const void *ctx, uint32_t i, struct probe_desc *names)
{
	const struct side *s = ctx;
	const struct function *f = &s->fbt->functions.v[i];

	names->mod = s->fbt->functions.sections[f->section].module;
	names->func = f->name;
}

static uint32_t fbt_next(const void *ctx, uint32_t i, const char *prefix, uint32_t n)
{
	const struct side *s = ctx;

	return kfunctions_next(&s->fbt->functions, i, prefix, n);
}

static struct probe fbt_make(const void *ctx, uint32_t i, struct catalogue *c)
{
	const struct side *s = ctx;
	const struct fbt *b = s->fbt;
	const struct function *f = &b->functions.v[i];
	struct probe p = { .hook = s->shared, .flags = s->is_return ? PROBE_RETURN : PROBE_ENTRY };
	struct signature g;

	if (!read_signature(b, f, &g))
		return p;
	if (has_fentry(b, f, &g)) {
		p.shared = b->multi ? s->shared : NULL;
		p.hook = catalogue_hook(c, (struct probe_hook){
			.kind = s->is_return ? HOOK_FEXIT : HOOK_FENTRY, .name = f->name, .btf_id = f->type,
			.nctx = g.nwords + (s->is_return && !g.is_void),
		});
	}
	p.nargs = s->is_return ? 1 + (g.returns != WORD_NONE) : g.nwords;
	p.args = s->is_return ? return_args(b, catalogue_arena(c), &g) : entry_args(b, catalogue_arena(c), &g);
	return p;
}

static const char *fbt_why(const void *ctx, uint32_t i)
{
	const struct side *s = ctx;
	const struct function *f = &s->fbt->functions.v[i];
	struct signature g;

	if (f->state != FUNCTION_TRACEABLE)
		return states[f->state];
	for (size_t k = 0; k < sizeof left_out / sizeof *left_out; k++)
		if ((!left_out[k].of_return || s->is_return) && has_text(f->name, left_out[k].text, left_out[k].place))
			return left_out[k].why;
	if (!s->shared && (!read_signature(s->fbt, f, &g) || !has_fentry(s->fbt, f, &g)))
		return "it is of a module, or has other arguments than numbers and pointers, at most six: "
			"without kprobes that takes another kernel";
	return NULL;
}

static void add_side(struct catalogue *c, struct fbt *b, bool is_return, const struct function_ways *ways)
{
	struct side *s = ARENA_NEW(catalogue_arena(c), struct side);
	struct probe_hook shared = { .name = is_return ? "function_returns" : "functions", .targets = true };

	*s = (struct side){ .fbt = b, .is_return = is_return };
	if (ways->multi)
		shared.kind = is_return ? HOOK_KRETPROBE_MULTI : HOOK_KPROBE_MULTI;
	else if (ways->kprobes)
		shared.kind = is_return ? HOOK_KRETPROBE : HOOK_KPROBE;
	if (ways->multi || ways->kprobes)
		s->shared = catalogue_hook(c, shared);
	catalogue_add_lot(c, &(struct probe_lot){
		.prov = "fbt", .name = is_return ? "return" : "entry", .n = b->functions.n, .ctx = s,
		.names = fbt_names, .next = fbt_next, .make = fbt_make, .why = fbt_why,
	});
}

// NULL, or why there are no functions.
static const char *read_functions(struct fbt *b, struct arena *a, const struct provider_env *env)
{
	int r;

	if (!env->modules || !env->functions)
		return "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)";
	if (env->functions->none)
		return env->functions->none;
	if (!env->tracefs)
		return "the list of functions that can be traced is in tracefs, which cannot be read";
	r = kfunctions_read(a, env->modules, env->tracefs, &b->functions);
	return r < 0 ? arena_printf(a, "the list of functions that can be traced cannot be read "
		"(available_filter_functions of tracefs: %s)", strerror(-r)) : NULL;
}

static void fbt_init(struct catalogue *c, const struct provider_env *env)
{
	const struct function_ways *ways = env->functions;
	struct fbt *b = ARENA_NEW(catalogue_arena(c), struct fbt);
	const char *why = read_functions(b, catalogue_arena(c), env);

	if (why) {
		catalogue_unavailable(c, "fbt", why);
		return;
	}
	b->modules = env->modules;
	b->fentry = ways->fentry;
	b->multi = ways->multi;
	add_side(c, b, false, ways);
	add_side(c, b, true, ways);
}

const struct provider fbt_provider = {
	.name = "fbt",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_ARGS] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
	},
	.init = fbt_init,
};
