// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Probes that programs carry (d-reference §20.21), from the provider definitions
// of a D program: the C header with a macro per probe, and the object file with
// the semaphores that the macros refer to. A site is a nop and a note in
// .note.stapsdt of what bpftrace, gdb and others read, too; a semaphore is a 16-bit
// counter in .probes that a tracer raises while it traces the probe.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/sbuf.h"
#include "dlang/sema/sema.h"

enum {
	SITE_MAXARGS = 12,		// of a note: what its readers take
	SITE_X86_64 = 62, SITE_ARM64 = 183,	// machines, as in e_machine of ELF
};

// An argument as the site passes it.
struct site_arg {
	const char *ctype;		// fundamental type of C, which it is cast to
	const char *dtype;		// as declared
	uint8_t size;			// bytes
	bool is_signed, is_pointer;
};

struct site {
	const struct provider_info *provider;
	const struct provider_probe_info *probe;
	const char *macro;		// MYPROV_QUERY_START
	const char *semaphore;		// myprov_query__start_semaphore
	VEC(struct site_arg) args;
};

struct sites {
	struct arena *arena;
	const char *file;		// the last D file without folders, for comments
	bool has_clauses;		// there is more than declarations
	VEC(struct site) v;
	VEC(const char *) warnings;	// one sentence each
};

// Of the providers that the program itself defines. False: diagnostics were added.
bool sites_collect(struct dlang_env *env, const struct sprogram *p, struct diags *d, struct sites *out);
void sites_header(const struct sites *s, struct sbuf *out);
// A relocatable object. machine: SITE_X86_64 or SITE_ARM64; it has the byte order of this one.
void sites_object(const struct sites *s, uint16_t machine, struct sbuf *out);
