// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Asking the daemon for its sessions, and saying what they are.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client/link.h"

// All of an answer, in the order in which they began.
struct sessions {
	Dtraced__Reply **frames;
	size_t nframes;
	Dtraced__SessionInfo **list;
	size_t n;
};

void sessions_deinit(struct sessions *s);
#define _cleanup_sessions_ __attribute__((cleanup(sessions_deinit)))

// name "": all. 0; 1 after telling the user why not (what: "failed to ..."); or negative errno.
int sessions_ask(struct link *l, const char *name, bool details, bool cost, const char *what, struct sessions *s);

const char *session_state(const Dtraced__SessionInfo *s);
// The name of its user, or the uid; room for n bytes.
const char *session_user(const Dtraced__SessionInfo *s, char *text, size_t n);
// Local time.
const char *session_since(const Dtraced__SessionInfo *s, char *text, size_t n);
// Records and the like that were lost.
uint64_t session_drops(const Dtraced__SessionInfo *s);
