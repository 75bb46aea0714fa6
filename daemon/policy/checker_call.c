// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What may be called, see checker_call.h.

#include "daemon/policy/checker_call.h"

#include <linux/bpf.h>
#include <string.h>

enum { FIRST_ARG = BPF_REG_1, LAST_ARG = BPF_REG_5, FRAMES_MAX = 127 };

// A letter an argument. Of helpers:
//   m  a map that can be searched     h  a kernel hash     r  the ring buffer
//   e  a key of the map               v  a value of the map
//   f  memory that is filled, n  written in part, o  read, by the size in the next argument
//   p  memory of its own that is read, by the size in the argument before
// Of run-time functions as dlang/runtime/runtime.def has them. Of both:
//   s  a number (there: i l u)
struct call {
	struct checker *c;
	struct check_frame *f;
	uint32_t map;		// of a helper's first argument
	uint8_t reg;		// the argument at hand
};

struct helper {
	int32_t number;
	const char *args;
	bool gives_value;	// of the map, or NULL
	bool process;		// about the memory of the process
};

static const struct helper helpers[] = {
	{ .number = BPF_FUNC_map_lookup_elem, .args = "me", .gives_value = true },
	{ .number = BPF_FUNC_map_update_elem, .args = "hevs" },
	{ .number = BPF_FUNC_map_delete_elem, .args = "he" },
	{ .number = BPF_FUNC_ktime_get_ns, .args = "" },
	{ .number = BPF_FUNC_get_prandom_u32, .args = "" },
	{ .number = BPF_FUNC_get_smp_processor_id, .args = "" },
	{ .number = BPF_FUNC_probe_read_user, .args = "fss", .process = true },
	{ .number = BPF_FUNC_probe_read_kernel, .args = "fsp" },
	{ .number = BPF_FUNC_probe_read_user_str, .args = "nss", .process = true },
	{ .number = BPF_FUNC_probe_read_kernel_str, .args = "nsp" },
	{ .number = BPF_FUNC_ringbuf_output, .args = "ross" },
};

static const struct function {
	const char *name, *args;
} functions[] = {
#define RUNTIME(name, args) { #name, args },
#define RUNTIME_KERNEL(name, args)
#define RUNTIME_PRIVATE(name, args)
#include "dlang/runtime/runtime.def"
#undef RUNTIME
};

static const struct check_value *argument(const struct call *k, int ahead)
{
	return &k->f->regs[k->reg + ahead];
}

static int take_scalar(struct call *k)
{
	return argument(k, 0)->kind == CHECK_SCALAR ? 0 : checker_refuse(k->c, "an argument that is no number");
}

static int take_map(struct call *k, uint32_t kinds)
{
	const struct check_value *v = argument(k, 0);

	if (v->kind != CHECK_MAP || !(kinds >> k->c->q->maps[v->map].kind & 1))
		return checker_refuse(k->c, "an argument that is no such map");
	k->map = v->map;
	return 0;
}

static int take_searched(struct call *k)
{
	return take_map(k, 1u << CHECK_MAP_CELL | 1u << CHECK_MAP_ARRAY | 1u << CHECK_MAP_HASH);
}

static int take_hash(struct call *k)
{
	return take_map(k, 1u << CHECK_MAP_HASH);
}

static int take_ring(struct call *k)
{
	return take_map(k, 1u << CHECK_MAP_BELL);
}

static int take_bytes(struct call *k, uint64_t size)
{
	return checker_use(k->c, k->f, argument(k, 0), size, size, CHECK_READ);
}

static int take_key(struct call *k)
{
	return take_bytes(k, k->c->q->maps[k->map].key_size);
}

static int take_value(struct call *k)
{
	return take_bytes(k, k->c->q->maps[k->map].value_size);
}

static int take_sized(struct call *k, int ahead, enum check_use use)
{
	const struct check_value *size = argument(k, ahead);

	if (size->kind != CHECK_SCALAR)
		return checker_refuse(k->c, "a size that is no number");
	return checker_use(k->c, k->f, argument(k, 0), size->lo, size->hi, use);
}

static int take_filled(struct call *k)
{
	return take_sized(k, 1, CHECK_FILL);
}

static int take_written(struct call *k)
{
	return take_sized(k, 1, CHECK_WRITE);
}

static int take_read(struct call *k)
{
	return take_sized(k, 1, CHECK_READ);
}

static int take_own(struct call *k)
{
	return take_sized(k, -1, CHECK_READ);
}

static int take_string(struct call *k)
{
	return take_bytes(k, k->c->q->strsize);
}

static int take_target(struct call *k)
{
	uint64_t size = k->c->q->strsize;

	return checker_use(k->c, k->f, argument(k, 0), size, size, CHECK_WRITE);
}

static int take_context(struct call *k)
{
	if (!k->c->q->process)
		return checker_refuse(k->c, "a user stack where no process is");
	return argument(k, 0)->kind == CHECK_CONTEXT ? 0 : checker_refuse(k->c, "an argument that is not the context");
}

// Room for as many words as the next argument says.
static int take_frames(struct call *k)
{
	const struct check_value *n = argument(k, 1);

	if (n->kind != CHECK_SCALAR || n->hi > FRAMES_MAX)
		return checker_refuse(k->c, "a number of frames that arithmetic does not bound");
	return checker_use(k->c, k->f, argument(k, 0), 8 * n->lo, 8 * n->hi, CHECK_FILL);
}

typedef int take_fn(struct call *k);

static take_fn *const helper_args['z' + 1] = {
	['s'] = take_scalar, ['m'] = take_searched, ['h'] = take_hash, ['r'] = take_ring, ['e'] = take_key,
	['v'] = take_value, ['f'] = take_filled, ['n'] = take_written, ['o'] = take_read, ['p'] = take_own,
};

// What is not here (k, w) no program of a user has.
static take_fn *const function_args['z' + 1] = {
	['i'] = take_scalar, ['l'] = take_scalar, ['u'] = take_scalar, ['s'] = take_string, ['d'] = take_target,
	['c'] = take_context, ['b'] = take_frames,
};

static int take_args(struct call *k, const char *args, take_fn *const by_letter[], bool fills)
{
	for (k->reg = FIRST_ARG; *args; args++, k->reg++) {
		take_fn *take = by_letter[(uint8_t)*args];

		if (!take)
			return checker_refuse(k->c, "a function that is not for confined programs is called");
		if ((take == take_filled || take == take_frames) == fills && take(k))
			return CHECK_E_REFUSED;
	}
	return 0;
}

// What is filled was not read before by that: it comes last.
static int take_all(struct call *k, const char *args, take_fn *const by_letter[])
{
	return take_args(k, args, by_letter, false) || take_args(k, args, by_letter, true) ? CHECK_E_REFUSED : 0;
}

static void end_call(struct check_frame *f, struct check_value result)
{
	for (int i = FIRST_ARG; i <= LAST_ARG; i++)
		f->regs[i] = (struct check_value){ 0 };
	f->regs[BPF_REG_0] = result;
}

int checker_helper(struct checker *c, struct check_frame *f, int32_t number)
{
	struct check_value result = checker_number(0, UINT64_MAX);
	struct call k = { .c = c, .f = f };
	const struct helper *h = helpers;
	uint32_t id = c->at + 1;

	while (h < helpers + NELEMS(helpers) && h->number != number)
		h++;
	if (h == helpers + NELEMS(helpers))
		return checker_refuse(c, "a helper that is not for confined programs is called");
	if (h->process && !c->q->process)
		return checker_refuse(c, "memory of a process is read where no process is");
	if (take_all(&k, h->args, helper_args))
		return CHECK_E_REFUSED;
	if (h->gives_value) {
		checker_forget(f, id);
		result = (struct check_value){
			.kind = CHECK_VALUE, .null = true, .zeros = 63, .id = id, .hi = c->q->maps[k.map].value_size,
		};
	}
	end_call(f, result);
	return 0;
}

int checker_function(struct checker *c, struct check_frame *f, const char *name)
{
	struct call k = { .c = c, .f = f };

	for (uint32_t i = 0; i < NELEMS(functions); i++) {
		if (strcmp(functions[i].name, name))
			continue;
		if (take_all(&k, functions[i].args, function_args))
			return CHECK_E_REFUSED;
		end_call(f, checker_number(0, UINT64_MAX));
		return 0;
	}
	return checker_refuse(c, "a function that is not for confined programs is called");
}
