// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

#include "daemon/sym/perfmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/symtab.h"
#include "daemon/sym/symtab_elf.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// A number and the blanks behind it; NULL: there is none.
static char *read_hex(char *p, uint64_t *value)
{
	char *start;

	if (p[0] == '0' && (p[1] | 32) == 'x')
		p += 2;
	start = p;
	for (*value = 0; digit(*p) >= 0; p++)
		*value = *value << 4 | (uint64_t)digit(*p);
	if (p == start || (*p != ' ' && *p != '\t'))
		return NULL;
	return p + strspn(p, " \t");
}

static int add_line(struct sym_list *l, char *line)
{
	struct sym_raw s = { .rank = (uint32_t)l->n << 8 | SYM_SIZED };
	char *p = read_hex(line, &s.address);

	if (p)
		p = read_hex(p, &s.size);
	if (!p || !*p || !s.size)
		return 0;
	p[strcspn(p, "\r")] = 0;
	s.name = p;
	return sym_list_add(l, s);
}

// The text ends with a NUL.
static int add_lines(struct sym_list *l, char *text)
{
	int r = 0;

	for (char *line = text, *end; r == 0 && *line; line = end + 1) {
		end = strchrnul(line, '\n');
		if (!*end)
			break;		// being written
		*end = 0;
		r = add_line(l, line);
	}
	return r;
}

static int load(const struct elf_source *from, uint64_t max, char **text, bool *partial)
{
	uint64_t n = from->size < max ? from->size : max;
	char *p = malloc((size_t)n + 1);

	if (!p)
		return -ENOMEM;
	if (!from->read(from, from->size - n, p, (size_t)n)) {
		free(p);
		return -EIO;
	}
	for (uint64_t i = 0; i < n; i++) {
		if (!p[i])
			p[i] = '?';
	}
	p[n] = 0;
	*partial = n < from->size;
	*text = p;
	return 0;
}

int perfmap_read(struct symtab **tp, const struct elf_source *from,
	const struct symtab_limits *limits, bool *partial)
{
	// The order of lines is in the rank, above the bits of names.
	struct sym_list l = { .max = limits->symbols < 1 << 23 ? limits->symbols : 1 << 23 };
	char *text = NULL;
	int r = load(from, limits->bytes, &text, partial);

	if (r == 0)
		r = add_lines(&l, *partial ? strchrnul(text, '\n') : text);
	if (r == 0)
		r = symtab_build(tp, &l, (size_t)limits->bytes);
	*partial |= l.full;
	sym_list_deinit(&l);
	free(text);
	return r;
}
