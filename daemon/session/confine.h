// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Sessions of users whose class is below `kernel`: what their object may hold beyond
// what admit.h looks at, whom their guards let through, and how their maps are made.

#include <stdint.h>

#include "daemon/policy/guard.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"

struct peer;
struct server;
struct session;

enum { CONFINE_E_BAD = 1, CONFINE_E_KERNEL };

// Whom a session of the peer is confined to; class 0: it is not. 0; CONFINE_E_KERNEL
// with why: this kernel has no way to confine.
int confine_find(struct server *server, const struct peer *peer, struct guard_identity *identity, struct reason *why);

// Of an object that is admitted. 0; CONFINE_E_BAD with why; or a negative errno.
int confine_object(const struct guard_identity *identity, const Dtraced__Object *object, struct reason *why);

// Of a body that is to be loaded: the checker's verdict. The same results.
int confine_body(const Dtraced__Object *object, const Dtraced__Program *program, struct reason *why);

// CPUs that the maps of a confined session have room for.
uint32_t confine_cpus(const struct guard_identity *identity, uint32_t ncpus);
