// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/demangle.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <string.h>

enum { NAME_MAX_SIZE = 2048 };

struct output {
	char *to;
	size_t n, size;
	jmp_buf full;
};

// Leaving by a jump is the only way to stop the printer, which holds nothing but its
// stack then: a name of a hundred bytes can stand for gigabytes.
static void append(const char *s, size_t n, void *arg)
{
	struct output *o = arg;

	if (n >= o->size - o->n)
		longjmp(o->full, 1);
	memcpy(o->to + o->n, s, n);
	o->n += n;
}

static bool print(const char *mangled, struct output *o)
{
	const int options = DMGL_PARAMS | DMGL_ANSI;

	if (setjmp(o->full))
		return false;
	if (rust_demangle_callback(mangled, options, append, o))
		return true;
	o->n = 0;
	return mangled[0] == '_' && mangled[1] == 'Z' &&
		cplus_demangle_v3_callback(mangled, options, append, o);
}

bool demangle(const char *name, char *to, size_t size)
{
	static const char plt[] = "@plt";
	struct output o = { .to = to, .size = size };
	size_t n = strlen(name), suffix = sizeof plt - 1;
	char copy[NAME_MAX_SIZE];
	bool stub = n > suffix && strcmp(name + n - suffix, plt) == 0;

	if (name[0] != '_' || (name[1] != 'Z' && name[1] != 'R') || n >= sizeof copy || size <= suffix)
		return false;
	memcpy(copy, name, n + 1);
	if (stub) {
		copy[n - suffix] = 0;
		o.size -= suffix;
	}
	if (!print(copy, &o))
		return false;
	memcpy(to + o.n, plt, stub ? suffix : 0);
	to[o.n + (stub ? suffix : 0)] = 0;
	return true;
}
