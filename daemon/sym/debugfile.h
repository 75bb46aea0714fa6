// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The file with the symbols that were split off another one, where gdb would look for it.
// Whether it belongs to it is for whoever reads it to say.

#include <stddef.h>
#include <stdint.h>

#include "daemon/sym/open.h"

// How a file names its debug file; link "": not.
struct debug_name {
	const uint8_t *build_id;
	size_t nbuild_id;
	const char *link;
};

// In the root of a process, by its directory: that of the file at path there, whose key is
// file. An fd, the caller's, and its key; or a negative errno.
int debug_open(int process, const char *path, const struct file_key *file,
	const struct debug_name *name, struct file_key *key);
