// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The programs of a session. Each step does one of them: attaching and
// detaching take a tenth of a millisecond or more each.

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/attach.h"
#include "daemon/kernel/kfunctions.h"
#include "daemon/policy/charges.h"
#include "daemon/work.h"

struct linker;
struct linking;
struct quiesce;
struct user_hooks;

struct session_program {
	struct probe_hook hook;	// without names
	char *name;		// of the hook; may be NULL
	int fd;
	struct function_targets functions;
	struct attachment attachment;
	uint32_t placed;	// of the set's places, how many have been gone through
	struct user_hooks *hooks;	// which have the set; not owned
	uint32_t serves;	// bits of cookies: it is on those places that have one of them
	bool shared;		// it is another of the list, for other places
	bool names_probes;	// it knows the names of its places: no others
	uint32_t unserved;	// nor any later with one of these bits
};

struct programs {
	struct session_program *list;
	uint32_t n;
	uint32_t attached;	// those below have been attached, as far as they can be
	bool multi;		// how those of user probes are attached
	struct quiesce *quiesce;	// closes what is attached to places
	struct linker *linker;		// attaches to functions
	struct linking *linking;	// what the next one waits for; NULL: nothing
	uint32_t nlinking;		// functions of it
	int link_error;			// how it failed
	void (*go_on)(void *arg);	// when that has been done
	void *go_on_arg;
};

enum {
	PROGRAMS_E_HOOKS = 2,
	PROGRAMS_WAIT = 3,
};

// Attaches the next one, or a part of it; BEGIN and END are not. 1: there are more; 0: all are;
// PROGRAMS_WAIT: go_on() will be called when it is time for the next call; PROGRAMS_E_HOOKS: not possible, with
// why; or a negative errno.
int programs_attach_next(struct programs *p, struct reason *why);

// Detaches the last one. 1: there are more; 0: none is attached any more.
int programs_detach_last(struct programs *p);

// Lets the attached clocks tick.
int programs_enable(const struct programs *p);

// Runs those of this hook once, for this task.
int programs_run(const struct programs *p, enum hook_kind hook, pid_t task);

// May some of them be preempted while they run?
bool programs_preempted(const struct programs *p);

// Firings that the kernel left out.
uint64_t programs_missed(const struct programs *p);

// Detaches and closes them step by step, then gives the charge back. Takes
// both, and leaves them empty. The guard keeps programs silent meanwhile.
void programs_abandon(struct programs *p, struct charge *charge, struct work_queue *queue);
