// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the daemon refuses, as dtrace(1) says it on stderr.

#include "client/options.h"
#include "proto/dtraced.pb-c.h"

// what: "compile", "list", ... is being done, for failures without diagnostics:
// `dtrace: WHAT: TEXT`. Diagnostics are printed each under the program they are about.
void failure_print(const Dtraced__Failure *failure, const struct options *o, const char *what);
// The same for errors of our own: negative errno from the connection or memory.
void error_print(int err, const char *what);
