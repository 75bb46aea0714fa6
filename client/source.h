// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Reading of D files: scripts (-s) and libraries (-L).

#include <stdbool.h>

#include "client/options.h"

// Reads text->arg into text->data; at most PROTO_SOURCE bytes. A script may come out
// of a pipe, a library is a regular file. 0; 1 after telling the user what is wrong;
// or -ENOMEM.
int source_read(struct text *text, bool is_library);
// All *.d of a directory, by name, behind those there are.
int source_read_directory(struct options *o, const char *dir);
