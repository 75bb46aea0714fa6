// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// What a compile worker may answer: bytes of a WorkerReply. An object that is
// admitted is linked with the guard and the run-time library as for loading, and
// what would go to the kernel must refer to nothing but what it was given. The
// mutator bends one field of a reply that can be read, or else the bytes.

#include <assert.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/kernel/load.h"
#include "daemon/log.h"
#include "daemon/session/admit.h"
#include "dlang/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

enum { GUARD_FD = 900, FIRST_FD = 1000, BTF_FD = 2000000000 };	// none is open

static uint32_t nmaps, body_n;

// ---- in place of the kernel ------------------------------------------------

static void check_insn(const struct bpf_insn *in, size_t i, size_t n)
{
	if (in[i].code == (BPF_JMP | BPF_CALL)) {
		int64_t target = (int64_t)i + 1 + in[i].imm;

		assert(in[i].src_reg == 0 || in[i].src_reg == BPF_PSEUDO_CALL);
		assert(in[i].src_reg == 0 || (target >= 0 && target < (int64_t)n));
	} else if (in[i].code == (BPF_LD | BPF_DW | BPF_IMM)) {
		uint32_t map = (uint32_t)in[i].imm - FIRST_FD;

		assert(i + 1 < n);
		assert(in[i].src_reg == 0 || in[i].src_reg == BPF_PSEUDO_MAP_FD ||
		       in[i].src_reg == BPF_PSEUDO_MAP_VALUE);
		assert(in[i].src_reg == 0 || in[i].imm == GUARD_FD || map < nmaps);
	}
}

int bpf_prog_load(enum bpf_prog_type type, const char *name, const char *license,
	const struct bpf_insn *insns, size_t n, const struct bpf_prog_load_opts *opts)
{
	(void)type;
	(void)name;
	(void)license;
	assert(n >= body_n);
	assert(!opts->func_info_cnt || opts->func_info);
	for (size_t i = 0; i < n; i++) {
		check_insn(insns, i, n);
		if (insns[i].code == (BPF_LD | BPF_DW | BPF_IMM))
			i++;
	}
	return BTF_FD;
}

int bpf_btf_load(const void *data, size_t size, const struct bpf_btf_load_opts *opts)
{
	(void)data;
	(void)size;
	(void)opts;
	return BTF_FD;
}

// ---- the core's way with an object -----------------------------------------

static const struct runtime *library(void)
{
	static struct runtime rt;

	if (!rt.nfunctions && runtime_open(&rt))
		abort();
	return &rt;
}

static void check_table(const Dtraced__Object *o, const Dtraced__TableLayout *t)
{
	uint64_t entry = 8 + (uint64_t)t->key_size + 8 * ((uint64_t)t->nadd + t->nmax);

	assert(t->offset + entry * t->entries <= o->area_size);
	assert(t->overflow == -1 || (t->overflow >= MAP_FIRST_EXTRA &&
		(size_t)t->overflow < MAP_FIRST_EXTRA + o->n_maps));
}

static void link_all(const Dtraced__Object *o)
{
	uint32_t functions[ADMIT_MAX_RUNTIME];
	int maps[MAP_FIRST_EXTRA + OBJECT_MAPS_MAX], fd;
	struct load_context ctx = { .runtime = library(), .maps = maps, .guard = GUARD_FD,
		.functions = functions, .nfunctions = (uint32_t)o->n_runtime, .strsize = o->strsize,
		.secret = 0x1122334455667788 };
	struct reason why;

	ctx.nmaps = nmaps = (uint32_t)(MAP_FIRST_EXTRA + o->n_maps);
	for (uint32_t i = 0; i < nmaps; i++)
		maps[i] = FIRST_FD + (int)i;
	for (size_t i = 0; i < o->n_runtime; i++)
		functions[i] = (uint32_t)runtime_find(ctx.runtime, o->runtime[i]);
	for (size_t i = 0; i < o->n_programs && i < 64; i++) {
		body_n = (uint32_t)(o->programs[i]->insns.len / sizeof(struct bpf_insn));
		load_program(&ctx, o->programs[i], &fd, &why);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Dtraced__WorkerReply *reply = dtraced__worker_reply__unpack(NULL, size, data);
	const Dtraced__Object *o;
	struct reason why;

	log_level = LOG_LEVEL_ERROR;
	if (reply && reply->body_case == DTRACED__WORKER_REPLY__BODY_OBJECT) {
		o = reply->object;
		if (!admit_object(o, library(), &why)) {
			for (size_t i = 0; i < o->n_tables; i++)
				check_table(o, o->tables[i]);
			admit_map_bytes(o);
			link_all(o);
		}
	}
	if (reply)
		dtraced__worker_reply__free_unpacked(reply, NULL);
	return 0;
}

// ---- mutation --------------------------------------------------------------

static uint32_t rng(unsigned int *seed)
{
	return *seed = *seed * 1664525 + 1013904223;
}

static uint32_t pick(unsigned int *seed, size_t n)
{
	return n ? (rng(seed) >> 8) % (uint32_t)n : 0;
}

static void bend(uint32_t *field, unsigned int *seed)
{
	static const uint32_t edges[] = { 0, 1, 7, 8, 4095, 4096, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffff000 };

	switch (pick(seed, 4)) {
	case 0: *field = edges[pick(seed, 10)]; break;
	case 1: *field += pick(seed, 17) - 8; break;
	case 2: *field ^= 1u << pick(seed, 32); break;
	default: *field *= 2;
	}
}

// One of several fields.
#define BEND(seed, ...) \
	do { \
		uint32_t *const fields_[] = { __VA_ARGS__ }; \
		bend(fields_[pick(seed, sizeof fields_ / sizeof *fields_)], seed); \
	} while (0)

static void bend_program(Dtraced__Program *p, unsigned int *seed)
{
	Dtraced__Reloc *r = p->n_relocs ? p->relocs[pick(seed, p->n_relocs)] : NULL;
	Dtraced__Slot *s = p->n_slots ? p->slots[pick(seed, p->n_slots)] : NULL;
	uint32_t kind = pick(seed, 5);

	if (kind == 0 && r)
		BEND(seed, &r->insn, &r->kind, &r->index);
	else if (kind == 1 && s)
		BEND(seed, &s->kind, &s->a, &s->b);
	else if (kind == 2)
		BEND(seed, &p->hook, &p->btf_id, &p->nctx);
	else if (kind == 3 && p->insns.len > 8)
		p->insns.len -= sizeof(struct bpf_insn);
	else if (p->insns.len)
		p->insns.data[pick(seed, p->insns.len)] ^= (uint8_t)(1u << pick(seed, 8));
}

static void bend_object(Dtraced__Object *o, unsigned int *seed)
{
	Dtraced__TableLayout *t = o->n_tables ? o->tables[pick(seed, o->n_tables)] : NULL;
	Dtraced__Map *m = o->n_maps ? o->maps[pick(seed, o->n_maps)] : NULL;
	uint32_t kind = pick(seed, 5);

	if (kind == 0)
		BEND(seed, &o->ctl_size, &o->area_size, &o->ring_offset, &o->ring_size, &o->policy, &o->strsize);
	else if (kind == 1 && t)
		BEND(seed, &t->offset, &t->entries, &t->key_size, &t->nadd, &t->nmax, (uint32_t *)&t->overflow);
	else if (kind == 2 && m)
		BEND(seed, &m->kind, &m->key_size, &m->value_size, &m->max_entries);
	else if (o->n_programs)
		bend_program(o->programs[pick(seed, o->n_programs)], seed);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	Dtraced__WorkerReply *reply = pick(&seed, 4) ? dtraced__worker_reply__unpack(NULL, size, data) : NULL;
	size_t n = 0;

	if (reply && reply->body_case == DTRACED__WORKER_REPLY__BODY_OBJECT) {
		bend_object(reply->object, &seed);
		n = dtraced__worker_reply__get_packed_size(reply);
		n = n <= max ? dtraced__worker_reply__pack(reply, data) : 0;
	}
	if (reply)
		dtraced__worker_reply__free_unpacked(reply, NULL);
	return n ? n : LLVMFuzzerMutate(data, size, max);
}
