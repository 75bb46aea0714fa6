// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// An ELF file by an fd, and whether another one is its debug file.

#include <stdbool.h>

#include "daemon/sym/elf.h"

struct elf_file {
	struct elf_source from;
	struct elf elf;
};

// The fd stays the caller's and must live as long. 0, -EBADF, or what elf_open() says;
// elf_file_close() is fine in any case.
int elf_file_open(struct elf_file *f, int fd);
void elf_file_close(struct elf_file *f);

// Whether debug was split off f: by the build id that both have, or by the checksum.
bool elf_file_belongs(const struct elf_file *f, const struct elf_file *debug);
