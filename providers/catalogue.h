// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The catalogue: every probe of the running kernel, in id order. The zygote
// builds it once and never writes it again, so that workers share its memory.
// A worker puts its own layer on top, which takes the probes that are made on
// demand; a layer has the ids from the one that the core gave it.

#include <stddef.h>

#include "dlang/base/intern.h"
#include "dlang/probe.h"
#include "providers/provider.h"

struct catalogue;

// Asks every provider of the registry for its probes. env is needed during the
// call only, except for the BTF's strings and types.
struct catalogue *catalogue_new(struct arena *a, struct interns *in, const struct provider_env *env);

// A layer over base. Probes made on demand get ids from next_id on (at least
// one above those of base). A description that matches more than max_matches
// probes is refused; 0: no limit.
struct catalogue *catalogue_layer(struct arena *a, struct interns *in, const struct catalogue *base,
	uint32_t next_id, uint32_t max_matches);

// Makes a probe that an earlier layer made, with the id that it had. -ENOENT: no
// provider makes such a probe (any more).
int catalogue_recall(struct catalogue *c, uint32_t id, const struct probe_desc *d);

// NULL: no such probe.
const struct probe *catalogue_by_id(struct catalogue *c, uint32_t id);
// The probe with exactly these names.
const struct probe *catalogue_find(const struct catalogue *c, const struct probe_desc *d);

// Those of lots are not counted.
uint32_t catalogue_count(const struct catalogue *c);
// The id that the next probe made on demand gets.
uint32_t catalogue_next_id(const struct catalogue *c);

// As struct probe_source says. *why is static or in the catalogue's arena. Further errors:
// -EINVAL   a pattern with too many stars; a bad rate
// -ENOTSUP  nothing matched, and a provider that might have had it is not available here
int catalogue_match(struct catalogue *c, const struct probe_desc *d,
	bool (*fn)(void *arg, const struct probe *p), void *arg, const char **why);
struct probe_source catalogue_source(struct catalogue *c);

// As want() of struct probe_source; processes.h has the rest.
bool catalogue_want(struct catalogue *c, const struct probe_desc *d);

// Why a provider, or one probe of it (p->name is then not empty), cannot fire on this kernel:
// calls fn for each whose provider and name the description may mean.
void catalogue_each_unavailable(const struct catalogue *c, const struct probe_desc *d,
	void (*fn)(void *arg, const struct probe *p, const char *why), void *arg);

// ---- for providers ---------------------------------------------------------

// Memory that lives as long as the catalogue.
struct arena *catalogue_arena(struct catalogue *c);
const char *catalogue_intern(struct catalogue *c, const char *s);
// A new hook each time: probes that share one without a selector would fire as one probe.
const struct probe_hook *catalogue_hook(struct catalogue *c, struct probe_hook h);
// n ids in a row for a provider that numbers its probes itself; the first of them.
uint32_t catalogue_reserve(struct catalogue *c, uint32_t n);
// Adds a probe. p.id 0: the next free id; else one that was reserved, above those
// added before. Names are interned and may be NULL (empty); args must be static or in
// the catalogue's arena.
void catalogue_add(struct catalogue *c, struct probe p);
// Probes that are too many to be there before somebody asks: n of them in a row of ids, which differ in module and
// function. Each is made once in a catalogue, or in each layer that asks for it.
struct probe_lot {
	const char *prov, *name;
	uint32_t n;
	const void *ctx;		// lives as long as the catalogue
	// Module and function of probe i, below n.
	void (*names)(const void *ctx, uint32_t i, struct probe_desc *names);
	// The first from i on whose function begins with n bytes of prefix; the lot's n: none.
	uint32_t (*next)(const void *ctx, uint32_t i, const char *prefix, uint32_t n);
	// Why probe i cannot fire: part of a sentence. NULL: it can.
	const char *(*why)(const void *ctx, uint32_t i);
	// It, without id and names.
	struct probe (*make)(const void *ctx, uint32_t i, struct catalogue *c);
};
void catalogue_add_lot(struct catalogue *c, const struct probe_lot *lot);

// The provider has no probes here; why is one sentence.
void catalogue_unavailable(struct catalogue *c, const char *provider, const char *why);
// The same of one probe, or of all of the provider's where name is empty.
void catalogue_missing(struct catalogue *c, const char *provider, const char *name, const char *why);
// A further name of the probe that has the provider and name of meant.
void catalogue_alias(struct catalogue *c, const struct probe_desc *alias, const struct probe *meant);
// Whose the probes are that are added from now on.
void catalogue_set_owner(struct catalogue *c, const struct provider *owner);
