// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Probes in the code of processes: nobody knows them beforehand. A layer of the
// catalogue notes which of them the descriptions of a request want; the core has them
// found, and the request comes again with what there is. Until then there are none.
// A stable provider whose probes are bound to such (plockstat) wants those in place of its own,
// and is read for the process when they are there.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/vec.h"
#include "dlang/probe.h"

struct arena;
struct catalogue;

// A description whose provider ends in the number of a process, or is a pattern that is
// none of the providers that are known: of programs' own probes in all processes.
struct process_want {
	struct probe_desc desc;
	int32_t pid;
	const char *none;	// why nothing was found for it; NULL: something was, or it is not known
};

enum process_kind { PROCESS_ENTRY, PROCESS_RETURN, PROCESS_OFFSET, PROCESS_USDT, PROCESS_KINDS };

// In place of a process's number.
enum { PROCESS_ALL = -1, PROCESS_IMPOSSIBLE = -2 };

// An argument of a program's own probe.
struct process_type {
	uint32_t size;
	bool is_signed, is_float;
	bool is_out_of_reach;	// programs cannot read it
};

struct process_place {
	const char *prov, *mod, *func, *name;
	uint64_t wants;		// bit i: it is one of those that want i wants
};

// Places that one program serves. A place's cookie is its id << 32 | a bit for each of the wants that it answers:
// the first of the set's wants has bit 0, the next bit 1 and so on.
struct process_set {
	enum process_kind kind;
	uint32_t number;	// of the hook
	uint32_t id_base;	// the id of place 0
	uint32_t n;
	const struct process_place *places;
	const struct process_type *args;	// PROCESS_USDT
	uint32_t nargs;
	uint64_t wants;		// those that may be answered here
	uint64_t later;		// of them, those that are not, but may be while the program runs; their ids come behind
};

// A stable provider of processes, and whose its probes are.
struct process_owner {
	const struct process_provider *provider;
	const struct provider *owner;
};

struct process_reading {
	const struct process_owner *of;
	const char *process;	// its number
	bool done;
};

// Has the compiler read it (dlang_process_read()) into the layer.
typedef void process_read_fn(void *ctx, const struct process_owner *p, const char *process);

// A layer's. Zeroed: nothing is wanted yet.
struct processes {
	VEC(struct process_want) wants;
	VEC(struct probe_ref { const struct probe *probe; uint64_t wants; uint64_t all; }) found;	// all: of its set
	bool answered;
	int error;		// negative: nothing could be found, and why says why
	const char *why;
	bool told;		// one description has said so
	VEC(struct process_reading) readings;
	uint32_t ids;		// that their probes may take
	uint32_t next_id;	// of those
	process_read_fn *read;
	void *read_ctx;
};

// ---- for workers -------------------------------------------------------------

// What is wanted, in the order of the descriptions, each once.
const struct processes *catalogue_processes(const struct catalogue *c);

// The wants of the request before, in their order, before any catalogue_answer().
void catalogue_restore_want(struct catalogue *c, const struct process_want *w);
void catalogue_answer(struct catalogue *c, const struct process_set *set);
// There are no (more) places. error 0, or as of struct processes. As many ids from next_id on as the layer
// that wanted them said are those of stable probes.
void catalogue_answered(struct catalogue *c, uint32_t next_id, int error, const char *why);
// Before the first search.
void catalogue_set_reader(struct catalogue *c, process_read_fn *read, void *ctx);

// ---- for the catalogue -------------------------------------------------------

// The process that a provider names by the number at its end: > 0; 0: none;
// PROCESS_IMPOSSIBLE: a number that no process can have.
int32_t process_of_provider(const char *prov);

void catalogue_add_process_provider(struct catalogue *c, const struct process_provider *p,
	const struct provider *owner);
uint32_t catalogue_process_id(struct catalogue *c);

// The number of a want with this description, or -1.
int processes_find(const struct processes *p, const struct probe_desc *d);

// ---- for provider pid ----------------------------------------------------------

// What one of its probes is but for its names.
struct probe pid_probe(enum process_kind kind);
// The same for those of programs; its arguments are in the arena.
struct probe usdt_probe(struct arena *a, const struct process_set *set);
