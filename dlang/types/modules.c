// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// BTF of modules, see modules.h.

#include "dlang/types/modules.h"

#include <linux/btf.h>
#include <string.h>

#include "dlang/base/vec.h"

struct module {
	const char *name;
	const void *data;
	size_t size;
	bool looked_at;
	struct btf *btf;	// NULL: not yet looked at, or corrupt
	uint32_t first;		// number here of its own first type
};

struct modules {
	struct arena *arena;
	const struct btf *kernel;
	uint32_t next;		// number of the first type of the next one
	VEC(struct module) all;
};

struct modules *modules_new(struct arena *a, const struct btf *kernel)
{
	struct modules *m = ARENA_NEW(a, struct modules);

	m->arena = a;
	m->kernel = kernel;
	m->next = btf_count(kernel) + 1;
	return m;
}

void modules_add(struct modules *m, const char *name, const void *data, size_t size)
{
	vec_push(m->arena, &m->all, (struct module){ .name = name, .data = data, .size = size });
}

static void look_at(struct modules *m, struct module *mod)
{
	const char *why;

	if (mod->looked_at)
		return;
	mod->looked_at = true;
	if (btf_open_split(m->arena, m->kernel, mod->data, mod->size, &mod->btf, &why) < 0)
		return;
	if (m->next + btf_count(mod->btf) < m->next) {
		mod->btf = NULL;
		return;
	}
	mod->first = m->next;
	m->next += btf_count(mod->btf);
}

// A module's name has dashes or underscores, as its writer likes.
static bool is_named(const struct module *mod, const char *name, size_t len)
{
	if (strlen(mod->name) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (mod->name[i] != name[i] && !(mod->name[i] == '_' && name[i] == '-'))
			return false;
	return true;
}

uint32_t modules_find(struct modules *m, const char *module, size_t len, const char *name, uint32_t kind)
{
	for (uint32_t i = 0; i < m->all.n; i++) {
		struct module *mod = &m->all.v[i];
		uint32_t id;

		if (module && !is_named(mod, module, len))
			continue;
		look_at(m, mod);
		id = mod->btf ? btf_find(mod->btf, name, kind) : 0;
		if (id && BTF_INFO_KIND(btf_type_by_id(mod->btf, id)->info) != BTF_KIND_FWD)
			return mod->first + id - 1;
	}
	return 0;
}

uint32_t modules_kernel(const struct modules *m)
{
	return btf_count(m->kernel);
}

bool modules_range(struct modules *m, uint32_t i, const char **name, uint32_t *first, uint32_t *n)
{
	struct module *mod = i < m->all.n ? &m->all.v[i] : NULL;

	*name = mod ? mod->name : NULL;
	if (!mod)
		return false;
	look_at(m, mod);
	if (!mod->btf)
		return false;
	*first = mod->first;
	*n = btf_count(mod->btf);
	return true;
}

// Whose type it is; NULL: the kernel's, or nobody's.
static const struct module *module_at(const struct modules *m, uint32_t id)
{
	for (uint32_t i = 0; i < m->all.n && id > btf_count(m->kernel); i++) {
		const struct module *mod = &m->all.v[i];

		if (mod->btf && id >= mod->first && id - mod->first < btf_count(mod->btf))
			return mod;
	}
	return NULL;
}

const struct btf_type *modules_type(const struct modules *m, uint32_t id)
{
	const struct module *mod = module_at(m, id);

	return mod ? btf_type_by_id(mod->btf, id - mod->first + 1) : btf_type_by_id(m->kernel, id);
}

const char *modules_string(const struct modules *m, uint32_t id, uint32_t off)
{
	const struct module *mod = module_at(m, id);

	return btf_string(mod ? mod->btf : m->kernel, off);
}

uint32_t modules_reference(const struct modules *m, uint32_t id, uint32_t to)
{
	const struct module *mod = module_at(m, id);

	if (!mod || to <= btf_count(m->kernel))
		return to;
	to -= btf_count(m->kernel) + 1;
	return to < btf_count(mod->btf) ? mod->first + to : 0;
}
