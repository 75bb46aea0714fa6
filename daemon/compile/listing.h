// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// dtrace -l: which probes a set of texts means.

#include <stdbool.h>

#include "proto/dtraced.pb-c.h"

struct catalogue;
struct dlang_env;
struct probe;

// True if a text is descriptions only ("syscall::open*:entry, tick-1s"), so that
// the catalogue answers; false if it must be compiled to know.
bool listing_is_plain(const Dtraced__Text *t);

// Puts probes in the order of their ids, each once: how many there are then.
uint32_t listing_unique(const struct probe **v, uint32_t n);

// All probes when there is no text. Otherwise all texts must be plain; sets the
// body of the reply to a listing, or to a failure that names the descriptions
// without a match. False: the reply is not set, for probes of processes are wanted first.
bool listing_run(const struct dlang_env *env, struct catalogue *c, const Dtraced__List *list,
	Dtraced__WorkerReply *reply);
