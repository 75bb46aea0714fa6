// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Tracepoints by BTF, see tracepoints.h. BTF describes each as
//   typedef void (*btf_trace_NAME)(void *, ARGUMENTS);
// and that typedef exists exactly for tracepoints to which BPF can attach.

#include "providers/shared/tracepoints.h"

#include <linux/btf.h>
#include <string.h>

#include "dlang/base/arena.h"
#include "dlang/types/btf.h"
#include "providers/catalogue.h"
#include "providers/shared/btf_args.h"
#include "providers/shared/tracefs.h"

#define PREFIX "btf_trace_"

// Words that BPF passes on; further arguments are cut off by the kernel.
enum { CTX_MAX = 12 };

// The prototype behind btf_trace_NAME, or NULL.
static const struct btf_type *prototype(const struct btf *b, const struct btf_type *typedef_)
{
	const struct btf_type *pointer = btf_type_by_id(b, typedef_->type);
	const struct btf_type *proto = btf_is_kind(pointer, BTF_KIND_PTR) ?
		btf_type_by_id(b, pointer->type) : NULL;

	return btf_is_kind(proto, BTF_KIND_FUNC_PROTO) && BTF_INFO_VLEN(proto->info) > 0 ? proto : NULL;
}

// Where 1 may stand for a pointer (SEND_SIG_PRIV of include/linux/sched/signal.h): some kernels have
// their verifier take it for a number.
static bool is_mark(const char *tracepoint, uint32_t arg)
{
	return arg == 1 && (strcmp(tracepoint, "signal_generate") == 0 || strcmp(tracepoint, "signal_deliver") == 0);
}

static const struct probe_arg *make_args(struct catalogue *c, const struct btf *b, const char *name,
	const struct btf_type *proto, uint32_t n)
{
	const struct btf_param *params = (const struct btf_param *)(proto + 1);
	struct probe_arg *args;

	if (!n)
		return NULL;
	args = arena_alloc(catalogue_arena(c), n * sizeof *args);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t type = params[i + 1].type;	// the first is BPF's own

		args[i] = (struct probe_arg){
			.source = { ARG_CTX, (uint16_t)i, 0 },
			.btf_type = type,
			.kernel_ptr = btf_is_kernel_pointer(b, type) && !is_mark(name, i),
		};
	}
	return args;
}

// The marker's name as D has it: two underscores are a hyphen.
static const char *marker_name(struct arena *a, const char *name)
{
	char *copy = arena_dup(a, name, strlen(name) + 1), *to = copy;

	for (const char *from = copy; *from; from++) {
		bool hyphen = from[0] == '_' && from[1] == '_';

		*to++ = hyphen ? '-' : *from;
		from += hyphen;
	}
	*to = '\0';
	return copy;
}

// Is it about the process that it fires in, whoever's that is? The core's guard knows the same ones.
static bool is_own(const char *name)
{
	return !strcmp(name, "sched_process_exec");
}

static void add_tracepoint(struct catalogue *c, const char *provider, const struct btf *b, uint32_t id,
	const struct event_systems *systems)
{
	const struct btf_type *t = btf_type_by_id(b, id);
	const char *name = btf_string(b, t->name_off) + strlen(PREFIX);
	const struct btf_type *proto = prototype(b, t);
	const char *system = systems ? event_system(systems, name) : NULL;
	uint32_t n;

	if (!proto)
		return;
	n = BTF_INFO_VLEN(proto->info) - 1;
	n = n < CTX_MAX ? n : CTX_MAX;
	name = catalogue_intern(c, name);
	catalogue_add(c, (struct probe){
		.prov = provider,
		.mod = system ? system : "vmlinux",
		.name = marker_name(catalogue_arena(c), name),
		.hook = catalogue_hook(c, (struct probe_hook){
			.kind = HOOK_TP_BTF,
			.name = name,
			.btf_id = id,
			.nctx = n,
		}),
		.least = is_own(name) ? PROBE_CLASS_USER : PROBE_CLASS_KERNEL,
		.nargs = n,
		.args = make_args(c, b, name, proto, n),
	});
}

void tracepoints_add(struct catalogue *c, const char *provider, const struct provider_env *env)
{
	const struct btf *b = env->btf;
	struct event_systems *systems = NULL;

	if (!b) {
		catalogue_unavailable(c, provider, "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
		return;
	}
	if (env->tracefs && event_systems_read(catalogue_arena(c), env->tracefs, &systems) < 0)
		systems = NULL;
	for (uint32_t id = btf_next(b, 0, BTF_KIND_TYPEDEF); id;
		id = btf_next(b, id, BTF_KIND_TYPEDEF)) {
		const char *name = btf_string(b, btf_type_by_id(b, id)->name_off);

		if (strncmp(name, PREFIX, strlen(PREFIX)) == 0)
			add_tracepoint(c, provider, b, id, systems);
	}
}
