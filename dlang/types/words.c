// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// One row per spelling class of C's base types.

#include "dlang/types/words.h"

enum { SIZES = TSF_SHORT | TSF_LONG | TSF_LONGLONG, WORDS = SIZES | TSF_SIGNED | TSF_UNSIGNED };

static const struct row {
	enum typespec_kind kind;
	uint32_t flags;
	const char *name;
} rows[] = {
	{ TS_VOID, 0, "void" },
	{ TS_STRING, 0, "string" },
	{ TS_BOOL, 0, "_Bool" },
	{ TS_FLOAT, 0, "float" },
	{ TS_DOUBLE, 0, "double" },
	{ TS_DOUBLE, TSF_LONG, "long double" },
	{ TS_CHAR, 0, "char" },
	{ TS_CHAR, TSF_SIGNED, "signed char" },
	{ TS_CHAR, TSF_UNSIGNED, "unsigned char" },
	{ TS_INT, 0, "int" },
	{ TS_INT, TSF_UNSIGNED, "unsigned int" },
	{ TS_INT, TSF_SHORT, "short" },
	{ TS_INT, TSF_SHORT | TSF_UNSIGNED, "unsigned short" },
	{ TS_INT, TSF_LONG, "long" },
	{ TS_INT, TSF_LONG | TSF_UNSIGNED, "unsigned long" },
	{ TS_INT, TSF_LONGLONG, "long long" },
	{ TS_INT, TSF_LONGLONG | TSF_UNSIGNED, "unsigned long long" },
};

struct type *type_from_words(struct types *t, enum typespec_kind kind, uint32_t flags)
{
	flags &= WORDS;
	if (kind == TS_NONE && flags)
		kind = TS_INT;
	if (flags & TSF_LONGLONG)
		flags &= ~(uint32_t)TSF_LONG;
	if (kind == TS_INT && !(flags & TSF_UNSIGNED))
		flags &= ~(uint32_t)TSF_SIGNED;
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)
		if (r->kind == kind && r->flags == flags)
			return type_base(t, r->name);
	return NULL;
}
