// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Making a session out of an object: admission, charges and the segment in one
// step, then each map and each program in one of its own.

#include "daemon/session/session.h"

struct place_arg;

enum { SETUP_MORE = 100 };	// not a SESSION_E_*

// Takes the object. NULL: out of memory, nothing taken.
struct setup *setup_new(Dtraced__Object *object);
struct setup *setup_free(struct setup *u);

// Loads a program of user probes once more, for places that have their arguments elsewhere: 0 and *fdp, SESSION_E_KERNEL
// with why, or a negative errno. The session is loaded.
int setup_load_again(struct session *s, uint32_t program, const struct place_arg *args, uint32_t nargs, int *fdp,
	struct reason *why);

// Fills in the segment, maps, tables and programs of a session that has a
// connection and a setup. SETUP_MORE; 0 when that was all; a SESSION_E_* with
// why, or a negative errno; what was made so far goes with session_free().
int setup_step(struct session *s, struct reason *why);
