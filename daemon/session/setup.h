// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Making a session out of an object: admission, charges, maps, programs.

#include "daemon/session/session.h"

// Fills in the segment, maps, tables and programs of a session that has a
// connection and nothing else. 0, a SESSION_E_* with why, or a negative errno;
// what was made so far goes with session_free().
int session_setup(struct session *s, const Dtraced__Object *object, struct reason *why);
