// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the zygote has read before it goes to jail and what its workers inherit:
// the kernel's BTF, the probe catalogue, the names of both. Nothing of it is
// written afterwards, so that all workers share the memory.

#include <stdint.h>

#include "dlang/base/vec.h"

struct cpu_facts;
struct dlang_prelude;
struct symbol_source;

struct warm {
	struct arena *arena;
	struct interns *interns;
	struct btf *btf;		// NULL: the kernel has none
	struct modules *modules;	// types of kernel modules; NULL without btf
	struct catalogue *catalogue;
	struct symbol_source *symbols;
	struct dlang_prelude *prelude;	// the system's D libraries
	uint32_t ncpus;			// possible ones
	const char *providers;		// the administrator's folder of provider files; NULL: none
	const struct cpu_facts *cpus;
	VEC(const char *) complaints;	// about libraries and provider files, for the core to log
	uint64_t mapped;		// size of the address space
};

// 0, or a negative errno with *why, one sentence. A kernel without BTF, symbol
// list or tracefs is no failure: providers say what they miss.
int warm_init(struct warm *w, const char **why);
