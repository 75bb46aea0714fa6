// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading the embedded run-time library, see runtime.h. Objects are read one
// by one: first the functions of all of them, then the calls, since a call may
// lead into a later object.

#include "daemon/kernel/runtime.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <linux/bpf.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/util.h"
#include "dlang/runtime/objects.h"

// What one object consists of, while it is read.
struct image {
	const char *name;
	Elf *elf;
	Elf_Data *text, *symbols, *relocs;
	size_t text_index, strings_index, nsymbols, nrelocs;
};

static void image_deinit(struct image *im)
{
	if (im->elf)
		elf_end(im->elf);
	im->elf = NULL;
}

static int image_section(struct image *im, Elf_Scn *section, const char *name, const GElf_Shdr *h)
{
	if (!strcmp(name, ".text")) {
		im->text = elf_rawdata(section, NULL);	// in place: functions point there
		im->text_index = elf_ndxscn(section);
	} else if (h->sh_type == SHT_SYMTAB) {
		im->symbols = elf_getdata(section, NULL);
		im->strings_index = h->sh_link;
		im->nsymbols = h->sh_size / h->sh_entsize;
	} else if (!strcmp(name, ".rel.text")) {
		im->relocs = elf_getdata(section, NULL);
		im->nrelocs = h->sh_size / h->sh_entsize;
	} else if (h->sh_flags & SHF_ALLOC && h->sh_size && strncmp(name, "license", 7)) {
		log_error("run-time library: %s has a section %s", im->name, name);
		return -EBADMSG;
	}
	return 0;
}

static int image_init(struct image *im, const char *name, const void *data, size_t size)
{
	Elf_Scn *section = NULL;
	size_t names;

	*im = (struct image){ .name = name };
	elf_version(EV_CURRENT);
	im->elf = elf_memory((char *)(uintptr_t)data, size);
	if (!im->elf || elf_getshdrstrndx(im->elf, &names))
		return -EBADMSG;
	while ((section = elf_nextscn(im->elf, section))) {
		GElf_Shdr h;
		const char *s;
		int r;

		if (!gelf_getshdr(section, &h) || !(s = elf_strptr(im->elf, names, h.sh_name)))
			return -EBADMSG;
		r = image_section(im, section, s, &h);
		if (r < 0)
			return r;
	}
	return 0;
}

static struct runtime_function *add_function(struct runtime *rt)
{
	struct runtime_function *f =
		reallocarray(rt->functions, rt->nfunctions + 1, sizeof *f);

	if (!f)
		return NULL;
	rt->functions = f;
	f += rt->nfunctions;
	memset(f, 0, sizeof *f);
	return f;
}

static int add_functions(struct runtime *rt, struct image *im)
{
	for (size_t i = 0; i < im->nsymbols; i++) {
		struct runtime_function *f;
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(im->symbols, (int)i, &sym))
			return -EBADMSG;
		if (GELF_ST_TYPE(sym.st_info) != STT_FUNC || sym.st_shndx != im->text_index)
			continue;
		name = elf_strptr(im->elf, im->strings_index, sym.st_name);
		if (!name || sym.st_value + sym.st_size > im->text->d_size || sym.st_size % 8)
			return -EBADMSG;
		f = add_function(rt);
		if (!f || !(f->name = strdup(name)))
			return -ENOMEM;
		f->insns = (const struct bpf_insn *)((char *)im->text->d_buf + sym.st_value);
		f->n = (uint32_t)(sym.st_size / 8);
		rt->nfunctions++;
	}
	return 0;
}

// The function that starts at, or contains, an instruction of this object.
static struct runtime_function *function_at(struct runtime *rt, const struct bpf_insn *at)
{
	for (uint32_t i = 0; i < rt->nfunctions; i++) {
		struct runtime_function *f = &rt->functions[i];

		if (at >= f->insns && at < f->insns + f->n)
			return f;
	}
	return NULL;
}

static int add_call(struct runtime *rt, const struct bpf_insn *from, int target)
{
	struct runtime_function *f = function_at(rt, from);
	struct runtime_call *calls;

	if (!f || target < 0)
		return -EBADMSG;
	calls = reallocarray(f->calls, f->ncalls + 1, sizeof *calls);
	if (!calls)
		return -ENOMEM;
	f->calls = calls;
	calls[f->ncalls++] =
		(struct runtime_call){ (uint32_t)(from - f->insns), (uint32_t)target };
	return 0;
}

static int number_at(struct runtime *rt, const struct bpf_insn *at)
{
	struct runtime_function *f = function_at(rt, at);

	return f && f->insns == at ? (int)(f - rt->functions) : -EBADMSG;
}

// The function that a relocated call means: by name, or by its place in .text.
static int call_target(
	struct runtime *rt, struct image *im, const struct bpf_insn *call, const GElf_Sym *sym)
{
	const struct bpf_insn *text = im->text->d_buf;
	const char *name;

	if (GELF_ST_TYPE(sym->st_info) == STT_SECTION && sym->st_shndx == im->text_index)
		return number_at(rt, text + call->imm + 1);
	name = elf_strptr(im->elf, im->strings_index, sym->st_name);
	return name ? runtime_find(rt, name) : -EBADMSG;
}

static int add_ref(struct runtime *rt, struct image *im, const struct bpf_insn *from, const GElf_Sym *sym)
{
	struct runtime_function *f = function_at(rt, from);
	const char *name = elf_strptr(im->elf, im->strings_index, sym->st_name);
	struct runtime_ref *refs;

	if (!f || !name || !*name || sym->st_shndx != SHN_UNDEF)
		return -EBADMSG;
	refs = reallocarray(f->refs, f->nrefs + 1, sizeof *refs);
	if (!refs)
		return -ENOMEM;
	f->refs = refs;
	refs[f->nrefs] = (struct runtime_ref){ (uint32_t)(from - f->insns), strdup(name) };
	return refs[f->nrefs++].name ? 0 : -ENOMEM;
}

static int add_relocated(struct runtime *rt, struct image *im, uint8_t *relocated)
{
	for (size_t i = 0; i < im->nrelocs; i++) {
		const struct bpf_insn *at;
		GElf_Sym sym;
		GElf_Rel rel;
		bool data;
		int r;

		if (!gelf_getrel(im->relocs, (int)i, &rel) || rel.r_offset >= im->text->d_size ||
		    !gelf_getsym(im->symbols, (int)GELF_R_SYM(rel.r_info), &sym))
			return -EBADMSG;
		at = (const struct bpf_insn *)im->text->d_buf + rel.r_offset / 8;
		relocated[rel.r_offset / 8] = 1;
		data = GELF_R_TYPE(rel.r_info) != R_BPF_64_32;
		r = data ? add_ref(rt, im, at, &sym) : add_call(rt, at, call_target(rt, im, at, &sym));
		if (r < 0) {
			log_error("run-time library: %s %s", im->name,
				data ? "refers to data" : "calls an unknown function");
			return r;
		}
	}
	return 0;
}

// Calls to static functions of the same section have their distance already.
static int add_calls(struct runtime *rt, struct image *im)
{
	const struct bpf_insn *insns = im->text ? im->text->d_buf : NULL;
	size_t n = im->text ? im->text->d_size / sizeof *insns : 0;
	CLEANUP(freep) uint8_t *relocated = calloc(n + 1, 1);
	int r;

	if (!relocated)
		return -ENOMEM;
	r = add_relocated(rt, im, relocated);
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (insns[i].code == (BPF_LD | BPF_DW | BPF_IMM))
			i++;
		else if (insns[i].code == (BPF_JMP | BPF_CALL) && !relocated[i] &&
			 insns[i].src_reg == BPF_PSEUDO_CALL)
			r = add_call(rt, insns + i, number_at(rt, insns + i + insns[i].imm + 1));
	}
	return r;
}

// Runs one of the two steps on one object.
static int with_object(struct runtime *rt, const char *name, const void *data, size_t size,
	int (*step)(struct runtime *, struct image *))
{
	CLEANUP(image_deinit) struct image im = { 0 };
	int r = image_init(&im, name, data, size);

	return r < 0 ? r : step(rt, &im);
}

int runtime_open(struct runtime *rt)
{
	const struct dt_runtime_object *o = dt_runtime_objects;
	int r = 0;

	*rt = (struct runtime){ 0 };
	for (size_t i = 0; i < dt_runtime_object_count && r >= 0; i++)
		r = with_object(rt, o[i].name, o[i].data, o[i].size, add_functions);
	for (size_t i = 0; i < dt_runtime_object_count && r >= 0; i++)
		r = with_object(rt, o[i].name, o[i].data, o[i].size, add_calls);
	if (r < 0)
		runtime_close(rt);
	return r;
}

void runtime_close(struct runtime *rt)
{
	for (uint32_t i = 0; i < rt->nfunctions; i++) {
		struct runtime_function *f = &rt->functions[i];

		for (uint32_t k = 0; k < f->nrefs; k++)
			free(f->refs[k].name);
		free(f->refs);
		free(f->name);
		free(f->calls);
	}
	free(rt->functions);
	*rt = (struct runtime){ 0 };
}

int runtime_find(const struct runtime *rt, const char *name)
{
	for (uint32_t i = 0; i < rt->nfunctions; i++) {
		if (!strcmp(rt->functions[i].name, name))
			return (int)i;
	}
	return -ENOENT;
}

static const char *const private_functions[] = {
#define RUNTIME(name, args)
#define RUNTIME_INNER(name, args)
#define RUNTIME_PRIVATE(name, args) #name,
#include "dlang/runtime/runtime.def"
#undef RUNTIME
};

bool runtime_is_private(const char *name)
{
	for (size_t i = 0; i < NELEMS(private_functions); i++) {
		if (!strcmp(private_functions[i], name))
			return true;
	}
	return false;
}

bool runtime_needs_values(const struct runtime *rt, uint32_t function)
{
	const struct runtime_function *f = &rt->functions[function];

	for (uint32_t i = 0; i < f->ncalls; i++) {
		if (f->calls[i].function != function && runtime_needs_values(rt, f->calls[i].function))
			return true;
	}
	return f->nrefs > 0;
}

static const struct runtime_value *find_value(const struct runtime_value *values, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(values[i].name, name))
			return &values[i];
	}
	log_error("run-time library: there is no value %s", name);
	return NULL;
}

int runtime_put_values(const struct runtime_function *f, struct bpf_insn *insns,
	const struct runtime_value *values, size_t n)
{
	for (uint32_t i = 0; i < f->nrefs; i++) {
		const struct runtime_value *v = find_value(values, n, f->refs[i].name);
		struct bpf_insn *p = &insns[f->refs[i].insn];

		if (!v)
			return -ENOENT;
		p[0].src_reg = v->is_map ? BPF_PSEUDO_MAP_FD : 0;
		p[0].imm = (int32_t)(uint32_t)v->value;
		p[1].imm = (int32_t)(uint32_t)(v->value >> 32);
	}
	return 0;
}
