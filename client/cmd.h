// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What dtrace can be told to do: one function per mode, one file each. They
// return the exit status.

#include "client/link.h"
#include "client/options.h"

enum { EXIT_FATAL = 1, EXIT_USAGE = 2 };

int cmd_trace(const struct options *o, struct link *l);
int cmd_list(const struct options *o, struct link *l);
int cmd_make(const struct options *o, struct link *l);	// -h and -G

int cmd_attach(const struct options *o, struct link *l);

// Words instead of letters; argv[0] is the word.
int cmd_examples(int argc, char **argv);	// what to ask, and how
int cmd_policy(int argc, char **argv);		// policy explain
int cmd_sessions(int argc, char **argv);	// list
int cmd_show(int argc, char **argv);
int cmd_control(int argc, char **argv);		// kill, pause, resume
int cmd_freeze(int argc, char **argv);		// freeze, thaw
int cmd_top(int argc, char **argv);

// Where output goes: stdout, or the -o file, appended. A descriptor, or -1 after
// telling the user.
int cmd_open_output(const struct options *o);
// The exit status for an error of writing or of the connection: tells the user,
// except for a reader that went away.
int cmd_fail(int err, const char *what);
