// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Arbitrary bytes as .eh_frame, and as an ELF file with one: what is built must
// pass the core's check.

#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/unwind_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int r, struct unwind_table *t)
{
	if (r < 0)
		return;
	if (!unwind_table_check(t))
		abort();
	unwind_table_deinit(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);	// its end is guarded
	struct elf_source source = elf_from_memory(copy, size);
	struct unwind_table t;
	struct elf e;

	memcpy(copy, data, size);
	check(unwind_build(&t, copy, size, 0x400000), &t);
	if (elf_open(&e, &source) == 0)
		check(unwind_build_elf(&t, &e), &t);
	elf_close(&e);
	free(copy);
	return 0;
}
