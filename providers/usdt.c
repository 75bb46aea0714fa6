// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Probes that programs have of their own, d-reference §20.21. Each provider goes by the name
// that the program gave it, with the number of a process behind; which there are the core says
// (processes.h).

#include "dlang/base/arena.h"
#include "providers/catalogue.h"
#include "providers/processes.h"

// By their number of bytes, unsigned and signed.
static const char *type_of(const struct process_type *t)
{
	static const char *const types[9][2] = {
		[1] = { "uint8_t", "int8_t" }, [2] = { "uint16_t", "int16_t" },
		[4] = { "uint32_t", "int32_t" }, [8] = { "uint64_t", "int64_t" },
	};

	if (t->is_float)
		return t->size == 4 ? "float" : "double";
	return t->size < 9 ? types[t->size][t->is_signed] : NULL;
}

// The kernel has general registers and memory.
static const char *refusal_of(const struct process_type *t)
{
	return t->is_out_of_reach ? "where the kernel cannot read it: in a floating point register, or at a place whose name "
		"the object has not kept" : NULL;
}

struct probe usdt_probe(struct arena *a, const struct process_set *set)
{
	uint32_t n = set->nargs < PROBE_MAXARGS ? set->nargs : PROBE_MAXARGS;
	struct probe_arg *args = arena_alloc(a, (n + 1) * sizeof *args);

	for (uint32_t i = 0; i < n; i++)
		args[i] = (struct probe_arg){ .source = { ARG_PLACED, (uint16_t)i, 0 },
			.ctype = type_of(&set->args[i]), .refusal = refusal_of(&set->args[i]) };
	return (struct probe){ .nargs = n, .args = args };
}

const struct provider usdt_provider = {
	.name = "usdt",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_ARGS] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
	},
};
