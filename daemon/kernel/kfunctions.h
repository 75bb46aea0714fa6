// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Programs on kernel functions: which ways the kernel has, found out by being on a function that nobody
// calls for a moment, and attaching to many. By address where it is known: to find names in its own list takes
// the kernel longer than a small link does.

#include <stdbool.h>
#include <stdint.h>

struct attachment;
struct btf;
struct function_ways;
struct link_request;
struct probe_hook;

// What programs on a hook with targets are attached to: n function names, each with its NUL, and of each
// the cookie and the address, 0: not known. Owned.
struct function_targets {
	char *names;
	uint64_t *cookies, *addresses;
	uint32_t n, nknown;
};

void function_targets_deinit(struct function_targets *t);

// btf NULL: no way. The sentence, if there is no way, is static or in *text.
void kfunctions_ways(const struct btf *btf, struct function_ways *ways, char *text, uint32_t size);

// The link for those that are known, or for those that are not. n is 0 if there are none. 0 or -ENOMEM.
int kfunctions_request(const struct function_targets *t, bool known, bool returns, struct link_request *q);

// A kprobe for the next of the targets that is not in a->done. 1: there are more; 0: that was all; or a negative
// errno.
int kfunctions_attach(struct attachment *a, const struct probe_hook *hook, int prog,
	const struct function_targets *t);
