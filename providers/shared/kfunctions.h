// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The functions of the kernel and its modules: those that BTF has a signature of, and what the kernel
// says of which can be traced. Names that BTF has are not copied.

#include <stdint.h>

struct arena;
struct modules;

enum function_state {
	FUNCTION_TRACEABLE,
	FUNCTION_HIDDEN,	// BTF knows it, the kernel's list of traceable functions does not
	FUNCTION_AMBIGUOUS,	// several have this name
	FUNCTION_UNSIGNED,	// traceable, but without BTF
	FUNCTION_PART,		// the same: what a compiler made of one
};

struct function {
	const char *name;
	uint32_t type;		// number of its BTF_KIND_FUNC in struct modules; 0: none
	uint16_t section;
	uint8_t state;		// enum function_state
};

// Functions of the kernel, or of one module: [first, end) by name.
struct function_section {
	const char *module;	// "vmlinux" for the kernel
	uint32_t first, end;
};

struct functions {
	const struct function *v;
	uint32_t n;
	const struct function_section *sections;
	uint32_t nsections;
};

// 0 or a negative errno: the list in the folder of tracefs cannot be read.
int kfunctions_read(struct arena *a, struct modules *m, const char *tracefs, struct functions *out);

// The first from i on whose name begins with the n bytes of prefix; f->n: none.
uint32_t kfunctions_next(const struct functions *f, uint32_t i, const char *prefix, uint32_t n);
