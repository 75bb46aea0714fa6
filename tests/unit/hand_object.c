// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Objects by hand, see hand_object.h. No loops; r6 holds the area, r7 the
// record, r8 its position.

#include "tests/unit/hand_object.h"

#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/kernel/insn.h"
#include "daemon/kernel/load.h"
#include "dlang/object.h"

struct code {
	struct bpf_insn insns[128];
	uint32_t n;
	Dtraced__Reloc relocs[8];
	uint32_t nrelocs;
	uint32_t exits[16];
	uint32_t nexits;
};

static void put(struct code *c, struct bpf_insn insn)
{
	c->insns[c->n++] = insn;
}

static void put_exit(struct code *c, struct bpf_insn jump)
{
	c->exits[c->nexits++] = c->n;
	put(c, jump);
}

static void put_map(struct code *c, uint8_t reg, enum reloc_kind kind, uint32_t map, int32_t offset)
{
	Dtraced__Reloc *r = &c->relocs[c->nrelocs++];

	dtraced__reloc__init(r);
	r->insn = c->n;
	r->kind = kind;
	r->index = map;
	put(c, insn_raw(BPF_LD | BPF_DW | BPF_IMM, reg, 0, 0, (int32_t)map));
	put(c, insn_raw(0, 0, 0, 0, offset));
}

static struct bpf_insn store_imm(uint8_t size, uint8_t dst, int16_t off, int32_t imm)
{
	return insn_raw(BPF_ST | size | BPF_MEM, dst, 0, off, imm);
}

static void put_area(struct code *c)
{
	put(c, insn_call(BPF_FUNC_get_smp_processor_id));
	put(c, insn_raw(BPF_STX | BPF_W | BPF_MEM, BPF_REG_10, BPF_REG_0, -200, 0));
	put_map(c, BPF_REG_1, RELOC_MAP_FD, MAP_SEG, 0);
	put(c, insn_mov(BPF_REG_2, BPF_REG_10));
	put(c, insn_alu_imm(BPF_ADD, BPF_REG_2, -200));
	put(c, insn_call(BPF_FUNC_map_lookup_elem));
	put_exit(c, insn_jump_imm(BPF_JEQ, BPF_REG_0, 0, 0));
	put(c, insn_mov(BPF_REG_6, BPF_REG_0));
}

// Reserves, fills and commits a record whose datum is in the stack at -208.
static void put_record(struct code *c, int32_t form)
{
	put(c, insn_call(BPF_FUNC_ktime_get_ns));
	put(c, insn_mov(BPF_REG_9, BPF_REG_0));
	put(c, insn_load(BPF_DW, BPF_REG_8, BPF_REG_6, SEG_TAIL));
	put(c, insn_load(BPF_DW, BPF_REG_2, BPF_REG_6, SEG_HEAD));
	put(c, insn_mov(BPF_REG_3, BPF_REG_8));
	put(c, insn_raw(BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_3, BPF_REG_2, 0, 0));
	put(c, insn_mov_imm(BPF_REG_2, 1));
	put(c, insn_jump_imm(BPF_JLE, BPF_REG_3, HAND_RING - HAND_RECORD, 2));
	put(c, insn_atomic_add(BPF_REG_6, SEG_DROPS + 8 * DROP_PRINCIPAL, BPF_REG_2));
	put_exit(c, insn_jump(0));
	put(c, insn_mov(BPF_REG_2, BPF_REG_8));
	put(c, insn_alu_imm(BPF_ADD, BPF_REG_2, HAND_RECORD));
	put(c, insn_mov(BPF_REG_0, BPF_REG_8));
	put(c, insn_raw(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_6, BPF_REG_2, SEG_TAIL, BPF_CMPXCHG));
	put(c, insn_mov_imm(BPF_REG_2, 1));
	put(c, insn_jump_reg(BPF_JEQ, BPF_REG_0, BPF_REG_8, 2));
	put(c, insn_atomic_add(BPF_REG_6, SEG_DROPS + 8 * DROP_PRINCIPAL, BPF_REG_2));
	put_exit(c, insn_jump(0));
	put(c, insn_mov(BPF_REG_7, BPF_REG_8));
	put(c, insn_alu_imm(BPF_AND, BPF_REG_7, HAND_RING - 8));
	put(c, insn_raw(BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_7, BPF_REG_6, 0, 0));
	put(c, insn_alu_imm(BPF_ADD, BPF_REG_7, HAND_RING_OFFSET));
	put(c, store_imm(BPF_W, BPF_REG_7, REC_LEN, HAND_RECORD));
	put(c, store_imm(BPF_W, BPF_REG_7, REC_FORM, form));
	put(c, insn_store(BPF_REG_7, REC_TIME, BPF_REG_9));
	put(c, store_imm(BPF_DW, BPF_REG_7, REC_PROBE, 7));
	put(c, insn_load(BPF_DW, BPF_REG_1, BPF_REG_10, -208));
	put(c, insn_store(BPF_REG_7, REC_DATA, BPF_REG_1));
	put(c, insn_raw(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, 0, 0, (int32_t)(uint32_t)LOAD_SECRET));
	put(c, insn_raw(0, 0, 0, 0, (int32_t)(LOAD_SECRET >> 32)));
	put(c, insn_raw(BPF_ALU64 | BPF_XOR | BPF_X, BPF_REG_1, BPF_REG_8, 0, 0));
	put(c, insn_raw(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_7, BPF_REG_1, REC_WORD, BPF_XCHG));
}

// Rings if the core sleeps.
static void put_bell(struct code *c)
{
	put_map(c, BPF_REG_1, RELOC_MAP_VALUE, MAP_CTL, CTL_ASLEEP);
	put(c, insn_load(BPF_DW, BPF_REG_2, BPF_REG_1, 0));
	put_exit(c, insn_jump_imm(BPF_JEQ, BPF_REG_2, 0, 0));
	put(c, insn_mov_imm(BPF_REG_2, 0));
	put(c, insn_raw(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_1, BPF_REG_2, 0, BPF_XCHG));
	put_exit(c, insn_jump_imm(BPF_JEQ, BPF_REG_2, 0, 0));
	put_map(c, BPF_REG_1, RELOC_MAP_FD, MAP_BELL, 0);
	put(c, insn_mov(BPF_REG_2, BPF_REG_10));
	put(c, insn_alu_imm(BPF_ADD, BPF_REG_2, -208));
	put(c, insn_mov_imm(BPF_REG_3, 8));
	put(c, insn_mov_imm(BPF_REG_4, BPF_RB_FORCE_WAKEUP));
	put(c, insn_call(BPF_FUNC_ringbuf_output));
}

static void finish(struct code *c)
{
	for (uint32_t i = 0; i < c->nexits; i++)
		c->insns[c->exits[i]].off = (int16_t)(c->n - c->exits[i] - 1);
	put(c, insn_mov_imm(BPF_REG_0, 0));
	put(c, insn_exit());
}

static void assemble_event(struct code *c, const struct hand_options *o)
{
	put(c, insn_load(BPF_DW, BPF_REG_2, BPF_REG_10, -8));
	put_exit(c, insn_jump_imm(BPF_JNE, BPF_REG_2, (int32_t)o->syscall, 0));
	put_map(c, BPF_REG_1, RELOC_MAP_VALUE, MAP_CTL, CTL_STOPPED);
	put(c, insn_load(BPF_DW, BPF_REG_2, BPF_REG_1, 0));
	put_exit(c, insn_jump_imm(BPF_JNE, BPF_REG_2, 0, 0));
	put_area(c);
	put(c, insn_mov_imm(BPF_REG_1, 1));
	put(c, insn_raw(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_6, 0, HAND_SLOT, ENTRY_READY));
	put(c, insn_raw(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_6, BPF_REG_1, HAND_SLOT + 8,
		BPF_ADD | BPF_FETCH));
	put(c, insn_alu_imm(BPF_ADD, BPF_REG_1, 1));
	put(c, insn_store(BPF_REG_10, -208, BPF_REG_1));
	if (o->records)
		put_record(c, HAND_FORM);
	if (o->exit_at) {
		put(c, insn_load(BPF_DW, BPF_REG_1, BPF_REG_10, -208));
		put(c, insn_jump_imm(BPF_JNE, BPF_REG_1, (int32_t)o->exit_at, 4));
		put_map(c, BPF_REG_1, RELOC_MAP_VALUE, MAP_CTL, CTL_STOPPED);
		put(c, insn_mov_imm(BPF_REG_2, 1));
		put(c, insn_raw(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_1, BPF_REG_2, 0, BPF_XCHG));
	}
	if (o->records || o->exit_at)
		put_bell(c);
	finish(c);
}

static void assemble_edge(struct code *c, int32_t form)
{
	put(c, store_imm(BPF_DW, BPF_REG_10, -208, form));
	put_area(c);
	put_record(c, form);
	finish(c);
}

uint32_t hand_btf_id(const char *name, uint32_t kind)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, name, kind) : -1;

	btf__free(btf);
	return id < 0 ? 0 : (uint32_t)id;
}

static void set_program(Dtraced__Program *p, struct code *c, uint32_t hook, Dtraced__Reloc **relocs)
{
	dtraced__program__init(p);
	p->hook = hook;
	p->insns.data = (uint8_t *)c->insns;
	p->insns.len = c->n * sizeof *c->insns;
	for (uint32_t i = 0; i < c->nrelocs; i++)
		relocs[i] = &c->relocs[i];
	p->relocs = relocs;
	p->n_relocs = c->nrelocs;
}

// Packs and unpacks, so that all of it is one allocation tree.
static Dtraced__Object *copy_object(const Dtraced__Object *o)
{
	size_t n = dtraced__object__get_packed_size(o);
	uint8_t *bytes = malloc(n);
	Dtraced__Object *copy;

	if (!bytes)
		return NULL;
	dtraced__object__pack(o, bytes);
	copy = dtraced__object__unpack(NULL, n, bytes);
	free(bytes);
	return copy;
}

Dtraced__Object *hand_object(const struct hand_options *options)
{
	struct code event = { .n = 0 }, begin = { .n = 0 }, end = { .n = 0 };
	Dtraced__Object o = DTRACED__OBJECT__INIT;
	Dtraced__Program p[3], *programs[3] = { &p[0], &p[1], &p[2] };
	Dtraced__Reloc *relocs[3][8];
	Dtraced__Slot slot = DTRACED__SLOT__INIT, *slots = &slot;
	Dtraced__TableLayout table = DTRACED__TABLE_LAYOUT__INIT, *tables = &table;

	assemble_event(&event, options);
	assemble_edge(&begin, HAND_FORM_BEGIN);
	assemble_edge(&end, HAND_FORM_END);
	set_program(&p[0], &event, HOOK_TP_BTF, relocs[0]);
	set_program(&p[1], &begin, HOOK_BEGIN, relocs[1]);
	set_program(&p[2], &end, HOOK_END, relocs[2]);
	slot.kind = ARG_SYSCALL_NR;
	slot.a = 1;
	p[0].slots = &slots;
	p[0].n_slots = 1;
	p[0].name = (char *)"sys_enter";
	p[0].nctx = 2;
	p[0].btf_id = hand_btf_id("btf_trace_sys_enter", BTF_KIND_TYPEDEF);
	p[1].btf_id = p[2].btf_id = hand_btf_id("bpf_iter_task", BTF_KIND_FUNC);
	table.offset = HAND_SLOT;
	table.entries = 1;
	table.nadd = 1;
	table.overflow = -1;
	o.programs = programs;
	o.n_programs = options->records ? 3 : 1;
	o.tables = &tables;
	o.n_tables = 1;
	o.ctl_size = 4096;
	o.area_size = HAND_AREA;
	o.ring_offset = HAND_RING_OFFSET;
	o.ring_size = HAND_RING;
	o.policy = options->policy;
	o.strsize = 256;
	return copy_object(&o);
}
