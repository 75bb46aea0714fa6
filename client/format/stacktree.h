// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The entries of an aggregation that is keyed by a stack, as a tree: the other
// keys first, then the user's frames, then the kernel's, outermost first. Frames
// are functions: entries that differ in offsets only are one path.

#include <stdbool.h>
#include <stdint.h>

#include "client/decode/tables.h"
#include "client/format/location.h"
#include "client/output/buf.h"

struct stacktree;

enum stacknode_kind { STACKNODE_KEY, STACKNODE_USER, STACKNODE_KERNEL };

// A place in the tree. Sums are of what is below, own is of what ends here.
struct stacknode {
	const char *name;
	enum stacknode_kind kind;
	uint64_t sum, own;
	struct stacknode *parent, *child, *next;	// children in order of name, after stacktree_sort()
};

// Whether one of the keys is a stack.
bool agg_has_stack(const struct agg *a);

int stacktree_new(struct stacktree **treep);
struct stacktree *stacktree_free(struct stacktree *t);

// Adds what is visible in the table below a node that is named (NULL: the root). Of
// distributions the number of values counts; what is not above zero is left out. Names
// that are not known are numbers. 0 or -ENOMEM.
int stacktree_add(struct stacktree *t, const struct schema *s, const struct table *table,
		  const struct location_style *where, const char *name);

// Puts children in order. The root; it has no name.
const struct stacknode *stacktree_sort(struct stacktree *t);

// A line for each path that ends: "a;b;c 17".
void stacktree_fold(struct outbuf *b, const struct stacknode *root);
