// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The whole compile, on the running kernel's BTF and catalogue. The first byte
// is the kind of text, and what is to be made of it. A compile ends with an object or with diagnostics, never
// both or neither; what it generates keeps to the limits of a BPF program.

#include <assert.h>
#include <elf.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/compile/warm.h"
#include "dlang/bpf/insn.h"
#include "dlang/dlang.h"
#include "dlang/syntax/source.h"
#include "dlang/types/type.h"
#include "providers/catalogue.h"

enum { MEMORY = 64 << 20, MAX_PROBES = 4000, STACK = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void __attribute__((noreturn)) exhausted(void *ctx)
{
	longjmp(*(jmp_buf *)ctx, 1);
}

static const struct warm *warm(void)
{
	static struct warm w;
	const char *why;

	if (!w.arena && warm_init(&w, &why))
		abort();
	return &w;
}

static bool take_first(void *arg, const struct probe *p)
{
	*(const struct probe **)arg = p;
	return false;
}

static void check_object(const struct object *o)
{
	for (uint32_t i = 0; i < o->programs.n; i++) {
		const struct bpf_body *b = &o->programs.v[i].body;

		assert(b->n > 0 && b->stack <= STACK);
		assert(b->insns[b->n - 1].code);
		for (uint32_t k = 0; k < b->relocs.n; k++)
			assert(b->relocs.v[k].insn < b->n);
	}
	assert(o->layout.area_size % 4096 == 0 && o->layout.ctl_size % 4096 == 0);
	for (uint32_t i = 0; i < o->tables.n; i++)
		assert(o->tables.v[i].offset < o->layout.area_size);
}

// The section headers of an object are the last of the file, and inside it.
static void check_file(const struct dlang_request *req, const struct dlang_result *res)
{
	Elf64_Ehdr h;

	assert(!res->object && res->file_len > sizeof h);
	if (req->product != PRODUCT_SITES)
		return;
	memcpy(&h, res->file, sizeof h);
	assert(h.e_shoff + h.e_shnum * sizeof(Elf64_Shdr) == res->file_len);
	for (unsigned i = 1; i < h.e_shnum; i++) {
		Elf64_Shdr s;

		memcpy(&s, res->file + h.e_shoff + i * sizeof s, sizeof s);
		assert(s.sh_offset + s.sh_size <= h.e_shoff);
	}
}

static void check(struct arena *a, int r, const struct dlang_request *req, const struct dlang_result *res)
{
	struct sbuf out;

	assert((r == 0) == (res->object || res->file));
	assert((r == 0) != diag_any(&res->diags));
	sbuf_init(&out, a);
	for (uint32_t i = 0; i < res->diags.list.n; i++)
		diag_render(&out, res->sources, &res->diags.list.v[i], true);
	if (res->object)
		check_object(res->object);
	if (res->file)
		check_file(req, res);
}

static void compile(struct arena *a, const struct dlang_text *text, enum dlang_product product)
{
	const struct warm *w = warm();
	struct interns *in = interns_new(a, w->interns);
	struct catalogue *c = catalogue_layer(a, in, w->catalogue, 1000000, 0);
	struct probe_source source = catalogue_source(c);
	struct dlang_env env = { .arena = a, .interns = in, .types = types_new(a, in, w->btf),
				 .probes = &source, .ncpus = 2, .symbols = w->symbols };
	const char *const args[] = { "script", "1", "word" }, *why;
	struct dlang_request req = { .texts = text, .ntexts = 1, .args = args, .nargs = 3,
				     .max_probes = MAX_PROBES, .product = product, .machine = EM_X86_64 };
	struct dlang_result res = { 0 };

	catalogue_match(c, &(struct probe_desc){ .prov = "rawtp", .name = "sched_switch" }, take_first,
			&env.on_switch, &why);
	check(a, dlang_compile(&env, &req, &res), &req, &res);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlang_text text = { .name = "fuzz.d" };
	struct arena *a;
	jmp_buf full;

	if (size < 1)
		return 0;
	text.kind = data[0] % (TEXT_ID + 1);
	text.text = (const char *)data + 1;
	text.len = size - 1;
	a = arena_new(MEMORY, exhausted, &full);
	if (!setjmp(full))
		compile(a, &text, (enum dlang_product)(data[0] / (TEXT_ID + 1) % (PRODUCT_SITES + 1)));
	arena_free(a);
	return 0;
}
