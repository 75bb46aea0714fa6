// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The places of a session's user probes, in sets: each is what one program is attached
// to. A program names a set; files and offsets are the core's own knowledge. The number
// of a place in its set is its cookie, by which the program tells its probe.

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
	const struct place_arg *args;	// USDT: where all its places have their arguments
	uint32_t nargs;
};

struct user_hooks {
	struct places *places;
	uint32_t *order;	// places by set, then process, then file
	struct user_set *sets;	// one of each kind; of USDT one for each form of arguments
	uint32_t nsets;
	struct user_process *processes;
	uint32_t nprocesses;
	uint32_t step, step_file;	// places of the next step, if it is in the same file; 0: not known
	uint32_t refused, first_refused;	// places that the kernel cannot trace, and one of them
};

// places becomes the hooks' if there are any; the processes are added later. 0 or -ENOMEM.
int user_hooks_new(struct user_hooks **hp, struct places *places);
struct user_hooks *user_hooks_free(struct user_hooks *h);

// Places; 0, too, without hooks.
uint32_t user_hooks_count(const struct user_hooks *h);

// Whether a program on this hook can be attached to the set.
bool user_hooks_fit(const struct user_hooks *h, enum hook_kind hook, uint32_t set);

// Where the places of a program's set have their arguments, *n of them; valid as long as h.
const struct place_arg *user_hooks_args(const struct user_hooks *h, enum hook_kind hook, uint32_t set,
	uint32_t *n);

enum { USER_HOOKS_E_GONE = 1 };

// Attaches a program to places of its set from number *at on, some at a time, and moves
// *at; all are attached when that is the set's size. What the kernel cannot trace is left out
// and counted. 0; USER_HOOKS_E_GONE: the process has ended; or a negative errno; why is set
// with both.
int user_hooks_attach(struct user_hooks *h, const struct probe_hook *hook, uint32_t *at,
	struct attachment *a, int prog, bool multi, struct reason *why);

// Which places were refused since the hooks were made or this was called: one sentence, or "".
// True: that is all of them.
bool user_hooks_refused(struct user_hooks *h, struct reason *why);
