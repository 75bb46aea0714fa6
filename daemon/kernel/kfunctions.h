// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Programs on kernel functions: which ways the kernel has, found out by being on a function that nobody
// calls for a moment, and attaching to many.

#include <stdbool.h>
#include <stdint.h>

struct attachment;
struct btf;
struct function_ways;
struct probe_hook;

// What programs on a hook with targets are attached to: n function names, each with its NUL, and cookies.
struct function_targets {
	char *names;		// owned
	uint64_t *cookies;	// owned
	uint32_t n;
};

void function_targets_deinit(struct function_targets *t);

// btf NULL: no way. The sentence, if there is no way, is static or in *text.
void kfunctions_ways(const struct btf *btf, struct function_ways *ways, char *text, uint32_t size);

// Attaches to the next few of the targets that are not in a->done. 1: there are more; 0: that was all; or a negative
// errno.
int kfunctions_attach(struct attachment *a, const struct probe_hook *hook, int prog,
	const struct function_targets *t);
