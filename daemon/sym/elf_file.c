// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/elf_file.h"

#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/util.h"

enum { PIECE = 1 << 16, CHECKED_MAX = 1 << 30 };

int elf_file_open(struct elf_file *f, int fd)
{
	struct stat st;

	*f = (struct elf_file){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return -EBADF;
	f->from = elf_from_file(fd, (uint64_t)st.st_size);
	return elf_open(&f->elf, &f->from);
}

void elf_file_close(struct elf_file *f)
{
	elf_close(&f->elf);
}

static bool has_crc(const struct elf_source *from, uint32_t expected)
{
	CLEANUP(freep) uint8_t *piece = malloc(PIECE);
	uint32_t crc = 0;

	if (!piece || from->size > CHECKED_MAX)
		return false;
	for (uint64_t at = 0; at < from->size; at += PIECE) {
		size_t n = from->size - at < PIECE ? (size_t)(from->size - at) : PIECE;

		if (!from->read(from, at, piece, n))
			return false;
		crc = lzma_crc32(piece, n, crc);
	}
	return crc == expected;
}

bool elf_file_belongs(const struct elf_file *f, const struct elf_file *debug)
{
	struct elf_build_id a, b;
	char name[256];
	uint32_t crc;

	elf_read_build_id(&f->elf, &a);
	elf_read_build_id(&debug->elf, &b);
	if (a.n && b.n)
		return a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0;
	return elf_read_debuglink(&f->elf, name, &crc) && has_crc(&debug->from, crc);
}
