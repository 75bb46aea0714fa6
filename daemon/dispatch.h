// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Which request goes where: one table, a row per message.

#include "proto/dtraced.pb-c.h"

struct conn;

// Checks state, right and session, and calls the handler. Every request gets an
// answer with its tag, now or later, unless the connection dies.
void dispatch(struct conn *c, const Dtraced__Request *request);
