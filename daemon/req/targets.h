// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Processes that a client names, where it numbers them otherwise than the core: in
// another pid namespace, as of a container. Those of -c and -p, and the client itself,
// get the numbers that they have here, which are also what its program sees.

#include <stdbool.h>
#include <stdint.h>

#include "proto/dtraced.pb-c.h"

struct conn;
struct peer;

// Whether the client is in another pid namespace; not if that cannot be found out.
bool targets_are_elsewhere(const struct peer *peer);

// False: one of them is not there, and the client has been told.
bool targets_translate(struct conn *c, uint32_t tag, Dtraced__Target *const *targets, size_t n, Dtraced__Macro *const *macros,
	size_t nmacros);
