// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A table of symbols by address. It is collected from any number of sources, in
// any order, then built once: sorted, one name per address, nested ones inside
// those around them. A built table is one piece of memory of known size.
//
// Of several names of an address the better one stays: a function or variable
// before a label, one with a size before one without, a global before a local,
// then fewer underscores in front, strong before weak, shorter, and by alphabet.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symtab;

enum {
	SYMTAB_NAME_MAX = 1536,		// longer names are cut

	// What speaks for a name, most important first.
	SYM_TYPED = 1 << 7,		// a function or a variable
	SYM_SIZED = 1 << 6,		// its size is known
	SYM_EXPORTED = 1 << 5,		// not local to a file
	SYM_STRONG = 1 << 0,
};

enum sym_code {
	SYM_NO_FUNCTION,
	SYM_FUNCTION,
	SYM_RESOLVER,			// of an indirect function: it chooses which one is meant
};

// A symbol to be. Without SYM_SIZED, size is how far it can reach at most; it ends
// where the next one begins, and is dropped inside one with a size.
struct sym_raw {
	uint64_t address, size;
	const char *name;		// up to a NUL
	uint32_t rank;			// SYM_..., completed by sym_list_add()
	bool versioned;			// the name ends at an @ that is not in front
	enum sym_code code;
};

struct sym_list {
	struct sym_raw *v;
	size_t n, cap;
	size_t max;			// further ones are left out
	bool full;			// some were
};

// Names are not copied: they must live until the table is built. 0 or -ENOMEM.
int sym_list_add(struct sym_list *l, struct sym_raw s);
void sym_list_deinit(struct sym_list *l);
// By address; of several names of an address, the better one first.
void sym_list_sort(struct sym_list *l);
// How long its name is, without a version; at most SYMTAB_NAME_MAX.
size_t sym_name_len(const struct sym_raw *s);

// The list is sorted in place. Names that do not fit in max_names bytes are left
// out. 0 or -ENOMEM; the table is the caller's.
int symtab_build(struct symtab **tp, struct sym_list *l, size_t max_names);
struct symtab *symtab_free(struct symtab *t);

// The innermost symbol that an address is in; the name is valid as long as the
// table. NULL is an empty table.
bool symtab_find(const struct symtab *t, uint64_t address, const char **name, uint64_t *offset);

uint32_t symtab_count(const struct symtab *t);
// All memory that it takes.
size_t symtab_bytes(const struct symtab *t);
