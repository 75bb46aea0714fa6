// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The places of a session's user probes, in sets: each is what one program can be attached
// to. A program names a set; files and offsets are the core's own knowledge. By the cookie
// of a place the program tells which probe it is and which clauses are for it, so that it
// can be attached to more places while it runs (later.h).

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/sym/places.h"
#include "daemon/util.h"
#include "dlang/probe.h"

struct attachment;

// A process that was checked; it is the same one as long as the pidfd says that it runs.
struct user_process {
	pid_t pid;
	int fd;			// a pidfd
};

struct user_set {
	enum place_kind kind;
	uint32_t first, n;	// of order
	const struct place_arg *args;	// USDT: where all its places have their arguments; NULL: of any form, and has no place
	uint32_t nargs;
	uint32_t id_base;		// of its first place
	uint64_t wants, found;		// that can have places in it; that have
	uint32_t added;			// later.h: bits of the places that are the session's, and whose names are known
	uint64_t later;			// those of wants that a program for this set has to serve, though there is none
};

struct user_hooks {
	struct places *places;
	uint32_t *order;	// places by set, then process, then file
	struct user_set *sets;	// one of each kind; of USDT one for each form of arguments
	uint32_t nsets;
	uint32_t nids;		// of places, and of what may be later
	struct user_process *processes;
	uint32_t nprocesses;
	const struct user_hooks *first;	// of those that came later: which has the processes
	struct place_want *wants;	// for later
	size_t nwants;
	uint32_t step, step_file;	// places of the next step, if it is in the same file; 0: not known
	uint32_t tried, refused, first_refused;	// places; those that the kernel cannot trace, and one of them
};

// places becomes the hooks', which may be none; the processes are added later. The wants are copied. later: programs
// are to be made for what is not there yet. 0 or -ENOMEM.
int user_hooks_new(struct user_hooks **hp, struct places *places, const struct place_want *wants, size_t n, bool later);
struct user_hooks *user_hooks_free(struct user_hooks *h);

// Places; 0, too, without hooks.
uint32_t user_hooks_count(const struct user_hooks *h);

// Gives ids to all places, user_hooks.nids from this on.
void user_hooks_number(struct user_hooks *h, uint32_t id_base);

// Of these wants, those that can have places of a kind: at most so many, as each has a bit of a cookie.
enum { USER_HOOKS_WANTS = 32 };
uint64_t user_hooks_of_kind(const struct place_want *wants, size_t n, enum place_kind kind);

// The bits in cookies of places of the set for these wants.
uint32_t user_hooks_bits(const struct user_set *set, uint64_t wants);

// Of the places of a set, how many have one of these bits; whether place i of it does.
uint32_t user_hooks_served(const struct user_hooks *h, uint32_t set, uint32_t bits);
bool user_hooks_serve(const struct user_hooks *h, const struct user_set *set, uint32_t i, uint32_t bits);

// The set of h whose programs serve the places of such a set: its number, or -1.
int user_hooks_serving(const struct user_hooks *h, const struct user_set *set);

// Whether a program on this hook can be attached to the set.
bool user_hooks_fit(const struct user_hooks *h, enum hook_kind hook, uint32_t set);

// Where the places of a program's set have their arguments, *n of them; valid as long as h.
const struct place_arg *user_hooks_args(const struct user_hooks *h, enum hook_kind hook, uint32_t set,
	uint32_t *n);

// Whether a process of the wants has ended; its number may be another's by now.
bool user_hooks_gone(const struct user_hooks *h, pid_t pid);

enum { USER_HOOKS_E_GONE = 1 };

// Attaches a program to places of its set that have one of the bits, from number *at on, some at a time, and moves
// *at; all are attached when that is the set's size. What the kernel cannot trace is left out
// and counted. 0; USER_HOOKS_E_GONE: the process has ended; or a negative errno; why is set
// with both.
int user_hooks_attach(struct user_hooks *h, const struct probe_hook *hook, uint32_t serves, uint32_t *at,
	struct attachment *a, int prog, bool multi, struct reason *why);

// Which places were refused since the hooks were made or this was called: one sentence, or "".
// True: that is all of them.
bool user_hooks_refused(struct user_hooks *h, struct reason *why);
