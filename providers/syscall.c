// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The syscall provider, d-reference §20.3: two hooks, sys_enter and sys_exit,
// for all system calls. Which call it is, is the hook's selector: the number.
// Ids are numbers with an offset, one row for entry and one for return; a
// number that the running kernel does not serve leaves a hole.

#include <asm/ptrace.h>
#include <linux/btf.h>
#include <stddef.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/types/btf.h"
#include "providers/catalogue.h"
#include "providers/shared/kallsyms.h"

enum { NARGS = 6 };

struct call {
	int16_t x86_64, arm64;
	const char *name, *symbol, *types;
};

static const struct call calls[] = {
#define SYSCALL(x86_64, arm64, name, symbol, types) { x86_64, arm64, #name, #symbol, types },
#include "providers/shared/syscalls.def"
#undef SYSCALL
};

// What differs between architectures: where the arguments are in the pt_regs,
// how the functions behind the calls are named, and which number counts.
#if defined(__x86_64__)
#define SYMBOL_PREFIX "__x64_sys_"
static const uint16_t arg_offset[NARGS] = {
	offsetof(struct pt_regs, rdi), offsetof(struct pt_regs, rsi), offsetof(struct pt_regs, rdx),
	offsetof(struct pt_regs, r10), offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
};

static int number(const struct call *call)
{
	return call->x86_64;
}
#elif defined(__aarch64__)
#define SYMBOL_PREFIX "__arm64_sys_"
static const uint16_t arg_offset[NARGS] = { 0, 8, 16, 24, 32, 40 };

static int number(const struct call *call)
{
	return call->arm64;
}
#else
#error "add a column to syscalls.def and the registers here"
#endif

// The kernel's side of sys_enter(regs, id) and sys_exit(regs, ret).
struct side {
	const struct probe_hook *hook;
	const char *name;
	struct slot_source selector, errno_source;
	uint32_t flags;
	uint32_t id_base;
};

static bool is_served(const struct symbol_set *symbols, const struct call *call)
{
	return symbol_set_has(symbols, call->name) || symbol_set_has(symbols, call->symbol);
}

static uint32_t table_size(void)
{
	int max = 0;

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		max = number(&calls[i]) > max ? number(&calls[i]) : max;
	return (uint32_t)max + 1;
}

// "int, const char *" -> ctype of the first arguments; the rest has none.
static void set_types(struct catalogue *c, struct probe_arg args[NARGS], const char *types)
{
	if (strcmp(types, "void") == 0)
		return;
	for (int i = 0; i < NARGS && *types; i++) {
		size_t n = strcspn(types, ",");
		const char *type = arena_strndup(catalogue_arena(c), types, n);

		args[i].ctype = catalogue_intern(c, type);
		types += n;
		types += strspn(types, ", ");
	}
}

static const struct probe_arg *entry_args(struct catalogue *c, const char *types)
{
	struct probe_arg *args = arena_alloc(catalogue_arena(c), NARGS * sizeof *args);

	for (int i = 0; i < NARGS; i++)
		args[i].source = (struct slot_source){ ARG_REGS, 0, arg_offset[i] };
	set_types(c, args, types ? types : "long, long, long, long, long, long");
	return args;
}

static const struct probe_arg return_args[] = {
	{ .source = { ARG_SYSCALL_RET, 1, 0 }, .ctype = "long" },
	{ .source = { ARG_SYSCALL_RET, 1, 0 }, .ctype = "long" },
};

static void add_probe(struct catalogue *c, const struct side *side, const struct call *call,
	const struct probe_arg *args, uint32_t nargs)
{
	uint32_t nr = (uint32_t)number(call);

	catalogue_add(c, (struct probe){
		.id = side->id_base + nr,
		.prov = "syscall",
		.mod = "vmlinux",
		.func = call->name,
		.name = side->name,
		.hook = side->hook,
		.selected = true,
		.selector = side->selector,
		.sel = nr,
		.id_base = side->id_base,
		.nsel = table_size(),
		.flags = side->flags | PROBE_PROCESS_CTX,
		.least = PROBE_CLASS_USER,
		.errno_source = side->errno_source,
		.nargs = nargs,
		.args = args,
	});
}

// The calls of the running kernel by number; a NULL for each that it lacks.
static const struct call **calls_by_number(struct catalogue *c, const struct symbol_set *symbols)
{
	const struct call **table =
		arena_alloc(catalogue_arena(c), table_size() * sizeof(const struct call *));

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		if (number(&calls[i]) >= 0 && is_served(symbols, &calls[i]))
			table[number(&calls[i])] = &calls[i];
	}
	return table;
}

static void publish(struct catalogue *c, struct side *entry, struct side *ret,
	const struct symbol_set *symbols)
{
	const struct call **table = calls_by_number(c, symbols);
	const struct probe_arg *untyped = entry_args(c, NULL);

	entry->id_base = catalogue_reserve(c, table_size());
	ret->id_base = catalogue_reserve(c, table_size());
	for (uint32_t nr = 0; nr < table_size(); nr++) {
		const struct call *call = table[nr];

		if (call)
			add_probe(c, entry, call,
				call->types ? entry_args(c, call->types) : untyped, NARGS);
	}
	for (uint32_t nr = 0; nr < table_size(); nr++) {
		if (table[nr])
			add_probe(c, ret, table[nr], return_args, 2);
	}
}

// NULL: the kernel has no such tracepoint.
static const struct probe_hook *tracepoint(struct catalogue *c, const struct btf *btf,
	const char *name)
{
	const char *type = arena_printf(catalogue_arena(c), "btf_trace_%s", name);
	uint32_t id = btf ? btf_find(btf, type, BTF_KIND_TYPEDEF) : 0;

	if (!id)
		return NULL;
	return catalogue_hook(c, (struct probe_hook){
		.kind = HOOK_TP_BTF,
		.name = name,
		.btf_id = id,
		.nctx = 2,
	});
}

static void syscall_init(struct catalogue *c, const struct provider_env *env)
{
	struct side entry = {
		.hook = tracepoint(c, env->btf, "sys_enter"),
		.name = "entry",
		.selector = { ARG_SYSCALL_NR, 1, 0 },
		.flags = PROBE_ENTRY,
	};
	struct side ret = {
		.hook = tracepoint(c, env->btf, "sys_exit"),
		.name = "return",
		.selector = { ARG_SYSCALL_NR, 0, 1 },
		.flags = PROBE_RETURN | PROBE_ERRNO,
		.errno_source = { ARG_SYSCALL_ERRNO, 1, 0 },
	};
	struct symbol_set *symbols;

	if (!entry.hook || !ret.hook) {
		catalogue_unavailable(c, "syscall", env->btf ?
			"the kernel has no system call tracepoints (CONFIG_FTRACE_SYSCALLS)" :
			"the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
		return;
	}
	if (!env->kallsyms ||
		symbol_set_read(catalogue_arena(c), env->kallsyms, SYMBOL_PREFIX, &symbols) < 0) {
		catalogue_unavailable(c, "syscall", "the kernel's symbol list cannot be read");
		return;
	}
	publish(c, &entry, &ret, symbols);
}

const struct provider syscall_provider = {
	.name = "syscall",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(UNSTABLE, UNSTABLE, ISA),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, COMMON),
		[ATTR_ARGS] = ATTRIBUTES(UNSTABLE, UNSTABLE, ISA),
	},
	.init = syscall_init,
};
