// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What actions do outside of the output's text: commands, and where the output
// goes. All of it happens with the user's rights, in the order of the records.

struct effects;

// fd: where the output goes; freopen() and ftruncate() act on it.
int effects_new(int fd, struct effects **effectsp);
struct effects *effects_free(struct effects *e);

// system(): runs the command by /bin/sh and waits for its end. 0 or negative errno.
int effects_system(const char *command);
// freopen(): "" goes back to the first output. Negative errno: the output stays.
int effects_reopen(struct effects *e, const char *path);
// ftruncate(): of a file, others are left alone.
int effects_truncate(struct effects *e);
