// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The object files that dtrace -G is given. Their probe sites need no change
// here; what is found out is whether they are objects, and for which machine.

#include <stdint.h>

// 0 and the machine (e_machine of ELF), 0 when the file does not say (compiler
// bitcode, archives); 1 after telling the user what is wrong with the file.
int linkable_check(const char *path, uint16_t *machine);
// The machine that this program runs on.
uint16_t linkable_native(void);
