// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// BTF for the run-time library, see runtime_btf.h. A string is a
// struct dt_str { char b[strsize]; }: its size is what the verifier goes by.
// Signatures are read from the table dlang/runtime/runtime.def.

#include "daemon/kernel/runtime_btf.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/util.h"
#include "dlang/runtime/unwind.h"

static const struct {
	const char *name, *args;
} signatures[] = {
#define RUNTIME(name, args) { #name, args },
#include "dlang/runtime/runtime.def"
#undef RUNTIME
};

enum { MEMBERS = 32 };	// DT_MEMBERS of dlang/runtime/rt.bpf.h

// Type ids while the BTF is built. Errors of libbpf's calls are negative ids,
// which add() keeps.
struct types {
	struct btf *btf;
	int error;
	int s32, s64, u32, written, read, members, context, walk;
};

static void types_deinit(struct types *t)
{
	btf__free(t->btf);
}

static int add(struct types *t, int id)
{
	if (id < 0 && !t->error)
		t->error = id;
	return id;
}

// A pointer to a structure of which only the size matters.
static int add_memory(struct types *t, const char *name, int byte, uint32_t size)
{
	int array = add(t, btf__add_array(t->btf, t->u32, byte, size));
	int type = add(t, btf__add_struct(t->btf, name, size));

	add(t, btf__add_field(t->btf, "b", array, 0, 0));
	return add(t, btf__add_ptr(t->btf, type));
}

static void add_basics(struct types *t, uint32_t strsize)
{
	int byte, word, index, array, string;

	t->s32 = add(t, btf__add_int(t->btf, "int", 4, BTF_INT_SIGNED));
	t->s64 = add(t, btf__add_int(t->btf, "long", 8, BTF_INT_SIGNED));
	t->u32 = add(t, btf__add_int(t->btf, "unsigned int", 4, 0));
	byte = add(t, btf__add_int(t->btf, "unsigned char", 1, 0));
	index = t->u32;
	array = add(t, btf__add_array(t->btf, index, byte, strsize));
	string = add(t, btf__add_struct(t->btf, "dt_str", strsize));
	add(t, btf__add_field(t->btf, "b", array, 0, 0));
	t->written = add(t, btf__add_ptr(t->btf, string));
	t->read = add(t, btf__add_ptr(t->btf, add(t, btf__add_const(t->btf, string))));
	word = add(t, btf__add_int(t->btf, "unsigned short", 2, 0));
	array = add(t, btf__add_array(t->btf, index, word, MEMBERS));
	string = add(t, btf__add_struct(t->btf, "dt_members", 2 * MEMBERS));
	add(t, btf__add_field(t->btf, "at", array, 0, 0));
	t->members = add(t, btf__add_ptr(t->btf, add(t, btf__add_const(t->btf, string))));
	t->context = add(t, btf__add_ptr(t->btf, 0));
	t->walk = add_memory(t, "dt_walk", byte, sizeof(struct dt_walk));
}

static int letter_type(const struct types *t, char letter)
{
	switch (letter) {
	case 'd': return t->written;
	case 's': return t->read;
	case 'k': return t->members;
	case 'i': return t->s32;
	case 'u': return t->u32;
	case 'l': return t->s64;
	case 'c':
	case 'b': return t->context;
	case 'w': return t->walk;
	}
	return -EBADMSG;
}

static int add_function(
	struct types *t, const char *name, const char *args, enum btf_func_linkage linkage)
{
	int proto = add(t, btf__add_func_proto(t->btf, t->s64));

	for (const char *p = args; *p; p++) {
		char param[2] = { (char)('a' + (p - args)) };

		add(t, btf__add_func_param(t->btf, param, add(t, letter_type(t, *p))));
	}
	return add(t, btf__add_func(t->btf, name, linkage, proto));
}

static const char *signature(const char *name)
{
	for (size_t i = 0; i < NELEMS(signatures); i++) {
		if (!strcmp(signatures[i].name, name))
			return signatures[i].args;
	}
	return NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct bpf_func_info *x = a, *y = b;

	return (x->insn_off > y->insn_off) - (x->insn_off < y->insn_off);
}

static int add_functions(
	struct runtime_btf *b, struct types *t, const struct runtime *rt, const uint32_t *placed)
{
	b->funcs = calloc(rt->nfunctions + 1, sizeof *b->funcs);
	if (!b->funcs)
		return -ENOMEM;
	b->funcs[b->n++].type_id = (uint32_t)add_function(t, "dtraced", "c", BTF_FUNC_STATIC);
	for (uint32_t i = 0; i < rt->nfunctions; i++) {
		const char *name = rt->functions[i].name, *args = signature(name);

		if (!placed[i])
			continue;
		if (!args) {
			log_error("run-time library: %s is not in runtime.def", name);
			return -EBADMSG;
		}
		b->funcs[b->n++] = (struct bpf_func_info){
			.insn_off = placed[i] - 1,
			.type_id = (uint32_t)add_function(t, name, args,
				*args == 'c' ? BTF_FUNC_STATIC : BTF_FUNC_GLOBAL),
		};
	}
	qsort(b->funcs, b->n, sizeof *b->funcs, by_place);
	return t->error;
}

int runtime_btf_open(
	struct runtime_btf *b, const struct runtime *rt, const uint32_t *placed, uint32_t strsize)
{
	CLEANUP(types_deinit) struct types t = { .btf = btf__new_empty() };
	const void *data;
	uint32_t size;
	int r;

	*b = (struct runtime_btf){ .fd = -1 };
	if (!t.btf)
		return -ENOMEM;
	add_basics(&t, strsize);
	r = add_functions(b, &t, rt, placed);
	data = btf__raw_data(t.btf, &size);
	if (r >= 0)
		r = data ? bpf_btf_load(data, size, NULL) : -ENOMEM;
	if (r < 0) {
		runtime_btf_close(b);
		return r;
	}
	b->fd = r;
	return 0;
}

void runtime_btf_close(struct runtime_btf *b)
{
	if (b->fd >= 0)
		close(b->fd);
	free(b->funcs);
	*b = (struct runtime_btf){ .fd = -1 };
}
