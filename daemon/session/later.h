// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Code that is loaded while a session runs: libraries by dlopen(), another program by
// exec(), and, where a session's probes are in all processes, programs that nobody ran
// before. The kernel tells of each executable mapping (sym/sideband.h); a file that was
// not looked at for the session is, for what the session's descriptions want in it, and
// the programs that the session has are attached to what is found. The client is told
// the names before, or why something cannot be traced.
//
// A process that is forked has no probes but those in all processes.

#include "daemon/policy/policy.h"

struct later;
struct session;
struct viewer;

// Listens for a session that is about to be attached; nothing if it has no probes in
// processes. Without memory, or if the kernel does not tell: a line in the log.
void later_start(struct session *s);

// The session runs: looks at what has come since its places were found.
void later_go(struct later *l);

// What the policy says to the probes that were added. NULL is fine.
enum verdict later_judge(const struct later *l, struct reason *why);

// Tells a new viewer the names of what has been added. NULL is fine.
void later_greet(const struct later *l, struct viewer *v);

// Adds nothing any more. NULL is fine.
void later_stop(struct later *l);
// The same, before the session's programs go.
struct later *later_free(struct later *l);
