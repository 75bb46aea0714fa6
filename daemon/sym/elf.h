// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// An ELF file read as hostile bytes: 32 and 64 bits, of this machine's byte
// order. Everything is copied out of the file by ranges before it is looked at,
// so a file that changes or shrinks meanwhile gives wrong answers, never a
// fault. Nothing here knows what a symbol is (sym/symbols.h) and nothing opens
// a file.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where the bytes come from. Owned by the caller; must outlive what reads it.
struct elf_source {
	// All n bytes at an offset, or false.
	bool (*read)(const struct elf_source *s, uint64_t at, void *to, size_t n);
	uint64_t size;
	const void *bytes;	// elf_from_memory()
	int fd;			// elf_from_file()
};

struct elf_source elf_from_memory(const void *bytes, size_t n);
// An fd that can be read at offsets, and the size of its file.
struct elf_source elf_from_file(int fd, uint64_t size);

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, filesz, memsz;
};

struct elf_section {
	uint32_t name, type, link, info;
	uint64_t flags, addr, offset, size, entsize;
};

struct elf {
	struct elf_source from;
	bool wide;			// 64 bits
	uint16_t type, machine;
	struct elf_segment *segments;
	struct elf_section *sections;
	uint32_t nsegments, nsections;
	char *names;			// of sections, with a NUL behind
	size_t names_size;
};

enum { ELF_BUILD_ID_MAX = 32 };

struct elf_build_id {
	uint8_t n;			// 0: none
	uint8_t bytes[ELF_BUILD_ID_MAX];
};

// 0, -ENOEXEC: not such a file, -E2BIG: more sections or segments than any real
// file has, -ENOMEM. elf_close() is fine in any case.
int elf_open(struct elf *e, const struct elf_source *from);
void elf_close(struct elf *e);

// By name, the first; NULL: none.
const struct elf_section *elf_section(const struct elf *e, const char *name);
// By number; NULL: there is no such section.
const struct elf_section *elf_section_at(const struct elf *e, uint32_t i);

// A copy of a section's bytes with a NUL behind, the caller's to free.
// 0, -ENODATA: it has none in the file, -EFBIG: more than max, -EIO, -ENOMEM.
int elf_load(const struct elf *e, const struct elf_section *s, uint64_t max, char **bytes);

// The address, as linked, of a byte of the file that is mapped. Where a page is
// shared by two segments, the one that the byte belongs to.
bool elf_address(const struct elf *e, uint64_t offset, uint64_t *address);

// The other way, for what is mapped as code, or as data that can be written: the offset of
// an address, and how many bytes the file has from there to the end of the segment. False:
// it is not in one.
bool elf_code_offset(const struct elf *e, uint64_t address, uint64_t *offset, uint64_t *room);
bool elf_data_offset(const struct elf *e, uint64_t address, uint64_t *offset, uint64_t *room);

// From a note of a segment or a section.
void elf_read_build_id(const struct elf *e, struct elf_build_id *id);

// The name and checksum (CRC-32) of the file that .gnu_debuglink names; a name
// that is not a plain file name is refused. False: there is none.
bool elf_read_debuglink(const struct elf *e, char name[256], uint32_t *crc);
