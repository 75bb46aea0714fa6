// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See elf.h. The two widths differ in where a field is, which is a table per
// kind of header; from there on there is one kind of everything.

#include "daemon/sym/elf.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SEGMENTS_MAX = 4096,
	SECTIONS_MAX = 1 << 16,
	NAMES_MAX = 1 << 20,
	NOTE_MAX = 1 << 16,
	DEBUGLINK_MAX = 512,
};

// ---- sources ---------------------------------------------------------------

static bool within(const struct elf_source *s, uint64_t at, uint64_t n)
{
	return at <= s->size && n <= s->size - at;
}

static bool read_memory(const struct elf_source *s, uint64_t at, void *to, size_t n)
{
	if (!within(s, at, n))
		return false;
	memcpy(to, (const char *)s->bytes + at, n);
	return true;
}

static bool read_file(const struct elf_source *s, uint64_t at, void *to, size_t n)
{
	char *p = to;

	if (!within(s, at, n))
		return false;
	while (n) {
		ssize_t r = pread(s->fd, p, n, (off_t)at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		p += r;
		at += (uint64_t)r;
		n -= (size_t)r;
	}
	return true;
}

struct elf_source elf_from_memory(const void *bytes, size_t n)
{
	return (struct elf_source){ .read = read_memory, .size = n, .bytes = bytes, .fd = -1 };
}

struct elf_source elf_from_file(int fd, uint64_t size)
{
	return (struct elf_source){ .read = read_file, .size = size, .fd = fd };
}

// ---- fields ----------------------------------------------------------------

struct field {
	uint8_t at, width;
};

#define FIELD(T, f) { offsetof(T, f), sizeof(((T *)NULL)->f) }
#define BOTH(what, f) { FIELD(Elf32_##what, f), FIELD(Elf64_##what, f) }

enum header_field { H_TYPE, H_MACHINE, H_PHOFF, H_SHOFF, H_PHENT, H_PHNUM, H_SHENT, H_SHNUM, H_SHSTR };

static const struct field header_fields[][2] = {
	[H_TYPE] = BOTH(Ehdr, e_type), [H_MACHINE] = BOTH(Ehdr, e_machine),
	[H_PHOFF] = BOTH(Ehdr, e_phoff), [H_SHOFF] = BOTH(Ehdr, e_shoff),
	[H_PHENT] = BOTH(Ehdr, e_phentsize), [H_PHNUM] = BOTH(Ehdr, e_phnum),
	[H_SHENT] = BOTH(Ehdr, e_shentsize), [H_SHNUM] = BOTH(Ehdr, e_shnum),
	[H_SHSTR] = BOTH(Ehdr, e_shstrndx),
};

enum segment_field { P_TYPE, P_FLAGS, P_OFFSET, P_VADDR, P_FILESZ, P_MEMSZ };

static const struct field segment_fields[][2] = {
	[P_TYPE] = BOTH(Phdr, p_type), [P_FLAGS] = BOTH(Phdr, p_flags),
	[P_OFFSET] = BOTH(Phdr, p_offset), [P_VADDR] = BOTH(Phdr, p_vaddr),
	[P_FILESZ] = BOTH(Phdr, p_filesz), [P_MEMSZ] = BOTH(Phdr, p_memsz),
};

enum section_field { S_NAME, S_TYPE, S_FLAGS, S_ADDR, S_OFFSET, S_SIZE, S_LINK, S_INFO, S_ENTSIZE };

static const struct field section_fields[][2] = {
	[S_NAME] = BOTH(Shdr, sh_name), [S_TYPE] = BOTH(Shdr, sh_type),
	[S_FLAGS] = BOTH(Shdr, sh_flags), [S_ADDR] = BOTH(Shdr, sh_addr),
	[S_OFFSET] = BOTH(Shdr, sh_offset), [S_SIZE] = BOTH(Shdr, sh_size),
	[S_LINK] = BOTH(Shdr, sh_link), [S_INFO] = BOTH(Shdr, sh_info),
	[S_ENTSIZE] = BOTH(Shdr, sh_entsize),
};

static uint64_t get(const char *record, const struct field f[2], bool wide)
{
	const char *p = record + f[wide].at;
	uint16_t half;
	uint32_t word;
	uint64_t whole;

	switch (f[wide].width) {
	case 2:
		memcpy(&half, p, sizeof half);
		return half;
	case 4:
		memcpy(&word, p, sizeof word);
		return word;
	default:
		memcpy(&whole, p, sizeof whole);
		return whole;
	}
}

// ---- headers ---------------------------------------------------------------

// n records of a table, each at least size bytes; the caller frees. NULL with
// *r: why.
static char *load_table(const struct elf *e, uint64_t at, uint64_t n, uint64_t entry, size_t size,
	int *r)
{
	char *table;

	*r = -ENOEXEC;
	if (entry < size || entry > 1024 || !within(&e->from, at, n * entry))
		return NULL;
	table = malloc((size_t)(n * entry));
	*r = table ? 0 : -ENOMEM;
	if (table && !e->from.read(&e->from, at, table, (size_t)(n * entry))) {
		free(table);
		*r = -EIO;
		return NULL;
	}
	return table;
}

static void read_segment(struct elf_segment *s, const char *p, bool w)
{
	*s = (struct elf_segment){
		.type = (uint32_t)get(p, segment_fields[P_TYPE], w),
		.flags = (uint32_t)get(p, segment_fields[P_FLAGS], w),
		.offset = get(p, segment_fields[P_OFFSET], w),
		.vaddr = get(p, segment_fields[P_VADDR], w),
		.filesz = get(p, segment_fields[P_FILESZ], w),
		.memsz = get(p, segment_fields[P_MEMSZ], w),
	};
}

static void read_section(struct elf_section *s, const char *p, bool w)
{
	*s = (struct elf_section){
		.name = (uint32_t)get(p, section_fields[S_NAME], w),
		.type = (uint32_t)get(p, section_fields[S_TYPE], w),
		.flags = get(p, section_fields[S_FLAGS], w),
		.addr = get(p, section_fields[S_ADDR], w),
		.offset = get(p, section_fields[S_OFFSET], w),
		.size = get(p, section_fields[S_SIZE], w),
		.link = (uint32_t)get(p, section_fields[S_LINK], w),
		.info = (uint32_t)get(p, section_fields[S_INFO], w),
		.entsize = get(p, section_fields[S_ENTSIZE], w),
	};
}

static int read_segments(struct elf *e, const char *header)
{
	uint64_t entry = get(header, header_fields[H_PHENT], e->wide);
	uint64_t n = get(header, header_fields[H_PHNUM], e->wide);
	char *table;
	int r = 0;

	if (!n)
		return 0;
	if (n > SEGMENTS_MAX)
		return -E2BIG;
	table = load_table(e, get(header, header_fields[H_PHOFF], e->wide), n, entry,
		e->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr), &r);
	if (!table)
		return r;
	e->segments = calloc((size_t)n, sizeof *e->segments);
	for (uint64_t i = 0; e->segments && i < n; i++)
		read_segment(&e->segments[i], table + i * entry, e->wide);
	e->nsegments = e->segments ? (uint32_t)n : 0;
	free(table);
	return e->segments ? 0 : -ENOMEM;
}

static int read_names(struct elf *e, uint32_t i)
{
	const struct elf_section *s = elf_section_at(e, i);
	int r = s ? elf_load(e, s, NAMES_MAX, &e->names) : -ENODATA;

	if (r == 0)
		e->names_size = (size_t)s->size;
	return r == -ENOMEM ? r : 0;
}

// A file without sections, or with a table of them that lies outside, is fine:
// its segments tell what is needed to map it.
static int read_sections(struct elf *e, const char *header)
{
	size_t size = e->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	uint64_t at = get(header, header_fields[H_SHOFF], e->wide);
	uint64_t entry = get(header, header_fields[H_SHENT], e->wide);
	uint64_t n = get(header, header_fields[H_SHNUM], e->wide);
	uint64_t names = get(header, header_fields[H_SHSTR], e->wide);
	struct elf_section first = { 0 };
	char *table;
	int r = 0;

	table = at ? load_table(e, at, 1, entry, size, &r) : NULL;
	if (!table)
		return r == -ENOMEM ? r : 0;
	read_section(&first, table, e->wide);
	free(table);
	if (!n)
		n = first.size;
	if (names == SHN_XINDEX)
		names = first.link;
	if (n > SECTIONS_MAX)
		return -E2BIG;
	table = n ? load_table(e, at, n, entry, size, &r) : NULL;
	if (!table)
		return r == -ENOMEM ? r : 0;
	e->sections = calloc((size_t)n, sizeof *e->sections);
	for (uint64_t i = 0; e->sections && i < n; i++)
		read_section(&e->sections[i], table + i * entry, e->wide);
	e->nsections = e->sections ? (uint32_t)n : 0;
	free(table);
	return e->sections ? read_names(e, (uint32_t)names) : -ENOMEM;
}

static bool is_elf(const unsigned char *header, bool *wide)
{
	int order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

	*wide = header[EI_CLASS] == ELFCLASS64;
	return memcmp(header, ELFMAG, SELFMAG) == 0 && header[EI_DATA] == order &&
		(*wide || header[EI_CLASS] == ELFCLASS32);
}

int elf_open(struct elf *e, const struct elf_source *from)
{
	char header[sizeof(Elf64_Ehdr)] = { 0 };
	int r;

	*e = (struct elf){ .from = *from };
	if (!from->read(from, 0, header, sizeof(Elf32_Ehdr)) ||
		!is_elf((const unsigned char *)header, &e->wide))
		return -ENOEXEC;
	if (e->wide && !from->read(from, 0, header, sizeof header))
		return -ENOEXEC;
	e->type = (uint16_t)get(header, header_fields[H_TYPE], e->wide);
	e->machine = (uint16_t)get(header, header_fields[H_MACHINE], e->wide);
	r = read_segments(e, header);
	return r < 0 ? r : read_sections(e, header);
}

void elf_close(struct elf *e)
{
	free(e->segments);
	free(e->sections);
	free(e->names);
	*e = (struct elf){ 0 };
}

// ---- what is in it ---------------------------------------------------------

const struct elf_section *elf_section_at(const struct elf *e, uint32_t i)
{
	return i < e->nsections ? &e->sections[i] : NULL;
}

const struct elf_section *elf_section(const struct elf *e, const char *name)
{
	for (uint32_t i = 0; i < e->nsections; i++) {
		if (e->sections[i].name < e->names_size &&
			strcmp(e->names + e->sections[i].name, name) == 0)
			return &e->sections[i];
	}
	return NULL;
}

static int load_range(const struct elf *e, uint64_t at, uint64_t n, uint64_t max, char **bytes)
{
	if (n > max)
		return -EFBIG;
	if (!within(&e->from, at, n))
		return -EIO;
	*bytes = malloc((size_t)n + 1);
	if (!*bytes)
		return -ENOMEM;
	if (!e->from.read(&e->from, at, *bytes, (size_t)n)) {
		free(*bytes);
		*bytes = NULL;
		return -EIO;
	}
	(*bytes)[n] = 0;
	return 0;
}

int elf_load(const struct elf *e, const struct elf_section *s, uint64_t max, char **bytes)
{
	if (s->type == SHT_NOBITS || !s->size)
		return -ENODATA;
	return load_range(e, s->offset, s->size, max, bytes);
}

// Between its end and that of its memory is what the loader has filled with
// zeros: of use for the names of variables only.
bool elf_address(const struct elf *e, uint64_t offset, uint64_t *address)
{
	const struct elf_segment *behind = NULL;

	for (uint32_t i = 0; i < e->nsegments; i++) {
		const struct elf_segment *s = &e->segments[i];

		if (s->type != PT_LOAD || offset < s->offset)
			continue;
		if (offset - s->offset < s->filesz) {
			*address = s->vaddr + (offset - s->offset);
			return true;
		}
		if (offset - s->offset < s->memsz)
			behind = s;
	}
	if (behind)
		*address = behind->vaddr + (offset - behind->offset);
	return behind;
}

static bool offset_in(const struct elf *e, uint32_t flag, uint64_t address, uint64_t *offset,
	uint64_t *room)
{
	for (uint32_t i = 0; i < e->nsegments; i++) {
		const struct elf_segment *s = &e->segments[i];
		uint64_t at = address - s->vaddr;

		if (s->type != PT_LOAD || !(s->flags & flag) || at >= s->filesz ||
			!within(&e->from, s->offset, s->filesz))
			continue;
		*offset = s->offset + at;
		*room = s->filesz - at;
		return true;
	}
	return false;
}

bool elf_code_offset(const struct elf *e, uint64_t address, uint64_t *offset, uint64_t *room)
{
	return offset_in(e, PF_X, address, offset, room);
}

bool elf_data_offset(const struct elf *e, uint64_t address, uint64_t *offset, uint64_t *room)
{
	return offset_in(e, PF_W, address, offset, room);
}

// ---- notes -----------------------------------------------------------------

// Notes are aligned to 4 bytes, or to 8 in a few files, whose build id has an
// owner and a size for which both come to the same.
static bool find_build_id(const char *p, size_t n, struct elf_build_id *id)
{
	static const char owner[] = "GNU";
	Elf64_Nhdr h;		// the same in 32 bits

	while (n >= sizeof h) {
		uint64_t name, all;

		memcpy(&h, p, sizeof h);
		name = sizeof h + (((uint64_t)h.n_namesz + 3) & ~UINT64_C(3));
		all = name + (((uint64_t)h.n_descsz + 3) & ~UINT64_C(3));
		if (all > n)
			return false;
		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == sizeof owner &&
			memcmp(p + sizeof h, owner, sizeof owner) == 0 && h.n_descsz &&
			h.n_descsz <= ELF_BUILD_ID_MAX) {
			id->n = (uint8_t)h.n_descsz;
			memcpy(id->bytes, p + name, id->n);
			return true;
		}
		p += all;
		n -= (size_t)all;
	}
	return false;
}

static bool build_id_at(const struct elf *e, uint64_t at, uint64_t n, struct elf_build_id *id)
{
	char *bytes = NULL;
	bool found = load_range(e, at, n, NOTE_MAX, &bytes) == 0 && find_build_id(bytes, (size_t)n, id);

	free(bytes);
	return found;
}

void elf_read_build_id(const struct elf *e, struct elf_build_id *id)
{
	enum { NOTES_MAX = 64 };
	int seen = 0;

	id->n = 0;
	for (uint32_t i = 0; i < e->nsegments && seen < NOTES_MAX; i++) {
		const struct elf_segment *s = &e->segments[i];

		if (s->type == PT_NOTE && ++seen && build_id_at(e, s->offset, s->filesz, id))
			return;
	}
	for (uint32_t i = 0; i < e->nsections && seen < 2 * NOTES_MAX; i++) {
		const struct elf_section *s = &e->sections[i];

		if (s->type == SHT_NOTE && ++seen && build_id_at(e, s->offset, s->size, id))
			return;
	}
}

bool elf_read_debuglink(const struct elf *e, char name[256], uint32_t *crc)
{
	const struct elf_section *s = elf_section(e, ".gnu_debuglink");
	char *bytes = NULL;
	size_t n, at;
	bool ok;

	if (!s || elf_load(e, s, DEBUGLINK_MAX, &bytes) < 0)
		return false;
	n = strlen(bytes);
	at = (n + 4) & ~(size_t)3;
	ok = n && n < 256 && at + sizeof *crc <= s->size && !strchr(bytes, '/') &&
		strcmp(bytes, ".") != 0 && strcmp(bytes, "..") != 0;
	if (ok) {
		memcpy(name, bytes, n + 1);
		memcpy(crc, bytes + at, sizeof *crc);
	}
	free(bytes);
	return ok;
}
