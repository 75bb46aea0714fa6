// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// tracefs lists what can be traced, "NAME" or "NAME [MODULE]" a line. It is read into a hash table that
// lives as long as the reading, and is asked about each function of BTF; what nobody asked about has no BTF.

#include "providers/shared/kfunctions.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dlang/base/arena.h"
#include "dlang/base/vec.h"
#include "dlang/types/modules.h"

enum { PIECE = 1 << 20 };

// A line, by name.
struct listed {
	const char *name, *module;	// module NULL: of the kernel
	uint32_t lines;			// of this name
	bool known;			// BTF has it
};

struct list {
	char *text;
	size_t size;
	struct listed *slots;		// of which mask + 1, NULL names are free
	uint32_t mask;
};

struct reading {
	struct arena *arena;
	struct modules *modules;
	struct list list;
	VEC(struct function) functions;
	VEC(struct function_section) sections;
};

static void list_deinit(struct list *l)
{
	free(l->text);
	free(l->slots);
}

static void reading_deinit(struct reading *r)
{
	list_deinit(&r->list);
}

static void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static struct listed *slot_of(const struct list *l, const char *name)
{
	uint32_t h = 2166136261u;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	h ^= h >> 15;
	while (l->slots[h & l->mask].name && strcmp(l->slots[h & l->mask].name, name) != 0)
		h++;
	return &l->slots[h & l->mask];
}

// The whole file and a NUL.
static int read_text(struct list *l, const char *tracefs)
{
	char path[512];
	__attribute__((cleanup(closep))) int fd = -1;
	ssize_t n = 1;

	snprintf(path, sizeof path, "%s/available_filter_functions", tracefs);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (size_t room = 0; n > 0; l->size += (size_t)n) {
		if (l->size + 1 >= room) {
			char *text = realloc(l->text, room += PIECE);

			if (!text)
				return -ENOMEM;
			l->text = text;
		}
		n = read(fd, l->text + l->size, room - l->size - 1);
		if (n < 0)
			return -errno;
	}
	l->text[l->size] = '\0';
	return 0;
}

// "name [module]" is cut into its parts.
static void add_line(struct list *l, char *line)
{
	char *gap = strchr(line, ' '), *module = NULL;
	struct listed *slot;

	if (gap) {
		*gap = '\0';
		module = gap + 2;
		module[strcspn(module, "]")] = '\0';
	}
	if (!*line)
		return;
	slot = slot_of(l, line);
	if (!slot->name)
		*slot = (struct listed){ .name = line, .module = module };
	slot->lines++;
}

static int read_list(struct list *l, const char *tracefs)
{
	uint32_t lines = 0, size = 16;
	int r = read_text(l, tracefs);
	char *rest;

	if (r < 0)
		return r;
	for (const char *p = l->text; *p; p++)
		lines += *p == '\n';
	while (size < 2 * lines)
		size *= 2;
	l->slots = calloc(size, sizeof *l->slots);
	if (!l->slots)
		return -ENOMEM;
	l->mask = size - 1;
	rest = l->text;
	while (rest)
		add_line(l, strsep(&rest, "\n"));
	return 0;
}

static enum function_state state_of(const struct listed *s, const char *module)
{
	if (!s->name || !s->module != !module || (module && strcmp(module, s->module) != 0))
		return FUNCTION_HIDDEN;
	return s->lines > 1 ? FUNCTION_AMBIGUOUS : FUNCTION_TRACEABLE;
}

static int by_name(const void *x, const void *y)
{
	const struct function *a = x, *b = y;

	return strcmp(a->name, b->name);
}

static void end_section(struct reading *r)
{
	struct function_section *s = &vec_last(&r->sections);

	s->end = r->functions.n;
	if (s->end > s->first)
		qsort(r->functions.v + s->first, s->end - s->first, sizeof *r->functions.v, by_name);
}

// The functions among n types; module NULL: of the kernel.
static void add_section(struct reading *r, const char *module, uint32_t first, uint32_t n)
{
	vec_push(r->arena, &r->sections, (struct function_section){
		.module = module ? module : "vmlinux", .first = r->functions.n });
	for (uint32_t i = first; i < first + n; i++) {
		const struct btf_type *t = modules_type(r->modules, i);
		struct listed *listed;
		const char *name;

		if (!t || BTF_INFO_KIND(t->info) != BTF_KIND_FUNC)
			continue;
		name = modules_string(r->modules, i, t->name_off);
		listed = slot_of(&r->list, name);
		vec_push(r->arena, &r->functions, (struct function){ .name = name, .type = i,
			.section = (uint16_t)(r->sections.n - 1), .state = (uint8_t)state_of(listed, module) });
		listed->known |= state_of(listed, module) != FUNCTION_HIDDEN;
	}
}

// What is left of the list.
static void add_unsigned(struct reading *r)
{
	for (uint32_t i = 0; i <= r->list.mask; i++) {
		const struct listed *s = &r->list.slots[i];

		if (s->name && !s->known && !s->module)
			vec_push(r->arena, &r->functions, (struct function){
				.name = arena_strndup(r->arena, s->name, strlen(s->name)),
				.state = strchr(s->name, '.') ? FUNCTION_PART : FUNCTION_UNSIGNED });
	}
}

int kfunctions_read(struct arena *a, struct modules *m, const char *tracefs, struct functions *out)
{
	__attribute__((cleanup(reading_deinit))) struct reading r = { .arena = a, .modules = m };
	const char *name = "vmlinux";
	uint32_t first, n;
	int error = read_list(&r.list, tracefs);

	if (error < 0)
		return error;
	add_section(&r, NULL, 1, modules_kernel(m));
	add_unsigned(&r);
	end_section(&r);
	for (uint32_t i = 0; name && r.sections.n < UINT16_MAX; i++) {
		if (!modules_range(m, i, &name, &first, &n))
			continue;
		add_section(&r, name, first, n);
		end_section(&r);
	}
	*out = (struct functions){ r.functions.v, r.functions.n, r.sections.v, r.sections.n };
	return 0;
}

uint32_t kfunctions_next(const struct functions *f, uint32_t i, const char *prefix, uint32_t n)
{
	while (i < f->n && strncmp(f->v[i].name, prefix, n)) {
		uint32_t low = i, end = f->sections[f->v[i].section].end, high = end;

		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (strncmp(f->v[mid].name, prefix, n) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < end && !strncmp(f->v[low].name, prefix, n))
			return low;
		i = end;
	}
	return i;
}
