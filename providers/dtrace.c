// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The dtrace provider: BEGIN, END and ERROR. BEGIN and END are programs that the
// core runs once, as an iterator over one task, the client's. ERROR has no
// program of its own: the compiler puts its clauses behind everything that can
// fault.

#include <linux/btf.h>

#include "dlang/types/btf.h"
#include "providers/catalogue.h"

static void dtrace_init(struct catalogue *c, const struct provider_env *env)
{
	uint32_t id = env->btf ? btf_find(env->btf, "bpf_iter_task", BTF_KIND_FUNC) : 0;
	static const struct {
		enum hook_kind kind;
		const char *name;
	} probes[] = {
		{ HOOK_BEGIN, "BEGIN" },
		{ HOOK_END, "END" },
		{ HOOK_ERROR, "ERROR" },
	};

	if (!id) {
		catalogue_unavailable(c, "dtrace",
			"the kernel has no BPF task iterator in its BTF (CONFIG_DEBUG_INFO_BTF)");
		return;
	}
	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
		catalogue_add(c, (struct probe){
			.prov = "dtrace",
			.name = probes[i].name,
			.hook = catalogue_hook(c, (struct probe_hook){
				.kind = probes[i].kind,
				.name = probes[i].name,
				.btf_id = probes[i].kind == HOOK_ERROR ? 0 : id,
			}),
			.flags = probes[i].kind == HOOK_ERROR ? 0 : PROBE_PROCESS_CTX,
			.least = PROBE_CLASS_PROC,
		});
	}
}

const struct provider dtrace_provider = {
	.name = "dtrace",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(STABLE, STABLE, COMMON),
		[ATTR_MODULE] = ATTRIBUTES(STABLE, STABLE, COMMON),
		[ATTR_FUNCTION] = ATTRIBUTES(STABLE, STABLE, COMMON),
		[ATTR_NAME] = ATTRIBUTES(STABLE, STABLE, COMMON),
		[ATTR_ARGS] = ATTRIBUTES(STABLE, STABLE, COMMON),
	},
	.init = dtrace_init,
};
