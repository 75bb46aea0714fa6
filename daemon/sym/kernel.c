// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The symbols of the kernel, see kernel.h. A line is "ffffffff81000000 T name",
// and of a module's symbol "\t[module]" behind it. The text is kept and cut in
// place; an index sorted by address points into it.
//
// There are no sizes in it. An address belongs to the symbol in front of it, but
// not without limit: behind the kernel's last function, or a module's, comes
// something else.

#include "daemon/sym/kernel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/sym/sym.h"
#include "daemon/util.h"

enum { FIRST_ROOM = 8 << 20, MODULE_GAP = 64 << 10, TEXT_GAP = 1 << 20, DATA_GAP = 64 << 20, MAX_AGE_NS = 1000000000 };

// Below are per-CPU offsets and other numbers that are no addresses.
static const uint64_t kernel_half = UINT64_C(1) << 63;

struct symbol {
	uint64_t address;
	uint32_t name, module;	// offsets in the text; module 0: of the kernel itself
	char type;
};

struct kernel_symbols {
	int fd;
	uint64_t read_at;	// 0: never
	char *text;
	size_t len, room;
	struct symbol *list;
	size_t n, cap;
};

struct kernel_symbols *kernel_symbols_new(int fd)
{
	struct kernel_symbols *k = calloc(1, sizeof *k);

	if (k)
		k->fd = fd;
	return k;
}

// ---- reading ---------------------------------------------------------------

// The whole list, and a NUL.
static int read_text(struct kernel_symbols *k)
{
	ssize_t n = 1;

	k->len = 0;
	if (lseek(k->fd, 0, SEEK_SET) < 0)
		return -errno;
	while (n > 0) {
		if (k->len + 1 >= k->room) {
			size_t room = k->room ? 2 * k->room : FIRST_ROOM;
			char *text = realloc(k->text, room);

			if (!text)
				return -ENOMEM;
			k->text = text;
			k->room = room;
		}
		n = read(k->fd, k->text + k->len, k->room - k->len - 1);
		if (n < 0 && errno != EINTR)
			return -errno;
		k->len += n > 0 ? (size_t)n : 0;
	}
	k->text[k->len] = '\0';
	return k->len < UINT32_MAX ? 0 : -EFBIG;
}

static int push(struct kernel_symbols *k, struct symbol s)
{
	if (k->n == k->cap) {
		size_t cap = k->cap ? 2 * k->cap : 1 << 17;
		struct symbol *list = reallocarray(k->list, cap, sizeof *list);

		if (!list)
			return -ENOMEM;
		k->list = list;
		k->cap = cap;
	}
	k->list[k->n++] = s;
	return 0;
}

// A line whose newline has become a NUL.
static int add_line(struct kernel_symbols *k, char *line)
{
	char *at, *tab, *bracket;
	struct symbol s = { .address = strtoull(line, &at, 16) };

	if (s.address < kernel_half || at[0] != ' ' || !at[1] || at[2] != ' ')
		return 0;
	s.type = at[1];
	s.name = (uint32_t)(at + 3 - k->text);
	tab = strchr(at + 3, '\t');
	if (tab && tab[1] == '[' && (bracket = strchr(tab, ']'))) {
		*tab = *bracket = '\0';
		s.module = (uint32_t)(tab + 2 - k->text);
	}
	return push(k, s);
}

// Of those at one address the first in the list comes first, as in the kernel's own messages.
static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static int read_list(struct kernel_symbols *k)
{
	char *line, *end;
	int r = read_text(k);

	k->n = 0;
	for (line = k->text; r == 0 && line < k->text + k->len; line = end + 1) {
		end = strchrnul(line, '\n');
		*end = '\0';
		r = add_line(k, line);
	}
	if (r == 0)
		qsort(k->list, k->n, sizeof *k->list, by_address);
	k->read_at = clock_ns(CLOCK_MONOTONIC);
	return r;
}

// ---- looking up ------------------------------------------------------------

static bool is_end_mark(const char *name)
{
	return !strcmp(name, "_etext") || !strcmp(name, "_einittext") || !strcmp(name, "_end");
}

static bool reaches(const struct kernel_symbols *k, const struct symbol *s, uint64_t offset)
{
	bool text = (s->type | 32) == 't' || (s->type | 32) == 'w';

	if (s->module)
		return offset < MODULE_GAP;
	return offset < (text ? TEXT_GAP : DATA_GAP) && (offset == 0 || !is_end_mark(k->text + s->name));
}

// The first of those with the highest address that is not above.
static const struct symbol *search(const struct kernel_symbols *k, uint64_t address)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (k->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	while (low > 1 && k->list[low - 2].address == k->list[low - 1].address)
		low--;
	return low ? &k->list[low - 1] : NULL;
}

static bool find_one(const struct kernel_symbols *k, uint64_t address, struct sym_answer *out)
{
	const struct symbol *s = address < kernel_half ? NULL : search(k, address);

	*out = (struct sym_answer){ .module = "", .symbol = "", .offset = address };
	if (!s || !reaches(k, s, address - s->address))
		return address < kernel_half;
	out->module = s->module ? k->text + s->module : "vmlinux";
	out->symbol = k->text + s->name;
	out->offset = address - s->address;
	return true;
}

int kernel_symbols_find(
	struct kernel_symbols *k, const uint64_t *addresses, size_t n, struct sym_answer *out)
{
	bool all = false;
	int r = 0;

	while (r == 0 && !all) {
		if (k->read_at) {
			all = true;
			for (size_t i = 0; i < n; i++)
				all &= find_one(k, addresses[i], &out[i]);
			all |= clock_ns(CLOCK_MONOTONIC) - k->read_at < MAX_AGE_NS;
		}
		if (!all)
			r = read_list(k);
	}
	return r;
}
