// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See notes.h. A note's description is three words of the file's width and three strings:
// where the probe is, where .stapsdt.base was when that was written down (a linker that moved
// the code did not know of the notes), where its semaphore is; provider, name, arguments.

#include "daemon/sym/notes.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/place_wire.h"

#define SECTION ".note.stapsdt"

enum {
	TYPE = 3,
	BYTES_MAX = 16 << 20,
	NOTES_MAX = 1 << 16,
	WORDS = 3,
	WORD = 8,		// files for 32 bits are not looked at
};

static const char owner[] = "stapsdt";

bool notes_are_in(const struct elf *e)
{
	const struct elf_section *s = elf_section(e, SECTION);

	return s && s->type == SHT_NOTE && s->size;
}

// A string that ends within the description, and what is behind it; NULL: it does not.
static const char *take_string(const char **p, size_t *n)
{
	const char *s = *p, *end = memchr(s, 0, *n);

	if (!end)
		return NULL;
	*n -= (size_t)(end + 1 - s);
	*p = end + 1;
	return s;
}

static bool is_name(const char *s)
{
	return *s && place_is_name(s);
}

static bool parse(const char *p, size_t n, uint64_t base, struct note *to)
{
	uint64_t words[WORDS], moved;

	if (n < sizeof words)
		return false;
	memcpy(words, p, sizeof words);
	p += sizeof words;
	n -= sizeof words;
	moved = words[1] && base ? base - words[1] : 0;
	to->pc = words[0] + moved;
	to->semaphore = words[2] ? words[2] + moved : 0;
	to->provider = take_string(&p, &n);
	to->name = to->provider ? take_string(&p, &n) : NULL;
	to->args = to->name ? take_string(&p, &n) : NULL;
	return to->args && is_name(to->provider) && is_name(to->name);
}

static size_t aligned(uint64_t n)
{
	return (size_t)((n + 3) & ~UINT64_C(3));
}

static void parse_all(struct notes *notes, size_t n, uint64_t base)
{
	const char *p = notes->bytes;
	Elf64_Nhdr h;

	while (n >= sizeof h && notes->n < NOTES_MAX) {
		size_t name, all;

		memcpy(&h, p, sizeof h);
		name = sizeof h + aligned(h.n_namesz);
		all = name + aligned(h.n_descsz);
		if (all > n)
			return;
		if (h.n_type == TYPE && h.n_namesz == sizeof owner && memcmp(p + sizeof h, owner, sizeof owner) == 0 &&
			parse(p + name, h.n_descsz, base, &notes->v[notes->n]))
			notes->n++;
		p += all;
		n -= all;
	}
}

int notes_read(struct notes *n, const struct elf *e)
{
	const struct elf_section *s = elf_section(e, SECTION), *base = elf_section(e, ".stapsdt.base");
	size_t most;
	int r;

	*n = (struct notes){ 0 };
	if (!s || s->type != SHT_NOTE || !e->wide)
		return 0;
	r = elf_load(e, s, BYTES_MAX, &n->bytes);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	most = (size_t)s->size / (sizeof(Elf64_Nhdr) + sizeof owner + WORDS * WORD);
	n->v = calloc((most < NOTES_MAX ? most : NOTES_MAX) + 1, sizeof *n->v);
	if (!n->v)
		return -ENOMEM;
	parse_all(n, (size_t)s->size, base ? base->addr : 0);
	return 0;
}

void notes_deinit(struct notes *n)
{
	free(n->bytes);
	free(n->v);
	*n = (struct notes){ 0 };
}
