// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What is stated about names and probes besides what they are: pragmas, provider
// definitions, and the stability that follows. Only files of dlang/sema include this.

#include "dlang/sema/check.h"

// ---- check_pragma.c --------------------------------------------------------

void check_pragma(struct sema *s, const struct item *it);
// A name or provider is defined: pragmas further up may be about it.
void attach_pragmas(struct sema *s, struct ident *id);
void attach_provider_pragmas(struct sema *s, struct provider_info *pv);
void check_pragmas_used(struct sema *s);

// ---- stability.c -----------------------------------------------------------

struct attributes probe_attributes(struct sema *s, enum attribute_field field);
struct attributes expr_attributes(struct sema *s, const struct expr *e);
// The whole has these, whatever it is made of.
void set_attributes(struct sema *s, struct expr *e, struct attributes a);
// Of a checked clause; what is below amin is reported.
struct attributes clause_attributes(struct sema *s, const struct clause *c);
void check_description(struct sema *s, const struct pdesc *d, const struct probe *p);

// ---- check_provider.c ------------------------------------------------------

void check_provider(struct sema *s, const struct item *it);
// One that a text or library defined so far; NULL: none.
struct provider_info *find_provider(struct sema *s, const char *name);
bool is_system_provider(struct sema *s, const char *name);	// it has probes to trace
bool is_system_module(struct sema *s, const char *name);	// the same
