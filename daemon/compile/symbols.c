// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// See symbols.h. A line is "ffffffff81000000 T name", and of a module's symbol
// "\t[module]" behind it. Two names of one hash (2^-64) would be confused, so
// what a look-up gives is never a matter of trust.

#include "daemon/compile/symbols.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/util.h"
#include "dlang/base/arena.h"
#include "dlang/base/vec.h"
#include "dlang/dlang.h"

enum {
	PIECE = 1 << 16,
	MANY_VARIABLES = 500,	// a kernel without CONFIG_KALLSYMS_ALL lists fewer
};

struct symbol {
	uint64_t key, address;
};

struct table {
	VEC(struct symbol) list;	// "name", and of modules "module`name", too
	uint32_t ndata;			// variables among them
};

static uint64_t hash(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
	return h;
}

static uint64_t key_of(const char *mod, size_t mod_len, const char *name, size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037);

	if (mod)
		h = hash(hash(h, mod, mod_len), "`", 1);
	return hash(h, name, len);
}

static const struct symbol *look_up(const struct table *t, uint64_t key)
{
	for (uint32_t i = 0; i < t->list.n; i++)
		if (t->list.v[i].key == key)
			return &t->list.v[i];
	return NULL;
}

static bool find(const void *ctx, const char *mod, const char *name, uint64_t *address)
{
	const struct symbol *s = look_up(ctx, key_of(mod, mod ? strlen(mod) : 0, name, strlen(name)));

	if (s)
		*address = s->address;
	return s;
}

static uint64_t after(const void *ctx, uint64_t address)
{
	const struct table *t = ctx;
	uint64_t next = 0;

	for (uint32_t i = 0; i < t->list.n; i++) {
		uint64_t a = t->list.v[i].address;

		if (a > address && (!next || a < next))
			next = a;
	}
	return next;
}

// ---- many at once ----------------------------------------------------------

// The names that are looked for, by key; linear probing.
struct wanted {
	uint64_t key;
	struct symbol_place *place;	// NULL: free
	bool found;
};

static struct wanted *wanted_slot(struct wanted *slots, uint32_t mask, uint64_t key)
{
	uint32_t i = (uint32_t)(key ^ key >> 32) & mask;

	while (slots[i].place && slots[i].key != key)
		i = (i + 1) & mask;
	return &slots[i];
}

void symbols_place(const struct symbol_source *s, struct arena *a, struct symbol_place *v, uint32_t n)
{
	const struct table *t = s->ctx;
	struct wanted *slots;
	uint32_t size = 16;

	while (size < 2 * n)
		size *= 2;
	slots = arena_alloc(a, size * sizeof *slots);
	for (uint32_t i = 0; i < n; i++) {
		uint64_t key = key_of(NULL, 0, v[i].name, strlen(v[i].name));

		v[i].address = 0;
		*wanted_slot(slots, size - 1, key) = (struct wanted){ .key = key, .place = &v[i] };
	}
	for (uint32_t i = 0; i < t->list.n; i++) {
		struct wanted *w = wanted_slot(slots, size - 1, t->list.v[i].key);

		if (!w->place)
			continue;
		w->place->address = w->found ? 0 : t->list.v[i].address;
		w->found = true;
	}
}

// ---- reading ---------------------------------------------------------------

static int copy_list(void)
{
	CLEANUP(closep) int in = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	CLEANUP(closep) int out = memfd_create("kallsyms", MFD_CLOEXEC);
	char piece[PIECE];
	ssize_t n;
	int fd;

	if (in < 0 || out < 0)
		return -1;
	while ((n = read(in, piece, sizeof piece)) > 0)
		if (write(out, piece, (size_t)n) != n)
			return -1;
	if (n < 0 || lseek(out, 0, SEEK_SET) < 0)
		return -1;
	fd = out;
	out = -1;
	return fd;
}

static bool is_noise(const char *name, size_t len)
{
	return memchr(name, '.', len) || (len > 6 && (!memcmp(name, "__ksym", 6) || !memcmp(name, "__kstr", 6) ||
						       !memcmp(name, "__pfx_", 6)));
}

// A line without its newline.
static void add_line(struct arena *a, struct table *t, const char *at, const char *end)
{
	uint64_t address = 0;
	const char *name, *tab;
	size_t len;

	for (; at < end && *at != ' '; at++)
		address = address << 4 | (uint64_t)(*at <= '9' ? *at - '0' : (*at | 32) - 'a' + 10);
	if (end - at < 4 || !address)
		return;
	t->ndata += at[1] == 'B' || at[1] == 'b';
	name = at + 3;
	tab = memchr(name, '\t', (size_t)(end - name));
	len = (size_t)((tab ? tab : end) - name);
	if (is_noise(name, len))
		return;
	vec_push(a, &t->list, (struct symbol){ key_of(NULL, 0, name, len), address });
	if (tab && end - tab > 3)
		vec_push(a, &t->list,
			(struct symbol){ key_of(tab + 2, (size_t)(end - tab - 3), name, len), address });
}

// Room for all entries at once: a vector that grows leaves its old memory behind.
static uint32_t count_entries(const char *text, size_t size)
{
	uint32_t n = 1;

	for (size_t i = 0; i < size; i++)
		n += text[i] == '\n' || text[i] == '\t';
	return n;
}

static void read_table(struct arena *a, const char *text, size_t size, struct symbol_source *out)
{
	struct table *t = ARENA_NEW(a, struct table);
	const char *at = text, *end = text + size, *newline;

	t->list.cap = count_entries(text, size);
	t->list.v = arena_alloc(a, t->list.cap * sizeof *t->list.v);
	for (; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			newline = end;
		add_line(a, t, at, newline);
	}
	out->ctx = t;
	out->find = find;
	out->after = after;
	out->nothing = !t->list.n;
	out->has_data = t->ndata >= MANY_VARIABLES;
	find(t, NULL, "__per_cpu_offset", &out->percpu_offsets);
}

int symbols_read(struct arena *a, struct symbol_source *out)
{
	static const struct table empty;
	int fd = copy_list();
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	void *p = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;

	*out = (struct symbol_source){ .ctx = &empty, .find = find, .after = after,
		.nothing = true };
	if (p == MAP_FAILED)
		return fd;
	read_table(a, p, (size_t)size, out);
	munmap(p, (size_t)size);
	lseek(fd, 0, SEEK_SET);
	return fd;
}
