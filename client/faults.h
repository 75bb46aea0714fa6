// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What went wrong while tracing, as sentences on stderr: faults of single
// firings, and data that was lost.

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "client/decode/records.h"
#include "client/options.h"

// One fault. texts: those of the command line, to name the place.
void fault_print(FILE *f, const struct schema *s, const struct record *rec, const struct options *o);

// Is it about an address that a process may have?
bool fault_of_process(const struct schema *s, const struct record *rec);

// Kinds, as in Drop.kind, that the client counts itself.
enum { DROP_SPEC = 3 };

// Totals so far by kind and CPU, to print what is new.
struct drops;
int drops_new(struct drops **dropsp);
struct drops *drops_free(struct drops *d);
// The daemon says that so many were lost so far: kept until drops_print().
int drops_add(struct drops *d, uint32_t kind, uint32_t cpu, uint64_t total);
// One more that the client itself has dropped.
int drops_count(struct drops *d, uint32_t kind, uint32_t cpu);
// Whether something is lost with a kind; the others say how stacks turned out.
bool drops_is_loss(uint32_t kind);
// n of a kind, all CPUs: one line.
void drops_print_total(FILE *f, uint32_t kind, uint64_t n);
bool drops_pending(const struct drops *d);
void drops_print(FILE *f, struct drops *d, bool tags);
// One line about user stacks that are not whole, or not certain; nothing if all are. Quiet: nothing if all are whole.
void stacks_print(FILE *f, const struct drops *d, bool quiet);
