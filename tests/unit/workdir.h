// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A folder of its own for a test that makes files and programs; what fails ends the test.

struct workdir {
	char path[64];
};

void workdir_init(struct workdir *d);
void workdir_deinit(struct workdir *d);	// with all that is in it

// A line for the shell, in the folder; its status must be 0.
void __attribute__((format(printf, 2, 3))) workdir_shell(const struct workdir *d, const char *format, ...);
void workdir_write(const struct workdir *d, const char *name, const char *text);
